"""Rates over time: correlated random effects against what can be computed otherwise, and when there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.errors import FazhiError
from analysis.stats.fractional import fit_fractional, rate_rows
from analysis.stats.trends import estimate_trend
from tests.stats.panel import CODEBOOK, document, observation, table
from tests.stats.test_trends import CENSUS, NONE, breaks, rules


def rates(units=40, years=5, *, silent=0.0, seed=0):
    """Return rates in percent that rise within each unit; a weak unit is silent more often in its early years."""
    rng = np.random.default_rng(seed)
    effect, year = rng.normal(0.5, 0.7, (units, 1)), np.arange(years)[None, :]
    mean = stats.norm.cdf(effect + 0.1 * year)
    value = 100 * rng.beta(20 * mean, 20 * (1 - mean))
    shown = rng.random((units, years)) >= silent * stats.norm.cdf((1.5 - year) * (0.5 - effect) + 0.3)
    frame = pd.DataFrame({"unit_id": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units),
                          "value": value.ravel(), "effect": np.repeat(effect, years)})  # fmt: skip
    return rate_rows(frame[shown.ravel()])


def dummies(frame):
    return pd.get_dummies(frame["year"], drop_first=True, dtype="float64")


def test_where_all_units_print_every_year_effects_are_differences_of_means():
    frame = rates()
    design = dummies(frame)
    found = fit_fractional(frame, design, list(design)).table
    means = frame.groupby("year")["value"].mean()
    assert found["points"].to_numpy() == pytest.approx((means[1:] - means[0]).to_numpy(), abs=1e-6)
    ols = sm.OLS(frame["value"], sm.add_constant(design)).fit(cov_type="cluster", cov_kwds={"groups": frame["unit_id"]})
    assert found["std_error"].to_numpy() == pytest.approx(ols.bse.to_numpy()[1:], rel=0.02)


def test_effects_are_those_of_a_model_with_unit_means_and_errors_those_of_the_delta_method():
    """Against statsmodels: the same quasi-likelihood with the unit's means in the design, and a numeric gradient."""
    frame = rates(silent=0.5)
    design = dummies(frame)
    means = design.groupby(frame["unit_id"]).transform("mean").add_prefix("mean_")
    number = frame.groupby("unit_id")["year"].transform("size").rename("number")
    full = sm.add_constant(pd.concat([design.add_prefix("year_"), means, number], axis=1)).astype("float64")
    family = sm.families.Binomial(link=sm.families.links.Probit())
    model = sm.GLM(frame["value"] / 100, full, family=family).fit(
        cov_type="cluster", cov_kwds={"groups": frame["unit_id"], "use_correction": False}
    )
    weight = (1 / number) / (1 / number).sum()
    off = full.assign(**dict.fromkeys(design.add_prefix("year_"), 0.0))

    def effect(parameters, year):
        on = off.assign(**{f"year_{year}": 1.0})
        risen, base = (stats.norm.cdf(rows.to_numpy() @ parameters) for rows in (on, off))
        return 100 * float(weight.to_numpy() @ (risen - base))

    found = fit_fractional(frame, design, list(design)).table.set_index("term")
    for year in design:
        point = model.params.to_numpy()
        assert found.loc[year, "points"] == pytest.approx(effect(point, year), abs=1e-5)
        steps = 1e-5 * np.eye(len(point))
        gradient = np.array([(effect(point + step, year) - effect(point - step, year)) / 2e-5 for step in steps])
        error = np.sqrt(gradient @ model.cov_params().to_numpy() @ gradient)
        assert 0.98 < found.loc[year, "std_error"] / error < 1.2


def test_units_that_fall_silent_do_not_pass_for_change():
    frame = rates(units=400, silent=0.9, seed=2)
    design = dummies(frame)
    found = fit_fractional(frame, design, list(design)).table.set_index("term").loc[4]
    effect = frame.groupby("unit_id")["effect"].first()
    truth = 100 * (stats.norm.cdf(effect + 0.4) - stats.norm.cdf(effect)).mean()
    naive = frame.groupby("year")["value"].mean()
    assert found["low"] < truth < found["high"]
    assert naive[4] - naive[0] < found["low"]


def test_terms_that_cannot_be_told_apart_and_rates_without_spread_are_errors():
    frame = rates(years=3)
    year = frame["year"].astype("float64")
    with pytest.raises(FazhiError, match="cannot be told apart"):
        fit_fractional(frame, pd.DataFrame({"one": year, "other": 2 * year}), ["one"])
    full = frame.assign(value=frame["value"].mask(frame["year"] == 2, 100.0))
    with pytest.raises(FazhiError, match="no maximum"):
        fit_fractional(full, dummies(full), [1, 2])


def panel_of_rates(units=40, years=range(2017, 2025), value=None, base="heard"):
    rng = np.random.default_rng(1)
    documents, figures = [], []
    for unit in range(units):
        for year in years:
            doc_id, code = f"u{unit:03d}_{year}", f"99{unit:04d}"
            documents.append(document(doc_id, adcode=code, county=f"县{unit:03d}", report_year=year))
            rate = value or round(60 + 2 * (year - 2017) + 5 * (year >= 2021) + rng.normal(0, 6), 1)
            figures.append(observation(doc_id, "win_rate", rate, report_year=year, adcode_now=code, base=base))
    return table("observations", figures), table("documents", documents)


def estimate(observations, documents, **options):
    return estimate_trend(
        observations, documents, ["win_rate"], codebook=CODEBOOK, **{"frame": CENSUS, "breaks": NONE} | options
    )


def test_year_effects_of_rates_are_percentage_points_and_say_what_they_rest_on():
    result = estimate(*panel_of_rates())
    panel = result.parts["panel"].set_index("year")
    assert panel.loc[2017, "points"] == 0
    assert np.isnan(panel.loc[2017, "low"])
    assert panel["ratio"].isna().all()
    assert panel.loc[2024, "low"] < 19 < panel.loc[2024, "high"]
    assert set(panel["method"]) == {"cre_cr2"}
    assert any("percentage points" in said["en"] for said in result.notes)


def test_a_level_shift_of_rates_is_in_percentage_points():
    (shift,) = (
        estimate(*panel_of_rates(), breaks=breaks("2021-01-01", indicator="win_rate")).parts["shifts"].itertuples()
    )
    assert shift.low < 5 < shift.high
    assert shift.method == "cre_cr2"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"base": ""}, "printed_base"),
        ({"value": 100.0}, "ceiling"),
        ({"units": 29}, "panel_units"),
        ({"years": (2023, 2024)}, "panel_years"),
    ],
)
def test_rates_without_a_base_at_the_ceiling_or_of_few_units_are_refused(given, rule):
    result = estimate(*panel_of_rates(**given))
    assert rule in rules(result)
    assert result.parts["panel"].empty
