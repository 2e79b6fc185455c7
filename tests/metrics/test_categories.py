"""AP of each category, and the mean that pycocotools gives over all categories."""

import json

import numpy as np
import pytest
from pycocotools.coco import COCO

from methods.analysis.speed.ap import pycocotools_measures
from methods.data.formats import read_categories
from methods.metrics.categories import category_ap
from methods.skeletons import AP10K17


@pytest.fixture
def animals(tmp_path):
    """Three kinds of animals in eight images, one kind without any; detections near them, some of a wrong kind."""
    rng = np.random.default_rng(3)
    kinds = {2: "cat", 4: "dog", 9: "horse"}
    categories = [{"id": i, "name": name, "keypoints": list(AP10K17.keypoints)} for i, name in kinds.items()]
    images = [{"id": i, "file_name": f"{i}.png", "width": 400, "height": 300} for i in range(1, 9)]
    annotations, results = [], []
    for number in range(1, 25):
        keypoints = np.column_stack([rng.uniform(0, 250, (17, 2)).round(1), np.full(17, 2)])
        shared = {"image_id": int(rng.integers(1, 9)), "category_id": int(rng.choice([2, 4])), "bbox": [0, 0, 250, 250]}
        numbers = keypoints.ravel().tolist()
        annotations.append(
            shared | {"id": number, "keypoints": numbers, "num_keypoints": 17, "area": 30000, "iscrowd": 0}
        )
        keypoints[:, :2] += rng.normal(0, rng.choice([1, 10, 30]), (17, 2))
        found = shared | {"keypoints": keypoints.round(1).ravel().tolist(), "score": float(rng.random())}
        results += [found, found | {"category_id": int(rng.choice([2, 4, 9])), "score": float(rng.random())}]
    content = {"images": images, "categories": categories, "annotations": annotations}
    (tmp_path / "animals.json").write_text(json.dumps(content))
    return tmp_path / "animals.json", results


def test_the_mean_is_that_of_pycocotools(animals, capsys) -> None:
    path, results = animals
    found = category_ap(read_categories(path), results)
    expected = pycocotools_measures(COCO(str(path)), results)
    for value, theirs in zip(found.mean.model_dump().values(), expected, strict=True):
        assert value == pytest.approx(theirs, abs=1e-12) or (np.isnan(value) and theirs == -1)
    assert sum(found.people.values()) == 24
    assert found.to_pandas()["category"].tolist() == ["cat", "dog", "mean"]
    assert type(found).from_json(found.to_json()).mean.ap == pytest.approx(found.mean.ap)
