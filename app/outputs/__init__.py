"""Intermediate outputs of methods as data for the viewer: marks, layers of them, and steps of a pipeline."""
