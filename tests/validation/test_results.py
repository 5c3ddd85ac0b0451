"""What the simulations showed (`python -m tests.validation.coverage` makes the file again in some ten minutes)."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.validation.coverage import COLUMNS, RESULTS

FOUND = pd.read_csv(RESULTS)


def of(method: str, setting: str = "") -> pd.DataFrame:
    rows = FOUND[FOUND["method"].eq(method) & FOUND["setting"].str.contains(setting, regex=False)]
    assert len(rows)
    return rows


def test_the_file_is_what_the_simulations_write():
    assert list(FOUND.columns) == COLUMNS
    simulated = FOUND[FOUND["method"].str.contains("exact|mean_t|bounds|panel|level_shift")]
    assert simulated.loc[~simulated["method"].str.startswith("share"), "replications"].ge(4000).all()


@pytest.mark.parametrize("method", ["poisson_exact", "binomial_exact", "share_exact_least"])
def test_exact_intervals_never_cover_less_than_they_say(method):
    rows = of(method)
    assert (rows["value"] >= 0.95 - 2 * rows["mc_error"]).all()


@pytest.mark.parametrize("method", ["share_wilson_mean", "panel_year_effect", "level_shift", "alpha_interval"])
def test_approximate_intervals_cover_what_they_say_on_average(method):
    assert 0.94 <= of(method)["value"].mean() <= 0.96


def test_the_mean_of_those_that_print_fails_where_the_bad_are_silent_and_the_bounds_hold():
    assert of("naive_mean_t", "silent when bad")["value"].item() < 0.5
    assert of("worst_bounds")["value"].eq(1).all()
    assert of("monotone_bounds", "silent when bad")["value"].item() == 1


def test_the_monotone_bound_is_an_assumption_that_can_fail():
    assert of("monotone_bounds", "silent when good")["value"].item() < 0.05


def test_long_reports_alone_make_no_pair_of_categories_significant():
    rows = of("cooccurrence_false_alarm")
    assert (rows["value"] <= 0.05 + 2 * rows["mc_error"]).all()
