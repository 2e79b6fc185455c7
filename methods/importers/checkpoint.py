"""Tensors of a PyTorch checkpoint (`.pt`, `.pth`) without running anything that the checkpoint contains.

A checkpoint is a zip file: a pickle that describes objects, and one file of raw numbers per tensor. A pickle is a
program: it names functions and calls them. Here only a few names mean something (tensors, parameters, sizes, ordered
dictionaries, sets); classes of known libraries become records that merely hold their attributes, and any other name is
refused. Modules of the network are then found in the records by the attribute names that `torch.nn.Module` uses.
"""

import collections
import io
import math
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch

from methods.errors import WeightsError

# Packages whose objects occur in checkpoints of YOLO-style projects; kept as records, never imported.
KNOWN_PACKAGES = {"torch", "torchvision", "ultralytics", "models", "utils", "numpy", "pathlib", "datetime", "argparse"}
KNOWN_BUILTINS = (
    "bytearray",
    "complex",
    "dict",
    "float",
    "frozenset",
    "getattr",
    "int",
    "list",
    "object",
    "slice",
    "str",
)
KNOWN_NAMES = {("builtins", name) for name in KNOWN_BUILTINS} | {
    ("_codecs", "encode"),
    ("collections", "defaultdict"),
    ("collections", "deque"),
    ("functools", "partial"),
}

MAX_MODULES = 20_000  # of a network, counted as often as they are met; the largest YOLO has 1,000

STORAGE_DTYPES = {
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


KEYS = ("ema", "model", "state_dict")  # where a checkpoint keeps its network, the first that is there


class Record:
    """An object of a foreign class: its state, and none of its code."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Accepts what the foreign class would have been called with, and forgets it."""

    def __call__(self, *arguments: Any, **named: Any) -> "Record":
        return Record()

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            self.__dict__.update(state)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Foreign dictionaries are filled item by item; their content is no weight."""

    def append(self, value: Any) -> None:
        """Foreign lists are filled item by item; their content is no weight."""

    def extend(self, values: Any) -> None:
        """As `append`."""


@dataclass(frozen=True)
class Checkpoint:
    """What is in a checkpoint: `state`, the network's tensors, and what else may tell which network that is.

    `state` has parameters and persistent buffers, dtypes as stored, on the CPU. `attributes` are those of the network's
    outermost module, `about` what the file holds beside the network: both unchecked, of any plain types or Record.
    """

    name: str
    state: dict[str, torch.Tensor]
    attributes: Mapping[str, Any]
    about: Mapping[str, Any]


def read_checkpoint(source: Path | BinaryIO) -> Checkpoint:
    """The network in a checkpoint.

    It is a module object or a state dict, at the top or under `ema`, `model` or `state_dict` (the first that is there;
    exponentially averaged weights are the ones that authors publish).
    Raises WeightsError where the file is no zip checkpoint, is damaged, or names a function that does not belong there.
    """
    shown = source.name if isinstance(source, Path) else "The checkpoint"
    try:
        with zipfile.ZipFile(source) as archive:
            content = _CheckpointReader(archive).load()
            network = _network(content)
            state = _network_state(network)
    except FileNotFoundError:
        raise WeightsError(f"There is no checkpoint at {source}; check the path.") from None
    except WeightsError as error:
        raise WeightsError(f"{shown} {error}") from None
    except zipfile.BadZipFile:
        raise WeightsError(
            f"{shown} is not a zip checkpoint as torch.save writes it since PyTorch 1.6; load it with the PyTorch that"
            " made it and save its state dict again."
        ) from None
    except Exception as error:  # a damaged pickle can raise anything, and the user needs one sentence
        raise WeightsError(f"{shown} is damaged ({type(error).__name__}: {error}); fetch it again.") from None
    if not state:
        raise WeightsError(f"{shown} holds no network (looked for modules or tensors under ema, model, state_dict).")
    attributes = vars(network) if isinstance(network, Record) else {}
    return Checkpoint(shown, state, attributes, content if isinstance(content, dict) else {})


class _CheckpointReader(pickle.Unpickler):
    """Unpickles `data.pkl` of an open checkpoint; see the module's docstring for what is allowed."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise WeightsError("has compressed parts, which torch.save never writes; fetch it from its authors.")
        if sum(info.file_size for info in archive.infolist()) > _length(archive):
            raise WeightsError("lists more bytes than it has, which torch.save never does; fetch it from its authors.")
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise WeightsError("is a zip file without one data.pkl; give a checkpoint that torch.save wrote.")
        self.root = pickles[0].removesuffix("data.pkl")
        order = f"{self.root}byteorder"
        if order in archive.namelist() and archive.read(order) != b"little":
            raise WeightsError("was written on a big-endian machine; save it again on a common one.")
        self.archive = archive
        self.storages: dict[str, torch.Tensor] = {}
        self.meanings: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): collections.OrderedDict,
            ("builtins", "set"): set,
            ("torch", "Size"): tuple,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch._utils", "_rebuild_parameter"): _parameter,
        }
        super().__init__(io.BytesIO(archive.read(pickles[0])))

    def find_class(self, module: str, name: str) -> Any:
        """What a name in the pickle stands for. Only `meanings` and records are ever called."""
        key = (module.replace("__builtin__", "builtins"), name)
        if key in self.meanings:
            return self.meanings[key]
        if module == "torch" and name in STORAGE_DTYPES:
            return STORAGE_DTYPES[name]
        if key not in KNOWN_NAMES and module.split(".")[0] not in KNOWN_PACKAGES:
            raise WeightsError(
                f"calls {module}.{name}, which no network needs; nothing was run. Do not use this file, and fetch the"
                " checkpoint from its authors."
            )
        self.meanings[key] = type(name, (Record,), {"__module__": module})
        return self.meanings[key]

    def persistent_load(self, pid: Any) -> torch.Tensor:
        """The numbers of one storage: pid is ("storage", dtype, key, device, length)."""
        _, dtype, key, _, length = pid
        if key not in self.storages:
            content = bytearray(self.archive.read(f"{self.root}data/{key}"))
            self.storages[key] = torch.frombuffer(content, dtype=dtype) if content else torch.empty(0, dtype=dtype)
        if len(self.storages[key]) != length:
            raise WeightsError(f"is damaged: storage {key} has {len(self.storages[key])} numbers of {length}.")
        return self.storages[key]


def _length(archive: zipfile.ZipFile) -> int:
    assert archive.fp is not None
    return archive.fp.seek(0, io.SEEK_END)


def _tensor(storage: torch.Tensor, offset: int, size: tuple, stride: tuple, *_: Any) -> torch.Tensor:
    """A view of the storage, which is copied only where it is a weight, and once."""
    if math.prod(size) > len(storage):  # strides of 0 make gigabytes of one number
        raise WeightsError(f"is damaged: a tensor of {math.prod(size)} numbers lies in a storage of {len(storage)}.")
    return torch.as_strided(storage, size, stride, offset)


def _parameter(data: torch.Tensor, *_: Any) -> torch.Tensor:
    return data


def _network(content: Any) -> Any:
    """The innermost of what lies under KEYS: a module's Record or a state dict, where the file is a checkpoint."""
    for _ in range(MAX_MODULES):
        inner = next((content[key] for key in KEYS if _holds(content, key)), None)
        if inner is None:
            break
        content = inner
    return content


def _network_state(content: Any) -> dict[str, torch.Tensor]:
    """The network's tensors, each with its own memory."""
    found = _module_state(content) if isinstance(content, Record) else content if isinstance(content, dict) else {}
    state = {name: value for name, value in found.items() if isinstance(value, torch.Tensor)}
    stored = {value.untyped_storage().data_ptr(): value.untyped_storage().nbytes() for value in state.values()}
    if sum(value.nbytes for value in state.values()) > 2 * sum(stored.values()):  # two may share their numbers
        raise WeightsError("is damaged: its tensors lie on one another.")
    return {name: value.clone() for name, value in state.items()}


def _holds(content: Any, key: str) -> bool:
    return isinstance(content, dict) and isinstance(content.get(key), Record | dict)


def _module_state(network: Record) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = {}
    left, met = [("", network)], 0
    while left:
        prefix, module = left.pop()
        met += 1
        if met > MAX_MODULES:
            raise WeightsError(f"holds itself, or more than {MAX_MODULES} modules, as no network does.")
        attributes = vars(module)
        transient = attributes.get("_non_persistent_buffers_set", set())
        for group in ("_parameters", "_buffers"):
            named = attributes.get(group, {}).items()
            state |= {prefix + name: value for name, value in named if name not in transient}
        children = [each for each in attributes.get("_modules", {}).items() if isinstance(each[1], Record)]
        left += [(f"{prefix}{name}.", child) for name, child in reversed(children)]
    return state
