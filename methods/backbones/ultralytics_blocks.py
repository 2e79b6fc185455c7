"""The one place where `ultralytics` is imported: its network blocks, without what else its import does.

Importing it writes a settings file into the user's home, asks a name server whether the machine is online, prints,
sets OMP_NUM_THREADS=1 for every process started later, stops OpenCV's threads, replaces `torch.save`, and changes how
NumPy and torch show numbers. A library must not do that to the program that uses it: all of it is prevented or undone.
"""

import os
import tempfile
import warnings

import cv2
import numpy as np
import torch

# Read by ultralytics at import: no name lookups, no messages, no installations by pip.
QUIET = {"YOLO_OFFLINE": "true", "YOLO_VERBOSE": "false", "YOLO_AUTOINSTALL": "false"}

_environment, _save, _threads = dict(os.environ), torch.save, cv2.getNumThreads()
with tempfile.TemporaryDirectory() as _folder, warnings.catch_warnings(), np.printoptions():
    os.environ.update(QUIET, YOLO_CONFIG_DIR=_folder)  # its settings file lives there and goes with it
    try:
        from ultralytics.nn.modules import C3, SPP, Concat, Conv, Focus, Pose26
        from ultralytics.nn.tasks import PoseModel, parse_model
        from ultralytics.utils import ROOT, YAML
        from ultralytics.utils.tal import dist2bbox, make_anchors
    finally:
        os.environ.clear()
        os.environ.update(_environment)
        torch.save = _save
        torch.set_printoptions(profile="default")
        cv2.setNumThreads(_threads)

__all__ = [
    "C3", "ROOT", "SPP", "YAML", "Concat", "Conv", "Focus", "Pose26", "PoseModel",
    "dist2bbox", "make_anchors", "parse_model",
]  # fmt: skip
