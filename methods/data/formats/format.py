"""What a format is: how it is told, read and written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from methods.data.coco import CocoKeypoints
from methods.data.coco_content import CocoContent
from methods.data.formats.files import Files
from methods.data.formats.image_names import ImageNames
from methods.skeletons import Skeleton


@dataclass(frozen=True)
class AnnotationFormat:
    """A way of keeping annotations.

    `name` is that of the option, `title` that of messages. `fits` tells by content whether files are of it, and never
    raises. `read` gets the split that is asked for, and raises DataError. `write` puts a data set where a path says and
    gives sentences on what the format cannot hold.
    """

    name: str
    title: str
    fits: Callable[[Files], bool]
    read: Callable[[Files, str | None], CocoContent]
    write: Callable[[CocoKeypoints, Path], list[str]]
    writes_folder: bool = False


@dataclass(frozen=True)
class RawResults:
    """Results as a format's reader understands them, before they are checked.

    `entries` are COCO keypoint results, of which an `image_id` may be a file's name, or Odd; `called` says what each is
    called in messages, results[0], results[1], ... where it is empty. `skeleton` is None where the format does not say.
    """

    entries: Sequence[Any]
    called: Sequence[str] = ()
    notes: tuple[str, ...] = ()
    skeleton: Skeleton | None = None


@dataclass(frozen=True)
class ResultsFormat:
    """A way of keeping results; as AnnotationFormat.

    `read` gets the names and sizes of the data set's images, None where there is no data set, which cannot be where
    `in_shares` says that coordinates are shares of the images' sizes. `write` is None where the format cannot hold what
    others read: it gets COCO results and a name for each image id.
    """

    name: str
    title: str
    fits: Callable[[Files], bool]
    read: Callable[[Files, ImageNames | None], RawResults]
    write: Callable[[Sequence[dict[str, Any]], ImageNames, Path], list[str]] | None = None
    writes_folder: bool = False
    in_shares: bool = False
