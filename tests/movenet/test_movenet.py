"""MoveNet MultiPose: equal to the published graph in TensorFlow.js, and its decoding on maps made by hand."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from methods.images import read_image
from methods.movenet.decode import (
    MAX_PEOPLE,
    SCORE_FLOOR,
    MoveNetSettings,
    decode,
    find_centers,
    find_keypoints,
    weighted_heatmaps,
)
from methods.movenet.network import MoveNet
from methods.ops.letterbox import Frame
from methods.weights import load_into, resolve

STORED = Path(__file__).parents[1] / "fixtures" / "movenet_tfjs.npz"  # make_movenet_outputs.py says how it was made
BUS = Path(find_spec("ultralytics").submodule_search_locations[0]) / "assets" / "bus.jpg"
STEP = 3  # the fixture holds every third row and column of cells
GRAPH_PEOPLE = 6


@pytest.fixture(scope="module")
def maps() -> dict[str, torch.Tensor]:
    """Our network's answer for the picture of make_movenet_outputs.py, without batch axis."""
    network = MoveNet().eval()
    load_into(network, resolve("movenet-multipose"))
    picture = np.full((288, 224, 3), 114, np.uint8)
    image = read_image(BUS)[::4, ::4]
    picture[: image.shape[0], : image.shape[1]] = image
    with torch.inference_mode():
        found = network(torch.from_numpy(picture).permute(2, 0, 1)[None].float())
    return {name: value[0] for name, value in found.items()}


@pytest.fixture(scope="module")
def stored() -> dict[str, np.ndarray]:
    return dict(np.load(STORED))


@pytest.mark.parametrize("name", ["center", "box_scale", "box_offset", "kpt_heatmap", "kpt_regress", "kpt_offset"])
def test_every_head_equals_the_published_graph(maps, stored, name):
    h, w = maps["center"].shape
    ours = maps[name].reshape(-1, h, w).permute(1, 2, 0).numpy()[::STEP, ::STEP]
    np.testing.assert_allclose(ours, stored[name], rtol=0, atol=1e-3)
    assert np.ptp(stored[name]) > 0.1


def graph_people(maps) -> dict[str, np.ndarray]:
    """The graph's final answer by our steps: six centres, and keypoint scores that people share (see decode.py)."""
    people = find_centers(maps, floor=0.0, limit=GRAPH_PEOPLE)
    positions, _ = find_keypoints(maps, people)
    weighted = weighted_heatmaps(maps["kpt_heatmap"], people)
    cells = weighted.flatten(2).argmax(dim=2)
    shared = weighted.amax(dim=0).flatten(1)[torch.arange(17).expand_as(cells), cells]
    counted = shared > SCORE_FLOOR
    scores = people.scores * (shared * counted).sum(1) / counted.sum(1).clamp(min=1)
    return {
        "positions": positions.numpy(),
        "shared": shared.numpy(),
        "scores": scores.numpy(),
        "low": people.low.numpy(),
    }


def test_the_final_people_equal_the_published_graph(maps, stored):
    """Keypoints within 0.01 px and scores within 1e-4 for all six people, the weak ones too."""
    people, found = stored["people"], graph_people(maps)
    keypoints = people[:, :51].reshape(GRAPH_PEOPLE, 17, 3)
    sides = np.array([288, 224])
    np.testing.assert_allclose(found["positions"] * 4, keypoints[..., :2] * sides, rtol=0, atol=0.01)
    np.testing.assert_allclose(found["shared"], keypoints[..., 2], rtol=0, atol=1e-4)
    np.testing.assert_allclose(found["low"] * 4, people[:, 51:53] * sides, rtol=0, atol=0.01)
    np.testing.assert_allclose(found["scores"], people[:, 55], rtol=0, atol=1e-4)


def test_decode_gives_the_same_people_without_duplicates(maps, stored):
    """In pixels, x before y, best first. The best person stands alone; the next gets no score from a weaker double."""
    frame = Frame(width=224, height=288, scale_x=1.0, scale_y=1.0, left=0, top=0)
    poses, _ = decode(maps, frame, MoveNetSettings(pose_confidence=0.3, keypoint_confidence=0.0))
    order = np.argsort(-stored["people"][:, 55])[:2]
    keypoints = stored["people"][order, :51].reshape(2, 17, 3)
    y1, x1, y2, x2 = (stored["people"][order, 51:55] * [288, 224, 288, 224]).T
    assert len(poses) == 2
    assert poses.scores[0] == pytest.approx(stored["people"][order[0], 55], abs=1e-4)
    assert (poses.scores <= stored["people"][order, 55] + 1e-4).all()
    np.testing.assert_allclose(poses.keypoints, keypoints[..., 1::-1] * [224, 288], atol=0.01)
    np.testing.assert_allclose(poses.keypoint_scores[0], keypoints[0, :, 2], atol=1e-4)
    np.testing.assert_allclose(poses.boxes, np.stack([x1, y1, x2, y2], 1), atol=0.01)


def blank(h: int = 20, w: int = 30) -> dict[str, torch.Tensor]:
    """Maps on which nobody stands."""
    return {
        "center": torch.zeros(h, w),
        "box_scale": torch.zeros(2, h, w),
        "box_offset": torch.zeros(2, h, w),
        "kpt_heatmap": torch.zeros(17, h, w),
        "kpt_regress": torch.zeros(17, 2, h, w),
        "kpt_offset": torch.zeros(17, 2, h, w),
    }


def person(maps: dict[str, torch.Tensor], row: int, column: int, score: float = 0.8) -> None:
    """Someone 8 cells high and 6 wide, all of whose keypoints are at (row + 2, column + 1), with a fine offset."""
    maps["center"][row, column] = score
    maps["box_scale"][:, row, column] = torch.tensor([8.0, 6.0])
    maps["box_offset"][:, row, column] = torch.tensor([0.5, 0.25])
    maps["kpt_regress"][:, :, row, column] = torch.tensor([2.0, 1.0])
    maps["kpt_heatmap"][:, row + 2, column + 1] = 0.5
    maps["kpt_offset"][:, :, row + 2, column + 1] = torch.tensor([0.25, -0.5])


FRAME = Frame(width=120, height=80, scale_x=1.0, scale_y=1.0, left=0, top=0)
ALL = MoveNetSettings(pose_confidence=0.0, keypoint_confidence=0.0, pose_oks=1.0)


def test_one_person_worked_out_by_hand():
    maps = blank()
    person(maps, row=10, column=12)
    poses, intermediate = decode(maps, FRAME, ALL)
    assert poses.keypoints.tolist() == [[[(13 - 0.5) * 4, (12 + 0.25) * 4]] * 17]
    assert poses.boxes.tolist() == [[(12.25 - 3) * 4, (10.5 - 4) * 4, (12.25 + 3) * 4, (10.5 + 4) * 4]]
    assert poses.keypoint_scores == pytest.approx(0.5)
    assert poses.scores == pytest.approx(0.8 * 0.5)
    assert intermediate.centers.tolist() == [[48, 40]]
    assert intermediate.regressed[0, 0].tolist() == [52, 48]
    assert intermediate.extent == (-2, -2, 118, 78)


def test_a_heat_map_cell_weighs_less_with_distance():
    """exp(-d^2 / (0.3 * shorter side)): a weak cell at the regressed point beats a strong one three cells away."""
    maps = blank()
    person(maps, row=10, column=12)
    maps["kpt_heatmap"][:, 12, 13], maps["kpt_heatmap"][:, 12, 10] = 0.3, 0.9
    poses, _ = decode(maps, FRAME, ALL)
    assert poses.keypoint_scores == pytest.approx(0.3)  # against 0.9 * exp(-9 / 6) = 0.2
    maps["kpt_heatmap"][:, 12, 13] = 0.15
    poses, _ = decode(maps, FRAME, ALL)
    assert poses.keypoint_scores == pytest.approx(0.9 * np.exp(-9 / 6))


def test_a_cell_outside_the_box_is_nobodys_keypoint():
    maps = blank()
    person(maps, row=10, column=12)
    maps["kpt_heatmap"].zero_()
    maps["kpt_heatmap"][:, 12, 17] = 1.0  # the box ends at column 15.25
    poses, _ = decode(maps, FRAME, ALL)
    assert poses.keypoint_scores.max() == 0
    assert poses.keypoints[0, 0].tolist() == [52, 48]  # the regressed point, not a corner of the map
    assert poses.scores.tolist() == [0]


def test_weak_keypoints_do_not_count_in_the_score():
    maps = blank()
    person(maps, row=10, column=12)
    maps["kpt_heatmap"][5:, 12, 13] = 0.1  # below SCORE_FLOOR
    poses, _ = decode(maps, FRAME, ALL)
    assert poses.scores == pytest.approx(0.8 * 0.5)


def test_thresholds():
    maps = blank()
    person(maps, row=10, column=12)
    person(maps, row=10, column=24, score=0.4)
    maps["kpt_heatmap"][0] = 0
    assert len(decode(maps, FRAME, ALL)[0]) == 2
    assert len(decode(maps, FRAME, ALL.model_copy(update={"pose_confidence": 0.3}))[0]) == 1
    assert len(decode(maps, FRAME, ALL.model_copy(update={"pose_confidence": 0.5}))[0]) == 0
    poses, _ = decode(maps, FRAME, ALL.model_copy(update={"keypoint_confidence": 0.2}))
    assert np.isnan(poses.keypoints[:, 0]).all()
    assert not np.isnan(poses.keypoints[:, 1:]).any()


def test_of_two_alike_people_the_better_stays():
    maps = blank()
    person(maps, row=10, column=12)
    person(maps, row=10, column=15, score=0.4)
    maps["kpt_regress"][:, :, 10, 15] = torch.tensor([2.0, -2.0])
    assert len(decode(maps, FRAME, ALL)[0]) == 2
    poses, _ = decode(maps, FRAME, ALL.model_copy(update={"pose_oks": 0.5}))
    assert poses.scores == pytest.approx(0.8 * 0.5)


def test_more_people_than_the_graph_can_answer_with_but_not_without_end():
    maps = blank(8, 8 * (MAX_PEOPLE + 5))
    for i in range(MAX_PEOPLE + 5):
        person(maps, row=4, column=8 * i + 4)
    poses, _ = decode(maps, Frame(4000, 40, 1.0, 1.0, 0, 0), ALL)
    assert len(poses) == MAX_PEOPLE > GRAPH_PEOPLE


def test_nobody_gives_empty_poses():
    poses, intermediate = decode(blank(), FRAME, ALL)
    assert poses.keypoints.shape == (0, 17, 2)
    assert intermediate.centers.shape == (0, 2)
    assert intermediate.regressed.shape == (0, 17, 2)
    assert intermediate.heatmaps.shape == (17, 20, 30)
