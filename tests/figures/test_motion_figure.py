"""The figure of a keypoint's motion."""

from methods.analysis.motion import motion_of
from methods.figures.motion import keypoint_motion


def test_every_method_has_a_line_in_each_row_and_one_entry_in_the_legend():
    motions = {name: motion_of([0, 1, 2], [[0, 0], [5, 1], [10, 0]]) for name in ("kapao-n", "theirs")}
    figure = keypoint_motion(motions, "Nose")
    assert len(figure.data) == 6
    assert [trace.name for trace in figure.data if trace.showlegend] == ["kapao-n", "theirs"]
    jitter = figure.data[2]
    assert list(jitter.y) == [None, 1.0, None]
