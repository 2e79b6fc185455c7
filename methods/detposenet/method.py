"""DetPoseNet behind the one interface."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from methods.detposenet import decode
from methods.detposenet.coarse import STRIDE
from methods.detposenet.decode import LEAST_KEYPOINTS, LEAST_SCORE, MOST_ALIKE
from methods.detposenet.encoders import STRIDES
from methods.detposenet.filtering import Filtered, Verdict, filter_proposals
from methods.detposenet.grouping import Proposals, extract_poses
from methods.detposenet.network import PADDING, DetPoseNetNetwork, Seen
from methods.detposenet.refinement import STRIDE as REFINED_STRIDE
from methods.detposenet.refinement import Refined
from methods.errors import CatalogError
from methods.ops.heatmaps import highest, in_bytes
from methods.ops.letterbox import Frame, letterbox
from methods.top_down import TopDown, stacked
from methods.types import Poses

LIMB_POOLING = 4  # cells of part affinities that are averaged for the intermediate outputs
MAPPED = 16  # people of an image whose refined heat maps are kept, 120 kB each
GRAIN = 0.25  # input pixels, to which boxes are rounded before they are cut out


class DetPoseNet(TopDown):
    """DetPoseNet: longer side 1280 px, the other padded with grey to a multiple of 64.

    Prediction refines what passes the loosest filter that the settings allow; stricter settings then need no network.
    With boxes from elsewhere (black-box mode) the first stage only finds coarse poses. Where `filtered` is False, every
    box is refined, as top-down methods do.
    """

    Settings = decode.DetPoseNetSettings
    Network = DetPoseNetNetwork
    default_input_size = 1280
    padding = PADDING
    crops_at_once = 16
    filtered = True
    network: DetPoseNetNetwork

    @staticmethod
    def exact_layers(network: DetPoseNetNetwork) -> list[str]:
        """What gives boxes, scores and heat maps: a box moved by a pixel moves the crop and all keypoints in it."""
        return ["coarse.detector", "coarse.heatmaps", "coarse.limbs", "refine.final"]

    @property
    def crop_shape(self) -> tuple[int, int]:
        """See TopDown."""
        return self.network.crop

    def refine_every_box(self) -> None:
        """See Method and the class: what other top-down methods do with a detector's boxes (Figure 9, Table II)."""
        self.filtered = False

    def preprocess(self, image: np.ndarray) -> tuple[torch.Tensor, Frame]:
        """RGB uint8 [H, W, 3] to uint8 [3, h, w]: longer side `input_size`, each side a multiple of 64."""
        return letterbox(image, self.input_size, stride=64)

    def forward(self, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        """All three stages, with the loosest filter; see decode.decode for the outputs.

        Raises CatalogError where every given box is to be refined: the first stage's own overlap by the hundred.
        """
        if not self.filtered:
            raise CatalogError(f"{self.name} without its filter needs boxes; give --detector or --annotated-boxes.")
        coarse = self.network.propose(self._see(batch))
        boxes = [(one.boxes.float().cpu(), one.scores.float().cpu()) for one in coarse.boxes]
        return self._answer(batch, boxes, coarse.heatmaps, coarse.limbs)

    def forward_in_boxes(self, batch: torch.Tensor, boxes: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """The same with boxes and scores [N, 5] from elsewhere."""
        coarse = self.network.propose(self._see(batch), detect=False)
        given = [(one[:, :4].cpu(), one[:, 4].cpu()) for one in boxes]
        return self._answer(batch, given, coarse.heatmaps, coarse.limbs)

    def predict_crops(self, seen: Any, poses: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """See TopDown: the third stage on coarse `poses`; also heights [n, K] of the refined keypoints."""
        assert poses is not None  # as `_refine` gives them
        refined = self.network.look(seen, poses)
        place, heights = highest(refined.final.float())
        return {"keypoints": place * REFINED_STRIDE, "heights": heights, **self._maps_of(refined)}

    def decode_outputs(
        self, outputs: dict[str, torch.Tensor], frame: Frame, settings: Any
    ) -> tuple[Poses, decode.DetPoseNetIntermediate]:
        """See methods.detposenet.decode."""
        return decode.decode(outputs, frame, settings, STRIDE, STRIDE * LIMB_POOLING)

    def _maps_of(self, refined: Refined) -> dict[str, torch.Tensor]:
        """The keypoints' heat maps [n, K, h, w] of the last hourglass at each scale, and those after regression."""
        scales = refined.stacks[-1] if refined.stacks else []
        keypoints = refined.final.shape[1]
        found = {f"scale_{STRIDES[-1 - i]}": maps[:, :keypoints] for i, maps in enumerate(scales)}
        return {**found, "regressed": refined.final}

    def _see(self, batch: torch.Tensor) -> Seen:
        return self.body(batch) if self.body else batch / 255

    def _answer(
        self,
        batch: torch.Tensor,
        boxes: list[tuple[torch.Tensor, torch.Tensor]],
        heatmaps: torch.Tensor,
        limbs: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """The second and third stage; everything padded to the length of the fullest image's."""
        heatmaps, limbs = heatmaps.float().cpu(), limbs.float().cpu()
        found = [self._extract(*pair, *maps) for pair, *maps in zip(boxes, heatmaps, limbs, strict=True)]
        kept = [self._filter(one) for one in found]
        refined, maps = self._refine(batch, found, kept)
        return {
            "boxes": stacked([one.boxes for one in found], 0),
            "scores": stacked([one.scores for one in found], -1),
            "coarse": stacked([np.nan_to_num(one.poses, nan=-1) for one in found], -1),
            "holders": stacked([one.holders for one in found], -1),
            "rows": stacked([rows_of(one) for one in kept], -1),
            "refined": stacked(refined, -1),
            "filtered": torch.full((len(found),), float(self.filtered)),
            "heatmaps": in_bytes(heatmaps),
            "limbs": F.avg_pool2d(limbs.flatten(1, 2), LIMB_POOLING).unflatten(1, limbs.shape[1:3]),
            "crops": stacked(maps.pop("crops"), 0),
            **{name: in_bytes(stacked(each, 0)) for name, each in maps.items()},
        }

    def _extract(
        self, boxes: torch.Tensor, scores: torch.Tensor, heatmaps: torch.Tensor, limbs: torch.Tensor
    ) -> Proposals:
        sure = scores >= LEAST_SCORE
        return extract_poses(boxes[sure].numpy(), scores[sure].numpy(), heatmaps, limbs, STRIDE)

    def _filter(self, proposals: Proposals) -> Filtered:
        if self.filtered:
            return filter_proposals(proposals, LEAST_SCORE, LEAST_KEYPOINTS, MOST_ALIKE)
        boxed = np.where(np.arange(len(proposals)) == proposals.holders, Verdict.KEPT, Verdict.NOT_RECOVERED)
        return Filtered(boxed, np.full(len(proposals), -1), proposals.boxes)

    def _refine(
        self, batch: torch.Tensor, found: list[Proposals], kept: list[Filtered]
    ) -> tuple[list[np.ndarray], dict[str, list[torch.Tensor]]]:
        """Keypoints [R, K, 3] (x, y in input pixels, height) of what each image keeps of the proposals found in it.

        Also by name, of the first MAPPED of them, the `crops` [r, 4] and the heat maps [r, K, h, w] found there.
        """
        # Height 0: not found.
        before = [
            torch.from_numpy(np.nan_to_num(one.poses[some.kept])).to(batch)
            for one, some in zip(found, kept, strict=True)
        ]
        # Other batches round a box's last digits otherwise. Crops that start from coarser numbers are the same in all.
        boxes = [torch.from_numpy(np.round(one.boxes[one.kept] / GRAIN) * GRAIN).to(batch) for one in kept]
        seen = self.predict_in_boxes(batch, boxes, before)
        refined = zip(seen["keypoints"], seen["heights"], strict=True)
        keypoints = [torch.cat([points, heights[..., None]], dim=2).cpu().numpy() for points, heights in refined]
        mapped = [name for name in seen if name not in ("keypoints", "heights")]
        return keypoints, {name: [each[:MAPPED].cpu() for each in seen[name]] for name in mapped}


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
