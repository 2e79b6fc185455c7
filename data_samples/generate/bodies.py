"""A shelf of varied human bodies at rest, made once by anny and kept as plain arrays.

anny (Apache-2.0, body data CC0) needs torch and minutes to start; everything after this file needs NumPy only.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_samples.generate.rig import Rig
from methods.skeletons import COCO17

BODIES = 64
SEED = 20
# Vertex ranges of MakeHuman's base mesh, which anny keeps: skin, then shells that MakeHuman fits garments to.
RANGES = {
    "body": (0, 13380),
    "left_eye": (14598, 14670),
    "right_eye": (14670, 14742),
    "tights": (15328, 18002),
    "skirt": (18002, 18722),
    "hair": (18722, 19150),
}
GROUPS = {"left_eye": "helper-l-eye", "right_eye": "helper-r-eye"} | {
    name: f"helper-{name}" for name in ("tights", "skirt", "hair")
}


@dataclass(frozen=True, eq=False)
class Body:
    """One body at rest, facing -y, z up, metres.

    vertices  [V, 3]            all pieces; piece P has the vertices `pieces[P]` (a slice)
    faces     P -> [F, 4]       quads, indices into `vertices`
    keypoints    [17, V] (sparse)  COCO's keypoints as weighted means of vertices: (keypoint, vertex, weight) arrays
    """

    rig: Rig
    vertices: np.ndarray
    pieces: dict[str, slice]
    faces: dict[str, np.ndarray]
    keypoints: tuple[np.ndarray, np.ndarray, np.ndarray]
    traits: dict[str, float]

    def keypoint_positions(self, vertices: np.ndarray) -> np.ndarray:
        """COCO's 17 keypoints [17, 3] of posed vertices [V, 3]."""
        keypoint, vertex, weight = self.keypoints
        positions = np.zeros((len(COCO17), 3))
        np.add.at(positions, keypoint, weight[:, None] * vertices[vertex])
        return positions


def shelf(path: Path) -> list[Body]:
    """The bodies kept at `path` (an .npz file), which is made first where it is missing."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **_make())
    with np.load(path) as stored:
        data = {name: stored[name] for name in stored.files}
    bones, parents = tuple(data["bones"].tolist()), tuple(data["parents"].tolist())
    starts = np.cumsum([0] + [stop - start for start, stop in RANGES.values()])
    pieces = {name: slice(starts[i], starts[i + 1]) for i, name in enumerate(RANGES)}
    faces = {name: data[f"faces_{name}"] for name in RANGES}
    keypoints = (data["keypoint"], data["keypoint_vertex"], data["keypoint_weight"])
    labels = data["traits"].tolist()
    return [
        Body(
            Rig(bones, parents, heads, data["indices"], data["weights"]),
            vertices.astype(float),
            pieces,
            faces,
            keypoints,
            dict(zip(labels, values.tolist(), strict=True)),
        )
        for heads, vertices, values in zip(data["heads"], data["vertices"], data["values"], strict=True)
    ]


def traits(generator: np.random.Generator) -> dict[str, float]:
    """Phenotype numbers for anny, 0 to 1 each; about one in five is a child or a youth."""
    kind = generator.random()
    age = generator.uniform(0.28, 0.4) if kind < 0.12 else generator.uniform(0.42, 0.55) if kind < 0.2 else None
    gender = float(generator.random() < 0.5)
    races = generator.dirichlet([0.35, 0.35, 0.35])
    return {
        "gender": abs(gender - generator.uniform(0, 0.12)),
        "age": generator.uniform(0.6, 0.97) if age is None else age,
        "muscle": generator.uniform(0.35, 0.8),
        "weight": float(np.clip(generator.normal(0.5, 0.17), 0.2, 0.95)),
        "height": float(np.clip(generator.normal(0.5, 0.15), 0.15, 0.85)),
        "proportions": generator.uniform(0.5, 0.95),
        "cupsize": generator.uniform(0.3, 0.7),
        "firmness": generator.uniform(0.4, 0.7),
        "african": races[0],
        "asian": races[1],
        "caucasian": races[2],
    }


def _make() -> dict[str, Any]:
    """Everything about BODIES bodies as arrays; imports anny and torch."""
    import torch
    from anny import Anny, KeypointsRegressor
    from anny.models.model_data import TopologyConfig
    from anny.paths import get_anny_root_dir
    from anny.utils.obj_utils import load_obj_file

    topology = TopologyConfig(
        "makehuman", remove_unattached_vertices=False, triangulate_faces=False, eyes=True, tongue=False
    )
    model = Anny(
        rig="makehuman",
        topology=topology,
        phenotypes="all",
        skinning_method="lbs",
        phenotype_blendshapes="original",
    )
    kept = np.concatenate([np.arange(start, stop) for start, stop in RANGES.values()])
    renumbered = np.full(len(model.template_vertices), -1)
    renumbered[kept] = np.arange(len(kept))
    _, _, groups = load_obj_file(str(get_anny_root_dir() / "data/mpfb2/3dobjs/base.obj"), dtype=torch.float64)
    faces = {name: groups[group]["face_vertex_indices"].numpy() for name, group in GROUPS.items()}
    skin = model.faces.numpy()
    faces["body"] = skin[(skin < RANGES["body"][1]).all(axis=1)]
    regressor = KeypointsRegressor.coco(model, labels=list(COCO17.keypoints)).regression_weights.numpy()
    keypoint, vertex = np.nonzero(np.abs(regressor) > 1e-6)
    generator = np.random.default_rng(SEED)
    people = [traits(generator) for _ in range(BODIES)]
    vertices, heads = [], []
    with torch.no_grad():
        for person in people:
            rest = model(phenotype_kwargs=person)
            vertices.append(rest["rest_vertices"][0].numpy()[kept].astype(np.float32))
            heads.append(rest["rest_bone_heads"][0].numpy())
    weights = regressor[keypoint, vertex]
    totals = np.bincount(keypoint, weights)
    return {
        "bones": np.array(model.bone_labels),
        "parents": np.array(model.bone_parents),
        "heads": np.array(heads),
        "vertices": np.array(vertices),
        "indices": model.vertex_bone_indices.numpy()[kept],
        "weights": model.vertex_bone_weights.numpy()[kept],
        "keypoint": keypoint,
        "keypoint_vertex": renumbered[vertex],
        "keypoint_weight": weights / totals[keypoint],
        "traits": np.array(list(people[0])),
        "values": np.array([list(person.values()) for person in people]),
        **{f"faces_{name}": renumbered[quads] for name, quads in faces.items()},
    }
