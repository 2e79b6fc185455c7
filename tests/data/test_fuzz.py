"""Files with anything in place of anything: one sentence, or a data set that accounts for every entry."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from methods.data.coco import CocoKeypoints
from methods.data.formats import read_results
from methods.data.formats.files import Files
from methods.errors import DataError
from methods.metrics.ap import keypoint_ap
from methods.skeletons import COCO17
from tests.data.mutation import changed

KEYPOINTS = [number for k in range(17) for number in (10 + k, 20 + 2 * k, 2)]
PERSON = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 5, 40, 60], "area": 900.0, "iscrowd": 0}
PERSON |= {"num_keypoints": 17, "keypoints": KEYPOINTS}
FILE = {
    "images": [{"id": i, "file_name": f"{i}.png", "width": 100, "height": 80} for i in (1, 2)],
    "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.keypoints), "skeleton": [[1, 2]]}],
    "annotations": [PERSON, {**PERSON, "id": 2, "image_id": 2}, {**PERSON, "id": 3, "image_id": 2, "iscrowd": 1}],
}
RESULTS = [{"image_id": i, "category_id": 1, "keypoints": KEYPOINTS, "score": 0.5} for i in (1, 2)]


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
