"""Kept answers about samples: those that the methods give, and none that is out of date."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from app import kept_predictions
from app.models import offered
from app.outputs.layers import NotKept, layers, names_of
from app.samples import find_offer, offers
from methods.images import read_image
from methods.settings import Settings
from methods.types import Poses, Prediction, Timing
from methods.weights import read_manifest

YOLO = "yolo11n-pose"


@pytest.mark.parametrize("offer", offers(), ids=lambda offer: offer.name)
def test_there_is_an_answer_of_every_method_about_every_sample(offer):
    missing = set(offered()) - set(kept_predictions.predictions_of(offer, offered()))
    assert not missing, "weights, presets or samples have changed; run python -m app.precompute"


@pytest.mark.parametrize("name", ["astronaut", "scenes-cut-off"])
def test_two_samples_answers_are_what_the_methods_find_with_the_demo_preset(name):
    offer = find_offer(name)
    kept, image = kept_predictions.predictions_of(offer, offered()), read_image(offer.path)
    for method in offered().values():
        found = method.predict([image])[0]
        assert kept[method.name].poses.allclose(found.poses, atol=0.02), method.name
        assert names_of(kept[method.name]) == names_of(found)


@pytest.fixture
def kept(tmp_path):
    """One answer about one sample: two people, one keypoint left out, one without a score, no visibility."""
    keypoints = np.arange(68, dtype=np.float32).reshape(2, 17, 2)
    keypoints[0, 3] = np.nan
    scores = np.full((2, 17), 0.5)
    scores[1, 4] = np.nan
    poses = Poses(np.array([[0, 1, 20, 30.12], [5, 5, 9, 9]]), [0.9, 0.25], keypoints, scores)
    method, offer = offered()[YOLO], find_offer("bus")
    intermediate = method.predict([np.zeros((64, 64, 3), np.uint8)])[0].intermediate
    path = tmp_path / "predictions.json.gz"
    kept_predictions.write({offer: {YOLO: Prediction(poses, Timing(1, 2, 3), intermediate)}}, {YOLO: method}, path)
    return SimpleNamespace(path=path, poses=poses, offer=offer, intermediate=intermediate, methods={YOLO: method})


def test_an_answer_comes_back_as_it_was_without_times_and_with_nothing_to_draw_of_its_intermediate(kept):
    (found,) = kept_predictions.predictions_of(kept.offer, kept.methods, kept.path).values()
    assert found.poses.allclose(kept.poses)
    assert (found.timing.total, found.intermediate) == (0, NotKept(type(kept.intermediate)))
    assert {layer["marks"] for layer in layers(found, np.arange(2), names_of(found))} == {None}


def test_nobody_comes_back_as_nobody(kept):
    nobody = Prediction(Poses.empty(), Timing(1, 2, 3), kept.intermediate)
    kept_predictions.write({kept.offer: {YOLO: nobody}}, kept.methods, kept.path)
    (found,) = kept_predictions.predictions_of(kept.offer, kept.methods, kept.path).values()
    assert found.poses == Poses.empty()


def test_an_answer_about_another_image_of_that_name_does_not_count(kept):
    assert (
        kept_predictions.predictions_of(replace(kept.offer, path=find_offer("zidane").path), kept.methods, kept.path)
        == {}
    )
    assert kept_predictions.predictions_of(find_offer("zidane"), kept.methods, kept.path) == {}


def test_an_answer_of_other_weights_or_of_another_preset_does_not_count(kept, monkeypatch):
    class Changed(Settings):
        courage: float = 0.5

    other = SimpleNamespace(name=YOLO, Settings=Changed)
    assert kept_predictions.predictions_of(kept.offer, {YOLO: other}, kept.path) == {}
    changed = {**read_manifest(), YOLO: read_manifest()["kapao-n"]}
    monkeypatch.setattr(kept_predictions, "read_manifest", lambda: changed)
    assert kept_predictions.predictions_of(kept.offer, kept.methods, kept.path) == {}
    # The metamodel looks into the reference's boxes.
    assert "visibility-n" not in kept_predictions.predictions_of(kept.offer, offered())
    assert "kapao-n" in kept_predictions.predictions_of(kept.offer, offered())
