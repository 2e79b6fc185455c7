"""Ultralytics' pose networks behind the one interface."""

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch

from methods.method import Method
from methods.ops.letterbox import Frame, letterbox
from methods.types import Poses
from methods.yolo import decode
from methods.yolo.network import YoloPose


class Yolo(Method):
    """Ultralytics' YOLO11-pose: input with sides that are multiples of 32, padded with grey."""

    Settings: ClassVar[type[decode.EndToEndSettings]] = decode.YoloSettings
    Network = YoloPose
    default_input_size = 640

    @staticmethod
    def exact_layers(network: YoloPose) -> list[str]:
        """The last convolutions of the head's box, class and keypoint towers."""
        return network.last_layers()

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 32."""
        return letterbox(image, self.input_size, stride=32)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """See YoloPose.forward; values 0..255 become 0..1 here."""
        return self.network(batch / 255)

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.YoloIntermediate]:
        """See methods.yolo.decode."""
        return decode.decode(outputs, frame, settings, self.skeleton)


class ImportedYolo(Yolo):
    """A user's own network of Ultralytics': it sees images scaled as Ultralytics' `predict` scales them."""

    network: YoloPose

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of the stride."""
        return letterbox(image, self.input_size, self.network.stride, antialias=False)

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.YoloIntermediate]:
        """See methods.yolo.decode; keypoints are cut off at the image's border, as Ultralytics does."""
        poses, intermediate = super().decode_outputs(outputs, frame, settings)
        inside = np.clip(poses.keypoints, 0, [frame.width, frame.height])
        return replace(poses, keypoints=inside), intermediate


class EndToEndYolo(ImportedYolo):
    """The same with a head that gives each person once, without non-maximum suppression (YOLO26)."""

    Settings = decode.EndToEndSettings
