"""Comparing what has different keypoints: on those that all have, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from methods.data.coco import CocoKeypoints
from methods.data.formats.results import Results
from methods.errors import DataError, FieldError, FormField
from methods.skeletons import Skeleton, assumed, normal_name, shared_names


@dataclass(frozen=True)
class SharedKeypoints:
    """A data set with only the keypoints that results have too, and where these stand in each list of results."""

    data: CocoKeypoints
    places: tuple[tuple[int, ...] | None, ...]  # None: as they are
    said: str  # empty where nothing is left out

    def results(self, found: Sequence[dict[str, Any]], which: int = 0) -> list[dict[str, Any]]:
        """COCO results with only these keypoints, and how likely each is wrong, in the data set's order."""
        places = self.places[which]
        return list(found) if places is None else [_taking(each, places) for each in found]


def share(data: CocoKeypoints, skeletons: Sequence[Skeleton]) -> SharedKeypoints:
    """What `data` and results of each of these skeletons have in common; raises DataError where that is nothing."""
    kept = list(range(len(data.skeleton)))
    for skeleton in skeletons:
        kept = [k for k in kept if k in set(shared_names(data.skeleton, skeleton)[0])]
    if not kept:
        theirs = ", ".join(dict.fromkeys(skeleton.name for skeleton in skeletons))
        raise DataError(
            f"{data.name} ({data.skeleton.name}) has no keypoint that {theirs} has, by name; give results and"
            " annotations of keypoints that are called the same."
        )
    whole = len(kept) == len(data.skeleton)
    names = [normal_name(data.skeleton.keypoints[k]) for k in kept]
    places = tuple(_places(names, skeleton) for skeleton in skeletons)
    if whole:
        larger = f"Compared on the {len(kept)} keypoints of {data.skeleton.name}; the results have others too."
        return SharedKeypoints(data, places, larger if any(len(one) > len(kept) for one in skeletons) else "")
    said = f"the {len(kept)} keypoints of {data.skeleton.name} that the results have too"
    others = [keypoint for k, keypoint in enumerate(data.skeleton.keypoints) if k not in kept]
    shown = ", ".join(others[:6]) + (", ..." if len(others) > 6 else "")
    return SharedKeypoints(data.taking(kept, said), places, f"Compared on {said}, without {shown}.")


def skeleton_of_results(
    found: Sequence[dict[str, Any]], data: CocoKeypoints, wanted: Skeleton | None = None
) -> Skeleton:
    """Whose keypoints results are: the `wanted` ones; else the data set's where they are as many; else COCO's.

    Raises DataError where their number is none of these.
    """
    count = len(found[0]["keypoints"]) // 3 if found else len(wanted or data.skeleton)
    skeleton = wanted or (data.skeleton if count == len(data.skeleton) else assumed(count))
    if count != len(skeleton) or (skeleton.sigmas_are == "default" and skeleton is not data.skeleton and not wanted):
        raise FieldError(
            f"The results have {count} keypoints, {(wanted or data.skeleton).name} has {len(wanted or data.skeleton)};"
            " say which they are",
            FormField.RESULTS_SKELETON,
        )
    return skeleton


def share_results(
    data: CocoKeypoints, results: Mapping[str, Results]
) -> tuple[SharedKeypoints, dict[str, list[dict[str, Any]]]]:
    """What several methods' results have in common with `data`, and COCO results of only these keypoints.

    Raises DataError as `skeleton_of_results` and `share`.
    """
    shared = share(data, [skeleton_of_results(each.found, data, each.skeleton) for each in results.values()])
    return shared, {name: shared.results(each.found, which) for which, (name, each) in enumerate(results.items())}


def share_with_methods(data: CocoKeypoints, skeletons: Sequence[Skeleton]) -> SharedKeypoints:
    """What `data` has in common with methods that find these skeletons; raises DataError where that is nothing.

    A method that does not name its keypoints is taken to find the data set's where it finds as many.
    """
    unnamed = Skeleton.numbered(len(data.skeleton))
    return share(data, [data.skeleton if each == unnamed else each for each in skeletons])


def _taking(result: dict[str, Any], places: Sequence[int]) -> dict[str, Any]:
    taken = {"keypoints": [result["keypoints"][3 * k + i] for k in places for i in range(3)]}
    if 3 * len(result.get("wrong", ())) == len(result["keypoints"]):
        taken["wrong"] = [result["wrong"][k] for k in places]
    return {**result, **taken}


def _places(names: Sequence[str], skeleton: Skeleton) -> tuple[int, ...] | None:
    place = {normal_name(keypoint): position for position, keypoint in enumerate(skeleton.keypoints)}
    found = tuple(place[name] for name in names)
    return None if found == tuple(range(len(skeleton))) else found
