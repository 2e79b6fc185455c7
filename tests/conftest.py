"""Fixtures for every test folder."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("POSE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def pose_data() -> Path:
    """The folder of development data sets, one folder each; a test that asks for it is skipped where there is none."""
    if not DATA.is_dir():
        pytest.skip(f"no development photos at {DATA}; set POSE_DATA to a folder that holds coco_val")
    return DATA
