"""The published judging head's model card."""

from methods.visibility.judge import JUDGE
from methods.visibility.training.publishing import LICENCE, PROVENANCE, USE
from methods.weights import WEIGHTS_DIR, read_manifest


def test_the_published_card_says_what_is_said_of_every_head():
    card, entry = (WEIGHTS_DIR / f"{JUDGE}.md").read_text(), read_manifest()[JUDGE]
    for said in (PROVENANCE, USE, f"{LICENCE}, SHA-256 `{entry.sha256}`"):
        assert said in card
