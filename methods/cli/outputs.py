"""Predictions of many images as files: COCO results, a table, drawn images."""

import json
from collections.abc import Collection
from pathlib import Path
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
from methods.writing import write_text, write_whole

RESULTS, IMAGES, TABLE = "predictions.json", "images.json", "predictions.csv"


class Writer:
    """Takes the poses of one image after the other and writes them into a folder, in the chosen formats.

    json: predictions.json, a list in COCO's keypoint results format (see Poses.to_coco), and images.json, a COCO
    data set without annotations that says which image an `image_id` is; `pycocotools` loads the two together.
    csv: predictions.csv, a row for each keypoint (see Poses.to_pandas) after the image's file name.
    png: NAME-poses.png for each image.
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
        image_id = len(self.images) + 1
        height, width = image.shape[:2]
        self.images.append({"id": image_id, "file_name": path.as_posix(), "width": width, "height": height})
        named = {"file_name": path.as_posix()}  # so that whoever has this file alone knows whose the people are
        self.results += [result | named for result in poses.to_coco(image_id)]
        if Format.CSV in self.formats:
            self.tables.append(_table(path.as_posix(), poses))
        if Format.PNG in self.formats:
            drawn = Image.fromarray(draw_poses(image, poses))
            write_whole(self.folder / self._image_name(path), lambda beside: drawn.save(beside, "PNG"))

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

    def _image_name(self, path: Path) -> str:
        """NAME-poses.png; numbered where images of several folders have the same name, or where an input has it."""
        name, number = f"{path.stem}{DRAWN}", 1
        while name in self.drawn or (self.folder / name).resolve() in self.inputs:
            number += 1
            name = f"{path.stem}-{number}{DRAWN}"
        self.drawn.add(name)
        return name


def _category(skeleton: Skeleton) -> dict[str, Any]:
    """COCO's description of the keypoints; limbs count them from 1, and the id is what Poses.to_coco writes."""
    limbs = [[a + 1, b + 1] for a, b in skeleton.limbs]
    return {"id": 1, "name": "person", "keypoints": list(skeleton.keypoints), "skeleton": limbs}


def _table(image: str, poses: Poses) -> pd.DataFrame:
    table = poses.to_pandas()
    table.insert(0, "image", image)
    return table
