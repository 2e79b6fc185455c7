"""Which image of a data set a name means, as files with results write names: with an ending or without."""

from pathlib import PurePosixPath

from methods.data.coco import AnnotatedImage, CocoKeypoints
from methods.data.image_files import likeliest, normal_path
from methods.errors import DataError

Parts = tuple[str, ...]


class ImageNames:
    """The images of a data set by name and by id."""

    def __init__(self, data: CocoKeypoints) -> None:
        self.data = data
        self.by_id: dict[int, AnnotatedImage] = {}
        self._by_name: dict[str, list[tuple[Parts, AnnotatedImage]]] = {}
        self._by_stem: dict[str, list[tuple[Parts, AnnotatedImage]]] = {}
        for image in data:
            self.by_id[image.image_id] = image
            parts = normal_path(image.file_name)
            self._by_name.setdefault(parts[-1], []).append((parts, image))
            stem = _stem(parts[-1])
            self._by_stem.setdefault(stem, []).append(((*parts[:-1], stem), image))

    def require_own_names(self) -> None:
        """Raise DataError where two images' names differ in folders or endings alone, for formats that drop these."""
        for alike in self._by_stem.values():
            if len(alike) > 1:
                names = " and ".join(image.file_name for _, image in alike[:2])
                raise DataError(
                    f"{self.data.name} has the images {names}, which this format cannot tell apart; rename one of them."
                )

    @property
    def classes_are_ids(self) -> bool:
        """Whether numbers of classes that count from 0 can be told: one category, or ids that count from 0 too."""
        category = self.data.category
        return category.is_only or 0 in {category.id, *category.others}

    def find(self, name: str) -> AnnotatedImage | None:
        """The only image of that name, in any spelling, or else of that name without an ending; folders in front of
        either name may be missing. None where there is none or several could be meant."""
        wanted = normal_path(name)
        for known in (self._by_name, self._by_stem):
            found = likeliest(wanted, known.get(wanted[-1], []))
            if found:
                return found[0] if len(found) == 1 else None
        return None


def _stem(name: str) -> str:
    return PurePosixPath(name).stem
