"""Cycles' depth of some scenes beside the ground truth's z-buffer, kept small for the tests."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from data_samples.generate.bodies import Body
from data_samples.generate.bundle import build
from data_samples.generate.ground_truth import measure

SCENES = ("single/00", "pairs/00", "crowd-middle/00", "crowd-high/00", "behind-objects/00", "cut-off/00", "driver/00")
STEP = 2  # every second pixel of every second row is kept
TOLERANCE = 0.002  # metres


def compare(bodies: Sequence[Body], folder: Path, threads: int) -> Iterator[tuple[str, float]]:
    """Write folder/<set>-<number>.npz with the depth as float16 [H / 2, W / 2], 0 where there is nothing.

    Yields each new scene's name and the share of pixels in which Cycles and the z-buffer agree; skips what is there.
    """
    from data_samples.generate.render import cycles_depth

    folder.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        file = folder / f"{name.replace('/', '-')}.npz"
        if file.is_file():
            continue
        scene = build(name, bodies)
        theirs, ours = cycles_depth(scene, threads), measure(scene).depths
        ours = np.where(np.isfinite(ours), ours, 0)
        np.savez_compressed(file, depth=theirs[::STEP, ::STEP].astype(np.float16))
        yield name, float((np.abs(theirs - ours) <= TOLERANCE * np.maximum(1, ours)).mean())
