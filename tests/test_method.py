"""The one interface, held over every variant that ships with weights: same answers however it is asked."""

import numpy as np
import pytest
import torch

from methods import create, read_image
from methods.errors import CatalogError, ImageError
from methods.method import pick_device
from methods.samples import samples
from methods.settings import Settings
from methods.weights import published

IMAGES = {sample.name: sample.path for sample in samples()}
# The same image in another batch may take other code paths of the convolutions, which round differently.
BATCH_TOLERANCE = 1e-3  # pixels, and scores
SIZES = [(1, 1), (1, 500), (500, 1), (2000, 30), (33, 47), (640, 640), (7, 1000)]

# x1, y1, x2, y2 of the people as a human sees them, to about 40 px; bus.jpg is 810 x 1080, zidane.jpg 1280 x 720.
LARGE_PEDESTRIANS = [(48, 398, 245, 905), (222, 405, 345, 862), (669, 390, 810, 880)]
CUT_OFF = [(0, 550, 65, 870)]  # by the image's border; finding them is no error, nor is missing them
BOTH_MEN = [(130, 200, 1040, 715), (743, 40, 1150, 715)]


@pytest.fixture(scope="module", params=published())
def method(request):
    return create(request.param, device="cpu")


@pytest.fixture(scope="module")
def small(method):
    """The same with input a quarter as large, for what does not depend on how large that is."""
    return create(method.name, device="cpu", input_size=320)


@pytest.fixture(scope="module")
def images():
    return {name: read_image(path) for name, path in IMAGES.items()}


@pytest.fixture(scope="module")
def bus(method, images):
    """What the network says of bus.jpg, not to be changed."""
    return method.infer([images["bus"]])[0]


def box_iou(first, second) -> float:
    (a, b, c, d), (e, f, g, h) = first, second
    shared = max(0, min(c, g) - max(a, e)) * max(0, min(d, h) - max(b, f))
    return shared / ((c - a) * (d - b) + (g - e) * (h - f) - shared)


@pytest.mark.parametrize(("image", "people"), [("bus", LARGE_PEDESTRIANS), ("zidane", BOTH_MEN)])
def test_the_people_of_the_sample_images_are_found_and_no_ghosts(method, bus, images, image, people):
    poses = method.decode(bus if image == "bus" else method.infer([images[image]])[0]).poses
    for found in poses.boxes.tolist():
        assert max(box_iou(box, found) for box in people + (CUT_OFF if image == "bus" else [])) > 0.45
    assert len(poses) <= len(people) + (len(CUT_OFF) if image == "bus" else 0)
    for box in people:
        # PoseDet's boxes go round the keypoints alone, so that they leave out much of a coat.
        assert max(box_iou(box, found) for found in poses.boxes.tolist()) > 0.45
    for box, keypoints in zip(poses.boxes, poses.keypoints, strict=True):  # nose and shoulders belong to their box
        x, y = keypoints[[0, 5, 6]].T
        inside = (x > box[0] - 20) & (x < box[2] + 20) & (y > box[1] - 20) & (y < box[3] + 20)
        assert inside[~np.isnan(x)].all()


def test_one_by_one_equals_batched_in_any_order(small, images):
    """Images of different shapes, so that batches are cut and put together again."""
    bus, zidane, astronaut = images["bus"], images["zidane"], images["astronaut"]
    batch = [bus, zidane, bus[:, ::-1], astronaut, bus]
    together = small.predict(batch)
    assert len(together[0].poses) > 1
    alone = [small.predict([image])[0] for image in batch[:4]]
    for one, found in zip([*alone, alone[0]], together, strict=True):
        assert one.poses.allclose(found.poses, atol=BATCH_TOLERANCE)
    in_pairs = [small.decode(raw) for raw in small.infer(batch, batch_size=2)]
    assert all(a.poses.allclose(b.poses, atol=BATCH_TOLERANCE) for a, b in zip(together, in_pairs, strict=True))


def test_the_same_answer_twice(method, bus, images):
    method.forget()
    assert method.predict([images["bus"]])[0].poses == method.decode(bus).poses


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_any_size_and_aspect_ratio(method, size):
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    found = method.predict([image], method.Settings.evaluation())[0]
    n = len(found.poses)
    assert found.poses.keypoints.shape == (n, 17, 2)
    assert np.isfinite(found.poses.boxes).all()
    assert (found.poses.boxes >= 0).all()
    assert (found.poses.boxes <= [size[1], size[0], size[1], size[0]]).all()


def test_no_image_gives_no_prediction(method):
    assert method.infer([]) == []
    assert method.predict([]) == []


def test_a_black_image_has_nobody(method):
    poses = method.predict([np.zeros((480, 640, 3), np.uint8)])[0].poses
    assert len(poses) == 0
    assert poses.boxes.shape == (0, 4)
    assert poses.keypoints.shape == (0, 17, 2)
    assert poses.keypoint_scores.shape == (0, 17)


def test_an_image_that_may_not_be_written_and_one_that_is_a_view(small, images):
    mirrored = images["bus"][:, ::-1]
    frozen = mirrored.copy()
    frozen.flags.writeable = False
    assert small.predict([frozen])[0].poses == small.predict([mirrored])[0].poses


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((480, 640), np.uint8), r"uint8 \[480, 640\]"),
        (np.zeros((480, 640, 4), np.uint8), r"uint8 \[480, 640, 4\]"),
        (np.zeros((480, 640, 3), np.float32), "float32"),
        (np.zeros((0, 640, 3), np.uint8), r"uint8 \[0, 640, 3\]"),
        (torch.zeros(480, 640, 3, dtype=torch.uint8), "Tensor"),
        ("bus.jpg", "str"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_rgb_image_is_refused_in_one_sentence(method, image, words):
    with pytest.raises(ImageError, match=f"The image is {words}") as caught:
        method.infer([image])
    assert "\n" not in str(caught.value)


def test_settings_of_another_family_are_refused(method, bus):
    class Others(Settings):
        pass

    with pytest.raises(TypeError, match="Others"):
        method.decode(bus, Others())


def test_decode_is_pure(method, bus):
    before = {name: value.clone() for name, value in bus.outputs.items()}
    strict = method.Settings(pose_confidence=0.99)
    first, none, second = method.decode(bus), method.decode(bus, strict), method.decode(bus)
    assert len(none.poses) == 0 < len(first.poses)
    assert first.poses == second.poses
    assert all(torch.equal(value, before[name]) for name, value in bus.outputs.items())


def test_decode_runs_no_network(method, bus, monkeypatch):
    monkeypatch.setattr(method.network, "forward", None)
    assert len(method.decode(bus).poses) >= len(LARGE_PEDESTRIANS)


def test_every_stage_is_timed(method, bus):
    timing = method.decode(bus).timing
    assert min(timing.preprocess, timing.forward, timing.postprocess) > 0
    assert timing.total == timing.preprocess + timing.body + timing.forward + timing.postprocess
    # Methods that look into boxes see crops through the body, which are nobody else's.
    assert (timing.body > 0) == (method.shares_body and not method.detector)


def test_times_are_new_once_the_shared_maps_are_forgotten(small):
    black = np.zeros((480, 640, 3), np.uint8)
    first, again = (small.infer([black])[0].body for _ in range(2))
    small.forget()
    assert first == again
    assert small.infer([black])[0].body != first or not first


def test_raw_answers_own_their_memory(small, images):
    """Keeping one image's answer must not keep a whole batch."""
    for raw in small.infer([images["bus"], images["bus"]]):
        for value in raw.outputs.values():
            assert value.dtype in (torch.float32, torch.uint8)
            assert value.device.type == "cpu"
            assert value.untyped_storage().nbytes() == value.numel() * value.element_size()


def test_auto_prefers_cuda_then_mps_then_cpu(monkeypatch):
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    assert pick_device("auto") == torch.device("cuda")
    assert pick_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(CatalogError, match="cuda, cuda:0, cuda:1, mps, cpu"):
        pick_device("cuda:2")
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    assert pick_device("auto") == torch.device("mps")
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert pick_device("auto") == torch.device("cpu")
