"""Layers that read earlier layers."""

import torch
from torch import nn

from methods.backbones.routing import run_layers


class Add(nn.Module):
    def __init__(self, amount: float) -> None:
        super().__init__()
        self.amount = amount

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.amount


class Sum(nn.Module):
    def forward(self, maps: list[torch.Tensor]) -> torch.Tensor:
        return sum(maps, start=torch.zeros(()))


def test_a_layer_reads_the_one_before_or_any_earlier():
    layers = [Add(1.0), Add(10.0), Sum(), Add(100.0)]
    found = run_layers(layers, [-1, -1, (-1, 0), -1], torch.tensor(5.0), [3, 1])
    assert [x.item() for x in found] == [122.0, 16.0]  # (5 + 1 + 10) + (5 + 1) + 100, and 5 + 1 + 10
