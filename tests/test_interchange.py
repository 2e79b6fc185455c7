"""Poses of other libraries and back, on objects that have what theirs have."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from methods.errors import DataError
from methods.skeletons import CROWDPOSE14
from methods.types import Poses

RNG = np.random.default_rng(0)


def poses(keypoints: int = 17) -> Poses:
    points = RNG.uniform(1, 90, (3, keypoints, 2))
    boxes = np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)
    return Poses(boxes, np.array([0.9, 0.8, 0.1]), points, RNG.uniform(0, 1, (3, keypoints)))


@pytest.fixture(params=[17, 14, 5])
def known(request) -> Poses:
    return poses(request.param)


def test_ultralytics(known):
    given = known.to_ultralytics()
    boxes, keypoints = torch.tensor(given["boxes"]), torch.tensor(given["keypoints"])
    results = SimpleNamespace(
        boxes=SimpleNamespace(xyxy=boxes[:, :4], conf=boxes[:, 4]), keypoints=SimpleNamespace(data=keypoints)
    )
    assert Poses.from_ultralytics(results).allclose(known)
    results.keypoints.data = keypoints[..., :2]
    assert np.isnan(Poses.from_ultralytics(results).keypoint_scores).all()


def test_transformers(known):
    found = Poses.from_transformers(known.to_transformers())
    order = np.argsort(-known.keypoint_scores.mean(axis=1))
    np.testing.assert_allclose(found.keypoints, known.keypoints[order])
    np.testing.assert_allclose(found.boxes, known.boxes[order], atol=1e-4)
    np.testing.assert_allclose(found.scores, known.keypoint_scores.mean(axis=1)[order], atol=1e-6)


def test_mmpose(known):
    instances = SimpleNamespace(**known.to_mmpose())
    assert Poses.from_mmpose(SimpleNamespace(pred_instances=instances)).allclose(known)
    assert Poses.from_mmpose(instances).allclose(known)
    del instances.bboxes
    assert Poses.from_mmpose(instances).allclose(known)  # whose boxes are those around the keypoints


def test_supervision(known):
    given = known.to_supervision()
    assert Poses.from_supervision(SimpleNamespace(**given)).allclose(known)
    given["xy"][0, 0] = 0
    assert np.isnan(Poses.from_supervision(SimpleNamespace(**given)).keypoints[0, 0]).all()
    found = Poses.from_supervision(SimpleNamespace(xy=given["xy"]))
    assert found.scores.tolist() == [1, 1, 1]
    assert np.isnan(found.keypoint_scores).all()


def test_coco(known):
    assert Poses.from_coco(known.to_coco(image_id=1)).allclose(known)


@pytest.mark.parametrize("name", ["from_transformers", "from_coco"])
def test_nobody(name):
    found = getattr(Poses, name)([], CROWDPOSE14)
    assert (found.keypoints.shape, found.skeleton) == ((0, 14, 2), CROWDPOSE14)


def test_a_skeleton_is_kept_and_has_to_fit():
    assert Poses.from_coco(poses(14).to_coco(1), CROWDPOSE14).skeleton == CROWDPOSE14
    with pytest.raises(ValueError, match=r"keypoints has K = 17; CrowdPose-14 has 14"):
        Poses.from_coco(poses(17).to_coco(1), CROWDPOSE14)


def test_results_of_something_else():
    with pytest.raises(DataError, match="The given SimpleNamespace has no keypoints; give the results of a pose model"):
        Poses.from_ultralytics(SimpleNamespace(boxes=SimpleNamespace(), keypoints=None))
