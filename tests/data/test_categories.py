"""Which category counts, and which keypoints it has: by names, in whatever order, never by their number alone."""

import pytest

from methods.data.coco import CocoKeypoints, ReadingOptions
from methods.data.formats import read_categories
from methods.errors import DataError
from methods.skeletons import AI_CHALLENGER14, AP10K17, COCO17, COCO_WHOLEBODY133, HALPE136, POSETRACK17


@pytest.fixture
def annotated(content, read):
    """Reads the content with people of these keypoints of these categories; each keypoint's x is its number."""

    def reading(names, *categories, count=None, used=(1, 1, 1), **fields):
        count = count or len(names)
        content["categories"] = [{"name": "person", "keypoints": list(names)} | each for each in categories]
        for annotation, category in zip(content["annotations"], used, strict=True):
            numbers = [number for k in range(count) for number in (k + 1, 5, 2)]
            annotation |= {"keypoints": numbers, "category_id": category} | fields
        read(content, None, COCO17 if count == 17 and not names else None)
        return content

    return reading


def parse(content: dict, tmp_path, skeleton=None, **options) -> CocoKeypoints:
    return CocoKeypoints.read(tmp_path / "annotations.json", None, skeleton, ReadingOptions(**options))


@pytest.mark.parametrize(
    ("known", "spelled"),
    [
        (COCO17, COCO17.keypoints),
        (POSETRACK17, POSETRACK17.keypoints),
        (AI_CHALLENGER14, [name.replace("_", " ").title() for name in AI_CHALLENGER14.keypoints]),
        (AP10K17, ["L_F_Paw" if name == "left_front_paw" else name for name in AP10K17.keypoints]),
    ],
)
def test_a_skeleton_is_known_by_its_names(annotated, tmp_path, known, spelled) -> None:
    data = parse(annotated(spelled, {"id": 1}), tmp_path)
    assert data.skeleton is known
    assert data.reading.keypoints_are == "as the file names them"


def test_another_order_of_known_names_is_sorted(annotated, tmp_path) -> None:
    data = parse(annotated(COCO17.keypoints[::-1], {"id": 1}), tmp_path, COCO17)
    assert data[0].people.keypoints[0, :, 0].tolist() == list(range(17, 0, -1))
    assert data[0].people.annotations[0]["keypoints"][::3] == list(range(17, 0, -1))
    assert "sorted by name into the order of COCO-17" in " ".join(data.reading.sentences())


def test_names_of_another_skeleton_are_not_taken_for_the_wanted_one(annotated, tmp_path) -> None:
    with pytest.raises(DataError, match=r"not those of COCO-17 \(nose, head_bottom, head_top"):
        parse(annotated(POSETRACK17.keypoints, {"id": 1}), tmp_path, COCO17)


def test_an_unknown_skeleton_has_one_sigma_which_is_told(annotated, tmp_path) -> None:
    names = ("tip", "left_wing", "right_wing", "tail", "beak")
    content = annotated(names, {"id": 1, "skeleton": [[1, 2], [1, 3], [4, 9], "x"]})
    data = parse(content, tmp_path)
    assert data.skeleton.keypoints == names
    assert data.skeleton.pairs == ((1, 2),)
    assert data.skeleton.limbs == ((0, 1), (0, 2))
    assert set(data.skeleton.sigmas) == {0.05}
    assert "no published sigmas: 0.05 for every keypoint" in " ".join(data.reading.sentences())
    given = parse(content, tmp_path, sigmas=(0.1, 0.2, 0.3, 0.4, 0.5))
    assert given.skeleton.sigmas == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert "sigmas as given" in " ".join(given.reading.sentences())
    with pytest.raises(DataError, match="2 sigmas were given; person's own needs 5"):
        parse(content, tmp_path, sigmas=(0.1, 0.2))


@pytest.mark.parametrize(("count", "name"), [(17, "COCO-17"), (136, "Halpe-136"), (14, "14 unnamed keypoints")])
def test_keypoints_without_names_are_assumed_and_that_is_told(annotated, tmp_path, count, name) -> None:
    data = parse(annotated((), {"id": 1}, count=count), tmp_path)
    assert data.skeleton.name == name
    assert "assumed, for the file names none" in " ".join(data.reading.sentences())


def test_more_keypoints_than_names_are_asked_about(content, annotated, tmp_path, read) -> None:
    with pytest.raises(DataError, match="names 17 keypoints of category person, but its annotations have 136"):
        annotated(COCO17.keypoints, {"id": 1}, count=136)
    assert parse(content, tmp_path, HALPE136).skeleton is HALPE136


def test_wholebody_is_joined_from_its_fields(annotated, tmp_path) -> None:
    parts = {"foot_kpts": 6, "face_kpts": 68, "lefthand_kpts": 21, "righthand_kpts": 21}
    fields = {name: [7, 8, 1] * count for name, count in parts.items()} | {"face_valid": False, "num_keypoints": 17}
    data = parse(annotated(COCO17.keypoints, {"id": 1}, **fields), tmp_path)
    assert data.skeleton is COCO_WHOLEBODY133
    assert (data[0].people.visibility[0] > 0).sum() == 17 + 6 + 42
    assert [part.name for part in data.skeleton.parts] == ["body", "feet", "face", "left hand", "right hand"]


def test_wholebody_labels_face_and_hands_by_shares(annotated, tmp_path) -> None:
    """As its files have them: any share above 0 is a label."""
    fields = {"face_kpts": [7, 8, 0.0877] * 67 + [7, 8, 0.0], "num_keypoints": 17}
    data = parse(annotated(COCO17.keypoints, {"id": 1}, **fields), tmp_path)
    assert data.reading.ignored == ()
    assert (data[0].people.visibility[0] > 0).sum() == 17 + 67


def test_person_counts_under_any_id(annotated, tmp_path) -> None:
    data = parse(annotated(COCO17.keypoints, {"id": 0}, used=(0, 0, 0)), tmp_path)
    assert (data.category.id, data.category.name, data.reading.people) == (0, "person", 2)
    assert data.category.means(1)
    assert data.category.means(0)


def test_a_ball_without_keypoints_is_left_out(content, annotated, tmp_path, read) -> None:
    annotated(COCO17.keypoints, {"id": 1}, {"id": 37, "name": "ball", "keypoints": []})
    content["annotations"].append({"image_id": 7, "category_id": 37, "bbox": [1, 2, 3, 4]})
    data = read(content, None, None)
    assert data.reading.people == 2
    assert [(part.reason, part.first) for part in data.reading.left_out] == [("of other categories", "ball")]
    assert not data.category.means(37)


def test_of_several_categories_person_counts_or_the_one_that_is_asked_for(annotated, tmp_path) -> None:
    content = annotated(COCO17.keypoints, {"id": 3, "name": "dog"}, {"id": 5}, used=(3, 5, 5))
    assert parse(content, tmp_path).category.id == 5
    assert parse(content, tmp_path, category="Dog").category.id == 3
    assert not parse(content, tmp_path).category.means(3)
    with pytest.raises(DataError, match="has no category 'cat' with keypoints; choose from dog, person"):
        parse(content, tmp_path, category="cat")


def test_of_several_without_a_person_one_has_to_be_chosen(content, annotated, tmp_path) -> None:
    with pytest.raises(DataError, match=r"has 2 categories with keypoints \(cat, dog\); choose one"):
        annotated(AP10K17.keypoints, {"id": 3, "name": "cat"}, {"id": 5, "name": "dog"}, used=(3, 5, 5))
    sets = read_categories(tmp_path / "annotations.json")
    assert {name: sum(len(image.people) for image in data) for name, data in sets.items()} == {"cat": 1, "dog": 2}


def test_an_id_that_the_file_does_not_list_is_a_slip_of_one_annotation(annotated, tmp_path) -> None:
    """It makes no category beside those that are listed, whose reading would refuse the file."""
    annotated(COCO17.keypoints, {"id": 1}, used=(10**30, 1, 1))
    (data,) = read_categories(tmp_path / "annotations.json").values()
    assert data.category.name == "person"
    assert str(data.reading.left_out[0]) == f"1 of other categories (id {10**30})"
    annotated(COCO17.keypoints, {"id": 7}, used=(1, 2, 2))  # none is listed: all that is known
    assert list(read_categories(tmp_path / "annotations.json")) == ["person", "category 2"]
