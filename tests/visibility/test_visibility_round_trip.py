"""Targets of a crop, given as a perfect network's outputs, decode to the crop's keypoints and their states."""

import numpy as np
import torch

from methods.ops.heatmaps import highest, in_bytes
from methods.ops.letterbox import Frame
from methods.visibility.decode import VisibilitySettings, decode
from methods.visibility.network import SHAPE, STRIDE
from methods.visibility.targets import build_targets


def test_labelled_keypoints_come_back_and_absent_ones_are_left_out(crops):
    height, width = SHAPE
    keypoints = np.array([[20 + 9 * k, 30 + 12 * k] for k in range(17)], np.float32)
    flags = [0 if k == 4 else 1 if k == 8 else 2 for k in range(17)]
    people = crops([(0, k, *keypoints[k].tolist(), flag) for k, flag in enumerate(flags) if flag])
    targets = build_targets(people, (height // STRIDE, width // STRIDE), STRIDE)
    places, peaks = highest(targets.heatmaps)
    whole = torch.tensor([[0.0, 0, width, height]])
    outputs = {
        "boxes": whole, "crops": whole, "keypoints": places * STRIDE, "peaks": peaks,
        "visibility": targets.possible.float(), "box_scores": torch.ones(1),
        "heatmaps": in_bytes(targets.heatmaps),
    }  # fmt: skip
    frame = Frame(width, height, 1.0, 1.0, 0, 0)
    poses, intermediate = decode(outputs, frame, VisibilitySettings())
    keypoints[4] = np.nan
    np.testing.assert_allclose(poses.keypoints[0], keypoints, atol=0.1)
    assert intermediate.visibility[0].argmax(axis=1).tolist() == flags
    without, _ = decode(outputs, frame, VisibilitySettings(drop_occluded=True))
    assert np.flatnonzero(np.isnan(without.keypoints[0, :, 0])).tolist() == [4, 8]
