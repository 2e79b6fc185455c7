"""Visibility filtering over any method's poses: `VisibilityFilter("visibility-n").annotate(image, poses)`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from methods.catalog import create, families, family_of
from methods.errors import CatalogError
from methods.types import Poses
from methods.visibility.filtering import annotate, leave_out

FILTER = "visibility-n"


class VisibilityFilter:
    """A variant of the visibility metamodel, built once, that judges keypoints which other methods found."""

    def __init__(
        self, name: str = FILTER, device: str = "auto", weights: str | Path | None = None, precision: str = "auto"
    ) -> None:
        """See `methods.create`; raises CatalogError where the variant does not judge visibility, or WeightsError."""
        if not family_of(name).filters:
            known = ", ".join(variant.name for each in families() if each.filters for variant in each.variants)
            raise CatalogError(f"{name} cannot judge the keypoints of other methods; give one of: {known}.")
        self.model = create(name, device, weights, precision=precision, detector="")

    def annotate(self, image: np.ndarray, poses: Poses) -> Poses:
        """The poses found in `image` (RGB uint8 [H, W, 3]) with `visibility` [N, K, 3], judged in each one's box."""
        return self.annotate_all([image], [poses])[0]

    def annotate_all(self, images: Sequence[np.ndarray], poses: Sequence[Poses]) -> list[Poses]:
        """`annotate` of several images; the predictions keep their order."""
        return annotate(self.model, images, poses)

    def drop(self, poses: Poses, occluded: bool = False) -> Poses:
        """Annotated poses without the keypoints that are most probably absent, and with `occluded` the occluded ones.

        Their coordinates become NaN (section 5.2's strategy "non-0"). Raises ValueError for poses without visibility.
        """
        return leave_out(poses, occluded=occluded)
