"""The YOLO11 body: same maps as ultralytics' own model."""

import torch

from methods.backbones.ultralytics_blocks import ROOT, YAML, PoseModel
from methods.backbones.yolo_pose import build_pose_layers, feature_maps


def test_maps_are_those_that_ultralytics_hands_to_its_head():
    config = YAML.load(ROOT / "cfg" / "models" / "11" / "yolo11-pose.yaml") | {"scale": "n", "nc": 1}
    theirs = PoseModel(config, verbose=False).eval()
    layers = build_pose_layers("n").eval()
    layers.load_state_dict(theirs.model.state_dict())
    images = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        maps = feature_maps(layers, images)
        wanted = theirs(images)[1]["feats"]
    assert [tuple(x.shape) for x in maps] == [(2, 64, 8, 12), (2, 128, 4, 6), (2, 256, 2, 3)]
    assert all(torch.equal(x, y) for x, y in zip(maps, wanted, strict=True))


def test_keypoints_and_size_shape_the_head():
    layers = build_pose_layers("s", keypoint_shape=(14, 3))
    assert layers[-1].nk == 14 * 3
    assert layers[0].conv.out_channels == 32
