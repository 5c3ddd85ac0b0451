import nbformat
import pytest

from analysis.errors import ParameterError, StudyError
from analysis.study.parameters import check_parameters, read_defaults

DEFAULTS = {"data": "real", "years": [2024], "share": 0.5, "seed": 0, "assumed": True}


def notebook(path, *sources, tags=("parameters",)):
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


def test_defaults_are_read_in_order_without_running_anything(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "place = '新晃县'  # a comment\nyears = [2023, 2024]\nshare = -0.5")
    assert list(read_defaults(path).items()) == [("place", "新晃县"), ("years", [2023, 2024]), ("share", -0.5)]


@pytest.mark.parametrize("source", ["x = open('y')", "import os", "x = y = 1 + z"])
def test_the_parameters_cell_holds_literals_only(tmp_path, source):
    with pytest.raises(StudyError, match=r"a\.ipynb"):
        read_defaults(notebook(tmp_path / "a.ipynb", source))


def test_a_notebook_without_parameters_is_named(tmp_path):
    with pytest.raises(StudyError, match="0 cells tagged"):
        read_defaults(notebook(tmp_path / "a.ipynb", "x = 1", tags=()))


def test_a_missing_notebook_names_those_there_are(tmp_path):
    notebook(tmp_path / "01_corpus.ipynb", "x = 1")
    with pytest.raises(StudyError, match="01_corpus"):
        read_defaults(tmp_path / "01_copus.ipynb")


def test_a_mistyped_parameter_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match=r"no parameter 'year'. Did you mean 'years'"):
        check_parameters({"year": [2024]}, DEFAULTS, "run x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data", 5),
        ("years", 2024),
        ("years", ["2024"]),
        ("share", "0.5"),
        ("seed", 0.5),
        ("seed", True),
        ("assumed", 1),
    ],
)
def test_a_value_of_another_type_stops_the_run(name, value):
    with pytest.raises(ParameterError, match=f"parameter '{name}' is"):
        check_parameters({name: value}, DEFAULTS, "run x")


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as caught:
        check_parameters({"year": 1, "seed": "a"}, DEFAULTS, "run x")
    assert "'year'" in str(caught.value)
    assert "'seed'" in str(caught.value)


def test_a_whole_number_serves_as_a_number():
    assert check_parameters({"share": 1}, DEFAULTS, "run x") == {"share": 1}
