"""Five kinds of uncertainty, never merged into one bar.

none
    Reports that were found, not drawn: x of n, and nothing else.
sampling
    A probability sample from a finite population.
nonresponse_bounds
    A census in which reports are missing or silent: what the missing ones could do at worst.
process
    On request only: the count as one draw of a process, under an assumption that is named.
measurement
    What the wording of a figure leaves open (more than 400, about 75万).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from analysis.errors import ParameterError
from analysis.stats.frame import Frame, phrase

INTERVAL_COLUMNS = ["low", "high", "interval_kind", "assumes_zh", "assumes_en"]
SHARE_METHODS = ("exact", "wilson")


class Interval(NamedTuple):
    """Two ends, the kind of uncertainty they stand for, and what they rest on in Chinese and English."""

    low: float
    high: float
    interval_kind: str = "none"
    assumes_zh: str = ""
    assumes_en: str = ""


NONE = Interval(np.nan, np.nan)


def interval_share(
    x: int, n: int, frame: Frame, *, reports: int | None = None, method: str = "exact", level: float = 0.95
) -> Interval:
    """Return the interval that a declared frame allows for a share of reports, x of n.

    Parameters
    ----------
    x, n : int
        Reports that have the property, and reports at risk.
    frame : Frame
        convenience: no interval. probability: confidence interval of the finite population. census: bounds.
    reports : int, optional
        Reports that should exist; frame.size by default.
    method : {"exact", "wilson"}
        For a probability sample: inversion of the hypergeometric test, never below the nominal level, or Wilson's
        interval with the sample size corrected for the finite population.

    Returns
    -------
    Interval
        Ends between 0 and 1. A census without a missing report has no width.

    Examples
    --------
    >>> interval_share(40, 50, Frame("a province", "census", 60))[:3]
    (0.6666666666666666, 0.8333333333333334, 'nonresponse_bounds')
    >>> interval_share(5, 5, Frame())[2]
    'none'
    """
    if method not in SHARE_METHODS:
        raise ParameterError(f"method is {method!r}; it must be one of {', '.join(SHARE_METHODS)}.")
    size = reports if reports is not None else frame.reports()
    if not frame.declared or size is None or n == 0:
        return NONE
    if n > size:
        raise ParameterError(
            f"{n} reports are at risk but the frame has only {size}. Correct size (units of the population, one report "
            "a year each), or look at reports of units outside it."
        )
    if frame.sampling == "census":
        return Interval(x / size, (x + size - n) / size, "nonresponse_bounds", *phrase("assumes_census"))
    low, high = _exact_share(x, n, size, level) if method == "exact" else _wilson_share(x, n, size, level)
    return Interval(low, high, "sampling", *phrase("assumes_sampling"))


def _exact_share(x: int, n: int, size: int, level: float) -> tuple[float, float]:
    """Invert the hypergeometric test: all numbers of units that the sample does not contradict in either tail."""
    possible = np.arange(x, size - (n - x) + 1)
    tail = (1 - level) / 2
    likely = (stats.hypergeom.sf(x - 1, size, possible, n) > tail) & (stats.hypergeom.cdf(x, size, possible, n) > tail)
    return float(possible[likely].min() / size), float(possible[likely].max() / size)


def _wilson_share(x: int, n: int, size: int, level: float) -> tuple[float, float]:
    if n == size:
        return x / n, x / n
    effective = n * (size - 1) / (size - n)
    low, high = proportion_confint(x / n * effective, effective, alpha=1 - level, method="wilson")
    return float(low), float(high)


def interval_count(count: float, *, exposure: float = 1.0, level: float = 0.95) -> Interval:
    """Return the exact Poisson interval (Garwood 1936) of a count, as a process: cases independent, rate constant.

    Examples
    --------
    >>> [round(end, 4) for end in interval_count(10)[:2]]
    [4.7954, 18.3904]
    """
    low, high = confint_poisson(count, exposure, method="exact-c", alpha=1 - level)
    return Interval(0.0 if count == 0 else float(low), float(high), "process", *phrase("assumes_poisson"))


def interval_rate(k: float, n: float, *, level: float = 0.95) -> Interval:
    """Return the exact binomial interval (Clopper and Pearson 1934) of k of n cases in percent, as a process.

    Both k and n must be printed: a base that was inferred from the rate is not a base.

    Examples
    --------
    >>> [round(end, 2) for end in interval_rate(0, 11)[:2]]
    [0.0, 28.49]
    """
    low, high = proportion_confint(k, n, alpha=1 - level, method="beta")
    return Interval(100 * float(low), 100 * float(high), "process", *phrase("assumes_binomial"))


def natural_bounds(form: str, unit: str) -> tuple[float, float]:
    """Return what a figure of a form can be at all: a rate 0 to 100, a count 0 and more, a change anything.

    Examples
    --------
    >>> natural_bounds("rate", "%"), natural_bounds("flow", "件")
    ((0.0, 100.0), (0.0, inf))
    """
    if form in {"rate", "share"}:
        return (0.0, 100.0) if unit == "%" else (0.0, np.inf)
    return (0.0, np.inf) if form in {"flow", "stock", "amount"} else (-np.inf, np.inf)


def close_bounds(values: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return low and high of figures with open ends closed by what is possible at all.

    Parameters
    ----------
    values : DataFrame
        Columns low, high, form, unit; an open end is NaN.
    """
    natural = [natural_bounds(form, unit) for form, unit in zip(values["form"], values["unit"], strict=True)]
    floor = pd.Series([low for low, _ in natural], index=values.index, dtype="float64")
    top = pd.Series([high for _, high in natural], index=values.index, dtype="float64")
    return values["low"].fillna(floor), values["high"].fillna(top)


def bound_mean(
    mean_low: float, mean_high: float, n: int, n_at_risk: int, *, floor: float, top: float, not_below: bool = False
) -> dict[str, float]:
    """Bound the mean over all reports at risk when only those that chose to print are seen.

    Parameters
    ----------
    mean_low, mean_high : float
        Mean of the disclosers, as an interval of measurement.
    n, n_at_risk : int
        Disclosers, and reports that could have disclosed.
    floor, top : float
        The least and greatest possible value (0 and 100 for a percentage).
    not_below : bool
        The monotone bound assumes that the silent are not above the disclosers; with not_below, not below them (for
        rates where a high value is the bad one).

    Returns
    -------
    dict
        worst_low, worst_high (Manski 1989: no assumption), monotone_low, monotone_high.

    Examples
    --------
    >>> bound_mean(90.0, 90.0, 30, 60, floor=0, top=100)
    {'worst_low': 45.0, 'worst_high': 95.0, 'monotone_low': 45.0, 'monotone_high': 90.0}
    """
    share = n / n_at_risk if n_at_risk else np.nan
    worst_low = share * mean_low + (1 - share) * floor
    worst_high = share * mean_high + (1 - share) * top
    return {
        "worst_low": worst_low,
        "worst_high": worst_high,
        "monotone_low": mean_low if not_below else worst_low,
        "monotone_high": worst_high if not_below else mean_high,
    }
