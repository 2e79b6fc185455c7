"""The methods that the page offers, each built once and shared by all visitors."""

import logging
from collections.abc import Collection, Sequence
from functools import cache
from importlib.util import find_spec

import numpy as np

from app.coco_keypoints import comparable, left_out
from app.limits import GPU_SECONDS, LOCAL
from app.server.turns import FairThread
from methods import create, variants
from methods.errors import WeightsError
from methods.family import Variant
from methods.method import Method, Raw
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
    for method in methods.values():
        place(method)
    return methods


def _built(variant: Variant) -> Method | None:
    try:
        return create(variant.name)
    except WeightsError as error:
        if not variant.users:
            raise
        logging.getLogger(__name__).warning("%s is left out: %s", variant.name, error)
        return None


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
    method.infer = lambda *given, **named: NETWORKS.submit(run, *given, **named).result()  # type: ignore[method-assign]


def borrow_gpu(method: Method) -> None:
    """Let the method's networks run in the process to which a ZeroGPU Space lends a GPU for a moment.

    Images go there and outputs come back pickled, see methods.method.Raw; the networks are moved once, when built. On
    other Spaces the package `spaces` changes nothing.
    """
    import spaces

    run = type(method).infer

    @spaces.GPU(duration=GPU_SECONDS)
    def infer(
        images: Sequence[np.ndarray], batch_size: int = 8, boxes: Sequence[np.ndarray] | None = None
    ) -> list[Raw]:
        return run(method, images, batch_size, boxes)

    method.infer = infer  # type: ignore[method-assign]


def methods_of(names: Collection[str]) -> dict[str, Method]:
    """Those of the offered methods, in their order."""
    return {name: method for name, method in offered().items() if name in names}


def summaries() -> dict[str, str]:
    """One line about each offered method."""
    return {
        variant.name: f"{variant.summary} {left_out(variant.skeleton)}".strip()
        for variant in variants()
        if variant.name in offered()
    }
