"""What KAPAO and HybridPose share as methods: sides of their input, and looking several times."""

from typing import Any

import numpy as np
import torch

from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.pose_grid.grid import PAPER_INPUT, STRIDES
from methods.pose_grid.views import AUGMENTED, PLAIN, View


class GridMethod(Method):
    """A Method on grids: longer side 1280 px, the other padded with grey to a multiple of 64.

    After `augment` the network looks three times (test-time augmentation), once for each of `views`, and the candidates
    of all three go into one decoding.
    """

    default_input_size = PAPER_INPUT
    views: tuple[View, ...] = PLAIN

    @staticmethod
    def exact_layers(network: Any) -> list[str]:
        """The last convolutions of the head."""
        return [f"head.{name}" for name in network.head.last_layers()]

    def augment(self) -> None:
        """Look at the image scaled by 0.8, mirrored, and scaled by 1.2 (section 4.1 of KAPAO)."""
        self.views = AUGMENTED

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, STRIDES[-1])
