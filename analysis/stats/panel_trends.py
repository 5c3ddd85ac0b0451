"""Change over many units: year effects, and the level shift at a change of definition, never its effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.frame import Counts, Frame, Refusal, label_pair, needed, refuse
from analysis.stats.panel_models import CHANGE, COUNTS, Inference, find_hindrance, fit_change, least_units, usable_rows

ALIKE = ["indicator", "stage", "organ", "base", "component", "level", "genre"]
ABOUT = [*ALIKE, "label_zh", "label_en"]
RESTS_ON = ["n_units", "n_rows", "dispersion", "method", "interval_kind", "assumes_zh", "assumes_en"]
PANEL_COLUMNS = [*ABOUT, "year", *CHANGE, "n", *RESTS_ON]
SHIFT_COLUMNS = [*ABOUT, "date", "province", "what_zh", "what_en", "verified", *CHANGE, "years_before", "years_after",
                 *RESTS_ON]  # fmt: skip
Shortfalls = dict[str, dict[str, float]]


def fit_panels(
    used: pd.DataFrame, frame: Frame, counts: Counts, chosen: pd.DataFrame, how: Inference
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Estimate year effects in units that print an indicator in several years, against the first year.

    Parameters
    ----------
    used : DataFrame
        Figures that may enter a series.
    frame : Frame
        A declared frame is needed: a model infers.
    counts : Counts
        What a refusal says of the documents.
    chosen : DataFrame
        Codebook rows of the indicators.
    how : Inference
        What happens where units are few.

    Returns
    -------
    panel : DataFrame
        One row an indicator (at one stage, organ, base, component, level, genre) and year: ratio (of counts) or points
        (of rates, percentage points) with low and high, n (units that print it), n_units, n_rows, dispersion, method
        (cr2, wild, cre_cr2); the first year is 1 or 0 without an interval.
    refusals : list of Refusal
        One a rule.
    """
    made: list[pd.DataFrame] = []
    short: Shortfalls = {}
    for name in chosen["id"]:
        rows = used[used["indicator"] == name]
        groups = [usable_rows(group) for group in _groups(rows)]
        rule, had = _shortfall(groups, rows, _form(name, chosen), frame, how)
        if rule:
            short.setdefault(rule, {})[name] = had
            continue
        made += [_year_effects(group, how) for group in groups if _enough(group, how)]
    table = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=PANEL_COLUMNS)
    return table[PANEL_COLUMNS], _refusals("panel", short, chosen, counts)


def _form(name: str, chosen: pd.DataFrame) -> str:
    return str(chosen.set_index("id").at[name, "form"])


def _groups(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Split the values of one indicator into series that are alike; rates without a printed base are none."""
    rows = rows[rows["base"].ne("") | rows["form"].isin(COUNTS)]
    groups = rows.groupby(ALIKE, sort=False, dropna=False)
    return [group.drop_duplicates(["unit_id", "year"]) for _, group in groups]


def _enough(rows: pd.DataFrame, how: Inference) -> bool:
    return rows["unit_id"].nunique() >= needed(least_units(rows, how)) and _long(rows)


def _long(rows: pd.DataFrame) -> bool:
    return bool(rows["year"].nunique() >= needed("panel_years"))


def _shortfall(
    groups: list[pd.DataFrame], rows: pd.DataFrame, form: str, frame: Frame, how: Inference
) -> tuple[str, float]:
    """Return the first rule that stops a model of an indicator, and what there was; no rule if nothing does."""
    rule, had = find_hindrance(rows, form, frame)
    if rule or any(_enough(group, how) for group in groups):
        return rule, had
    units = least_units(rows, how)
    for rule, column in ((units, "unit_id"), ("panel_years", "year")):
        had = max((int(group[column].nunique()) for group in groups), default=0)
        if had < needed(rule):
            return rule, had
    return units, max(int(group["unit_id"].nunique()) for group in groups if _long(group))


def _year_effects(rows: pd.DataFrame, how: Inference) -> pd.DataFrame:
    years = sorted(rows["year"].astype("int64").unique())
    design = pd.DataFrame({year: rows["year"].eq(year).astype("float64") for year in years[1:]})
    found = fit_change(rows, design, years[1:], "assumes_panel", how)
    effects = found.table.reindex(years).rename_axis("year").reset_index()
    for column, start in (("ratio", 1.0), ("points", 0.0)):
        if effects[column].notna().any():
            effects.loc[effects["year"] == years[0], column] = start
    effects["n"] = effects["year"].map(rows.groupby("year")["unit_id"].nunique())
    kind = pd.Series("process", index=effects.index).where(effects["low"].notna(), "none")
    return effects.assign(**rows.iloc[0][ABOUT], **found.about, interval_kind=kind)


def fit_shifts(
    used: pd.DataFrame, breaks: pd.DataFrame, frame: Frame, counts: Counts, chosen: pd.DataFrame, how: Inference
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Estimate by how much the level shifts at each change of definition, over and above a common trend.

    A change has one date for all units, or for all of a province, so there is no control group: the shift is that of
    everything that changed at that date. Only the years up to the neighbouring changes are used, and the year that
    holds both definitions is left out.

    Parameters
    ----------
    used, frame, counts, chosen, how
        As for `fit_panels`; used has a column segment.
    breaks : DataFrame
        As `find_breaks` returns them.

    Returns
    -------
    shifts : DataFrame
        One row an indicator and change: ratio (or points, of rates) of the levels after and before, low, high,
        years_before, years_after, method.
    refusals : list of Refusal
        One a rule.
    """
    made: list[dict[str, object]] = []
    short: Shortfalls = {}
    for name in [name for name in chosen["id"] if name in set(breaks["indicator"])]:
        rows = used[(used["indicator"] == name) & used["segment"].notna()]
        rule, lack = find_hindrance(rows, _form(name, chosen), frame)
        if rule:
            short.setdefault(rule, {})[name] = lack
            continue
        own = breaks[breaks["indicator"] == name].to_dict("records")
        found = [_shift(group, row, how) for group in _groups(rows) for row in own]
        made += [row for row, _, _ in found if row]
        if not any(row for row, _, _ in found):
            points = max((side for _, side, _ in found), default=0)
            few = points < needed("shift_points")
            had = points if few else max((units for _, _, units in found), default=0)
            short.setdefault("shift_points" if few else least_units(rows, how), {})[name] = had
    return pd.DataFrame(made, columns=SHIFT_COLUMNS), _refusals("shifts", short, chosen, counts)


def _shift(rows: pd.DataFrame, change: dict[str, object], how: Inference) -> tuple[dict[str, object], int, int]:
    """Return the shift (empty if the data cannot carry it), the years on the shorter side, and the units."""
    inside = rows[rows["province"] == change["province"]] if change["province"] else rows
    after = inside["year"].ge(change["year"])
    new = inside.loc[after, "segment"].min()
    window = usable_rows(inside[inside["segment"].isin([new, new - 1])]) if after.any() else inside.iloc[:0]
    step = window["year"].ge(change["year"]).astype("float64")
    before, since = (int(window.loc[step == side, "year"].nunique()) for side in (0, 1))
    units, shorter = int(window["unit_id"].nunique()), min(before, since)
    if shorter < needed("shift_points") or units < needed(least_units(window, how)):
        return {}, shorter, units
    year = window["year"].astype("float64")
    design = pd.DataFrame({"trend": year - year.mean(), "step": step})
    found = fit_change(window, design, ["step"], "assumes_shift", how)
    return {
        **window.iloc[0][ABOUT], **{key: change[key] for key in ("date", "province", "what_zh", "what_en", "verified")},
        **found.table.loc["step"], **found.about, "years_before": before, "years_after": since,
        "interval_kind": "process",
    }, shorter, units  # fmt: skip


def _refusals(analysis: str, short: Shortfalls, chosen: pd.DataFrame, counts: Counts) -> list[Refusal]:
    return [
        refuse(analysis, rule, float(np.max(list(found.values()))), counts,
               labels=label_pair(chosen[chosen["id"].isin(found)]))
        for rule, found in short.items()
    ]  # fmt: skip
