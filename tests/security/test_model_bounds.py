"""Row 17: recipes, checkpoints and weights that stand for more than they hold, or hold no numbers, are refused."""

import io
import struct
import zipfile
from collections import OrderedDict
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from methods import weights
from methods.data.yaml_text import MAX_PARTS, load_yaml
from methods.errors import SettingsError, WeightsError
from methods.importers.checkpoint import read_checkpoint
from methods.training.recipe import SMALL, read_recipe


def test_aliases_that_stand_for_gigabytes_are_refused(tmp_path):
    """Row 17: 2.4 GB and 100 s."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))
    for text in (bomb, "a: &a [*a]", "[" * 20_000, "x" * 60_000, "a: " + "9" * 5000, "2020-99-99"):
        path = tmp_path / "recipe.yaml"
        path.write_text(text)
        with pytest.raises(SettingsError, match=r"is not YAML|the entries are") as caught:
            read_recipe(path)
        assert len(str(caught.value)) < 1000
    for path in [*SMALL.glob("*.yaml"), *SMALL.parents[2].glob("*/recipes/*/*.yaml")]:
        read_recipe(path)
    assert len(load_yaml(f"[{'1, ' * (MAX_PARTS - 1)}]")) == MAX_PARTS - 1


def checkpoint(content: Any) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    return file


def test_a_checkpoint_cannot_stand_for_more_than_it_holds():
    """Row 17: one number with strides of 0 made 3.5 GB."""
    one = torch.zeros(1)
    with pytest.raises(WeightsError, match="is damaged: a tensor of 1000000 numbers lies in a storage of 1"):
        read_checkpoint(checkpoint({"weight": one.expand(1000, 1000)}))
    many = torch.zeros(1000)
    with pytest.raises(WeightsError, match="lie on one another"):
        read_checkpoint(checkpoint({f"weight{i}": many for i in range(10)}))


def test_a_checkpoint_that_holds_itself_is_refused():
    """Row 17: a traceback."""
    itself: dict[str, Any] = {}
    itself["model"] = itself
    with pytest.raises(WeightsError, match="holds no network"):
        read_checkpoint(checkpoint(itself))
    module = torch.nn.Sequential(torch.nn.Linear(1, 1))
    module._modules["again"] = module
    with pytest.raises(WeightsError, match="holds itself, or more than"):
        read_checkpoint(checkpoint(module))


def test_entries_of_a_checkpoint_that_lie_on_one_another_are_refused():
    file = checkpoint({"weight": torch.zeros(1000)})
    with zipfile.ZipFile(file) as archive:
        name = next(each for each in archive.namelist() if each.endswith("data/0"))
        entry = archive.getinfo(name)
    content = file.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06") if b"PK\x06\x06" not in content else content.index(b"PK\x06\x06")
    listed = content[start:end]
    count = listed.count(b"PK\x01\x02")
    crowded = content[:start] + listed * 50
    crowded += b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 50 * count, 50 * count, len(listed) * 50, start, 0)
    assert entry.file_size == 4000
    with pytest.raises(WeightsError):
        read_checkpoint(io.BytesIO(crowded))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path, value):
    """Row 17: they found 0 people, with exit code 0."""
    network = torch.nn.Linear(2, 2)
    state = OrderedDict(network.state_dict())
    state["bias"] = torch.tensor([0.0, value])
    save_file(state, tmp_path / "bad.safetensors")
    with pytest.raises(WeightsError, match=r"bad\.safetensors holds numbers that are none"):
        weights.load_into(network, tmp_path / "bad.safetensors")
