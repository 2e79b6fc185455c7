"""CITATION.cff names the papers of all methods as their families do, and the project's own version."""

from pathlib import Path

import yaml

from methods import __version__
from methods.papers import papers

CITATION = yaml.safe_load((Path(__file__).resolve().parents[1] / "CITATION.cff").read_text(encoding="utf-8"))


def test_it_cites_the_five_papers_and_their_authors():
    cited = {
        each["title"]: ", ".join(f"{author['given-names']} {author['family-names']}" for author in each["authors"])
        for each in CITATION["references"]
    }
    assert len(cited) == 5
    assert cited == {paper.title: paper.authors for paper in papers().values()}


def test_it_has_the_projects_version():
    assert CITATION["version"] == __version__
