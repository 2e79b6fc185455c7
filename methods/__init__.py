"""Pose estimation methods behind one interface: `create(name).predict([image])`."""

from methods.catalog import create, variants
from methods.images import read_image
from methods.types import Poses, Prediction, Timing

__all__ = ["Poses", "Prediction", "Timing", "create", "read_image", "variants"]
