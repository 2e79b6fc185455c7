"""The task of each family that can be trained."""

import importlib
from collections.abc import Mapping

from methods.catalog import Variant, find_variant
from methods.errors import CatalogError
from methods.training.task import Task

# Imported only when asked for, as in the catalogue.
TASKS = {
    "kapao": "methods.training.tasks.kapao:KapaoTask",
    "hybridpose": "methods.training.tasks.hybridpose:HybridPoseTask",
    "posedet": "methods.training.tasks.posedet:PoseDetTask",
    "detposenet": "methods.training.tasks.detposenet:DetPoseNetTask",
    "visibility": "methods.training.tasks.visibility:VisibilityTask",
}


def create_task(name: str, options: Mapping[str, float]) -> Task:
    """The task of variant `name` with the loss `options` of a recipe; raises CatalogError for families without one."""
    variant: Variant = find_variant(name)
    if variant.family not in TASKS:
        raise CatalogError(f"{name} cannot be trained here; variants of {', '.join(TASKS)} can.")
    module, task = TASKS[variant.family].split(":")
    return getattr(importlib.import_module(module), task)(variant, options)
