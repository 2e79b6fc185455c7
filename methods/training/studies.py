"""The studies that go with published weights: what each family's paper claims of itself, measured on them."""

from methods.analysis.study import Study
from methods.catalog import families
from methods.data.coco import CocoKeypoints
from methods.family import load
from methods.method import Method


def measure_studies(method: Method, data: CocoKeypoints, where: str) -> dict[str, Study]:
    """Each study of the method's family on `data`, whose command line options are `where`; none of other methods."""
    names = {variant.name: family for family in families() for variant in family.variants}
    studies = names[method.name].studies if method.name in names else {}
    return {
        name: load(place)(method, data, command=f"python -m methods study {name} {method.name} {where}")
        for name, place in studies.items()
    }
