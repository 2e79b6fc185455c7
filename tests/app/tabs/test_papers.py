"""Published tables and what our weights reach."""

import pytest

from app.components.tables import table
from app.tabs.papers import card, published
from methods import weights
from methods.papers import papers


def rows(family, number):
    (found,) = (each for each in papers()[family].tables if each.number == number)
    return {tuple(row[:2]): dict(zip(found.columns, row, strict=True)) for row in found.rows}


# Each family's own line, as a reader finds it in the paper.
@pytest.mark.parametrize(
    ("family", "number", "key", "column", "value"),
    [
        ("kapao", "1", ("KAPAO-L", "Y"), "AP", 71.6),
        ("kapao", "3", ("KAPAO-L", 215), "APH", 59.5),
        ("hybridpose", "1", ("HybridPose-L", 1280), "AP", 70.7),
        ("hybridpose", "3", ("HybridPose-L", 70.3), "AP50", 90.3),
        ("posedet", "1", ("PoseDet (Ours)", "DLA-34"), "FPS", 42),
        ("posedet", "4", ("✓", 65.9), "AP75", 76.1),
        ("posedet", "5", ("Keypoints", "OKS"), "APH", 56.9),
        ("detposenet", "II", ("DetPoseNet", 77.3), "AP75", 83.8),
        ("detposenet", "III", ("DetPoseNet", "test"), "Pose mAP", 0.378),
        ("visibility", "1", ("S3", 0.77), "total", 0.76),
        ("visibility", "3", ("AR", "SBl + visibility + non-0"), "Mean", 0.59),
    ],
)
def test_numbers_are_those_of_the_paper(family, number, key, column, value):
    assert rows(family, number)[key][column] == value


def test_every_paper_has_a_claim_that_names_its_table():
    for paper in papers().values():
        assert "Table " in paper.claim
        assert len(paper.tables) >= 3


def test_tables_are_escaped_and_say_that_they_are_published():
    shown = table("<b>", ["<i>", "AP"], [["<script>", None], ["KAPAO-S", 1]], ours=["KAPAO"])
    assert "<script>" not in shown
    assert "<i>" not in shown
    assert "<td>&ndash;</td>" in shown
    assert shown.count("class=ours") == 1
    kapao = published("kapao", papers()["kapao"])
    assert "Table 1, as published" in kapao
    assert kapao.count("class=ours") == 18  # KAPAO's own lines


@pytest.mark.parametrize("name", weights.published())
def test_every_offered_method_has_a_card_without_front_matter(name):
    assert f"<summary>Model card of {name}</summary><h1>{name}</h1>" in card(name)
    assert "<table>" in card(name)
    assert "pipeline_tag" not in card(name)
