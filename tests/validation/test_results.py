"""What the simulations showed (`python -m tests.validation` makes the file again)."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.validation.__main__ import STUDIES
from tests.validation.results import COLUMNS, RESULTS, read_results, write_results

FOUND = read_results()


def of(method: str, setting: str = "") -> pd.DataFrame:
    rows = FOUND[FOUND["method"].eq(method) & FOUND["setting"].str.contains(setting, regex=False)]
    assert len(rows)
    return rows


def test_the_file_is_what_the_simulations_write():
    assert list(FOUND.columns) == COLUMNS
    assert list(FOUND["study"].unique()) == list(STUDIES)
    least = {
        "sampling_intervals": 0,
        "agreement_intervals": 1900,
        "audits": 100,
        "corrections": 2,
    }
    asked = FOUND["study"].map(least).fillna(4000)  # enumerated, or slow
    assert FOUND["replications"].ge(asked).all()


def test_rows_of_one_study_are_replaced_and_keep_their_place(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.validation.results.RESULTS", tmp_path / RESULTS.name)
    write_results(FOUND.sample(frac=1, random_state=0).sort_values("study", kind="stable"), list(STUDIES))
    assert list(read_results()["study"].unique()) == list(STUDIES)


@pytest.mark.parametrize("method", ["poisson_exact", "binomial_exact", "share_exact_least"])
def test_exact_intervals_never_cover_less_than_they_say(method):
    rows = of(method)
    assert (rows["value"] >= 0.95 - 2 * rows["mc_error"]).all()


@pytest.mark.parametrize(
    "method",
    ["share_wilson_mean", "panel_year_effect", "level_shift", "alpha_interval", "wild_year_effect",
     "fractional_year_effect", "disclosure_odds_ratio"],
)  # fmt: skip
def test_approximate_intervals_cover_what_they_say_on_average(method):
    assert 0.94 <= of(method)["value"].mean() <= 0.96


def test_means_of_the_rates_that_are_printed_take_silence_for_change_where_the_model_does_not():
    many = "30 units, 8 years"
    assert of("naive_change_of_means", many)["value"].item() < 0.8
    assert of("fractional_year_effect", many)["value"].item() > 0.93


def test_the_mean_of_those_that_print_fails_where_the_bad_are_silent_and_the_bounds_hold():
    assert of("naive_mean_t", "silent when bad")["value"].item() < 0.5
    assert of("worst_bounds")["value"].eq(1).all()
    assert of("monotone_bounds", "silent when bad")["value"].item() == 1


def test_the_monotone_bound_is_an_assumption_that_can_fail():
    assert of("monotone_bounds", "silent when good")["value"].item() < 0.05


def test_long_reports_alone_make_no_pair_of_categories_significant():
    rows = of("cooccurrence_false_alarm")
    assert (rows["value"] <= 0.05 + 2 * rows["mc_error"]).all()
