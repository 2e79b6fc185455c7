"""Publishing a judging head, and the card of the one that is published."""

import numpy as np

from methods.visibility.judge import JUDGE
from methods.visibility.studies.judged import Judged
from methods.visibility.studies.judging import JudgeEffects, effect
from methods.visibility.studies.measured import measured_of_judge
from methods.visibility.training.publishing import LICENCE, PROVENANCE, USE, publish_head
from methods.weights import WEIGHTS_DIR, read_manifest


def test_the_published_card_says_what_is_said_of_every_head():
    card, entry = (WEIGHTS_DIR / f"{JUDGE}.md").read_text(), read_manifest()[JUDGE]
    for said in (PROVENANCE, USE, f"{LICENCE}, SHA-256 `{entry.sha256}`"):
        assert said in card


def test_a_head_gets_a_card_and_the_gains_that_were_measured(tmp_path):
    # Of four keypoints in one image two are right; the combined score puts them first, the own score last.
    keypoints = Judged(
        image=np.zeros(4, int),
        right=np.array([1.0, 1, 0, 0]),
        own=np.array([0.1, 0.2, 0.8, 0.9]),
        combined=np.array([0.9, 0.8, 0.2, 0.1]),
        kept=np.ones(4, bool),
        flags=np.array([2, 2, 0, 1]),
        chances=np.array([[0.0, 0, 1], [0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        outside=np.array([0.0, 0, 0.9, 0]),
    )
    measured = effect("fake", [keypoints], np.array([3]))
    assert measured.errors == (0, 0, 0)
    effects = JudgeEffects(data="drawn", images=1, people=1, command="study", exact=True, methods=(measured,))
    head = tmp_path / "head.safetensors"
    head.write_bytes(b"weights")
    path = publish_head(head, [effects], tmp_path)
    entry = read_manifest(tmp_path / "manifest.json")[JUDGE]
    assert measured_of_judge(tmp_path) == [effects]
    assert effects.sentences() == entry.metrics["drawn"]["said"]
    assert path.read_bytes() == b"weights"
    assert (
        "| fake | 0.667 | 0.500 (0.500 to 0.500) | 0.500 (0.500 to 0.500) | 1.000 (1.000 to 1.000) | +0.500"
        in path.with_suffix(".md").read_text()
    )
