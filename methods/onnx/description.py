"""What the YAML file beside an ONNX file says of the network; `examples` has one for each kind of output."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from methods.skeletons import Skeleton, known_skeleton
from methods.skeletons.described import SkeletonDescription

Side = Annotated[int, Field(ge=8, le=2560)]  # px
Three = tuple[float, float, float]


class Description(BaseModel):
    """A network's input, float32 [N, 3, height, width], and its outputs.

    outputs: "simcc" (two of [N, K, bins], along x, then along y, as RTMPose), "heatmaps" ([N, K, h, w]) or "poses"
    ([1, N, 5] boxes and scores, [1, N, K, 3] keypoints, in input pixels, as RTMO), which finds people by itself.
    mean, std: of values 0..255, in the order of `channels`. unbiased: whether the outermost cells of heat maps lie on
    the crop's border, as UDP and ViTPose have it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    outputs: Literal["simcc", "heatmaps", "poses"]
    height: Side
    width: Side
    mean: Three = (0.0, 0.0, 0.0)
    std: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (1, 1, 1)
    channels: Literal["rgb", "bgr"] = "rgb"
    skeleton: str | SkeletonDescription
    detector: str = ""
    unbiased: bool = False

    @model_validator(mode="after")
    def fits(self) -> Self:
        """Raise ValueError where it says what means nothing for these outputs, or names a skeleton that is none."""
        if self.outputs == "poses" and self.detector:
            raise ValueError("a network whose outputs are poses takes no boxes; leave the detector out")
        if self.outputs != "heatmaps" and self.unbiased:
            raise ValueError("unbiased is said of heat maps alone")
        assert self.keypoints
        return self

    @property
    def keypoints(self) -> Skeleton:
        """The skeleton that is described."""
        return known_skeleton(self.skeleton) if isinstance(self.skeleton, str) else self.skeleton.skeleton()
