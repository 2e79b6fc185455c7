"""Several small heads learn from one pass of the body as each would alone."""

import pytest
import torch

from methods.backbones import small_body
from methods.backbones.small_body import SmallBody
from methods.ops.people import PeopleBatch
from methods.training.tasks import create_tasks
from methods.training.together import Together, compare

NAMES = ("kapao-n", "hybridpose-n")


@pytest.fixture
def people() -> PeopleBatch:
    """One person in the first of two images of noise."""
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (2, 3, 128, 128), dtype=torch.uint8, generator=draw)
    keypoints = 20 + 80 * torch.rand(1, 17, 2, generator=draw)
    return PeopleBatch(
        images,
        torch.zeros(1, dtype=torch.long),
        torch.tensor([[15.0, 15.0, 105.0, 105.0]]),
        keypoints,
        torch.full((1, 17), 2),
        torch.ones(1, 17),
        torch.zeros(1, dtype=torch.bool),
    )


def gradients(names, recipe, people):
    torch.manual_seed(1)
    tasks = create_tasks(names, recipe)
    for task in tasks:
        torch.manual_seed(2)
        for parameter in task.network.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
    together = Together(tasks).train()
    losses = compare(tasks, together(people), people)
    losses.total.backward()
    named = {task.name: dict(task.network.named_parameters()) for task in tasks}
    return losses, {name: {key: value.grad for key, value in each.items()} for name, each in named.items()}


def test_each_learns_together_what_it_learns_alone(make_recipe, people):
    both, together = gradients(NAMES, make_recipe(), people)
    for name in NAMES:
        losses, alone = gradients([name], make_recipe(), people)
        assert {f"{name} {part}" for part in losses.parts} <= set(both.parts)
        assert all(float(both.parts[f"{name} {part}"]) == float(value) for part, value in losses.parts.items())
        assert all(torch.allclose(together[name][key], value) for key, value in alone[name].items())


def test_the_body_runs_once_and_rests(make_recipe, people, monkeypatch):
    calls = []
    run = SmallBody.forward
    monkeypatch.setattr(SmallBody, "forward", lambda self, x: calls.append(len(x)) or run(self, x))
    tasks = create_tasks(NAMES, make_recipe())
    together = Together(tasks).train()
    losses = compare(tasks, together(people), people)
    losses.total.backward()
    assert calls == [2]
    assert not any("body" in name for name in together.state_dict())
    body = small_body.load_small_body()
    assert all(parameter.grad is None and not parameter.requires_grad for parameter in body.parameters())
    assert not body.training
