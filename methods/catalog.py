"""Every family and every variant by name, and how to build one. What a family brings is imported when asked for.

Families are found, not listed: each folder of this package that exports FAMILY, then the entry points of installed
packages in the group `pose_workbench.families`. After their variants come the models that the user imported, then
those that `register` was given.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from methods.errors import CatalogError
from methods.family import Family, Variant, load

if TYPE_CHECKING:
    from methods.method import Method

GROUP = "pose_workbench.families"
DETECTOR = "yolo11n-pose"  # whose boxes methods take that look at one person at a time
REGISTERED = Family("registered", "Registered here", 1000, Path(), ())  # of methods that `register` was given
SMALLEST_INPUT, LARGEST_INPUT = 64, 2560  # px; below, networks see nothing, above, memory runs out

_registered: dict[str, Method] = {}  # by name


@cache
def families() -> tuple[Family, ...]:
    """All families by rank, then by name. Raises CatalogError where an installed one cannot be used."""
    folders = sorted(each.name for each in pkgutil.iter_modules([str(Path(__file__).parent)]) if each.ispkg)
    own = [getattr(importlib.import_module(f"methods.{name}"), "FAMILY", None) for name in folders]
    found = [family for family in own if family]
    for point in entry_points(group=GROUP):
        found.append(_installed(point.value, point.load(), found))
    return tuple(sorted(found, key=lambda family: (family.rank, family.name)))


def _installed(place: str, family: object, before: list[Family]) -> Family:
    """The family that an entry point gives; raises CatalogError where it is none or takes a name that is taken."""
    if not isinstance(family, Family):
        raise CatalogError(f"The entry point {place} of {GROUP} gives {type(family).__name__}; let it give a Family.")
    taken = {each.name for each in before} | {variant.name for each in before for variant in each.variants}
    twice = taken & {family.name, *(variant.name for variant in family.variants)}
    if twice:
        raise CatalogError(f"The installed family {place} takes the name {min(twice)!r}, which is taken; rename it.")
    return family


def register(method: Method) -> Method:
    """Let a method that was built in this process be found by its name, so that `create` gives it; gives it back.

    A method of that name which was registered before gives way. Raises CatalogError where the catalogue has the name.
    """
    if method.name in {variant.name for variant in variants() if variant.family != REGISTERED.name}:
        raise CatalogError(f"There is a method {method.name!r} already; give yours another name.")
    _registered[method.name] = method
    return method


def _registered_variants() -> list[Variant]:
    return [
        Variant(
            name,
            REGISTERED.name,
            (type(method).__doc__ or "No description.").splitlines()[0],
            f"{type(method).__module__}:{type(method).__qualname__}",
            skeleton=method.skeleton,
        )
        for name, method in _registered.items()
    ]


def find_family(name: str) -> Family:
    """The family of that name; raises CatalogError naming the known ones."""
    if name == REGISTERED.name:
        return REGISTERED
    for family in families():
        if family.name == name:
            return family
    raise CatalogError(f"There is no family {name!r}; choose from: {', '.join(each.name for each in families())}.")


def family_of(variant: str) -> Family:
    """The family of the variant of that name; raises CatalogError as `find_variant`."""
    return find_family(find_variant(variant).family)


def variants() -> list[Variant]:
    """All variants that `create` knows, in the order in which they are shown; the user's own models are the last."""
    from methods.user_models import user_variants  # here, because it needs pydantic and --help does not

    known = [variant for family in families() for variant in family.variants]
    taken = {variant.name for variant in known}
    own = user_variants({family.name: family for family in families()})
    return [*known, *(variant for variant in own if variant.name not in taken), *_registered_variants()]


def find_variant(name: str) -> Variant:
    """The variant of that name; raises CatalogError naming the known ones.

    FAMILY:PLACE is a model of others where it lies, of a family that reads such: "transformers:FOLDER". It is read
    anew each time; raises WeightsError where it is none.
    """
    for variant in variants():
        if variant.name == name:
            return variant
    family, colon, place = name.partition(":")
    for each in families():
        if colon and each.name == family and each.source_importer:
            return _foreign_variant(name, each, place)
    known = ", ".join(variant.name for variant in variants())
    raise CatalogError(f"There is no method {name!r}; choose from: {known}.")


def _foreign_variant(name: str, family: Family, place: str) -> Variant:
    from methods.weights import sha256_of  # here, because --help does not need it

    found = load(family.source_importer)(place)
    if found is None:
        raise CatalogError(f"{place} holds no model that {family.title} reads; check the path.")
    return Variant(
        name,
        family.name,
        found.summary,
        family.imported[found.kind],
        found.options,
        found.detector,
        weights=found.content,
        sha256=sha256_of(found.content),
        skeleton=found.skeleton,
        input_size=found.input_size,
    )


def check_input_size(input_size: int | None) -> None:
    """Raise CatalogError where the longer side of a network's input, in pixels, is out of range; None is not."""
    if input_size is not None and not SMALLEST_INPUT <= input_size <= LARGEST_INPUT:
        raise CatalogError(
            f"Input size {input_size} px is out of range; give a number from {SMALLEST_INPUT} to {LARGEST_INPUT}."
        )


def create(
    name: str,
    device: str = "auto",
    weights: str | Path | None = None,
    input_size: int | None = None,
    precision: str = "auto",
    test_time_augmentation: bool = False,
    detector: str | None = None,
    filtered: bool = True,
) -> Method:
    """Build a method with its weights, once; the result can be used from then on without further loading.

    `weights` is a local safetensors file in place of the embedded one; `input_size` is the longer side of the
    network's input in pixels, None for the method's own; `precision` is auto (fp16 on CUDA, fp32 elsewhere), fp32 or
    bf16. With `test_time_augmentation` the network looks several times at each image, scaled and mirrored, where the
    method knows how. `detector` names the variant whose boxes a method looks into that takes boxes, None for its own,
    "" for none; one that filters boxes refines every one where it is not to be `filtered`. Raises CatalogError or
    WeightsError.
    """
    variant = find_variant(name)
    check_input_size(input_size)
    if name in _registered:
        if (weights, input_size, test_time_augmentation, detector, filtered) != (None, None, False, None, True):
            raise CatalogError(f"{name} is registered as it was built; leave weights, input size and the like out.")
        return _registered[name]
    from methods import weights as weights_files  # here, because it needs torch and `variants` does not

    family = variant.method_class()
    if detector and not family.takes_boxes:
        raise CatalogError(f"{name} finds people by itself and takes no boxes of {detector}; leave the detector out.")
    path = weights_files.resolve(name, weights or variant.weights, "" if weights else variant.sha256)
    network = family.load(path, variant.options)
    size = input_size or variant.input_size or family.default_input_size
    method = family(name, network, size, device, precision)
    method.skeleton = variant.skeleton
    if test_time_augmentation:
        method.augment()
    if not filtered:
        method.refine_every_box()
    if finder := variant.detector if detector is None else detector:
        method.detector = create(finder, device, precision=precision)
    return method
