"""PoseDet's networks: sizes, shapes, what is embedded, what a level means."""

import pytest
import torch

from methods.backbones.small_body import load_small_body
from methods.ops.people import PeopleBatch
from methods.posedet.candidates import BEST, find_candidates, score_maps
from methods.posedet.loss import PoseDetLoss
from methods.posedet.network import (
    EMBEDDED,
    EMBEDDED_IN_TRAINING,
    STRIDES,
    Level,
    PoseDetNetwork,
    SmallPoseDetNetwork,
    last_layers,
)
from methods.posedet.targets import coarse_targets


@pytest.fixture(scope="module")
def small() -> SmallPoseDetNetwork:
    torch.manual_seed(0)
    network = SmallPoseDetNetwork()
    for name in last_layers():
        torch.nn.init.normal_(network.get_submodule(name).weight, std=0.3)
    return network.eval()


def maps_of(images: torch.Tensor) -> list[torch.Tensor]:
    with torch.inference_mode():
        return load_small_body()(images)


# DLA-34, HRNet-W32 and W48 without their classifiers have 15.2, 29.3 and 65.3 M parameters (timm).
@pytest.mark.parametrize(
    ("size", "backbone", "head"), [("dla34", 15.2, 2.9), ("hrnet32", 29.3, 8.9), ("hrnet48", 65.3, 8.9)]
)
def test_parameter_counts(size, backbone, head):
    with torch.device("meta"):
        network = PoseDetNetwork(size)
    body = sum(x.numel() for x in network.body.parameters()) / 1e6
    assert body == pytest.approx(backbone, abs=0.06)
    assert sum(x.numel() for x in network.parameters()) / 1e6 - body == pytest.approx(head, abs=0.06)


@pytest.mark.parametrize("keypoints", [17, 14])
def test_the_papers_network_embeds_every_candidate(keypoints):
    network = PoseDetNetwork("dla34", keypoints)
    for training in (True, False):
        with torch.inference_mode():
            levels = network.train(training)(torch.rand(1, 3, 128, 64))
        for level, stride in zip(levels, STRIDES, strict=True):
            rows, columns = 128 // stride, 64 // stride
            assert level.coarse.shape == (1, rows, columns, keypoints, 2)
            assert level.displacements.shape == (1, rows * columns, keypoints, 2)
            assert level.cells.tolist() == [list(range(rows * columns))]
            assert (level.heatmaps.shape == (1, keypoints, rows, columns)) if training else (level.heatmaps is None)


def test_hrnet_has_levels_of_8_to_32_cells_and_the_loss_looks_at_them():
    """A person of 260 px, whom DLA-34's fourth level finds, is found by the third of three."""
    torch.manual_seed(0)
    network = PoseDetNetwork("hrnet32")
    x, y = torch.meshgrid(torch.linspace(20, 320, 5), torch.linspace(20, 320, 5), indexing="ij")
    keypoints = torch.stack([x.flatten()[:17], y.flatten()[:17]], dim=1)[None]
    people = PeopleBatch(
        torch.randint(0, 256, (1, 3, 384, 384), dtype=torch.uint8),
        torch.zeros(1, dtype=torch.long),
        torch.tensor([[10.0, 10, 330, 330]]),
        keypoints,
        torch.full((1, 17), 2),
        torch.ones(1, 17),
        torch.zeros(1, dtype=torch.bool),
    )
    assert [len(each.image) for each in coarse_targets(people, strides=(8, 16, 32))] == [0, 0, 1]
    levels = [
        Level(
            torch.zeros(1, 384 // s, 384 // s, 17, 2),
            torch.arange((384 // s) ** 2)[None],
            torch.zeros(1, (384 // s) ** 2, 17, 2),
            torch.zeros(1, (384 // s) ** 2),
            torch.zeros(1, 17, 384 // s, 384 // s),
        )
        for s in (8, 16, 32)
    ]
    assert PoseDetLoss()(levels, people)["coarse"] > 0
    with torch.inference_mode():
        shapes = [tuple(level.coarse.shape[1:3]) for level in network.eval()(torch.rand(1, 3, 64, 128))]
    assert shapes == [(8, 16), (4, 8), (2, 4)]


def test_random_heads_expect_nobody():
    with torch.inference_mode():
        levels = PoseDetNetwork("dla34").eval()(torch.rand(1, 3, 64, 64))
    assert max(level.scores.sigmoid().max().item() for level in levels) < 0.1


def test_a_level_is_laid_out_as_its_map(small):
    """The candidate in row 2, column 3 at stride 8: what its channels say, whatever the order of the chosen ones."""
    maps = maps_of(torch.rand(2, 3, 64, 128))
    with torch.inference_mode():
        level = small(maps)[0]
        x = small.pyramid[0](maps[1]).relu()
        keypoints = small.bypass(x)
        moved, scores = small.head.regression(x, keypoints), small.head.classification(x, keypoints)
    torch.testing.assert_close(level.coarse[1, 2, 3, 5], keypoints[1, 10:12, 2, 3])
    place = level.cells[1].tolist().index(2 * 16 + 3)
    torch.testing.assert_close(level.displacements[1, place, 5], moved[1, 10:12, 2, 3], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(level.scores[1, place], scores[1, 0, 2, 3], atol=1e-4, rtol=1e-4)


def test_the_small_network_refines_the_best_by_their_only_score(small):
    maps = maps_of(torch.rand(1, 3, 256, 192))  # 768 candidates at stride 8
    with torch.inference_mode():
        level = small(maps)[0]
        x = small.pyramid[0](maps[1]).relu()
        scores = small.head.classification(x, small.bypass(x)).flatten()
    assert level.cells.shape == (1, EMBEDDED)
    torch.testing.assert_close(level.scores[0], scores.topk(EMBEDDED).values, atol=1e-4, rtol=1e-4)


def test_in_training_candidates_are_embedded_at_random():
    network = SmallPoseDetNetwork().train()
    maps = maps_of(torch.rand(1, 3, 256, 256))
    with torch.no_grad():
        first, second = (network(maps)[0].cells[0] for _ in range(2))
    assert len(first) == len(second) == EMBEDDED_IN_TRAINING
    assert len(first.unique()) == EMBEDDED_IN_TRAINING
    assert set(first.tolist()) != set(second.tolist())


def test_one_image_gives_the_same_as_in_a_batch(small):
    images = torch.rand(3, 3, 128, 64)
    with torch.inference_mode():
        for together, alone in zip(small(maps_of(images)), small(maps_of(images[1:2])), strict=True):
            torch.testing.assert_close(together.coarse[1:2], alone.coarse, rtol=1e-4, atol=1e-4)
            assert set(together.cells[1].tolist()) == set(alone.cells[0].tolist())
            order, other = together.cells[1].argsort(), alone.cells[0].argsort()
            torch.testing.assert_close(together.scores[1][order], alone.scores[0][other], rtol=1e-4, atol=1e-4)


def test_equation_3_and_the_best_of_each_level():
    """Stride 16: candidate in row 1, column 2, whose centre is at 40, 24."""
    empty = [
        Level(
            torch.zeros(1, 64 // s, 64 // s, 1, 2),
            torch.zeros(1, 0).long(),
            torch.zeros(1, 0, 1, 2),
            torch.zeros(1, 0),
            None,
        )
        for s in STRIDES
    ]
    coarse = torch.zeros(1, 4, 4, 1, 2)
    coarse[0, 1, 2, 0] = torch.tensor([1.0, -0.5])
    moved = torch.tensor([[[[0.0, 0.0]], [[0.25, 0.5]]]])
    level = Level(coarse, torch.tensor([[3, 6]]), moved, torch.tensor([[-1.0, 2.0]]), None)
    found = find_candidates([empty[0], level, *empty[2:]])
    assert found.points.tolist() == [[[40, 24], [56, 8]]]
    assert found.coarse[0, 0, 0].tolist() == [40 + 16, 24 - 8]
    assert found.refined[0, 0, 0].tolist() == [40 + 16 + 4, 24 - 8 + 8]
    assert found.scores[0].tolist() == pytest.approx([0.8808, 0.2689], abs=1e-4)
    maps = score_maps([empty[0], level, *empty[2:]])
    assert {name: each.shape for name, each in maps.items()} == {f"scores_{s}": (1, 64 // s, 64 // s) for s in STRIDES}
    assert maps["scores_16"].nonzero().tolist() == [[0, 0, 3], [0, 1, 2]]
    assert maps["scores_16"][0, 1, 2] == round(0.8808 * 255)


def test_of_a_large_level_the_best_500_are_candidates():
    scores = torch.rand(2, 4096)
    level = Level(
        torch.zeros(2, 64, 64, 1, 2), torch.arange(4096).expand(2, -1), torch.zeros(2, 4096, 1, 2), scores, None
    )
    tiny = Level(torch.zeros(2, 1, 1, 1, 2), torch.zeros(2, 1).long(), torch.zeros(2, 1, 1, 2), torch.zeros(2, 1), None)
    found = find_candidates([level, tiny, tiny, tiny])
    assert found.scores.shape == (2, BEST + 3)
    torch.testing.assert_close(found.scores[:, :BEST], scores.topk(BEST).values.sigmoid())
