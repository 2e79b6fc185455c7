"""The task of each family that can be trained."""

import importlib
from collections.abc import Mapping, Sequence

from methods.catalog import Variant, find_variant
from methods.errors import CatalogError
from methods.training.recipe import Recipe
from methods.training.task import Task

# Imported only when asked for, as in the catalogue.
TASKS = {
    "kapao": "methods.training.tasks.kapao:KapaoTask",
    "hybridpose": "methods.training.tasks.hybridpose:HybridPoseTask",
    "posedet": "methods.training.tasks.posedet:PoseDetTask",
    "detposenet": "methods.training.tasks.detposenet:DetPoseNetTask",
    "visibility": "methods.training.tasks.visibility:VisibilityTask",
}


def create_task(name: str, options: Mapping[str, float], crops: bool = False) -> Task:
    """The task of variant `name` with the loss `options` of a recipe; raises CatalogError for families without one."""
    variant: Variant = find_variant(name)
    if variant.family not in TASKS:
        raise CatalogError(f"{name} cannot be trained here; variants of {', '.join(TASKS)} can.")
    module, task = TASKS[variant.family].split(":")
    return getattr(importlib.import_module(module), task)(variant, options, crops)


def create_tasks(names: Sequence[str], recipe: Recipe) -> list[Task]:
    """The tasks of the variants that learn together by a recipe; raises CatalogError as create_task."""
    return [create_task(name, recipe.loss_of(name), recipe.crops is not None) for name in names]
