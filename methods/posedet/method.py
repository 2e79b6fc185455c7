"""PoseDet behind the one interface."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.posedet import decode
from methods.posedet.candidates import find_candidates
from methods.posedet.network import STRIDES, PoseDetNetwork, SmallPoseDetNetwork
from methods.types import Poses

SHORTER_SHARE = 0.64  # of `input_size`, for the shorter side: 640 of 1000 (section 4.1), 512 of 800 (Table 1)


class PoseDet(Method):
    """PoseDet with HRNet-W48: shorter side 640 px, but the longer at most 1000 (section 4.1)."""

    Settings = decode.PoseDetSettings
    Network: ClassVar[Callable[..., nn.Module]] = PoseDetNetwork
    default_input_size = 1000
    network: PoseDetNetwork | SmallPoseDetNetwork

    @staticmethod
    def last_layers(network: PoseDetNetwork | SmallPoseDetNetwork) -> list[str]:
        """Where coarse joints, displacements and scores come from."""
        return network.last_layers()

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: shorter side 0.64 `input_size`, longer at most `input_size`.

        Each side is padded to a multiple of 64.
        """
        shorter, longer = sorted(image.shape[:2])
        size = min(self.input_size, round(SHORTER_SHARE * self.input_size * longer / shorter))
        return letterbox(image, size, STRIDES[-1])

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, to the fields of Candidates."""
        return vars(find_candidates(self.network(batch / 255)))

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.PoseDetEvidence]:
        """See methods.posedet.decode."""
        return decode.decode(outputs, frame, settings)


class PoseDetAt512(PoseDet):
    """PoseDet with DLA-34 or HRNet-W32: shorter side 512 px, but the longer at most 800 (Table 1)."""

    default_input_size = 800


class SmallPoseDet(PoseDet):
    """posedet-n: longer side 640 px, as all small variants."""

    Network = SmallPoseDetNetwork
    default_input_size = 640

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, STRIDES[-1])
