"""What the methods find in the samples with the demo preset, kept in a file, so that a sample opens without a network.

`python -m app.precompute` writes the file. A prediction counts only while image, weights and preset are those that it
was worked out with; whatever is out of date is left out, and the networks run instead.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.outputs.layers import LAYERS, NotKept
from app.samples import Offer
from methods.catalog import find_variant
from methods.method import Method
from methods.types import Poses, Prediction, Timing
from methods.weights import read_manifest, sha256_of
from methods.writing import write_bytes

FILE = Path(__file__).resolve().parent / "static" / "predictions.json.gz"
DECIMALS = {"boxes": 2, "keypoints": 2, "scores": 4, "keypoint_scores": 4, "visibility": 4}  # what can be seen
INTERMEDIATE = {kind.__name__: kind for kind in LAYERS}


def predictions_of(offer: Offer, methods: Mapping[str, Method], path: Path = FILE) -> dict[str, Prediction]:
    """The kept predictions about a sample by method, with a timing of 0 and intermediate outputs NotKept."""
    kept = _read(path).get(offer.name)
    if kept is None or kept["image"] != sha256_of(offer.path):
        return {}
    return {
        name: _prediction(kept["methods"][name])
        for name, method in methods.items()
        if name in kept["methods"] and kept["methods"][name]["basis"] == basis(method)
    }


def basis(method: Method) -> dict[str, Any]:
    """What a prediction hangs on besides the image: SHA-256 of the weights, the detector's too, and the demo preset."""
    names = [name for name in (method.name, find_variant(method.name).detector) if name]
    weights = {name: _sha256_of_weights(name) for name in names}
    return {"weights": weights, "preset": method.Settings.demo().model_dump()}


def _sha256_of_weights(name: str) -> str:
    carried = find_variant(name).weights
    return sha256_of(carried) if carried else read_manifest()[name].sha256


def write(found: Mapping[Offer, Mapping[str, Prediction]], methods: Mapping[str, Method], path: Path = FILE) -> None:
    """Keep these predictions, made with the demo preset, in place of all earlier ones; the same give the same file."""
    content = {
        offer.name: {
            "image": sha256_of(offer.path),
            "methods": {name: _plain(each) | {"basis": basis(methods[name])} for name, each in predictions.items()},
        }
        for offer, predictions in found.items()
    }
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    write_bytes(path, gzip.compress(text.encode(), mtime=0))
    _read.cache_clear()


@cache
def _read(path: Path) -> dict[str, Any]:
    return json.loads(gzip.decompress(path.read_bytes())) if path.is_file() else {}


def _plain(prediction: Prediction) -> dict[str, Any]:
    """Numbers for JSON, null for NaN."""
    arrays = {name: getattr(prediction.poses, name) for name in DECIMALS}
    plain = {name: None if each is None else _rounded(each, DECIMALS[name]) for name, each in arrays.items()}
    return plain | {
        "num_keypoints": prediction.poses.keypoints.shape[1],
        "intermediate": type(prediction.intermediate).__name__,
    }


def _rounded(array: np.ndarray, decimals: int) -> Any:
    rounded = array.astype(np.float64).round(decimals)
    plain = rounded.astype(object)
    plain[np.isnan(rounded)] = None
    return plain.tolist()


def _prediction(kept: Mapping[str, Any]) -> Prediction:
    people, num_keypoints = len(kept["scores"]), kept["num_keypoints"]
    shapes = {
        "boxes": (4,),
        "scores": (),
        "keypoints": (num_keypoints, 2),
        "keypoint_scores": (num_keypoints,),
        "visibility": (num_keypoints, 3),
    }
    arrays: dict[str, Any] = {
        name: None if kept[name] is None else np.array(kept[name], np.float32).reshape(people, *shape)
        for name, shape in shapes.items()
    }
    return Prediction(Poses(**arrays), Timing(0, 0, 0), NotKept(INTERMEDIATE.get(kept["intermediate"], type(None))))
