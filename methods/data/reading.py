"""What was made of a file of annotations, as a value: what was used, what was left out and why."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

# Area over box area where an annotation gives no area: what CrowdPose's evaluation uses (crowdposetools, computeOks).
AREA_OF_BOX = 0.53
AS_NAMED = "as the file names them"


class LeftOut(BaseModel):
    """Entries that were passed over for one reason; `first` says which is the first and what is the matter with it."""

    model_config = ConfigDict(frozen=True)

    reason: str
    count: int
    first: str

    def __str__(self) -> str:
        return f"{self.count} {self.reason} ({'' if self.count == 1 else 'the first: '}{self.first})"


class Tally:
    """Counts entries by the reason for which they are left out."""

    def __init__(self) -> None:
        self._found: dict[str, list[str | int]] = {}

    def add(self, reason: str, what: str) -> None:
        """One more entry, `what` it is."""
        found = self._found.setdefault(reason, [0, what])
        found[0] = int(found[0]) + 1

    def __bool__(self) -> bool:
        return bool(self._found)

    def result(self) -> tuple[LeftOut, ...]:
        """In the order in which the reasons came up."""
        return tuple(LeftOut(reason=key, count=int(n), first=str(one)) for key, (n, one) in self._found.items())


class Areas(BaseModel):
    """How many people's areas come from the file, and how many from their box: AREA_OF_BOX of it."""

    model_config = ConfigDict(frozen=True)

    annotated: int
    missing: int
    zero: int

    def __str__(self) -> str:
        parts = {"as annotated": self.annotated}
        parts |= {f"without one, taken as {AREA_OF_BOX} of the box": self.missing}
        parts |= {f"of 0, taken as {AREA_OF_BOX} of the box": self.zero}
        return ", ".join(f"{count} {how}" for how, count in parts.items() if count) or "none"


class Reading(BaseModel):
    """What was made of a file of annotations. Numbers are those of the whole file.

    `keypoints_are` says how it is known which keypoints they are, `sigmas` whose they are. `left_out` are annotations
    that do not exist for any measure, `ignored` ones that count as a person whom nobody labelled.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    category: str
    category_id: int
    skeleton: str
    keypoints: int
    keypoints_are: str
    sigmas: str
    images: int
    images_used: int
    images_left_out: tuple[LeftOut, ...]
    annotations: int
    people: int
    crowds: int
    unlabelled: int
    left_out: tuple[LeftOut, ...]
    ignored: tuple[LeftOut, ...]
    areas: Areas
    searched: bool = True  # whether images were looked for at all
    notes: tuple[str, ...] = ()  # on the format, sentences

    def sentences(self) -> list[str]:
        """All of it for people, a sentence each."""
        crowd = f", {self.crowds} crowds" if self.crowds else ""
        unlabelled = f", {self.unlabelled} without a labelled keypoint" if self.unlabelled else ""
        found = " found" if self.searched else ""
        said = [
            *self.notes,
            f"Images: {self.images_used} of {self.images}{found}{_list(self.images_left_out)}.",
            f"Annotations: {self.people} of {self.annotations} are people who count{crowd}{unlabelled}"
            f"{_list(self.left_out)}{_list(self.ignored, 'ignored')}.",
            f"Category: {self.category} (id {self.category_id}).",
            f"Skeleton: {self.skeleton}, {self.keypoints} keypoints, {self.keypoints_are}; {self.sigmas}.",
            f"Areas: {self.areas}.",
        ]
        if not self.people:
            said.append("Nobody has a labelled keypoint outside crowds, so that AP and AR are undefined.")
        return said


def reading_report(reading: Reading | None, notes: Sequence[str] = ()) -> list[str]:
    """All that stands beside a result, a sentence each, on the command line, in the page and in the lab alike: what was
    made of the annotations, and `notes` on what was made of results."""
    return [*(reading.sentences() if reading else []), *notes]


def _list(parts: Sequence[LeftOut], word: str = "left out") -> str:
    return f"; {word}: {', '.join(map(str, parts))}" if parts else ""
