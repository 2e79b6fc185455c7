"""The training task of a variant, which its family brings."""

from collections.abc import Mapping, Sequence

from methods.catalog import families, family_of, find_variant
from methods.errors import CatalogError
from methods.family import load
from methods.training.recipe import Recipe
from methods.training.task import Task


def create_task(name: str, options: Mapping[str, float], crops: bool = False) -> Task:
    """The task of variant `name` with the loss `options` of a recipe; raises CatalogError for families without one."""
    variant, family = find_variant(name), family_of(name)
    if not family.task:
        able = ", ".join(each.name for each in families() if each.task)
        raise CatalogError(f"{name} cannot be trained here; variants of {able} can.")
    return load(family.task)(variant, options, crops)


def create_tasks(names: Sequence[str], recipe: Recipe) -> list[Task]:
    """The tasks of the variants that learn together by a recipe; raises CatalogError as create_task."""
    return [create_task(name, recipe.loss_of(name), recipe.crops is not None) for name in names]
