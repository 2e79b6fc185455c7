"""Thresholds of a method: one frozen pydantic model per family, the source of all controls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from methods.errors import SettingsError

MEASURES = {"iou": "IoU", "oks": "OKS"}  # as the field spells them


def setting(
    default: float, low: float, high: float, meaning: str, unit: str = "probability", step: float = 0.01
) -> Any:
    """A number within low..high with its unit and one line of meaning; `step` is what a slider moves by."""
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra={"unit": unit, "step": step})


def switch(default: bool, meaning: str) -> Any:
    """An option that is on or off."""
    return Field(default, description=meaning, json_schema_extra={"unit": "on or off", "step": 1})


@dataclass(frozen=True)
class Control:
    """What a user interface needs to offer one field: a slider where `low` is a number, else a checkbox."""

    name: str
    default: float | bool
    low: float | None
    high: float | None
    step: float
    unit: str
    meaning: str

    @property
    def label(self) -> str:
        words = self.name.replace("_", " ").replace("test time", "test-time").capitalize().split()
        return " ".join(MEASURES.get(word, word) for word in words)


class Settings(BaseModel):
    """Base of every family's settings; the defaults are the demo preset.

    Raises SettingsError naming the field, the value given and the range, on construction and on `model_copy`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    # The setting that leaves out whoever has a lower score, and the one, if any, that leaves out keypoints of a lower
    # score: raised, they change nothing about who and what stays, but for people above `people_interact_above`.
    people_filter: ClassVar[str] = "pose_confidence"
    keypoint_filter: ClassVar[str | None] = None

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(" ".join(self._sentence(problem) for problem in error.errors())) from None

    @classmethod
    def demo(cls) -> Self:
        """For looking: few ghosts, quick."""
        return cls()

    @classmethod
    def evaluation(cls) -> Self:
        """For AP: the paper's values."""
        raise NotImplementedError

    @classmethod
    def controls(cls) -> list[Control]:
        """One Control per field, in the order of declaration."""
        schema = cls.model_json_schema()["properties"]
        return [
            Control(
                name=name,
                default=entry["default"],
                low=entry.get("minimum"),
                high=entry.get("maximum"),
                step=entry["step"],
                unit=entry["unit"],
                meaning=entry["description"],
            )
            for name, entry in schema.items()
        ]

    @property
    def people_interact_above(self) -> float:
        """The score above which one person more, at a lower `people_filter`, may change others; 1 where none can."""
        return 1.0

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed; unlike pydantic's own, the changed values are checked."""
        return type(self)(**{**self.model_dump(), **(update or {})})

    @classmethod
    def _sentence(cls, problem: Mapping[str, Any]) -> str:
        name = str(problem["loc"][0]) if problem["loc"] else cls.__name__
        known = {control.name: control for control in cls.controls()}
        if name not in known:
            return f"There is no setting {name!r}; choose from {', '.join(known)}."
        control = known[name]
        wanted = "true or false" if control.low is None else f"a number from {control.low:g} to {control.high:g}"
        return f"{name} is {problem['input']!r}; give {wanted} ({control.unit}: {control.meaning})."


class InputSettings(Settings):
    """How a network is shown an image: the same choices as `create` has, for methods that offer them to users.

    A family whose paper studies them gives both fields a range (`Method.Input`). Changed, the network has to run anew.
    """

    input_size: int
    test_time_augmentation: bool
