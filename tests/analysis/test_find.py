"""What is found is kept, found again after a stop, and shared by processes."""

import json
import threading

import numpy as np
import pytest

from methods.analysis.find import Search, Store, find_people, fingerprint
from methods.analysis.processes import Processes, launched
from methods.errors import SettingsError
from methods.settings import Settings
from methods.skeletons import COCO17
from methods.types import Poses, Prediction, Timing


class Answer(Settings):
    """Has no thresholds."""


class Counting:
    """Finds in each image one person, at as many pixels as the image's id; counts the images it looks at."""

    name = "counting"
    skeleton = COCO17
    Settings = Answer

    def __init__(self) -> None:
        self.seen: list[int] = []

    def infer(self, images, batch_size, boxes):
        assert len(images) <= batch_size
        self.seen += images
        return images

    def decode(self, raw, settings):
        keypoints = np.full((1, 17, 2), float(raw))
        poses = Poses(np.array([[0, 0, raw, raw]]), [0.5], keypoints, np.ones((1, 17)))
        return Prediction(poses, Timing(1, 2, raw))


@pytest.fixture
def images(make_data, monkeypatch):
    """Seven images whose "pixels" are their ids."""
    monkeypatch.setattr("methods.data.coco.AnnotatedImage.read", lambda image: image.image_id)
    return make_data({i: [] for i in (5, 3, 9, 1, 7, 2, 8)})


def find(method, images, batch_size=8, folder=None, processes=None):
    """What one method finds, kept in a folder."""
    store = Store(folder, {}, processes or Processes()) if folder else None
    return find_people([Search(method, Answer(), store=store)], images, batch_size, processes=processes)[0]


def places(found) -> list[float]:
    return [one.detections[0]["keypoints"][0] for one in found]


def test_answers_keep_the_order_of_the_images(images) -> None:
    method = Counting()
    found = find(method, images, batch_size=2)
    assert [one.image_id for one in found] == [5, 3, 9, 1, 7, 2, 8]
    assert places(found) == [5, 3, 9, 1, 7, 2, 8]
    assert found[0].timing == Timing(1, 2, 5)
    assert len(method.seen) == 7


def test_a_stopped_run_goes_on(images, tmp_path) -> None:
    class Stops(Counting):
        def infer(self, images, batch_size, boxes):
            if len(self.seen) >= 4:
                raise KeyboardInterrupt
            return super().infer(images, batch_size, boxes)

    first, second, third = Stops(), Counting(), Counting()
    with pytest.raises(KeyboardInterrupt):
        find(first, images, 2, tmp_path)
    found = find(second, images, 2, tmp_path)
    assert places(found) == [5, 3, 9, 1, 7, 2, 8]
    assert sorted(first.seen + second.seen) == sorted(image.image_id for image in images)
    assert len(second.seen) == 3
    find(third, images, folder=tmp_path)
    assert third.seen == []


def test_several_methods_see_a_batch_before_the_next(images) -> None:
    """Images are read once for all; every method has its own answers."""
    seen = []

    class Tells(Counting):
        def infer(self, images, batch_size, boxes):
            seen.append((self.name, len(images)))
            return super().infer(images, batch_size, boxes)

    methods = [Tells(), Tells()]
    methods[1].name = "other"
    done = []
    found = find_people(
        [Search(methods[0], Answer()), Search(methods[1], Answer(), Answer())],
        images,
        3,
        lambda *counts: done.append(counts),
    )
    assert seen == [(name, count) for count in (3, 3, 1) for name in ("counting", "other")]
    assert done == [(0, 7), (3, 7), (6, 7), (7, 7)]
    assert [places(each) for each in found] == [[5, 3, 9, 1, 7, 2, 8]] * 2
    assert [bool(each[0].shown) for each in found] == [False, True]


def test_each_of_several_methods_goes_on_where_it_was(images, tmp_path) -> None:
    known, new = Counting(), Counting()
    find(Counting(), images[:4], folder=tmp_path / "known")
    stores = [Store(tmp_path / name, {}, Processes()) for name in ("known", "new")]
    searches = [Search(method, Answer(), store=store) for method, store in zip((known, new), stores, strict=True)]
    found = find_people(searches, images, 2)
    assert [places(each) for each in found] == [[5, 3, 9, 1, 7, 2, 8]] * 2
    assert (sorted(known.seen), sorted(new.seen)) == ([2, 7, 8], [1, 2, 3, 5, 7, 8, 9])
    assert [len(store.read()) for store in stores] == [7, 7]


def test_a_line_that_was_cut_off_is_found_again(images, tmp_path) -> None:
    store = Store(tmp_path, {}, Processes())
    find(Counting(), images, folder=tmp_path)
    text = store.file.read_text()
    store.file.write_text(text[:-20])
    method = Counting()
    found = find(method, images, folder=tmp_path)
    assert len(method.seen) == 1
    assert places(found) == [5, 3, 9, 1, 7, 2, 8]
    assert len(Store(tmp_path, {}, Processes()).read()) == 7


def test_what_was_found_in_another_way_is_not_mixed_in(tmp_path) -> None:
    Store(tmp_path, {"settings": {"pose_confidence": 0.1}}, Processes())
    Store(tmp_path, {"settings": {"pose_confidence": 0.1}}, Processes())
    with pytest.raises(SettingsError, match="other weights, settings or images"):
        Store(tmp_path, {"settings": {"pose_confidence": 0.2}}, Processes())
    assert json.loads((tmp_path / "about.json").read_text()) == {"settings": {"pose_confidence": 0.1}}


def test_other_images_have_another_fingerprint(images, make_data) -> None:
    assert fingerprint(images) == fingerprint(make_data({i: [] for i in (5, 3, 9, 1, 7, 2, 8)}))
    assert fingerprint(images) != fingerprint(images[:3])


class Thread(Processes):
    """A process that is a thread: all put what they have into one list and wait for each other."""

    def gather(self, items):
        table[self.rank] = items
        barrier.wait(timeout=60)
        everything = [item for rank in range(self.count) for item in table[rank]]
        barrier.wait(timeout=60)
        return everything


table: dict[int, list] = {}
barrier = threading.Barrier(3)


@pytest.mark.parametrize("resumed", [False, True])
def test_three_processes_share_the_images(images, tmp_path, resumed) -> None:
    """Each looks at its share, all get the whole answer; a folder begun by one process is gone on with by three."""
    if resumed:
        find(Counting(), images[:4], folder=tmp_path)
    workers = [Counting() for _ in range(3)]
    answers = {}

    def work(rank: int) -> None:
        answers[rank] = places(find(workers[rank], images, 2, tmp_path, Thread(rank, 3)))

    threads = [threading.Thread(target=work, args=[rank]) for rank in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[rank] for rank in range(3)] == [[5, 3, 9, 1, 7, 2, 8]] * 3
    seen = [worker.seen for worker in workers]
    assert sorted(map(len, seen)) == ([1, 1, 1] if resumed else [2, 2, 3])
    assert len(Store(tmp_path, {}, Processes()).read()) == 7


def test_alone_unless_launched(monkeypatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    alone = launched()
    assert (alone.rank, alone.count, alone.is_main, alone.device) == (0, 1, True, None)
    assert alone.gather([1, 2]) == [1, 2]
    alone.leave()
