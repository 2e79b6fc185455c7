"""What the fields for a visitor's data offer."""

import json

from app.analysis.reading import category_options, usual_sigmas
from methods.data.annotation_reading import category_choices
from methods.data.formats.files import Files
from methods.skeletons import COCO17


def choices(*names: str, keypoints: dict[str, list[str]] | None = None):
    """Categories with one annotation each, of COCO's keypoints but where `keypoints` says others."""
    categories = [
        {"id": i, "name": name, "keypoints": (keypoints or {}).get(name, list(COCO17.keypoints))}
        for i, name in enumerate(names, 1)
    ]
    annotations = [
        {"id": each["id"], "image_id": 1, "category_id": each["id"], "keypoints": [5, 5, 2] * len(each["keypoints"])}
        for each in categories
    ]
    images = [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9}]
    content = {"images": images, "annotations": annotations, "categories": categories}
    return category_choices(Files.of_bytes("mine.json", json.dumps(content).encode()))


def test_categories_are_offered_with_how_many_there_are_and_by_id_where_names_repeat():
    assert category_options(choices("person", "dog"))[1:] == [
        ("person (1 annotations)", "person"),
        ("dog (1 annotations)", "dog"),
    ]
    assert [value for _, value in category_options(choices("dog", "dog"))] == ["", "1", "2"]


def test_sigmas_are_those_of_the_category_that_counts():
    found = choices("person", "gate", keypoints={"gate": ["left post", "right post"]})
    text, whose = usual_sigmas(found, "", "")
    assert text.split(", ") == [f"{sigma:g}" for sigma in COCO17.sigmas]
    assert whose == "COCO-17: published sigmas"
    assert usual_sigmas(found, "gate", "") == ("0.05", "gate's own: no published sigmas: 0.05 for every keypoint")
    assert usual_sigmas(found, "gate", "MPII-16")[1] == "MPII-16: published sigmas"
    assert usual_sigmas([], "", "") == ("", "")
