"""Making the evaluation scenes: every scene's ground truth and picture, each kept in a file of its own until all are
there."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data_samples.generate import quizzes, sets
from data_samples.generate.bodies import Body
from data_samples.generate.coco import annotation_file, image_entry, person_entry
from data_samples.generate.ground_truth import measure
from data_samples.generate.image import develop, save
from data_samples.generate.scene import Scene

SEED = 1000
ATTEMPTS = 400


@dataclass(frozen=True)
class Quality:
    """How scenes are drawn: `samples` rays a pixel (0: ground truth only), the longer side in pixels, CPU threads."""

    samples: int = 1
    long_side: int = sets.LONG_SIDE
    threads: int = 1


def scene_names() -> list[str]:
    """Every scene of the bundle, the sets taking turns so that a part of them is a fair sample."""
    sequences = [[f"{name}/{number:02d}" for number in range(count)] for name, count in sets.COUNTS.items()]
    sequences.append([f"quizzes/{name}" for name in quizzes.names()])
    longest = max(map(len, sequences))
    ranked = [(index * longest / len(names), name) for names in sequences for index, name in enumerate(names)]
    return [name for _, name in sorted(ranked)]


def build(name: str, bodies: Sequence[Body], long_side: int = sets.LONG_SIDE, seed: int = SEED) -> Scene:
    """A scene by its name; raises ValueError where its recipe never succeeds."""
    group, _, number = name.partition("/")
    if group == "quizzes":
        return quizzes.build(bodies, number, long_side)
    for attempt in range(ATTEMPTS):
        scene = sets.build(group, int(number), attempt, seed, bodies, long_side)
        if scene is not None:
            return scene
    raise ValueError(f"no scene {name} in {ATTEMPTS} attempts")


def make(
    names: Sequence[str], bodies: Sequence[Body], folder: Path, quality: Quality, seed: int = SEED
) -> Iterator[str]:
    """Write picture and record (the ground truth) of each scene under `folder`, skipping what is there; yields their
    names."""
    for name in names:
        picture, record = folder / f"{name}.jpg", record_file(folder, name)
        wanted = quality.samples > 0 and not picture.is_file()
        if not wanted and record.is_file():
            continue
        scene = build(name, bodies, quality.long_side, seed)
        if wanted:
            draw([scene], [picture], quality)
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(record_of(scene, f"{name}.jpg"), separators=(",", ":")), encoding="utf-8")
        yield name


def draw(scenes: Sequence[Scene], pictures: Sequence[Path], quality: Quality) -> None:
    """Write the images of one place and cast: scenes that differ in their cameras only."""
    from data_samples.generate.render import render

    with tempfile.TemporaryDirectory() as scratch:
        clean = [str(Path(scratch) / f"{number}.png") for number in range(len(scenes))]
        cameras = [scene.camera for scene in scenes]
        render(scenes[0], list(zip(cameras, clean, strict=True)), quality.samples, quality.threads)
        for scene, path, picture in zip(scenes, clean, pictures, strict=True):
            save(develop(scene, np.asarray(Image.open(path).convert("RGB"))), picture)


def record_file(folder: Path, name: str) -> Path:
    """Where a scene's ground truth is kept until all records are joined."""
    return folder / "records" / f"{name}.json"


def record_of(scene: Scene, file_name: str) -> dict[str, Any]:
    """A scene's ground truth: its entry among COCO's images, and those of its people, not yet numbered."""
    ground_truth = measure(scene)
    people = [person_entry(person, 0, 0) for person in ground_truth.people if person is not None]
    return {"image": image_entry(scene, ground_truth, 0, file_name), "people": people}


def write_annotations(folder: Path) -> None:
    """folder/scenes.json of the bundle's scenes made so far, numbered in the order of their names."""
    files = (record_file(folder, name) for name in sorted(scene_names()))
    content = numbered(json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file())
    (folder / "scenes.json").write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")


def numbered(records: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One COCO file of many records."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for record in records:
        images.append(record["image"] | {"id": len(images) + 1})
        for person in record["people"]:
            annotations.append(person | {"id": len(annotations) + 1, "image_id": len(images)})
    return annotation_file(images, annotations)
