"""The wild bootstrap of scores: against another program, against an exact symmetry, and where it is used."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.stats.panels import fit_poisson, panel_rows
from analysis.stats.trends import estimate_trend
from analysis.stats.wild import WEBB, WildScores, cluster_t, draw_scores, fit_few
from tests.stats.panel import CODEBOOK, make_panel
from tests.stats.test_trends import CENSUS, NONE, rules


def rows(units=12, years=range(2018, 2024), **options):
    frame = make_panel(units, years, **options)["observations"]
    return panel_rows(
        frame.rename(columns={"adcode_now": "unit_id", "report_year": "year"})[["unit_id", "year", "value"]]
    )


def dummies(frame):
    return pd.get_dummies(frame["year"].astype("int64"), drop_first=True, dtype="float64")


def test_the_p_value_is_that_of_another_program_on_all_sign_vectors():
    """wildboottest 0.3.2 (null imposed, bootstrap_type 11): t 1.857176, p 0.091797 by enumeration of 1,024 signs."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(10), 6)
    regressor = (rng.normal(size=60) + 0.5 * rng.normal(size=10)[groups]).round(15)
    y = (0.4 * regressor + rng.normal(size=10)[groups] + rng.normal(size=60)).round(3)
    x = np.column_stack([np.ones(60), regressor.round(3)])
    signs = np.array(list(product([-1.0, 1.0], repeat=10)))
    drawn = cluster_t(x, y - y.mean(), groups, 1, signs)
    (own,) = cluster_t(x, y - y.mean(), groups, 1, np.ones((1, 10)))
    assert np.mean(np.abs(drawn) > abs(own) + 1e-12) == pytest.approx(0.091797, abs=5e-7)  # it counts no ties
    assert own * np.sqrt(9 / 10 * 58 / 59) == pytest.approx(1.857176, abs=5e-7)


def test_weights_are_webbs():
    assert WEBB.mean() == pytest.approx(0)
    assert np.mean(WEBB**2) == pytest.approx(1)
    assert sorted(set(np.round(WEBB**2, 9))) == [0.5, 1, 1.5]


def test_the_interval_holds_exactly_what_the_test_does_not_reject():
    frame = rows(dispersion=0.2)
    design = dummies(frame)
    table, scores = fit_few(frame, design, seed=5), draw_scores(frame, design, seed=5)
    for term, row in enumerate(table.itertuples()):
        width = row.high - row.low
        assert row.low < row.estimate < row.high
        assert scores.p_value(term, row.estimate) == 1
        for inside, outside in ((row.low, row.low - 0.01 * width), (row.high, row.high + 0.01 * width)):
            assert scores.p_value(term, inside) >= 0.05 > scores.p_value(term, outside)
    assert table["estimate"].tolist() == fit_poisson(frame, design).table["estimate"].tolist()
    assert table.equals(fit_few(frame, design, seed=5))


def test_scores_under_the_hypothesis_are_those_of_the_restricted_fit():
    """At its own estimate the score of a coefficient is zero, so that no sample is less extreme."""
    frame = rows(silent=0.2)
    design = dummies(frame)
    fit = fit_poisson(frame, design).table
    units = pd.factorize(frame["unit_id"])[0]
    model = WildScores(frame["value"].to_numpy("float64"), design.to_numpy(), units, np.ones((1, units.max() + 1)))
    assert model.p_value(2, fit["estimate"][2]) == 1


def test_few_units_are_refused_unless_the_bootstrap_is_asked_for_and_below_ten_always():
    def asked(units, few_units):
        data = make_panel(units)
        return estimate_trend(data["observations"], data["documents"], ["cases"], frame=CENSUS, breaks=NONE,
                              codebook=CODEBOOK, few_units=few_units)  # fmt: skip

    assert asked(15, "refuse").parts["panel"].empty
    wild = asked(15, "wild")
    assert set(wild.parts["panel"]["method"]) == {"wild"}
    assert any("Fewer than 30 units" in said["en"] for said in wild.notes)
    assert set(asked(30, "wild").parts["panel"]["method"]) == {"cr2"}
    assert "wild_units" in rules(asked(9, "wild"))
    with pytest.raises(ParameterError, match="few_units"):
        asked(15, "always")
