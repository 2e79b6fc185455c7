"""How one keypoint of one person moves through a video: its path, its speed and how much it trembles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Motion:
    """A keypoint in F frames; NaN where it was not found.

    seconds   [F]     when each frame is shown
    path      [F, 2]  x, y in pixels
    speed     [F]     pixels a second from the frame before
    jitter    [F]     pixels between the keypoint and where it would be had it moved evenly from the frame before to the
                      frame after
    """

    seconds: np.ndarray
    path: np.ndarray
    speed: np.ndarray
    jitter: np.ndarray

    @property
    def mean_jitter(self) -> float:
        """Over the frames that have it; NaN where none does."""
        known = self.jitter[np.isfinite(self.jitter)]
        return float(known.mean()) if len(known) else float("nan")


def motion_of(seconds: Sequence[float] | np.ndarray, path: Sequence[Sequence[float]] | np.ndarray) -> Motion:
    """From times [F], which rise, and places [F, 2] in pixels; frames need not be evenly spaced.

    Raises ValueError where the two do not fit, or times do not rise.
    """
    times, places = np.asarray(seconds, np.float64), np.asarray(path, np.float64).reshape(-1, 2)
    if times.shape != places.shape[:1] or (np.diff(times) <= 0).any():
        raise ValueError(f"{len(times)} times for {len(places)} places; give rising times, one for each place")
    speed, jitter = np.full(len(times), np.nan), np.full(len(times), np.nan)
    steps = np.diff(times)
    speed[1:] = np.linalg.norm(np.diff(places, axis=0), axis=1) / steps
    if len(times) > 2:
        share = (steps[:-1] / (steps[:-1] + steps[1:]))[:, None]  # of the way, where the frame in the middle lies
        even = places[:-2] + share * (places[2:] - places[:-2])
        jitter[1:-1] = np.linalg.norm(places[1:-1] - even, axis=1)
    return Motion(times, places, speed, jitter)


def path_of(frames: Sequence[tuple[np.ndarray, np.ndarray]], person: int, keypoint: int) -> np.ndarray:
    """Where a person's keypoint is in each of F frames, [F, 2], NaN where it was not found.

    frames: of each frame the numbers [N] of its people, who keep them from frame to frame, and their keypoints
    [N, K, 2] in pixels.
    """
    path = np.full((len(frames), 2), np.nan)
    for row, (numbers, keypoints) in enumerate(frames):
        which = np.flatnonzero(numbers == person)
        if len(which):
            path[row] = keypoints[which[0], keypoint]
    return path


def motion_table(motions: Mapping[str, Motion]) -> pd.DataFrame:
    """A row for each method and frame: method, frame, seconds, x, y, speed, jitter."""
    tables = [
        pd.DataFrame(
            {
                "method": name, "frame": np.arange(len(one.seconds)), "seconds": one.seconds,
                "x": one.path[:, 0], "y": one.path[:, 1], "speed": one.speed, "jitter": one.jitter,
            }
        )
        for name, one in motions.items()
    ]  # fmt: skip
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
