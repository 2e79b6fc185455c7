"""YAML from anybody: a few hundred letters of aliases to aliases can stand for gigabytes, so it is counted first."""

from typing import Any

import yaml

MAX_LETTERS = 50_000  # the longest recipe here has 2,500
MAX_PARTS = 5_000  # with what each alias stands for; the longest recipe here has 150


def load_yaml(text: str) -> Any:
    """What YAML says, of plain types only; raises YAMLError where it is none, too long, or stands for too much."""
    if len(text) > MAX_LETTERS:
        raise yaml.YAMLError(f"it has {len(text):,} letters, at most {MAX_LETTERS:,} are read")
    try:
        root = yaml.compose(text, yaml.SafeLoader)
        if root is not None and _count(root, {}) > MAX_PARTS:
            raise yaml.YAMLError(f"with its aliases it has more than {MAX_PARTS:,} parts")
        return yaml.safe_load(text)
    except RecursionError:
        raise yaml.YAMLError("its parts lie too deep in each other") from None
    except ValueError as error:  # such as a date that is none, or a number of thousands of digits
        raise yaml.YAMLError(str(error)) from None


def _count(node: yaml.Node, known: dict[int, int]) -> int:
    """How many parts a node has with all that its aliases stand for."""
    if id(node) not in known:
        known[id(node)] = MAX_PARTS  # while it is counted: who meets it again is inside it
        pairs = node.value if isinstance(node, yaml.CollectionNode) else []
        parts = [part for pair in pairs for part in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = 1 + sum(_count(part, known) for part in parts)
    return known[id(node)]
