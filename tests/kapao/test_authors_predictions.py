"""Our KAPAO-S against numbers that the authors' code gave for the same weights and image.

`tests/fixtures/kapao_authors.npz` holds a few of its predictions; its `recipe` says how they were made. Weights are
made here by the same rule, so that no checkpoint is needed.
"""

from pathlib import Path

import numpy as np
import pytest
import torch

from methods.kapao.importer import import_kapao_state
from methods.kapao.method import Kapao
from methods.kapao.network import KapaoNetwork
from methods.pose_grid.views import AUGMENTED, PLAIN

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "kapao_authors.npz"
TOLERANCE = 1e-3  # pixels, and scores


def authors_name(name: str) -> str:
    return name.replace("body.model.", "model.").replace("head.", "model.33.")


def rule(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    x = torch.randn(shape, generator=generator)
    if name.endswith("running_var"):
        return 1 + x.abs() / 10
    if name.endswith("bn.weight"):
        return 1 + x / 10
    if name.endswith(("bn.bias", "running_mean")):
        return x / 10
    if name.endswith("weight"):
        return x * ((20 if ".33." in name else 2.5) / x[0].numel()) ** 0.5
    return x


@pytest.fixture(scope="module")
def kapao() -> Kapao:
    network = KapaoNetwork("s")
    shapes = {authors_name(name): x.shape for name, x in network.state_dict().items() if x.is_floating_point()}
    generator = torch.Generator().manual_seed(0)
    state = {name: rule(name, shapes[name], generator) for name in sorted(shapes)}
    network.load_state_dict(import_kapao_state(state, "s"), strict=True)
    return Kapao("kapao-s", network, input_size=192, device="cpu")


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    return np.kron(pixels, np.ones((16, 16, 1), dtype=np.uint8))


@pytest.fixture(scope="module")
def authors() -> dict[str, np.ndarray]:
    with np.load(FIXTURE) as stored:
        return dict(stored)


@pytest.fixture(scope="module", params=["plain", "augmented"])
def kind(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def raw(kapao, image, kind):
    kapao.views = PLAIN if kind == "plain" else AUGMENTED
    return kapao.infer([image])[0]


def corners(boxes: np.ndarray) -> np.ndarray:
    return np.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2], axis=1)


def test_decoded_predictions_before_suppression(raw, authors, kind):
    for objects in ("pose", "keypoint"):
        wanted = corners(authors[f"{kind}_{objects}_boxes"])
        boxes = raw.outputs[f"{objects}_boxes"].numpy()
        same = np.abs(boxes[None] - wanted[:, None]).max(axis=2).argmin(axis=1)
        assert len(set(same)) == len(wanted)
        np.testing.assert_allclose(boxes[same], wanted, rtol=0, atol=TOLERANCE)
        scores = raw.outputs[f"{objects}_scores"].numpy()[same]
        np.testing.assert_allclose(scores, authors[f"{kind}_{objects}_scores"], rtol=0, atol=TOLERANCE)
        if objects == "pose":
            keypoints = raw.outputs["keypoints"].numpy()[same]
            np.testing.assert_allclose(keypoints, authors[f"{kind}_pose_keypoints"], rtol=0, atol=TOLERANCE)
        else:
            np.testing.assert_array_equal(
                raw.outputs["keypoint_classes"].numpy()[same], authors[f"{kind}_keypoint_classes"]
            )


def test_people_after_suppression_and_fusion(kapao, raw, authors, kind, image):
    found = kapao.decode(raw, kapao.Settings.evaluation())
    poses, wanted = found.poses, authors[f"{kind}_poses"]
    people, parts, fused = authors[f"{kind}_counts"]
    assert (len(poses), len(found.intermediate.keypoint_scores), len(found.intermediate.fused_pose)) == (
        people,
        parts,
        fused,
    )
    np.testing.assert_allclose(poses.scores[: len(wanted)], authors[f"{kind}_scores"], rtol=0, atol=TOLERANCE)
    keypoints = poses.keypoints[: len(wanted)].copy()
    height, width = image.shape[:2]
    # The authors' code clips the first two keypoints of a pose object, and no others, to the image.
    keypoints[:, :2] = np.clip(keypoints[:, :2], 0, [width, height])
    np.testing.assert_allclose(keypoints, wanted[..., :2], rtol=0, atol=TOLERANCE)
    scores = np.nan_to_num(poses.keypoint_scores[: len(wanted)], nan=0.0)
    np.testing.assert_allclose(scores, wanted[..., 2], rtol=0, atol=TOLERANCE)
