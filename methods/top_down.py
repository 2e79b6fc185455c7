"""`TopDown`: the one way for a method to look into the boxes or poses of another.

Boxes in input pixels are fitted into crops, a network sees all crops in batches, and its keypoints are mapped back.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch

from methods.errors import CatalogError
from methods.method import Method, Raw
from methods.ops.crops import fit_boxes, sample_crops
from methods.ops.letterbox import Frame, letterbox

STEPS = 8  # of a pixel, to which a detector's boxes are rounded
COUNTED = 0.2  # peaks below it say that a keypoint is not there, not how good the pose is; Simple Baseline's


class TopDown(Method):
    """A Method whose network sees one person at a time: in boxes that `infer` is given, else in the `detector`'s.

    A family gives `crop_shape`, `predict_crops` and `decode_outputs`, which finds in a Raw, of M people padded with
    rows of NaN: boxes [M, 4], box_scores [M], crops [M, 4] (what was cut out), keypoints [M, K, 2], all in input
    pixels, and what else `predict_crops` gives. So thresholds on boxes and keypoints need no network. A family that
    also finds people by itself overrides `forward` and `forward_in_boxes`, and calls `predict_in_boxes` between its
    stages.
    """

    default_input_size = 640
    takes_boxes = True
    padding: ClassVar[float] = 1.25  # by what factor a box is enlarged before it is cut out; Simple Baseline's
    crops_at_once: ClassVar[int] = 32  # that the network sees
    most_boxes: ClassVar[int | None] = None  # of a detector, an image; None for all
    least_box_score: ClassVar[float] = 0.0  # of a detector's boxes

    @property
    @abstractmethod
    def crop_shape(self) -> tuple[int, int]:
        """Height and width in pixels of the crops that the network sees."""

    @abstractmethod
    def predict_crops(self, seen: Any, poses: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """What the network says of n crops: `keypoints` [n, K, 2] in pixels of each one's crop, and more [n, ...].

        `seen` are crops [n, 3, *crop_shape] in 0..1 or, with `shares_body`, the shared body's maps of them; n may be 0.
        `poses` [n, K, 3] (x, y in crop pixels, a score) are to be refined; None where `predict_in_boxes` was given
        none.
        """

    def infer(
        self, images: Sequence[np.ndarray], batch_size: int = 8, boxes: Sequence[np.ndarray] | None = None
    ) -> list[Raw]:
        """See Method. Each image's `boxes` are [N, 4], which have the score 1, or [N, 5] with scores.

        Without `boxes` those of the `detector` are taken, if there is one: the best `most_boxes` of its evaluation
        preset that reach `least_box_score`. Raises CatalogError where nobody says where people are.
        """
        if boxes is not None:
            return super().infer(images, batch_size, [with_scores(each) for each in boxes])
        if self.detector is None:
            return super().infer(images, batch_size)
        before = self.detector.infer(images, batch_size)
        found = [self._boxes_of(self.detector, raw) for raw in before]
        return [_with_times(*pair) for pair in zip(super().infer(images, batch_size, found), before, strict=True)]

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, from which crops are cut."""
        return letterbox(image, self.input_size, stride=1)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """Raises CatalogError: without boxes there is nothing to look at."""
        raise CatalogError(f"{self.name} looks at people in boxes; give boxes or a method that finds them.")

    def forward_in_boxes(self, batch: torch.Tensor, boxes: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """Input [B, 3, h, w], values 0..255, and each image's boxes [N, 5] to what the class says, of M = largest N."""
        found = self.predict_in_boxes(batch, [each[:, :4] for each in boxes])
        given = {"boxes": [each[:, :4] for each in boxes], "box_scores": [each[:, 4] for each in boxes]}
        return {name: stacked(each) for name, each in (given | found).items()}

    def predict_in_boxes(
        self, batch: torch.Tensor, boxes: Sequence[torch.Tensor], poses: Sequence[torch.Tensor] | None = None
    ) -> dict[str, tuple[torch.Tensor, ...]]:
        """What `predict_crops` says of people in input [B, 3, h, w], values 0..255, and `crops` [N, 4], the regions cut
        out.

        Each image has boxes [N, 4] and, if they are to be refined, `poses` [N, K, 3]; each name has a tensor [N, ...]
        for each image. Boxes, poses, crops and keypoints are in input pixels.
        """
        counts = [len(each) for each in boxes]
        owner = torch.repeat_interleave(torch.arange(len(boxes)), torch.tensor(counts)).to(batch.device)
        regions, frame = fit_boxes(torch.cat(list(boxes)), self.crop_shape, self.padding)
        within = None
        if poses is not None:
            within = torch.cat(list(poses))
            within = torch.cat([frame.to_crop(within[..., :2]), within[..., 2:]], dim=2)
        parts = []
        # At least once, so that what is said of nobody has the right shape too.
        for start in range(0, max(len(regions), 1), self.crops_at_once):
            some = slice(start, start + self.crops_at_once)
            crops = sample_crops(batch, owner[some], regions[some], self.crop_shape)
            crops = crops.contiguous(memory_format=self.memory_format)
            seen = self.body.run(crops) if self.body else crops / 255
            parts.append(self.predict_crops(seen, None if within is None else within[some]))
        found = {name: torch.cat([part[name] for part in parts]).float() for name in parts[0]}
        found |= {"crops": regions, "keypoints": frame.to_image(found["keypoints"])}
        return {name: each.split(counts) for name, each in found.items()}

    def _boxes_of(self, detector: Method, raw: Raw) -> np.ndarray:
        poses = detector.decode(raw, detector.Settings.evaluation()).poses
        # Another batch rounds boxes differently in the fourth decimal; what is cut out should not hang on that.
        steady = np.round(poses.boxes * STEPS) / STEPS
        found = np.concatenate([steady, poses.scores[:, None]], axis=1)
        return found[poses.scores >= self.least_box_score][: self.most_boxes]


def stacked(parts: Sequence[torch.Tensor | np.ndarray], fill: float = torch.nan) -> torch.Tensor:
    """Parts [n, ...] of different n as one float32 tensor [B, largest n, ...]; rows beyond a part's own hold `fill`."""
    whole = [torch.as_tensor(each, dtype=torch.float32) for each in parts]
    return torch.nn.utils.rnn.pad_sequence(whole, batch_first=True, padding_value=fill)


def with_scores(boxes: np.ndarray) -> np.ndarray:
    """Boxes [N, 5] of [N, 5], or of [N, 4] with the score 1."""
    return boxes if boxes.shape[1] > 4 else np.concatenate([boxes, np.ones((len(boxes), 1), boxes.dtype)], axis=1)


def _with_times(raw: Raw, before: Raw) -> Raw:
    """The same outputs with the time added that the detector's, before them, took."""
    return replace(
        raw,
        preprocess=raw.preprocess + before.preprocess,
        forward=raw.forward + before.forward,
        body=max(raw.body, before.body),  # the same one, which runs once for both
    )


def best_people(outputs: Mapping[str, np.ndarray], least: float) -> tuple[np.ndarray, np.ndarray]:
    """Which of M people padded with NaN reach the score `least`, as indices [N], best first; and the scores [M] of all.

    A person's score is that of the box times the mean of the keypoints' `peaks` [M, K] (as Simple Baseline's), of which
    those that are too low do not count.
    """
    scores = outputs["box_scores"] * mean_peak(outputs["peaks"])
    chosen = ~np.isnan(outputs["boxes"]).any(axis=1) & (scores >= least)
    return np.flatnonzero(chosen)[np.argsort(-scores[chosen], kind="stable")], scores


def mean_peak(peaks: np.ndarray) -> np.ndarray:
    """Mean [M] of the peaks [M, K] above COUNTED; 0 where there are none."""
    good = peaks > COUNTED
    return (peaks * good).sum(axis=1) / np.maximum(good.sum(axis=1), 1)
