"""What is timed: made-up candidates, and that each way of suppression does its work on them."""

import numpy as np
import torch

from methods.evaluation.suppression_speed import (
    CANDIDATES_EACH,
    OKS,
    SIGMAS,
    all_different,
    benchmark_suppression,
    greedy,
    in_a_crowd,
)
from methods.ops.nms import oks_nms


def test_nobody_goes_of_those_all_different_and_most_do_in_a_crowd():
    found = benchmark_suppression(counts=[5, 100], rounds=1, command="benchmark")
    assert [(row.kind, row.candidates) for row in found.rows] == [
        ("a crowd", 5),
        ("a crowd", 100),
        ("all different", 5),
        ("all different", 100),
    ]
    kept = [row.kept for row in found.rows]
    assert kept == [1, 100 // CANDIDATES_EACH, 5, 100]
    assert all(min(row.oks, row.box, row.greedy) >= 0 for row in found.rows)
    assert (found.rounds, found.command) == (1, "benchmark")


def test_the_number_of_threads_is_left_as_it_was():
    threads = torch.get_num_threads()
    benchmark_suppression(counts=[2], rounds=1)
    assert torch.get_num_threads() == threads


def test_the_definition_keeps_the_same_poses():
    generator = np.random.default_rng(3)
    for make in (all_different, in_a_crowd):
        poses, scores = make(generator, 60), generator.random(60)
        assert greedy(poses, scores, OKS) == oks_nms(poses, scores, SIGMAS, OKS, limit=60).tolist()
