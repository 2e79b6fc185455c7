"""Several images, or frames of a video: what each method found in each, and how much the methods disagree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageColor

from app.analysis.comparison import compare
from app.analysis.numbering import NOBODY, follow, number_people
from app.coco_keypoints import predict
from app.server.gate import Upload
from app.state.uploads import read_image_upload
from methods.analysis.motion import Motion, motion_of, path_of
from methods.drawing import draw_poses
from methods.errors import WorkbenchError
from methods.figures.style import method_colours
from methods.method import Method
from methods.settings import Settings
from methods.types import Prediction

THUMBNAIL = 480  # px; the longer side of an image in the grid


@dataclass(frozen=True)
class BatchImage:
    """One image of a batch: its file, a thumbnail with every method's poses, and how it went.

    disagreement is 0..1, None where there is nobody or only one method; `error` says why it could not be read.
    """

    file: Upload
    thumbnail: np.ndarray | None
    people: int
    disagreement: float | None
    error: str = ""


@dataclass(frozen=True, eq=False)
class Still:
    """One frame of a video with what the methods found in it; `known` are people [N, K, 2] numbered before, `numbers`
    [N] those of each method's people."""

    seconds: float
    image: np.ndarray
    predictions: dict[str, Prediction]
    disagreement: float | None
    known: np.ndarray = field(repr=False)
    numbers: dict[str, np.ndarray] = field(repr=False)

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.seconds:.2f} s"


def predicted_images(
    files: Sequence[Upload], methods: Mapping[str, Method], settings: Mapping[str, Settings]
) -> Iterator[BatchImage]:
    """Run every method on each image; one that cannot be read is told so and does not stop the others."""
    for file in files:
        try:
            image = read_image_upload(file)
        except WorkbenchError as error:
            yield BatchImage(file, None, 0, None, str(error))
            continue
        found = predict(image, methods, settings)
        compared = compare(found, number_people(NOBODY, found)[0])
        yield BatchImage(file, drawn(image, found), compared.people, compared.mean_disagreement)


def sorted_by_disagreement(found: Iterable[BatchImage]) -> list[BatchImage]:
    """The most disagreed about first; those without a value, then those that could not be read, last."""
    return sorted(found, key=lambda image: (bool(image.error), image.disagreement is None, -(image.disagreement or 0)))


def caption(image: BatchImage) -> str:
    """What stands below an image in the grid."""
    if image.error:
        return image.error
    people = "1 person" if image.people == 1 else f"{image.people} people"
    if image.disagreement is None:
        return f"{image.file.name}: {people}"
    return f"{image.file.name}: disagreement {image.disagreement:.2f}, {people}"


def drawn(image: np.ndarray, found: Mapping[str, Prediction]) -> np.ndarray:
    """A thumbnail with all methods' poses, each method's in its colour."""
    height, width = image.shape[:2]
    scale = min(1.0, THUMBNAIL / max(height, width))
    colours = method_colours(found)
    for name, prediction in found.items():
        red, green, blue = ImageColor.getrgb(colours[name])[:3]
        image = draw_poses(image, prediction.poses, colour=(red, green, blue))
    small = Image.fromarray(image).resize((max(1, round(width * scale)), max(1, round(height * scale))))
    return np.asarray(small)


def stills(
    frames: Iterable[tuple[float, np.ndarray]], methods: Mapping[str, Method], settings: Mapping[str, Settings]
) -> Iterator[Still]:
    """Run every method on each frame; people keep their numbers from frame to frame while they move little."""
    known = NOBODY
    for seconds, image in frames:
        found = predict(image, methods, settings)
        bare = {name: Prediction(prediction.poses, prediction.timing) for name, prediction in found.items()}
        numbers, everybody = number_people(known, bare)
        yield Still(seconds, image, bare, compare(bare, numbers).mean_disagreement, known, numbers)
        known = follow(everybody, bare, numbers)


def people_of(stills: Sequence[Still]) -> list[int]:
    """The numbers of everybody in a video's frames, who is seen most often first."""
    seen = Counter(int(number) for still in stills for numbers in still.numbers.values() for number in numbers)
    return [number for number, _ in seen.most_common()]


def motions(stills: Sequence[Still], person: int, keypoint: int) -> dict[str, Motion]:
    """How a person's keypoint moves through the frames, by method."""
    seconds = [still.seconds for still in stills]
    return {
        name: motion_of(
            seconds,
            path_of(
                [(still.numbers[name], still.predictions[name].poses.keypoints) for still in stills], person, keypoint
            ),
        )
        for name in stills[0].predictions
    }
