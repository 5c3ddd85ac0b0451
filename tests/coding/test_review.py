"""Corrections in a spreadsheet: what is selected, what a filled sheet becomes, and which rows of it cannot be used."""

from __future__ import annotations

import shutil
import zipfile

import pytest
from openpyxl import load_workbook

from analysis import open_study
from analysis.__main__ import main
from analysis.coding.review import find_flagged, read_review, select_figures, write_review
from analysis.coding.workbook import read_sheet
from analysis.errors import InputError, ParameterError, TableError
from analysis.evidence import find_texts
from analysis.tables import empty_table, fit_table, read_table
from tests.coding.conftest import fill

SIGNED = {"who": "A. Reader", "when": "2026-01-31"}


@pytest.fixture(scope="module")
def study(corpus):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAZHI_ROOT", str(corpus))
        yield open_study("own")


@pytest.fixture
def sheet(study, tmp_path):
    """Return a sheet of three figures in their sentences, and their ids."""
    ids = study.matches.query("used")["mention_id"].head(3).tolist()
    path = tmp_path / "review.xlsx"
    write_review(path, dict.fromkeys(ids, "why"), study.tables, find_texts(study.documents, study.data.texts))
    return path, ids


def test_figures_are_selected_by_indicator_report_and_flag(study):
    indicator = study.observations["indicator"].iloc[0]
    report = study.documents["doc_id"].iloc[3]
    by_indicator = select_figures(study.tables, indicators=[indicator])
    both = select_figures(study.tables, indicators=[indicator], reports=[report])
    matches = study.matches.set_index("mention_id")
    assert set(by_indicator) == set(matches.index[matches["indicator"].eq(indicator)])
    assert set(both) == {name for name in by_indicator if matches.loc[name, "doc_id"] == report}
    flagged = find_flagged(study.tables)
    for flag, ids in flagged.items():
        if ids:
            chosen = select_figures(study.tables, flags=[flag])
            assert set(chosen) == ids
            assert all(flag in why for why in chosen.values())
    assert flagged["implausible"] | flagged["conflict"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [({}, "Say which figures"), ({"flags": ["odd"]}, "no flag odd; there are conflict, implausible, masked"),
     ({"reports": ["x"]}, "no report x"), ({"indicators": ["x"]}, "no indicator x")],
)  # fmt: skip
def test_a_selection_that_means_nothing_is_refused(study, asked, says):
    with pytest.raises(ParameterError, match=says):
        select_figures(study.tables, **asked)


def test_a_sheet_shows_the_sentence_and_comes_back_as_corrections(study, sheet):
    path, ids = sheet
    rows = read_sheet(path, "answers", ["mention_id", "before", "figure", "after", "now", "field"])
    mentions = study.mentions.set_index("mention_id")
    assert [row["mention_id"] for row in rows] == ids
    for row in rows:
        figure = mentions.loc[row["mention_id"]]
        assert row["figure"] == f"【{figure['surface']}】"
        assert row["before"] or row["after"]
        assert row["field"] == "value"
    fill(path, {ids[0]: {"corrected": "1.2万", "reason": "a"},
                ids[1]: {"field": "unit", "corrected": "empty", "reason": "b"}})  # fmt: skip
    made = read_review(path, study.tables, empty_table("corrections"), **SIGNED)
    expected = [f"{mentions.loc[ids[0], 'value']:g}", mentions.loc[ids[1], "unit"]]
    assert made[["id", "field", "expected", "corrected", "reason", "who"]].values.tolist() == [
        [ids[0], "value", expected[0], "12000", "a", "A. Reader"], [ids[1], "unit", expected[1], "", "b", "A. Reader"],
    ]  # fmt: skip
    hashes = dict(zip(study.documents["doc_id"], study.documents["sha256"], strict=True))
    assert made["sha256"].tolist() == [hashes[mentions.loc[name, "doc_id"]] for name in ids[:2]]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"corrected": "12"}, "needs its reason"),
        ({"reason": "a"}, "nothing under corrected"),
        ({"corrected": "=1+1", "reason": "a"}, "is a formula"),
        ({"corrected": "many", "reason": "a"}, "must be a number"),
        ({"corrected": "9" * 400, "reason": "a"}, "must be a number"),
        ({"corrected": "12", "reason": "a", "field": "start"}, "ids and offsets never change"),
        ({"corrected": "seen", "reason": "a", "field": "status"}, "must be one of reported"),
        ({"corrected": "12", "reason": "a", "before": "other words"}, "is not what was written"),
        ({"corrected": "12", "reason": "a", "mention_id": "x@1"}, "no such figure"),
        ({"corrected": "12", "reason": "a", "facts": "0"}, "read otherwise since the sheet was written"),
    ],
)  # fmt: skip
def test_every_row_that_cannot_be_used_is_named(study, sheet, answer, says):
    path, ids = sheet
    fill(path, {ids[2]: {"corrected": "3"}, ids[0]: answer})
    with pytest.raises(TableError) as caught:
        read_review(path, study.tables, empty_table("corrections"), **SIGNED)
    assert [violation.row for violation in caught.value.violations] == [2, 4]
    assert says in caught.value.violations[0].message


def test_a_cell_that_is_corrected_already_is_named(study, sheet):
    path, ids = sheet
    fill(path, {ids[0]: {"corrected": "3", "reason": "a"}})
    former = read_review(path, study.tables, empty_table("corrections"), **SIGNED)
    with pytest.raises(TableError, match="line 2: .*more than once"):
        read_review(path, study.tables, former, **SIGNED)


def test_a_sheet_without_answers_or_made_to_harm_is_refused(study, sheet, tmp_path):
    path, _ = sheet
    with pytest.raises(InputError, match="Nothing is filled in"):
        read_review(path, study.tables, empty_table("corrections"), **SIGNED)
    bomb = tmp_path / "bomb.xlsx"
    shutil.copy(path, bomb)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/zeros.bin", b"\0" * 2**26)
    with pytest.raises(InputError, match="made to harm"):
        read_review(bomb, study.tables, empty_table("corrections"), **SIGNED)


def test_facts_without_texts_are_reviewed_without_sentences(tmp_path):
    documents = fit_table([{"doc_id": "b", "county": "乙县", "coverage": "opening", "source": "x"}], "documents")
    figure = {"mention_id": "b#1", "doc_id": "b", "surface": "约9次", "value": 9.0, "unit": "次", "status": "reported"}
    tables = {"documents": documents, "mentions": fit_table([figure], "mentions"), "sections": empty_table("sections")}
    write_review(tmp_path / "bare.xlsx", {"b#1": "why"}, tables, {})
    (row,) = read_sheet(tmp_path / "bare.xlsx", "answers", ["report", "before", "figure", "now"])
    assert (row["report"], row["before"], row["figure"], row["now"]) == ("b", "", "【约9次】", "9 次")


def test_the_same_selection_gives_the_same_bytes(study, sheet, tmp_path):
    path, ids = sheet
    again = tmp_path / "again.xlsx"
    write_review(again, dict.fromkeys(ids, "why"), study.tables, find_texts(study.documents, study.data.texts))
    assert again.read_bytes() == path.read_bytes()


def test_the_commands_go_from_a_sheet_to_audited_facts(corpus, tmp_path, monkeypatch, capsys):
    root = tmp_path / "root"
    shutil.copytree(corpus, root)
    monkeypatch.setenv("FAZHI_ROOT", str(root))
    assert main(["review", "sample", "--data", "own", "--flag", "implausible", "conflict"]) == 0
    path = root / "data" / "review" / "own.xlsx"
    assert main(["review", "sample", "--data", "own", "--flag", "implausible"]) == 2
    assert "may hold answers" in capsys.readouterr().err
    (first, *_) = [row[0].value for row in load_workbook(path)["answers"].iter_rows(min_row=2)]
    fill(path, {first: {"corrected": "3", "reason": "误读"}})
    read = ["review", "read", str(path), "--data", "own", "--who", "某人", "--when", "2026-02-01"]
    assert main([*read, "--explain"]) == 0
    assert not (root / "data" / "corrections.csv").exists()
    assert main(read) == 0
    assert f"mentions {first} value" in capsys.readouterr().out
    assert main(["tidy", "-o", str(root / "data" / "tidy")]) == 0
    audit = read_table("audit", root / "data" / "tidy")
    assert audit[["id", "new", "reason", "who", "when"]].values.tolist() == [[first, "3", "误读", "某人", "2026-02-01"]]
