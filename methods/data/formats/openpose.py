"""OpenPose's JSON: a file for each image, of people with BODY_25 or COCO keypoints, which become COCO's seventeen."""

from collections.abc import Sequence
from typing import Any

from methods.data.coco_content import ODD, Odd
from methods.data.coco_entries import shown
from methods.data.formats.files import JSON, Files
from methods.data.formats.format import RawResults, ResultsFormat
from methods.data.formats.image_names import ImageNames
from methods.errors import DataError
from methods.skeletons import COCO17, normal_name

ENDING = "_keypoints"  # of the files' names, before .json
_ARMS = (
    "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
)  # fmt: skip
_LEGS = ("right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle")
_FACE = ("right_eye", "left_eye", "right_ear", "left_ear")
# openpose/pose/poseParameters: POSE_BODY_25_BODY_PARTS and POSE_COCO_BODY_PARTS.
ORDERS = {
    25: (
        "nose", "neck", *_ARMS, "mid_hip", *_LEGS, *_FACE, "left_big_toe", "left_small_toe", "left_heel",
        "right_big_toe", "right_small_toe", "right_heel",
    ),
    18: ("nose", "neck", *_ARMS, *_LEGS, *_FACE),
}  # fmt: skip
SCORED = "a person's score is the mean confidence of all COCO keypoints, for the format has none"


def fits(files: Files) -> bool:
    """Whether the first JSON file is of an object with a list of people, none of which has annotations."""
    found = files.ending(JSON)
    if files.is_file:
        found = list(files.entries)
    if not found:
        return False
    try:
        value = files.json(found[0])
    except DataError:
        return False
    return isinstance(value, dict) and isinstance(value.get("people"), list) and "version" in value


def read(files: Files, names: ImageNames | None) -> RawResults:
    """Everybody in all files; an image is called as its file, without _keypoints.

    Raises DataError where coordinates are shares of the image's size.
    """
    collected = Collected()
    for entry in list(files.entries) if files.is_file else files.ending(JSON):
        try:
            collected.add_image(files.json(entry), image_name(entry), entry, "people", "pose_keypoints_2d")
        except DataError as error:
            collected.add_odd(Odd("in files that cannot be read", str(error).rstrip(".")), entry)
    return collected.raw(files.name, "Read as OpenPose's results")


def image_name(entry: str) -> str:
    """The image's name without an ending, from that of its JSON file."""
    name = entry.rpartition("/")[2]
    for ending in JSON:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
            break
    return name.removesuffix(ENDING)


class Collected:
    """People of several images as COCO keypoint results."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.called: list[str] = []
        self.dropped: set[str] = set()
        self.largest = 0.0

    def add_odd(self, odd: Odd, called: str) -> None:
        """An entry that cannot be used."""
        self.entries.append(odd)
        self.called.append(called)

    def add_image(self, content: Any, image: str, called: str, people: str, keypoints: str) -> None:
        """All people of an image's object; their list and their keypoints are in fields of these names."""
        found = content.get(people) if isinstance(content, dict) else None
        if not isinstance(found, list):
            self.add_odd(Odd(ODD, f"{called}: {people} is {shown(found)}, not a list of people"), called)
            return
        for position, person in enumerate(found):
            place = f"{called}, {people}[{position}]"
            numbers = person.get(keypoints) if isinstance(person, dict) else None
            if not isinstance(numbers, list) or len(numbers) // 3 not in ORDERS or len(numbers) % 3:
                size = f"{len(numbers)} numbers" if isinstance(numbers, list) else shown(numbers)
                problem = f"{place}.{keypoints} is {size}, not 75 (BODY_25) or 54 (COCO)"
                self.add_odd(Odd("with other keypoints than BODY_25 or COCO", problem), place)
                continue
            self._add(numbers, image, place)

    def _add(self, numbers: Sequence[Any], image: str, place: str) -> None:
        order = ORDERS[len(numbers) // 3]
        self.dropped |= set(order) - set(map(normal_name, COCO17.keypoints))
        at = [order.index(keypoint) for keypoint in COCO17.keypoints]
        taken = [numbers[3 * k + i] for k in at for i in range(3)]
        try:
            score = sum(taken[2::3]) / len(COCO17)
            self.largest = max(self.largest, *(abs(one) for k in range(0, len(taken), 3) for one in taken[k : k + 2]))
        except (TypeError, OverflowError):
            score = 0.0  # the check of each number, which comes later, says which one is wrong
        self.entries.append({"image_id": image, "category_id": 1, "keypoints": taken, "score": score})
        self.called.append(place)

    def raw(self, name: str, said: str) -> RawResults:
        """All of it; raises DataError where no coordinate is above 1, as in shares of the image's size."""
        if 0 < self.largest <= 1:
            raise DataError(
                f"{name} has coordinates from -1 to 1, shares of the image's size; write them in pixels, with"
                " OpenPose's --keypoint_scale 0."
            )
        dropped = f", {', '.join(sorted(self.dropped))} left out" if self.dropped else ""
        note = f"{said}: the {len(COCO17)} keypoints of {COCO17.name}{dropped}; {SCORED}."
        return RawResults(self.entries, self.called, (note,), COCO17)


FORMAT = ResultsFormat("openpose", "OpenPose's JSON files", fits, read)
