"""The running average of weights over training, which is judged and kept in place of the last weights."""

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

Tensors = tuple[torch.Tensor, ...] | list[torch.Tensor]


def average_of(network: nn.Module, decay: float) -> AveragedModel:
    """A copy of `network` that follows it: average = d * average + (1 - d) * network at each `update_parameters`.

    d is min(decay, (1 + n) / (10 + n)) at update n, so that early averages forget the random start (TensorFlow's
    ExponentialMovingAverage). Batch statistics are averaged too; whole numbers are copied. The copy is `.module`.
    """

    def update(average: Tensors, current: Tensors, number: torch.Tensor | int) -> None:
        if average[0].is_floating_point():
            n = int(number)
            torch._foreach_lerp_(average, current, 1 - min(decay, (1 + n) / (10 + n)))
        else:
            torch._foreach_copy_(average, current)

    return AveragedModel(network, multi_avg_fn=update, use_buffers=True)
