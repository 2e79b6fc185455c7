"""DetPoseNet behind the one interface."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from methods.detposenet import decode
from methods.detposenet.coarse import STRIDE
from methods.detposenet.decode import LEAST_JOINTS, LEAST_SCORE, MOST_ALIKE
from methods.detposenet.filtering import Filtered, Verdict, filter_proposals
from methods.detposenet.grouping import Proposals, extract_poses
from methods.detposenet.network import PADDING, DetPoseNetNetwork, Seen
from methods.detposenet.refinement import STRIDE as REFINED_STRIDE
from methods.method import Method, Raw
from methods.ops.crops import fit_boxes, sample_crops
from methods.ops.heatmaps import highest
from methods.ops.letterbox import Frame, letterbox
from methods.types import Poses

LIMB_POOLING = 4  # cells of part affinities that are averaged for the evidence
CROPS = 16  # refined at a time
GRAIN = 0.25  # input pixels, to which boxes are rounded before they are cut out


class DetPoseNet(Method):
    """DetPoseNet: longer side 1280 px, the other padded with grey to a multiple of 64.

    Prediction refines what passes the loosest filter that the settings allow; stricter settings then need no network.
    `infer` may be given another detector's boxes [N, 4] or, with their scores, [N, 5] (black-box mode). Where
    `filtered` is False, every box is refined, as top-down methods do.
    """

    Settings = decode.DetPoseNetSettings
    Network = DetPoseNetNetwork
    default_input_size = 1280
    takes_boxes = True
    filtered = True
    network: DetPoseNetNetwork

    @staticmethod
    def exact_layers(network: DetPoseNetNetwork) -> list[str]:
        """What gives boxes, scores and heat maps: a box moved by a pixel moves the crop and all joints in it."""
        return ["coarse.detector", "coarse.joints", "coarse.limbs", "refine.final"]

    def infer(
        self, images: Sequence[np.ndarray], batch_size: int = 8, boxes: Sequence[np.ndarray] | None = None
    ) -> list[Raw]:
        """See Method. Where there are no `boxes`, but a `detector`, all that it finds above LEAST_SCORE are taken."""
        if boxes is not None or self.detector is None:
            return super().infer(images, batch_size, boxes)
        settings = self.detector.Settings.evaluation()
        before = self.detector.infer(images, batch_size)
        people = [self.detector.decode(raw, settings).poses for raw in before]
        given = [np.concatenate([one.boxes, one.scores[:, None]], axis=1) for one in people]
        return [
            replace(
                raw,
                preprocess=raw.preprocess + first.preprocess,
                forward=raw.forward + first.forward,
                body=max(raw.body, first.body),  # the same one, which runs once for both
            )
            for raw, first in zip(super().infer(images, batch_size, given), before, strict=True)
        ]

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, stride=64)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """All three stages, with the loosest filter; see decode.decode for the outputs."""
        coarse = self.network.propose(self._see(batch))
        boxes = [(one.boxes.float().cpu(), one.scores.float().cpu()) for one in coarse.boxes]
        return self._answer(batch, boxes, coarse.joints, coarse.limbs)

    def forward_in_boxes(self, batch: torch.Tensor, boxes: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """The same with boxes from elsewhere, [N, 4] with a score of 1, or [N, 5] with scores of their own."""
        coarse = self.network.propose(self._see(batch), detect=False)
        given = [(one[:, :4].cpu(), one[:, 4].cpu() if one.shape[1] > 4 else torch.ones(len(one))) for one in boxes]
        return self._answer(batch, given, coarse.joints, coarse.limbs)

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.DetPoseNetEvidence]:
        """See methods.detposenet.decode."""
        return decode.decode(outputs, frame, settings, STRIDE, STRIDE * LIMB_POOLING)

    def _see(self, batch: torch.Tensor) -> Seen:
        return self.body(batch) if self.body else batch / 255

    def _answer(
        self,
        batch: torch.Tensor,
        boxes: list[tuple[torch.Tensor, torch.Tensor]],
        joints: torch.Tensor,
        limbs: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """The second and third stage; everything padded to the length of the fullest image's."""
        joints, limbs = joints.float().cpu(), limbs.float().cpu()
        found = [self._extract(*pair, *maps) for pair, *maps in zip(boxes, joints, limbs, strict=True)]
        kept = [self._filter(one) for one in found]
        refined = self._refine(batch, found, kept)
        outputs = {
            "boxes": _padded([one.boxes for one in found], 0),
            "scores": _padded([one.scores for one in found], -1),
            "coarse": _padded([np.nan_to_num(one.poses, nan=-1) for one in found], -1),
            "holders": _padded([one.holders for one in found], -1),
            "rows": _padded([rows_of(one) for one in kept], -1),
            "refined": _padded(refined, -1),
            "filtered": torch.full((len(found),), float(self.filtered)),
            "joints": (joints.clamp(0, 1) * 255).round().to(torch.uint8),
            "limbs": F.avg_pool2d(limbs.flatten(1, 2), LIMB_POOLING).unflatten(1, limbs.shape[1:3]),
        }
        return outputs

    def _extract(
        self, boxes: torch.Tensor, scores: torch.Tensor, joints: torch.Tensor, limbs: torch.Tensor
    ) -> Proposals:
        sure = scores >= LEAST_SCORE
        return extract_poses(boxes[sure].numpy(), scores[sure].numpy(), joints, limbs, STRIDE)

    def _filter(self, proposals: Proposals) -> Filtered:
        if self.filtered:
            return filter_proposals(proposals, LEAST_SCORE, LEAST_JOINTS, MOST_ALIKE)
        boxed = np.where(np.arange(len(proposals)) == proposals.holders, Verdict.KEPT, Verdict.NOT_RECOVERED)
        return Filtered(boxed, np.full(len(proposals), -1), proposals.boxes)

    def _refine(self, batch: torch.Tensor, found: list[Proposals], kept: list[Filtered]) -> list[np.ndarray]:
        """Keypoints [R, K, 3] (x, y in input pixels, height) of what each image keeps of the proposals found in it."""
        counts = [len(one.kept) for one in kept]
        whole = np.concatenate([one.boxes[one.kept] for one in kept])
        poses = np.concatenate([one.poses[some.kept] for one, some in zip(found, kept, strict=True)])
        before = torch.from_numpy(np.nan_to_num(poses)).to(self.device, torch.float32)  # height 0: not found
        # Other batches round a box's last digits otherwise. Crops that start from coarser numbers are the same in all.
        boxes = torch.from_numpy(np.round(whole / GRAIN) * GRAIN).to(self.device, torch.float32)
        image = torch.arange(len(kept), device=self.device).repeat_interleave(torch.tensor(counts, device=self.device))
        regions, frame = fit_boxes(boxes, self.network.crop, PADDING)
        before[..., :2] = frame.to_crop(before[..., :2])
        points, heights = [torch.zeros(0, 17, 2)], [torch.zeros(0, 17)]
        for some in torch.arange(len(boxes), device=self.device).split(CROPS):
            if not len(some):
                continue
            crops = sample_crops(batch, image[some], regions[some], self.network.crop)
            crops = crops.contiguous(memory_format=self.memory_format)
            seen = self.body.run(crops) if self.body else crops / 255
            place, height = highest(self.network.look(seen, before[some]).final.float())
            points.append(place.cpu() * REFINED_STRIDE)
            heights.append(height.cpu())
        where = type(frame)(frame.corners.cpu(), frame.scales.cpu()).to_image(torch.cat(points))
        both = torch.cat([where, torch.cat(heights)[..., None]], dim=2)
        return [one.numpy() for one in both.split(counts)]


class SmallDetPoseNet(DetPoseNet):
    """detposenet-n: longer side 640 px, as all small variants."""

    default_input_size = 640
    shares_body = True


def rows_of(found: Filtered) -> np.ndarray:
    """For each proposal [T] the row, among those kept, of its refined pose or of the one that it is the same as."""
    rows = np.full(len(found.verdicts), -1)
    rows[found.kept] = np.arange(len(found.kept))
    same = found.same_as >= 0
    rows[same] = rows[found.same_as[same]]
    return rows


def _padded(arrays: list[np.ndarray], fill: float) -> torch.Tensor:
    """Arrays [n, ...] of different n as one tensor [B, max n, ...], float32."""
    longest = max(len(one) for one in arrays)
    out = torch.full((len(arrays), longest, *arrays[0].shape[1:]), float(fill))
    for row, one in zip(out, arrays, strict=True):
        row[: len(one)] = torch.from_numpy(np.asarray(one, dtype=np.float32))
    return out
