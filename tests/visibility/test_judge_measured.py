"""For which methods the judge is measured to be no better than a plain threshold."""

from methods.visibility.judge import JUDGE
from methods.visibility.studies.measured import measured_of_judge, plain_as_good
from methods.weights import WEIGHTS_DIR


def test_a_threshold_does_as_well_where_the_interval_is_not_above_nothing():
    gains = {"better": [0.1, 0.05, 0.2], "as good": [0.01, -0.02, 0.03], "worse": [-0.1, -0.2, -0.05]}
    metrics = {"one/file.json": {"gain": gains}, "two": {"gain": {"better": [0.1, 0.05, 0.2]}}}
    as_good = {"as good": "+0.010 (-0.020 to +0.030)", "worse": "-0.100 (-0.200 to -0.050)"}
    assert plain_as_good(metrics) == {"one/file.json": as_good}


def test_the_published_gains_are_those_of_the_card():
    card = (WEIGHTS_DIR / f"{JUDGE}.md").read_text()
    named = plain_as_good(measured_of_judge())
    assert named
    for data, methods in named.items():
        assert f"images of {data}," in card
        for name, gain in methods.items():
            assert any(line.startswith(f"| {name} |") and f"| {gain} |" in line for line in card.splitlines())
