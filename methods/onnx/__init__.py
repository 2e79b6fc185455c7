"""Pose networks in ONNX files, each with a small YAML file beside it that says what goes in and what comes out."""

from pathlib import Path

from methods.family import Family

FAMILY = Family(
    name="onnx",
    title="ONNX",
    rank=90,
    folder=Path(__file__).parent,
    variants=(),
    source_importer="methods.onnx.importer:recognise",
    imported={"top-down": "methods.onnx.top_down:OnnxTopDown", "one-stage": "methods.onnx.one_stage:OnnxOneStage"},
)
