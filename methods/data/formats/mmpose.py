"""Predictions of MMPose's inferencer, a JSON file for each image, and those of its demos with meta_info."""

from collections.abc import Sequence
from typing import Any

from methods.data.coco_content import ODD, Odd
from methods.data.coco_entries import NUMBERS, shown
from methods.data.formats.files import JSON, Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.errors import DataError
from methods.skeletons import Skeleton, find_known

LOOKED_AT = 100  # files of a folder in which somebody is looked for, to tell the format
SEEN = 0.2  # keypoints with a higher score count for a person's, as MMPose's CocoMetric has it
DEMO = "results_"  # begins the names of the demos' files
SCORED = (
    f"a person's score is bbox_score x the mean score of the keypoints above {SEEN:g}, as in MMPose's own evaluation"
)


def fits(files: Files) -> bool:
    """Whether one of the first JSON files has instances with keypoint_scores."""
    return any(_is_mmpose(files, entry) for entry in _json_files(files)[:LOOKED_AT])


def read(files: Files, names: ImageNames | None) -> RawResults:
    """Everybody in all files; an image is called as its file. Raises DataError for predictions of a video."""
    reader = _Reader()
    for entry in _json_files(files):
        try:
            reader.add_file(files.json(entry), entry, files.called(entry))
        except DataError as error:
            if files.is_file:
                raise
            reader.add(Odd("in files that cannot be read", str(error).rstrip(".")), entry)
    keypoints = f", {reader.skeleton.name} by its names" if reader.skeleton else ""
    return RawResults(
        reader.entries, reader.called, (f"Read as MMPose's predictions{keypoints}; {SCORED}.",), reader.skeleton
    )


def _json_files(files: Files) -> list[str]:
    return list(files.entries) if files.is_file else files.ending(JSON)


def _is_mmpose(files: Files, entry: str) -> bool:
    try:
        value = files.json(entry)
    except DataError:
        return False
    if isinstance(value, dict):
        return isinstance(value.get("instance_info"), list)
    first = next((each for each in value if isinstance(each, dict)), {}) if isinstance(value, list) else {}
    return ("keypoint_scores" in first and "image_id" not in first) or _is_frame(first)


def _is_frame(entry: Any) -> bool:
    return isinstance(entry, dict) and "frame_id" in entry and "instances" in entry


class _Reader:
    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.called: list[str] = []
        self.skeleton: Skeleton | None = None

    def add(self, entry: Any, called: str) -> None:
        self.entries.append(entry)
        self.called.append(called)

    def add_file(self, value: Any, entry: str, called: str) -> None:
        """Everybody in one file, whose image has its name."""
        image = entry.rpartition("/")[2].rpartition(".")[0]
        order: Sequence[int] | None = None
        if isinstance(value, dict):
            image = image.removeprefix(DEMO)
            order = self._order(value.get("meta_info"), called)
            value = value.get("instance_info")
        if not isinstance(value, list):
            raise DataError(f"{called} holds no list of instances but {shown(value)}; give MMPose's predictions.")
        if any(_is_frame(each) for each in value):
            raise DataError(f"{called} holds predictions of a video, frame by frame; give predictions of images.")
        for position, instance in enumerate(value):
            place = f"{called}, instance {position}"
            found = _result(instance, image, order)
            self.add(Odd(ODD, f"{place}: {found}") if isinstance(found, str) else found, place)

    def _order(self, meta: Any, called: str) -> Sequence[int] | None:
        """Where each keypoint of the skeleton stands, where the file names its keypoints."""
        names = meta.get("keypoint_id2name") if isinstance(meta, dict) else None
        if not isinstance(names, dict) or not names or not all(isinstance(each, str) for each in names.values()):
            return None
        ids = [str(each) for each in range(len(names))]
        if set(ids) != names.keys():
            raise DataError(f"{called}: keypoint_id2name does not number its keypoints from 0; correct it.")
        given = [names[each] for each in ids]
        skeleton, order = find_known(given) or (Skeleton.of_names("MMPose's own", given), range(len(given)))
        if self.skeleton not in (None, skeleton):
            raise DataError(f"{called} names other keypoints than the files before it; give results of one model.")
        self.skeleton = skeleton
        return order


def _result(instance: Any, image: str, order: Sequence[int] | None) -> dict[str, Any] | str:
    """A COCO result, or what is wrong with the instance."""
    if not isinstance(instance, dict):
        return f"it is {shown(instance)}, not an object"
    keypoints, scores = instance.get("keypoints"), instance.get("keypoint_scores")
    if not isinstance(keypoints, list) or not isinstance(scores, list) or len(keypoints) != len(scores):
        return "it needs as many keypoint_scores as keypoints"
    wrong = next((k for k, row in enumerate(keypoints) if not isinstance(row, list) or len(row) != 2), None)
    if wrong is not None:
        return f"keypoints[{wrong}] is {shown(keypoints[wrong])}, not x and y"
    if order is not None and len(order) != len(keypoints):
        return f"it has {len(keypoints)} keypoints, keypoint_id2name names {len(order)}"
    box_score = instance.get("bbox_score", 1.0)
    try:
        NUMBERS.validate_python([*scores, box_score])
    except ValueError:
        return "keypoint_scores and bbox_score need to be finite numbers"
    seen = [score for score in scores if score > SEEN]
    places = range(len(keypoints)) if order is None else order
    result = {
        "image_id": image,
        "category_id": 1,
        "keypoints": [number for k in places for number in (*keypoints[k], scores[k])],
        "score": box_score * sum(seen) / len(seen) if seen else 0.0,
    }
    box = instance.get("bbox")
    if isinstance(box, list) and len(box) == 1:
        box = box[0]  # the inferencer writes it in a list
    if isinstance(box, list) and len(box) == 4 and all(isinstance(each, int | float) for each in box):
        result["bbox"] = [box[0], box[1], box[2] - box[0], box[3] - box[1]]
    return result


FORMAT = ResultsFormat("mmpose", "MMPose's predictions", fits, read)
