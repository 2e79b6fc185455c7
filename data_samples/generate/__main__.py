"""`python -m data_samples.generate`: makes the sample scenes again, or a set to train on."""

import argparse
import time
from pathlib import Path

from data_samples.generate import bundle, second_opinion
from data_samples.generate.bodies import shelf

BODIES = Path.home() / ".cache" / "pose-workbench" / "bodies.npz"
SCENES = Path(__file__).resolve().parents[1] / "scenes"
DEPTHS = Path(__file__).resolve().parents[1] / "depths"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m data_samples.generate", description=__doc__)
    parser.add_argument("--output", type=Path, default=None, help="folder; default: the bundle's, data_samples/scenes")
    parser.add_argument("--only", default="", help="scenes whose name starts like this")
    parser.add_argument("--training", type=int, default=0, metavar="N", help="N training scenes in tar shards instead")
    parser.add_argument("--depths", action="store_true", help="Cycles' depth of a few scenes, which the tests compare")
    parser.add_argument("--size", type=int, default=640, help="longer side in pixels")
    parser.add_argument(
        "--samples", type=int, default=1, help="rays per pixel; 0 makes the ground truth without pictures"
    )
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    quality = bundle.Quality(given.samples, given.size, given.threads)
    bodies = shelf(BODIES)
    if given.training:
        from data_samples.generate.training import make_shards

        if given.output is None:
            parser.error("--training needs --output FOLDER")
        make_shards(given.training, bodies, given.output, quality)
        return
    if given.depths:
        for name, share in second_opinion.compare(bodies, given.output or DEPTHS, given.threads):
            print(f"{name}: the same depth in {share:.2%} of the pixels", flush=True)
        return
    folder = given.output or SCENES
    names = [name for name in bundle.scene_names() if name.startswith(given.only)]
    for done, name in enumerate(bundle.make(names, bodies, folder, quality), start=1):
        bundle.write_annotations(folder)
        print(f"{done}: {name}, {time.process_time():.0f} s of CPU time so far", flush=True)


if __name__ == "__main__":
    main()
