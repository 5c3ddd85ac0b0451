"""Corrections by command and by function: what is made, what is refused before it is written, what stays as it was."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.errors import CorrectionError, ParameterError, TableError
from analysis.tables import append_rows, fit_table, read_table
from analysis.tidy import correct, read_corrections

SIGNED = {"reason": "misread", "who": "A. Reader", "when": "2026-01-31"}
HASH = "f" * 64


@pytest.fixture
def facts():
    known = [{"doc_id": "a", "county": "甲县", "sha256": HASH, "coverage": "full", "source": "x"},
             {"doc_id": "b", "county": "乙县", "coverage": "opening", "source": "x"}]  # fmt: skip
    documents = fit_table(known, "documents")
    figure = {"value": 141.0, "low": 141.0, "high": 141.0, "unit": "件", "status": "reported", "role": "achievement",
              "surface": "141件", "measure": "案件"}  # fmt: skip
    mentions = [figure | {"mention_id": "a@5", "doc_id": "a", "start": 5, "end": 9},
                figure | {"mention_id": "b#1", "doc_id": "b"}]  # fmt: skip
    statement = {"statement_id": "a@5", "doc_id": "a", "start": 5, "end": 9, "role": "problem", "heading": True}
    return {"documents": documents, "mentions": fit_table(mentions, "mentions"),
            "statements": fit_table([statement], "statements")}  # fmt: skip


@pytest.mark.parametrize(
    ("id", "changes", "becomes"),
    [
        ("a@5", {"value": 124}, [("mentions", "value", "141", "124", HASH)]),
        ("a@5", {"value": "17.5万"}, [("mentions", "value", "141", "175000", HASH)]),
        ("a@5", {"value": "1,286"}, [("mentions", "value", "141", "1286", HASH)]),
        ("a@5", {"value": None, "masked": True},
         [("mentions", "value", "141", "", HASH), ("mentions", "masked", "false", "true", HASH)]),
        ("b#1", {"surface": "142件"}, [("mentions", "surface", "141件", "142件", "")]),
        ("a@5", {"heading": False}, [("statements", "heading", "true", "false", HASH)]),
        ("b", {"county": "=1+1"}, [("documents", "county", "乙县", "＝1+1", "")]),
    ],
)  # fmt: skip
def test_a_correction_expects_what_stands_there_and_knows_its_text(facts, id, changes, becomes):
    made = correct(id, changes, facts=facts, corrections=fit_table([], "corrections"), **SIGNED)
    columns = ["table", "field", "expected", "corrected", "sha256"]
    assert [tuple(row) for row in made[columns].to_numpy()] == becomes
    assert made[["reason", "who", "when"]].drop_duplicates().values.tolist() == [list(SIGNED.values())]


@pytest.mark.parametrize(
    ("id", "changes", "more", "says"),
    [
        ("a@6", {"value": 1}, {}, "no extracted table has a row 'a@6'"),
        ("a@5", {"colour": 1}, {}, "no field 'colour'"),
        ("a@5", {"start": 1}, {}, "no field 'start' that can be corrected"),
        ("a@5", {"role": "plan"}, {}, "in mentions and statements; name the table"),
        ("a@5", {"value": 1}, {"table": "figures"}, "no table 'figures'"),
        ("a@5", {"value": 141}, {}, "'141' already"),
        ("a@5", {"value": "about"}, {}, "must be a number"),
        ("a@5", {"form": "count"}, {}, "must be one of flow"),
        ("a@5", {"value": 1}, {"reason": " "}, "reason is empty"),
        ("a@5", {"value": 1}, {"who": ""}, "who is empty"),
        ("a@5", {"value": 1}, {"when": "31.1.2026"}, "a date YYYY-MM-DD"),
        ("a@5", {"value": 1}, {"when": ""}, "when is empty"),
    ],
)
def test_what_tidy_would_refuse_is_refused_and_nothing_is_written(facts, tmp_path, id, changes, more, says):
    path = tmp_path / "corrections.csv"
    with pytest.raises(CorrectionError, match=says):
        correct(id, changes, facts=facts, corrections=path, write=True, **SIGNED | more)
    assert not path.exists()


def test_a_file_is_written_only_when_asked_and_a_second_correction_of_a_cell_is_refused(facts, tmp_path):
    path = tmp_path / "corrections.csv"
    when = datetime.date(2026, 1, 31)
    one = correct("a@5", {"value": 124}, facts=facts, corrections=path, **SIGNED | {"when": when})
    assert not path.exists()
    same = correct("a@5", {"value": 124}, facts=facts, corrections=path, write=True, **SIGNED)
    pd.testing.assert_frame_equal(one, same)
    pd.testing.assert_frame_equal(read_corrections(path), one)
    with pytest.raises(CorrectionError, match=r"more than once \(lines 2, 3\)"):
        correct("a@5", {"value": 125}, facts=facts, corrections=path, write=True, **SIGNED)
    with pytest.raises(ParameterError, match="has no file"):
        correct("b#1", {"value": 1}, facts=facts, corrections=one, write=True, **SIGNED)


HEADS = {
    "a program of one's own": "table,id,field,expected,corrected,sha256,reason,who,when\n",
    "a spreadsheet": "\ufefftable,id,field,expected,corrected,sha256,reason,who,when\r\n",
    "other order": "who,when,reason,sha256,table,id,field,expected,corrected\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_line_is_added_behind_the_others_of_which_no_byte_changes(facts, tmp_path, head):
    path = tmp_path / "corrections.csv"
    order = head.strip("\ufeff\r\n").split(",")
    old = {"table": "mentions", "id": "b#1", "field": "value", "expected": "141", "corrected": "140",
           "sha256": "", "reason": '"a, b"', "who": "B", "when": "2025-12-01"}  # fmt: skip
    end = "\r\n" if head.endswith("\r\n") else "\n"
    former = (head + ",".join(old[name] for name in order) + end).encode()
    path.write_bytes(former)
    correct("a@5", {"value": 124}, facts=facts, corrections=path, write=True, **SIGNED)
    assert path.read_bytes().startswith(former)
    assert path.read_bytes().count(b"\r\n") in (0, 3)
    assert read_corrections(path)[["id", "corrected", "who"]].values.tolist() == [
        ["b#1", "140", "B"], ["a@5", "124", "A. Reader"],
    ]  # fmt: skip


def test_a_file_that_is_cut_off_is_not_added_to(tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_bytes(b"table,id,field,expected,corrected,sha256,reason,who,when\nmentions,a@5,va")
    rows = fit_table([{"table": "mentions", "id": "a@5", "field": "value", **SIGNED}], "corrections")
    with pytest.raises(TableError, match="half written"):
        append_rows(rows, "corrections", path)
    assert path.read_bytes().endswith(b"a@5,va")


# ---- the command


@pytest.fixture
def project(shipped, tmp_path, monkeypatch):
    """Return a root with the shipped facts and without texts."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "extracted").symlink_to(shipped / "data" / "extracted")
    monkeypatch.setenv("FAZHI_ROOT", str(tmp_path))
    return tmp_path


COMMAND = ["--reason", "misread", "--who", "A. Reader", "--when", "2026-01-31"]


def test_the_command_shows_corrects_and_tidy_audits_it(project, capsys):
    place = project / "data" / "corrections.csv"
    assert main(["correct", "p001#1"]) == 0
    assert "value = 9\n" in capsys.readouterr().out
    assert main(["correct", "p001#1", "value=10", "--explain", *COMMAND]) == 0
    assert "would be added" in capsys.readouterr().out
    assert not place.exists()
    assert main(["correct", "p001#1", "value=10", *COMMAND]) == 0
    said = capsys.readouterr().out
    assert "9 to 10 (misread, A. Reader, 2026-01-31)" in said
    assert "mentions p001#1 value: 9 -> 10" in said
    assert main(["tidy"]) == 0
    audit = read_table("audit", project / "data" / "tidy")
    assert audit[["id", "old", "new", "reason", "who", "when"]].values.tolist() == [
        ["p001#1", "9", "10", "misread", "A. Reader", "2026-01-31"]
    ]
    assert main(["correct", "p001#2", "value", *COMMAND]) == 2
    assert "write e.g. value=136" in capsys.readouterr().err


def test_misfits_stop_tidy_and_check_with_all_of_them_and_nothing_is_written(project, capsys):
    rows = [{"table": "mentions", "id": id, "field": "value", "expected": "1", "corrected": corrected, **SIGNED}
            for id, corrected in (("p001#1", "5"), ("p001#99", "5"), ("p001#2", "5"), ("p001#2", "6"))]  # fmt: skip
    append_rows(fit_table(rows, "corrections"), "corrections", project / "data" / "corrections.csv")
    for command in (["tidy"], ["check"]):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert all(f"line {line}:" in said for line in (2, 3, 4, 5))
        assert all(reason in said for reason in ("holds '9'", "no row with this id", "more than once"))
    assert not (project / "data" / "tidy").exists()
    assert main(["correct", "p003#1", "value=5000", *COMMAND]) == 0
    assert "4 older line(s)" in capsys.readouterr().out
