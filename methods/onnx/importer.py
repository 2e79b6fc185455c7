"""ONNX files of anybody, each with a description beside it; nothing outside the file is read, and no code is run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from methods.catalog import DETECTOR
from methods.data.skeleton_yaml import found_problem, read_yaml
from methods.errors import WeightsError
from methods.onnx.description import Description
from methods.user_models import Imported

MAX_BYTES = 1_000_000_000  # as no pose network here or there has
MAX_NODES = 100_000  # the largest pose networks have some thousands
DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")  # of the operators that onnxruntime has itself


def recognise(source: str) -> Imported | None:
    """The network in an ONNX file, as the YAML file of the same name beside it describes it; None for other files.

    Raises WeightsError for a file that is none, is too large, keeps numbers in other files or asks for operators that
    onnxruntime does not have, and where the description is missing or wrong or onnx is not installed.
    """
    file = Path(source)
    if file.suffix != ".onnx":
        return None
    _check(file)
    beside = file.with_suffix(".yaml")
    if not beside.is_file():
        raise WeightsError(
            f"{file.name} needs a description, {beside.name}, beside it; methods/onnx/examples has one for each kind."
        )
    try:
        description = Description.model_validate(read_yaml(beside))
    except ValidationError as error:
        raise WeightsError(f"{beside.name} describes no network: {found_problem(error)}.") from None
    finds_people = description.outputs == "poses"
    return Imported(
        kind="one-stage" if finds_people else "top-down",
        summary=f"Your own: ONNX file with {description.outputs} of {len(description.keypoints)} keypoints.",
        content=file,
        options={"description": description.model_dump(mode="json", exclude_unset=True)},
        skeleton=description.keypoints,
        detector="" if finds_people else description.detector or DETECTOR,
    )


def _check(file: Path) -> None:
    """Raise WeightsError where the file is not safe to be run or not an ONNX file at all."""
    try:
        import onnx
    except ImportError:
        raise WeightsError(f"{file.name} needs onnx; install it with: pip install onnx onnxruntime") from None
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise WeightsError(
                f"{file.name} has {size / 1e6:,.0f} MB; files of at most {MAX_BYTES / 1e6:,.0f} are read."
            )
        model = onnx.load(file, load_external_data=False)
    except FileNotFoundError:
        raise WeightsError(f"There is no ONNX file at {file}; check the path.") from None
    except WeightsError:
        raise
    except Exception as error:  # protobuf's are of many kinds
        raise WeightsError(f"{file.name} is not an ONNX file ({type(error).__name__}); export it again.") from None
    if not model.graph.node:
        raise WeightsError(f"{file.name} holds no network; export it again.")
    for number, part in enumerate(_parts(model, onnx)):
        if number > MAX_NODES:
            raise WeightsError(f"{file.name} has over {MAX_NODES:,} parts, as no pose network has.")
        if isinstance(part, onnx.TensorProto) and part.data_location == onnx.TensorProto.EXTERNAL:
            raise WeightsError(f"{file.name} keeps numbers in other files, which are not read; save it as one file.")
        if isinstance(part, onnx.NodeProto) and part.domain not in DOMAINS:
            raise WeightsError(
                f"{file.name} asks for the operator {part.domain}.{part.op_type}, which is custom code; export it with"
                " ONNX's own operators."
            )


def _parts(model: Any, onnx: Any) -> Iterator[Any]:
    """Every tensor and node of a model, in its functions and in the graphs inside nodes too."""
    left: list[Any] = [model.graph, *model.functions]
    while left:
        graph = left.pop()
        yield from getattr(graph, "initializer", ())
        for sparse in getattr(graph, "sparse_initializer", ()):
            yield from (sparse.values, sparse.indices)
        for node in graph.node:
            yield node
            for attribute in node.attribute:
                yield from (attribute.t, *attribute.tensors)
                left += [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]
