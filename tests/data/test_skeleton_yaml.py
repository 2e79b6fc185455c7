"""A skeleton by its name, or from somebody's YAML file."""

import pytest

from methods.data.skeleton_yaml import chosen_skeleton
from methods.errors import DataError
from methods.skeletons import COCO17, CROWDPOSE14


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> str:
        (tmp_path / "own.yaml").write_text(text)
        return str(tmp_path / "own.yaml")

    return write


def test_a_published_one_by_its_name():
    assert chosen_skeleton("crowdpose-14") == CROWDPOSE14
    with pytest.raises(DataError, match="There is no skeleton 'none'"):
        chosen_skeleton("none")


def test_one_of_ones_own(written):
    text = "name: paws\nkeypoints: [tail, left_paw, right_paw]\nlimbs: [[tail, left_paw]]\n"
    skeleton = chosen_skeleton(written(text))
    assert (skeleton.name, skeleton.keypoints) == ("paws", ("tail", "left_paw", "right_paw"))
    assert (skeleton.limbs, skeleton.pairs, skeleton.sigmas_are) == (((0, 1),), ((1, 2),), "default")
    given = chosen_skeleton(written(text + "sigmas: [0.1, 0.2, 0.2]\n"))
    assert (given.sigmas, given.sigmas_are) == ((0.1, 0.2, 0.2), "given")


def test_a_published_one_by_its_keypoints(written):
    assert chosen_skeleton(written(f"keypoints: [{', '.join(COCO17.keypoints)}]")) == COCO17


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("keypoints: [a, a]", "two keypoints have the same name"),
        ("keypoints: [a, b]\nlimbs: [[a, c]]", "a limb joins c"),
        ("keypoints: [a, b]\nsigmas: [1]", "2 keypoints and 1 sigmas"),
        ("keypoints: []", "keypoints: "),
        ("keypoints: [<script>]", r"keypoints\.0: "),
        ("joints: [a]", "keypoints: Field required"),
        ("[", "is no YAML that is read here"),
    ],
)
def test_files_that_describe_none(written, text, problem):
    with pytest.raises(DataError, match=problem):
        chosen_skeleton(written(text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"There is no .*own\.yml; check the path"):
        chosen_skeleton(str(tmp_path / "own.yml"))
