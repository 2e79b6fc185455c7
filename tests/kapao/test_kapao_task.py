"""KAPAO as a training task: the small network's own loss weights."""

from methods.backbones.small_body import load_small_body
from methods.data.batch import collate
from methods.data.coco import CocoKeypoints
from methods.data.labels import Labels
from methods.kapao.loss import SMALL_GAINS, Gains
from methods.training.tasks import create_task

SMALL = "kapao-n"


def test_everything_in_the_small_network_learns(drawings: CocoKeypoints, one_thread):
    task = create_task(SMALL, {})
    batch = collate([(image.read(), Labels.of(image)) for image in drawings])
    network = task.network.train()
    losses = task.compare(task.run(network, load_small_body()(batch.images / 255), batch), batch)
    losses.total.backward()
    assert set(losses.parts) == set(Gains().scaled(17, 640))
    assert all(parameter.grad.count_nonzero() for parameter in network.parameters())


def test_the_small_network_has_gains_of_its_own_that_a_recipe_may_change():
    assert create_task(SMALL, {}).gains == Gains(**SMALL_GAINS)
    assert create_task(SMALL, {"keypoints": 0.01}).gains == Gains(**SMALL_GAINS | {"keypoints": 0.01})
    assert create_task("kapao-s", {}).gains == Gains()
