"""Making the evaluation scenes: every scene's truth and picture, each kept in a file of its own until all are there."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data_samples.generate import lessons, sets
from data_samples.generate.bodies import Body
from data_samples.generate.coco import annotation_file, image_entry, person_entry
from data_samples.generate.photo import develop, save
from data_samples.generate.scene import Scene
from data_samples.generate.truth import measure

SEED = 1000
ATTEMPTS = 400
Build = Callable[[], Scene]


def scene_names() -> list[str]:
    """Every scene of the bundle, the sets taking turns so that a part of them is a fair sample."""
    sequences = [[f"{name}/{number:02d}" for number in range(count)] for name, count in sets.COUNTS.items()]
    sequences.append([f"lessons/{name}" for name in lessons.names()])
    longest = max(map(len, sequences))
    ranked = [(index * longest / len(names), name) for names in sequences for index, name in enumerate(names)]
    return [name for _, name in sorted(ranked)]


def build(name: str, bodies: Sequence[Body], long_side: int = sets.LONG_SIDE, seed: int = SEED) -> Scene:
    """A scene by its name; raises ValueError where its recipe never succeeds."""
    group, _, number = name.partition("/")
    if group == "lessons":
        return lessons.build(bodies, number, long_side)
    for attempt in range(ATTEMPTS):
        scene = sets.build(group, int(number), attempt, seed, bodies, long_side)
        if scene is not None:
            return scene
    raise ValueError(f"no scene {name} in {ATTEMPTS} attempts")


def make(
    names: Sequence[str], bodies: Sequence[Body], folder: Path, samples: int, threads: int, long_side: int, seed: int = SEED
) -> Iterator[str]:
    """Write picture and truth of each scene under `folder`, skipping those that are there; yields their names."""
    from data_samples.generate.render import render

    for name in names:
        picture, record = folder / f"{name}.jpg", folder / f"{name}.json"
        if picture.is_file() and record.is_file():
            continue
        scene = build(name, bodies, long_side, seed)
        truth = measure(scene)
        people = [person_entry(person, 0, 0) for person in truth.people if person is not None]
        record.parent.mkdir(parents=True, exist_ok=True)
        entry = image_entry(scene, truth, 0, f"{name}.jpg")
        record.write_text(json.dumps({"image": entry, "people": people}, separators=(",", ":")), encoding="utf-8")
        with tempfile.TemporaryDirectory() as scratch:
            clean = Path(scratch) / "clean.png"
            render(scene, str(clean), samples, threads)
            save(develop(scene, np.asarray(Image.open(clean).convert("RGB"))), picture)
        yield name


def joined(folder: Path, names: Sequence[str]) -> dict[str, Any]:
    """One COCO file of the scenes that are there, numbered in the order of their names."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for name in sorted(names):
        if not (folder / f"{name}.jpg").is_file():
            continue
        record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        images.append(record["image"] | {"id": len(images) + 1})
        for person in record["people"]:
            annotations.append(person | {"id": len(annotations) + 1, "image_id": len(images)})
    return annotation_file(images, annotations)
