"""The YOLO11 body: same maps as ultralytics' own model, and folding that changes nothing but speed."""

import torch

from methods.backbones.ultralytics_blocks import ROOT, YAML, PoseModel
from methods.backbones.yolo11 import build_pose_layers, feature_maps, fold_batch_norm


def randomised(layers: torch.nn.Module) -> torch.nn.Module:
    """Batch norm with statistics that are not 0 and 1, so that folding has something to fold."""
    torch.manual_seed(0)
    for module in layers.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    return layers.eval()


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


def test_folding_keeps_the_maps():
    layers = randomised(build_pose_layers("n"))
    images = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        before = feature_maps(layers, images)
        fold_batch_norm(layers)
        after = feature_maps(layers, images)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in layers.modules())
    assert all(torch.allclose(x, y, atol=1e-4) for x, y in zip(before, after, strict=True))


def test_folding_twice_is_folding_once():
    layers = build_pose_layers("n").eval()
    fold_batch_norm(layers)
    names = list(layers.state_dict())
    fold_batch_norm(layers)
    assert list(layers.state_dict()) == names


def test_joints_and_size_shape_the_head():
    layers = build_pose_layers("s", joints=14)
    assert layers[-1].nk == 14 * 3
    assert layers[0].conv.out_channels == 32
