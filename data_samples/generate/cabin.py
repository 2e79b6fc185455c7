"""The inside of a car, built around its driver."""

import numpy as np

from data_samples.generate import things
from data_samples.generate.casting import Stage
from data_samples.generate.mesh import Material, Thing


def cabin(stage: Stage, keypoints: np.ndarray) -> list[Thing]:
    """Seats, dashboard, steering wheel, doors and roof around a driver who faces -y."""
    g = stage.generator
    cloth, plastic = things.paint(g, 0.03, 0.25), Material("smooth", (0.03, 0.03, 0.032), rough=0.6)
    lacquer = things.paint(g, 0.1, 0.6)
    hip, wrists = keypoints[11:13].mean(axis=0), keypoints[9:11].mean(axis=0)
    neck = keypoints[5:7].mean(axis=0)
    angles = np.linspace(0, 2 * np.pi, 25)
    centre = wrists + np.array([0.0, -0.06, 0.0])
    grip = float(np.clip(abs(keypoints[9, 0] - keypoints[10, 0]) / 2 + 0.02, 0.14, 0.21))
    ring = grip * np.stack([np.cos(angles), 0.35 * np.sin(angles), 0.9 * np.sin(angles)], axis=1)
    wheel = things.tube(centre + ring, np.full(25, 0.014), plastic)
    column = things.tube(np.stack([centre, centre + np.array([0, -0.3, -0.12])]), np.array([0.05, 0.05]), plastic)
    parts: list[things.Part] = []
    for x in (0.0, 0.78):
        behind = float(max(hip[1] + 0.3, neck[1] + 0.28))
        parts += [
            ((x, behind, hip[2] + 0.25), (0.5, 0.1, 0.75), cloth),
            ((x, behind, neck[2] + 0.22), (0.26, 0.1, 0.2), cloth),
        ]
    front = float(centre[1] - 0.42)
    parts += [
        ((0.39, front, centre[2] - 0.12), (1.6, 0.4, 0.2), plastic),
        ((0.39, hip[1] + 1.35, hip[2] + 0.2), (1.4, 0.15, 0.8), cloth),
        ((-0.48, hip[1], hip[2] + 0.02), (0.08, 2.2, 0.5), lacquer),
        ((1.28, hip[1], hip[2] + 0.02), (0.08, 2.2, 0.5), lacquer),
        ((0.39, hip[1] + 0.4, neck[2] + 0.62), (1.7, 1.5, 0.05), cloth),
        ((-0.46, hip[1] + 0.55, neck[2] + 0.15), (0.07, 0.1, 0.95), plastic),
        ((1.25, hip[1] + 0.55, neck[2] + 0.15), (0.07, 0.1, 0.95), plastic),
    ]
    cabin = things.boxes("cabin", parts, solid=False)
    return [cabin, Thing("wheel", (wheel, column))]
