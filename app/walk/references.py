"""The two references' pipelines."""

from app.walk.step import Step

MOVENET = (
    Step(
        "Centres of people",
        "A heat map says for each place how likely it is the middle of a person. Each peak is one person.",
        "MoveNet's model card; the idea is CenterNet's (Zhou et al., Objects as Points, 2019)",
        ("Centres",),
    ),
    Step(
        "From centre to joint",
        "At its centre each person points roughly at every joint. Heat maps of the joints, weighted by nearness to that"
        " guess, then give the precise place.",
        "MoveNet's model card",
        ("From centre to joint",),
    ),
    Step("The answer", "Each person's joints at the peaks that were chosen.", "MoveNet's model card", poses=True),
)
YOLO = (
    Step(
        "Many answers",
        "Each cell of three grids may name a person: a box, a score and all 17 joints. Several may name the same one.",
        "Ultralytics' documentation of YOLO11; Maji et al., YOLO-Pose (2022), section 3",
        ("Candidates before suppression",),
    ),
    Step(
        "The answer",
        "Of boxes that overlap much the best stays. Joints are taken as the cell regressed them; nothing is refined.",
        "Maji et al., YOLO-Pose (2022), section 3",
        poses=True,
    ),
)
