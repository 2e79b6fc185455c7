"""Many smaller scenes to train on, in tar shards with one annotation file beside them."""

import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

from data_samples.generate import bundle
from data_samples.generate.bodies import Body

SEED = 90_000
SHARD = 100
# Of every hundred scenes, spread evenly over a shard.
SHARES = {
    "single": 16, "pairs": 16, "crowd-low": 12, "crowd-middle": 16, "crowd-high": 8, "behind-objects": 14,
    "cut-off": 10, "driver": 5, "tiny": 3,
}  # fmt: skip


def training_names(count: int) -> list[str]:
    """Names of the first `count` training scenes: every hundred has the SHARES of each set."""
    hundred = sorted((index / share, group) for group, share in SHARES.items() for index in range(share))
    names, made = [], dict.fromkeys(SHARES, 0)
    for number in range(count):
        group = hundred[number % SHARD][1]
        names.append(f"{group}/{made[group]:05d}")
        made[group] += 1
    return names


def make_shards(count: int, bodies: Sequence[Body], folder: Path, quality: bundle.Quality) -> None:
    """Write `count` scenes as folder/scenes-0000.tar, ... and folder/annotations.json; goes on where it stopped."""
    names = training_names(count)
    loose = folder / "loose"
    for start in range(0, count, SHARD):
        chosen = names[start : start + SHARD]
        shard = folder / f"scenes-{start // SHARD:04d}.tar"
        if not shard.is_file():
            for name in bundle.make(chosen, bodies, loose, quality, SEED):
                print(name, flush=True)
            _pack(shard, loose, chosen)
            print(f"{shard.name}: {len(chosen)} scenes", flush=True)
    content = bundle.joined(loose, names)
    (folder / "annotations.json").write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")


def _pack(shard: Path, loose: Path, names: Sequence[str]) -> None:
    """Move pictures into a tar file, which appears only when it is whole; their records stay."""
    draft = shard.with_suffix(".part")
    with tarfile.open(draft, "w") as tar:
        for name in names:
            tar.add(loose / f"{name}.jpg", f"{name}.jpg")
    draft.replace(shard)
    for name in names:
        (loose / f"{name}.jpg").unlink()
