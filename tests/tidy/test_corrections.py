import pandas as pd
import pytest

from analysis.errors import CorrectionError
from analysis.tables import fit_table
from analysis.tidy.corrections import apply_corrections


@pytest.fixture
def tables():
    documents = fit_table([{"doc_id": "a", "county": "甲县", "sha256": "f" * 64, "report_year": 2024}], "documents")
    mentions = fit_table(
        [{"mention_id": "a@5", "doc_id": "a", "value": 141.0, "unit": "件", "masked": False}], "mentions"
    )
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
        ({"corrected": "many"}, "not of type number"),
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


def test_all_that_does_not_fit_is_listed_at_once(tables):
    both = pd.concat([correction(id="a@6"), correction(field="colour")], ignore_index=True)
    with pytest.raises(CorrectionError) as caught:
        apply_corrections(tables, both)
    assert len(caught.value.violations) == 2
