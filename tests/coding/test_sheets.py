"""Sheets out and back: what stands in them, what does not, and what is said of rows that do not fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.coding.answers import find_assigned, read_coding, write_coding
from analysis.coding.assignment import draw_coding
from analysis.coding.candidates import find_candidates
from analysis.coding.sampling import allocate, draw_reports
from analysis.coding.workbook import Field, Sheet, read_sheet, write_workbook
from analysis.errors import InputError, ParameterError, TableError
from analysis.tables import fit_table

TEXT = "二、存在的问题\n一是=CMD()意识不强。二是队伍薄弱,仅3人。\n三是@宣传不够。"
SPANS = [(TEXT.index(words), TEXT.index(words) + len(words)) for words in ("=CMD()意识不强", "队伍薄弱", "@宣传不够")]


def facts(size=4):
    """Return the tables of some reports with three problems each, one of them a formula, and their texts."""
    ids = [f"d{number}" for number in range(size)]
    documents = [{"doc_id": name, "issuer_type": "government", "county": "虚县", "report_year": 2024, "source": "x"}
                 for name in ids]  # fmt: skip
    statements = [{"statement_id": f"{name}@{start}", "doc_id": name, "start": start, "end": end, "role": "problem"}
                  for name in ids for start, end in SPANS]  # fmt: skip
    sections = [{"doc_id": name, "start": 0, "end": 7, "body_end": len(TEXT), "level": 1, "label": "二、",
                 "role": "problem"} for name in ids]  # fmt: skip
    tables = {"documents": documents, "statements": statements, "sections": sections}
    return {name: fit_table(rows, name) for name, rows in tables.items()}, dict.fromkeys(ids, TEXT)


@pytest.fixture
def sheet(tmp_path):
    tables, texts = facts()
    sample = draw_coding(tables["documents"], tables["statements"], ["anna", "bert"], reports=4, overlap=0.5)
    path = tmp_path / "anna.xlsx"
    write_coding(path, sample, "anna", tables, texts)
    rows = find_assigned(sample, tables["statements"], "anna")
    book = load_workbook(path)
    for row in book["answers"].iter_rows(min_row=2):
        row[6].value = "leadership 重视程度不够"
    book.save(path)
    return path, rows, sample


def edit(path, change):
    book = load_workbook(path)
    change(book["answers"])
    book.save(path)


def test_a_filled_sheet_becomes_codes_of_a_person(sheet):
    path, rows, _ = sheet
    edit(path, lambda page: (set_cell(page, "H2", "awareness"), set_cell(page, "J2", "yes 是")))
    codes = read_coding(path, rows, "anna")
    assert set(codes["statement_id"]) == set(rows["statement_id"])
    assert set(codes["coder_type"]) == {"human"}
    assert set(codes["round"]) == {"independent"}
    assert set(codes["saw"]) == {"codebook"}
    assert codes.loc[codes["primary"], "category"].eq("leadership").all()
    assert codes.loc[~codes["primary"], "category"].tolist() == ["attr:uneven", "awareness"]


def set_cell(page, place, value):
    page[place].value = value


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        (lambda page: page.delete_rows(3), "missing row", "is missing; put it back"),
        (lambda page: set_cell(page, "A3", page["A2"].value), "duplicate", "stands in 2 rows"),
        (lambda page: set_cell(page, "A3", "d9@1"), "unknown row", "there is no statement_id 'd9@1'"),
        (lambda page: set_cell(page, "E2", "队伍强大"), "changed text", "put the text back"),
        (lambda page: set_cell(page, "G2", "talents"), "unknown category", "there is no category 'talents'"),
        (lambda page: set_cell(page, "G2", None), "empty", "has no main category"),
        (lambda page: set_cell(page, "H2", "leadership"), "duplicate", "has one category twice"),
        (lambda page: set_cell(page, "J2", "perhaps"), "unknown answer", "must be yes or empty"),
    ],
)
def test_what_does_not_fit_is_listed_and_nothing_is_read(sheet, change, rule, words):
    path, rows, _ = sheet
    edit(path, change)
    with pytest.raises(TableError, match="Nothing was read") as caught:
        read_coding(path, rows, "anna")
    said = [str(violation) for violation in caught.value.violations if violation.rule == rule]
    assert said
    assert all(words in line for line in said)


def test_all_rows_that_do_not_fit_are_listed_at_once(sheet):
    path, rows, _ = sheet
    edit(path, lambda page: (set_cell(page, "G2", "talents"), set_cell(page, "G4", None), page.delete_rows(7)))
    with pytest.raises(TableError) as caught:
        read_coding(path, rows, "anna")
    assert {violation.rule for violation in caught.value.violations} == {"unknown category", "empty", "missing row"}


def test_no_formula_of_a_report_comes_alive(sheet):
    path, *_ = sheet
    cells = [cell for page in load_workbook(path) for row in page.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    formulas = [cell for cell in cells if cell.value[0] in "=@"]
    assert {cell.value[0] for cell in formulas} == {"=", "@"}
    assert all(cell.quotePrefix for cell in formulas)


def test_a_coder_sees_definitions_and_lists_and_neither_triggers_nor_codes(sheet):
    path, *_ = sheet
    book = load_workbook(path)
    assert book.sheetnames == ["answers", "codebook", "notes", "lists"]
    heads = {page.title: [str(cell.value).split(" ")[0] for cell in page[1]] for page in book}
    assert heads["codebook"] == ["id", "label_zh", "label_en", "definition_zh", "definition_en", "include", "exclude"]
    assert not {"codes", "category", "coder", "trigger"} & set(heads["answers"])
    assert all(page.freeze_panes for page in book)
    rules = book["answers"].data_validations.dataValidation
    assert {rule.formula1.split("!")[0] for rule in rules} == {"lists"}
    assert {str(rule.sqref)[0] for rule in rules} == set("GHIJKL")


def test_statements_are_in_random_order_and_not_the_same_for_both(sheet, tmp_path):
    _, _, sample = sheet
    tables, texts = facts()
    both = sample.assign(coders="anna|bert")
    orders = []
    for coder in ("anna", "bert"):
        write_coding(tmp_path / "x.xlsx", both, coder, tables, texts)
        orders.append([row["statement_id"] for row in read_sheet(tmp_path / "x.xlsx", "answers", ["statement_id"])])
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]
    assert orders[0] != sorted(orders[0])


@pytest.mark.parametrize(("overlap", "both"), [(0, 0), (0.25, 1), (0.5, 2), (1, 4)])
def test_the_overlap_is_whole_reports_and_everything_is_coded(overlap, both):
    tables, _ = facts()
    sample = draw_coding(tables["documents"], tables["statements"], ["anna", "bert"], reports=4, overlap=overlap)
    assert sample["coders"].eq("anna|bert").sum() == both
    alone = sample.loc[sample["coders"].ne("anna|bert"), "coders"].value_counts()
    assert alone.max() - alone.min() <= 1 if len(alone) == 2 else True
    assert sample["p_report"].eq(1).all()


@pytest.mark.parametrize(
    ("coders", "given", "words"),
    [
        (["anna", "anna"], {}, "two different names"),
        (["a", "b", "c"], {}, "two different names"),
        (["rules", "anna"], {}, "not rules or gold"),
        (["anna"], {"overlap": 0.5}, "0 with one coder"),
        (["anna", "bert"], {"overlap": 2}, "from 0 to 1"),
        (["anna", "bert"], {"reports": 1}, "at least 2"),
    ],
)
def test_a_draw_that_cannot_be_says_what_is_allowed(coders, given, words):
    tables, _ = facts()
    with pytest.raises(ParameterError, match=words):
        draw_coding(tables["documents"], tables["statements"], coders, **given)


def test_statements_that_changed_since_the_draw_are_not_coded_by_guesswork(sheet):
    _, _, sample = sheet
    tables, _ = facts()
    with pytest.raises(InputError, match="other statements now"):
        find_assigned(sample, tables["statements"].iloc[1:], "anna")
    with pytest.raises(InputError, match="'carla' is no coder"):
        find_assigned(sample, tables["statements"], "carla")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "There is no sheet"),
        (lambda path: path.write_bytes(b"PK no workbook"), "cannot be read as .xlsx"),
        (lambda path: edit_title(path), "has no sheet 'answers'"),
        (lambda path: edit(path, lambda page: page.delete_cols(7)), "the column.s. primary are gone"),
    ],
)
def test_a_workbook_that_is_none_says_so(sheet, spoil, words):
    path, rows, _ = sheet
    spoil(path)
    with pytest.raises(InputError, match=words):
        read_coding(path, rows, "anna")


def edit_title(path):
    book = load_workbook(path)
    book["answers"].title = "Tabelle1"
    book.save(path)


def test_a_number_that_a_spreadsheet_made_of_a_text_is_read_as_it_was_typed(tmp_path):
    path = tmp_path / "x.xlsx"
    write_workbook(path, [Sheet("s", [Field("a", "a 甲")], [{"a": "1"}, {"a": "2"}])])
    book = load_workbook(path)
    book["s"]["A2"].value = 12.0
    book["s"]["A3"].value = 98.5
    book.save(path)
    assert [row["a"] for row in read_sheet(path, "s", ["a"])] == ["12", "98.5"]


def test_every_numeral_is_one_candidate_and_numbers_of_headings_are_none():
    text = "二、工作情况\n2024年办理案件12件,其中三分之一调解,共召开会议３次。"
    start = text.index("12件")
    tables = {
        "mentions": fit_table([{"mention_id": f"d@{start}", "doc_id": "d", "start": start, "end": start + 3,
                                "value": 12}], "mentions"),
        "matches": fit_table([{"mention_id": f"d@{start}", "doc_id": "d", "indicator": "cases"}], "matches"),
        "sections": fit_table([{"doc_id": "d", "start": 0, "end": 6, "label": "二、", "level": 1}], "sections"),
    }  # fmt: skip
    found = find_candidates(tables, {"d": text})
    said = [(text[row.start : row.end], row.kind, row.indicator) for row in found.itertuples()]
    assert said == [("12件", "taken", "cases"), ("2024", "digits", ""), ("三", "words", ""), ("一", "words", ""),
                    ("３", "digits", "")]  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "total", "shares", "wanted"),
    [
        ({"a": 80, "b": 20}, 10, None, {"a": 8, "b": 2}),
        ({"a": 3, "b": 50}, 20, {"a": 1, "b": 1}, {"a": 3, "b": 17}),
        ({"a": 1, "b": 1}, 10, None, {"a": 1, "b": 1}),
        ({"a": 90, "b": 5, "c": 5}, 3, None, {"a": 2, "b": 2, "c": 2}),
    ],
)
def test_a_sample_is_shared_out_and_no_stratum_is_left_without_two(sizes, total, shares, wanted):
    assert allocate(sizes, total, shares) == wanted


def test_reports_are_drawn_with_the_probability_that_is_written_down():
    documents = pd.DataFrame({"doc_id": [f"d{number:02d}" for number in range(30)],
                              "issuer_type": ["government"] * 24 + ["department"] * 5 + ["township"]})  # fmt: skip
    times = pd.Series(0, index=documents["doc_id"])
    chance = {}
    for seed in range(400):
        drawn = draw_reports(documents, 12, np.random.default_rng(seed))
        times[drawn["doc_id"]] += 1
        chance |= dict(zip(drawn["doc_id"], drawn["p_report"], strict=True))
    expected = pd.Series(chance).reindex(times.index)
    error = np.sqrt(expected * (1 - expected) / 400)
    assert (abs(times / 400 - expected) <= 4 * error + 1e-9).all()
