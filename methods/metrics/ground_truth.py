"""A data set's annotated people as flat arrays, as COCO's keypoint evaluation reads them."""

from dataclasses import dataclass

import numpy as np

from methods.data.categories import Category
from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.reading import Reading
from methods.skeletons import Skeleton


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """P people of I images; the images are in the order of their ids, an image's people in the file's order.

    image_ids   [I]        rising
    sizes       [I, 2]     width, height of the images in pixels; infinite where the file does not say
    image       [P]        position of the person's image in `image_ids`
    place       [P]        the person's position in AnnotatedImage.people
    keypoints   [P, K, 2]  float64, pixels
    visibility  [P, K]     COCO's flags
    areas       [P]        square pixels
    boxes       [P, 4]     x1, y1, width, height in pixels
    crowd       [P]        bool; a region that may hold any number of people
    ignored     [P]        bool; crowds, and people without a labelled keypoint
    """

    name: str
    skeleton: Skeleton
    image_ids: np.ndarray
    sizes: np.ndarray
    image: np.ndarray
    place: np.ndarray
    keypoints: np.ndarray
    visibility: np.ndarray
    areas: np.ndarray
    boxes: np.ndarray
    crowd: np.ndarray
    ignored: np.ndarray
    category: Category
    reading: Reading | None

    @classmethod
    def of(cls, data: CocoKeypoints) -> "GroundTruth":
        """Numbers are the file's own, before any rounding; `num_keypoints` counts where the file gives it."""
        images = sorted(data, key=lambda image: image.image_id)
        counts = np.array([len(image.people) for image in images], dtype=int)
        raw = [annotation for image in images for annotation in image.people.annotations]
        num_keypoints = len(data.skeleton)
        triples = np.array([a["keypoints"] for a in raw], dtype=np.float64).reshape(-1, num_keypoints, 3)
        visibility = triples[..., 2].astype(np.uint8)
        labels = [a.get("num_keypoints", labelled) for a, labelled in zip(raw, (visibility > 0).sum(1), strict=True)]
        sizes = np.array([[image.width, image.height] for image in images], dtype=float).reshape(-1, 2)
        crowd = _joined([image.people.is_crowd for image in images], bool)
        return cls(
            data.name,
            data.skeleton,
            np.array([image.image_id for image in images], dtype=int),
            np.where(sizes > 0, sizes, np.inf),
            np.repeat(np.arange(len(images)), counts),
            np.concatenate([np.arange(0), *(np.arange(count) for count in counts)]),
            np.ascontiguousarray(triples[..., :2]),
            visibility,
            _joined([image.people.areas for image in images], float),
            np.array([a["bbox"] for a in raw], dtype=np.float64).reshape(-1, 4),
            crowd,
            crowd | (np.array(labels, dtype=int) == 0),
            data.category,
            data.reading,
        )

    @property
    def labelled(self) -> np.ndarray:
        """Which keypoints [P, K] have a label."""
        return self.visibility > 0

    @property
    def sigmas(self) -> np.ndarray:
        """OKS's fall-off of each keypoint, [K]."""
        return np.array(self.skeleton.sigmas)

    def __len__(self) -> int:
        return len(self.image)

    def find(self, person: int, data: CocoKeypoints) -> tuple[AnnotatedImage, int]:
        """The image of one person, and the person's position among its people."""
        wanted = self.image_ids[self.image[person]]
        image = next(image for image in data if image.image_id == wanted)
        return image, int(self.place[person])


def _joined(parts: list[np.ndarray], dtype: type) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)
