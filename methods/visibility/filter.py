"""Leaving out keypoints that other methods found, by what the judge says: `VisibilityFilter().apply(image, poses)`."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from methods.errors import SettingsError
from methods.types import Poses
from methods.visibility.judge import JUDGE, KeypointJudge
from methods.visibility.judgement import ASKED, KEEPS_ALL, PRESETS, WRONG, leave_out


class VisibilityFilter:
    """The judge of any method's keypoints with what they are left out for, and the threshold on its chance."""

    def __init__(
        self,
        asked: str = WRONG,
        at_most: str | None = None,
        threshold: float | None = None,
        device: str = "auto",
        precision: str = "auto",
        head: Path | None = None,
    ) -> None:
        """`asked` is one of ASKED; the `threshold`, within 0..1, is given or that of a preset: `at_most` is one of
        PRESETS, the first if nothing is given. `head` is another file than the published one.

        Raises SettingsError for anything else and where there is no such preset, WeightsError as KeypointJudge.
        """
        if asked not in ASKED:
            raise SettingsError(f"Keypoints cannot be left out for being {asked}; give one of: {', '.join(ASKED)}.")
        if at_most is not None and threshold is not None:
            raise SettingsError(f"A preset ({at_most}) sets the threshold, and {threshold:g} is one too; give one.")
        if threshold is not None and not 0 <= threshold <= 1:
            raise SettingsError(f"The filter's threshold is {threshold:g}, but a probability; give one from 0 to 1.")
        if at_most is not None and at_most not in PRESETS:
            raise SettingsError(f"There is no preset {at_most}; give one of: {', '.join(PRESETS)}.")
        self.judge = KeypointJudge.published(device, precision, head)
        self.asked = asked
        self.threshold = self._preset(at_most or next(iter(PRESETS))) if threshold is None else threshold

    def apply(self, image: np.ndarray, poses: Poses) -> Poses:
        """The poses found in `image` (RGB uint8 [H, W, 3]) without the keypoints that go, which become NaN, and with
        `visibility` [N, K, 3]: chances that each is outside the image, hidden and seen.

        Raises CatalogError for poses of other keypoints than COCO's.
        """
        (judgement,) = self.judge.judge([image], [poses])
        left = leave_out(poses, judgement, self.asked, self.threshold)
        return replace(left, visibility=judgement.exact())

    def describe(self) -> dict[str, str | float]:
        """What filtered, to be kept beside what is left."""
        return {"model": JUDGE, "asked": self.asked, "threshold": self.threshold}

    def _preset(self, at_most: str) -> float:
        threshold = self.judge.threshold(self.asked, PRESETS[at_most])
        if threshold == KEEPS_ALL:
            others = [name for name, share in PRESETS.items() if self.judge.threshold(self.asked, share) < KEEPS_ALL]
            known = f"one of these presets: {', '.join(others)}; or " if others else ""
            raise SettingsError(
                f"{JUDGE} has no threshold at which at most {at_most} of the keypoints left out for being {self.asked}"
                f" was there; give {known}a threshold of your own."
            )
        return threshold
