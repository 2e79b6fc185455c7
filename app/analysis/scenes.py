"""The sample scenes as a data set, with the results of the methods that are kept beside them."""

from functools import cache

from app.analysis.dataset import Dataset, Run
from app.samples import TITLES
from methods import variants
from methods.analysis.scene_results import RESULTS, Detection, read_scene_results
from methods.data.coco import CocoKeypoints
from methods.data.scenes import NAME, read_scenes

SETS = [("All graded scenes", NAME), *((title, f"{NAME}/{name}") for name, title in TITLES.items())]


@cache
def scenes_dataset(name: str = NAME) -> Dataset:
    """The kept results on the sample scenes called `name`; raises DataError where the scenes are not there."""
    data = read_scenes(name)
    return Dataset(data, True, {method: Run.of(data, scene_results(method, data)) for method in kept()})


def kept() -> list[str]:
    """The methods whose results on the scenes are kept, in the catalogue's order."""
    return [variant.name for variant in variants() if (RESULTS / f"{variant.name}.json.gz").is_file()]


@cache
def every_result() -> dict[str, list[Detection]]:
    """The kept results of all scenes by method."""
    return {name: read_scene_results(name) for name in kept()}


def scene_results(method: str, data: CocoKeypoints) -> list[Detection]:
    """A method's kept results on those scenes that are in the data set."""
    known = {image.image_id for image in data}
    return [each for each in every_result()[method] if each["image_id"] in known]
