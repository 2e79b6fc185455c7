"""CrowdPose's index on people worked out by hand."""

import pytest

from methods.analysis.crowding import LEVELS, crowd_index, crowded


@pytest.mark.parametrize(
    ("places", "index"),
    [
        ([], 0),
        ([(100, 100)], 0),
        ([(100, 100), (300, 100)], 0),
        ([(100, 100), (110, 100)], 1),  # each has all of the other's keypoints in the box
        ([(100, 100), (110, 100), (300, 100)], 2 / 3),
        ([(100, 100), (110, 100), (120, 100)], 2),
    ],
)
def test_others_keypoints_in_a_box_for_each_own_one(make_data, make_person, places, index):
    data = make_data({1: [make_person(x, y) for x, y in places]})
    assert crowd_index(data[0].people) == pytest.approx(index)


def test_the_index_is_not_symmetric(make_data, make_person):
    """A small person before a large one: 17 keypoints more in the large box, 1 of the large person's in the small
    one."""
    keypoints = [105.0, 100.0, 2] + [190.0, 100.0, 1] * 16
    large = make_person(150, 100, bbox=[100.0, 50.0, 100.0, 100.0], keypoints=keypoints)
    data = make_data({1: [large, make_person(110, 100, bbox=[100.0, 90.0, 20.0, 20.0])]})
    assert crowd_index(data[0].people) == pytest.approx((17 / 17 + 1 / 17) / 2)


def test_who_has_no_keypoints_or_is_a_crowd_takes_no_part(make_data, make_person):
    unlabelled = make_person(100, 100, keypoints=[0, 0, 0] * 17)
    crowd = make_person(100, 100, iscrowd=1)
    data = make_data({1: [make_person(100, 100), unlabelled, crowd]})
    assert crowd_index(data[0].people) == 0


def test_images_between_two_indices(make_data, make_person):
    pair = [make_person(100, 100), make_person(110, 100)]
    data = make_data({1: pair, 2: [], 3: pair[:1], 4: [*pair, make_person(120, 100)]})
    assert [image.image_id for image in crowded(data)] == [1, 4]
    assert [image.image_id for image in crowded(data, above=0.1, up_to=1.0)] == [1]
    assert [image.image_id for image in crowded(data, *LEVELS["hard"])] == [1, 4]
