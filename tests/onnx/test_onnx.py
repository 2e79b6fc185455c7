"""ONNX files of anybody: what is found lies where the network sees it; what does not fit is refused in a sentence."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from methods import create, variants
from methods.errors import WeightsError
from methods.importers.models import import_model
from methods.onnx.description import Description
from methods.skeletons import COCO17, CROWDPOSE14
from tests.tiny_models import save_onnx

onnx = pytest.importorskip("onnx", reason="the library onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

EXAMPLES = Path(__file__).parents[2] / "methods" / "onnx" / "examples"
BOX = np.array([[20, 10, 60, 90]])


@pytest.fixture
def image() -> np.ndarray:
    """Black, with bright pixels around x 43, y 57."""
    image = np.zeros((100, 140, 3), np.uint8)
    image[56:59, 42:45] = 255
    return image


@pytest.fixture
def saved(tmp_path: Path):
    def save(head: str, **named: object) -> Path:
        save_onnx(tmp_path / "tiny.onnx", head, **named)
        return tmp_path / "tiny.onnx"

    return save


@pytest.mark.parametrize(
    ("outputs", "changes", "within"), [("simcc", {}, 2.7), ("heatmaps", {}, 7.5), ("heatmaps", {"unbiased": True}, 7.5)]
)
@pytest.mark.parametrize("at_once", ["n", 1])
def test_the_brightest_pixel_is_found_where_it_is(saved, image, outputs, changes, within, at_once):
    """Within a bin or cell: a crop's pixel is 1.6 of the image's, a cell of heat maps four of these."""
    method = create(f"onnx:{saved(outputs, at_once=at_once, **changes)}", device="cpu")
    (raw,) = method.infer([image], boxes=[np.concatenate([BOX, BOX + 5])])
    poses = method.decode(raw, method.Settings.evaluation()).poses
    assert poses.keypoints.shape == (2, 17, 2)
    assert np.abs(poses.keypoints - [43, 57]).max() < within


def test_unbiased_heat_maps_reach_the_border(saved, image):
    biased, unbiased = (
        create(f"onnx:{saved('heatmaps', unbiased=each)}", device="cpu").infer([image], boxes=[BOX])[0].outputs
        for each in (False, True)
    )
    moved = (unbiased["keypoints"] - biased["keypoints"]).abs().max()
    assert 0 < moved < 100 / 64 * 5


def test_nobody(saved, image):
    method = create(f"onnx:{saved('simcc')}", device="cpu")
    assert len(method.decode(method.infer([image], boxes=[np.zeros((0, 4))])[0]).poses) == 0


def test_poses_of_everybody_go_back_to_the_image(saved):
    """An image of 96 x 96 px is seen at half its size, at the top left."""
    method = create(f"onnx:{saved('poses')}", device="cpu")
    (found,) = method.predict([np.zeros((96, 96, 3), np.uint8)])
    assert found.poses.boxes.tolist() == [[8, 16, 40, 80], [48, 16, 88, 80]]
    assert found.poses.keypoints[0, 0].tolist() == [20, 40]
    assert found.poses.scores.tolist() == pytest.approx([0.9, 0.6])
    assert found.intermediate.kept.tolist() == [True, True, False]


def test_a_model_of_ones_own(saved, image):
    path = import_model(saved("simcc", k=14, skeleton="CrowdPose-14"), "mine")
    assert path.name == "mine.onnx"
    (variant,) = [each for each in variants() if each.users]
    assert (variant.family, variant.detector, variant.skeleton) == ("onnx", "yolo11n-pose", CROWDPOSE14)
    (raw,) = create("mine", device="cpu").infer([image], boxes=[BOX])
    assert raw.outputs["keypoints"].shape == (1, 14, 2)


def test_one_that_finds_people_needs_no_detector(saved):
    import_model(saved("poses"), "mine")
    assert create("mine", device="cpu").detector is None


def test_named_keypoints(saved):
    named = {"keypoints": ["head", "left_hand", "right_hand"], "limbs": [["head", "left_hand"]]}
    skeleton = create(f"onnx:{saved('simcc', k=3, skeleton=named)}", device="cpu").skeleton
    assert (skeleton.keypoints, skeleton.limbs, skeleton.pairs) == (tuple(named["keypoints"]), ((0, 1),), ((1, 2),))


def test_channels_in_another_order(saved, image):
    """Only blue is let through where blue is said to come first."""
    image[:, :, :2] = 0
    image[19:22, 29:32] = [255, 0, 0]
    blind = {"std": [255, 255e6, 255e6]}
    for channels, expected in (("rgb", [30, 20]), ("bgr", [43, 57])):
        method = create(f"onnx:{saved('simcc', channels=channels, **blind)}", device="cpu")
        (raw,) = method.infer([image], boxes=[BOX])
        assert np.abs(raw.outputs["keypoints"][0, 0].numpy() - expected).max() < 2.7


@pytest.mark.parametrize(
    ("built", "said", "problem"),
    [
        ("simcc", {"outputs": "heatmaps"}, r"wants one of \[N, 17, h, w\]"),
        ("simcc", {"skeleton": "CrowdPose-14"}, r"has outputs \[1, 17, 96\], \[1, 17, 128\].* of 14 keypoints"),
        ("heatmaps", {"outputs": "poses"}, r"wants \[1, N, 5\] and \[1, N, 17, 3\]"),
        ("simcc", {"height": 96}, r"cannot be run on input \[1, 3, 96, 48\]"),
    ],
)
def test_outputs_that_do_not_fit_the_description(saved, built, said, problem):
    with pytest.raises(WeightsError, match=problem):
        import_model(saved(built, **said), "mine")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"outputs": "poses", "detector": "yolo11n-pose"}, "takes no boxes"),
        ({"skeleton": "COCO-18"}, "There is no skeleton 'COCO-18'"),
        ({"skeleton": {"keypoints": ["a", "a"]}}, "the same name"),
        ({"skeleton": {"keypoints": ["a", "b"], "limbs": [["a", "c"]]}}, "a limb joins c"),
        ({"unbiased": True}, "heat maps alone"),
        ({"std": [0, 1, 1]}, r"std\.0"),
        ({"width": 10**6}, "width"),
        ({"wieght": 1}, "wieght"),
    ],
)
def test_descriptions_that_are_none(saved, said, problem):
    with pytest.raises(WeightsError, match=rf"tiny\.yaml describes no network: .*{problem}"):
        import_model(saved("simcc", **said), "mine")


def test_no_description(saved):
    file = saved("simcc")
    file.with_suffix(".yaml").unlink()
    with pytest.raises(WeightsError, match=r"needs a description, tiny\.yaml, beside it"):
        import_model(file, "mine")


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_descriptions(example):
    assert len(Description.model_validate(yaml.safe_load(example.read_text())).keypoints) in (6, len(COCO17))


def test_every_kind_of_output_has_an_example():
    said = {yaml.safe_load(each.read_text())["outputs"] for each in EXAMPLES.glob("*.yaml")}
    assert said == {"simcc", "heatmaps", "poses"}


def test_numbers_in_other_files_are_not_read(saved):
    file = saved("simcc")
    model = onnx.load(file)
    onnx.external_data_helper.set_external_data(model.graph.initializer[0], "../../etc/passwd")
    model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    file.write_bytes(model.SerializeToString())
    with pytest.raises(WeightsError, match="keeps numbers in other files, which are not read"):
        import_model(file, "mine")


def test_custom_operators_are_refused_inside_other_nodes_too(saved):
    file = saved("simcc")
    model = onnx.load(file)
    evil = onnx.helper.make_graph([onnx.helper.make_node("Run", [], ["out"], domain="evil")], "inner", [], [])
    model.graph.node.append(onnx.helper.make_node("If", ["image"], ["more"], then_branch=evil, else_branch=evil))
    file.write_bytes(model.SerializeToString())
    with pytest.raises(WeightsError, match=r"asks for the operator evil\.Run, which is custom code"):
        import_model(file, "mine")


@pytest.mark.parametrize("content", [b"", b"no network", b"\x00" * 100])
def test_files_that_are_none(saved, content):
    file = saved("simcc")
    file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"is not an ONNX file|holds no network"):
        import_model(file, "mine")


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(WeightsError, match="There is no ONNX file at"):
        import_model(tmp_path / "tiny.onnx", "mine")


def test_too_large_a_file(saved, monkeypatch):
    monkeypatch.setattr("methods.onnx.importer.MAX_BYTES", 100)
    with pytest.raises(WeightsError, match="files of at most"):
        import_model(saved("simcc"), "mine")
