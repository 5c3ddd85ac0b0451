import json
import shutil

import nbformat
import pytest

from analysis import paths
from analysis.errors import FazhiError, ParameterError, StudyError
from analysis.study.plan import read_plan
from analysis.study.runs import run_study
from analysis.tables import empty_table, fit_table, write_tables

STUDY = """
[data.own]
label_zh = "一份"
label_en = "One"
extracted = ["data/extracted"]
tidy = "data/tidy"
corrections = "data/corrections.csv"

[[run]]
id = "first"
notebook = "small"
parameters = { data = "own", place = "新晃县" }
"""
CODE = """
import os, pathlib
if place == "fails":
    raise ValueError("no such place")
folder = pathlib.Path(os.environ["FAZHI_FIGURES"]) / run
folder.mkdir(exist_ok=True)
_ = (folder / "place.txt").write_text(place, encoding="utf-8")
"""


@pytest.fixture
def study(root, monkeypatch):
    """Return a study of one document and one small notebook."""
    documents = [
        {"doc_id": "a", "issuer_type": "government", "genre": "annual_report", "coverage": "full", "source": "a.txt"}
    ]
    facts = {"documents": fit_table(documents, "documents"), "mentions": empty_table("mentions")}
    write_tables(facts, root / "data" / "extracted" / "own")
    (root / "notebooks").mkdir()
    cells = [
        nbformat.v4.new_code_cell("data = 'own'\nrun = 'first'\nplace = ''", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(CODE),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    (root / "notebooks" / "small.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    (root / "study.toml").write_text(STUDY, encoding="utf-8")
    monkeypatch.setattr(paths, "notebooks", lambda: root / "notebooks")
    return root


def change(study, old, new):
    path = study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_run_is_done_once_and_again_only_when_something_changed(study):
    lines = []
    assert run_study(echo=lines.append).done == ["first"]
    assert lines[:2] == ["tidy own: doing, because first run", "run first: doing, because first run"]
    assert (study / "figures" / "first" / "place.txt").read_text(encoding="utf-8") == "新晃县"
    assert "新晃县" in (study / "figures" / "runs" / "first.ipynb").read_text(encoding="utf-8")

    lines.clear()
    assert run_study(echo=lines.append).unchanged == ["first"]
    assert lines == ["tidy own: up to date", "run first: up to date"]

    change(study, "新晃县", "嵩县")
    lines.clear()
    run_study(explain=True, echo=lines.append)
    assert lines[1] == "run first: to do, because a parameter changed"
    (study / "figures" / "first" / "place.txt").unlink()
    run_study(explain=True, echo=lines.append)
    assert lines[-1] == "run first: to do, because a parameter changed, place.txt is missing"


def test_the_evidence_is_written_again_only_when_something_changed(study):
    run_study()
    page = study / "figures" / "evidence_own.html"
    content, file = page.read_bytes(), page.stat().st_ino
    run_study()
    assert page.stat().st_ino == file
    page.write_bytes(b"edited")
    run_study()
    assert page.read_bytes() == content
    file = page.stat().st_ino
    (study / "data" / "text").mkdir()
    (study / "data" / "text" / "found.txt").write_bytes(b"a text that came later")
    run_study()
    assert page.stat().st_ino != file


def test_a_failed_run_keeps_its_former_figures_and_says_where_it_failed(study):
    run_study()
    change(study, "新晃县", "fails")
    outcome = run_study()
    failure = str(outcome.failures[0])
    assert "ValueError: no such place" in failure
    assert "place = 'fails'" in failure
    assert (study / "figures" / "first" / "place.txt").read_text(encoding="utf-8") == "新晃县"
    state = json.loads((study / "figures" / "runs" / "state.json").read_text(encoding="utf-8"))
    assert "新晃县" in state["first"]["key"]["a parameter"]


def test_a_mistyped_parameter_stops_before_anything_is_run(study):
    change(study, "place =", "palce =")
    with pytest.raises(ParameterError, match="Did you mean 'place'"):
        run_study()
    assert not (study / "figures").exists()


def test_figures_of_a_run_that_the_study_no_longer_has_are_left_and_named(study):
    run_study()
    change(study, 'id = "first"', 'id = "second"')
    lines = []
    assert run_study(echo=lines.append).done == ["second"]
    assert (study / "figures" / "first").exists()
    assert any(line.startswith("figures/first is from a run") for line in lines)


def test_a_file_in_the_place_of_the_figures_is_named(study):
    (study / "figures").write_text("", encoding="utf-8")
    with pytest.raises(StudyError, match="figures is a file"):
        run_study()


def test_a_second_run_at_the_same_time_is_told(study):
    from filelock import FileLock

    with FileLock(study / "data" / ".fazhi.lock"), pytest.raises(StudyError, match="Another run is at work"):
        run_study()


def test_no_facts_at_all_says_what_to_do(study):
    shutil.rmtree(study / "data" / "extracted")
    with pytest.raises(FazhiError, match="No facts"):
        run_study()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "first"', 'id = "../first"', "plain name"),
        ('id = "first"', 'id = "readme"', "plain name"),
        ("label_zh", "label_cn", "label_cn is not known"),
        ('tidy = "data/tidy"', "", "lacks tidy"),
        ("[data.own]", "[data.own", "is not TOML"),
        ('data = "own"', 'data = "other"', "data is 'other'"),
        ('notebook = "small"', 'each = { place = "a" }', "each names one parameter and its values"),
        ('notebook = "small"', 'each = { place = ["a b"] }', "'first_a b' must be a plain name"),
        ('notebook = "small"', 'notebook = "smal"', "There is no notebook smal.ipynb. The notebooks are: small"),
    ],
)
def test_a_wrong_study_file_says_what_is_wrong(study, old, new, says):
    change(study, old, new)
    with pytest.raises(StudyError, match=says):
        run_study()


def test_a_run_for_each_value_of_a_parameter_has_a_folder_of_its_own(study):
    change(study, 'place = "新晃县" }', 'lang = "en" }\neach = { place = ["a", "b2"] }')
    assert [(run.id, run.notebook, dict(run.parameters)) for run in read_plan().runs] == [
        ("first_a", "small", {"data": "own", "lang": "en", "place": "a"}),
        ("first_b2", "small", {"data": "own", "lang": "en", "place": "b2"}),
    ]


def test_two_runs_of_one_id_are_refused(study):
    path = study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[[run]]\nid = "first"\n', encoding="utf-8")
    with pytest.raises(StudyError, match="two runs are called first"):
        read_plan()
