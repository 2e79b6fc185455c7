"""Google's MoveNet MultiPose: every person is a peak of a centre map, every joint a peak of a heat map near it."""
