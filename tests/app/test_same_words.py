"""Page and command line say the same of the same files, however odd these are."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from app.server.gate import Upload
from app.state.uploads import DatasetForm, read_dataset
from methods.__main__ import app
from methods.errors import FieldError, WorkbenchError
from tests.data.mutation import changed
from tests.data.test_fuzz import FILE, RESULTS


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, so that both know files by their bare names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("methods.analysis.difference.RESAMPLES", 10)
    return tmp_path


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed(FILE), changed(RESULTS))
def test_page_and_command_line_say_the_same(folder, annotations, results):
    contents = {"ground_truth": annotations, "a": results, "b": RESULTS}
    for name, content in contents.items():
        Path(f"{name}.json").write_text(json.dumps(content))
    done = CliRunner().invoke(app, ["compare", "a.json", "b.json", "--annotations", "ground_truth.json"])
    read, said = page_says([Upload(folder / f"{name}.json") for name in contents])
    if read:
        assert done.exit_code == 0, done.output
        assert said in done.stdout
    elif "mean over categories" not in done.output:  # the command line measures each, the page asks for one
        # Which names a file with its folder.
        assert said in done.stderr.replace(f"{folder.name}/", ""), done.output


def page_says(files: list[Upload]) -> tuple[bool, str]:
    """Whether the page reads the files, and what it says of them, but for where a field is set."""
    try:
        return True, "\n".join(read_dataset(DatasetForm(files), {}).report)
    except FieldError as error:
        return False, error.problem
    except WorkbenchError as error:
        return False, str(error)
