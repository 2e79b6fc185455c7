"""Runs of the single-person network: counted, with the filter and without."""

import numpy as np
import pytest
import torch

from methods.detposenet.decode import DetPoseNetSettings
from methods.detposenet.method import SmallDetPoseNet
from methods.errors import DataError
from methods.evaluation.refinements import boxes_found, leave, measure_refinements, refine_all, suppress
from methods.method import Raw


class Told(SmallDetPoseNet):
    """A first stage that says, of any image: two boxes of one person, IoU 0.64, and one of another; perfect joints."""

    def __init__(self) -> None:
        self.name, self.input_size, self.device, self.detector = "told", 128, torch.device("cpu"), None
        self.looked = 0

    def infer(self, images, batch_size=8, boxes=None):
        return [self._raw(given) for given in (boxes if boxes is not None else [None] * len(images))]

    def _raw(self, given):
        boxes = np.array([[10, 20, 50, 120], [14, 20, 50, 120], [70, 20, 110, 120]], np.float32)
        scores = np.array([0.9, 0.8, 0.7], np.float32)
        if given is not None:
            boxes, scores = given[:, :4], given[:, 4]
        n = len(boxes)
        figure = np.stack([np.linspace(2, 36, 17), np.linspace(5, 95, 17)], axis=1)
        corners = np.where(boxes[:, :1] < 60, 10, 70)
        poses = np.concatenate([figure + np.stack([corners, np.full((n, 1), 20)], axis=2), np.full((n, 17, 1), 0.9)], 2)
        rows = np.arange(n) if not self.filtered else np.array([0, 0, 1])
        self.looked += int(rows.max() + 1)
        outputs = {
            "boxes": boxes,
            "scores": scores,
            "coarse": poses,
            "holders": np.arange(n),
            "rows": rows,
            "refined": poses if not self.filtered else poses[[0, 2]],
            "filtered": np.array(float(self.filtered)),
            "joints": np.zeros((17, 32, 32)),
            "limbs": np.zeros((19, 2, 8, 8)),
        }
        from methods.ops.letterbox import Frame

        tensors = {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in outputs.items()}
        return Raw(tensors, Frame(128, 128, 1.0, 1.0, 0, 0), 0.0, 0.0)


def test_runs_are_counted(drawings):
    """Four images with six people: the filter keeps two of three boxes; suppression at 0.95 keeps all, at 0.5 two."""
    found = measure_refinements(Told(), drawings, suppressions=(0.5, 0.95), command="here")
    assert [row.runs for row in found.rows] == [4 * 2, 4 * 2, 4 * 3]
    assert [row.per_person for row in found.rows] == pytest.approx([8 / 6, 8 / 6, 12 / 6])
    assert found.people == 6
    assert found.detector == "told"
    assert found.rows[0].gain == 0
    assert found.settings == DetPoseNetSettings.evaluation().model_dump()
    assert list(found.to_pandas()["runs"]) == [8, 8, 12]


def test_what_suppression_leaves_is_as_if_nothing_else_had_been_refined():
    method = Told()
    pixels = np.zeros((128, 128, 3), np.uint8)
    boxes = boxes_found(method.infer([pixels])[0])
    assert boxes.shape == (3, 5)
    assert suppress(boxes, 0.5).tolist() == [0, 2]
    everything = refine_all(method, pixels, boxes)
    assert method.filtered
    some = leave(everything, 0.5)
    assert some.outputs["scores"].tolist() == pytest.approx([0.9, -1, 0.7])
    assert everything.outputs["scores"].tolist() == pytest.approx([0.9, 0.8, 0.7])
    assert len(method.decode(some, DetPoseNetSettings.evaluation()).poses) == 2


def test_only_detposenet_has_a_filter(drawings, tmp_path):
    class Other:
        Settings = int
        name = "other"

    with pytest.raises(DataError, match="other has no filter"):
        measure_refinements(Other(), drawings)
    with pytest.raises(DataError, match="no labelled people"):
        measure_refinements(Told(), drawings[:0])
