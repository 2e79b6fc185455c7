"""Everything that one family of methods brings, as one value. What it names is imported only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from methods.skeletons import COCO17, Skeleton

if TYPE_CHECKING:
    from methods.method import Method


def load(place: str) -> Any:
    """The object that a text "module:attribute" names; imports the module."""
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)


@dataclass(frozen=True)
class Variant:
    """A named network of a family.

    `method` is the Method subclass as "module:class"; `options` go to that class's `Network`. `detector` names the
    variant whose boxes it looks into unless it is given others; empty where it finds people by itself. `weights` is the
    file that an installed family or the user's folder carries; None where the workbench's manifest says where they are.
    `skeleton` is whose keypoints it finds, `input_size` the longer side of its input in pixels, None for its class's
    own. `users` says that it is the user's own model, `sha256` which file was imported as it.
    """

    name: str
    family: str
    summary: str
    method: str
    options: Mapping[str, Any] = field(default_factory=dict)
    detector: str = ""
    weights: Path | None = None
    sha256: str = ""
    skeleton: Skeleton = COCO17
    input_size: int | None = None
    users: bool = False

    def method_class(self) -> type[Method]:
        """Import the family and give its Method subclass."""
        return load(self.method)


@dataclass(frozen=True)
class Package:
    """A package of others that carries a variant's weights; `read` is "module:function", from its file to tensors."""

    read: str
    licence: str
    provenance: str


@dataclass(frozen=True)
class PaperStudy:
    """What a paper claims of its method, measured on our weights: a command, and a section of their model card.

    `measure` is "module:function", which is given a Method, annotated images and, by keyword, `settings`, `progress`
    and `command`, and returns a `methods.analysis.study.Study`. `help` is the command's, its first line a sentence.
    Where the settings are not said they are those of the evaluation preset or, with `looking`, of the demo preset.
    `command` is the study's own, where it takes other options than those of every study. A study that needs further
    weights says in `beside` what follows the variant's name in theirs; it is no part of the card where there are none.
    """

    measure: str
    help: str
    looking: bool = False
    command: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Family:
    """A family of methods: what it is called, what it can do, and where each part is found as "module:attribute".

    `rank` orders families where they are shown. `folder` is the family's own, in which `recipes/VARIANT/*.yaml` and
    `paper.yaml` lie where it has them. Empty texts and mappings mean that the family does not bring that.
    """

    name: str
    title: str
    rank: int
    folder: Path
    variants: tuple[Variant, ...]
    task: str = ""  # the training Task
    studies: Mapping[str, PaperStudy] = field(default_factory=dict)  # by the name of their command
    commands: tuple[str, ...] = ()  # of `python -m methods study`, beside those of `studies`
    packages: Mapping[str, Package] = field(default_factory=dict)  # by variant
    importer: str = ""  # from a foreign checkpoint to what the family recognises in it, see methods.importers.models
    # From a foreign checkpoint, of a detector say, and the variant to be trained, to the tensors that it starts with.
    starter: str = ""
    source_importer: str = (
        ""  # the same from what is no PyTorch checkpoint, as text: a folder, a file, an id on the hub
    )
    imported: Mapping[str, str] = field(default_factory=dict)  # by kind of model that users import: the Method subclass
    visibility: str = ""  # measures how well the family itself tells keypoints' visibility
    filters: bool = False  # whether its variants judge the keypoints that other methods find
    page: str = ""  # the module that says what the page draws of it; by default app.families.NAME, if there is one

    @property
    def paper(self) -> Path:
        """The file with the paper's published tables; it need not exist."""
        return self.folder / "paper.yaml"

    @property
    def recipes(self) -> Path:
        """The folder of training recipes, one folder a variant; it need not exist."""
        return self.folder / "recipes"
