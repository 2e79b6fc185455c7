"""`python -m data_samples.generate`: makes the sample scenes again, or a set to train on."""

import argparse
import json
from pathlib import Path

from data_samples.generate import bundle
from data_samples.generate.bodies import shelf

BODIES = Path.home() / ".cache" / "pose-workbench" / "bodies.npz"
SCENES = Path(__file__).resolve().parents[1] / "scenes"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m data_samples.generate", description=__doc__)
    parser.add_argument("--output", type=Path, default=None, help="folder; default: the bundle's, data_samples/scenes")
    parser.add_argument("--only", default="", help="scenes whose name starts like this")
    parser.add_argument("--training", type=int, default=0, metavar="N", help="N training scenes in tar shards instead")
    parser.add_argument("--size", type=int, default=640, help="longer side in pixels")
    parser.add_argument("--samples", type=int, default=8, help="rays per pixel")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    bodies = shelf(BODIES)
    if given.training:
        from data_samples.generate.training import make_shards

        if given.output is None:
            parser.error("--training needs --output FOLDER")
        make_shards(given.training, bodies, given.output, given.samples, given.threads, given.size)
        return
    folder = given.output or SCENES
    names = [name for name in bundle.scene_names() if name.startswith(given.only)]
    for done, name in enumerate(bundle.make(names, bodies, folder, given.samples, given.threads, given.size), start=1):
        print(f"{done}: {name}", flush=True)
    content = bundle.joined(folder, bundle.scene_names())
    (folder / "scenes.json").write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
