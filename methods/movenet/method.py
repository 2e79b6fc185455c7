"""MoveNet MultiPose behind the one interface."""

from typing import Any

import numpy as np
import torch

from methods.method import Method
from methods.movenet import decode
from methods.movenet.network import MoveNet
from methods.ops.letterbox import Frame, letterbox
from methods.types import Poses


class MoveNetMultiPose(Method):
    """Google's MoveNet MultiPose Lightning: input with sides that are multiples of 32, padded with grey."""

    Settings = decode.MoveNetSettings
    Network = MoveNet
    default_input_size = 384

    @staticmethod
    def exact_layers(network: MoveNet) -> list[str]:
        """The last convolution of each head."""
        return [f"heads.{name}.output" for name in network.heads]

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 32."""
        return letterbox(image, self.input_size, stride=32)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """See MoveNet.forward."""
        return self.network(batch)

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.MoveNetIntermediate]:
        """See methods.movenet.decode."""
        return decode.decode(outputs, frame, settings)
