"""The metamodel's network: sizes of Table 5, what the visibility module sees, and how the small one starts."""

import pytest
import torch
from torch import nn

from methods import read_image
from methods.catalog import create
from methods.ops.crops import fit_boxes, sample_crops
from methods.ops.heatmaps import highest
from methods.samples import samples
from methods.visibility.bodies import Features
from methods.visibility.method import PADDING
from methods.visibility.network import SHAPE, SIZES, VisibilityModule, VisibilityNetwork

TABLE_5 = {"resnet50": 71.2, "b0": 55.6, "b6": 95.5, "mspn2": 104.6}  # millions of parameters


@pytest.mark.parametrize("size", TABLE_5)
def test_parameters_are_as_many_as_in_table_5(size):
    with torch.device("meta"):  # counts without memory
        network = VisibilityNetwork(size)
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    assert millions == pytest.approx(TABLE_5[size], rel=0.01)
    linear = [layer.out_features for layer in network.visibility.connected if isinstance(layer, nn.Linear)]
    assert linear == [4096, 2048, 1024, 51]


def test_the_small_one_weighs_less_than_25_mb_in_half_precision(network):
    assert 2 * sum(value.numel() for value in network.state_dict().values()) < 25e6


@pytest.mark.parametrize("size", SIZES)
def test_crops_give_heat_maps_at_stride_4_and_three_logits_for_each_joint(size):
    with torch.inference_mode():
        outputs = VisibilityNetwork(size).eval()(torch.rand(1, 3, *SHAPE))
    assert len(outputs.heatmaps) == (8 if size == "mspn2" else 1)
    assert {tuple(maps.shape) for maps in outputs.heatmaps} == {(1, 17, 64, 48)}
    assert outputs.visibility.shape == (1, 17, 3)


def test_nobody_gives_no_answers(network):
    with torch.inference_mode():
        outputs = network(torch.rand(0, 3, *SHAPE))
    assert outputs.heatmaps[-1].shape == (0, 17, 64, 48)
    assert outputs.visibility.shape == (0, 17, 3)


def test_the_visibility_module_reads_the_map_and_the_summary(network):
    """With random weights: the start listens to the summary's scores alone."""
    torch.manual_seed(0)
    body, module = network.body, VisibilityModule(network.body, 8, (32, 16, 8), joints=17).eval()
    plain = Features(torch.rand(1, body.channels, 16, 12), torch.zeros(1, body.extra), [])
    first, other = module(plain), module(plain._replace(map=plain.map.flip(3)))
    hinted = module(plain._replace(summary=torch.ones(1, body.extra)))
    assert not torch.allclose(first, other)
    assert not torch.allclose(first, hinted)


def test_the_summary_starts_as_what_the_checkpoint_says_of_the_person_in_the_middle(network):
    """Against the checkpoint's own network and decoding: the joints of its best candidate near the middle."""
    bus = read_image(next(sample.path for sample in samples() if sample.name == "bus"))
    photo = torch.tensor(bus).permute(2, 0, 1)[None].float()
    regions, _ = fit_boxes(torch.tensor([[48.0, 398, 245, 905]]), SHAPE, PADDING)  # the man on the left
    crop = sample_crops(photo, torch.tensor([0]), regions, SHAPE) / 255
    with torch.inference_mode():
        said = network.body(crop).summary.view(17, 3)
        own = create("yolo11n-pose", device="cpu").network(crop)
    best = own["scores"][0].argmax()
    x, y = (said[:, 0] / 2 * SHAPE[0] + SHAPE[1] / 2, (said[:, 1] + 1) / 2 * SHAPE[0])
    far = (torch.stack([x, y], dim=1) - own["keypoints"][0, best, :, :2]).norm(dim=1)
    sure = own["keypoints"][0, best, :, 2] > 0.9
    assert sure.sum() >= 10
    assert far[sure].max() < 0.05 * SHAPE[0]
    assert (said[sure, 2] > 1).all()


def test_the_small_one_starts_with_the_states_and_places_that_the_checkpoint_speaks_for(network):
    """Scores below even odds are absent, above odds of e^0.85 visible; peaks lie in the cells of the drawing."""
    torch.manual_seed(0)
    summary = torch.randn(2, 17, 3) * torch.tensor([0.4, 0.5, 2.0])
    drawn = network.body._draw(summary.flatten(1), (16, 12))
    map_ = torch.cat([torch.randn(2, 239, 16, 12), drawn], dim=1)
    features = Features(map_, summary.flatten(1), [])
    with torch.inference_mode():
        logits, (maps,) = network.visibility(features), network.coordinates.maps(features)
    score = summary[..., 2]
    wanted = torch.where(score < 0, 0, torch.where(score < 0.85, 1, 2))
    assert (logits.argmax(dim=2) == wanted).all()
    cells, heights = highest(maps)
    joints = torch.stack([(summary[..., 0] * 16 + 12) / 2, (summary[..., 1] * 16 + 16) / 2], dim=2)
    inside = ((joints > 0.5) & (joints < torch.tensor([11.5, 15.5]))).all(dim=2)
    assert (cells / 4 - joints).norm(dim=2)[inside].max() < 0.75
    assert (heights[inside].argsort() == score.sigmoid()[inside].argsort()).float().mean() > 0.5


def test_layers_that_stay_exact_exist(network):
    for name in network.exact_layers():
        assert isinstance(network.get_submodule(name), nn.Module)
    assert "visibility.connected" in network.exact_layers()
