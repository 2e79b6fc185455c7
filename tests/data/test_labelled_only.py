"""Sources whose flags do not tell occluded from visible keypoints."""

import json

import numpy as np

from methods.data.augment import Augment
from methods.data.coco import CocoKeypoints
from methods.data.labels import LABELLED, Labels, labelled_only
from methods.data.masking import mask_keypoints
from methods.training.recipe import parse_recipe
from methods.training.sources import read_mixture


def test_labelled_keypoints_get_the_flag_and_all_else_stays(drawings):
    people = drawings[0].people
    flags = people.visibility.copy()
    flags[0, :3] = [0, 1, 2]
    people.visibility.flags.writeable = True
    people.visibility[:] = flags
    found = labelled_only(drawings)
    assert found[0].people.visibility[0, :4].tolist() == [0, LABELLED, LABELLED, LABELLED]
    assert (found[0].people.keypoints == people.keypoints).all()
    assert (people.visibility == flags).all()  # the data set itself is as it was
    assert Labels.of(found[0]).keypoint_weights[0, :4].tolist() == [0, 1, 1, 1]


def test_a_recipe_names_such_sources(tmp_path, drawings):
    folder = tmp_path / "drawn"
    folder.mkdir()
    content = json.loads((tmp_path / "drawings.json").read_text())
    (folder / "annotations_train.json").write_text(json.dumps(content))
    for image in content["images"]:
        (folder / image["file_name"]).write_bytes((tmp_path / image["file_name"]).read_bytes())
    recipe = {
        "summary": "", "licence": "", "provenance": "", "data_terms": "", "sources": {"drawn": 1},
        "validation": {"folder": "drawn", "input_size": 64}, "stages": [{"epochs": 1, "sizes": [64]}],
        "batch_size": 1, "optimiser": "sgd", "learning_rate": 1,
    }  # fmt: skip
    for named, flag in (([], 2), (["drawn"], LABELLED)):
        mixture = read_mixture(tmp_path, parse_recipe(recipe | {"labelled_only": named}, "test"))
        assert {int(value) for image in mixture.images for value in image.people.visibility.ravel()} == {flag}


def test_hiding_such_a_keypoint_makes_it_occluded(drawings: CocoKeypoints):
    labels = Labels.of(labelled_only(drawings)[0])
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    hidden = mask_keypoints(np.random.default_rng(0), Augment(hide_keypoint=1), image, labels)
    assert set(hidden.visibility.ravel().tolist()) == {1, LABELLED}
