"""What `predict` does with one image or video: every method's poses, kept by that method's Writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from methods.analysis.people_motion import people_motion
from methods.cli.common import Format
from methods.drawing import draw_poses
from methods.images import read_image
from methods.spreadsheets import to_csv
from methods.video import count_frames, every_frame
from methods.video_writing import write_video
from methods.writing import write_text

if TYPE_CHECKING:
    import numpy as np
    from rich.progress import Progress

    from methods.cli.outputs import Writer
    from methods.method import Method
    from methods.settings import Settings
    from methods.types import Poses
    from methods.video import VideoFrame
    from methods.visibility.filter import VisibilityFilter

DRAWN_VIDEO = "-poses.mp4"  # ends the name of a video that `predict` drew
MOTION = "-motion.csv"  # ends that of the table of how its people move


@dataclass(frozen=True)
class MethodRun:
    """A method with its settings and the writer of its poses; `keypoint_filter`, where there is one, leaves out some
    keypoints."""

    method: Method
    settings: Settings
    writer: Writer
    keypoint_filter: VisibilityFilter | None = None

    def poses(self, image: np.ndarray) -> Poses:
        """Whom the method finds."""
        found = self.method.predict([image], self.settings)[0].poses
        return self.keypoint_filter.apply(image, found) if self.keypoint_filter else found


def predict_image(path: Path, runs: Iterable[MethodRun]) -> None:
    """Methods in turn, so that a body which they share runs once; raises ImageError where it cannot be read."""
    image = read_image(path)
    for run in runs:
        run.writer.add(path, image, run.poses(image))


def predict_video(path: Path, runs: Iterable[MethodRun], bar: Progress) -> None:
    """Frame by frame, then a drawn video for each method, and how people move where a table is wanted; raises
    ImageError where it cannot be read."""
    runs = list(runs)
    total = count_frames(path)
    found: list[list[Poses]] = [[] for _ in runs]
    seconds = []
    for number, frame in enumerate(_counted(every_frame(path), bar, f"{path.name}: finding", total)):
        for run, poses in zip(runs, found, strict=True):
            poses.append(run.poses(frame.image))
            run.writer.add_frame(path, number, frame, poses[-1])
        seconds.append(frame.seconds)
    for run, poses in zip(runs, found, strict=True):
        if Format.CSV in run.writer.formats:
            table = people_motion(seconds, [each.keypoints for each in poses], run.method.skeleton)
            write_text(run.writer.drawing_path(path, MOTION), to_csv(table))
        drawn = _drawn(every_frame(path), poses)
        write_video(
            run.writer.drawing_path(path, DRAWN_VIDEO),
            _counted(drawn, bar, f"{path.name}: drawing {run.method.name}", total),
        )


def _drawn(frames: Iterable[VideoFrame], found: Iterable[Poses]) -> Iterator[VideoFrame]:
    for frame, poses in zip(frames, found, strict=True):
        yield replace(frame, image=draw_poses(frame.image, poses))


def _counted(frames: Iterable[VideoFrame], bar: Progress, label: str, total: int) -> Iterator[VideoFrame]:
    """The frames, while a bar of their own moves."""
    task = bar.add_task(label, total=total)
    for frame in frames:
        yield frame
        bar.advance(task)
    bar.remove_task(task)
