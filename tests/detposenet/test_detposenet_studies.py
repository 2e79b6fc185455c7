"""DetPoseNet's filter and third stage with a first stage whose answer is known."""

import numpy as np
import pytest
import torch

from methods.detposenet.decode import DetPoseNetSettings
from methods.detposenet.filtering import Verdict
from methods.detposenet.method import SmallDetPoseNet
from methods.detposenet.studies.boxes import DETECTED, NO_FALSE, NO_MISSED, TRUE, choices, measure_boxes
from methods.detposenet.studies.coarse_to_refined import COARSE, COMPLETED, REFINED, measure_third_stage
from methods.detposenet.studies.filtering import FILTER, boxes_found, leave, measure_filtering, refine_all, suppress
from methods.errors import DataError
from methods.method import Raw
from methods.ops.letterbox import Frame

SIDE = 128
FIGURE = np.stack([np.where(np.arange(17) % 2, 4.0, 34.0), np.linspace(5, 95, 17)], axis=1)
LEFT, RIGHT, BETWEEN = (
    np.add(one, corner) for one, corner in ((FIGURE, (10, 20)), (FIGURE, (70, 20)), (FIGURE[::-1], (14, 20)))
)
NOSE, LEFT_EYE = 0, 1


class Told(SmallDetPoseNet):
    """A first stage that says, of any image: two boxes of one person, IoU 0.64, and one of another.

    With `behind` it has the keypoints of a third person too, which lie in the first one's box. Coarse poses have the
    nose 10 px off and no left eye; refined ones are perfect.
    """

    def __init__(self, behind: bool = False) -> None:
        self.name, self.input_size, self.device, self.detector = "told", SIDE, torch.device("cpu"), None
        self.behind = behind

    def infer(self, images, batch_size=8, boxes=None):
        return [self._raw(given) for given in (boxes if boxes is not None else [None] * len(images))]

    def _raw(self, given):
        boxes = np.array([[10, 20, 50, 120], [14, 20, 50, 120], [70, 20, 110, 120]], np.float32)
        scores = np.array([0.9, 0.8, 0.7], np.float32)
        if given is not None:
            boxes, scores = given[:, :4], given[:, 4]
        people = [LEFT if box[0] < 60 else RIGHT for box in boxes]
        holders, rows = np.arange(len(boxes)), np.arange(len(boxes))
        if self.filtered:
            people, boxes, scores = [*people, BETWEEN], [*boxes, [10, 20, 50, 120]], [*scores, 0.6]
            holders, rows = np.array([0, 1, 2, 0]), np.array([0, 0, 1, 2])
            kept = slice(None) if self.behind else slice(3)
            people, boxes, scores, holders, rows = (x[kept] for x in (people, boxes, scores, holders, rows))
        refined = np.concatenate([people, np.full((len(people), 17, 1), 0.9)], axis=2)
        coarse = refined.copy()
        coarse[:, NOSE, 0] += 10
        coarse[:, LEFT_EYE] = -1
        outputs = {
            "boxes": boxes,
            "scores": scores,
            "coarse": coarse,
            "holders": holders,
            "rows": rows,
            "refined": refined[np.unique(rows, return_index=True)[1]],
            "filtered": np.array(float(self.filtered)),
            "heatmaps": np.zeros((17, 32, 32)),
            "limbs": np.zeros((19, 2, 8, 8)),
            "crops": np.zeros((0, 4)),
        }
        tensors = {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in outputs.items()}
        return Raw(tensors, Frame(SIDE, SIDE, 1.0, 1.0, 0, 0), 0.0, 0.0)


def test_runs_are_counted(make_images):
    """Two images: the filter keeps two of three boxes; suppression at 0.95 keeps all, at 0.5 two, at 0 too."""
    data = make_images([[LEFT, RIGHT], [LEFT]], SIDE, SIDE)
    found = measure_filtering(Told(), data, suppressions=(0.5, 0.95), command="here")
    assert [row.name for row in found.rows[2:]] == ["box IoU 0.5", "box IoU 0.95"]
    assert [row.runs for row in found.rows] == [4, 4, 4, 6]
    assert [row.per_person for row in found.rows] == pytest.approx([4 / 3, 4 / 3, 4 / 3, 2])
    assert [(row.found, row.lost, row.won) for row in found.rows] == [(3, 0, 0)] * 4
    assert (found.people, found.detector, found.rows[0].gain) == (3, "told", 0)
    assert found.settings == DetPoseNetSettings.evaluation().model_dump()
    assert list(found.to_pandas()["runs"]) == [4, 4, 4, 6]
    assert found.recovered.model_dump() == {"images": 0, "people": 0, "right": 0, "again": 0}
    assert found.heading().endswith("boxes of told")


def test_who_is_recovered_is_lost_by_suppression(make_images):
    """In the first image somebody stands behind the left one; in the second the recovered pose is nobody."""
    data = make_images([[LEFT, RIGHT, BETWEEN], [LEFT, RIGHT]], SIDE, SIDE)
    found = measure_filtering(Told(behind=True), data, suppressions=(0.5,))
    with_filter, without, by_box = found.rows
    assert (with_filter.runs, without.runs, by_box.runs) == (6, 4, 4)
    assert (with_filter.found, without.found, by_box.found) == (5, 4, 4)
    assert (by_box.lost, by_box.won) == (1, 0)
    assert found.recovered.model_dump() == {"images": 2, "people": 2, "right": 1, "again": 0}
    first, second = found.sentences()
    assert "finds 5 of 5; the best suppression, box IoU 0.5, 0.80 times and 4. 1 people are found by" in first
    assert second.startswith("With the demo preset 2 images show 2 recovered people: 1 are people whom nobody else")


def test_what_suppression_leaves_is_as_if_nothing_else_had_been_refined():
    method = Told()
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    boxes = boxes_found(method.infer([pixels])[0])
    assert boxes.shape == (3, 5)
    assert suppress(boxes, 0.5).tolist() == [0, 2]
    everything = refine_all(method, pixels, boxes)
    assert method.filtered
    some = leave(everything, 0.5)
    assert some.outputs["scores"].tolist() == pytest.approx([0.9, -1, 0.7])
    assert everything.outputs["scores"].tolist() == pytest.approx([0.9, 0.8, 0.7])
    assert len(method.decode(some, DetPoseNetSettings.evaluation()).poses) == 2


def test_boxes_of_people_without_one_do_not_count():
    raw = Told(behind=True).infer([None])[0]
    assert len(boxes_found(raw)) == 3
    assert Told().decode(raw, DetPoseNetSettings.demo()).intermediate.verdicts[3] == Verdict.RECOVERED


def test_the_third_stage_by_hand(make_images):
    """Without the left eye and with a nose far off, 15 of 17 keypoints are left, an OKS of 0.88: 8 of 10 thresholds."""
    data = make_images([[LEFT, RIGHT]], SIDE, SIDE)
    found = measure_third_stage(Told(), data, command="here")
    assert [row.name for row in found.rows] == [COARSE, COMPLETED, REFINED]
    assert [row.ap.ap for row in found.rows] == pytest.approx([0.8, 0.9, 1.0])
    assert found.rows[2].gain == pytest.approx(0.2)
    nose, eye, *_, every = found.keypoints
    assert (nose.moved, nose.added, nose.pixels, nose.nearer) == (1, 0, pytest.approx(10), 1)
    assert nose.percent == pytest.approx(100 * 10 / np.sqrt(40 * 100))
    assert (eye.moved, eye.added, eye.gain) == (0, 1, 1)
    assert (every.moved, every.added) == (pytest.approx(1 / 17), pytest.approx(1 / 17))
    assert "the third stage moves 6% of found people's keypoints and adds 6% that were not there" in str(
        found.sentences()
    )


def test_table_2_by_hand(make_images):
    """Both images have a box on the left and one on the right, but the second has nobody on the right.

    Of detected boxes 30 x 90 of 40 x 100 px are the person's, an IoU of 0.675, which is above four of ten thresholds.
    """
    data = make_images([[LEFT, RIGHT], [LEFT]], SIDE, SIDE)
    found = measure_boxes(Told(), data, command="here")
    assert [row.name for row in found.rows] == [TRUE, DETECTED, NO_FALSE, NO_MISSED, FILTER]
    by_name = {row.name: row for row in found.rows}
    assert [round(by_name[name].ap.ap, 3) for name in (TRUE, NO_FALSE)] == [1, 1]
    assert by_name[NO_FALSE].gain == by_name[TRUE].gain == 0
    assert by_name[TRUE].box_ap == pytest.approx(1)
    assert by_name[NO_FALSE].box_ap == pytest.approx(0.4)
    assert by_name[NO_FALSE].box_ap >= by_name[DETECTED].box_ap > 0
    # Nobody is missed.
    added, plain = by_name[NO_MISSED], by_name[DETECTED]
    assert (added.ap.ap, added.gain, added.box_ap) == (plain.ap.ap, plain.gain, plain.box_ap)
    assert found.sentences()[0].startswith("On 2 images AP is 1.000 in annotated boxes, ")
    assert "0.781, 0.750 and 0.773" in found.sentences()[0]
    assert len(found.tables()[0].rows) == 5


def test_whose_a_box_is():
    """Three people; the first box has an IoU of 1 with the first, the second box 0.64 with the same, whom the better
    box has; the third box is nobody's: nobody has one of the second and third person."""
    true = np.array([[0, 0, 40, 100], [60, 0, 100, 100], [200, 0, 240, 100]], np.float32)
    boxes = np.array([[0, 0, 40, 100], [4, 0, 40, 90], [130, 0, 170, 100]], np.float32)
    detected = np.concatenate([boxes, [[0.9], [0.8], [0.7]]], axis=1).astype(np.float32)
    chosen = choices(true, detected)
    assert chosen[TRUE].tolist() == [True] * 3 + [False] * 3
    assert chosen[DETECTED].tolist() == [False] * 3 + [True] * 3
    assert chosen[NO_FALSE].tolist() == [False] * 3 + [True, False, False]
    assert chosen[NO_MISSED].tolist() == [False, True, True] + [True] * 3


def test_without_people_or_boxes_there_is_nothing_to_choose():
    none = choices(np.zeros((0, 4), np.float32), np.zeros((0, 5), np.float32))
    assert {len(each) for each in none.values()} == {0}


def test_only_detposenet_has_them(drawings):
    class Other:
        Settings = int
        name = "other"

    studies = ((measure_filtering, "filter"), (measure_third_stage, "third stage"), (measure_boxes, "boxes"))
    for measure, what in studies:
        with pytest.raises(DataError, match=f"other has no {what}"):
            measure(Other(), drawings)
        with pytest.raises(DataError, match="no labelled people"):
            measure(Told(), drawings[:0])
