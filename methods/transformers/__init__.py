"""ViTPose and ViTPose+ as the library transformers has them: a vision transformer that looks at one person at a time
(Xu et al., NeurIPS 2022)."""

from pathlib import Path

from methods.family import Family

FAMILY = Family(
    name="transformers",
    title="transformers",
    rank=80,
    folder=Path(__file__).parent,
    variants=(),
    source_importer="methods.transformers.importer:recognise",
    imported={"vitpose": "methods.transformers.method:VitPose"},
)
