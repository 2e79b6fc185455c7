"""Learning rates, running average and freezing, by hand."""

import math

import pytest
import torch
from torch import nn

from methods.errors import SettingsError
from methods.training.ema import average_of
from methods.training.parameters import build_optimiser, follow, freeze
from methods.training.schedule import Schedule, schedule_at, thaws


def test_the_learning_rate_by_hand(make_recipe):
    recipe = make_recipe(warmup_steps=4, decay={"final": 0.1})  # 3 epochs; thawed after the first
    steps = 10
    cosine = [0.1 + 0.9 * (1 + math.cos(math.pi * step / 30)) / 2 for step in range(30)]
    rates = [schedule_at(step, steps, recipe).rate for step in range(30)]
    assert rates[0] == pytest.approx(1 / 4)
    assert rates[3] == pytest.approx(cosine[3])
    assert rates[9] == pytest.approx(cosine[9])
    assert rates[10] == pytest.approx(cosine[10] / 4)
    assert rates[12] == pytest.approx(cosine[12] * 3 / 4)
    assert rates[13:] == pytest.approx(cosine[13:])
    assert schedule_at(30, steps, recipe).rate == pytest.approx(0.1)


def test_steps_by_hand(make_recipe):
    recipe = make_recipe(warmup_steps=1, decay={"after": [1, 2]})
    rates = [schedule_at(step, 2, recipe).rate for step in range(6)]
    assert rates == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])


def test_a_plateau_halves_the_rate(make_recipe):
    stage = {"epochs": 9, "sizes": [64]}
    recipe = make_recipe(warmup_steps=1, stages=[stage], decay={"patience": 2})
    scores = list(enumerate([0.1, 0.2, 0.2, 0.19, 0.3, 0.29, 0.28, 0.28, 0.27], 1))
    # The best of epoch 2 is not exceeded in 3 and 4, that of epoch 5 neither in 6 and 7 nor in 8 and 9.
    assert [schedule_at(epoch, 1, recipe, scores[:epoch]).rate for epoch in range(10)] == pytest.approx(
        [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
    )


def test_epochs_without_validation_count_towards_a_plateau(make_recipe):
    recipe = make_recipe(warmup_steps=1, stages=[{"epochs": 9, "sizes": [64]}], decay={"patience": 4})
    scores = [(3, 0.2), (6, 0.3)]
    assert [schedule_at(epoch, 1, recipe, scores).rate for epoch in (6, 9, 10)] == pytest.approx([1, 1, 0.5])


def test_only_thawing_warms_up_again(make_recipe):
    stage = {"epochs": 2, "sizes": [64]}
    assert thaws(make_recipe(stages=[stage, stage])) == [0]
    assert thaws(make_recipe(stages=[stage | {"freeze": ["body."]}, stage, stage])) == [0, 2]


def test_the_average_by_hand():
    network = nn.Linear(1, 1, bias=False)
    average = average_of(network, decay=0.3)
    values, expected = [1.0, 3.0, 5.0], None
    for n, value in enumerate(values):
        network.weight.data.fill_(value)
        average.update_parameters(network)
        decay = min(0.3, (1 + n) / (10 + n))
        expected = value if expected is None else decay * expected + (1 - decay) * value
    assert average.module.weight.item() == pytest.approx(expected)


def test_the_average_keeps_batch_statistics():
    network = nn.BatchNorm1d(1)
    average = average_of(network, decay=0.9)
    average.update_parameters(network)
    network.running_mean.fill_(1.0)
    network.num_batches_tracked.fill_(7)
    average.update_parameters(network)
    assert average.module.running_mean.item() == pytest.approx(1 - 2 / 11)
    assert average.module.num_batches_tracked.item() == 7


@pytest.fixture
def network():
    return nn.ModuleDict({"body": nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)), "head": nn.BatchNorm2d(2)})


def test_frozen_layers_rest_and_their_statistics_too(network):
    freeze(network, ["body."])
    assert not any(parameter.requires_grad for parameter in network["body"].parameters())
    assert all(parameter.requires_grad for parameter in network["head"].parameters())
    assert not network["body"][1].training
    assert network["head"].training
    mean = network["body"][1].running_mean.clone()
    network["head"](network["body"](torch.rand(2, 1, 3, 3)))
    assert torch.equal(network["body"][1].running_mean, mean)


def test_thawing_undoes_freezing(network):
    freeze(network, ["body."])
    freeze(network, [])
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert network["body"][1].training


def test_freezing_what_is_not_there_is_refused(network):
    with pytest.raises(SettingsError, match=r"'neck\.'"):
        freeze(network, ["body.", "neck."])


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_groups_learn_at_their_own_rates(network, make_recipe, name):
    recipe = make_recipe(optimiser=name, learning_rate=0.1, body_rate=0.2, weight_decay=0.01)
    optimiser = build_optimiser([(network, ("head.",))], recipe)
    follow(optimiser, Schedule(decay=0.5, warmth=1.0), recipe)
    found = {
        parameter: (group["lr"], group["weight_decay"])
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    assert len(found) == len(list(network.parameters()))
    assert found[network["body"][0].weight] == pytest.approx((0.01, 0.01))
    assert found[network["body"][0].bias] == pytest.approx((0.01, 0))
    assert found[network["head"].weight] == pytest.approx((0.05, 0))


def test_the_authors_warm_up_by_hand(network, make_recipe):
    # YOLOv5's: biases fall from 0.1 and everything else rises from 0 to the schedule's rate, momentum from 0.8.
    recipe = make_recipe(optimiser="sgd", learning_rate=0.01, momentum=0.937, warmup_bias_rate=0.1, warmup_momentum=0.8)
    optimiser = build_optimiser([(network, ("head.", "body."))], recipe)
    found = {}
    for warmth in (0.25, 1.0):
        follow(optimiser, Schedule(decay=0.5, warmth=warmth), recipe)
        assert all(group["momentum"] == pytest.approx(0.8 + 0.137 * warmth) for group in optimiser.param_groups)
        found[warmth] = {p: group["lr"] for group in optimiser.param_groups for p in group["params"]}
    convolution, norm = network["body"][0], network["head"]
    assert found[0.25][convolution.weight] == found[0.25][norm.weight] == pytest.approx(0.005 / 4)
    assert found[0.25][convolution.bias] == found[0.25][norm.bias] == pytest.approx(0.1 + (0.005 - 0.1) / 4)
    assert list(found[1.0].values()) == pytest.approx([0.005] * 6)


def test_momentum_warms_up_with_sgd_alone(make_recipe):
    with pytest.raises(SettingsError, match="leave it out with adamw"):
        make_recipe(optimiser="adamw", warmup_momentum=0.8)
