"""Shards of scenes to train on, made of squares instead of people, and read back as a source that a recipe names."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_samples.generate import bundle, training
from data_samples.generate.body_parts import PARTS
from data_samples.generate.bundle import Quality
from data_samples.generate.camera import Camera
from data_samples.generate.image import save
from data_samples.generate.mesh import Material, Mesh, Thing
from data_samples.generate.scene import Light, Person, Scene
from data_samples.generate.views import TRIES, views, walked
from methods.skeletons import COCO17
from methods.training.recipe import find_recipe, read_recipe
from methods.training.sources import read_folder, read_mixture

NOSE, LEFT_WRIST = COCO17.keypoints.index("nose"), COCO17.keypoints.index("left_wrist")
CAMERA = Camera.look_at(np.array([0.0, -3.0, 1.0]), np.array([0.0, 0.0, 1.0]), 36.0, (80, 60))


def sheet(y, left, right, low, high, part=None):
    vertices = np.array([[left, y, low], [right, y, low], [right, y, high], [left, y, high]], dtype=float)
    parts = None if part is None else np.full(2, PARTS.index(part))
    return Mesh(vertices, np.array([[0, 1, 2], [0, 2, 3]]), Material("plain"), vertices, parts=parts)


def scene(name="single/00000", seed=5):
    """A head whose nose is seen, a lower arm behind a box, and fifteen keypoints far outside the image."""
    keypoints = np.repeat([[-90.0, 0.0, 1.0]], 17, axis=0)
    keypoints[NOSE], keypoints[LEFT_WRIST] = (0, 0.02, 1.2), (0, 0.02, 0.9)
    meshes = (sheet(0, -0.3, 0.3, 1.05, 1.4, "head"), sheet(0, -0.3, 0.3, 0.7, 1.05, "left_lower_arm"))
    box = Thing("box", (sheet(-0.5, -0.3, 0.3, 0.75, 1.0),))
    return Scene(name, "single", seed, CAMERA, (Person(meshes, keypoints, 1.8, "standing", {}),), (box,), Light())


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Two places written as one shard, with grey pictures; every look is the same one here."""
    built = []

    def build(name, bodies, long_side, seed):
        built.append(name)
        return scene(name)

    def draw(scenes, pictures, quality):
        for each, picture in zip(scenes, pictures, strict=True):
            save(np.full((each.camera.height, each.camera.width, 3), 90, np.uint8), picture)

    monkeypatch.setattr(bundle, "build", build)
    monkeypatch.setattr(bundle, "draw", draw)
    monkeypatch.setattr(training, "views", lambda each, count: [replace(each) for _ in range(count)])
    training.make_shards(8, [], tmp_path / "scenes", Quality(1, 80, 1))
    return tmp_path, built


def test_shards_are_a_source_that_training_reads(made):
    folder, _ = made
    images = read_folder(folder, "scenes", "train")
    assert len(images) == 8
    assert len({image.file_name for image in images}) == 8
    for image in images:
        assert image.read().shape == (60, 80, 3)
        assert len(image.people) == 1
        assert image.people.visibility[0, [NOSE, LEFT_WRIST]].tolist() == [2, 1]
        assert image.people.visibility[0].sum() == 3  # all others are outside the image: 0
        assert image.people.keypoints[0, NOSE] == pytest.approx(CAMERA.project([0, 0.02, 1.2]), abs=0.01)
        assert image.people.annotations[0]["occluder"][LEFT_WRIST] == "object"
    assert not list((folder / "scenes" / "loose").rglob("*.jpg"))


def test_a_recipe_names_them(made):
    folder, _ = made
    recipe = read_recipe(find_recipe(["hybridpose-n"], "images"))
    mixture = read_mixture(folder, recipe.model_copy(update={"sources": {"scenes": 2.0}}))
    assert len(mixture.images) == 8


def test_a_stopped_run_goes_on_where_it_stopped(made):
    folder, built = made
    assert built == training.training_names(2)
    training.make_shards(8, [], folder / "scenes", Quality(1, 80, 1))
    assert built == training.training_names(2)
    (folder / "scenes" / "scenes-0000.tar").unlink()
    record = bundle.record_file(folder / "scenes" / "loose", built[0])
    record.unlink()
    bundle.record_file(folder / "scenes" / "loose", built[1]).unlink()
    training.make_shards(8, [], folder / "scenes", Quality(1, 80, 1))
    assert built == 2 * training.training_names(2)


def test_views_that_show_nobody_are_made_up_for(made, monkeypatch):
    folder, built = made
    wall = (Thing("wall", (sheet(-0.5, -9, 9, -9, 9),)),)
    monkeypatch.setattr(training, "views", lambda each, count: [each, each, each, replace(each, things=wall)])
    training.make_shards(8, [], folder / "others", Quality(1, 80, 1))
    assert len(read_folder(folder, "others", "train")) == 9  # of three places, since two have six
    assert built == training.training_names(2) + training.training_names(3)


def test_every_hundred_places_have_each_set_in_its_share():
    names = training.training_names(200)
    assert len(set(names)) == 200
    for group, share in training.SHARES.items():
        assert sum(name.startswith(f"{group}/") for name in names[:100]) == share
    assert sum(training.SHARES.values()) == 100
    assert training.training_names(50) == names[:50]


@given(st.floats(-3, 3), st.floats(0.5, 2))
def test_walking_round_keeps_distance_height_and_the_middle_in_place(angle, zoom):
    middle = np.array([0.2, 0.1, 1.1])
    camera = walked(CAMERA, middle, angle, zoom)
    assert np.linalg.norm(camera.position - middle) == pytest.approx(np.linalg.norm(CAMERA.position - middle))
    assert camera.position[2] == pytest.approx(CAMERA.position[2])
    offset = CAMERA.project(middle) - (40, 30)
    assert camera.project(middle) - (40, 30) == pytest.approx(zoom * offset)
    assert camera.rotation @ camera.rotation.T == pytest.approx(np.eye(3))


def test_walking_a_quarter_to_the_right_looks_along_the_x_axis():
    camera = walked(CAMERA, np.array([0.0, 0.0, 1.0]), np.pi / 2, 1.0)
    assert camera.position == pytest.approx([3, 0, 1])
    assert camera.rotation[2] == pytest.approx([-1, 0, 0])


def test_views_begin_with_the_scene_itself_and_show_somebody():
    here = scene()
    keypoints = np.repeat([[0.0, 0.0, 1.0]], 17, axis=0)
    here = replace(here, people=(replace(here.people[0], keypoints=keypoints),))
    found = list(views(here, 3))
    assert found[0] is here
    assert len(found) == 3
    assert len({view.seed for view in found}) == 3
    for view in found:
        assert view.camera.contains(view.camera.project(keypoints)).all()
    assert [view.camera.focal for view in views(here, 3)] == [view.camera.focal for view in found]


def test_a_camera_never_stands_in_a_wall():
    """Solid things all round the people but where the scene's own camera stands leave only that one view."""
    wall = (np.array([0.0, 0.0, 1.0]), np.array([5.0, 5.0, 5.0]), 0.0)
    keypoints = np.repeat([[0.0, 0.0, 1.0]], 17, axis=0)
    here = scene()
    here = replace(here, people=(replace(here.people[0], keypoints=keypoints),), things=(Thing("wall", (), (wall,)),))
    assert TRIES > 0
    assert list(views(here, 4)) == [here]
