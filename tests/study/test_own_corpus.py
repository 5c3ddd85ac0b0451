"""A corpus of one's own: started by a command, worked on from the folder one stands in."""

import pytest

from analysis import paths
from analysis.__main__ import main
from analysis.study.parameters import check_parameters, read_defaults
from analysis.study.plan import read_plan


@pytest.fixture
def own(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("FAZHI_ROOT")
    assert main(["start", str(tmp_path / "own")]) == 0
    assert "data/raw/" in capsys.readouterr().out
    return tmp_path / "own"


def test_commands_work_on_the_corpus_one_stands_in(own, monkeypatch):
    monkeypatch.chdir(own / "data" / "raw")
    assert paths.root() == own
    assert paths.study() == own / "study.toml"
    monkeypatch.chdir(own.parent)
    assert paths.root() == paths.PACKAGE.parent
    monkeypatch.setenv("FAZHI_ROOT", str(own))
    assert paths.root() == own


def test_the_study_file_of_a_new_corpus_fits_the_notebooks(own, monkeypatch):
    monkeypatch.chdir(own)
    plan = read_plan()
    assert plan.runs
    for run in plan.runs:
        defaults = read_defaults(paths.notebooks() / f"{run.notebook}.ipynb")
        check_parameters(run.parameters, defaults, run.id)
        assert defaults["data"] in plan.data


def test_an_empty_corpus_says_what_to_do(own, monkeypatch, capsys):
    monkeypatch.chdir(own)
    assert main(["run"]) == 2
    assert "Put reports into data/raw/" in capsys.readouterr().err


def test_a_folder_in_use_is_left_alone(own, capsys):
    (own / "study.toml").write_text("mine", encoding="utf-8")
    assert main(["start", str(own)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert (own / "study.toml").read_text(encoding="utf-8") == "mine"


def test_a_study_file_names_all_that_it_lacks(own, monkeypatch, capsys):
    monkeypatch.chdir(own)
    (own / "study.toml").write_text('[data.real]\nextracted = ["data/extracted"]\n', encoding="utf-8")
    assert main(["run"]) == 2
    assert "lacks label_zh, label_en, tidy, corrections" in capsys.readouterr().err
