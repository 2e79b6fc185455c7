"""Checkpoints of KAPAO's authors, and of the detectors that they started from: their tensors' names, and ours."""

from collections.abc import Collection, Mapping

import torch

from methods.errors import WeightsError
from methods.family import Variant
from methods.importers.checkpoint import Checkpoint
from methods.kapao.network import KapaoNetwork
from methods.pose_grid.grid import ANCHORS
from methods.pose_grid.network import SIZES
from methods.skeletons import COCO17, CROWDPOSE14
from methods.user_models import Imported

DETECT = "model.33."  # their detection layer; layers 0 to 32 are body and neck
TRAINED_ON = (COCO17, CROWDPOSE14)


def recognise(checkpoint: Checkpoint) -> Imported | None:
    """Which of the authors' networks a checkpoint holds (S, M or L, on COCO or CrowdPose); None for another network.

    Raises WeightsError for a network of theirs that is none of these.
    """
    state = checkpoint.state
    bias, grid = state.get(f"{DETECT}m.0.bias"), state.get(f"{DETECT}anchor_grid")
    if bias is None or grid is None:
        return None
    skeleton = next((each for each in TRAINED_ON if 3 * (3 * len(each) + 6) == bias.numel()), COCO17)
    ours = {size: import_kapao_state(state, size, len(skeleton)) for size in SIZES if _is_of(state, size)}
    if not ours:
        raise WeightsError(f"{checkpoint.name} is no KAPAO-S, M or L; give a checkpoint that its authors published.")
    size, content = ours.popitem()
    return Imported(
        kind="paper",
        summary=f"The authors' KAPAO-{size.upper()}, with {len(skeleton)} keypoints ({skeleton.name}).",
        content=content,
        options={"size": size, "num_keypoints": len(skeleton)},
        skeleton=skeleton,
    )


def detectors_body(checkpoint: Checkpoint, variant: Variant) -> dict[str, torch.Tensor]:
    """What the authors' trainings start from: body and neck of YOLOv5-P6, in our names, for a KAPAO of the same size.

    They are yolov5s6.pt, yolov5m6.pt and yolov5l6.pt of YOLOv5's release 5.0, detectors trained on COCO. Their
    detection layer is another one and stays behind, as in the authors' code. Raises WeightsError for other networks,
    those of release 6.0 among them, whose layers are other ones, and for variants without such a body.
    """
    if variant.method_class().shares_body:
        raise WeightsError(f"{variant.name} reads a body that never learns; start its head from safetensors.")
    found = {_our_name(name): value for name, value in checkpoint.state.items() if not name.startswith(DETECT)}
    with torch.device("meta"):
        network = KapaoNetwork(**variant.options)
    wanted = {name: value.shape for name, value in network.state_dict().items() if name.startswith("body.")}
    counters = {name for name in wanted if name.endswith("num_batches_tracked")}
    if wrong := _unlike(found, wanted, counters):
        size = variant.options["size"]
        raise WeightsError(
            f"{checkpoint.name} is no detector that {variant.name} starts from ({len(wrong)} tensors are missing,"
            f" unknown or of another shape, such as {wrong[0]}); give yolov5{size}6.pt of YOLOv5's release 5.0."
        )
    return {name: value.float() if value.is_floating_point() else value for name, value in found.items()}


def _unlike(
    found: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Size], optional: Collection[str]
) -> list[str]:
    """Names of tensors that are missing (but for `optional` ones), unknown, or of another shape, in this order."""
    missing = sorted(set(wanted) - set(optional) - set(found))
    return missing + sorted(name for name, value in found.items() if wanted.get(name) != value.shape)


def _is_of(state: Mapping[str, torch.Tensor], size: str) -> bool:
    """Whether the width of its first layer is that of KAPAO of that size."""
    first = state.get("model.0.conv.conv.weight")
    return first is not None and first.shape[0] == int(64 * SIZES[size][1])


def import_kapao_state(
    state: Mapping[str, torch.Tensor], size: str, num_keypoints: int = 17
) -> dict[str, torch.Tensor]:
    """A state dict of KAPAO-S, M or L in the authors' names to ours; numbers and dtypes unchanged.

    `size` is s, m or l. Theirs are `model.0.conv.conv.weight` ... `model.33.m.3.bias`, and the anchors, which are ours
    already. Raises WeightsError where tensors are missing, of another size or number of keypoints, or anchors differ.
    """
    found = {_our_name(name): tensor for name, tensor in state.items() if "anchor" not in name}
    grid = state.get(f"{DETECT}anchor_grid")
    if grid is not None and not torch.equal(grid.float().flatten(), torch.tensor(ANCHORS).float().flatten()):
        raise WeightsError(
            "The checkpoint has other anchor boxes than Table 5 of the paper; give a published KAPAO model."
        )
    with torch.device("meta"):
        wanted = {name: tensor.shape for name, tensor in KapaoNetwork(size, num_keypoints).state_dict().items()}  # type: ignore[arg-type]
    counters = {name for name in wanted if name.endswith("num_batches_tracked")}
    if wrong := _unlike(found, wanted, counters):
        raise WeightsError(
            f"The checkpoint is no KAPAO-{size.upper()} for {num_keypoints} keypoints ({len(wrong)} tensors are"
            f" missing, unknown or of another shape, such as {wrong[0]}); give a checkpoint that the authors published."
        )
    return {name: torch.zeros((), dtype=torch.int64) for name in counters} | found


def _our_name(name: str) -> str:
    return name.replace(DETECT, "head.") if name.startswith(DETECT) else f"body.{name}"
