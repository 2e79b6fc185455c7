"""PoseDet: a pose is detected without anchors, then refined and scored where its joints are (Tian et al., 2021)."""
