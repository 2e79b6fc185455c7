"""Surfaces, where people may stand, and what makes a rendering an image."""

import numpy as np
import pytest
from PIL import Image

from data_samples.generate.image import develop, save
from data_samples.generate.mesh import Thing, box, grid, normals, subdivided, triangulated, trimmed
from data_samples.generate.placing import apart, enters, framed
from data_samples.generate.scene import Light, Scene


def area(vertices, quads):
    corners = vertices[triangulated(quads)]
    return np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2


def test_a_box_has_the_surface_and_place_asked_for():
    vertices, quads = box((1, 2, 3), (2, 4, 6))
    assert area(vertices, quads) == pytest.approx(2 * (2 * 4 + 4 * 6 + 2 * 6))
    assert vertices.min(axis=0) == pytest.approx([0, 0, 0])
    assert vertices.max(axis=0) == pytest.approx([2, 4, 6])
    turned, _ = box((1, 2, 3), (2, 4, 6), np.pi / 2)
    assert np.ptp(turned, axis=0) == pytest.approx([4, 2, 6])


def test_subdivision_keeps_a_flat_square_flat_and_its_border_straight():
    vertices, quads = grid((0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 2))
    fine, (points,) = subdivided(quads, [vertices])
    assert len(fine) == 4 * len(quads)
    assert len(np.unique(fine)) == len(points) == 25
    assert points[:, 2] == pytest.approx(np.zeros(25))
    # Smoothed along itself, the corner moves an eighth of the way to each neighbour at a half.
    assert area(points, fine) == pytest.approx(1, abs=0.1)
    assert points[0] == pytest.approx([1 / 16, 1 / 16, 0])


def test_subdivision_of_a_closed_cube_shrinks_it_towards_a_ball():
    vertices, quads = box((0, 0, 0), (2, 2, 2))
    _, first, index = np.unique(vertices.round(6), axis=0, return_index=True, return_inverse=True)
    closed, shared = vertices[first], index.reshape(-1)[quads]
    _, (points,) = subdivided(shared, [closed])
    # Catmull & Clark: a corner of valence 3 moves to (F + 2R + 0) / 3 = ((1+2)/3)^2 / ... = 5/9 of the way out.
    assert np.abs(points[:8]) == pytest.approx(np.full((8, 3), 5 / 9))


def test_trimming_pulls_a_border_to_where_the_depth_is_zero():
    """One row of squares along x; the depth is 1.25 - x, so the last vertices move from x = 2 to x = 1.25."""
    vertices, quads = grid((0, 0, 0), (2, 0, 0), (0, 1, 0), (2, 1))
    (moved,) = trimmed(quads, 1.25 - vertices[:, 0], [vertices])
    assert sorted(moved[:, 0].tolist()) == pytest.approx([0, 0, 1, 1, 1.25, 1.25])


def test_normals_point_out_of_a_box():
    vertices, quads = box((0, 0, 0), (2, 2, 2))
    out = normals(vertices, quads)
    assert np.linalg.norm(out, axis=1) == pytest.approx(np.ones(24))
    inside = np.abs((out * vertices).sum(axis=1))
    assert inside == pytest.approx(np.ones(24))


def test_clouds_closer_than_the_clearance_are_not_apart():
    cloud = np.random.default_rng(0).uniform(0, 1, (500, 3))
    assert not apart(cloud, cloud + 0.001)
    assert apart(cloud, cloud + np.array([1.2, 0, 0]))
    single = np.array([[0.0, 0.0, 0.0]])
    assert not apart(single, single + 0.012, 0.035)
    assert apart(single, single + 0.08, 0.035)


def test_points_inside_a_turned_box_are_found():
    thing = Thing("box", (), ((np.array([0.0, 0, 1]), np.array([1.0, 0.1, 1]), np.pi / 2),))
    assert enters(np.array([[0.0, 0.8, 1.0]]), [thing])
    assert not enters(np.array([[0.8, 0.0, 1.0]]), [thing])
    assert not enters(np.array([[0.0, 1.005, 1.0]]), [thing])


def test_a_framed_view_fills_the_image_as_asked():
    points = np.array([[x, y, z] for x in (-0.3, 0.3) for y in (-0.2, 0.2) for z in (0.0, 1.8)])
    camera = framed(points, (640, 480), 0.8, 50.0, 1.4, 0.2)
    pixels = camera.project(points)
    assert np.ptp(pixels[:, 1]) / 480 == pytest.approx(0.8, abs=0.02)
    assert camera.contains(pixels).all()
    assert camera.position[2] == pytest.approx(1.4)


def scene(blur=(0.0, 0.0), noise=0.0):
    return Scene("a", "single", 3, None, (), (), Light(), blur=blur, noise=noise)


def test_a_steady_clean_picture_stays_as_it_is():
    clean = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    assert (develop(scene(), clean) == clean).all()


def test_shake_keeps_the_light_and_its_centre():
    clean = np.zeros((21, 21, 3), np.uint8)
    clean[10, 10] = 240
    shaken = develop(scene(blur=(4.0, 0.0)), clean).astype(float)
    assert shaken.sum() == pytest.approx(3 * 240, rel=0.05)
    columns = np.arange(21)
    assert (shaken[10, :, 0] * columns).sum() / shaken[10, :, 0].sum() == pytest.approx(10, abs=0.05)
    assert (shaken[9] == 0).all()


def test_grain_is_repeatable(tmp_path):
    clean = np.full((40, 40, 3), 90, np.uint8)
    first, second = (develop(scene(noise=0.02), clean) for _ in range(2))
    assert (first == second).all()
    assert 1.5 < first.astype(float).std() < 10
    save(first, tmp_path / "set" / "00.jpg")
    assert Image.open(tmp_path / "set" / "00.jpg").size == (40, 40)
    assert [path.name for path in (tmp_path / "set").iterdir()] == ["00.jpg"]
