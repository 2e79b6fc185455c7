"""The methods that the page offers, each built once and shared by all visitors."""

import logging
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from app.coco_keypoints import comparable, left_out
from app.limits import GPU_SECONDS, LOCAL
from app.outputs.layers import page_of
from app.server.turns import FairThread
from methods import create, variants
from methods.catalog import family_of
from methods.errors import WeightsError
from methods.family import Variant
from methods.method import Method, Raw
from methods.settings import InputSettings, Settings
from methods.visibility.judge import JUDGE, KeypointJudge
from methods.visibility.judgement import KEEPS_ALL, SHARES, WRONG
from methods.weights import read_manifest

NETWORKS = FairThread("networks")


@cache
def offered() -> dict[str, Method]:
    """Methods by name, in the catalogue's order: every variant whose weights come with the workbench or with the
    package that brings its family and, on the page of nobody but their owner, the models that the user imported.

    A user's model whose file is missing or altered, or which has hardly any keypoint of COCO's, is left out, which the
    server says. Raises WeightsError where other weights are.
    """
    for variant in variants():
        if variant.users and LOCAL and not comparable(variant.skeleton):
            shown = "its keypoints are not COCO's, on which the page draws and compares; `predict` draws them"
            logging.getLogger(__name__).warning("%s is left out: %s", variant.name, shown)
    built = {variant.name: _built(variant) for variant in variants() if is_offered(variant)}
    methods = {name: method for name, method in built.items() if method}
    place = borrow_gpu if find_spec("spaces") else run_in_one_thread
    for name, method in methods.items():
        prepare = getattr(page_of(family_of(name)), "prepare", None)
        if prepare:
            prepare(method)
        place(method)
        method.Settings = with_choices_of_input(method)  # type: ignore[misc]
    return methods


def _built(variant: Variant) -> Method | None:
    try:
        return create(variant.name)
    except WeightsError as error:
        if not variant.users:
            raise
        logging.getLogger(__name__).warning("%s is left out: %s", variant.name, error)
        return None


@cache
def keypoint_judge() -> KeypointJudge | None:
    """The judge of any method's keypoints, built once; None where its weights do not come with the workbench."""
    if JUDGE not in read_manifest():
        return None
    # Where a GPU is only lent for a moment there is none for it.
    judge = KeypointJudge.published("cpu" if find_spec("spaces") else "auto")
    run = judge.judge
    judge.judge = lambda *given: NETWORKS.submit(run, *given).result()  # type: ignore[method-assign]
    return judge


def careful_threshold() -> float:
    """The threshold with which the page leaves out wrong keypoints until a visitor chooses another: the most careful
    preset's; KEEPS_ALL without a judge."""
    judge = keypoint_judge()
    return judge.threshold(WRONG, SHARES[0]) if judge else KEEPS_ALL


def is_offered(variant: Variant) -> bool:
    """A user's model is for that user's page alone, and the page draws and compares COCO's keypoints."""
    if variant.users:
        return LOCAL and comparable(variant.skeleton)
    return variant.weights is not None or variant.name in read_manifest()


def run_in_one_thread(method: Method) -> None:
    """Let the method's networks run in the thread NETWORKS, whichever of the page's threads asks, visitors in turns.

    Each thread that runs networks keeps threads and scratch memory of its own for them, so that the page's would grow
    with every further one.
    """
    run = method.infer

    def infer(*given: Any, chosen: InputSettings | None = None, **named: Any) -> list[Raw]:
        seen = run if chosen is None else partial(type(method).infer, method.with_input(chosen))
        return NETWORKS.submit(seen, *given, **named).result()

    method.infer = infer  # type: ignore[method-assign]


def borrow_gpu(method: Method) -> None:
    """Let the method's networks run in the process to which a ZeroGPU Space lends a GPU for a moment.

    Images go there and outputs come back pickled, see methods.method.Raw; the networks are moved once, when built. On
    other Spaces the package `spaces` changes nothing.
    """
    import spaces

    run = type(method).infer

    @spaces.GPU(duration=GPU_SECONDS)
    def infer(
        images: Sequence[np.ndarray],
        batch_size: int = 8,
        boxes: Sequence[np.ndarray] | None = None,
        chosen: InputSettings | None = None,
    ) -> list[Raw]:
        return run(method if chosen is None else method.with_input(chosen), images, batch_size, boxes)

    method.infer = infer  # type: ignore[method-assign]


def with_choices_of_input(method: Method) -> type[Settings]:
    """The method's Settings and, where it has them, its choices of input: all that the page lets a visitor set.

    A model that its user imported for an input of another size has no such choice.
    """
    if method.Input is None or method.Input.demo().input_size != method.input_size:
        return method.Settings
    return type(method.Settings.__name__, (method.Input, method.Settings), {})


def methods_of(names: Collection[str], settings: Mapping[str, Settings] | None = None) -> dict[str, Method]:
    """Those of the offered methods, in their order; with `settings`, each with the input that is chosen there."""
    return {
        name: method if settings is None else _as_set(method, settings[name])
        for name, method in offered().items()
        if name in names
    }


def _as_set(method: Method, settings: Settings) -> Method:
    """The method itself unless another input is chosen than it was built for."""
    if method.Input is None or not isinstance(settings, method.Input):
        return method
    chosen = method.Input(**{name: getattr(settings, name) for name in method.Input.model_fields})
    if chosen == method.Input.demo():
        return method
    other = method.with_input(chosen)
    other.infer = partial(method.infer, chosen=chosen)  # type: ignore[method-assign, call-arg]
    return other


def summaries() -> dict[str, str]:
    """One line about each offered method."""
    return {
        variant.name: f"{variant.summary} {left_out(variant.skeleton)}".strip()
        for variant in variants()
        if variant.name in offered()
    }
