"""Values as in JSON files, with anything in place of anything, for tests of readers."""

import json
from typing import Any

from hypothesis import strategies as st

ODD = st.sampled_from(
    [
        None,
        True,
        "",
        "1",
        "a.png",
        "person",
        -1,
        0,
        7,
        1.5,
        10**30,
        10**400,
        -(10**400),
        float("nan"),
        float("inf"),
        [],
        {},
        [[]],
        [None],
        [1] * 51,
    ]
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Paths to everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, each in inner for one in places(each, (*path, key)))]


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """The value with a few things in it put out of their place, left out or doubled."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, 4))):
        inner = [path for path in places(value) if path]
        if not inner:
            break
        *way, last = draw(st.sampled_from(inner))
        holder = value
        for key in way:
            holder = holder[key]
        action = draw(st.sampled_from(["put", "put", "leave out", "double"]))
        if action == "put":
            holder[last] = json.loads(json.dumps(draw(ODD)))  # a list of its own, which may be changed too
        elif action == "leave out":
            del holder[last]
        elif isinstance(holder, list):
            holder.append(json.loads(json.dumps(holder[last])))
    return value
