"""Files of other data sets. CrowdPose's and OCHuman's layouts are as published.

DriPE's is what a public converter of its autob_coco_test.json, coco_to_csv of dripe-annotation-test.csv, reads.
Images have an id and a bare file_name; annotations have image_id, bbox as x, y, width and height, and 17 keypoints of
x, y and flag in COCO's order, without a label where the flag is 0. It reads neither area, iscrowd nor num_keypoints, so
that they may be missing here. The files themselves were not seen.
"""

import pytest

from methods.skeletons import COCO17, CROWDPOSE14


def as_crowdpose(content: dict) -> dict:
    """As CrowdPose's files: fourteen named keypoints, no areas, a crowd index for each image."""
    content["categories"] = [{"id": 1, "name": "person", "keypoints": list(CROWDPOSE14.keypoints)}]
    for image, index in zip(content["images"], (0.05, 0.5, 0.95), strict=True):
        image["crowdIndex"] = index
    for annotation in content["annotations"]:
        del annotation["area"]
        annotation |= {"keypoints": [5, 6, 2] * 14, "num_keypoints": 14, "category_id": 1}
    return content


def test_crowdpose(content, shards, read) -> None:
    data = read(as_crowdpose(content), shards, skeleton=None)
    assert data.skeleton is CROWDPOSE14
    assert [image.crowd_index for image in data] == [0.05, 0.5, 0.95]
    people = next(image.people for image in data if len(image.people))
    assert people.keypoints.shape[1] == 14
    assert people.areas[0] == pytest.approx(0.53 * 10 * 20)


@pytest.mark.parametrize("style", ["OCHuman", "DriPE"])
def test_files_of_other_data_sets(content, shards, style, read) -> None:
    """OCHuman: masks as dictionaries, the area that of the box. DriPE: see above; a driver's legs may have no label."""
    for number, annotation in enumerate(content["annotations"], 1):
        annotation |= {"id": number, "category_id": 1, "num_keypoints": 17, "keypoints": [3.5, 4.5, 2.0] * 17}
        if style == "OCHuman":
            annotation |= {"segmentation": {"size": [40, 30], "counts": "abc"}, "area": 200, "iscrowd": 0}
        else:
            del annotation["iscrowd"], annotation["area"], annotation["num_keypoints"]
            annotation["keypoints"][-12:] = [0, 0, 0] * 4
    data = read(content, shards, skeleton=None)
    assert data.skeleton is COCO17
    assert data[0].crowd_index is None
    everybody = [image.people for image in data if len(image.people)]
    assert sum(people.labelled.sum() for people in everybody) == len(content["annotations"])
    assert everybody[0].areas[0] == pytest.approx(200 if style == "OCHuman" else 106)
    assert (everybody[0].visibility[0] > 0).sum() == (17 if style == "OCHuman" else 13)
