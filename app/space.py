"""Puts the page on Hugging Face: `python -m app.space OWNER/NAME` makes or updates a Space from this checkout."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, SpaceCard
from packaging.requirements import Requirement

from methods.errors import WorkbenchError

ROOT = Path(__file__).resolve().parents[1]
SHOWN = (
    "app.py",
    "requirements.txt",
    "README.md",
    "LICENSE",
    "SECURITY.md",
    "app",
    "methods",
    "weights",
    "data_samples",
)
LEFT_OUT = ("app/lab", "data_samples/generate", "data_samples/depths", "data_samples/scenes/records")
# ZeroGPU lends GPUs to these releases and those before them, no newer ones.
ZERO_GPU = {"torch": "torch==2.13.0", "torchvision": "torchvision==0.28.0"}
OWN = (".gitattributes",)  # files that the Hub put there

Operation = CommitOperationAdd | CommitOperationDelete


def files(root: Path = ROOT) -> list[str]:
    """What belongs on a Space, as paths with slashes below `root`. Raises WorkbenchError where that is no checkout."""
    if not (root / "app.py").is_file():
        raise WorkbenchError(f"{root} holds no app.py; make a Space from a checkout, not from an installed package.")
    found = [path for name in SHOWN for path in (root / name, *(root / name).rglob("*")) if path.is_file()]
    names = sorted(path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts)
    return [name for name in names if not name.startswith(tuple(f"{folder}/" for folder in LEFT_OUT))]


def requirements(text: str) -> str:
    """The lines of requirements.txt, with the PyTorch that ZeroGPU has."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return "\n".join(ZERO_GPU.get(Requirement(line).name, line) for line in lines) + "\n"


def operations(root: Path, there: Collection[str]) -> list[Operation]:
    """The commit that makes a Space with the files `there` the same as the checkout."""
    names = files(root)
    changed = {"requirements.txt": requirements((root / "requirements.txt").read_text(encoding="utf-8")).encode()}
    added: list[Operation] = [CommitOperationAdd(name, changed.get(name, str(root / name))) for name in names]
    return added + [CommitOperationDelete(name) for name in sorted(set(there) - set(names) - set(OWN))]


def publish(name: str, hub: HfApi, dry_run: bool = False, root: Path = ROOT) -> str:
    """Make or update the Space `name`, OWNER/NAME, in one commit; with `dry_run` only look. What was done, in words."""
    exists = hub.repo_exists(name, repo_type="space")
    there = hub.list_repo_files(name, repo_type="space") if exists else []
    changes = operations(root, there)
    added = [each for each in changes if isinstance(each, CommitOperationAdd)]
    size = sum(each.upload_info.size for each in added) / 1e6
    told = f"{len(added)} files, {size:.0f} MB; {len(changes) - len(added)} that are there no more are deleted"
    if dry_run:
        return f"{name} would be {'updated' if exists else 'made'}: {told}."
    if not exists:
        hardware = SpaceCard.load(root / "README.md").data.get("suggested_hardware")
        hub.create_repo(name, repo_type="space", space_sdk="gradio", space_hardware=hardware)
    commit = hub.create_commit(name, changes, commit_message="Show the current workbench", repo_type="space")
    return f"{commit.commit_url}: {told}."


def main(
    name: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="The Space.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
) -> None:
    """Make or update a Space that shows the page; sign in before with: hf auth login"""
    try:
        print(publish(name, HfApi(), dry_run))
    except WorkbenchError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    typer.run(main)
