"""Contact sheets: the whole bundle at a glance, and crops around keypoints for checking visibility by eye.

`python -m data_samples.generate.sheet contact` and `... sheet keypoints`; no bpy or anny needed.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from methods.data.coco import AnnotatedImage
from methods.data.scenes import FOLDER, read_scenes
from methods.skeletons import COCO17

CELL = 128  # pixels of a picture on the contact sheet
COLUMNS = 14
CROP = 150  # pixels of a keypoint's crop, enlarged
ZOOM_FROM = 60  # pixels of the scene that a crop shows
STATES = {2: "seen", 1: "hidden"}


def contact(path: Path) -> None:
    """All scenes as small pictures, set after set, quizzes last."""
    scenes = [*read_scenes("scenes"), *read_scenes("scenes/quizzes")]
    rows = -(-len(scenes) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * CELL, rows * CELL), "white")
    for index, scene in enumerate(scenes):
        picture = Image.fromarray(scene.read())
        picture.thumbnail((CELL - 2, CELL - 2), Image.Resampling.LANCZOS)
        x, y = index % COLUMNS * CELL, index // COLUMNS * CELL
        sheet.paste(picture, (x + (CELL - picture.width) // 2, y + (CELL - picture.height) // 2))
    sheet.save(path, quality=80, optimize=True)


def keypoints(path: Path, flag: int, count: int = 30, seed: int = 1) -> list[str]:
    """Crops around `count` random keypoints with one visibility flag; returns a line on each, in the sheet's order."""
    found = [
        (scene, person, keypoint)
        for scene in read_scenes("scenes")
        for person in range(len(scene.people))
        for keypoint in np.flatnonzero(scene.people.visibility[person] == flag)
    ]
    chosen = np.random.default_rng([seed, flag]).choice(len(found), count, replace=False)
    sheet = Image.new("RGB", (6 * 2 * CROP, -(-count // 6) * (CROP + 12)), "white")
    lines = []
    for place, index in enumerate(chosen):
        scene, person, keypoint = found[index]
        x, y = place % 6 * 2 * CROP, place // 6 * (CROP + 12)
        for offset, crop in enumerate(_crops(scene, person, int(keypoint))):
            sheet.paste(crop, (x + offset * CROP, y + 12))
        occluder = scene.people.annotations[person]["occluder"][keypoint]
        line = f"{place + 1} {COCO17.keypoints[keypoint]} {STATES[flag]} {occluder}"
        ImageDraw.Draw(sheet).text((x + 2, y), line, fill="black")
        lines.append(f"{line} in {scene.file_name}, person {person}")
    sheet.save(path, quality=90)
    return lines


def _crops(scene: AnnotatedImage, person: int, keypoint: int) -> list[Image.Image]:
    """The keypoint's surroundings, and the whole person; both with the keypoint marked by four ticks that leave it
    free."""
    x, y = scene.people.keypoints[person, keypoint]
    left, top, right, bottom = scene.people.boxes[person]
    reach = max(right - left, bottom - top) * 0.6
    picture = Image.fromarray(scene.read())
    crops = []
    for (cx, cy), half in (((x, y), ZOOM_FROM / 2), (((left + right) / 2, (top + bottom) / 2), reach)):
        crop = picture.crop((round(cx - half), round(cy - half), round(cx + half), round(cy + half))).resize(
            (CROP, CROP)
        )
        scale = CROP / (2 * half)
        px, py = (x - cx + half) * scale, (y - cy + half) * scale
        pen = ImageDraw.Draw(crop)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            pen.line((px + 5 * dx, py + 5 * dy, px + 14 * dx, py + 14 * dy), fill=(255, 0, 255), width=2)
        crops.append(crop)
    return crops


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m data_samples.generate.sheet", description=__doc__)
    parser.add_argument("kind", choices=("contact", "keypoints"))
    parser.add_argument("--output", type=Path, default=FOLDER.parent / "contact.jpg")
    given = parser.parse_args()
    if given.kind == "contact":
        contact(given.output)
    else:
        for state in STATES:
            print(*keypoints(given.output.with_stem(f"keypoints-{STATES[state]}"), state), sep="\n")
