"""Predictions of many images as files: COCO results, a table, drawn images."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from methods.cli.common import Format, prepare_file
from methods.cli.inputs import DRAWN
from methods.drawing import draw_poses
from methods.skeletons import COCO17, Skeleton
from methods.spreadsheets import to_csv
from methods.types import Poses
from methods.video import VideoFrame
from methods.writing import write_text, write_whole

RESULTS, IMAGES, TABLE = "predictions.json", "images.json", "predictions.csv"
NO_TIME: Mapping[str, float] = MappingProxyType({})


class Writer:
    """Takes the poses of one image after the other and writes them into a folder, in the chosen formats.

    json: predictions.json, a list in COCO's keypoint results format (see Poses.to_coco), and images.json, a COCO
    data set without annotations that says which image an `image_id` is; `pycocotools` loads the two together.
    csv: predictions.csv, a row for each keypoint (see Poses.to_pandas) after the image's file name.
    png: NAME-poses.png for each image.
    A frame of a video is an image of its own, called VIDEO#NUMBER, which says its `frame` and `seconds`.
    None of `inputs` is ever written over.
    """

    def __init__(
        self,
        folder: Path,
        formats: set[Format],
        info: dict[str, Any],
        inputs: Collection[Path] = (),
        skeleton: Skeleton = COCO17,
    ) -> None:
        """Make the folder; `info` goes into images.json and says how the predictions were made, of that skeleton.

        Raises SettingsError where a file that is about all images would be one of the inputs.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for name in (RESULTS, IMAGES, TABLE):
            prepare_file(folder / name, inputs)
        self.inputs = {path.resolve() for path in inputs}
        self.folder = folder
        self.formats = formats
        self.info = info
        self.category = _category(skeleton)
        self.images: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.tables = [_table("", Poses.empty())]  # gives the columns even where nobody is found
        self.drawn: set[str] = set()

    def add(self, path: Path, image: np.ndarray, poses: Poses) -> None:
        """Keep one image's poses; its image is written at once. RGB uint8 [H, W, 3]."""
        self._keep(path.as_posix(), image, poses)
        if Format.PNG in self.formats:
            drawn = Image.fromarray(draw_poses(image, poses))
            write_whole(self.drawing_path(path), lambda beside: drawn.save(beside, "PNG"))

    def add_frame(self, path: Path, number: int, frame: VideoFrame, poses: Poses) -> None:
        """Keep the poses of one frame of a video; frames are numbered from 0."""
        when = {"frame": number, "seconds": round(frame.seconds, 4)}
        self._keep(f"{path.as_posix()}#{number}", frame.image, poses, when)

    def _keep(self, name: str, image: np.ndarray, poses: Poses, when: Mapping[str, float] = NO_TIME) -> None:
        image_id = len(self.images) + 1
        height, width = image.shape[:2]
        self.images.append({"id": image_id, "file_name": name, "width": width, "height": height, **when})
        # So that whoever has this file alone knows whose the people are.
        self.results += [{**result, "file_name": name, **when} for result in poses.to_coco(image_id)]
        if Format.CSV in self.formats:
            self.tables.append(_table(name, poses))

    def finish(self) -> None:
        """Write what is about all images together."""
        if Format.JSON in self.formats:
            dataset = {"info": self.info, "images": self.images, "categories": [self.category]}
            self._write(RESULTS, json.dumps(self.results))
            self._write(IMAGES, json.dumps(dataset, indent=1))
        if Format.CSV in self.formats:
            self._write(TABLE, to_csv(pd.concat(self.tables)))

    def _write(self, name: str, text: str) -> None:
        write_text(self.folder / name, text)

    def drawing_path(self, path: Path, ending: str = DRAWN) -> Path:
        """A file for what is drawn of an input: NAME-poses.png; numbered where inputs of several folders have the same
        name, or where an input has it."""
        name, number = f"{path.stem}{ending}", 1
        while name in self.drawn or (self.folder / name).resolve() in self.inputs:
            number += 1
            name = f"{path.stem}-{number}{ending}"
        self.drawn.add(name)
        return self.folder / name


def _category(skeleton: Skeleton) -> dict[str, Any]:
    """COCO's description of the keypoints; limbs count them from 1, and the id is what Poses.to_coco writes."""
    limbs = [[a + 1, b + 1] for a, b in skeleton.limbs]
    return {"id": 1, "name": "person", "keypoints": list(skeleton.keypoints), "skeleton": limbs}


def _table(image: str, poses: Poses) -> pd.DataFrame:
    table = poses.to_pandas()
    table.insert(0, "image", image)
    return table
