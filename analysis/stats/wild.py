"""Few units: a test and an interval from a wild bootstrap of the scores of a Poisson model with unit effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.stats.panels import fit_poisson, iterate_poisson, rows_by_group, subtract_means

#: Webb's six weights: mean 0, variance 1, and far more distinct samples of few clusters than signs alone give.
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
DRAWS = 1999
HALVINGS = 24
FURTHEST = 64  # standard errors from the estimate where the search for an end stops


@dataclass(frozen=True, eq=False)
class WildScores:
    """A Poisson model with unit effects and the weights of its bootstrap, drawn once.

    It exists so that all values a coefficient is tested against meet the same weights: only then is the set of values
    that are not rejected an interval.
    """

    y: np.ndarray
    x: np.ndarray
    units: np.ndarray
    weights: np.ndarray

    def p_value(self, term: int, value: float) -> float:
        """Return the p-value of the hypothesis that a coefficient (by its place in the design) has a value.

        The model is fitted under the hypothesis; each unit's score is multiplied by a random weight, and the t of one
        Newton step from there, clustered by unit, is set against those of the weighted scores.
        """
        others = np.delete(self.x, term, axis=1)
        mu, _, _ = iterate_poisson(self.y, others, self.units, offset=value * self.x[:, term])
        root = np.sqrt(mu)
        x = subtract_means(self.x, mu, self.units) * root[:, None]
        drawn = cluster_t(x, (self.y - mu) / root, self.units, term, self.weights)
        own = cluster_t(x, (self.y - mu) / root, self.units, term, np.ones((1, self.weights.shape[1])))
        return float(np.mean(np.abs(drawn) >= np.abs(own) - 1e-12))

    def interval(self, term: int, estimate: float, error: float, level: float = 0.95) -> tuple[float, float]:
        """Return the least and the greatest value of a coefficient that are not rejected."""
        low, high = (self._end(term, estimate, side * error, 1 - level) for side in (-1, 1))
        return low, high

    def _end(self, term: int, estimate: float, step: float, alpha: float) -> float:
        inside, outside = estimate, estimate + 2 * step
        while self.p_value(term, outside) >= alpha:
            inside, outside = outside, estimate + 2 * (outside - estimate)
            if abs(outside - estimate) > FURTHEST * abs(step):
                return float(np.copysign(np.inf, step))
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self.p_value(term, middle) >= alpha else (inside, middle)
        return inside


def cluster_t(x: np.ndarray, residuals: np.ndarray, groups: np.ndarray, term: int, weights: np.ndarray) -> np.ndarray:
    """Return the clustered t of a least squares coefficient for residuals multiplied by one weight a group.

    Parameters
    ----------
    x, residuals : array
        Regressors, and residuals of the regression in which the coefficient has the value that is tested.
    groups : array of int
        Cluster of each row.
    term : int
        Column of x.
    weights : array
        One row a sample, one column a group.
    """
    parts = rows_by_group(groups)
    scores = np.array([x[rows].T @ residuals[rows] for rows in parts])
    bread = np.linalg.inv(x.T @ x)
    estimate = weights @ scores @ bread
    spread = np.array([x[rows].T @ (x[rows] @ bread[term]) for rows in parts])
    own = weights * (scores @ bread[term]) - estimate @ spread.T
    return np.asarray(estimate[:, term] / np.sqrt((own**2).sum(axis=1)))


def draw_scores(frame: pd.DataFrame, design: pd.DataFrame, *, draws: int = DRAWS, seed: int = 0) -> WildScores:
    """Return the model of a panel with the weights of its bootstrap.

    Parameters
    ----------
    frame : DataFrame
        Columns unit_id, value; as `panel_rows` returns them.
    design : DataFrame
        As for `fit_poisson`.
    draws, seed : int
        Samples, and the seed of their weights.
    """
    units = pd.factorize(frame["unit_id"])[0]
    weights = np.random.default_rng(seed).choice(WEBB, (draws, units.max() + 1))
    return WildScores(frame["value"].to_numpy("float64"), design.to_numpy("float64"), units, weights)


def fit_few(frame: pd.DataFrame, design: pd.DataFrame, *, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Fit a Poisson model with unit effects to few units; intervals hold what a score wild bootstrap does not reject.

    Parameters
    ----------
    frame, design
        As for `fit_poisson`.
    level : float
        Confidence level.
    seed : int
        Of the random weights.

    Returns
    -------
    DataFrame
        The table of `fit_poisson` with low, high, ratio_low and ratio_high by inverting the test; df is missing.

    References
    ----------
    Kline and Santos (2012), Journal of Econometric Methods 1(1), on bootstrapping scores. Webb (2023), Canadian Journal
    of Economics 56(3), on the weights. MacKinnon, Nielsen and Webb (2023), Journal of Econometrics 232(2).
    """
    table = fit_poisson(frame, design, level=level).table
    scores = draw_scores(frame, design, seed=seed)
    ends = [
        scores.interval(term, estimate, error, level)
        for term, (estimate, error) in enumerate(zip(table["estimate"], table["std_error"], strict=True))
    ]
    table[["low", "high"]] = ends
    return table.assign(ratio_low=np.exp(table["low"]), ratio_high=np.exp(table["high"]), df=np.nan)
