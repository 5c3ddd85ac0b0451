"""Tables with one column a report: every cell in its place, those outside the count marked, the whole at the end."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.figures.across import display_across
from analysis.figures.save import save_table
from tests.figures import tables

REPORTS = tables.five_reports()


def marked():
    named = {("talent", "r0"), ("talent", "r3"), ("digital", "r3")}
    rows = [{**report, "category": category, "named": (category, report["doc_id"]) in named,
             "counted": report["issuer_type"] != "department"}
            for category in ("talent", "digital") for report in REPORTS.to_dict("records")]  # fmt: skip
    return pd.DataFrame(rows)


TOTALS = pd.DataFrame({"category": ["digital", "talent"], "n": [0, 1], "n_at_risk": [4, 4]})


def test_a_department_is_shown_and_not_counted():
    shown, numeric = display_across(marked(), ["category"], "named", "en", TOTALS)
    assert list(shown["In all"]) == ["1 of 4", "0 of 4"]
    department = next(head for head in shown if head.endswith("*"))
    assert list(shown[department]) == ["\u25cb", "\u25cb"]
    assert shown.drop(columns=[department, "category", "In all"]).eq("\u25cf").sum().sum() == 1
    assert not any(numeric)


def test_statuses_are_words_in_both_languages():
    table = REPORTS.assign(item="A1", item_zh="年度", item_en="The year", status="not_applicable")
    assert set(display_across(table, ["item"], "status", "zh")[0].iloc[0, 1:]) == {"不适用"}
    assert display_across(table, ["item"], "status", "en")[0].iloc[0, 0] == "The year"


def test_all_reports_together_stand_at_the_end():
    table = pd.concat([REPORTS.assign(value=0.5), pd.DataFrame([{"doc_id": "", "value": 0.75}])]).assign(metric="x")
    shown, numeric = display_across(table, ["metric"], "value", "en")
    assert shown.columns[-1] == "All"
    assert shown.iloc[0, -1] == "0.75"
    assert numeric == [False, *[True] * 6]


def test_a_table_that_is_not_one_row_a_report_is_refused():
    with pytest.raises(ParameterError, match="several"):
        display_across(pd.concat([marked(), marked()]), ["category"], "named", "en")
    with pytest.raises(ParameterError, match="the one column"):
        display_across(marked(), ["category", "place"], "named", "en")
    with pytest.raises(ParameterError, match="needs the columns doc_id, item"):
        display_across(pd.DataFrame({"a": [1]}), ["item"], "status", "en")


def test_many_reports_are_data_and_no_printed_table(tmp_path):
    few = save_table("few", marked(), folder=tmp_path, columns=["category"], across="named")
    assert "few.en.docx" in few.files
    many = tables.marks(tables.panel_reports(9, (2024,)))
    assert set(save_table("many", many, folder=tmp_path, columns=["category"], across="named").files) == {
        "many.csv", "many.json"
    }  # fmt: skip
