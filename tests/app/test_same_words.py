"""Page and command line say the same of the same files, however odd these are."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from app.server.gate import Upload
from app.state.uploads import NOT_RUN, NOT_WANTED, DatasetForm, read_dataset
from methods.__main__ import app
from methods.errors import FieldError, WorkbenchError
from tests.data.formats.test_fuzz_formats import LINE, ODD_WORDS, ODD_YAML, YAML
from tests.data.formats.test_fuzz_formats import RESULTS as OTHER_RESULTS
from tests.data.mutation import changed
from tests.data.test_fuzz import FILE, RESULTS

ULTRALYTICS = [{**each, "image_id": "a", "file_name": "a.png", "bbox": [1, 2, 3, 4]} for each in RESULTS]
IMAGES = [{"id": 1, "file_name": "a.png", "width": 64, "height": 48}, {"id": 2, "file_name": "2.png"}]


@pytest.fixture
def folder(tmp_path, monkeypatch, few_resamples):
    """The working directory, so that both know files by their bare names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


ODD = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=10, deadline=None, suppress_health_check=ODD)
@given(changed(FILE), changed(RESULTS))
def test_page_and_command_line_say_the_same(folder, annotations, results):
    compare(folder, "ground_truth.json", annotations, results)


@settings(max_examples=6, deadline=None, suppress_health_check=ODD)
@given(
    st.lists(st.tuples(st.integers(0, 60), ODD_WORDS), max_size=2),
    st.lists(st.tuples(st.sampled_from(sorted(YAML)), ODD_YAML), max_size=1),
)
def test_of_a_yolo_set_too(folder, words, fields):
    line = list(LINE)
    for position, word in words:
        line.insert(position, word)
    image = io.BytesIO()
    Image.new("RGB", (64, 48)).save(image, "PNG")
    contents = {
        "data.yaml": "\n".join(f"{key}: {value}" for key, value in (YAML | dict(fields)).items()),
        "images/a.png": image.getvalue(),
        "labels/a.txt": "\n".join([" ".join(line), " ".join(LINE)]),
    }
    compare(folder, "set.zip", contents, ULTRALYTICS)


@pytest.mark.parametrize("kind", sorted(OTHER_RESULTS))
def test_of_results_of_other_formats_too(folder, kind):
    @settings(max_examples=3, deadline=None, suppress_health_check=ODD)
    @given(changed(OTHER_RESULTS[kind]))
    def check(results):
        compare(folder, "ground_truth.json", {**FILE, "images": IMAGES}, results)

    check()


def compare(folder, name, annotations, results) -> None:
    """Give these to both, with other results that are as they should be."""
    by_number = name.endswith(".json")
    contents = {name: annotations, "a.json": results, "b.json": RESULTS if by_number else ULTRALYTICS}
    for each, content in contents.items():
        if each.endswith(".zip"):
            with zipfile.ZipFile(each, "w") as archive:
                for entry, text in content.items():
                    archive.writestr(entry, text)
        else:
            Path(each).write_text(json.dumps(content))
    done = CliRunner().invoke(app, ["compare", "a.json", "b.json", "--annotations", name])
    read, said = page_says([Upload(folder / each) for each in contents])
    if read:
        assert done.exit_code == 0, done.output
        # The command line compares results, and looks for no images.
        assert said.replace(" found", "") in done.stdout
    elif "mean over categories" not in done.output:  # the command line measures each, the page asks for one
        # Which names a file with its folder.
        assert said in done.stderr.replace(f"{folder.name}/", ""), done.output


def page_says(files: list[Upload]) -> tuple[bool, str]:
    """Whether the page reads the files, and what it says of them, but for where a field is set."""
    try:
        report = read_dataset(DatasetForm(files, run=False), {}).report
        return True, "\n".join(each for each in report if each != NOT_RUN.format(why=NOT_WANTED))
    except FieldError as error:
        return False, error.problem
    except WorkbenchError as error:
        return False, str(error)
