"""Grids of anchors whose places each find a person with box and keypoints: what KAPAO and HybridPose share
(YOLOv5's)."""
