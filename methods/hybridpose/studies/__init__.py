"""HybridPose's ablations on our weights."""
