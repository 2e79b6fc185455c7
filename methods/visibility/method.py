"""The metamodel behind the one interface: people in boxes of another method, or in given ones."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from methods.errors import CatalogError
from methods.method import Method, Raw
from methods.ops.crops import fit_boxes, sample_crops
from methods.ops.heatmaps import highest
from methods.ops.letterbox import Frame, letterbox
from methods.types import Poses
from methods.visibility import decode
from methods.visibility.network import SHAPE, STRIDE, VisibilityNetwork

PADDING = 1.25  # by what factor a box is enlarged before it is cut out; Simple Baseline's
CROPS = 32  # that the network sees at a time
MAX_BOXES = 30  # people an image; COCO's AP counts 20
FAINTEST = 0.05  # a box's least score
STEPS = 8  # of a pixel, to which found boxes are rounded


class Visibility(Method):
    """Looks at the image at `input_size` (the longer side), cuts out SHAPE around each box, and judges each joint."""

    Settings = decode.VisibilitySettings
    Network = VisibilityNetwork
    default_input_size = 640
    takes_boxes = True
    network: VisibilityNetwork

    @staticmethod
    def exact_layers(network: VisibilityNetwork) -> list[str]:
        """The layers that give coordinates and states."""
        return network.exact_layers()

    def infer(
        self, images: Sequence[np.ndarray], batch_size: int = 8, boxes: Sequence[np.ndarray] | None = None
    ) -> list[Raw]:
        """See Method. Without `boxes` the detector's are taken, the best MAX_BOXES of at least FAINTEST.

        Given boxes have the score 1. Raises CatalogError where there are neither boxes nor a detector.
        """
        if boxes is not None:
            scores = [np.ones(len(each), np.float32) for each in boxes]
            return _with_scores(super().infer(images, batch_size, boxes), scores)
        if self.detector is None:
            raise CatalogError(f"{self.name} looks at people in boxes; give boxes or a method that finds them.")
        found = [self._find(raw) for raw in self.detector.infer(images, batch_size)]
        raws = super().infer(images, batch_size, [poses.boxes for poses, _ in found])
        together = [_with_times(raw, before) for raw, (_, before) in zip(raws, found, strict=True)]
        return _with_scores(together, [poses.scores for poses, _ in found])

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`."""
        return letterbox(image, self.input_size, 1)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Nobody: without boxes there is nothing to look at."""
        found = self.forward_in_boxes(batch, [batch.new_zeros(0, 4) for _ in batch])
        return found | {"box_scores": batch.new_zeros(len(batch), 0)}

    def forward_in_boxes(self, batch: torch.Tensor, boxes: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, and boxes [N, 4] each, to what `decode` takes, with an axis B before.

        M is the largest N; rows without a person are NaN.
        """
        index = torch.repeat_interleave(torch.arange(len(boxes)), torch.tensor([len(each) for each in boxes]))
        every = torch.cat(boxes)
        regions, frame = fit_boxes(every, SHAPE, PADDING)
        parts = [self._look(batch, index[rows].to(batch.device), regions[rows]) for rows in _chunks(len(every))]
        keypoints, peaks, states = (torch.cat(each) for each in zip(*parts, strict=True))
        found = {"boxes": every, "crops": regions, "peaks": peaks, "visibility": states}
        found["keypoints"] = frame.to_image(keypoints)
        starts = np.cumsum([0, *(len(each) for each in boxes)])
        most = max(len(each) for each in boxes)
        return {
            name: torch.stack([_padded(x[a:b].float(), most) for a, b in itertools.pairwise(starts)])
            for name, x in found.items()
        }

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.VisibilityEvidence]:
        """See methods.visibility.decode."""
        return decode.decode(outputs, frame, settings)

    def _find(self, raw: Raw) -> tuple[Poses, Raw]:
        assert self.detector is not None
        poses = self.detector.decode(raw, self.detector.Settings.evaluation()).poses
        # Another batch rounds boxes differently in the fourth decimal; what is cut out should not hang on that.
        steady = replace(poses, boxes=np.round(poses.boxes * STEPS) / STEPS)
        return steady[steady.scores >= FAINTEST][:MAX_BOXES], raw

    def _look(
        self, batch: torch.Tensor, index: torch.Tensor, regions: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Keypoints [n, K, 2] in crop pixels, peaks [n, K] and states [n, K, 3] of n regions."""
        crops = sample_crops(batch, index, regions, SHAPE).contiguous(memory_format=self.memory_format)
        outputs = self.network(self.body.run(crops) if self.body else crops / 255)
        cells, peaks = highest(outputs.heatmaps[-1].float())
        return cells * STRIDE, peaks, outputs.visibility.float().softmax(dim=2)


class SmallVisibility(Visibility):
    """The small variant, which reads crops through the body that all `-n` variants share."""

    shares_body = True


def _chunks(count: int) -> list[slice]:
    """At least one, so that an answer about nobody has the right shape too."""
    return [slice(start, start + CROPS) for start in range(0, max(count, 1), CROPS)]


def _padded(x: torch.Tensor, length: int) -> torch.Tensor:
    """x [n, ...] with rows of NaN up to `length`."""
    return torch.cat([x, x.new_full((length - len(x), *x.shape[1:]), torch.nan)])


def _with_times(raw: Raw, before: Raw) -> Raw:
    """The same answer with the time added that an answer `before` it took."""
    times = {name: getattr(raw, name) + getattr(before, name) for name in ("preprocess", "forward", "body")}
    return replace(raw, **times)


def _with_scores(raws: list[Raw], scores: list[np.ndarray]) -> list[Raw]:
    """The same answers with `box_scores` [M], NaN where there is nobody."""
    found = []
    for raw, each in zip(raws, scores, strict=True):
        padded = _padded(torch.from_numpy(np.array(each, np.float32)), len(raw.outputs["boxes"]))
        found.append(replace(raw, outputs={**raw.outputs, "box_scores": padded}))
    return found
