"""AP of skeletons with other numbers of keypoints than COCO's, against hotcoco, which takes any sigmas."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.data.coco import CocoKeypoints
from methods.metrics.ap import keypoint_ap
from methods.skeletons import CROWDPOSE14, HALPE26, HAND21, MPII16, Skeleton

hotcoco = pytest.importorskip("hotcoco")


def made_up(seed: int, skeleton: Skeleton) -> tuple[dict, list[dict]]:
    """A COCO file and results: people moved by a little or by much, and some who are not there."""
    rng = np.random.default_rng(seed)
    images = [{"id": i, "file_name": f"{i}.jpg", "width": 640, "height": 480} for i in range(1, 6)]
    annotations, found = [], []
    for number in range(1, 16):
        corner, size = rng.uniform(0, 300, 2), rng.uniform(20, 250, 2)
        points = corner + rng.uniform(0, 1, (len(skeleton), 2)) * size
        flags = np.maximum(rng.integers(0, 3, len(skeleton)), np.arange(len(skeleton)) == 0)
        box = [*corner.tolist(), *size.tolist()]
        image_id = int(rng.integers(1, 6))
        annotations.append(
            {
                "id": number, "image_id": image_id, "category_id": 1, "bbox": box, "area": float(size.prod() * 0.6),
                "iscrowd": 0, "num_keypoints": int((flags > 0).sum()),
                "keypoints": np.column_stack([points * (flags > 0)[:, None], flags]).ravel().tolist(),
            }
        )  # fmt: skip
        moved = points + rng.normal(0, rng.choice([1, 8, 40]), points.shape)
        triples = np.column_stack([moved, np.ones(len(points))]).ravel().tolist()
        score = float(rng.uniform(0.05, 0.95))
        found.append({"image_id": image_id, "category_id": 1, "bbox": box, "keypoints": triples, "score": score})
    category = {"id": 1, "name": "person", "keypoints": list(skeleton.keypoints), "skeleton": []}
    return {"images": images, "annotations": annotations, "categories": [category]}, found


@pytest.mark.parametrize("skeleton", [CROWDPOSE14, MPII16, HAND21, HALPE26], ids=lambda one: one.name)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_same_ap(tmp_path_factory, skeleton, seed) -> None:
    content, found = made_up(seed, skeleton)
    folder = tmp_path_factory.mktemp("other")
    (folder / "labels.json").write_text(json.dumps(content))
    (folder / "found.json").write_text(json.dumps(found))
    truth = hotcoco.COCO(str(folder / "labels.json"))
    evaluator = hotcoco.COCOeval(truth, truth.loadRes(str(folder / "found.json")), "keypoints")
    evaluator.params.kpt_oks_sigmas = list(skeleton.sigmas)
    evaluator.evaluate()
    evaluator.accumulate()
    evaluator.summarize()
    data = CocoKeypoints.read(folder / "labels.json", None, skeleton=None)
    assert data.skeleton.name == skeleton.name
    ours = list(keypoint_ap(data, found).model_dump().values())
    theirs = [np.nan if value == -1 else value for value in evaluator.stats]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
