"""HybridPose: one detector regresses poses, and visibility maps tell which joints are there (Kim et al., 2023)."""
