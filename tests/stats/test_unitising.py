from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.stats.unitising import estimate_unitising, match_units
from analysis.tables import fit_table


def units(spans, doc_id="d", role="problem"):
    """Return statements of one report at the spans given."""
    return fit_table(
        [{"statement_id": f"{doc_id}@{start}", "doc_id": doc_id, "start": start, "end": end, "role": role}
         for start, end in spans], "statements",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "matched"),
    [
        ([(0, 10)], [(0, 10)], ["d@0"]),
        ([(0, 10)], [(0, 8)], ["d@0"]),
        ([(0, 10)], [(0, 7)], []),
        ([(0, 10)], [(1, 10)], ["d@1"]),
        ([(0, 10)], [(0, 8), (1, 10)], ["d@1"]),
        ([(0, 10), (1, 10)], [(0, 10)], ["d@0"]),
        ([(0, 10)], [], []),
    ],
)
def test_spans_match_where_both_cover_four_fifths_of_the_longer_and_once_only(one, other, matched):
    found = match_units(units(one), units(other))
    assert found["other_id"].tolist() == matched


def test_roles_are_not_mixed():
    assert match_units(units([(0, 10)]), units([(0, 10)], role="cause")).empty


def test_the_f1_is_the_share_that_match_and_its_interval_is_by_report():
    rng = np.random.default_rng(3)
    one, other, matched = [], [], 0
    for number in range(40):
        spans = [(20 * place, 20 * place + 15) for place in range(10)]
        same = rng.random(10) < 0.8
        matched += int(same.sum())
        one.append(units(spans, f"d{number:02d}"))
        moved = [span if agree else (span[0] + 6, span[1] + 4) for span, agree in zip(spans, same, strict=True)]
        other.append(units(moved, f"d{number:02d}"))
    result = estimate_unitising(pd.concat(one), pd.concat(other), replications=500)
    row = result.table.set_index("role").loc[""]
    assert row["n_matched"] == matched
    assert row["value"] == row["precision"] == row["recall"] == matched / 400
    assert row["low"] < 0.8 < row["high"]
    assert row["high"] - row["low"] < 0.15
    assert not result.refusals


def test_few_reports_get_no_interval_and_few_statements_no_value():
    few = estimate_unitising(units([(0, 5)]), units([(0, 5)]))
    assert np.isnan(few.table["value"]).all()
    many = units([(10 * place, 10 * place + 5) for place in range(12)])
    result = estimate_unitising(many, many)
    assert result.table.set_index("role").loc["", "value"] == 1
    assert result.table["low"].isna().all()
    assert [refusal.rule for refusal in result.refusals] == ["clusters"]


def test_reports_that_only_one_of_them_read_do_not_count():
    spans = [(10 * place, 10 * place + 5) for place in range(12)]
    result = estimate_unitising(pd.concat([units(spans), units(spans, "alone")]), units(spans))
    assert result.table["n_one"].max() == 12
