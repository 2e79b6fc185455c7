"""ViTPose of the library transformers, from a folder or the Hugging Face hub: safetensors only, and no code of it."""

import json
import re
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open

from methods.catalog import DETECTOR
from methods.errors import WeightsError
from methods.skeletons import Skeleton, assumed, find_known
from methods.transformers.network import Configuration, Processor, VitPoseNetwork
from methods.user_models import Imported

HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
FILES = ("config.json", "preprocessor_config.json", "model.safetensors")
MODEL_FILES = (".pt", ".pth", ".onnx", ".safetensors")  # what ends so is meant as a file, be it there or not
MAX_LETTERS = 1_000_000  # of a configuration; those of ViTPose have 3,000
HEAD = "head.conv.weight"  # its last layer, a heat map for each keypoint


def recognise(source: str) -> Imported | None:
    """The ViTPose in a folder as `save_pretrained` writes it, or of an id on the hub; None where this is neither.

    From the configuration only numbers of the network and names of keypoints are taken. Raises WeightsError for
    another kind of model, weights that are no safetensors or do not fit, and where transformers is not installed.
    """
    folder = Path(source)
    on_hub = HUB_ID.fullmatch(source) and folder.suffix not in MODEL_FILES and not folder.parent.exists()
    if on_hub:
        folder = _fetch(source)
    if not folder.is_dir():
        return None
    said = _read(folder / "config.json")
    if said.get("model_type") != "vitpose":
        raise WeightsError(
            f"{source} holds a model of type {said.get('model_type')!r}; give one of type 'vitpose', such as"
            " usyd-community/vitpose-base-simple."
        )
    weights = folder / "model.safetensors"
    shapes = _shapes(weights)
    names = said.get("id2label")
    count = shapes.get(HEAD, [0])[0]
    try:
        config = Configuration.model_validate(said | {"num_labels": count})
        processor = Processor.model_validate(_read(folder / "preprocessor_config.json"))
    except ValidationError as error:
        problem = error.errors()[0]
        raise WeightsError(
            f"{source} is no ViTPose that can be built: {'.'.join(map(str, problem['loc']))}: {problem['msg']}."
        ) from None
    options = {"config": config.model_dump(mode="json"), "processor": processor.model_dump(mode="json")}
    _check(source, options, shapes)
    return Imported(
        kind="vitpose",
        summary=f"Your own: ViTPose of transformers with {count} keypoints, in another method's boxes.",
        content=weights,
        options=options,
        skeleton=_skeleton(names, count),
        detector=DETECTOR,
    )


def _fetch(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(FILES)))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise WeightsError(
            f"There is no folder {name}, and nothing of that name could be fetched from the Hugging Face hub"
            f" ({type(error).__name__}); check the name or the connection."
        ) from None


def _read(file: Path) -> dict[str, Any]:
    """What a configuration says."""
    try:
        if file.stat().st_size > MAX_LETTERS:
            raise WeightsError(f"{file} has over {MAX_LETTERS:,} bytes; a configuration has a few thousand.")
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(
            f"There is no {file}; give a folder with {', '.join(FILES)}, as save_pretrained writes it."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"{file} is no configuration ({error}); save the model again.") from None
    if not isinstance(found, dict):
        raise WeightsError(f"{file} is no configuration but a {type(found).__name__}; save the model again.")
    return found


def _shapes(file: Path) -> dict[str, list[int]]:
    """The shape of each tensor of a safetensors file, whose numbers are not read."""
    try:
        with safe_open(file, framework="pt") as opened:
            return {name: opened.get_slice(name).get_shape() for name in opened.keys()}  # noqa: SIM118  # no mapping
    except FileNotFoundError:
        raise WeightsError(
            f"There is no {file}; other weights, such as pytorch_model.bin, are not read, so save the model as"
            " safetensors."
        ) from None
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{file} is not a readable safetensors file ({error}); make it again.") from None


def _check(source: str, options: dict[str, Any], shapes: dict[str, list[int]]) -> None:
    """Raise WeightsError where the network that is described, built without memory, has tensors of other shapes."""
    try:
        with torch.device("meta"):
            wanted = {name: list(each.shape) for name, each in VitPoseNetwork(**options).model.state_dict().items()}
    except WeightsError:
        raise
    except Exception as error:  # transformers checks its configurations with errors of many kinds
        raise WeightsError(f"{source} is no ViTPose that transformers can build ({error}); save it again.") from None
    wrong = sorted(name for name in wanted.keys() | shapes.keys() if wanted.get(name) != shapes.get(name))
    if wrong:
        raise WeightsError(
            f"{source} has other tensors than its configuration tells ({len(wrong)} differ, such as {wrong[0]}); save"
            " the model again."
        )


def _skeleton(said: Any, count: int) -> Skeleton:
    """The keypoints by the labels that the configuration gives them, where these are names; else as `assumed`."""
    names = list(said.values()) if isinstance(said, dict) and len(said) == count else []
    if not all(isinstance(name, str) and re.fullmatch(r"[\w .-]{1,40}", name) for name in names) or not names:
        return assumed(count)
    known = find_known(names)
    if known and known[1] == tuple(range(count)):
        return known[0]
    if names[0].lower().startswith("label_") or len(set(names)) < count:  # as transformers names what nobody named
        return assumed(count)
    return Skeleton.of_names(f"{count} keypoints", names)
