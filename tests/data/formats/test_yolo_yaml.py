"""data.yaml of a YOLO set: keypoints, classes, splits and places of images; told what is wrong with it."""

import pytest

from methods.data.coco import ReadingOptions
from methods.data.formats import read_annotations
from methods.errors import DataError
from methods.skeletons import COCO17

LINE = " ".join(["0 0.5 0.5 0.2 0.4", *["0.5 0.5 2"] * 17])


@pytest.mark.parametrize(
    ("yaml", "skeleton", "said"),
    [
        ("", "COCO-17", "assumed, for the file names none"),
        (f"flip_idx: {list(COCO17.flip_order)}", "COCO-17", "assumed"),
        (f"flip_idx: {list(range(17))}", "person's own", "as the file names them"),
        (f"kpt_names: {{0: {list(reversed(COCO17.keypoints))}}}", "COCO-17", "sorted by name"),
        (f"kpt_names: {list(COCO17.keypoints)}", "COCO-17", "as the file names them"),
    ],
)
def test_which_keypoints_they_are(make_set, yaml, skeleton, said) -> None:
    data = read_annotations(make_set(LINE, yaml=f"val: images\nkpt_shape: [17, 3]\nnames: [person]\n{yaml}"))
    assert data.reading.skeleton == skeleton
    assert said in data.reading.keypoints_are


def test_classes_are_categories(make_set) -> None:
    yaml = "val: images\nkpt_shape: [17, 3]\nnames: {0: dog, 4: person}"
    data = read_annotations(make_set(LINE, "4" + LINE[1:], yaml=yaml))
    assert (data.category.name, data.category.id) == ("person", 4)
    assert str(data.reading.left_out[0]) == "1 of other categories (dog)"


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("val: images\nnames: [person]", r"has no kpt_shape, .*; add kpt_shape: \[17, 3\]"),
        ("val: images\nkpt_shape: [17, 4]", r"kpt_shape\[1\] is 4: it should be less than or equal to 3; correct it"),
        ("val: images\nkpt_shape: 17", r"kpt_shape is 17: it should be a valid tuple"),
        (
            "val: images\nkpt_shape: [17, 3]\nkpt_names: {0: [nose]}\nnames: [a]",
            "has 1 names for class 0, kpt_shape says 17",
        ),
        ("kpt_shape: [17, 3]", "has no train, val or test"),
        ("val: elsewhere\nkpt_shape: [17, 3]", "has no images at elsewhere, where its val images should be"),
        ("kpt_shape: [17, 3]\nval: [[1]]", r"val\[0\] is \[1\]"),
    ],
)
def test_sets_that_are_refused(make_set, yaml, message) -> None:
    with pytest.raises(DataError, match=message):
        read_annotations(make_set(LINE, yaml=yaml))


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("names: !!python/name:os.system", r"data\.yaml in .* is not YAML \(.*\); correct it"),
        ("[17, 3]", "has no kpt_shape"),
    ],
)
def test_what_is_wrong_with_a_data_yaml_is_said(make_set, yaml, message) -> None:
    with pytest.raises(DataError, match=message):
        read_annotations(make_set(LINE, yaml=yaml))


def test_other_yaml_files_are_no_description(make_set) -> None:
    folder = make_set(LINE)
    (folder / "args.yaml").write_text("val: true\nmodel: yolo11n-pose.pt")
    (folder / "broken.yaml").write_text("[")
    assert read_annotations(folder).reading.people == 1
    with pytest.raises(DataError, match=r"args\.yaml is not .* or|args\.yaml is not JSON"):
        read_annotations(folder / "args.yaml")


def test_a_split_is_chosen(make_set) -> None:
    folder = make_set(LINE, yaml="train: images\nval: images/none\nkpt_shape: [17, 3]\nnames: [person]")
    data = read_annotations(folder, options=ReadingOptions(split="train"))
    assert data.reading.people == 1
    with pytest.raises(DataError, match="has no split 'test'; it has val, train"):
        read_annotations(folder, options=ReadingOptions(split="test"))


@pytest.mark.parametrize(
    "places",
    [
        "path: .\nval: images",
        "path: /nowhere/set\nval: images",
        "val: ../images",
        "path: ../set\nval: images",
        "val: [images]",
    ],
)
def test_where_the_images_lie(make_set, places) -> None:
    folder = make_set(LINE, yaml=f"{places}\nkpt_shape: [17, 3]\nnames: [person]")
    for given_ in (folder, folder / "data.yaml"):
        data = read_annotations(given_)
        assert [image.file_name for image in data] == ["images/a.png", "images/b.png"]
        assert data.images[0].read().shape == (100, 200, 3)


def test_images_listed_in_a_text_file(make_set) -> None:
    folder = make_set(LINE, yaml="val: val.txt\nkpt_shape: [17, 3]\nnames: [person]")
    (folder / "val.txt").write_text("./images/a.png\nimages/gone.png\n")
    data = read_annotations(folder / "data.yaml")
    assert [image.file_name for image in data] == ["images/a.png"]
    assert str(data.reading.images_left_out[0]) == "1 that are not there (images/gone.png)"
