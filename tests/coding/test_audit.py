"""The audit sheet: what an auditor sees, and what is said of answers that do not fit."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from analysis.coding.audit import draw_audit, read_audit, write_audit
from analysis.coding.workbook import read_sheet
from analysis.errors import InputError, ParameterError, TableError
from analysis.tables import fit_table

TEXT = "一、工作情况\n2024年办理法律援助案件128件,调解成功率98.5%,清理文件三件。" + "\n另有7处。" * 12
SPANS = {"128件": "legal_aid_cases_handled", "98.5%": "", "三件": ""}


def facts():
    """Return the tables of two reports in which extraction took one figure, read two and overlooked the rest."""
    ids = ["d0", "d1"]
    mentions, matches = [], []
    for doc_id in ids:
        for surface, indicator in SPANS.items():
            start = TEXT.index(surface)
            row = {"mention_id": f"{doc_id}@{start}", "doc_id": doc_id}
            mentions.append(row | {"start": start, "end": start + len(surface), "surface": surface, "value": 128})
            matches.append(row | {"indicator": indicator, "used": bool(indicator), "rule": "rule_of_the_machine"})
    documents = [{"doc_id": doc_id, "issuer_type": "government", "county": "虚县", "report_year": 2024, "source": "x",
                  "sha256": "a" * 64} for doc_id in ids]  # fmt: skip
    sections = [{"doc_id": doc_id, "start": 0, "end": 6, "body_end": len(TEXT), "level": 1, "label": "一、",
                 "role": "achievement"} for doc_id in ids]  # fmt: skip
    given = {"documents": documents, "mentions": mentions, "matches": matches, "sections": sections}
    return {name: fit_table(rows, name) for name, rows in given.items()}, dict.fromkeys(ids, TEXT)


@pytest.fixture
def audit(tmp_path):
    tables, texts = facts()
    sample = draw_audit(tables, texts, reports=2, figures=24)
    path = tmp_path / "audit.xlsx"
    write_audit(path, sample, tables, texts)
    book = load_workbook(path)
    for row in book["answers"].iter_rows(min_row=2):
        row[6].value = "none 是数字，但不属任何指标"
    book.save(path)
    return path, sample


def change(path, place, value):
    book = load_workbook(path)
    book["answers"][place].value = value
    book.save(path)


def test_what_was_answered_is_read_with_values_as_printed(audit):
    path, sample = audit
    change(path, "G2", "legal_aid_cases_handled")
    change(path, "H2", "1.28万")
    change(path, "G3", "no_figure")
    done = read_audit(path, sample, "A. Reader")
    first = done.set_index("item").loc[["f0001", "f0002"]]
    assert first["truth"].tolist() == ["legal_aid_cases_handled", "no_figure"]
    assert first["truth_value"].iloc[0] == 12800
    assert set(done["auditor"]) == {"A. Reader"}
    assert sample["truth"].eq("").all()


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("G2", None, "f0001 has no answer; choose an indicator, none or no_figure"),
        ("G2", "legal_aid", "there is no indicator 'legal_aid'"),
        ("H2", "many", "'many' is no number; write it like 1286 or 17.5万"),
        ("A2", "f0002", "f0002 stands in 2 rows"),
        ("A2", "f9999", "there is no item 'f9999'"),
        ("A2", "f9999", "the row of f0001 is missing"),
        ("E2", "【999件】", "put the text back"),
    ],
)
def test_answers_that_do_not_fit_are_listed_and_nothing_is_read(audit, place, value, words):
    path, sample = audit
    change(path, place, value)
    with pytest.raises(TableError, match="Nothing was read") as caught:
        read_audit(path, sample, "A. Reader")
    assert any(words in str(violation) for violation in caught.value.violations)


def test_an_auditor_does_not_see_what_extraction_made_of_it(audit):
    path, sample = audit
    rows = read_sheet(path, "answers", ["item", "report", "heading", "before", "figure", "after", "value", "remark"])
    assert {row["value"] + row["remark"] for row in rows} == {""}
    assert len(rows) == len(sample) == 24
    kinds = dict(zip(sample["item"], sample["stratum"], strict=True))
    assert {kinds[row["item"]] for row in rows} == {"taken", "read", "digits"}
    texts = {str(cell.value) for page in load_workbook(path) for row in page.iter_rows() for cell in row}
    assert not [
        text
        for text in texts
        if "rule_of" in text and "machine" in text or text in {"taken", "read", "digits", "words"}
    ]
    assert {row["figure"] for row in rows} == {"【2024】", "【128】", "【98.5】", "【三】", "【7】"}
    assert [row["item"] for row in rows] == sorted(row["item"] for row in rows)
    assert sample.sort_values(["doc_id", "start"])["item"].tolist() != sorted(sample["item"])


def test_recall_rests_on_numerals_from_which_nothing_was_taken(audit):
    _, sample = audit
    missed = sample[sample["stratum"].eq("digits")]
    assert missed["indicator"].eq("").all()
    assert missed["p_figure"].between(0, 1, inclusive="right").all()
    assert missed["n_stratum"].eq(26).all()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"reports": 1}, ParameterError, "reports is 1; an audit needs at least 2"),
        ({"figures": 5}, ParameterError, "figures is 5; an audit needs at least 20"),
        ({"texts": {}}, InputError, "None of the 2 reports has its text at hand"),
    ],
)
def test_an_audit_that_cannot_be_says_why(given, error, words):
    tables, texts = facts()
    texts = given.pop("texts", texts)
    with pytest.raises(error, match=words):
        draw_audit(tables, texts, **given)
