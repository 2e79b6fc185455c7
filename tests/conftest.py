"""What every test folder shares."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: a busy machine must not fail one.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

DATA = Path(os.environ.get("POSE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def pytest_sessionstart() -> None:
    """Stop at once where torch and torchvision are no matching pair: all else would fail in ways that hide it."""
    import torch
    import torchvision

    try:
        torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
    except (RuntimeError, AttributeError) as error:
        pytest.exit(
            f"torchvision {torchvision.__version__} has no compiled operators for torch {torch.__version__} ({error});"
            " install both from requirements.txt.",
            returncode=1,
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser tests in one of several test processes: they share one running app."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def pose_data() -> Path:
    """The folder of development data sets, one folder each; a test that asks for it is skipped where there is none."""
    if not DATA.is_dir():
        pytest.skip(f"no development photos at {DATA}; set POSE_DATA to a folder that holds coco_val")
    return DATA
