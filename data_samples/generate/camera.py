"""A pinhole camera: where a point of the world falls in the image."""

from dataclasses import dataclass, replace

import numpy as np

SENSOR_WIDTH = 36.0  # millimetres; focal lengths are those of a 35 mm camera


@dataclass(frozen=True, eq=False)
class Camera:
    """An upright or tilted camera without lens distortion.

    position  [3]     metres, world axes: x right, y away, z up
    rotation  [3, 3]  rows are the image's right, down and forward directions in world axes
    focal             focal length in pixels
    width, height     image size in pixels; the image's corner is (0, 0), its first pixel's centre (0.5, 0.5)
    """

    position: np.ndarray
    rotation: np.ndarray
    focal: float
    width: int
    height: int

    @classmethod
    def look_at(
        cls,
        position: np.ndarray,
        target: np.ndarray,
        lens: float,
        size: tuple[int, int],
        roll: float = 0.0,
    ) -> "Camera":
        """A camera at `position` that looks at `target`; `lens` in millimetres, `roll` in radians clockwise."""
        forward = np.asarray(target, float) - position
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        cosine, sine = np.cos(roll), np.sin(roll)
        rotation = np.stack([cosine * right + sine * down, cosine * down - sine * right, forward])
        width, height = size
        return cls(np.asarray(position, float), rotation, lens / SENSOR_WIDTH * max(size), width, height)

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """World points [..., 3] in the camera's axes: right, down, forward (the depth), metres."""
        return (np.asarray(points, float) - self.position) @ self.rotation.T

    def project(self, points: np.ndarray) -> np.ndarray:
        """World points [..., 3] in image pixels [..., 2]; infinite or mirrored where the depth is not positive."""
        seen = self.to_camera(points)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.image(seen)

    def image(self, seen: np.ndarray) -> np.ndarray:
        """Points in the camera's axes [..., 3] in image pixels [..., 2]."""
        return self.focal * seen[..., :2] / seen[..., 2:] + (self.width / 2, self.height / 2)

    def unproject(self, pixels: np.ndarray, depths: np.ndarray) -> np.ndarray:
        """World points [..., 3] at image points [..., 2] and depths [...]; the inverse of `project`."""
        offset = (pixels - (self.width / 2, self.height / 2)) / self.focal
        ahead = np.concatenate([offset, np.ones((*offset.shape[:-1], 1))], axis=-1)
        return (ahead * np.asarray(depths)[..., None]) @ self.rotation + self.position

    def widened(self, margin: int) -> "Camera":
        """The same view with `margin` more pixels on every side; image points move by `margin`."""
        return replace(self, width=self.width + 2 * margin, height=self.height + 2 * margin)

    def contains(self, pixels: np.ndarray) -> np.ndarray:
        """Which image points [..., 2] lie inside the image, bool [...]."""
        return np.all((pixels >= 0) & (pixels < (self.width, self.height)), axis=-1)
