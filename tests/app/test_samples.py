"""What the page offers to try it on says what to look at."""

from app.samples import CAPTIONS, TITLES, find_offer, offers
from app.shown_images import image_value
from app.state.finding import sample_session


def test_every_sample_has_a_caption_of_its_own():
    captions = [offer.caption for offer in offers()]
    assert all(captions)
    assert len(set(captions)) == len(captions)
    assert set(TITLES) < set(CAPTIONS)


def test_the_caption_comes_with_the_image():
    offer = find_offer("scenes-driver")
    assert image_value(sample_session(offer))["caption"] == offer.caption
