"""Choosing a data set: the visitor's own is offered as long as it is kept."""

import json

import pytest

from app.analysis.dataset import Dataset
from app.analysis.scenes import SETS
from app.data_choice import FORGOTTEN, OWN, chosen_dataset, offer_own, remember
from app.state.controls import Controls
from app.state.uploads import UPLOADS, DatasetUpload
from app.state.visitor import VisitorState
from methods.data.coco import CocoKeypoints
from methods.data.scenes import NAME
from methods.errors import WorkbenchError


@pytest.fixture
def visitor(fakes):
    return VisitorState(Controls.initial(fakes))


def test_own_data_is_offered_and_found_while_it_is_kept(visitor):
    images = [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9}]
    content = json.dumps({"images": images, "annotations": []}).encode()
    dataset = Dataset(CocoKeypoints.parse(content, "mine.json", None), False, {})
    visitor.data = UPLOADS.put(DatasetUpload(dataset))
    offered = offer_own(visitor, OWN)
    assert (offered["choices"][-1], offered["value"]) == ((f"{OWN}: mine.json", OWN), OWN)
    assert chosen_dataset(visitor, OWN) is dataset
    UPLOADS.drop(visitor.data)
    offered = offer_own(visitor, OWN)
    assert (offered["choices"], offered["value"]) == (SETS, NAME)
    with pytest.raises(WorkbenchError, match=FORGOTTEN):
        chosen_dataset(visitor, OWN)


def test_what_was_chosen_last_is_chosen_wherever_data_are_chosen_next(visitor):
    other = next(name for _, name in SETS if name != NAME)
    assert offer_own(visitor, NAME)["value"] == NAME
    remember(visitor, other)
    assert offer_own(visitor, NAME)["value"] == other
