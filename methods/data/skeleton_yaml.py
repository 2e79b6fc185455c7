"""Which skeleton is meant by what somebody gives: the name of a published one, or a YAML file that describes it."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from methods.data.yaml_text import MAX_LETTERS, load_yaml
from methods.errors import DataError
from methods.skeletons import Skeleton, known_skeleton
from methods.skeletons.described import SkeletonDescription


def chosen_skeleton(given: str) -> Skeleton:
    """A published skeleton by its name, or what the YAML file of that path describes, see SkeletonDescription.

    Raises DataError where there is no such skeleton or the file describes none.
    """
    if Path(given).suffix not in (".yaml", ".yml"):
        return known_skeleton(given)
    try:
        return SkeletonDescription.model_validate(read_yaml(Path(given))).skeleton()
    except ValidationError as error:
        raise DataError(f"{given} describes no skeleton: {found_problem(error)}.") from None


def read_yaml(file: Path) -> Any:
    """What a small YAML file says; raises DataError where it is missing, too large or no YAML."""
    try:
        with file.open(encoding="utf-8") as opened:
            return load_yaml(opened.read(MAX_LETTERS + 1))
    except FileNotFoundError:
        raise DataError(f"There is no {file}; check the path.") from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DataError(f"{file} is no YAML that is read here ({' '.join(str(error).split())}); mend it.") from None


def found_problem(error: ValidationError) -> str:
    """The first thing that pydantic found, and where, for people; of a name or description what of the latter."""
    problems = error.errors()
    problem = next((each for each in problems if "str" not in each["loc"]), problems[0])
    place = ".".join(str(part) for part in problem["loc"] if part != SkeletonDescription.__name__)
    message = problem["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
