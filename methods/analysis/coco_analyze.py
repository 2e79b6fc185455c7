"""What error types cost by the rules of coco-analyze, the code of Ronchi and Perona (ICCV 2017).

KAPAO's Figure 8 was drawn with that code; its bars and those of `repair` differ by design:

* What a keypoint is most similar to decides its type, even where it is near its own place: similar by 0.5 to somebody
  else's place, and less to its own, is a swap there, jitter here.
* A keypoint is not put where it is annotated but at a distance from there: a miss at that of the similarity 0.5, jitter
  at that of 0.85, inversion and swap at that of the similarity with the other place. These distances are of the sigmas,
  not of twice the sigmas as in OKS, so that 0.5 becomes 0.84 and 0.85 becomes 0.96.
* A keypoint that is left out is one at 0, 0, mostly a miss.
* The best score is the highest OKS, which falls for all but the first of poses that lie on each other (soft NMS); that
  keeps doubled detections from being false positives of a high score.

Other than there, people of fewer than 32 x 32 square pixels count, and of an image's detections the 20 best.
"""

from dataclasses import dataclass, replace

import numpy as np

from methods.analysis.error_types import GOOD_FROM, JITTER_FROM, Errors, Kind, find_errors
from methods.analysis.instances import BACKGROUND, MISSED, SCORING
from methods.analysis.repair import FIGURE_8_OKS, ErrorCosts, steps_of
from methods.metrics.curves import RECALLS, Curve, curve_of
from methods.metrics.detections import Detections
from methods.metrics.matching import Matching, area_ranges, match_ranges
from methods.metrics.paired_people import NEAR, match_near
from methods.metrics.similarity import keypoint_similarity, pairs_of

TYPES = (Kind.MISS, Kind.SWAP, Kind.INVERSION, Kind.JITTER)
SOFT = 0.5  # soft NMS: a score falls by exp(-OKS^2 / SOFT)


@dataclass(frozen=True, eq=False)
class _Found:
    """M detections of people: what each keypoint [M, K] is, and where it is put."""

    detection: np.ndarray
    codes: np.ndarray
    places: np.ndarray  # [M, K, 2]


def coco_analyze_costs(matching: Matching, oks: float = FIGURE_8_OKS, errors: Errors | None = None) -> ErrorCosts:
    """Repair one error type after the other as coco-analyze does; see the module. AP is NaN without people.

    `errors`, from `find_errors`, saves counting people with a scoring error again.
    """
    found = _classify(matching)
    counts = {kind.value: int((found.codes == kind.code).sum()) for kind in TYPES}
    detections = matching.detections
    curves = {"as found": _outcome(matching, detections, oks).interpolated()}
    for kind in TYPES:
        keypoints = detections.keypoints.copy()
        rows, columns = np.nonzero(found.codes == kind.code)
        keypoints[found.detection[rows], columns] = found.places[rows, columns]
        detections = replace(detections, keypoints=keypoints)
        curves[kind.value] = _outcome(matching, detections, oks).interpolated()
    scored = _outcome(matching, detections.with_scores(_best_scores(matching, detections)), oks)
    curves[SCORING] = scored.interpolated()
    true, false = (int(each.max(initial=0)) for each in (scored.true, scored.false))
    without_false = replace(scored, false=np.zeros_like(scored.false))
    curves[BACKGROUND] = without_false.interpolated()
    curves[MISSED] = np.full(len(RECALLS), 1.0 if scored.people else np.nan)
    if true:
        curves[MISSED] = replace(without_false, people=true).interpolated()
    counts |= {SCORING: len((errors or find_errors(matching)).scoring), BACKGROUND: false, MISSED: scored.people - true}
    return ErrorCosts(oks=oks, steps=steps_of(curves, counts))


def _classify(matching: Matching) -> _Found:
    """The type of every keypoint of a detection that means somebody, by the place that it is most similar to."""
    ground_truth = matching.ground_truth
    detection, person = match_near(matching).matched(NEAR)
    order = np.array(ground_truth.skeleton.flip_order)
    codes = np.full((len(detection), len(order)), -1)
    places = matching.detections.keypoints[detection].copy()
    for row, (one, own) in enumerate(zip(detection, person, strict=True)):
        others = np.flatnonzero((ground_truth.image == ground_truth.image[own]) & (np.arange(len(ground_truth)) != own))
        everybody = np.array([own, *others])
        keypoints = np.repeat(matching.detections.keypoints[one][None], len(everybody), axis=0)
        plain = np.where(
            ground_truth.labelled[everybody], keypoint_similarity(keypoints, ground_truth, everybody), -1.0
        )
        turned = keypoint_similarity(keypoints[:, order], ground_truth, everybody)[:, order]
        # With the variance of the keypoint itself, which is that of its mirror image in COCO's skeleton.
        turned = np.where(ground_truth.labelled[everybody][:, order], turned, -1.0)
        similarity = np.concatenate([plain, turned])  # own first, so that it wins where others are as near
        nearest, highest = similarity.argmax(axis=0), np.maximum(similarity.max(axis=0), 0.0)
        code = np.full(len(order), Kind.SWAP.code)
        code[nearest == len(everybody)] = Kind.INVERSION.code
        code[nearest == 0] = np.where(highest[nearest == 0] > GOOD_FROM, Kind.GOOD.code, Kind.JITTER.code)
        code[highest < JITTER_FROM] = Kind.MISS.code
        code[~ground_truth.labelled[own]] = -1
        codes[row] = code
        kept = np.select([code == Kind.MISS.code, code == Kind.JITTER.code], [JITTER_FROM, GOOD_FROM], highest)
        distance = np.sqrt(-2 * np.log(np.clip(kept, np.spacing(1), 1)) * ground_truth.areas[own]) * ground_truth.sigmas
        target = ground_truth.keypoints[own] + np.stack([distance, np.zeros(len(order))], axis=1)
        wrong = code > Kind.GOOD.code
        places[row, wrong] = target[wrong]
    return _Found(detection, codes, places)


def _best_scores(matching: Matching, detections: Detections) -> np.ndarray:
    """The highest OKS of each detection, after soft NMS among those of its image."""
    pairs = pairs_of(detections, matching.ground_truth)
    best = np.zeros(len(detections))
    counted = area_ranges(matching.ground_truth, detections)[0].people[pairs.person]
    np.maximum.at(best, pairs.detection[counted], pairs.oks[counted])
    for image in np.unique(detections.image):
        here = np.flatnonzero(detections.image == image).tolist()
        while here:
            first = max(here, key=lambda each: best[each])
            here.remove(first)
            similar = _pose_similarity(detections.keypoints[first], detections.keypoints[here], matching)
            best[here] *= np.exp(-(similar**2) / SOFT)
    return best


def _pose_similarity(one: np.ndarray, others: np.ndarray, matching: Matching) -> np.ndarray:
    """OKS [n] of poses with one pose over the mean area of both extents, as coco-analyze takes it."""
    areas = [np.ptp(each, axis=-2).prod(axis=-1) for each in (one, others)]
    squared = ((others - one) ** 2).sum(axis=2)
    variances = (2 * matching.ground_truth.sigmas) ** 2
    return np.exp(-squared / variances / ((areas[0] + areas[1]) / 2 + np.spacing(1))[:, None] / 2).mean(axis=1)


def _outcome(matching: Matching, detections: Detections, oks: float) -> Curve:
    """The curve of these detections in place of the matching's."""
    ground_truth = matching.ground_truth
    everyone = area_ranges(ground_truth, detections)[0]
    matched = match_ranges(ground_truth, detections, [everyone], [oks], pairs_of(detections, ground_truth))
    return curve_of(matched.outcomes(), 0, oks)
