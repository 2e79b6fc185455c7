"""What every typed result of an evaluation has in common."""

import math
from abc import abstractmethod
from typing import Annotated, Self

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict

# JSON has no NaN: it is written as null and read back as NaN.
Score = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]


class Result(BaseModel):
    """Numbers that do not change, as a table (`to_pandas`), as JSON and back, and as text (`str`)."""

    model_config = ConfigDict(frozen=True)

    @abstractmethod
    def to_pandas(self) -> pd.DataFrame:
        """The numbers as a table."""

    def to_json(self, indent: int | None = None) -> str:
        """JSON without NaN; `from_json` reads it."""
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The result that `to_json` wrote; raises pydantic's ValidationError on any other text."""
        return cls.model_validate_json(text)

    def __str__(self) -> str:
        return self.to_pandas().to_string(index=False, float_format=score_text, na_rep="-")


def score_text(value: float) -> str:
    """Three decimals; a dash where the measure is undefined."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def signed_text(value: float) -> str:
    """Three decimals with a sign, for differences; a dash where the difference is undefined."""
    return "-" if math.isnan(value) else f"{value:+z.3f}"
