"""What is known of keypoints in augmented images, and that the head learns it."""

import numpy as np
import pytest
import torch

from methods.data.labels import Labels
from methods.types import Poses
from methods.visibility.judge_network import INSIDE, SEEN, WIDTH, JudgeNetwork
from methods.visibility.judgement import ASKED, KEEPS_ALL, OUTSIDE, SHARES, UNLABELLED
from methods.visibility.training import examples as known
from methods.visibility.training.examples import Examples, compare, events_of
from methods.visibility.training.judge import JudgeRecipe, calibrate, event_loss, learn


def labels(flags, weights, keypoints=None, ignore=False):
    """One person in a box of 100 x 100 px."""
    count = len(flags)
    places = np.zeros((1, count, 2)) if keypoints is None else np.array([keypoints])
    box = np.array([[0, 0, 100, 100]], dtype=np.float32)
    return Labels(box, places.astype(np.float32), np.array([flags]), np.array([weights]), np.array([ignore]))


def test_what_is_known_of_each_keypoint():
    # Cut off, covered by a patch, labelled as occluded, labelled as visible, never labelled.
    before, after = labels([0, 2, 1, 2, 0], [1, 1, 1, 1, 0]), labels([0, 1, 1, 2, 0], [1, 1, 1, 1, 0])
    people = [known.OUTSIDE, known.COVERED, known.LABELLED_HIDDEN, known.LABELLED_SEEN, known.NOT_LABELLED]
    assert events_of(before, after, by_people=True).tolist() == [people]
    machines = [known.OUTSIDE, known.COVERED, known.INSIDE, known.SEEN, known.UNKNOWN]
    assert events_of(before, after, by_people=False).tolist() == [machines]


@pytest.fixture
def found():
    """One pose on the person, one far away."""
    keypoints = np.full((2, 3, 2), 50.0)
    return Poses(np.array([[0, 0, 100, 100], [300, 300, 400, 400.0]]), [0.9, 0.5], keypoints, np.full((2, 3), 0.4))


def test_a_place_is_as_good_as_it_is_near_and_nobody_is_wrong_as_a_whole(found):
    people = labels([2, 2, 0], [1, 1, 0], [[50, 50], [90, 50], [0, 0]])
    events = np.array([[known.LABELLED_SEEN, known.LABELLED_SEEN, known.UNKNOWN]])
    examples = compare(found, people, events, np.full(3, 0.1), image=7)
    assert examples.similarity[0, 0] == pytest.approx(1)
    assert 0 < examples.similarity[0, 1] < 0.5
    assert examples.similarity[0, 2] == -1
    assert examples.similarity[1].tolist() == [0, 0, 0]
    assert examples.event[1].tolist() == [known.UNKNOWN] * 3
    assert examples.image.tolist() == [7, 7]
    assert examples.quality[0].tolist() == [1, 0, 0]


def test_over_a_region_to_ignore_nothing_is_known(found):
    region = labels([0, 0, 0], [0, 0, 0], ignore=True)
    examples = compare(found, region, np.full((1, 3), known.UNKNOWN), np.full(3, 0.1), image=0)
    assert examples.similarity.tolist() == [[-1, -1, -1], [0, 0, 0]]


@pytest.mark.parametrize(("event", "question", "sign"), [(known.OUTSIDE, INSIDE, 1), (known.COVERED, SEEN, 1)])
def test_the_loss_pushes_what_is_known(event, question, sign):
    logits = torch.zeros(1, 6, requires_grad=True)
    event_loss(logits, torch.tensor([event])).backward()
    assert logits.grad[0, question] * sign > 0
    assert event_loss(torch.zeros(1, 6), torch.tensor([known.UNKNOWN])) == 0


def test_the_head_learns_what_is_outside_and_finds_presets_for_it():
    torch.manual_seed(0)
    outside = torch.rand(400, 3) > 0.5
    described = torch.randn(400, 3, WIDTH)
    described[..., :20] += 2 * outside[..., None]
    examples = Examples(
        described=described.half(),
        scores=torch.full((400, 3, 2), 0.5),
        there=torch.ones(400, 3, dtype=torch.bool),
        event=torch.where(outside, known.OUTSIDE, known.LABELLED_SEEN),
        similarity=torch.where(outside, 0.0, 0.9),
        image=torch.arange(400),
    )
    head = learn(examples, examples, JudgeRecipe(epochs=20, folds=2, batch_size=50))
    with torch.no_grad():
        inside = head(described).sigmoid()[..., INSIDE]
    assert ((inside < 0.5) == outside).float().mean() > 0.95
    strict, mild = head.presets[ASKED.index(OUTSIDE), [0, len(SHARES) - 1]].tolist()
    assert 1 > strict >= mild


def test_calibrated_chances_are_how_often_annotators_flagged():
    # Nothing tells the keypoints apart: the head calls all of them alike, annotators left 1 of 10 out and 2 occluded.
    torch.manual_seed(0)
    flags = torch.tensor([known.NOT_LABELLED, *[known.LABELLED_HIDDEN] * 2, *[known.LABELLED_SEEN] * 7])
    plain = Examples(
        described=torch.zeros(600, 10, WIDTH).half(),
        scores=torch.full((600, 10, 2), 0.5),
        there=torch.ones(600, 10, dtype=torch.bool),
        event=flags.expand(600, 10),
        similarity=torch.full((600, 10), -1.0),
        image=torch.arange(600),
    )
    head = JudgeNetwork((len(ASKED), len(SHARES)), 10).eval()
    logits = head(plain.described[:1].float())
    calibrate(head, plain)
    np.testing.assert_allclose(head.flags(logits).mean(dim=1)[0].detach(), [0.1, 0.2, 0.7], atol=0.01)
    assert (
        head.presets[ASKED.index(UNLABELLED)] == KEEPS_ALL
    ).all()  # whoever leaves out some leaves out most labelled
    assert torch.equal(head(plain.described[:1].float()), logits)
