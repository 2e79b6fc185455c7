"""Many smaller scenes to train on, in tar shards with one annotation file beside them."""

import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from data_samples.generate import bundle
from data_samples.generate.bodies import Body
from data_samples.generate.scene import Scene
from data_samples.generate.views import views

SEED = 90_000
VIEWS = 4  # pictures of each place and cast, at most
SHARD = 25  # places in a shard: about a hundred pictures
# Of every hundred places, spread evenly.
SHARES = {"single": 14, "pairs": 18, "crowd": 34, "behind-objects": 16, "cut-off": 10, "driver": 5, "tiny": 3}


def training_names(count: int) -> list[str]:
    """Names of the first `count` places: every hundred has the SHARES of each set."""
    hundred = sorted(((index + 0.5) / share, group) for group, share in SHARES.items() for index in range(share))
    names, made = [], dict.fromkeys(SHARES, 0)
    for number in range(count):
        group = hundred[number % len(hundred)][1]
        names.append(f"{group}/{made[group]:05d}")
        made[group] += 1
    return names


def make_shards(count: int, bodies: Sequence[Body], folder: Path, quality: bundle.Quality) -> None:
    """Write `count` pictures, or up to three more, as folder/scenes-0000.tar, ... and folder/annotations_train.json.

    Goes on where it stopped. The annotations are written anew after each shard, so that they always fit the shards.
    """
    loose = folder / "loose"
    places, pictures, shards = 0, 0, 0
    while pictures < count:
        names = training_names(places + min(SHARD, -(-(count - pictures) // VIEWS)))
        chosen = names[places:]
        shard = folder / f"scenes-{shards:04d}.tar"
        if not shard.is_file():
            for name in chosen:
                _make(name, bodies, loose, quality)
            _pack(shard, loose, [record["image"]["file_name"] for record in _records(loose, chosen)])
            done = bundle.numbered(_records(loose, names))
            (folder / "annotations_train.json").write_text(json.dumps(done, separators=(",", ":")), encoding="utf-8")
            print(f"{shard.name}: {len(done['images'])} pictures so far", flush=True)
        places, pictures, shards = len(names), pictures + len(list(_records(loose, chosen))), shards + 1


def _make(name: str, bodies: Sequence[Body], loose: Path, quality: bundle.Quality) -> None:
    """All views of one place, and a file with their records; a view that shows nobody's keypoint is left out."""
    file = bundle.record_file(loose, name)
    if file.is_file():
        return
    scenes: list[Scene] = []
    records: list[dict[str, Any]] = []
    for number, view in enumerate(views(bundle.build(name, bodies, quality.long_side, SEED), VIEWS)):
        scene = replace(view, name=f"{name}-{number}")
        record = bundle.record_of(scene, f"{scene.name}.jpg")
        if any(2 in person["keypoints"][2::3] for person in record["people"]):
            scenes.append(scene)
            records.append(record)
    if quality.samples:
        bundle.draw(scenes, [loose / record["image"]["file_name"] for record in records], quality)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(records, separators=(",", ":")), encoding="utf-8")


def _records(loose: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        yield from json.loads(bundle.record_file(loose, name).read_text(encoding="utf-8"))


def _pack(shard: Path, loose: Path, files: Sequence[str]) -> None:
    """Move pictures into a tar file, which appears only when it is whole; their records stay."""
    draft = shard.with_suffix(".part")
    with tarfile.open(draft, "w") as tar:
        for file in files:
            tar.add(loose / file, file)
    draft.replace(shard)
    for file in files:
        (loose / file).unlink()
