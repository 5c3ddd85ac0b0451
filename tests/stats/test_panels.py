from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import FazhiError
from analysis.stats.panels import cluster_covariance, fit_poisson, panel_rows
from tests.stats.panel import make_panel


def rows(units=12, **options):
    frame = make_panel(units, range(2018, 2024), **options)["observations"]
    return panel_rows(
        frame.rename(columns={"adcode_now": "unit_id", "report_year": "year"})[["unit_id", "year", "value"]]
    )


def dummies(frame):
    return pd.get_dummies(frame["year"].astype("int64"), drop_first=True, dtype="float64")


def test_coefficients_are_those_of_a_poisson_model_with_a_dummy_for_each_unit():
    frame = rows(silent=0.2, dispersion=0.3)
    design = dummies(frame)
    fit = fit_poisson(frame, design)
    full = design.join(pd.get_dummies(frame["unit_id"], dtype="float64"))
    model = sm.GLM(frame["value"], full, family=sm.families.Poisson()).fit(tol=1e-12)
    assert fit.table["estimate"].to_numpy() == pytest.approx(model.params[: design.shape[1]].to_numpy(), abs=1e-7)
    assert fit.dispersion == pytest.approx(model.pearson_chi2 / model.df_resid, rel=1e-6)


def test_clusters_of_one_row_give_hc2_and_the_published_degrees_of_freedom():
    """Imbens and Kolesar (2016), Review of Economics and Statistics 98(4): Bell-McCaffrey df of a binary regressor."""
    few, many = 5, 20
    x = np.column_stack([np.ones(few + many), np.repeat([1.0, 0.0], [few, many])])
    y = np.random.default_rng(0).normal(size=few + many)
    model = sm.OLS(y, x).fit()
    covariance, df = cluster_covariance(x, model.resid, np.arange(few + many))
    assert covariance == pytest.approx(model.get_robustcov_results("HC2").cov_params())
    published = (few + many) ** 2 * (few - 1) * (many - 1) / (few**2 * (few - 1) + many**2 * (many - 1))
    assert df[1] == pytest.approx(published)


def test_sweeping_out_unit_effects_changes_neither_cr2_nor_its_degrees_of_freedom():
    """Against the definition, with all dummies in the regression and square matrices over all rows."""
    frame = rows(units=6, silent=0.3)
    design, weight = dummies(frame), frame["value"].to_numpy() + 1
    units = pd.factorize(frame["unit_id"])[0]
    full = np.column_stack([design, pd.get_dummies(units, dtype="float64")]) * np.sqrt(weight)[:, None]
    y = np.random.default_rng(1).normal(size=len(frame))
    hat = full @ np.linalg.inv(full.T @ full) @ full.T
    residuals, keep = y - hat @ y, np.eye(len(y)) - hat
    bread, terms = np.linalg.inv(full.T @ full) @ full.T, design.shape[1]
    parts = []
    for unit in range(units.max() + 1):
        own = np.flatnonzero(units == unit)
        left, size, _ = np.linalg.svd(np.linalg.pinv(keep[np.ix_(own, own)], hermitian=True), hermitian=True)
        root = left * np.sqrt(size) @ left.T
        parts.append((own, bread[:terms, own] @ root))
    expected = sum(np.outer(part @ residuals[own], part @ residuals[own]) for own, part in parts)
    degrees = []
    for term in range(terms):
        basis = np.column_stack([keep[:, own] @ part[term] for own, part in parts])
        spread = basis.T @ basis
        degrees.append(np.trace(spread) ** 2 / np.trace(spread @ spread))

    within = full[:, :terms] - (np.eye(len(y)) - _annihilator(full[:, terms:])) @ full[:, :terms]
    covariance, df = cluster_covariance(within, residuals, units)
    assert covariance == pytest.approx(expected)
    assert df == pytest.approx(degrees)


def _annihilator(x):
    return np.eye(len(x)) - x @ np.linalg.inv(x.T @ x) @ x.T


def test_units_and_years_that_say_nothing_of_change_are_dropped():
    frame = pd.DataFrame(
        [
            ("a", 2020, 5),
            ("a", 2021, 6),
            ("b", 2020, 3),
            ("c", 2020, 0),
            ("c", 2021, 0),
            ("d", 2020, 2),
            ("d", 2022, 0),
        ],
        columns=["unit_id", "year", "value"],
    )
    assert set(panel_rows(frame)["unit_id"]) == {"a"}


def test_terms_that_cannot_be_told_apart_are_an_error_that_says_what_to_do():
    frame = rows()
    with pytest.raises(FazhiError, match="cannot be told apart"):
        fit_poisson(frame, pd.DataFrame({"one": frame["year"] * 1.0, "other": frame["year"] * 2.0}))


def test_many_units_cost_seconds_not_dummies():
    frame = rows(units=1500)
    fit = fit_poisson(frame, dummies(frame))
    assert fit.n_units == 1500
    assert np.exp(0.25) == pytest.approx(fit.table.set_index("term").loc[2023, "ratio"], rel=0.02)
