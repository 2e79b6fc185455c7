"""KAPAO: keypoints and poses are both objects in one dense detector, fused afterwards (McNally et al., ECCV 2022)."""
