"""One step of a method's pipeline: what is drawn and what is said about it."""

from dataclasses import dataclass

from app.outputs.bars import Chart


@dataclass(frozen=True)
class Step:
    """`layers` are names of the intermediate outputs' layers that are drawn; with `poses` the method's prediction is
    drawn too.

    `source` names the section of the paper, or what else to read. `study` names the study whose sentences say what the
    step does with the weights in front of the visitor. `charts` are drawn beside it.
    """

    title: str
    text: str
    source: str
    layers: tuple[str, ...] = ()
    poses: bool = False
    study: str = ""
    charts: tuple[Chart, ...] = ()
