"""What was measured of the published judge, kept beside its weights for the page and the report."""

import json
from collections.abc import Sequence
from pathlib import Path

from methods.visibility.judge import JUDGE
from methods.visibility.studies.judging import JudgeEffects
from methods.weights import WEIGHTS_DIR
from methods.writing import write_text

TITLE = "Keypoints judged"


def keep_measured(measured: Sequence[JudgeEffects], folder: Path = WEIGHTS_DIR) -> None:
    """Write what was measured beside the judge's weights."""
    write_text(_file(folder), f"[{','.join(one.to_json() for one in measured)}]\n")


def measured_of_judge(folder: Path = WEIGHTS_DIR) -> list[JudgeEffects]:
    """What was measured of the published judge, data set by data set; empty where there is none."""
    path = _file(folder)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return [JudgeEffects.from_json(json.dumps(each)) for each in kept]


def plain_as_good(measured: Sequence[JudgeEffects]) -> dict[str, dict[str, str]]:
    """By data set the methods for which a threshold on their own score does as well, the interval not being above 0,
    with the gain in words; data sets without one are not there."""
    found = {one.data: {each.method: each.gain.text for each in one.methods if each.gain.low <= 0} for one in measured}
    return {data: methods for data, methods in found.items() if methods}


def judged_section(folder: Path = WEIGHTS_DIR) -> str:
    """What was measured of the published judge as a section of a report; empty where there is none."""
    measured = measured_of_judge(folder)
    return "\n".join([f"## {TITLE}", *(one.to_markdown() for one in measured)]) if measured else ""


def _file(folder: Path) -> Path:
    return folder / f"{JUDGE}.json"
