from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.stats.frame import Frame
from analysis.stats.intervals import (
    bound_mean,
    close_bounds,
    interval_count,
    interval_rate,
    interval_share,
    natural_bounds,
)

SAMPLE, CENSUS = Frame("a province", "probability", 100), Frame("a province", "census", 60)
HUGE = Frame("everything", "probability", 10**9)

# Newcombe (1998), Statistics in Medicine 17, table I: x, n, Wilson (method 3), exact (method 5).
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("x", "n", "wilson", "exact"), NEWCOMBE)
def test_published_intervals_of_a_proportion(x, n, wilson, exact):
    found = interval_share(x, n, HUGE, method="wilson")
    assert np.round(found[:2], 4) == pytest.approx(wilson)
    assert np.round(np.array(interval_rate(x, n)[:2]) / 100, 4) == pytest.approx(exact)


# Garwood (1936), Biometrika 28, as tabled by Johnson, Kotz and Kemp: 95 % limits of a Poisson mean.
@pytest.mark.parametrize(("count", "limits"), [(0, (0, 3.6889)), (1, (0.0253, 5.5716)), (10, (4.7954, 18.3904)),
                                               (20, (12.2165, 30.8884))])  # fmt: skip
def test_published_limits_of_a_poisson_mean(count, limits):
    found = interval_count(count)
    assert np.round(found[:2], 4) == pytest.approx(limits)
    assert found.interval_kind == "process"
    assert "independent" in found.assumes_en


def test_reports_that_were_found_get_no_interval():
    found = interval_share(5, 5, Frame())
    assert np.isnan(found.low)
    assert found.interval_kind == "none"


def test_a_census_bounds_what_is_missing_and_nothing_else():
    found = interval_share(40, 50, CENSUS)
    assert (found.low, found.high) == (40 / 60, 50 / 60)
    assert found.interval_kind == "nonresponse_bounds"
    whole = interval_share(40, 60, CENSUS)
    assert whole.low == whole.high == 40 / 60


def test_a_sample_that_holds_the_population_has_no_width():
    for method in ("exact", "wilson"):
        found = interval_share(30, 100, SAMPLE, method=method)
        assert found.low == pytest.approx(0.3)
        assert found.high == pytest.approx(0.3)


@pytest.mark.parametrize("n", [10, 40, 80])
def test_exact_limits_of_a_finite_population_cover_every_truth(n):
    """Enumerate all samples: for no true number of units is the chance of covering it below the nominal level."""
    limits = [interval_share(x, n, SAMPLE)[:2] for x in range(n + 1)]
    for truth in range(101):
        chance = stats.hypergeom.pmf(np.arange(n + 1), 100, truth, n)
        covered = [low <= truth / 100 <= high for low, high in limits]
        assert chance[covered].sum() >= 0.95 - 1e-12


def test_more_reports_than_the_frame_has_is_an_error_that_says_what_to_correct():
    with pytest.raises(ParameterError, match="61 reports are at risk but the frame has only 60. Correct size"):
        interval_share(1, 61, CENSUS)
    with pytest.raises(ParameterError, match="method"):
        interval_share(1, 2, CENSUS, method="wald")


def test_the_mean_over_all_is_bounded_by_what_the_silent_could_be():
    assert bound_mean(90, 92, 30, 60, floor=0, top=100) == {
        "worst_low": 45, "worst_high": 96, "monotone_low": 45, "monotone_high": 92
    }  # fmt: skip
    assert bound_mean(5, 5, 30, 60, floor=0, top=100, not_below=True)["monotone_low"] == 5
    everyone = bound_mean(90, 90, 60, 60, floor=0, top=100)
    assert set(everyone.values()) == {90}


def test_open_ends_close_at_what_is_possible_at_all():
    frame = pd.DataFrame({"low": [98, np.nan, np.nan], "high": [np.nan, 400, np.nan],
                          "form": ["rate", "flow", "change"], "unit": ["%", "件", "%"]})  # fmt: skip
    low, high = close_bounds(frame)
    assert list(low) == [98, 0, -np.inf]
    assert list(high) == [100, 400, np.inf]
    assert natural_bounds("rate", "件/万人") == (0, np.inf)
