"""Which model a panel gets: counts a Poisson model with unit effects, rates correlated random effects, and when none.

A model of rates with a dummy for each unit would be inconsistent in so few years.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis.stats.fractional import fit_fractional, rate_rows
from analysis.stats.frame import Frame, needed, phrase
from analysis.stats.panels import fit_poisson, panel_rows
from analysis.stats.values import at_ceiling
from analysis.stats.wild import fit_few

COUNTS, RATES = ("flow", "stock", "amount"), ("rate", "share")
FEW_UNITS = ("refuse", "wild")
METHODS = ("cr2", "wild", "cre_cr2")
#: What a model says of a change: a ratio of counts or a difference of rates, its interval, and what it rests on.
CHANGE = ["ratio", "points", "low", "high", "df"]


class Inference(NamedTuple):
    """How change is estimated: what happens below the units that CR2 needs, and the seed of a bootstrap."""

    few_units: str = "refuse"
    seed: int = 0


class Change(NamedTuple):
    """What a model found: one row a term with the columns of CHANGE, and what is equal in all of them."""

    table: pd.DataFrame
    about: dict[str, object]


def usable_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the values of one indicator that tell of change: of counts see `panel_rows`, of rates `rate_rows`."""
    rates = rows["form"].isin(RATES).any()
    return rate_rows(rows) if rates else panel_rows(rows)


def least_units(rows: pd.DataFrame, how: Inference) -> str:
    """Return the rule that says how many units a model of these values needs."""
    wild = how.few_units == "wild" and not rows["form"].isin(RATES).any()
    return "wild_units" if wild else "panel_units"


def find_hindrance(rows: pd.DataFrame, form: str, frame: Frame) -> tuple[str, float]:
    """Return the rule that forbids to model an indicator however many its values are, and what there is.

    Rates are pooled at an equal printed base only, and one that is 100 almost everywhere says nothing.
    """
    if form not in (*COUNTS, *RATES):
        return "panel_measure", 0
    if not frame.declared:
        return "frame", 0
    if form in COUNTS or rows.empty:
        return "", 0
    ceiling = 100 * float(at_ceiling(rows).mean())
    if ceiling > needed("ceiling"):
        return "ceiling", round(ceiling)
    return ("", 0) if rows["base"].ne("").any() else ("printed_base", 0)


def fit_change(
    rows: pd.DataFrame, design: pd.DataFrame, switches: Sequence[object], assumed: str, how: Inference
) -> Change:
    """Fit the model that the values of one indicator ask for.

    Parameters
    ----------
    rows : DataFrame
        As `usable_rows` returns them.
    design, switches
        As for `analysis.stats.fractional.fit_fractional`.
    assumed : str
        What the model assumes: a text of notes.toml.
    how : Inference
        Below the units that CR2 needs, intervals are those of `analysis.stats.wild.fit_few`.

    Returns
    -------
    Change
        ``ratio`` and its interval for counts, ``points`` (percentage points) and its interval for rates.
    """
    said = dict(zip(("assumes_zh", "assumes_en"), phrase(assumed), strict=True))
    if rows["form"].isin(RATES).any():
        rates = fit_fractional(rows, design, switches)
        about = {"n_units": rates.n_units, "n_rows": rates.n_rows, "dispersion": float("nan"), "method": "cre_cr2"}
        return Change(_changes(rates.table.assign(ratio=float("nan"))), about | said)
    fit = fit_poisson(rows, design)
    few = fit.n_units < needed("panel_units")
    table = fit_few(rows, design, seed=how.seed) if few else fit.table
    table = table.drop(columns=["low", "high"]).rename(columns={"ratio_low": "low", "ratio_high": "high"})
    table = _changes(table.assign(points=float("nan"))).loc[list(switches)]
    about = {"n_units": fit.n_units, "n_rows": fit.n_rows, "dispersion": fit.dispersion}
    return Change(table, about | {"method": "wild" if few else "cr2"} | said)


def _changes(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("term")[CHANGE]
