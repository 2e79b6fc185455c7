"""Claims: written and read as they are, sorted, and one text for the page."""

from methods.claims import Claim, read_claims, sentences_of, write_claims

FUSION = Claim(name="fusion", sentences=("It moves 31%.", "AP gains 1.4."), command="study fusion")


def test_a_round_trip(tmp_path):
    path = tmp_path / "claims.json"
    assert read_claims(path) == {}
    write_claims({"b": [FUSION], "a": []}, path)
    assert read_claims(path) == {"a": [], "b": [FUSION]}
    assert path.read_text().index('"a"') < path.read_text().index('"b"')


def test_the_text_of_a_study(monkeypatch):
    monkeypatch.setattr("methods.claims.read_claims", lambda: {"kapao-n": [FUSION]})
    assert sentences_of("kapao-n", "fusion") == "It moves 31%. AP gains 1.4."
    assert (
        sentences_of("kapao-n", "filtering") == sentences_of("kapao-s", "fusion") == sentences_of("kapao-n", "") == ""
    )
