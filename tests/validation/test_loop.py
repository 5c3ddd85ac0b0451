"""What the whole way through people's hands showed (`python -m tests.validation.loop DIR` makes loop.csv again)."""

from __future__ import annotations

import pandas as pd

from tests.validation.loop import ACCURACY, REPORTS, RESULTS, STEPS, Finding

FOUND = pd.read_csv(RESULTS)


def test_every_step_of_the_way_was_gone():
    assert list(FOUND.columns) == [*Finding._fields, "holds"]
    assert list(dict.fromkeys(FOUND["step"])) == [step.__name__ for step in STEPS]
    assert FOUND.query("what == 'reports'")["found"].item() == REPORTS


def test_what_came_out_is_what_was_put_in():
    for row in FOUND.itertuples():
        bounds = (None, None) if pd.isna(row.low) else (row.low, row.high)
        assert Finding(row.step, row.what, row.truth, row.found, *bounds).holds, row.what


def test_rates_and_alpha_are_estimated_with_intervals_that_say_something():
    estimates = FOUND.dropna(subset="low")
    assert set(estimates["what"]) == {"precision", "recall", "alpha of two people"}
    assert (estimates["high"] - estimates["low"]).between(0.01, 0.25).all()
    assert 0 < estimates.query("step == 'coding'")["truth"].item() < ACCURACY
