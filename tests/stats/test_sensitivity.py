from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.stats.frame import Frame
from analysis.stats.sensitivity import COMPARISON_SCENARIOS, RECURRENCE_SCENARIOS, estimate_sensitivity
from tests.stats.panel import CATEGORIES, CODEBOOK, document, make_panel, problem, table


def test_every_choice_has_a_row_and_shows_what_it_changes():
    data = make_panel(30, [2024])
    rows = data["observations"]
    rows.loc[:4, "period_basis"] = "assumed"
    rows["low_conv"], rows["high_conv"] = rows["value"], rows["value"] + 10
    rows["high"] = np.nan
    result = estimate_sensitivity(rows, data["coverage"], data["documents"], indicators=["cases"], codebook=CODEBOOK)
    table = result.table.set_index("scenario")
    assert list(table.index) == list(COMPARISON_SCENARIOS)
    assert table["n"].to_dict() == {
        "baseline": 30, "strict_bounds": 30, "without_assumed_periods": 25, "without_unstated_organ": 30
    }  # fmt: skip
    assert table.loc["baseline", "value"] == rows["value"].mean()
    assert table.loc["baseline", "high"] == pytest.approx(rows["value"].mean() + 10)
    assert np.isnan(table.loc["strict_bounds", "high"])
    assert set(table["interval_kind"]) == {"measurement"}


def test_a_choice_that_leaves_nothing_says_zero_not_something_else():
    data = make_panel(25, [2024])
    data["observations"]["organ"] = ""
    result = estimate_sensitivity(
        data["observations"], data["coverage"], data["documents"], indicators=["cases", "won"], codebook=CODEBOOK
    )
    table = result.table.set_index(["id", "scenario"])
    assert table.loc[("cases", "without_unstated_organ"), "n"] == 0
    assert np.isnan(table.loc[("cases", "without_unstated_organ"), "value"])
    assert set(table.loc["won", "n"]) == {0}
    assert result.refusals


def test_categories_are_counted_by_headings_statements_and_primary_codes():
    documents = table("documents", [document(f"d{n:02d}") for n in range(25)])
    problems = [problem("d00", 1, "talent"), problem("d01", 1, "talent", primary=False),
                problem("d02", 1, "digital"),
                problem("d02", 2, "talent", heading=False, parent_id="d02#1")]  # fmt: skip
    options = {"frame": Frame("x", "census", 30), "codebook": CODEBOOK, "category_list": CATEGORIES}
    tables = table("observations", []), table("coverage", []), documents, table("problems", problems)
    found = estimate_sensitivity(*tables, categories=["talent"], **options).table
    assert list(found["scenario"]) == list(RECURRENCE_SCENARIOS)
    assert found["n"].tolist() == [2, 3, 1]
    assert found["value"].tolist() == [2 / 25, 3 / 25, 1 / 25]
    with pytest.raises(ParameterError, match="categories names 'weather'"):
        estimate_sensitivity(*tables, categories=["weather"], **options)


def test_other_choices_of_the_codebook_are_rows_of_the_same_number():
    data = make_panel(30, [2024])
    rows = data["observations"].assign(low_conv=lambda own: own["value"], high_conv=lambda own: own["value"] + 10)
    wider = rows.assign(high_conv=rows["value"] + 100)
    result = estimate_sensitivity(rows, data["coverage"], data["documents"], indicators=["cases"], codebook=CODEBOOK,
                                  alternatives={"leading_digit": wider})  # fmt: skip
    found = result.table.set_index("scenario")
    assert list(found.index) == [*COMPARISON_SCENARIOS, "leading_digit"]
    assert found.loc["leading_digit", "high"] == pytest.approx(found.loc["baseline", "high"] + 90)
    assert found.loc["leading_digit", "scenario_en"] == "approximate figures reach one unit of their leading digit"


def test_shared_wording_is_counted_at_three_lengths():
    documents = table("documents", [document(name, n_chars=500) for name in "abc"])
    sections = table("sections", [{"doc_id": name, "start": 0, "end": 500, "body_end": 500, "level": 1,
                                   "role": "problem"} for name in "abc"])  # fmt: skip
    passages = [("a", "b", 25), ("a", "c", 14), ("b", "c", 11)]
    reuse = table("reuse", [{"doc_a": one, "start_a": 0, "end_a": n, "doc_b": other, "start_b": 0, "end_b": n,
                             "n_chars": n, "similarity": 1, "role": "problem", "formula": "unknown"}
                            for one, other, n in passages])  # fmt: skip
    tables = table("observations", []), table("coverage", []), documents
    found = estimate_sensitivity(*tables, wording=(reuse, sections)).table.query("id == 'problem'")
    assert found["scenario"].tolist() == ["baseline", "least_10", "least_20"]
    assert found["n"].tolist() == [2, 3, 1]
    assert found["n_at_risk"].tolist() == [3, 3, 3]
    assert found["value"].tolist() == [39, 50, 25]
