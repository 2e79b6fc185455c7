"""Several images and frames of a video."""

import numpy as np
import pytest
from PIL import Image

from app.server.gate import Upload
from app.state.batch import caption, predicted_images, sorted_by_disagreement, stills
from methods.types import Poses


@pytest.fixture
def files(tmp_path):
    for name, side in (("small.png", 60), ("large.png", 600)):
        Image.fromarray(np.full((side, 2 * side, 3), 127, np.uint8)).save(tmp_path / name)
    (tmp_path / "broken.png").write_text("no image")
    return [Upload(tmp_path / name) for name in ("broken.png", "small.png", "large.png")]


def settings(fakes, **changed):
    return {name: method.Settings(**changed) for name, method in fakes.items()}


def test_images_are_run_and_a_broken_one_does_not_stop_the_others(files, fakes):
    found = list(predicted_images(files, fakes, settings(fakes)))
    assert [image.file.name for image in found] == ["broken.png", "small.png", "large.png"]
    assert found[0].error
    assert found[0].thumbnail is None
    assert [image.people for image in found[1:]] == [2, 2]
    assert 0 < found[1].disagreement < 1
    assert found[2].thumbnail.shape == (240, 480, 3)
    assert (found[2].thumbnail != 127).any()
    assert caption(found[1]) == f"small.png: disagreement {found[1].disagreement:.2f}, 2 people"


def test_one_method_alone_has_no_disagreement(files, fakes):
    one = {"first": fakes["first"]}
    (found,) = predicted_images(files[1:2], one, settings(one))
    assert found.disagreement is None
    assert caption(found) == "small.png: 2 people"


def test_the_most_disagreed_about_come_first_and_broken_ones_last(files, fakes):
    changed = {**settings(fakes), "second": fakes["second"].Settings(pose_confidence=1.0)}
    alike, _ = list(predicted_images(files[1:], fakes, settings(fakes)))
    broken, apart = list(predicted_images(files[:2], fakes, changed))
    nobody = next(predicted_images(files[1:2], fakes, settings(fakes, pose_confidence=1.0)))
    assert apart.disagreement == 1
    assert sorted_by_disagreement([broken, nobody, alike, apart]) == [apart, alike, nobody, broken]


def test_people_keep_their_numbers_from_frame_to_frame_while_they_move(fakes):
    """Both walk 20 px a frame, in the end as far as a person is large."""
    frames = [(index / 10, np.full((48, 64, 3), 127, np.uint8)) for index in range(10)]

    def walking(images, settings=None):
        first = fakes["first"]
        first.shift += 20
        (found,) = type(first).predict(first, images, settings)
        return [found]

    one = {"first": fakes["first"]}
    fakes["first"].predict = walking
    found = list(stills(frames, one, settings(one)))
    assert [still.seconds for still in found] == pytest.approx(np.arange(10) / 10)
    assert found[0].known.shape[0] == 0
    for still in found[1:]:
        assert still.known.shape[0] == 2  # nobody was taken for somebody new
    start, end = (still.predictions["first"].poses.keypoints[0] for still in (found[0], found[-1]))
    assert isinstance(found[0].predictions["first"].poses, Poses)
    assert (end - start)[0, 0] == pytest.approx(180)
