"""Recipes: small YAML files that say how a variant is trained."""

import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PositiveFloat,
    PositiveInt,
    Tag,
    ValidationError,
    model_validator,
)

from methods.catalog import family_of, find_variant
from methods.data.augment import Augment
from methods.data.crops import Crops
from methods.data.yaml_text import load_yaml
from methods.errors import SettingsError

SMALL = Path(__file__).resolve().parent / "recipes" / "small"  # for all variants that share the small body
SIZE_STEP = 64  # px, the coarsest stride of any network here

Size = Annotated[int, Field(gt=0, multiple_of=SIZE_STEP)]
Loss = dict[str, float | dict[str, float]]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(_Part):
    """Some epochs with the same images and the same layers at rest."""

    epochs: PositiveInt
    sizes: Annotated[tuple[Size, ...], Field(min_length=1, description="px; each batch has one of them at random")]
    freeze: tuple[str, ...] = Field(default=(), description="beginnings of the names of parameters at rest")
    loss: Loss = Field(default={}, description="entries of the recipe's loss that differ in this stage")
    augment: Augment = Augment()


class Validation(_Part):
    """What the weights are judged by after each epoch."""

    folder: str
    split: str = "val"
    input_size: PositiveInt = Field(description="px, longer side")
    every: PositiveInt = Field(default=1, description="epochs; the last one is always judged")
    measure: Literal["ap", "f1", "boxes and keypoints"] = Field(
        default="ap",
        description="what the best weights have most of: AP, total F1 of the keypoints' states, or the mean of AP and"
        " the AP of boxes",
    )
    annotated_boxes: bool = Field(default=False, description="look into the annotated boxes, not into those found")


class Cosine(_Part):
    """One half cosine over the whole training (Loshchilov & Hutter 2017)."""

    final: Share = Field(default=0.01, description="the learning rate at the end as a share of the peak")


class Steps(_Part):
    """The learning rate is multiplied by `factor` after each of the epochs."""

    after: Annotated[tuple[PositiveInt, ...], Field(min_length=1, description="epochs")]
    factor: Share = 0.1


class Plateau(_Part):
    """The learning rate is multiplied by `factor` whenever validation was not better for some epochs."""

    patience: PositiveInt = Field(description="epochs since the best validation, or since the last such step")
    factor: Share = 0.5


def _kind_of_decay(content: Any) -> str:
    entries = content if isinstance(content, dict) else vars(content) if isinstance(content, _Part) else {}
    return "steps" if "after" in entries else "plateau" if "patience" in entries else "cosine"


Decay = Annotated[
    Annotated[Cosine, Tag("cosine")] | Annotated[Steps, Tag("steps")] | Annotated[Plateau, Tag("plateau")],
    Discriminator(_kind_of_decay),
]


class Recipe(_Part):
    """How variants are trained. `loss` goes to the method's own loss; see `loss_of`."""

    summary: str
    licence: str = Field(description="of the weights, as an SPDX name")
    provenance: str = Field(description="one sentence: what the weights started from and were trained on")
    data_terms: str = Field(description="what the training images allow the weights to be used for")
    sources: dict[str, PositiveFloat] = Field(description="folder: how often each of its images is seen in an epoch")
    labelled_only: tuple[str, ...] = Field(
        default=(), description="sources whose flags do not tell occluded from visible keypoints"
    )
    unlabelled: Literal["ignore", "learn"] = Field(
        default="ignore",
        description="people without a labelled keypoint: nothing is asked where they are, or their boxes are learned",
    )
    split: str = "train"
    validation: Validation
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    crops: Crops | None = Field(default=None, description="train on crops of single people; sizes are their heights")
    batch_size: PositiveInt = Field(description="images or crops in one step, over all processes")
    optimiser: Literal["adamw", "sgd"]
    learning_rate: PositiveFloat = Field(description="peak, of the heads")
    body_rate: Share = Field(default=1.0, description="the body's learning rate as a share of the heads'")
    decay: Decay = Field(default=Cosine(), description="how the learning rate falls")
    warmup_steps: PositiveInt = 500
    warmup_bias_rate: PositiveFloat | None = Field(
        default=None, description="learning rate of biases that the warm-up starts from; without one it starts from 0"
    )
    momentum: Share = Field(default=0.9, description="of SGD (Nesterov), or AdamW's first beta")
    warmup_momentum: Share | None = Field(
        default=None, description="SGD's momentum that the warm-up starts from; without one it is the same throughout"
    )
    weight_decay: float = Field(default=0.0, ge=0, description="of weights with two or more dimensions")
    clip: PositiveFloat = Field(default=10.0, description="largest norm of the gradient of the mean over images")
    ema_decay: Share = Field(default=0.999, description="of the running average of weights that is judged and kept")
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    loss: Loss = Field(default={}, description="weights of the losses; those of one variant under its name")
    seed: int = Field(default=0, ge=0)
    workers: int = Field(default=0, ge=0, description="processes that prepare batches; 0: the training process does")
    decoded_gb: float = Field(default=4.0, ge=0, description="memory for decoded images; more are decoded on each use")

    @model_validator(mode="after")
    def _crops_have_no_mosaic(self) -> "Recipe":
        if self.crops and any(stage.augment.mosaic for stage in self.stages):
            raise ValueError("crops are of one image each; leave mosaic out")
        return self

    @model_validator(mode="after")
    def _momentum_warms_up_with_sgd(self) -> "Recipe":
        if self.warmup_momentum is not None and self.optimiser != "sgd":
            raise ValueError("warmup_momentum is of sgd; leave it out with adamw")
        return self

    @property
    def epochs(self) -> int:
        return sum(stage.epochs for stage in self.stages)

    def loss_of(self, variant: str, stage: Stage | None = None) -> dict[str, float]:
        """Weights of a variant's losses, in a stage where one is given: those for all, then those under its name."""
        parts = [self.loss, *([stage.loss] if stage else [])]
        found: dict[str, float] = {}
        for part in parts:
            found |= {name: value for name, value in part.items() if not isinstance(value, dict)}
            own = part.get(variant, {})
            found |= own if isinstance(own, dict) else {}
        return found

    def stage_at(self, epoch: int) -> int:
        """Index of the stage that `epoch`, counted from 0, belongs to."""
        ends = [sum(stage.epochs for stage in self.stages[: i + 1]) for i in range(len(self.stages))]
        return next(i for i, end in enumerate(ends) if epoch < end)


def find_recipe(variants: Sequence[str], name: str) -> Path:
    """The file of recipe `name` for these variants, or the YAML file of that path; raises SettingsError.

    Recipes of a variant lie in its family's folder, those for all that share the small body in SMALL.
    """
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    folders = [family_of(variant).recipes / variant for variant in variants] if len(variants) == 1 else []
    if all(find_variant(variant).method_class().shares_body for variant in variants):
        folders.append(SMALL)
    found = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    for path in found:
        if path.stem == name:
            return path
    known = ", ".join(path.stem for path in found) or "none yet"
    raise SettingsError(
        f"There is no recipe {name!r} for {' and '.join(variants)}; give a YAML file or one of: {known}."
    )


def read_recipe(path: Path, assignments: Sequence[str] = ()) -> Recipe:
    """Read and check a recipe, with entries changed as in `change`; raises SettingsError naming the first wrong one."""
    if not path.is_file():
        raise SettingsError(f"There is no recipe at {path}; check the path.")
    try:
        recipe = parse_recipe(load_yaml(path.read_text(encoding="utf-8", errors="replace")), str(path))
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is not YAML ({' '.join(str(error).split())}); mend it.") from None
    content = recipe.model_dump(mode="json")  # unlike the file's, no part of it is the same object as another
    for assignment in assignments:
        change(content, assignment)
    return parse_recipe(content, str(path))


def change(content: Any, assignment: str) -> None:
    """Change one entry of a recipe, as dictionaries and lists, in place, by `path.to.entry=VALUE` with a value in YAML.

    Parts of a list are numbered from 0 (`stages.0.epochs=2`); an empty value takes the entry out. Raises SettingsError
    where there is no such place.
    """
    where, equals, value = assignment.partition("=")
    *parents, last = (int(key) if key.isdigit() else key for key in where.strip().split("."))
    try:
        for key in parents:
            content = content[key]
        if value.strip():
            content[last] = load_yaml(value)
        else:
            del content[last]
    except (KeyError, IndexError, TypeError, yaml.YAMLError):
        equals = ""
    if not equals:
        raise SettingsError(
            f"--set takes path.to.entry=VALUE of the recipe, as stages.0.epochs=2, or path.to.entry= to take it out;"
            f" {assignment!r} names no place in it."
        )


def parse_recipe(content: Any, where: str) -> Recipe:
    """Check what a recipe file holds; `where` names it in the SettingsError that says what is wrong."""
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        given, wrong = reprlib.repr(problem["input"]), problem["msg"]
        raise SettingsError(
            f"Recipe {where}: {place} is {given}: {wrong[0].lower()}{wrong[1:]};"
            f" the entries are {', '.join(Recipe.model_fields)}."
        ) from None
