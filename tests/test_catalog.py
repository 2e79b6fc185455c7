"""The catalogue: names, lazy building, and a sentence for each wrong request."""

import subprocess
import sys
from pathlib import Path

import pytest

from methods import create, variants
from methods.catalog import find_variant
from methods.errors import CatalogError, WeightsError
from methods.method import Method
from methods.settings import Settings
from methods.weights import read_manifest

NAMES = [variant.name for variant in variants()]


def test_names_are_unique_and_the_references_are_there():
    assert len(set(NAMES)) == len(NAMES)
    assert {"movenet-multipose", "yolo11n-pose"} <= set(NAMES)


def test_every_entry_of_the_manifest_is_a_variant_or_lies_beside_one():
    assert {entry.beside or name for name, entry in read_manifest().items()} <= set(NAMES)


@pytest.mark.parametrize("variant", variants(), ids=NAMES)
def test_every_variant_names_a_family_that_can_be_imported(variant):
    family = variant.method_class()
    assert issubclass(family, Method)
    assert issubclass(family.Settings, Settings)
    assert family.default_input_size > 0
    assert variant.method.split(":")[0].split(".")[1] == variant.family
    assert variant.summary.endswith(".")


@pytest.mark.parametrize("variant", variants(), ids=NAMES)
def test_both_presets_and_all_controls_are_there(variant):
    settings = variant.method_class().Settings
    assert settings.demo() != settings.evaluation()
    for control in settings.controls():
        assert control.meaning
        assert control.unit
        if control.low is not None:
            assert control.low <= control.default <= control.high


def test_listing_needs_neither_torch_nor_the_hub():
    program = (
        "import sys; from methods import variants; from methods.weights import read_manifest;"
        " assert variants() and read_manifest();"
        " print([name for name in ('torch', 'ultralytics', 'huggingface_hub', 'pandas') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(CatalogError, match=r"no method 'openpose'; choose from: .*movenet-multipose.*yolo11n-pose"):
        create("openpose")
    assert find_variant("yolo11n-pose").family == "yolo"


@pytest.mark.parametrize("size", [0, -640, 63, 2561, 10**9])
def test_an_input_size_out_of_range(size):
    with pytest.raises(CatalogError, match="give a number from 64 to 2560"):
        create("yolo11n-pose", input_size=size)


def test_a_missing_device_says_what_there_is():
    with pytest.raises(CatalogError, match=r"Device 'tpu' is not available on this machine; use auto or one of: .*cpu"):
        create("movenet-multipose", device="tpu")


@pytest.mark.parametrize("device", ["cuda:99", "cpu:x", ""])
def test_a_device_that_does_not_exist_gives_the_same_sentence(device):
    with pytest.raises(CatalogError, match="is not available on this machine"):
        create("movenet-multipose", device=device)


def test_weights_of_another_variant_do_not_fit():
    from methods.weights import resolve

    with pytest.raises(WeightsError, match="does not fit this network"):
        create("movenet-multipose", weights=resolve("yolo11n-pose"))


def test_a_method_knows_its_name_size_and_device():
    method = create("movenet-multipose", device="cpu", input_size=256)
    assert (method.name, method.input_size, method.device.type) == ("movenet-multipose", 256, "cpu")
    assert create("movenet-multipose", device="cpu").input_size == 384
