"""Counts of many units over several years: Poisson pseudo-maximum-likelihood with unit effects, clustered by unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats

from analysis.errors import FazhiError

ITERATIONS = 200
TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class PoissonFit:
    """Coefficients of a Poisson model with unit effects.

    Attributes
    ----------
    table : DataFrame
        term, estimate (log ratio), std_error (CR2), df (Satterthwaite), low, high, ratio, ratio_low, ratio_high.
    n_units, n_rows : int
        Units with values in two or more years and not all zero, and their values.
    dispersion : float
        Pearson chi-square by its degrees of freedom; 1 for a Poisson process.
    """

    table: pd.DataFrame
    n_units: int
    n_rows: int
    dispersion: float


def panel_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows a Poisson model with unit effects can use.

    Units with a single year or without a single case say nothing about change; nor do years without a case.

    Parameters
    ----------
    frame : DataFrame
        Columns unit_id, year, value; one row a unit and year.
    """
    rows = frame[frame["value"].notna()]
    while True:
        units, years = rows.groupby("unit_id")["value"], rows.groupby("year")["value"]
        used = rows[(units.transform("size") > 1) & (units.transform("sum") > 0) & (years.transform("sum") > 0)]
        if len(used) == len(rows):
            return rows.reset_index(drop=True)
        rows = used


def fit_poisson(frame: pd.DataFrame, design: pd.DataFrame, *, level: float = 0.95) -> PoissonFit:
    """Fit a Poisson model with unit effects by pseudo-maximum-likelihood; the variance need not be Poisson.

    Unit effects are swept out in every step of iterated weighted least squares, as by Correia, Guimaraes and Zylkin
    (2020), so that thousands of units cost no dummy variables; the coefficients are those of
    ``statsmodels.GLM(family=Poisson)`` with one dummy a unit. Standard errors are clustered by unit with the CR2
    correction and Satterthwaite degrees of freedom of Pustejovsky and Tipton (2018).

    Parameters
    ----------
    frame : DataFrame
        Columns unit_id, value; as `panel_rows` returns them.
    design : DataFrame
        Regressors without unit effects or constant, one column a term, same rows as frame.
    level : float
        Confidence level.

    Returns
    -------
    PoissonFit
        Estimates are log ratios; ratio is their exponential.

    Raises
    ------
    FazhiError
        The iteration does not settle, or terms cannot be told apart.

    References
    ----------
    Correia, Guimaraes and Zylkin (2020), Stata Journal 20(1). Pustejovsky and Tipton (2018), Journal of Business and
    Economic Statistics 36(4).
    """
    y, x = frame["value"].to_numpy("float64"), design.to_numpy("float64")
    units = pd.factorize(frame["unit_id"])[0]
    mu, estimate, x_within = iterate_poisson(y, x, units)
    scaled = x_within * np.sqrt(mu)[:, None]
    covariance, df = cluster_covariance(scaled, (y - mu) / np.sqrt(mu), units)
    error = np.sqrt(np.diag(covariance))
    width = stats.t.ppf(0.5 + level / 2, df) * error
    table = pd.DataFrame(
        {"term": design.columns, "estimate": estimate, "std_error": error, "df": df, "low": estimate - width,
         "high": estimate + width}
    )  # fmt: skip
    for name, of in (("ratio", "estimate"), ("ratio_low", "low"), ("ratio_high", "high")):
        table[name] = np.exp(table[of])
    freedom = len(y) - (units.max() + 1) - x.shape[1]
    dispersion = float(np.sum((y - mu) ** 2 / mu) / freedom) if freedom > 0 else np.nan
    return PoissonFit(table, int(units.max() + 1), len(y), dispersion)


def iterate_poisson(
    y: np.ndarray, x: np.ndarray, units: np.ndarray, offset: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return expected counts, coefficients, and the regressors without their weighted unit means; see `fit_poisson`."""
    mu = (y + (np.bincount(units, y) / np.bincount(units))[units]) / 2
    deviance = np.inf
    for _ in range(ITERATIONS):
        target = np.log(mu) + (y - mu) / mu - offset
        within = subtract_means(np.column_stack([target, x]), mu, units)
        weight = np.sqrt(mu)[:, None]
        estimate, _, rank, _ = np.linalg.lstsq(within[:, 1:] * weight, within[:, 0] * weight[:, 0], rcond=None)
        if rank < x.shape[1]:
            raise FazhiError(
                "Terms of the panel model cannot be told apart: a year or a step is the same for all values of every "
                "unit. Choose more years, or an indicator that more units print in several years."
            )
        mu = np.exp(offset + target - within[:, 0] + within[:, 1:] @ estimate)
        ratio = np.divide(y, mu, out=np.ones_like(y), where=y > 0)
        former, deviance = deviance, float(2 * np.sum(y * np.log(ratio) - (y - mu)))
        if abs(former - deviance) <= TOLERANCE * (abs(deviance) + 1):
            return mu, estimate, subtract_means(x, mu, units)
    raise FazhiError(
        f"The panel model did not settle in {ITERATIONS} steps. An extreme value is the usual cause: look at the "
        "observed points, correct it in data/corrections.csv, or leave the year out."
    )


def subtract_means(columns: np.ndarray, weight: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Subtract from each column its weighted mean within the unit."""
    total = np.bincount(units, weight)
    means = np.column_stack([np.bincount(units, weight * column) / total for column in columns.T])
    return np.asarray(columns - means[units])


def cluster_covariance(
    x: np.ndarray | sparse.sparray, residuals: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the CR2 covariance of least squares coefficients and the Satterthwaite degrees of freedom of each.

    Parameters
    ----------
    x, residuals : array
        Regressors and residuals of the (weighted, scaled) regression; effects swept out must be within groups. x may
        be sparse.
    groups : array of int
        Cluster of each row.
    """
    bread = np.linalg.inv(_dense(x.T @ x))
    root = np.linalg.cholesky(bread)
    back = np.linalg.inv(root)
    meat = np.zeros_like(bread)
    inner, outer = [], []
    for rows in rows_by_group(groups):
        part = _dense(x[rows])
        # (I - P B P')^(-1/2) P by the k x k matrix I - L' P'P L with B = L L': a group may have thousands of rows.
        adjusted = part @ root @ _inverse_root(np.eye(x.shape[1]) - root.T @ (part.T @ part) @ root) @ back
        score = adjusted.T @ residuals[rows]
        meat += np.outer(score, score)
        spread = adjusted @ bread
        inner.append((spread**2).sum(axis=0))
        outer.append(part.T @ spread)
    return bread @ meat @ bread, _satterthwaite(np.array(inner), np.array(outer), bread)


def _dense(matrix: np.ndarray | sparse.sparray) -> np.ndarray:
    return matrix.toarray() if isinstance(matrix, sparse.sparray) else matrix


def _satterthwaite(inner: np.ndarray, outer: np.ndarray, bread: np.ndarray) -> np.ndarray:
    """Degrees of freedom (tr P)^2 / tr(P^2) with P = diag(inner) - U M U', a column of U for each group."""
    df = []
    for term in range(inner.shape[1]):
        diagonal, u = inner[:, term], outer[:, :, term]
        own = np.einsum("gp,pq,gq->g", u, bread, u)
        cross = bread @ (u.T @ u)
        square = np.sum(diagonal**2) - 2 * np.sum(diagonal * own) + np.trace(cross @ cross)
        df.append(np.sum(diagonal - own) ** 2 / square if square > 0 else np.nan)
    return np.array(df)


def rows_by_group(groups: np.ndarray) -> list[np.ndarray]:
    """Return the places of the rows of each group, in the order of its number."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _inverse_root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    small = values < 1e-10
    root = np.where(small, 0.0, 1 / np.sqrt(np.where(small, 1.0, values)))
    return np.asarray((vectors * root) @ vectors.T)
