import pandas as pd
import pytest

from analysis.errors import CorrectionError
from analysis.tables import fit_table
from analysis.tidy.corrections import apply_corrections


@pytest.fixture
def tables():
    documents = fit_table([{"doc_id": "a", "county": "甲县", "sha256": "f" * 64, "report_year": 2024}], "documents")
    mentions = fit_table(
        [{"mention_id": "a@5", "doc_id": "a", "start": 5, "end": 9, "surface": "141件", "value": 141.0,
          "unit": "件", "status": "reported", "masked": False}],
        "mentions",
    )  # fmt: skip
    return {"documents": documents, "mentions": mentions}


def correction(**more):
    row = {"table": "mentions", "id": "a@5", "field": "value", "expected": "141", "corrected": "124",
           "reason": "misread", "who": "a reader", "when": "2026-01-01"}  # fmt: skip
    return fit_table([row | more], "corrections")


def test_a_correction_changes_a_copy_and_is_audited(tables):
    corrected, audit = apply_corrections(tables, correction())
    assert corrected["mentions"]["value"].tolist() == [124.0]
    assert tables["mentions"]["value"].tolist() == [141.0]
    assert audit[["old", "new", "who"]].values.tolist() == [["141", "124", "a reader"]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"expected": "140"}, "holds '141'"),
        ({"id": "a@6"}, "no row with this id"),
        ({"table": "figures"}, "no table 'figures'"),
        ({"field": "colour"}, "no field 'colour'"),
        ({"field": "start", "expected": ""}, "offsets never change"),
        ({"field": "doc_id", "expected": "a", "corrected": "b"}, "ids and offsets never change"),
        ({"field": "surface", "expected": "141件", "corrected": "142件"}, "what the text has at its offsets"),
        ({"corrected": "many"}, "'many' is not allowed; it must be a number"),
        ({"corrected": "9" * 400}, "must be a number"),
        ({"field": "status", "expected": "reported", "corrected": "seen"}, "must be one of reported, target"),
        ({"field": "masked", "expected": "false", "corrected": "perhaps"}, "must be true or false"),
        ({"field": "status", "expected": "reported", "corrected": ""}, "must be filled in"),
        ({"sha256": "0" * 64}, "text has changed"),
    ],
)
def test_a_correction_that_does_not_fit_says_why(tables, change, says):
    with pytest.raises(CorrectionError, match=says):
        apply_corrections(tables, correction(**change))


def test_the_bounds_of_an_exact_figure_follow_its_value(tables):
    tables["mentions"] = tables["mentions"].assign(low=141.0, high=141.0)
    corrected, _ = apply_corrections(tables, correction())
    assert corrected["mentions"][["value", "low", "high"]].values.tolist() == [[124.0, 124.0, 124.0]]


def test_two_corrections_of_one_cell_contradict_each_other(tables):
    both = pd.concat([correction(), correction(corrected="125")], ignore_index=True)
    with pytest.raises(CorrectionError, match="more than once"):
        apply_corrections(tables, both)


def test_a_yes_or_no_can_be_corrected(tables):
    corrected, _ = apply_corrections(tables, correction(field="masked", expected="false", corrected="true"))
    assert corrected["mentions"]["masked"].tolist() == [True]


def test_all_that_does_not_fit_is_listed_at_once_and_by_name(tables):
    stale = [correction(id=f"a@{number}") for number in range(100, 130)]
    unit = {"field": "unit", "expected": "件"}
    others = [{"field": "colour"}, {"field": "low", "expected": "7"}, unit | {"corrected": "宗"},
              unit | {"corrected": "起"}, {"corrected": "many"}]  # fmt: skip
    with pytest.raises(CorrectionError) as caught:
        apply_corrections(tables, pd.concat([*stale, *(correction(**other) for other in others)], ignore_index=True))
    rows = [violation.row for violation in caught.value.violations]
    assert rows == sorted(rows)
    assert set(rows) == set(range(2, 37))
    assert all(f"line {row}:" in str(caught.value) for row in rows)


def test_a_correction_that_breaks_a_reference_is_named(tables):
    statements = fit_table([{"statement_id": "a@9", "doc_id": "a", "role": "problem", "heading": True}], "statements")
    broken = correction(table="statements", id="a@9", field="parent_id", expected="", corrected="a@1")
    with pytest.raises(CorrectionError, match="line 2: statements a@9: parent_id 'a@1' is not in statements"):
        apply_corrections({**tables, "statements": statements}, broken)
