"""Answers about samples that were worked out beforehand are those that a visitor's own run would give."""

import pytest

from app.models import offered
from app.samples import offers
from app.session.warm import Warm
from methods.images import read_image


@pytest.mark.parametrize("offer", [offers()[0], offers()[-1]], ids=lambda offer: offer.name)
def test_two_samples_answers_are_what_the_methods_find(offer):
    warm = Warm()
    warm.start([offer], offered()).join()
    raws = warm.raws(offer.name)
    assert list(raws) == list(offered())
    image = read_image(offer.path)
    for name, method in offered().items():
        assert method.decode(raws[name]).poses.allclose(method.predict([image])[0].poses)


def test_an_unknown_sample_has_no_answers_and_a_visitor_cannot_change_them(fakes):
    warm = Warm()
    assert warm.raws("moon") == {}
    warm.fill([offers()[0]], fakes)
    warm.raws(offers()[0].name).clear()
    assert list(warm.raws(offers()[0].name)) == ["first", "second"]
