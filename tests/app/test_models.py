"""Where networks run: here, or where a ZeroGPU Space lends a GPU."""

import io
import pickle
import runpy
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from app import limits, models
from app.models import borrow_gpu, run_in_one_thread, with_choices_of_input
from app.state.photo_session import PhotoSession
from methods import create, weights
from methods.errors import WeightsError
from methods.family import Variant
from methods.skeletons import COCO17, CROWDPOSE14, HAND21


class Plain(pickle.Unpickler):
    """Refuses everything of torch but what makes tensors of NumPy arrays again."""

    def find_class(self, module, name):
        assert module.partition(".")[0] != "torch", f"a process that is lent a GPU handed over {module}.{name}"
        return super().find_class(module, name)


def sent(thing):
    """What arrives in another process."""
    return Plain(io.BytesIO(pickle.dumps(thing))).load()


@pytest.fixture
def zero_gpu(monkeypatch):
    """Stands in for the package `spaces`: what a function is given and gives is sent to another process and back."""
    loans = []

    def lend(duration):
        def decorate(function):
            def borrowed(*given, **named):
                loans.append(duration)
                given, named = sent((given, named))
                return sent(function(*given, **named))

            return borrowed

        return decorate

    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace(GPU=lend))
    return loans


def test_a_borrowed_gpu_gives_the_same_answer_and_hands_back_nothing_of_torch(zero_gpu):
    method = create("yolo11n-pose", device="cpu")
    image = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    expected = method.predict([image], method.Settings.evaluation())[0]
    borrow_gpu(method)
    assert method.predict([image], method.Settings.evaluation())[0].poses == expected.poses
    visit = PhotoSession(image, "noise")
    visit.infer({method.name: method})
    found = visit.decode({method.name: method}, {method.name: method.Settings.evaluation()})[method.name]
    assert found.poses == expected.poses
    assert len(expected.poses) > 0
    assert zero_gpu == [limits.GPU_SECONDS] * 2


@pytest.mark.parametrize("place", ["here", "borrowed"])
def test_another_input_is_looked_at_wherever_networks_run(zero_gpu, monkeypatch, place):
    method = create("kapao-n", device="cpu")
    expected = create("kapao-n", device="cpu", input_size=320, test_time_augmentation=True)
    image = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    (borrow_gpu if place == "borrowed" else run_in_one_thread)(method)
    method.Settings = with_choices_of_input(method)
    monkeypatch.setattr(models, "offered", lambda: {"kapao-n": method})
    settings = method.Settings(input_size=320, test_time_augmentation=True)
    assert models.methods_of(["kapao-n"], {"kapao-n": method.Settings.demo()})["kapao-n"] is method
    other = models.methods_of(["kapao-n"], {"kapao-n": settings})["kapao-n"]
    found, wanted = other.infer([image])[0], expected.infer([image])[0]
    for name, value in wanted.outputs.items():
        np.testing.assert_allclose(found.outputs[name].numpy(), value.numpy(), rtol=1e-4, atol=1e-3)
    assert len(zero_gpu) == (place == "borrowed")


def test_a_model_of_another_size_has_no_choice_of_input():
    method = create("kapao-n", device="cpu")
    chosen = with_choices_of_input(method)
    assert chosen.demo().model_dump() == {**method.Settings.demo().model_dump(), **method.Input.demo().model_dump()}
    assert chosen.evaluation().input_size == method.input_size
    assert chosen.demo().people_interact_above == method.Settings.demo().people_interact_above
    method.input_size = 320
    assert with_choices_of_input(method) is method.Settings
    other = create("yolo11n-pose", device="cpu")
    assert with_choices_of_input(other) is other.Settings


def test_a_method_that_takes_boxes_borrows_once_for_itself_and_its_detector(zero_gpu):
    method = create("visibility-n", device="cpu")
    image = np.zeros((64, 64, 3), np.uint8)
    borrow_gpu(method)
    assert len(method.predict([image])[0].poses) == 0
    raw = method.infer([image], boxes=[np.array([[0, 0, 32, 64]], np.float32)])[0]
    assert raw.outputs["visibility"].shape == (1, 17, 3)
    assert len(zero_gpu) == 2


def test_a_hosted_page_allows_less(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/pose-workbench")
    hosted = runpy.run_path(limits.__file__)
    monkeypatch.delenv("SPACE_ID")
    home = runpy.run_path(limits.__file__)
    assert (hosted["HOSTED"], home["HOSTED"]) == (True, False)
    for name in ("PIXELS", "QUEUE", "BATCH", "VIDEO_SECONDS", "VIDEO_FRAMES"):
        assert hosted[name] < home[name], name


def test_networks_run_in_one_thread_whoever_asks():
    threads = []

    class Network:
        def infer(self, images, batch_size=8, boxes=None):
            threads.append(threading.get_ident())
            if not images:
                raise ValueError("no image")
            return [len(images), batch_size, boxes]

    methods = [Network(), Network()]
    for method in methods:
        run_in_one_thread(method)
    answers = []
    asking = [threading.Thread(target=lambda m=method: answers.append(m.infer(["image"], 3))) for method in methods]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert answers == [[1, 3, None]] * 2
    assert len(set(threads)) == 1
    assert threads[0] not in {threading.get_ident(), *(thread.ident for thread in asking)}
    with pytest.raises(ValueError, match="no image"):
        methods[0].infer([])


@pytest.mark.parametrize(
    ("users", "local", "skeleton", "there"),
    [
        (True, True, COCO17, True),
        (True, False, COCO17, False),
        (True, True, CROWDPOSE14, True),
        (True, True, HAND21, False),
        (False, False, COCO17, True),
    ],
    ids=[
        "at home",
        "hosted",
        "keypoints of which COCO has most",
        "keypoints that the page does not draw",
        "an installed family's",
    ],
)
def test_the_users_own_models_are_offered_at_home_only(monkeypatch, users, local, skeleton, there):
    monkeypatch.setattr(models, "LOCAL", local)
    variant = Variant("mine", "yolo", "", "", weights=Path("mine.safetensors"), skeleton=skeleton, users=users)
    assert models.is_offered(variant) is there


def test_a_users_model_of_other_keypoints_is_left_out_with_a_word(monkeypatch, caplog):
    hands = Variant("hands", "yolo", "", "", weights=Path("hands.safetensors"), skeleton=HAND21, users=True)
    monkeypatch.setattr(models, "variants", lambda: [hands])
    monkeypatch.setattr(models, "LOCAL", True)
    models.offered.cache_clear()
    try:
        assert models.offered() == {}
        assert "hands is left out: its keypoints are not COCO's" in caplog.text
    finally:
        models.offered.cache_clear()


@pytest.mark.parametrize("users", [True, False])
def test_a_users_model_that_was_altered_keeps_no_page_from_starting(monkeypatch, caplog, tmp_path, users):
    file = tmp_path / "mine.safetensors"
    file.write_bytes(b"altered")
    mine = Variant(
        "mine", "yolo", "", "methods.yolo.method:Yolo", weights=file, sha256="0" * 64, skeleton=COCO17, users=users
    )
    monkeypatch.setattr(models, "variants", lambda: [mine])
    monkeypatch.setattr(models, "LOCAL", True)
    monkeypatch.setattr(models, "create", lambda name: weights.resolve(name, mine.weights, mine.sha256))
    models.offered.cache_clear()
    try:
        if users:
            assert models.offered() == {}
            assert "mine is left out: " in caplog.text
        else:
            with pytest.raises(WeightsError, match="mine"):
                models.offered()
    finally:
        models.offered.cache_clear()
