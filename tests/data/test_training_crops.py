"""Training crops of single people, and keypoint masking."""

from dataclasses import replace

import numpy as np
import pytest

from methods.catalog import families
from methods.data.augment import Augment
from methods.data.batch import EpochBatches, Key, collate, epoch_loader
from methods.data.crops import Crops, TrainingCrops, draw_crop, has_somebody, learnable, one_by_one
from methods.data.decoded import DecodedImages
from methods.data.labels import Labels
from methods.data.masking import mask_keypoints
from methods.data.mixture import Mixture, Source
from methods.errors import SettingsError
from methods.training.recipe import read_recipe

STRONG = Augment(
    flip=0.5, scale=(0.6, 1.6), rotate=40, translate=0.3, saturation=0.4, hide_keypoint=0.5, double_keypoint=0.5
)


@pytest.fixture
def mixture(drawings):
    return Mixture([Source(drawings)])


def crops_of(mixture, augment=STRONG, **options):
    return TrainingCrops(mixture, DecodedImages(mixture.images, 10**9), augment, 3, Crops(**options))


def test_every_crop_has_one_person_and_the_asked_shape(mixture):
    crops = crops_of(mixture, aspect=0.5)
    for position in range(60):
        image, labels = crops[Key(0, position, position % 4, 128)]
        assert image.shape == (128, 64, 3)
        assert len(labels) == 1
        outside = ((labels.keypoints < 0) | (labels.keypoints >= (64, 128))).any(-1)
        assert not (labels.visibility[outside] > 0).any()
        assert (labels.keypoint_weights[outside] == 1).all()  # known not to be there
        assert (labels.visibility > 0).any()


def test_without_augmentation_the_person_fills_the_crop(mixture):
    image, labels = crops_of(mixture, Augment(), padding=1)[Key(0, 0, 0, 128)]
    width, height = labels.boxes[0, 2:] - labels.boxes[0, :2]
    assert min(128 - height, 96 - width) == pytest.approx(0, abs=1e-3)
    assert ((labels.boxes[0, :2] + labels.boxes[0, 2:]) / 2).tolist() == pytest.approx([48, 64], abs=1e-3)
    assert (labels.visibility == 2).all()
    x, y = labels.keypoints[0, 5:].round().astype(int).T
    assert image[y, x].mean() > image.mean() + 20  # bright limbs meet at the keypoints


def test_the_same_key_gives_the_same_crop(mixture):
    crops = crops_of(mixture)
    (first, labels), (again, labels_again) = crops[Key(1, 5, 1, 64)], crops[Key(1, 5, 1, 64)]
    assert (first == again).all()
    assert (labels.keypoints == labels_again.keypoints).all()
    assert (first != crops[Key(2, 5, 1, 64)][0]).any()


def test_both_people_of_an_image_get_their_turn(mixture):
    crops = crops_of(mixture, Augment())
    seen = {round(float(crops[Key(0, position, 1, 64)][1].keypoints[0, 0, 0]), 3) for position in range(20)}
    assert len(seen) == 2


def test_everybody_has_a_crop_of_their_own(drawings):
    """Of four drawings with one, two, one and two people; somebody without a label has none."""
    first = drawings[0].people
    unlabelled = replace(first, visibility=np.zeros_like(first.visibility))
    images = (*drawings, replace(drawings[0], people=unlabelled))
    apart = [one for image in images for one in one_by_one(image)]
    assert [(one.image_id, len(one.people)) for one in apart] == [(1, 1), (2, 1), (2, 1), (3, 1), (4, 1), (4, 1)]
    everyone = Mixture([Source(replace(drawings, images=tuple(apart)))])
    crops = crops_of(everyone, Augment())
    shown = [crops[Key(0, position, index, 64)] for position, index in enumerate(everyone.epoch_order(0, 0))]
    assert len({labels.keypoints.tobytes() for _, labels in shown}) == 6


def test_the_papers_recipes_see_everybody():
    paths = [path for family in families() for path in family.recipes.glob("*/*.yaml")]
    crops = [recipe.crops for recipe in map(read_recipe, paths) if recipe.crops]
    assert len(crops) > 5
    assert all(each.everybody for each in crops)


def test_a_mirrored_crop_swaps_left_and_right(mixture):
    plain = crops_of(mixture, Augment())[Key(0, 0, 0, 128)][1]
    mirrored = crops_of(mixture, Augment(flip=1))[Key(0, 0, 0, 128)][1]
    np.testing.assert_allclose(mirrored.keypoints[0, 5], (96, 0) + plain.keypoints[0, 6] * (-1, 1), atol=1e-3)


def test_a_map_is_the_frames(mixture):
    """Without augmentation a crop is cut out as prediction cuts it."""
    matrix = draw_crop(np.random.default_rng(0), Augment(), np.array([10.0, 10, 50, 30]), (64, 32), 2)
    np.testing.assert_allclose(matrix, [[0.4, 0, 4], [0, 0.4, 24], [0, 0, 1]], atol=1e-6)


def test_a_crop_pushed_out_of_sight_is_made_anew(mixture):
    crops = crops_of(mixture, Augment(translate=0.5, scale=(5, 5)), aspect=0.2)
    for position in range(30):
        _, labels = crops[Key(0, position, 0, 64)]
        assert len(labels) == 1
        assert not labels.ignore.any()


def test_crops_go_through_the_same_loader(mixture):
    batches = EpochBatches(mixture, 0, 3, 2, (64,))
    (first, _) = list(epoch_loader(crops_of(mixture), batches))
    assert first.images.shape == (2, 3, 64, 48)
    assert first.image_index.tolist() == [0, 1]


def test_an_image_without_anybody_gives_no_crop(drawings):
    image = drawings[0]
    assert has_somebody(image)
    labels = Labels.of(image)
    assert not learnable(Labels(*[*vars(labels).values()][:-1], ignore=np.array([True]))).any()


def test_a_recipe_for_crops_takes_no_mosaic():
    from methods.training.recipe import find_recipe, parse_recipe, read_recipe

    recipe = read_recipe(find_recipe(["kapao-n"], "images")).model_dump()
    with pytest.raises(SettingsError, match="leave mosaic out"):
        parse_recipe(recipe | {"crops": {"aspect": 0.75}}, "here")


def one_person(visibility):
    x = np.linspace(30, 70, 17, dtype=np.float32)
    return Labels(
        np.array([[20, 20, 80, 80]], np.float32),
        np.stack([x, np.full(17, 50, np.float32)], axis=1)[None],
        np.full((1, 17), visibility),
        np.ones((1, 17), np.float32),
        np.zeros(1, bool),
    )


def picture():
    """Grey, with a white band where the keypoints are."""
    image = np.full((100, 100, 3), 90, np.uint8)
    image[47:54] = 255
    return image


def test_a_hidden_keypoint_becomes_occluded_and_is_covered():
    rng, hidden = np.random.default_rng(0), 0
    for _ in range(20):
        image, labels = picture(), one_person(2)
        found = mask_keypoints(rng, Augment(hide_keypoint=1), image, labels)
        covered = found.visibility[0] == 1
        assert covered.sum() < 17
        hidden += int(covered.any())
        for x, y in found.keypoints[0, covered].astype(int):
            assert image[y, x].tolist() in ([90] * 3, [255] * 3)
        assert (labels.visibility == 2).all()
        changed = np.argwhere((image != picture()).any(-1))
        if len(changed):
            low, high = changed.min(0), changed.max(0)
            under = ((found.keypoints[0, :, ::-1] >= low) & (found.keypoints[0, :, ::-1] < high + 1)).all(-1)
            assert covered[under].all()
    assert hidden >= 15


def test_a_doubled_keypoint_hides_nobody():
    rng, image = np.random.default_rng(0), picture()
    found = mask_keypoints(rng, Augment(double_keypoint=1), image, one_person(2))
    assert (found.visibility == 2).all()
    white = (image == 255).all(-1)
    assert white.sum() > (picture() == 255).all(-1).sum()  # a second bright patch


def test_only_visible_keypoints_are_masked():
    image = picture()
    found = mask_keypoints(np.random.default_rng(0), Augment(hide_keypoint=1, double_keypoint=1), image, one_person(1))
    assert (found.visibility == 1).all()
    assert (image == picture()).all()


def test_no_masking_changes_nothing():
    image, labels = picture(), one_person(2)
    assert mask_keypoints(np.random.default_rng(0), Augment(), image, labels) is labels
    tiny = np.zeros((1, 1, 3), np.uint8)
    mask_keypoints(np.random.default_rng(0), Augment(hide_keypoint=1, double_keypoint=1), tiny, labels)


def test_masking_reaches_whole_images_too(drawings, mixture):
    from methods.data.batch import TrainingImages

    images = TrainingImages(mixture, DecodedImages(mixture.images, 10**9), Augment(hide_keypoint=1), 0)
    batch = collate([images[Key(0, position, position % 4, 128)] for position in range(8)])
    assert (batch.visibility == 1).any()
