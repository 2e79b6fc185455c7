"""DetPoseNet's ablations on our weights."""
