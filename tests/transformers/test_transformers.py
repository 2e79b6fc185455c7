"""A tiny ViTPose of transformers: what is found equals what transformers finds, and no code of its folder is run."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from methods import create, variants
from methods.errors import CatalogError, WeightsError
from methods.importers.models import import_model
from methods.skeletons import COCO17, CROWDPOSE14
from methods.types import Poses
from tests.tiny_models import save_vitpose

transformers = pytest.importorskip("transformers", reason="the library transformers is not installed")

BOXES = np.array([[20, 10, 60, 90], [41, 30, 121, 80.3]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_vitpose(tmp_path / "vitpose", COCO17.keypoints)
    return tmp_path / "vitpose"


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (100, 140, 3), dtype=np.uint8)


def by_transformers(folder: Path, image: np.ndarray, boxes: np.ndarray) -> Poses:
    """Processor, network and post-processing as transformers' documentation calls them."""
    processor = transformers.AutoImageProcessor.from_pretrained(folder)
    network = transformers.VitPoseForPoseEstimation.from_pretrained(folder)
    given = [np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1).tolist()]
    inputs = processor(image, boxes=given, return_tensors="pt")
    with torch.no_grad():
        experts = (
            {"dataset_index": torch.zeros(2, dtype=torch.long)}
            if network.config.backbone_config.num_experts > 1
            else {}
        )
        outputs = network(**inputs, **experts)
    found = processor.post_process_pose_estimation(outputs, boxes=given)[0]
    return Poses.from_transformers([each | {"scores": each["scores"].clamp(0, 1)} for each in found])


@pytest.mark.parametrize("experts", [1, 3])
def test_numbers_equal_those_of_transformers(tmp_path, image, experts):
    save_vitpose(tmp_path / "it", COCO17.keypoints, experts)
    method = create(f"transformers:{tmp_path / 'it'}", device="cpu")
    (raw,) = method.infer([image], boxes=[BOXES])
    expected = by_transformers(tmp_path / "it", image, BOXES)
    found = Poses(BOXES, raw.outputs["peaks"].mean(1), raw.outputs["keypoints"], raw.outputs["peaks"])
    assert np.abs(found.keypoints[0] - found.keypoints[1]).max() > 1, "two people in different places"
    np.testing.assert_allclose(found.keypoint_scores, expected.keypoint_scores, rtol=0, atol=1e-4)
    same = np.abs(found.keypoints - expected.keypoints).max(axis=2) < 0.01
    assert same.mean() > 0.95  # of two cells that are equally high rounding chooses, on each processor its own


def test_many_people_in_several_batches(folder, image):
    method = create(f"transformers:{folder}", device="cpu")
    many = np.concatenate([BOXES] * 20)
    (few,), (all_of_them,) = method.infer([image], boxes=[BOXES]), method.infer([image], boxes=[many])
    np.testing.assert_allclose(all_of_them.outputs["keypoints"][-2:], few.outputs["keypoints"], atol=1e-3)


def test_nobody(folder, image):
    method = create(f"transformers:{folder}", device="cpu")
    assert len(method.decode(method.infer([image], boxes=[np.zeros((0, 4))])[0]).poses) == 0


def test_it_looks_into_boxes_of_its_detector(folder):
    import_model(folder, "mine")
    (variant,) = [each for each in variants() if each.users]
    assert (variant.family, variant.detector, variant.skeleton) == ("transformers", "yolo11n-pose", COCO17)
    method = create("mine", device="cpu")
    assert method.detector is not None
    assert len(method.predict([np.full((64, 64, 3), 128, np.uint8)])[0].poses) == 0


def test_another_detector(folder):
    import_model(folder, "mine", detector="kapao-n")
    assert next(each for each in variants() if each.users).detector == "kapao-n"
    for detector, problem in (("visibility-n", "looks into boxes itself"), ("none", "There is no method 'none'")):
        with pytest.raises(CatalogError, match=problem):
            import_model(folder, "another", detector=detector)


def test_keypoints_by_their_labels(tmp_path):
    save_vitpose(tmp_path / "crowd", CROWDPOSE14.keypoints)
    assert create(f"transformers:{tmp_path / 'crowd'}", device="cpu").skeleton == CROWDPOSE14


def test_thresholds_leave_out(folder, image):
    method = create(f"transformers:{folder}", device="cpu")
    (raw,) = method.infer([image], boxes=[BOXES])
    raw.outputs["peaks"] = torch.linspace(0.3, 0.95, 34).view(2, 17)
    everything = method.decode(raw, method.Settings.evaluation()).poses
    assert not np.isnan(everything.keypoints).any()
    fewer = method.decode(raw, method.Settings(pose_confidence=0, keypoint_confidence=0.9)).poses
    np.testing.assert_array_equal(np.isnan(fewer.keypoints[..., 0]), fewer.keypoint_scores < 0.9)
    least = float(everything.scores.max())
    assert len(method.decode(raw, method.Settings(pose_confidence=least, keypoint_confidence=0)).poses) == 1


def change(folder: Path, name: str, **values: object) -> None:
    said = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(said | values))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"model_type": "bert"}, "a model of type 'bert'"),
        ({"backbone_config": {"hidden_size": 10**9}}, "backbone_config.hidden_size"),
        ({"backbone_config": {"model_type": "timm"}}, "backbone_config.model_type"),
        ({"scale_factor": 8, "use_simple_decoder": False}, "other tensors than its configuration tells"),
    ],
)
def test_configurations_that_do_not_fit(folder, values, problem):
    change(folder, "config.json", **values)
    with pytest.raises(WeightsError, match=problem):
        import_model(folder, "mine")


def test_code_beside_a_model_is_not_run(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (folder / "evil.py").write_text("open('was_run', 'w')\n")
    change(folder, "config.json", auto_map={"AutoModel": "evil.Evil"}, backbone="evil/model")
    change(folder, "preprocessor_config.json", auto_map={"AutoImageProcessor": "evil.Evil"})
    import_model(folder, "mine")
    assert create("mine", device="cpu").skeleton == COCO17
    assert not list(tmp_path.rglob("was_run"))


def test_pickled_weights_are_not_read(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(WeightsError, match=r"other weights, such as pytorch_model\.bin, are not read"):
        import_model(folder, "mine")


def test_numbers_that_are_none(folder):
    state = load_file(folder / "model.safetensors")
    state["head.conv.bias"][0] = torch.nan
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(WeightsError, match=r"NaN.* the first in head\.conv\.bias"):
        import_model(folder, "mine")


@pytest.mark.parametrize("content", ["[", "[]", "{}"])
def test_a_configuration_that_is_none(folder, content):
    (folder / "config.json").write_text(content)
    with pytest.raises(WeightsError, match=r"no configuration|model of type None"):
        import_model(folder, "mine")


def test_an_id_on_the_hub(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "huggingface_hub.snapshot_download", lambda name, **named: asked.append((name, named)) or folder
    )
    import_model("someone/vitpose", "mine")
    files = ["config.json", "preprocessor_config.json", "model.safetensors"]
    assert asked == [("someone/vitpose", {"allow_patterns": files})]
    with pytest.raises(WeightsError, match=r"There is no checkpoint at someone/best\.pt"):
        import_model("someone/best.pt", "another")
    assert len(asked) == 1


def test_no_connection(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(WeightsError, match="nothing of that name could be fetched"):
        import_model("someone/vitpose", "mine")


def test_transformers_is_missing(folder, monkeypatch):
    monkeypatch.setattr("methods.transformers.network.find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="pip install 'transformers>=5'"):
        import_model(folder, "mine")
