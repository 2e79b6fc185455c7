"""Models of the user's own, imported into a folder of theirs: which there are, where, and how one is entered.

The folder is remembered in the user's configuration, so that whatever starts later finds it. Its MANIFEST names
no code: which class a model is run by, its family says.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from methods.errors import CatalogError
from methods.family import Family, Variant
from methods.skeletons import COCO17, Skeleton
from methods.weights import sha256_of
from methods.writing import write_bytes, write_text

APPLICATION = "pose-workbench"
MANIFEST = "models.json"
NAME = r"^[A-Za-z0-9][\w.-]{0,39}$"


class UserModel(BaseModel):
    """A model in the user's folder. `kind` is one of its family's `imported`; `options` go to that class's Network."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    family: str
    kind: str
    options: dict[str, Any]
    skeleton: Skeleton
    input_size: int | None
    detector: str = ""  # whose boxes it looks into, if it looks at one person at a time
    summary: str
    file: str = Field(pattern=r"^[\w.-]+$")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Imported:
    """What a family recognised in somebody's file, before it is in the folder; see UserModel.

    `content` is what goes into the model's file: tensors by name, or a file that is taken as it is.
    """

    kind: str
    summary: str
    content: Mapping[str, Any] | Path
    options: dict[str, Any] = field(default_factory=dict)
    skeleton: Skeleton = COCO17
    input_size: int | None = None
    detector: str = ""

    def with_skeleton(self, skeleton: Skeleton) -> "Imported":
        """The same with other names of the keypoints."""
        return replace(self, skeleton=skeleton)

    def with_detector(self, detector: str) -> "Imported":
        """The same looking into the boxes of another method."""
        return replace(self, detector=detector)


def configuration() -> Path:
    """The user's configuration file; it need not exist."""
    return Path(click.get_app_dir(APPLICATION)) / "config.json"


def models_folder() -> Path:
    """The folder that `remember_folder` was told last; by default one beside the configuration. It need not exist."""
    try:
        return Path(json.loads(configuration().read_text(encoding="utf-8"))["models"])
    except FileNotFoundError:
        return configuration().with_name("models")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CatalogError(
            f"{configuration()} cannot be used ({error}); delete it, or name your folder of models anew with --models."
        ) from None


def remember_folder(folder: Path) -> None:
    """Let this be the folder of the user's models from now on."""
    configuration().parent.mkdir(parents=True, exist_ok=True)
    write_text(configuration(), json.dumps({"models": str(folder.resolve())}) + "\n")


def read_models() -> dict[str, UserModel]:
    """The models in the folder, by name; raises CatalogError where its list cannot be read."""
    path = models_folder() / MANIFEST
    try:
        return TypeAdapter(dict[str, UserModel]).validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise CatalogError(
            f"{path} is no list of imported models ({str(error).splitlines()[0]}); mend or delete it, and import the"
            " models again."
        ) from None


def _write_models(models: Mapping[str, UserModel]) -> None:
    content = TypeAdapter(dict[str, UserModel]).dump_json(dict(models), indent=2)
    write_bytes(models_folder() / MANIFEST, content + b"\n")


def user_variants(families: Mapping[str, Family]) -> list[Variant]:
    """The user's models as variants; those of families that are not installed are left out."""
    models = [(name, model) for name, model in read_models().items() if model.family in families]
    return [
        Variant(
            name,
            model.family,
            model.summary,
            families[model.family].imported[model.kind],
            model.options,
            model.detector,
            weights=models_folder() / model.file,
            sha256=model.sha256,
            skeleton=model.skeleton,
            input_size=model.input_size,
            users=True,
        )
        for name, model in models
        if model.kind in families[model.family].imported
    ]


def enter(name: str, family: Family, found: Imported, fresh: Path) -> Path:
    """Move the model's file `fresh`, which lies in the folder's file system, into the folder, and list it; its path."""
    path = models_folder() / f"{name}{fresh.suffix}"
    model = UserModel(
        family=family.name,
        kind=found.kind,
        options=found.options,
        skeleton=found.skeleton,
        input_size=found.input_size,
        detector=found.detector,
        summary=found.summary,
        file=path.name,
        sha256=sha256_of(fresh),
    )
    os.replace(fresh, path)
    _write_models(read_models() | {name: model})
    return path


def remove(name: str) -> None:
    """Take a model out of the folder, its file too; raises CatalogError naming those there are."""
    models = read_models()
    if name not in models:
        known = ", ".join(models) or "none"
        raise CatalogError(f"No imported model is called {name!r}; there are: {known}.")
    _write_models({other: model for other, model in models.items() if other != name})
    (models_folder() / models[name].file).unlink(missing_ok=True)
