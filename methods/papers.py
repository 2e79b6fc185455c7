"""The transcribed papers, `paper.yaml` in the folder of a family; null where the paper prints a dash."""

from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from methods import catalog
from methods.family import Family


class Table(BaseModel):
    """A published table, or the part of it that bears on the methods here."""

    model_config = ConfigDict(extra="forbid")

    number: str
    caption: str
    columns: list[str]
    rows: list[list[int | float | str | None]]

    @model_validator(mode="after")
    def _check(self) -> "Table":
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.number}: {row} has {len(row)} cells for {len(self.columns)} columns")
        return self


class Paper(BaseModel):
    """A paper: `claim` is its main result in one or two sentences, with the table that has it.

    `checkpoints`, Markdown, says where weights that its authors trained are, and how they are imported; empty where
    nobody looked.
    """

    model_config = ConfigDict(extra="forbid")

    title: str
    authors: str
    venue: str
    url: str
    claim: str
    checkpoints: str = ""
    tables: list[Table]


@cache
def papers() -> dict[str, Paper]:
    """Every paper by its family's name, in the families' order; a family without a `paper.yaml` has none."""
    return {family.name: read_paper(family) for family in catalog.families() if family.paper.is_file()}


def read_paper(family: Family) -> Paper:
    """The paper of a family that has a `paper.yaml`."""
    return Paper.model_validate(yaml.safe_load(family.paper.read_text(encoding="utf-8")))
