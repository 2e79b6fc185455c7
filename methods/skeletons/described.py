"""A skeleton as somebody describes it in a file: checked, then a Skeleton."""

from dataclasses import replace
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from methods.skeletons.known import find_known
from methods.skeletons.skeleton import Skeleton

Name = Annotated[str, Field(pattern=r"^[\w .-]{1,40}$")]


class SkeletonDescription(BaseModel):
    """`keypoints` in the network's order, `limbs` as pairs of their names, `sigmas` for OKS where there are any."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name = "own skeleton"
    keypoints: Annotated[tuple[Name, ...], Field(min_length=1, max_length=1000)]
    limbs: tuple[tuple[Name, Name], ...] = ()
    sigmas: tuple[Annotated[float, Field(gt=0, le=1)], ...] | None = None

    @model_validator(mode="after")
    def fits(self) -> Self:
        """Raise ValueError where keypoints are named twice, limbs join others, or sigmas are not one for each."""
        unknown = {end for limb in self.limbs for end in limb} - set(self.keypoints)
        if len(set(self.keypoints)) < len(self.keypoints):
            raise ValueError("two keypoints have the same name")
        if unknown:
            raise ValueError(f"a limb joins {min(unknown)}, which is none of the keypoints")
        if self.sigmas is not None and len(self.sigmas) != len(self.keypoints):
            raise ValueError(f"there are {len(self.keypoints)} keypoints and {len(self.sigmas)} sigmas")
        return self

    def skeleton(self) -> Skeleton:
        """The published skeleton where it has just these keypoints in this order, else one of the user's own."""
        known = find_known(self.keypoints)
        if known and known[1] == tuple(range(len(self.keypoints))) and self.sigmas is None:
            return known[0]
        place = {keypoint: number for number, keypoint in enumerate(self.keypoints, start=1)}
        own = Skeleton.of_names(self.name, self.keypoints, [(place[a], place[b]) for a, b in self.limbs])
        return own if self.sigmas is None else replace(own, sigmas=self.sigmas, sigmas_are="given")
