"""Files with anything in place of anything: one sentence, or a data set that accounts for every entry."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from methods.data.coco import CocoKeypoints
from methods.data.formats import read_results
from methods.data.formats.files import Files
from methods.errors import DataError
from methods.metrics.ap import keypoint_ap
from methods.skeletons import COCO17

KEYPOINTS = [number for k in range(17) for number in (10 + k, 20 + 2 * k, 2)]
PERSON = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 5, 40, 60], "area": 900.0, "iscrowd": 0}
PERSON |= {"num_keypoints": 17, "keypoints": KEYPOINTS}
FILE = {
    "images": [{"id": i, "file_name": f"{i}.png", "width": 100, "height": 80} for i in (1, 2)],
    "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.keypoints), "skeleton": [[1, 2]]}],
    "annotations": [PERSON, {**PERSON, "id": 2, "image_id": 2}, {**PERSON, "id": 3, "image_id": 2, "iscrowd": 1}],
}
RESULTS = [{"image_id": i, "category_id": 1, "keypoints": KEYPOINTS, "score": 0.5} for i in (1, 2)]
ODD = st.sampled_from(
    [None, True, "", "1", "person", -1, 0, 7, 1.5, 10**30, -(10**400), float("nan"), float("inf"), [], {}, [[]], [None]]
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Paths to everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, each in inner for one in places(each, (*path, key)))]


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """The value with a few things in it put out of their place, left out or doubled."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, 4))):
        inner = [path for path in places(value) if path]
        if not inner:
            break
        *way, last = draw(st.sampled_from(inner))
        holder = value
        for key in way:
            holder = holder[key]
        action = draw(st.sampled_from(["put", "put", "leave out", "double"]))
        if action == "put":
            holder[last] = json.loads(json.dumps(draw(ODD)))  # a list of its own, which may be changed too
        elif action == "leave out":
            del holder[last]
        elif isinstance(holder, list):
            holder.append(json.loads(json.dumps(holder[last])))
    return value


@settings(max_examples=150)
@given(changed(FILE), changed(RESULTS), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_file_is_refused_in_a_sentence_or_accounted_for(annotations, results, encoding):
    try:
        data = CocoKeypoints.parse(json.dumps(annotations).encode(encoding), "ground_truth.json", None, None)
        reading = data.reading
        said = reading.sentences()[-1]
        passed_over = sum(part.count for part in reading.left_out)
        people = reading.people + reading.crowds + reading.unlabelled
        assert people + passed_over == reading.annotations == len(annotations["annotations"])
        left_out = sum(part.count for part in reading.images_left_out)
        assert len(data) + left_out == len(annotations["images"])
        found = read_results(Files.of_bytes("found.json", json.dumps(results).encode(encoding)), data)
        assert len(found.found) + sum(part.count for part in found.left_out) == found.total == len(results)
        keypoint_ap(data, found.found)
    except DataError as error:
        said = str(error)
    assert said.endswith((".", "..."))
    assert len(said) < 700
