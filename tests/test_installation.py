"""Compiled operators of torchvision compute what they should; tests/conftest.py checks first that they load."""

import torch
import torchvision


def test_nms_keeps_the_best_of_overlapping_boxes():
    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0], [1.0, 1.0, 10.0, 10.0], [20.0, 20.0, 30.0, 30.0]])
    assert torchvision.ops.nms(boxes, torch.tensor([0.9, 0.8, 0.7]), 0.5).tolist() == [0, 2]


def test_deformable_convolution_without_offsets_is_a_convolution():
    torch.manual_seed(0)
    image, kernel = torch.randn(1, 2, 5, 5), torch.randn(3, 2, 3, 3)
    found = torchvision.ops.deform_conv2d(image, torch.zeros(1, 18, 3, 3), kernel)
    assert torch.allclose(found, torch.nn.functional.conv2d(image, kernel), atol=1e-5)
