"""How long prediction takes, each way of running a network against the plain one, in turn in one run."""

import copy
import statistics
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from pydantic import BaseModel, ConfigDict

from methods import weights
from methods.backbones.shared_body import SharedBody
from methods.backbones.small_body import load_small_body
from methods.catalog import check_input_size, find_variant
from methods.method import Method
from methods.types import Timing

PLAIN = "plain fp32"
WAYS = {PLAIN: "fp32", "default": "auto", "bf16": "bf16"}  # name to precision


class SpeedRow(BaseModel):
    """One way of running one variant: medians in ms per image, and how many times as fast as the plain way.

    `body` is the part of the network that all small variants share, run anew each time; `forward` is the rest of it.
    `forward_ratio` and `total_ratio` are medians over pairs of one plain and one other run of the same image.
    """

    model_config = ConfigDict(frozen=True)

    method: str
    input_size: int
    way: str
    preprocess: float
    body: float
    forward: float
    postprocess: float
    forward_ratio: float
    total_ratio: float


class PredictionSpeed(BaseModel):
    """What `benchmark_prediction` found, and on what."""

    model_config = ConfigDict(frozen=True)

    device: str
    threads: int
    torch: str
    images: int
    rounds: int
    random_weights: tuple[str, ...]  # variants without published weights; their postprocess says little
    rows: tuple[SpeedRow, ...]
    command: str | None = None

    def to_pandas(self) -> pd.DataFrame:
        """One row for each variant, size and way; columns as the fields of SpeedRow."""
        return pd.DataFrame([row.model_dump() for row in self.rows], columns=list(SpeedRow.model_fields))


def benchmark_prediction(
    names: Sequence[str],
    images: Sequence[np.ndarray],
    sizes: Sequence[int | None] = (None,),
    rounds: int = 9,
    device: str = "auto",
    command: str | None = None,
    progress: Callable[[str], None] = lambda label: None,
) -> PredictionSpeed:
    """Time `predict` on RGB uint8 images [H, W, 3], one at a time, `rounds` times, in each of WAYS by turns.

    Plain fp32 is the network as it was trained, in eager mode: batch norm not folded, contiguous. The default is what
    `create` gives. `sizes` are input sizes, None the variant's own. The ways take turns, so that all see the same
    machine. `command` is kept as it is; `progress` is called with what is timed next. Raises CatalogError.
    """
    for name in names:
        find_variant(name)
    for size in sizes:
        check_input_size(size)
    rows: list[SpeedRow] = []
    for name in names:
        for size in sizes:
            methods = {way: build(name, way, size, device) for way in WAYS}
            size_used = methods[PLAIN].input_size
            progress(f"{name} at {size_used} px")
            times = _take_turns(methods, images, rounds)
            rows += [_row(name, size_used, way, taken, times[PLAIN]) for way, taken in times.items()]
    published = weights.read_manifest()
    return PredictionSpeed(
        device=str(methods[PLAIN].device),
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        images=len(images),
        rounds=rounds,
        random_weights=tuple(name for name in names if name not in published),
        rows=tuple(rows),
        command=command,
    )


def build(name: str, way: str, input_size: int | None = None, device: str = "auto") -> Method:
    """The variant, run in one of WAYS; with random weights where none are published. Raises CatalogError."""
    variant = find_variant(name)
    family = variant.method_class()
    torch.manual_seed(0)
    network = family.Network(**variant.options).eval()
    if name in weights.read_manifest():
        weights.load_into(network, weights.resolve(name))
    method = family(name, network, input_size or family.default_input_size, device, WAYS[way])
    if variant.detector:
        method.detector = build(variant.detector, way, None, device)
    if way == PLAIN:
        method.memory_format = torch.contiguous_format
        method.network = network.to(method.device)
        if method.body:
            body = copy.deepcopy(load_small_body()).to(method.device)
            method.body = SharedBody(body.to(memory_format=torch.contiguous_format))
    return method


def _take_turns(methods: Mapping[str, Method], images: Sequence[np.ndarray], rounds: int) -> dict[str, list[Timing]]:
    for method in methods.values():
        method.predict(images)  # the first of each is slower
    times: dict[str, list[Timing]] = {way: [] for way in methods}
    for _ in range(rounds):
        for image in images:
            for way, method in methods.items():
                method.forget()
                times[way].append(method.predict([image])[0].timing)
    return times


def _row(name: str, size: int, way: str, times: list[Timing], plain: list[Timing]) -> SpeedRow:
    pairs = list(zip(plain, times, strict=True))
    return SpeedRow(
        method=name,
        input_size=size,
        way=way,
        preprocess=statistics.median(one.preprocess for one in times),
        body=statistics.median(one.body for one in times),
        forward=statistics.median(one.forward for one in times),
        postprocess=statistics.median(one.postprocess for one in times),
        forward_ratio=statistics.median(before.forward / after.forward for before, after in pairs),
        total_ratio=statistics.median(before.total / after.total for before, after in pairs),
    )
