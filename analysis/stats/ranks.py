"""Ranks, on request only: for a census, with intervals, and among those that disclose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.frame import Counts, Frame, Refusal, label_pair, needed, refuse
from analysis.stats.intervals import interval_count
from analysis.stats.panels import fit_poisson, panel_rows

ALIKE = ["stage", "organ", "base", "component", "level"]
RANK_KEY = ["indicator", "period", *ALIKE]
RANK_COLUMNS = [
    *RANK_KEY, "label_zh", "label_en", "doc_id", "unit_id", "place", "value", "rank", "rank_low", "rank_high", "n",
    "n_silent", "dispersion",
]  # fmt: skip


def rank_units(
    values: pd.DataFrame, chosen: pd.DataFrame, frame: Frame, counts: Counts, *, level: float = 0.95
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Rank the units that disclose a count at one stage, organ, base and period, with joint rank intervals.

    A unit's rank runs from the number of units whose interval lies wholly above its own to the number not wholly
    below (Klein, Wright and Wieczorek 2020); each interval is a Poisson interval widened by the overdispersion of
    the panel, at a level that holds for all units at once. Units that are silent or missing may hold any rank, so
    they widen every range downwards by their number.

    Parameters
    ----------
    values : DataFrame
        The table of a comparison; per 10,000 residents where it has a population.
    chosen : DataFrame
        Codebook rows of the indicators.
    frame : Frame
        Must be a census.
    counts : Counts
        What a refusal says of the documents.
    level : float
        Joint confidence level.

    Returns
    -------
    ranks : DataFrame
        One row a discloser: rank (1 = the greatest), rank_low, rank_high, n disclosers, n_silent. By place, not rank.
    refusals : list of Refusal
        One a rule that stopped an indicator.

    References
    ----------
    Klein, Wright and Wieczorek (2020), Journal of the Royal Statistical Society A 183(2).
    """
    nothing = pd.DataFrame(columns=RANK_COLUMNS)
    if frame.sampling != "census" or frame.size is None:
        return nothing, [refuse("ranks", "census", 0, counts, labels=label_pair(chosen))]
    counted = values["in_summary"] & values["form"].eq("flow") & values["value"].notna()
    usable = values[counted & values["level"].eq(frame.level)]
    if "population" in values:
        usable = usable[usable["population"].notna()]
    made: list[pd.DataFrame] = []
    stopped: dict[str, dict[str, float]] = {}
    for indicator in chosen["id"]:
        rows = usable[usable["indicator"] == indicator]
        groups = [group for _, group in rows.groupby(RANK_KEY, dropna=False, sort=False)]
        had = max((len(group) for group in groups), default=0)
        if had < needed("rank_disclosers"):
            stopped.setdefault("rank_disclosers", {})[indicator] = had
        for group in groups:
            if len(group) < needed("rank_disclosers"):
                continue
            dispersion, years = _dispersion(rows, group)
            if np.isnan(dispersion):
                stopped.setdefault("rank_years", {})[indicator] = years
            else:
                made.append(_rank_group(group, dispersion, frame.size, level))
    refusals = [
        refuse("ranks", rule, max(found.values()), counts, labels=label_pair(chosen[chosen["id"].isin(found)]))
        for rule, found in stopped.items()
    ]
    return pd.concat(made, ignore_index=True)[RANK_COLUMNS] if made else nothing, refusals


def _dispersion(rows: pd.DataFrame, group: pd.DataFrame) -> tuple[float, int]:
    """Return the overdispersion over all years of figures like those of a group, and the number of years."""
    alike = rows.merge(group[ALIKE].drop_duplicates(), on=ALIKE)
    panel = panel_rows(alike.drop_duplicates(["unit_id", "year"]))
    years = int(panel["year"].nunique())
    if years < needed("rank_years"):
        return np.nan, years
    design = pd.get_dummies(panel["year"].astype("int64"), drop_first=True, dtype="float64")
    return max(fit_poisson(panel, design).dispersion, 1.0), years


def _rank_group(group: pd.DataFrame, dispersion: float, size: int, level: float) -> pd.DataFrame:
    n = len(group)
    scale = (10_000 / group["population"]).to_numpy("float64") if "population" in group else np.ones(n)
    counts = group["value"].to_numpy("float64")
    ends = np.array([interval_count(count / dispersion, level=level ** (1 / n))[:2] for count in counts])
    low, high = (ends[:, side] * dispersion * scale for side in (0, 1))
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    silent = max(size - n, 0)
    shown = pd.Series(counts * scale, index=group.index)
    return group.assign(
        value=shown, rank=shown.rank(method="min", ascending=False).astype("int64"), rank_low=1 + above,
        rank_high=n - below + silent, n=n, n_silent=silent, dispersion=dispersion,
    )  # fmt: skip
