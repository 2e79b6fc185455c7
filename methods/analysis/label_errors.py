"""Labels that are probably wrong, because most methods agree with each other and not with the annotation.

Only what each method shows at the score of its highest F1 has a say. Somebody whom most methods find alike (see
consensus) is compared with the annotated person with whom OKS, as it is or mirrored, or else the IoU of the boxes is
highest, nobody twice:

left and right  mirrored, the methods' pose fits the annotation, and as it is it does not
elsewhere       several keypoints, at which each method is certain, are annotated far from there
not annotated   nobody is annotated there, nor is it a region of a crowd or a person without labels
doubled         two annotations of one image lie on each other

Methods that learned from the same labels, or share a body, err alike too: this is a list to look through, not proof.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from methods.analysis.consensus import Consensus, find_consensus
from methods.analysis.difference import check_same
from methods.analysis.label_error import Kind, LabelError, LabelErrors
from methods.data.coco import CocoKeypoints
from methods.errors import DataError
from methods.metrics.curves import curve
from methods.metrics.ground_truth import GroundTruth
from methods.metrics.matching import Matching
from methods.ops.oks import extents, keypoint_oks

BEST_AT = 0.5  # OKS at which the score of the highest F1 is sought
FITS = 0.5  # OKS
FAR = 0.05  # similarity of a keypoint below which it is elsewhere
SEVERAL = 3  # keypoints: that have to be elsewhere, that mirroring has to move, that doubled people have in common
SAME_BOX = 0.3  # IoU from which an annotated box is taken to be somebody's
INSIDE = 0.5  # part of a pose's box in a crowd, or in the box of a person without labels
DOUBLED = 0.9  # OKS of one annotation with another


def find_label_errors(data: CocoKeypoints, matchings: Mapping[str, Matching]) -> LabelErrors:
    """What is probably wrong with the labels of `data`, after several methods' results; the most probable first.

    Raises DataError where there are fewer than two methods, or their data sets are not the same.
    """
    if len(matchings) < 2:
        raise DataError("Labels are doubted where methods agree with each other; give results of at least two methods.")
    first, *others = matchings.values()
    for other in others:
        check_same(first, other)
    ground_truth = first.ground_truth
    shown = {name: _shown(matching) for name, matching in matchings.items()}
    people = _by_image(ground_truth.image)
    errors = []
    for image in range(len(ground_truth.image_ids)):
        poses = {name: each[image] for name, each in shown.items()}
        found = find_consensus(poses, ground_truth.sigmas)
        errors += _in_image(ground_truth, image, people[image], found)
        errors += _doubled(ground_truth, image, people[image])
    names = {one.image_id: one.file_name for one in data}
    errors = [
        one.model_copy(
            update={"file_name": names[one.image_id], "annotation_id": _annotation_id(data, ground_truth, one)}
        )
        for one in errors
    ]
    return LabelErrors(
        data=data.name,
        images=len(data),
        people=int(first.ranges[first.index("all")].people.sum()),
        methods=tuple(matchings),
        keypoint_names=ground_truth.skeleton.keypoints,
        errors=tuple(sorted(errors, key=lambda one: -one.score)),
    )


def _shown(matching: Matching) -> dict[int, np.ndarray]:
    """Poses [N, K, 2] by image, NaN where a keypoint is not there, of at least the score of the highest F1."""
    found = matching.detections
    chosen = np.flatnonzero(found.scores >= curve(matching, BEST_AT).best().score)
    keypoints = np.where(found.there[..., None], found.keypoints, np.nan)
    nobody = np.zeros((0, *keypoints.shape[1:]))
    return defaultdict(
        lambda: nobody, {image: keypoints[chosen[rows]] for image, rows in _by_image(found.image[chosen]).items()}
    )


def _by_image(image: np.ndarray) -> dict[int, np.ndarray]:
    """Positions [n] by image."""
    order = np.argsort(image, kind="stable")
    values, starts = np.unique(image[order], return_index=True)
    parts = np.split(order, starts[1:]) if len(values) else []
    return defaultdict(lambda: np.zeros(0, dtype=int), dict(zip(values.tolist(), parts, strict=True)))


def _in_image(ground_truth: GroundTruth, image: int, here: np.ndarray, found: Consensus) -> list[LabelError]:
    """What the methods' common poses say against the annotations of one image."""
    people = here[~ground_truth.ignored[here]]
    plain, mirrored = (_similarity(ground_truth, people, found, turned) for turned in (False, True))
    oks, turned_oks = (_mean(each, ground_truth.labelled[people]) for each in (plain, mirrored))
    boxes = extents(found.keypoints)
    overlap = _ious(boxes, ground_truth.boxes[people])
    alike = np.maximum(np.maximum(oks, turned_oks), overlap)
    rows, columns = linear_sum_assignment(alike, maximize=True)
    meant = {int(row): int(column) for row, column in zip(rows, columns, strict=True) if alike[row, column] >= SAME_BOX}
    errors = []
    for row in range(len(found.methods)):
        doubt = LabelError(
            kind=Kind.NOT_ANNOTATED,
            score=float(found.likeness[row]),
            image_id=int(ground_truth.image_ids[image]),
            methods=found.methods[row],
            box=_box(boxes[row]),
            pose=_pose(found.keypoints[row]),
        )
        if row in meant:
            column = meant[row]
            fit = (plain[row, column], float(oks[row, column]), float(turned_oks[row, column]))
            errors += _of_person(ground_truth, int(people[column]), doubt, found.certain[row], *fit)
        elif not ((alike[row] >= SAME_BOX).any() or _excused(boxes[row], ground_truth, here)):
            errors.append(doubt)
    return errors


def _of_person(
    ground_truth: GroundTruth,
    person: int,
    doubt: LabelError,
    certain: np.ndarray,
    similarity: np.ndarray,
    oks: float,
    turned_oks: float,
) -> list[LabelError]:
    """The doubt about somebody who is annotated; certain [K], similarity [K] with the annotation as it is."""
    labelled = ground_truth.labelled[person]
    if oks < FITS <= turned_oks and _sides(ground_truth, person) >= SEVERAL:
        score = doubt.score * (turned_oks - oks)
        return [doubt.model_copy(update={"kind": Kind.LEFT_AND_RIGHT, "person": person, "score": score})]
    far = certain & labelled & (similarity < FAR)
    if far.sum() < SEVERAL:
        return []
    score = doubt.score * float(((1 - similarity) * far).sum() / labelled.sum())
    keypoints = tuple(name for name, is_far in zip(ground_truth.skeleton.keypoints, far, strict=True) if is_far)
    about = {"kind": Kind.ELSEWHERE, "person": person, "score": score, "keypoints": keypoints}
    return [doubt.model_copy(update=about)]


def _similarity(ground_truth: GroundTruth, people: np.ndarray, found: Consensus, mirrored: bool) -> np.ndarray:
    """Similarity [G, n, K] of common poses with annotated people, the annotations' left and right exchanged or not;
    0 where either has no such keypoint."""
    order = np.array(ground_truth.skeleton.flip_order) if mirrored else np.arange(len(ground_truth.skeleton))
    poses = found.keypoints[:, order]
    similarity = keypoint_oks(
        poses[:, None], ground_truth.keypoints[people], ground_truth.areas[people], ground_truth.sigmas
    )
    return similarity * ground_truth.labelled[people]


def _mean(similarity: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    return similarity.sum(axis=2) / np.maximum(labelled.sum(axis=1), 1)


def _sides(ground_truth: GroundTruth, person: int) -> int:
    """How many of a person's left-right pairs have a label on either side."""
    labelled = ground_truth.labelled[person]
    return sum(bool(labelled[left] and labelled[right]) for left, right in ground_truth.skeleton.pairs)


def _excused(box: np.ndarray, ground_truth: GroundTruth, here: np.ndarray) -> bool:
    """Whether half of a box (x1, y1, x2, y2) lies in a crowd or in somebody without labels."""
    regions = ground_truth.boxes[here[ground_truth.ignored[here]]]
    inside = _intersections(box[None], regions)[0]
    return bool((inside >= INSIDE * max(float((box[2:] - box[:2]).prod()), np.spacing(1))).any())


def _ious(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """IoU [G, n] of boxes [G, 4] (x1, y1, x2, y2) with others [n, 4] (x1, y1, width, height)."""
    both = _intersections(boxes, others)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)[:, None] + others[:, 2:].prod(axis=1) - both
    return both / np.maximum(areas, np.spacing(1))


def _intersections(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    low = np.maximum(boxes[:, None, :2], others[:, :2])
    high = np.minimum(boxes[:, None, 2:], others[:, :2] + others[:, 2:])
    return np.maximum(high - low, 0).prod(axis=2)


def _doubled(ground_truth: GroundTruth, image: int, here: np.ndarray) -> list[LabelError]:
    """Annotations that lie on an earlier one of the same image."""
    people = here[~ground_truth.ignored[here]]
    errors = []
    for number, person in enumerate(people):
        earlier = people[:number]
        both = ground_truth.labelled[person] & ground_truth.labelled[earlier]  # [n, K]
        similarity = keypoint_oks(
            ground_truth.keypoints[person],
            ground_truth.keypoints[earlier],
            (ground_truth.areas[person] + ground_truth.areas[earlier]) / 2,
            ground_truth.sigmas,
        )
        alike = (similarity * both).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
        alike = np.where(both.sum(axis=1) >= SEVERAL, alike, 0)
        if len(alike) and alike.max() >= DOUBLED:
            x, y, width, height = ground_truth.boxes[person].tolist()
            errors.append(
                LabelError(
                    kind=Kind.DOUBLED,
                    score=float(alike.max()),
                    image_id=int(ground_truth.image_ids[image]),
                    person=int(person),
                    other=int(earlier[alike.argmax()]),
                    box=(x, y, width, height),
                    pose=_pose(
                        np.where(ground_truth.labelled[person][:, None], ground_truth.keypoints[person], np.nan)
                    ),
                )
            )
    return errors


def _annotation_id(data: CocoKeypoints, ground_truth: GroundTruth, error: LabelError) -> int | None:
    """The annotation's id in its file, where it has one."""
    if error.person < 0:
        return None
    image, place = ground_truth.find(error.person, data)
    return image.people.annotations[place].get("id")


def _box(corners: np.ndarray) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = corners.round(2).tolist()
    return x1, y1, round(x2 - x1, 2), round(y2 - y1, 2)


def _pose(keypoints: np.ndarray) -> tuple[float, ...]:
    """x, y and 2 of each keypoint, 0, 0, 0 of one that is not there, as COCO annotates them."""
    flags = np.isfinite(keypoints).all(axis=1)
    return tuple(np.column_stack([np.where(flags[:, None], keypoints, 0).round(2), 2 * flags]).ravel().tolist())
