"""DetPoseNet: boxes without suppression and coarse poses filter each other; what stays is refined (Ke et al., 2022)."""
