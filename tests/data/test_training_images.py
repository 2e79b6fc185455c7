"""Labels from annotations, mixing of sources, and batches that are the same whenever they are made again."""

import io
import json
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image

from methods.data.augment import Augment
from methods.data.batch import EpochBatches, Key, TrainingImages, collate, epoch_loader
from methods.data.coco import CocoKeypoints
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.mixture import Mixture, Source
from methods.data.sheet import IGNORED, PERSON, contact_sheet
from methods.errors import DataError
from methods.skeletons import COCO17

AUGMENT = Augment(
    mosaic=0.5, flip=0.5, scale=(0.7, 1.3), mosaic_scale=(0.4, 0.8), rotate=20, translate=0.1, saturation=0.5
)


def person(image_id, x, y, **fields):
    keypoints = [[x + 2 * (i % 4), y + 3 * (i // 4), 2] for i in range(17)]
    box = [x - 5, y - 5, 24, 30]
    annotation = {
        "image_id": image_id,
        "bbox": box,
        "iscrowd": 0,
        "keypoints": np.ravel(keypoints).tolist(),
        "area": 300,
    }
    return annotation | fields


@pytest.fixture(scope="session")
def make_set(tmp_path_factory):
    """A data set of `count` noise images of 64 x 48 px, one person each; further fields of the person as given."""

    def make(count, colour=128, **fields):
        folder = tmp_path_factory.mktemp("set")
        with tarfile.open(folder / "images.tar", "w") as tar:
            for i in range(count):
                file = io.BytesIO()
                Image.new("RGB", (64, 48), (colour, i, 0)).save(file, "PNG")
                info = tarfile.TarInfo(f"images/{i}.png")
                info.size = file.tell()
                file.seek(0)
                tar.addfile(info, file)
        images = [{"id": i, "file_name": f"{i}.png", "width": 64, "height": 48} for i in range(count)]
        annotations = [person(i, 20, 10, **fields) for i in range(count)]
        (folder / "annotations.json").write_text(json.dumps({"images": images, "annotations": annotations}))
        return CocoKeypoints.read(folder / "annotations.json", folder)

    return make


@pytest.fixture(scope="session")
def mixture(make_set):
    return Mixture([Source(make_set(6)), Source(make_set(4, colour=255), weight=2.5)])


@pytest.fixture(scope="session")
def images(mixture):
    return TrainingImages(mixture, DecodedImages(mixture.images, 10**9), AUGMENT, seed=3)


def batches(mixture, **changes):
    return EpochBatches(**{"mixture": mixture, "epoch": 1, "seed": 3, "batch_size": 4, "sizes": (64, 128)} | changes)


def same(first, second):
    return all(torch.equal(getattr(first, name), getattr(second, name)) for name in vars(first))


def test_labels_of_plain_coco(make_set):
    labels = Labels.of(make_set(1)[0])
    assert labels.boxes.tolist() == [[15, 5, 39, 35]]
    assert (labels.keypoint_weights == 1).all()
    assert not labels.ignore.any()


def test_quality_becomes_ignore_and_weights(make_set):
    quality = [0.9, 0.25, 0.26] + [1.0] * 14
    labels = Labels.of(make_set(1, quality=0.5, kp_quality=quality)[0])
    assert np.allclose(labels.keypoint_weights[0, :4], [0.9, 0, 0.26, 1])
    assert labels.ignore.tolist() == [False]
    assert Labels.of(make_set(1, quality=0.49)[0]).ignore.tolist() == [True]


def test_crowds_and_people_without_keypoints_are_ignored(make_set):
    assert Labels.of(make_set(1, iscrowd=1)[0]).ignore.tolist() == [True]
    nobody = Labels.of(make_set(1, keypoints=[0, 0, 0] * 17)[0])
    assert nobody.ignore.tolist() == [True]
    assert not nobody.keypoint_weights.any()


def test_people_without_keypoints_are_learned_as_boxes_where_a_recipe_says_so(make_set):
    data = make_set(1, keypoints=[0, 0, 0] * 17)
    assert Labels.of(data[0], unlabelled=True).ignore.tolist() == [False]
    assert Labels.of(make_set(1, iscrowd=1)[0], unlabelled=True).ignore.tolist() == [True]
    mixture = Mixture([Source(data)])
    decoded = DecodedImages(mixture.images, 10**9)
    for learned in (True, False):
        _, labels = TrainingImages(mixture, decoded, Augment(), 0, unlabelled=learned)[Key(0, 0, 0, 64)]
        assert labels.ignore.tolist() == [not learned]
        assert np.allclose(labels.boxes, [[15, 13, 39, 43]])


def test_each_image_is_seen_as_often_as_its_weight_says(mixture):
    order = mixture.epoch_order(seed=0, epoch=0)
    counts = np.bincount(order, minlength=10)
    assert counts[:6].tolist() == [1] * 6
    assert counts[6:].sum() == 10  # 4 images, 2.5 times
    assert set(counts[6:]) == {2, 3}


def test_an_epoch_without_a_whole_batch_is_refused_in_one_sentence(mixture):
    assert len(batches(mixture, batch_size=16)) == 1
    for changes in ({"batch_size": 17}, {"batch_size": 9, "world": 2}):
        with pytest.raises(DataError, match=r"An epoch has 16 images, fewer than a batch of 1[78]; give the sources"):
            batches(mixture, **changes)


def test_epochs_differ_and_repeat(mixture):
    first, again, next_one = (mixture.epoch_order(0, epoch).tolist() for epoch in (0, 0, 1))
    assert first == again
    assert first != next_one
    assert first != mixture.epoch_order(1, 0).tolist()


def test_drawing_follows_the_weights(mixture):
    drawn = mixture.draw(np.random.default_rng(0), 8000)
    assert (drawn >= 6).mean() == pytest.approx(10 / 16, abs=0.03)
    assert set(drawn) == set(range(10))


def test_a_share_of_a_source(make_set):
    assert len(Mixture([Source(make_set(8), weight=0.25)]).epoch_order(0, 0)) == 2


def test_nothing_to_train_on_is_said(make_set):
    with pytest.raises(DataError, match="no image"):
        Mixture([Source(make_set(0))])
    with pytest.raises(DataError, match="weight -1"):
        Mixture([Source(make_set(1), weight=-1)])


def test_images_beyond_the_memory_are_decoded_on_use(mixture):
    one = 64 * 48 * 3
    seen = []
    decoded = DecodedImages(mixture.images, 3 * one, lambda: seen.append(1))
    assert len(seen) == 3
    assert (decoded[5][0, 0] == [128, 5, 0]).all()
    assert (decoded[2][0, 0] == [128, 2, 0]).all()


def test_a_sample_is_the_same_whenever_it_is_made(images):
    key = Key(epoch=2, position=7, image=1, size=64)
    (first, labels), (again, labels_again) = images[key], images[key]
    assert (first == again).all()
    assert (labels.keypoints == labels_again.keypoints).all()
    assert (first != images[key._replace(epoch=3)][0]).any()
    assert (first != images[key._replace(position=8)][0]).any()


def test_no_augmentation_is_the_letterboxed_image(mixture):
    plain = TrainingImages(mixture, DecodedImages(mixture.images, 10**9), Augment(), seed=0)
    image, labels = plain[Key(0, 0, 2, 64)]
    assert (image[:8] == 114).all()
    assert (image[30, 30] == [128, 2, 0]).all()
    assert np.allclose(labels.boxes, [[15, 13, 39, 43]])
    assert np.allclose(labels.keypoints[0, 0], [20, 18])


def test_batches_hold_all_people_with_their_image(images, mixture):
    samples = [images[key] for key in next(iter(batches(mixture)))]
    batch = collate(samples)
    assert batch.images.shape == (4, 3, *samples[0][0].shape[:2])
    assert batch.images.is_contiguous(memory_format=torch.channels_last)
    for i, (image, labels) in enumerate(samples):
        assert (batch.images[i].permute(1, 2, 0).numpy() == image).all()
        assert (batch.boxes[batch.image_index == i].numpy() == labels.boxes).all()
    assert len(batch.boxes) == len(batch.ignore) == len(batch.keypoints) == sum(len(labels) for _, labels in samples)


def test_collate_without_anybody():
    nobody = Labels(*(np.zeros(shape, kind) for shape, kind in _NOBODY))
    batch = collate([(np.zeros((64, 64, 3), np.uint8), nobody)] * 2)
    assert batch.boxes.shape == (0, 4)
    assert batch.keypoints.shape == (0, 17, 2)
    assert len(batch.images) == 2


_NOBODY = (
    ((0, 4), np.float32),
    ((0, 17, 2), np.float32),
    ((0, 17), np.int64),
    ((0, 17), np.float32),
    ((0,), bool),
)


def test_an_epoch_is_the_same_with_worker_processes(images, mixture):
    alone = list(epoch_loader(images, batches(mixture)))
    helped = list(epoch_loader(images, batches(mixture), workers=2))
    assert len(alone) == len(helped) == 4
    assert all(same(first, second) for first, second in zip(alone, helped, strict=True))


def test_processes_share_an_epoch_equally(mixture):
    everything = list(batches(mixture))
    shared = [list(batches(mixture, rank=rank, world=2)) for rank in range(2)]
    assert everything == [shared[i % 2][i // 2] for i in range(4)]
    assert len(batches(mixture, rank=1, world=3)) == 1


def test_a_batch_has_one_size_out_of_those_given(mixture):
    sizes = [{key.size for key in batch} for epoch in range(4) for batch in batches(mixture, epoch=epoch)]
    assert all(len(one) == 1 for one in sizes)
    assert set.union(*sizes) == {64, 128}


def test_the_sheet_shows_people_and_ignore_regions(images, make_set):
    ignored = Mixture([Source(make_set(1, iscrowd=1))])
    plain = TrainingImages(ignored, DecodedImages(ignored.images, 10**9), Augment(), seed=0)
    sheet = contact_sheet([plain[Key(0, 0, 0, 64)]] * 7, COCO17, columns=3)
    assert sheet.shape == (3 * 128 + 2 * 4, 3 * 128 + 2 * 4, 3)
    assert (sheet == IGNORED).all(-1).any()
    assert not (sheet == PERSON).all(-1).any()
    assert (contact_sheet([images[Key(0, 0, 0, 64)]], COCO17) == PERSON).all(-1).any()
