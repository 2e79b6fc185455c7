"""Models of others as small as they can be: random numbers in the form that their libraries save."""

from pathlib import Path

import numpy as np
import torch
import yaml


def save_vitpose(folder: Path, keypoints: tuple[str, ...], experts: int = 1) -> None:
    """A ViTPose of transformers of crops of 64 x 48 px, with the labels that its keypoints have."""
    from transformers import VitPoseConfig, VitPoseForPoseEstimation
    from transformers.models.vitpose import VitPoseImageProcessor

    backbone = {
        "model_type": "vitpose_backbone", "image_size": [64, 48], "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_experts": experts, "part_features": 8, "out_indices": [2],
    }  # fmt: skip
    config = VitPoseConfig(backbone_config=backbone, id2label=dict(enumerate(keypoints)))
    network = VitPoseForPoseEstimation(config)
    generator = torch.Generator().manual_seed(1)
    for parameter in network.parameters():  # large enough for heat maps with peaks
        torch.nn.init.normal_(parameter, 0, 0.3, generator)
    network.save_pretrained(folder)
    VitPoseImageProcessor(size={"height": 64, "width": 48}).save_pretrained(folder)


def save_onnx(file: Path, head: str, k: int = 17, at_once: int | str = "n", **changes: object) -> None:
    """An ONNX network of 64 x 48 px that takes the brightest pixel for every keypoint, and its description beside it.

    With "poses" it finds two people in fixed places, whatever it sees. `changes` are entries of the description.
    """
    from onnx import TensorProto, helper, numpy_helper, save

    def constant(name: str, value: object, dtype: type = np.int64) -> object:
        return numpy_helper.from_array(np.asarray(value, dtype=dtype), name)

    def node(kind: str, inputs: list[str], output: str, **attributes: object) -> object:
        return helper.make_node(kind, inputs, [output], **attributes)

    grey = node("ReduceMax", ["image", "channel"], "grey", keepdims=1)
    constants = [constant("channel", [1])]
    if head == "simcc":
        nodes, names = [grey], ["x", "y"]
        for name, axis, side in (("x", 2, 48), ("y", 3, 64)):  # every bin twice, so that there are two to a pixel
            constants += [constant(f"{name}_axis", [axis]), constant(f"{name}_bins", [0, 1, 2 * side])]
            constants += [constant(f"{name}_apart", [0, 1, side, 1]), constant(f"{name}_twice", [1, 1, 1, 2])]
            nodes += [
                node("ReduceMax", ["grey", f"{name}_axis"], f"{name}1", keepdims=1),
                node("Reshape", [f"{name}1", f"{name}_apart"], f"{name}2"),
                node("Tile", [f"{name}2", f"{name}_twice"], f"{name}3"),
                node("Reshape", [f"{name}3", f"{name}_bins"], f"{name}4"),
                node("Tile", [f"{name}4", "people"], name),
            ]
        constants.append(constant("people", [1, k, 1]))
        shapes = [[at_once, k, 96], [at_once, k, 128]]
    elif head == "heatmaps":
        nodes = [grey, node("MaxPool", ["grey"], "cells", kernel_shape=[4, 4], strides=[4, 4])]
        nodes.append(node("Tile", ["cells", "people"], "maps"))
        constants.append(constant("people", [1, k, 1, 1]))
        names, shapes = ["maps"], [[at_once, k, 16, 12]]
    else:
        boxes = [[[4, 8, 20, 40, 0.9], [24, 8, 44, 40, 0.6], [24, 8, 44, 39, 0.55]]]
        poses = np.full((1, 3, k, 3), [10, 20, 0.8])
        constants += [constant("fixed_dets", boxes, np.float32), constant("fixed_keypoints", poses, np.float32)]
        nodes = [node("Identity", ["fixed_dets"], "dets"), node("Identity", ["fixed_keypoints"], "keypoints")]
        names, shapes = ["dets", "keypoints"], [[1, 3, 5], [1, 3, k, 3]]
    given = helper.make_tensor_value_info("image", TensorProto.FLOAT, [at_once, 3, 64, 48])
    found = [helper.make_tensor_value_info(*each) for each in zip(names, [TensorProto.FLOAT] * 2, shapes, strict=False)]
    graph = helper.make_graph(nodes, "tiny", [given], found, constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), file)
    said = {"outputs": head, "height": 64, "width": 48, "std": [255, 255, 255], "skeleton": "COCO-17"} | changes
    file.with_suffix(".yaml").write_text(yaml.safe_dump(said))
