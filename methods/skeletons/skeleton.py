"""A skeleton as a value: named keypoints, how they are joined and mirrored, and how exactly people place them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

DEFAULT_SIGMA = 0.05  # of every keypoint of a skeleton without published ones: between COCO's nose and wrist


@dataclass(frozen=True)
class Part:
    """Some of a skeleton's keypoints, by index, that are scored alone too."""

    name: str
    keypoints: tuple[int, ...]


@dataclass(frozen=True)
class Skeleton:
    """K named keypoints. `pairs` and `limbs` hold keypoint indices; `sigmas` are OKS fall-off constants, one per
    keypoint.

    `sigmas_are` says whose they are: published, given by the user, or DEFAULT_SIGMA for every keypoint.
    """

    name: str
    keypoints: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]  # (left, right)
    limbs: tuple[tuple[int, int], ...]
    sigmas: tuple[float, ...]
    sigmas_are: Literal["published", "given", "default"] = "published"
    parts: tuple[Part, ...] = ()

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def flip_order(self) -> tuple[int, ...]:
        """Keypoint order after mirroring the image: `keypoints[:, flip_order]` swaps left and right."""
        order = list(range(len(self.keypoints)))
        for left, right in self.pairs:
            order[left], order[right] = right, left
        return tuple(order)

    @property
    def sigmas_text(self) -> str:
        """One line on the sigmas, for people."""
        return {
            "published": "published sigmas",
            "given": "sigmas as given",
            "default": f"no published sigmas: {DEFAULT_SIGMA} for every keypoint",
        }[self.sigmas_are]

    def taking(self, keypoints: Sequence[int], name: str) -> "Skeleton":
        """The skeleton of some of the keypoints, by index, in that order; its limbs and pairs join these alone."""
        place = {keypoint: position for position, keypoint in enumerate(keypoints)}
        return replace(
            self,
            name=name,
            keypoints=tuple(self.keypoints[k] for k in keypoints),
            pairs=_renumbered(self.pairs, place),
            limbs=_renumbered(self.limbs, place),
            sigmas=tuple(self.sigmas[k] for k in keypoints),
            parts=(),
        )

    @classmethod
    def of_names(cls, name: str, keypoints: Sequence[str], links: Sequence[Any] = ()) -> "Skeleton":
        """An unknown skeleton: default sigmas, mirror pairs by names that differ in left and right alone.

        `links` are pairs of keypoints as files list them, counted from 1 or from 0; what is none of these is left out.
        """
        normal = [normal_name(each) for each in keypoints]
        mirrored = {each: position for position, each in enumerate(normal)}
        pairs = tuple(
            (position, mirrored["right" + each.removeprefix("left")])
            for position, each in enumerate(normal)
            if each.split("_")[0] == "left" and "right" + each.removeprefix("left") in mirrored
        )
        numbers = [tuple(link) for link in links if _is_link(link)]
        start = 0 if any(0 in link for link in numbers) else 1  # COCO counts from 1, others from 0
        limbs = tuple((a - start, b - start) for a, b in numbers if max(a, b) - start < len(keypoints))
        return cls(name, tuple(keypoints), pairs, limbs, (DEFAULT_SIGMA,) * len(keypoints), "default")

    @classmethod
    def numbered(cls, count: int) -> "Skeleton":
        """`count` keypoints without names."""
        return cls.of_names(f"{count} unnamed keypoints", [f"keypoint_{i}" for i in range(1, count + 1)])


@lru_cache(1024)
def normal_name(name: str) -> str:
    """A keypoint's name as all spellings of it: "L_Shoulder", "Left Shoulder", "shoulder.left": left_shoulder."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", unicodedata.normalize("NFKC", name))
    words = [word for word in re.split(r"[\W_]+", spaced.lower()) if word]
    words = [{"l": "left", "r": "right"}.get(word, word) for word in words]
    sides = [word for word in words if word in ("left", "right")]
    return "_".join([*sides, *(word for word in words if word not in sides)])


def _renumbered(links: tuple[tuple[int, int], ...], place: dict[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple((place[a], place[b]) for a, b in links if a in place and b in place)


def _is_link(link: Any) -> bool:
    return isinstance(link, list | tuple) and len(link) == 2 and all(type(end) is int and end >= 0 for end in link)
