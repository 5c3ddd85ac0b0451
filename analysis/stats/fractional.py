"""Rates of many units over several years: a fractional probit with correlated random effects, clustered by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.errors import FazhiError
from analysis.stats.panels import cluster_covariance

ITERATIONS = 100
SMALL = 1e-8


@dataclass(frozen=True, eq=False)
class FractionalFit:
    """Average partial effects of a fractional probit.

    Attributes
    ----------
    table : DataFrame
        term, points (average partial effect, in percentage points), std_error (CR2), df (Satterthwaite), low, high.
    n_units, n_rows : int
        Units with values in two or more years, and their values.
    """

    table: pd.DataFrame
    n_units: int
    n_rows: int


def rate_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows a model of rates with unit effects can use: units with percentages of two or more years.

    Parameters
    ----------
    frame : DataFrame
        Columns unit_id, year, value (percent); one row a unit and year. What is not between 0 and 100 is no rate.
    """
    rows = frame[frame["value"].between(0, 100)]
    return rows[rows.groupby("unit_id")["value"].transform("size") > 1].reset_index(drop=True)


def fit_fractional(
    frame: pd.DataFrame, design: pd.DataFrame, switches: Sequence[object], *, level: float = 0.95
) -> FractionalFit:
    """Fit a fractional probit with correlated random effects by quasi-maximum-likelihood.

    A dummy for each unit would make a model of rates inconsistent where there are few years. Here a unit's effect may
    depend on its means of all regressors and on the number of its years, which units that fall silent make unequal
    (Mundlak's device; for unbalanced panels Wooldridge 2019). The expected rate is all that is assumed; errors are
    clustered by unit (CR2, Satterthwaite degrees of freedom), those of the effects by the delta method.

    Parameters
    ----------
    frame : DataFrame
        Columns unit_id, value (percent); as `rate_rows` returns them.
    design : DataFrame
        Regressors without constant and without unit effects, one column a term, same rows as frame.
    switches : sequence
        Dummy terms of design that exclude one another, such as years: of each the effect is that of switching it from
        0 to 1 with the others at 0, all else as it is, averaged over units.
    level : float
        Confidence level.

    Returns
    -------
    FractionalFit
        One row a switch, in percentage points.

    Raises
    ------
    FazhiError
        Terms cannot be told apart, or the likelihood has no maximum.

    References
    ----------
    Papke and Wooldridge (2008), Journal of Econometrics 145(1-2). Wooldridge (2019), Journal of Econometrics 211(1).
    Mundlak (1978), Econometrica 46(1). Pustejovsky and Tipton (2018), Journal of Business and Economic Statistics
    36(4).
    """
    y = frame["value"].to_numpy("float64") / 100
    x, units = design.to_numpy("float64"), pd.factorize(frame["unit_id"])[0]
    full = np.column_stack([x, _unit_terms(x, units)])
    if np.linalg.matrix_rank(full) < full.shape[1]:
        raise FazhiError(
            "Terms of the model of rates cannot be told apart: a year is the same for all values of every unit. "
            "Choose more years, or a rate that more units print in several years."
        )
    model = sm.GLM(y, full, family=sm.families.Binomial(link=sm.families.links.Probit()))
    fit = model.fit(maxiter=ITERATIONS)
    eta = full @ fit.params
    mu, slope = stats.norm.cdf(eta), stats.norm.pdf(eta)
    places = [design.columns.get_loc(name) for name in switches]
    certain = np.minimum(mu, 1 - mu) < SMALL  # a unit that always prints 100 may be; a whole year has no effect then
    states = [x[:, places].any(axis=1) == 0, *(x[:, place] == 1 for place in places)]
    if not fit.converged or any(certain[state].all() for state in states):
        raise FazhiError(
            "The model of rates has no maximum: in some year nearly all values are 0 or 100. Look at the observed "
            "points, and leave the year out."
        )
    spread = np.sqrt(mu * (1 - mu))
    points, gradients = _effects(full, fit.params, places, 1 / (np.bincount(units)[units] * (units.max() + 1)))
    turn = np.eye(full.shape[1])
    turn[places] = gradients  # the effects in place of their coefficients: their errors are those of the model
    covariance, df = cluster_covariance(
        full * (slope / spread)[:, None] @ np.linalg.inv(turn), (y - mu) / spread, units
    )
    error, df = 100 * np.sqrt(np.diag(covariance))[places], df[places]
    width = stats.t.ppf(0.5 + level / 2, df) * error
    table = pd.DataFrame({"term": list(switches), "points": 100 * points, "std_error": error, "df": df})
    table = table.assign(low=table["points"] - width, high=table["points"] + width)
    return FractionalFit(table, int(units.max() + 1), len(y))


def _unit_terms(x: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return a constant and what spans the units' means of the regressors and their numbers of years."""
    years = np.bincount(units)
    means = np.column_stack([np.bincount(units, column) / years for column in x.T])
    both = np.column_stack([means, years])[units]
    left, size, _ = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
    kept = left[:, size > SMALL * max(size[0], 1)]
    return np.column_stack([np.ones(len(units)), kept * np.sqrt(len(units))])


def _effects(
    full: np.ndarray, estimate: np.ndarray, places: Sequence[int], weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the average partial effect of each switch and its gradient in the coefficients."""
    off = full.copy()
    off[:, places] = 0
    base = off @ estimate
    points, gradients = [], []
    for place in places:
        on = off.copy()
        on[:, place] = 1
        risen = base + estimate[place]
        points.append(weight @ (stats.norm.cdf(risen) - stats.norm.cdf(base)))
        gradients.append((weight * stats.norm.pdf(risen)) @ on - (weight * stats.norm.pdf(base)) @ off)
    return np.array(points), np.array(gradients)
