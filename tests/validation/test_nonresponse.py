"""What the simulation of missing reports showed (`python -m tests.validation.nonresponse` makes the file again)."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.validation.nonresponse import COLUMNS, RESULTS, SETTINGS

FOUND = pd.read_csv(RESULTS).set_index(["method", "setting"])
WORST = ("disclosure_bounds", "recurrence_bounds", "lateness_bounds", "lateness_due_bounds", "mean_due_bounds")


def test_the_file_is_what_the_simulation_writes():
    assert FOUND.reset_index().columns.tolist() == COLUMNS
    assert set(FOUND.index.get_level_values("setting")) == set(SETTINGS)
    assert (FOUND["replications"] >= 250).all()


@pytest.mark.parametrize("method", WORST)
def test_worst_case_bounds_over_the_reports_due_hold_in_every_year_whoever_is_missing(method):
    assert FOUND.loc[method, "value"].eq(1).all()


def test_the_monotone_bounds_hold_where_the_bad_are_missing_and_fail_where_the_good_are():
    assert FOUND.loc[("mean_due_monotone", "the bad are missing"), "value"] == 1
    assert FOUND.loc[("mean_due_monotone", "the good are missing"), "value"] < 0.8


def test_the_share_of_the_reports_read_is_off_where_the_missing_differ():
    naive = FOUND.loc["naive_within_5_points", "value"]
    assert naive["the bad are missing"] < naive["missing at random"] - 0.1
