"""Rotation matrices, right-handed, angles in radians."""

import numpy as np


def about(axis: np.ndarray | list[float], angle: float) -> np.ndarray:
    """Rotation by `angle` about `axis` [3] (Rodrigues' formula)."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def turn(angle: float) -> np.ndarray:
    """Rotation about the vertical: a person who faces the camera (-y) turns to its own left for a positive angle."""
    return about([0, 0, 1], angle)


def vector(rotation: np.ndarray) -> np.ndarray:
    """Axis times angle [3] of a rotation by less than half a turn."""
    angle = np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))
    if angle < 1e-9:
        return np.zeros(3)
    skew = rotation - rotation.T
    return angle / (2 * np.sin(angle)) * np.array([skew[2, 1], skew[0, 2], skew[1, 0]])


def part(rotation: np.ndarray, share: float) -> np.ndarray:
    """`share` of a rotation, about the same axis."""
    axis = vector(rotation)
    angle = float(np.linalg.norm(axis))
    return np.eye(3) if angle < 1e-9 else about(axis, share * angle)


def between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The smallest rotation that takes direction `start` [3] to `end` [3]."""
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis = np.cross(start, end)
    if np.linalg.norm(axis) < 1e-9:
        return np.eye(3) if start @ end > 0 else about(np.cross(start, np.eye(3)[np.abs(start).argmin()]), np.pi)
    return about(axis, np.arctan2(np.linalg.norm(axis), start @ end))


def frame(direction: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Orthonormal columns: `direction` [3], the part of `axis` [3] at right angles to it, and their cross product."""
    first = direction / np.linalg.norm(direction)
    second = axis - first * (first @ axis)
    second /= np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], axis=1)
