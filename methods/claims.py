"""What each paper claims of itself, as the published weights have it: sentences from studies, kept in weights/."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from methods.weights import WEIGHTS_DIR
from methods.writing import write_text

CLAIMS = WEIGHTS_DIR / "claims.json"


class Claim(BaseModel):
    """What the study of that `name` found of a variant, in sentences, and the command that finds the same again."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    sentences: tuple[str, ...]
    command: str


@cache
def read_claims(path: Path = CLAIMS) -> dict[str, list[Claim]]:
    """Variant name to what was measured of it; empty where nothing was."""
    return TypeAdapter(dict[str, list[Claim]]).validate_json(path.read_bytes()) if path.is_file() else {}


def write_claims(claims: dict[str, list[Claim]], path: Path = CLAIMS) -> None:
    """Write them sorted by variant and forget what was read before."""
    adapter = TypeAdapter(dict[str, list[Claim]])
    write_text(path, adapter.dump_json(dict(sorted(claims.items())), indent=2).decode() + "\n")
    read_claims.cache_clear()


def sentences_of(variant: str, study: str) -> str:
    """What a study found of a variant, as one text; empty where it was not measured."""
    return " ".join(
        sentence for claim in read_claims().get(variant, []) if claim.name == study for sentence in claim.sentences
    )
