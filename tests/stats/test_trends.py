from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.errors import CodebookError
from analysis.stats.breaks import find_breaks, number_segments
from analysis.stats.frame import Frame
from analysis.stats.trends import estimate_trend
from tests.stats.panel import CODEBOOK, document, make_panel, observation, table

CENSUS = Frame("invented counties", "census", 60)
NONE = pd.DataFrame(columns=["indicator", "date", "province", "what_zh", "what_en", "verified"])


def breaks(*dates, indicator="cases", province="", verified="yes"):
    rows = [{"indicator": indicator, "date": date, "province": province, "what_zh": "新法", "what_en": "new law",
             "verified": verified} for date in dates]  # fmt: skip
    return pd.DataFrame(rows, columns=NONE.columns)


def trend(data, *, rows=NONE, frame=CENSUS, **options):
    return estimate_trend(
        data["observations"], data["documents"], ["cases"], frame=frame, breaks=rows, codebook=CODEBOOK, **options
    )


def rules(result):
    return {refusal.rule for refusal in result.refusals}


def test_points_are_always_shown_and_nothing_is_inferred_from_single_years():
    data = make_panel(5, [2024])
    result = trend(data, frame=Frame())
    assert len(result.table) == 5
    assert result.parts["series"].empty
    assert result.parts["panel"].empty
    assert rules(result) == {"series_years", "frame"}
    assert "0 of 5 documents enter a series" in result.text("en")


def test_an_own_series_has_the_median_of_its_slopes_from_five_years_on():
    data = make_panel(2, range(2017, 2022))
    result = trend(data)
    series = result.parts["series"]
    for unit in series.itertuples():
        own = result.table[result.table["unit_id"] == unit.unit_id]
        pairs = itertools.combinations(zip(own["year"], own["value"], strict=True), 2)
        slopes = [(later[1] - earlier[1]) / (later[0] - earlier[0]) for earlier, later in pairs]
        assert unit.slope == pytest.approx(np.median(slopes))
        assert (unit.first_year, unit.last_year, unit.n_years) == (2017, 2021, 5)
    short = trend(make_panel(2, range(2017, 2021)))
    assert short.parts["series"]["slope"].isna().all()
    assert "series_years" in rules(short)


def test_no_slope_crosses_a_change_of_definition():
    series = trend(make_panel(1, range(2015, 2025)), rows=breaks("2020-01-01")).parts["series"]
    assert list(series["first_year"]) == [2015, 2020]
    assert series["slope"].notna().all()
    mixed = trend(make_panel(1, range(2015, 2025)), rows=breaks("2020-07-01")).parts["series"]
    assert list(zip(mixed["first_year"], mixed["last_year"], strict=True)) == [(2015, 2019), (2021, 2024)]


def test_year_effects_recover_the_growth_of_the_counts():
    panel = trend(make_panel(60, growth=0.1, dispersion=0.02, silent=0.1)).parts["panel"].set_index("year")
    assert panel.loc[2017, "ratio"] == 1
    assert np.isnan(panel.loc[2017, "low"])
    assert panel.loc[2024, "low"] < np.exp(0.7) < panel.loc[2024, "high"]
    assert set(panel.loc[2018:, "interval_kind"]) == {"process"}
    assert panel.loc[2024, "n_units"] == 60
    assert panel.loc[2020, "n"] < 60


def test_a_model_needs_a_declared_frame_thirty_units_three_years_and_a_count():
    assert "frame" in rules(trend(make_panel(40), frame=Frame()))
    assert "panel_units" in rules(trend(make_panel(29)))
    assert "panel_years" in rules(trend(make_panel(40, [2023, 2024])))
    rates = [observation(f"d{n}", "win_rate", 50.0) for n in range(3)]
    documents = table("documents", [document(f"d{n}") for n in range(3)])
    result = estimate_trend(
        table("observations", rates), documents, ["win_rate"], frame=CENSUS, breaks=NONE, codebook=CODEBOOK
    )
    assert "printed_base" in rules(result)


def test_a_level_shift_is_told_from_the_trend_around_it():
    data = make_panel(60, growth=0.05, step={2021: 0.5}, dispersion=0.01)
    (shift,) = trend(data, rows=breaks("2021-01-01")).parts["shifts"].itertuples()
    assert shift.low < np.exp(0.5) < shift.high
    assert (shift.years_before, shift.years_after) == (4, 4)
    assert "control group" in shift.assumes_en


def test_a_shift_near_the_end_or_beside_another_is_refused():
    data = make_panel(40)
    assert "shift_points" in rules(trend(data, rows=breaks("2022-01-01")))
    beside = trend(data, rows=breaks("2021-01-01", "2023-01-01"))
    assert beside.parts["shifts"].empty
    assert "shift_points" in rules(beside)
    assert "frame" in rules(trend(data, rows=breaks("2021-01-01"), frame=Frame()))


def test_a_break_of_one_province_concerns_its_units_only():
    points = pd.DataFrame({"indicator": "cases", "province": ["甲省", "甲省", "甲省", "乙省"],
                           "year": pd.array([2019, 2020, 2021, 2021], dtype="Int64")})  # fmt: skip
    found = find_breaks(breaks("2020-06", province="甲省", indicator="ca*"), ["cases"])
    assert number_segments(points, found).tolist() == [0, pd.NA, 1, 0]


def test_a_break_whose_source_is_not_verified_is_kept_and_not_told():
    found = find_breaks(breaks("2020", verified="no"), ["cases", "won"])
    assert list(found["indicator"]) == ["cases"]
    assert found["what_en"].item() == "possible change of definition (source to be verified)"
    assert (found["year"].item(), found["mixed"].item()) == (2021, True)
    with pytest.raises(CodebookError, match="'spring 2020' is not YYYY"):
        find_breaks(breaks("spring 2020"), ["cases"])


def test_partial_years_and_openings_are_shown_and_enter_nothing():
    data = make_panel(1, range(2017, 2023))
    late = data["observations"]["report_year"] == 2022
    data["observations"].loc[late, "period"] = "ytd:2022-11-20"
    opening = data["documents"]["report_year"] == 2021
    data["documents"].loc[opening, "coverage"] = "opening"
    result = trend(data)
    assert len(result.table) == 6
    assert result.parts["series"]["n_years"].item() == 4
    assert set(result.table["left_out"]) == {"", "partial_year", "opening"}


def test_stated_changes_stand_beside_computed_ones():
    documents = [document(f"{unit}{year}", adcode=f"99000{unit}", report_year=year)
                 for unit in (1, 2) for year in (2023, 2024)]  # fmt: skip
    rows = [
        observation("12023", value=66, report_year=2023), observation("12024", value=151, report_year=2024),
        observation("12024", "cases_change", 128.78, report_year=2024),
        observation("22024", value=90, report_year=2024),
        observation("22024", value=120, report_year=2024, period="year:2023"),
        observation("22024", "cases_change", -30, report_year=2024),
    ]  # fmt: skip
    result = estimate_trend(
        table("observations", rows), table("documents", documents), ["cases"], breaks=NONE, codebook=CODEBOOK
    )
    one, other = result.parts["changes"].itertuples()
    assert (one.stated, round(one.computed, 3), one.agrees) == (128.78, 128.788, "yes")
    assert np.isnan(one.computed_same_report)
    assert (other.stated, other.computed_same_report, other.agrees) == (-30, -25, "no")


def test_series_of_different_organs_or_genres_are_different_series():
    documents = [document(f"d{year}", adcode="990001", report_year=year) for year in (2022, 2023, 2024)]
    rows = [observation("d2022", report_year=2022), observation("d2023", report_year=2023, organ="all_organs"),
            observation("d2024", report_year=2024)]  # fmt: skip
    result = estimate_trend(
        table("observations", rows), table("documents", documents), ["cases"], breaks=NONE, codebook=CODEBOOK
    )
    (series,) = result.parts["series"].itertuples()
    assert (series.first_year, series.last_year, series.n_years) == (2022, 2024, 2)
