"""Pose estimation methods behind one interface: `create(name).predict([image])`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from methods.catalog import create, register, variants
    from methods.images import read_image
    from methods.types import Poses, Prediction, Timing

__version__ = "0.1.0"
__all__ = ["Poses", "Prediction", "Timing", "create", "read_image", "register", "variants"]

_HOMES = {"create": "catalog", "register": "catalog", "variants": "catalog", "read_image": "images"}


def __getattr__(name: str) -> Any:
    """Import on first use (PEP 562): torch takes seconds, which `python -m methods --help` should not cost."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"methods.{_HOMES.get(name, 'types')}"), name)
