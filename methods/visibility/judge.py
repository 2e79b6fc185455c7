"""`KeypointJudge`: the small metamodel with the head that judges keypoints of any method."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from methods import weights
from methods.backbones.inference import copied
from methods.errors import CatalogError
from methods.types import Poses
from methods.visibility.filtering import own_scores
from methods.visibility.judge_network import (
    INSIDE,
    SEEN,
    STATE_LOGITS,
    WIDTH,
    WITHIN,
    JudgeNetwork,
    describe,
)
from methods.visibility.judgement import ASKED, SHARES, Judgement
from methods.visibility.method import SmallVisibility
from methods.visibility.network import VisibilityNetwork

BODY, JUDGE = "visibility-n", "visibility-n-judge"  # names of the published weights


class Describer(SmallVisibility):
    """The small metamodel that, given poses, says what it sees at their keypoints."""

    def predict_crops(self, seen: Any, poses: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """See TopDown; of given poses `described` [n, K, WIDTH], and their keypoints unchanged."""
        if poses is None:
            return super().predict_crops(seen, poses)
        features = self.network.features(seen)
        fine = self.network.coordinates.fine(features)
        heatmaps = self.network.coordinates.last(fine)
        keypoints = poses[..., :2]
        described = describe(features, fine, heatmaps, self.network.visibility(features), keypoints.nan_to_num())
        return {"keypoints": keypoints, "described": described}

    @torch.inference_mode()
    def describe(self, image: np.ndarray, poses: Poses) -> torch.Tensor:
        """Numbers [N, K, WIDTH] about the keypoints found in `image`, RGB uint8 [H, W, 3]; those of a NaN mean nothing.

        Raises CatalogError for poses of other keypoints than the metamodel's, ImageError as `infer`.
        """
        if poses.skeleton != self.skeleton:
            raise CatalogError(
                f"{self.name} judges the keypoints of {self.skeleton.name}, not those of {poses.skeleton.name}."
            )
        if not len(poses):
            return torch.zeros(0, len(self.skeleton), WIDTH)
        tensor, frame, _ = self._prepare(image)
        batch = tensor[None].to(self.device, torch.float32, memory_format=self.memory_format)
        placed = torch.from_numpy(frame.to_input(poses.keypoints)).to(self.device)
        placed = torch.cat([placed, torch.ones_like(placed[..., :1])], dim=2)
        return self.predict_in_boxes(batch, [self._place(poses.boxes, frame)], [placed])["described"][0].cpu()


class KeypointJudge(Describer):
    """Says of each keypoint whether it is inside the image, seen, labelled and in its place; on the shared body."""

    def __init__(
        self, network: VisibilityNetwork, head: JudgeNetwork, device: str = "auto", precision: str = "auto"
    ) -> None:
        """See Method; the head computes in float32 on the CPU."""
        super().__init__(BODY, network, self.default_input_size, device, precision)
        self.head = copied(head).eval()

    @classmethod
    def published(cls, device: str = "auto", precision: str = "auto", head: Path | None = None) -> "KeypointJudge":
        """With the published weights, or another file's of the `head`; raises WeightsError."""
        network, judge = VisibilityNetwork("n"), JudgeNetwork((len(ASKED), len(SHARES)))
        weights.load_into(network, weights.resolve(BODY))
        weights.load_into(judge, weights.resolve(JUDGE, head))
        return cls(network, judge, device, precision)

    def judge(self, images: Sequence[np.ndarray], poses: Sequence[Poses]) -> list[Judgement]:
        """What is to be said of the poses found in each image, RGB uint8 [H, W, 3]; raises errors as `describe`."""
        return [self._judge(*pair) for pair in zip(images, poses, strict=True)]

    @torch.inference_mode()
    def _judge(self, image: np.ndarray, poses: Poses) -> Judgement:
        described = self.describe(image, poses)
        people = np.broadcast_to(poses.scores[:, None], poses.keypoint_scores.shape)
        scores = [torch.tensor(own_scores(poses)), torch.tensor(people)]
        there = torch.tensor(np.isfinite(poses.keypoints).all(axis=2))
        return judgement_of(self.head, described, self.head(described), scores, there)

    def threshold(self, asked: str, share: float) -> float:
        """The preset at which at most `share`, one of SHARES, of the keypoints that go for what is ASKED was there;
        KEEPS_ALL where there is none."""
        return float(self.head.presets[ASKED.index(asked), SHARES.index(share)])


@torch.inference_mode()
def judgement_of(
    head: JudgeNetwork,
    described: torch.Tensor,
    logits: torch.Tensor,
    scores: Sequence[torch.Tensor],
    there: torch.Tensor,
) -> Judgement:
    """What logits [N, K, questions] of a head say of the `described` keypoints that are `there` [N, K]; `scores` are
    the method's own of keypoints and people, [N, K] each."""
    chances = logits.sigmoid()
    flags = torch.where(there[..., None], head.flags(logits), torch.nan)
    states = described[..., STATE_LOGITS].float().softmax(dim=2)
    asked = (*(chances[..., question] for question in (INSIDE, SEEN, WITHIN)), head.combined(scores, logits))
    inside, seen, within, score = (torch.where(there, each, torch.nan).numpy() for each in asked)
    return Judgement(states.numpy(), inside, seen, flags.numpy(), within, score)
