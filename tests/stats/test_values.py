from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.stats.selection import select_reports
from analysis.stats.values import at_ceiling, build_values, choose_indicators, collapse_variants, printed_unit
from tests.stats.panel import CODEBOOK, covered, document, observation, table


def values(observations, *documents, coverage=(), indicators=("cases",), **options):
    rows = table("documents", documents or [document("a")])
    kept, shown, _ = select_reports(rows)
    chosen = choose_indicators(list(indicators), CODEBOOK)
    return build_values(
        table("observations", observations), table("coverage", coverage), pd.concat([kept, shown]), chosen, **options
    )


def test_figures_that_contradict_each_other_become_one_interval_without_a_value():
    rows = [observation("a", value=100, variant=1, flags="conflict"), observation("a", value=99.3, variant=2)]
    found = collapse_variants(table("observations", rows)).iloc[0]
    assert np.isnan(found["value"])
    assert (found["low"], found["high"]) == (99.3, 100)
    assert (found["exactness"], found["n_variants"]) == ("conflict", 2)


def test_an_open_end_of_one_variant_leaves_the_interval_open():
    rows = [observation("a", value=14, variant=1), observation("a", value=80, high=None, variant=2)]
    found = collapse_variants(table("observations", rows)).iloc[0]
    assert found["low"] == 14
    assert np.isnan(found["high"])
    assert found["high_conv"] == 80


def test_figures_of_another_organ_component_or_base_stay_apart():
    rows = [observation("a"), observation("a", organ="townships"), observation("a", component="filed")]
    assert len(values(rows)) == 3


def test_the_convention_and_the_strict_bounds_are_both_there():
    row = observation("a", value=400, low=400, high=None, low_conv=400, high_conv=500, exactness="bounded")
    last = values([row]).iloc[0]
    assert (last["low"], last["high"], last["interval_kind"]) == (400, 500, "measurement")
    assert np.isnan(last["high_strict"])
    strict = values([row], approx="strict").iloc[0]
    assert np.isnan(strict["high"])
    assert values([observation("a")])["interval_kind"].item() == "none"
    with pytest.raises(ParameterError, match="approx is 'loose'; it must be one of 'last_digit', 'strict'"):
        values([row], approx="loose")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, ""),
        ({"period": "year:2023"}, "other_period"),
        ({"period": "span:2022-2024"}, "other_period"),
        ({"period": "asof:2024"}, ""),
        ({"period": "ytd:2024-11-20"}, "partial_year"),
        ({"flags": "relayed|partial_year"}, "partial_year"),
        ({"flags": "suspect_lost_digit"}, "suspect"),
        ({"value": None, "low": None, "high": None, "low_conv": None, "high_conv": None}, "no_figure"),
        ({"period_basis": "assumed"}, ""),
        ({"organ": ""}, ""),
    ],
)
def test_a_figure_is_listed_and_says_why_it_is_not_summarised(given, reason):
    found = values([observation("a", **given)]).iloc[0]
    assert found["left_out"] == reason
    assert found["in_summary"] == (reason == "")
    assert bool(found["left_out_en"]) == bool(reason)


def test_assumed_periods_and_unstated_organs_are_left_out_on_request():
    rows = [observation("a", period_basis="assumed"), observation("a", "won", organ="")]
    found = values(rows, indicators=["cases", "won"], assumed_periods=False, unstated_organ=False)
    assert list(found["left_out"]) == ["assumed_period", "unstated_organ"]


def test_an_opening_is_a_hollow_mark():
    found = values([observation("a")], document("a", coverage="opening")).iloc[0]
    assert found["hollow"]
    assert found["left_out"] == "opening"


def test_a_masked_figure_has_a_row_and_no_value():
    found = values([], coverage=[covered("a", "cases", "masked")]).iloc[0]
    assert (found["status"], found["left_out"]) == ("masked", "no_figure")
    assert np.isnan(found["value"])
    seen = values([observation("a")], coverage=[covered("a", "cases", "masked")])
    assert list(seen["status"]) == ["exact"]


def test_rows_stand_by_indicator_asked_for_and_place_never_by_value():
    documents = [document("a", adcode="990002"), document("b", adcode="990001")]
    rows = [observation("a", value=1), observation("b", value=2), observation("a", "won", 3)]
    found = values(rows, *documents, indicators=["won", "cases"])
    assert list(zip(found["indicator"], found["doc_id"], strict=True)) == [("won", "a"), ("cases", "b"), ("cases", "a")]


def test_an_unknown_indicator_is_named():
    with pytest.raises(ParameterError, match="'caes'"):
        choose_indicators(["caes"], CODEBOOK)
    with pytest.raises(ParameterError, match="nothing"):
        choose_indicators([], CODEBOOK)


def test_the_ceiling_is_one_printed_unit_below_100():
    rows = [("rate", "%", value) for value in (100, 99.9, 99.3, 99, 98)] + [("flow", "件", 100)]
    frame = pd.DataFrame(rows, columns=["form", "unit", "value"])
    assert list(at_ceiling(frame)) == [True, True, False, True, False, False]
    assert [printed_unit(value) for value in (92.71, 0.5, 141)] == pytest.approx([0.01, 0.1, 1])
