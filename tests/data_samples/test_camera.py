"""The camera and the triangles it sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_samples.generate.camera import Camera
from data_samples.generate.raster import rasterise
from data_samples.generate.triangles import MISS, NEAR, first_hits, project

AHEAD = Camera(np.zeros(3), np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), 100.0, 40, 30)  # looks along +y


def test_a_point_ahead_falls_on_the_middle_and_others_by_hand():
    assert AHEAD.project([0.0, 2.0, 0.0]) == pytest.approx([20, 15])
    # Right 0.1 m and up 0.05 m at 2 m: 100 * 0.1 / 2 = 5 px right, 2.5 px up.
    assert AHEAD.project([0.1, 2.0, 0.05]) == pytest.approx([25, 12.5])


def test_look_at_puts_the_target_in_the_middle_upright():
    camera = Camera.look_at(np.array([3.0, -4.0, 1.5]), [0.2, 0.1, 1.0], 50.0, (640, 480))
    assert camera.project([0.2, 0.1, 1.0]) == pytest.approx([320, 240])
    assert camera.project([0.2, 0.1, 1.2])[1] < 240  # up is up
    assert camera.focal == pytest.approx(50 / 36 * 640)
    assert camera.rotation @ camera.rotation.T == pytest.approx(np.eye(3))


def test_a_camera_turned_by_a_quarter_sees_up_as_left():
    upright = Camera.look_at(np.array([0.0, -4.0, 1.0]), [0, 0, 1.0], 50.0, (640, 480))
    turned = Camera.look_at(np.array([0.0, -4.0, 1.0]), [0, 0, 1.0], 50.0, (640, 480), np.pi / 2)
    x, y = upright.project([0, 0, 1.3]) - (320, 240)
    assert turned.project([0, 0, 1.3]) - (320, 240) == pytest.approx([y, -x])


coordinate = st.floats(-2, 2)


@given(st.lists(st.tuples(coordinate, st.floats(0.5, 9), coordinate), min_size=1, max_size=5))
def test_unproject_undoes_project(points):
    camera = Camera.look_at(np.array([0.1, -1.0, 1.2]), [0.0, 3.0, 1.0], 35.0, (320, 240), 0.2)
    world = np.array(points)
    depths = camera.to_camera(world)[:, 2]
    ahead = depths > 0.1
    assert camera.unproject(camera.project(world)[ahead], depths[ahead]) == pytest.approx(world[ahead], abs=1e-6)


def test_a_wider_view_moves_image_points_by_its_margin():
    assert AHEAD.widened(10).project([0.1, 2.0, 0.05]) == pytest.approx([35, 22.5])


def square(y, left, right, low, high):
    """Two triangles at depth y."""
    a, b, c, d = [left, y, low], [right, y, low], [right, y, high], [left, y, high]
    return np.array([[a, b, c], [a, c, d]], dtype=float)


def test_the_nearer_of_two_squares_is_seen():
    triangles = np.concatenate([square(2.0, -0.1, 0.1, -0.1, 0.1), square(1.0, 0.0, 0.05, -0.2, 0.2)])
    projected = project(AHEAD, triangles)
    depths, found = rasterise(projected, 40, 30)
    # The far square covers x 15 to 25 and y 10 to 20; the near strip x 20 to 25 and all rows.
    assert np.isin(found[10:20, 15:20], [0, 1]).all()
    assert np.isin(found[:, 20:25], [2, 3]).all()
    assert depths[12, 16] == pytest.approx(2)
    assert depths[12, 22] == pytest.approx(1)
    assert found[0, 0] == MISS
    assert np.isinf(depths[0, 0])
    assert (found != MISS).sum() == 10 * 5 + 30 * 5
    hits, which = first_hits(projected, np.array([[17.5, 12.5], [22.5, 12.5], [2.0, 2.0]]))
    assert hits == pytest.approx([2, 1, np.inf])
    assert which[0] in (0, 1)
    assert which[1] in (2, 3)
    assert which[2] == MISS


def test_depth_over_a_slanted_triangle_is_exact():
    """Depth is not linear over the image; 1 / depth is. On the plane y = 2 + x, x = d * u, so d = 2 / (1 - u)."""
    triangle = np.array([[[-1.0, 1.0, -1.0], [1.0, 3.0, -1.0], [0.0, 2.0, 3.0]]])
    depths, found = rasterise(project(AHEAD, triangle), 40, 30)
    rows, columns = np.nonzero(found != MISS)
    u = (columns + 0.5 - 20) / 100
    assert len(u) > 100
    assert depths[rows, columns] == pytest.approx(2 / (1 - u))


def test_a_floor_that_passes_under_the_camera_is_cut_not_lost():
    floor = np.array([[[-50, -50, -1], [50, -50, -1], [0, 90, -1]]], dtype=float)
    projected = project(AHEAD, floor)
    assert (1 / projected.closeness >= NEAR - 1e-9).all()
    depths, found = rasterise(projected, 40, 30)
    # Below the horizon the floor is at depth focal * height / rows below the middle.
    assert (found[20] == 0).all()
    assert depths[20] == pytest.approx(100 / 5.5)
    assert (found[:15] == MISS).all()


def test_what_is_behind_the_camera_is_not_seen():
    projected = project(AHEAD, square(-2.0, -1, 1, -1, 1))
    assert len(projected.source) == 0
    assert (rasterise(projected, 40, 30)[1] == MISS).all()


@given(st.integers(0, 1000))
def test_rays_and_z_buffer_agree(seed):
    """Two ways to the same answer: at every pixel's centre the ray meets what the z-buffer kept."""
    generator = np.random.default_rng(seed)
    triangles = generator.uniform(-0.4, 0.4, (12, 3, 3)) + np.array([0, 1.5, 0])
    projected = project(AHEAD, triangles)
    depths, found = rasterise(projected, 40, 30)
    rows, columns = generator.integers(0, 30, 20), generator.integers(0, 40, 20)
    hits, which = first_hits(projected, np.stack([columns + 0.5, rows + 0.5], axis=1))
    assert hits == pytest.approx(depths[rows, columns])
    assert (which == found[rows, columns]).all()
