"""A Space from a checkout, given to a Hub that only remembers what it was asked."""

from types import SimpleNamespace
from unittest.mock import create_autospec

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, SpaceCard, SpaceHardware

from app import space
from methods.errors import WorkbenchError

NAME = "somebody/pose-workbench"


@pytest.fixture
def hub():
    """Holds no Space; its calls take what the real one's take."""
    hub = create_autospec(HfApi, instance=True)
    hub.repo_exists.return_value = False
    hub.create_commit.return_value = SimpleNamespace(commit_url="https://hub/commit")
    return hub


def committed(hub) -> dict[str, object]:
    (name, changes), _ = hub.create_commit.call_args
    assert name == NAME
    return {each.path_in_repo: each for each in changes}


def test_a_dry_run_says_what_would_be_done_and_does_nothing(hub):
    told = space.publish(NAME, hub, dry_run=True)
    assert told.startswith(f"{NAME} would be made: {len(space.files())} files, ")
    hub.create_repo.assert_not_called()
    hub.create_commit.assert_not_called()


def test_what_belongs_there_and_no_more():
    files = space.files()
    for name in ("app.py", "weights/kapao-n.safetensors", "data_samples/scenes/scenes.json", "app/static/viewer.js"):
        assert name in files
    assert not [name for name in files if name.startswith(("tests/", "app/lab/", "data_samples/generate/", "."))]
    assert not [name for name in files if "__pycache__" in name]


def test_a_new_space_gets_the_hardware_of_the_front_matter(hub):
    assert space.publish(NAME, hub).startswith("https://hub/commit: ")
    hardware = hub.create_repo.call_args.kwargs["space_hardware"]
    assert hardware in {each.value for each in SpaceHardware}
    assert SpaceCard.load(space.ROOT / "README.md").data.python_version == "3.12"
    lines = committed(hub)["requirements.txt"].path_or_fileobj.decode().splitlines()
    assert {"torch==2.13.0", "torchvision==0.28.0"} < set(lines)
    assert "gradio>=6.31,<7" in lines


def test_an_update_deletes_what_is_there_no_more(hub):
    hub.repo_exists.return_value = True
    hub.list_repo_files.return_value = [".gitattributes", "app.py", "old.py"]
    space.publish(NAME, hub)
    hub.create_repo.assert_not_called()
    changes = committed(hub)
    assert [name for name, each in changes.items() if isinstance(each, CommitOperationDelete)] == ["old.py"]
    assert isinstance(changes["app.py"], CommitOperationAdd)


def test_an_installed_package_is_no_checkout(tmp_path, hub):
    with pytest.raises(WorkbenchError, match="from a checkout"):
        space.publish(NAME, hub, root=tmp_path)
