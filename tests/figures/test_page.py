"""The report's page: every method, table and figure is there, and nothing of the data is taken for HTML."""

import pytest

from methods.analysis.report import Report, report_on
from methods.figures.page import report_page


@pytest.fixture(scope="module")
def page() -> str:
    """Of two made-up methods, one of which is called after a tag, on six images."""
    from methods.analysis.speed.ap import made_up

    data, results = made_up(images=6, people=20, detections=40)
    report = report_on(data, {"first": results, "<b>second": results[:20]}, resamples=5)
    return report_page(Report(sets=(report,), command="python -m methods compare 'a<i>.json' b.json"))


def test_it_needs_no_internet(page) -> None:
    assert "<script src=" not in page
    assert "Plotly.newPlot" in page


def test_sections_and_figures(page) -> None:
    headings = [
        "<h2>made up</h2>",
        *(f"<h3>{name}</h3>" for name in ("Curves", "Errors", "Keypoints", "Beside OKS", "Slices", "Crowds")),
    ]
    places = [page.index(heading) for heading in headings]
    assert places == sorted(places)
    # Three curves, bars at two thresholds and two repairs for each method, two of keypoints and slices, nine of
    # measures beside OKS, three of the pair.
    assert page.count('class="plotly-graph-div"') == 3 + 2 + 2 * 2 + 2 + 9 + 2 + 3


def test_names_are_text(page) -> None:
    tables = page[page.index("<h2>") :]
    assert "<th>&lt;b&gt;second</th>" in tables
    assert "<th><b>second</th>" not in tables
    assert "a&lt;i&gt;.json" in page


def test_an_undefined_number_is_a_dash(page) -> None:
    assert "nan" not in page[page.index("<h3>Crowds") : page.index("<h3>Differences")].lower()
