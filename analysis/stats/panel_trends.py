"""Change of counts over many units: year effects, and the level shift at a change of definition, never its effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.frame import Counts, Frame, Refusal, label_pair, needed, phrase, refuse
from analysis.stats.panels import fit_poisson, panel_rows

ALIKE = ["indicator", "stage", "organ", "base", "component", "level", "genre"]
ABOUT = [*ALIKE, "label_zh", "label_en"]
COUNTS = ("flow", "stock", "amount")
PANEL_COLUMNS = [*ABOUT, "year", "ratio", "low", "high", "df", "n", "n_units", "n_rows", "dispersion",
                 "interval_kind", "assumes_zh", "assumes_en"]  # fmt: skip
SHIFT_COLUMNS = [*ABOUT, "date", "province", "what_zh", "what_en", "verified", "ratio", "low", "high", "df",
                 "years_before", "years_after", "n_units", "n_rows", "interval_kind", "assumes_zh",
                 "assumes_en"]  # fmt: skip
Shortfalls = dict[str, dict[str, float]]


def fit_panels(
    used: pd.DataFrame, frame: Frame, counts: Counts, chosen: pd.DataFrame
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Estimate year effects of counts, as ratios to the first year, in units that print them in several years.

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

    Returns
    -------
    panel : DataFrame
        One row an indicator (at one stage, organ, base, component, level, genre) and year: ratio, low, high, n (units
        that print it), n_units, n_rows, dispersion; the first year is 1 without an interval.
    refusals : list of Refusal
        One a rule.
    """
    made: list[pd.DataFrame] = []
    short: Shortfalls = {}
    for name in chosen["id"]:
        groups = [panel_rows(group) for group in _groups(used[used["indicator"] == name])]
        rule, had = _shortfall(groups, name, chosen, frame)
        if rule:
            short.setdefault(rule, {})[name] = had
            continue
        made += [_year_effects(group) for group in groups if _enough(group)]
    table = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=PANEL_COLUMNS)
    return table[PANEL_COLUMNS], _refusals("panel", short, chosen, counts)


def _groups(rows: pd.DataFrame) -> list[pd.DataFrame]:
    groups = rows.groupby(ALIKE, sort=False, dropna=False)
    return [group.drop_duplicates(["unit_id", "year"]) for _, group in groups]


def _enough(rows: pd.DataFrame) -> bool:
    return rows["unit_id"].nunique() >= needed("panel_units") and _long(rows)


def _long(rows: pd.DataFrame) -> bool:
    return bool(rows["year"].nunique() >= needed("panel_years"))


def _shortfall(groups: list[pd.DataFrame], name: str, chosen: pd.DataFrame, frame: Frame) -> tuple[str, float]:
    """Return the first rule that stops a model of an indicator, and what there was; no rule if nothing does."""
    if rule := _never(name, chosen, frame):
        return rule, 0
    if any(_enough(group) for group in groups):
        return "", 0
    for rule, column in (("panel_units", "unit_id"), ("panel_years", "year")):
        had = max((int(group[column].nunique()) for group in groups), default=0)
        if had < needed(rule):
            return rule, had
    return "panel_units", max(int(group["unit_id"].nunique()) for group in groups if _long(group))


def _never(name: str, chosen: pd.DataFrame, frame: Frame) -> str:
    """Return the rule that no amount of data would satisfy: a rate, or reports that stand for nothing."""
    if chosen.set_index("id").at[name, "form"] not in COUNTS:
        return "panel_counts"
    return "" if frame.declared else "frame"


def _year_effects(rows: pd.DataFrame) -> pd.DataFrame:
    years = sorted(rows["year"].astype("int64").unique())
    design = pd.DataFrame({year: rows["year"].eq(year).astype("float64") for year in years[1:]})
    fit = fit_poisson(rows, design)
    effects = fit.table.set_index("term")[["ratio", "ratio_low", "ratio_high", "df"]].reindex(years)
    effects = effects.rename(columns={"ratio_low": "low", "ratio_high": "high"}).rename_axis("year").reset_index()
    effects.loc[effects["year"] == years[0], "ratio"] = 1.0
    effects["n"] = effects["year"].map(rows.groupby("year")["unit_id"].nunique())
    said = dict(zip(("assumes_zh", "assumes_en"), phrase("assumes_panel"), strict=True))
    kind = pd.Series("process", index=effects.index).where(effects["low"].notna(), "none")
    about = {**rows.iloc[0][ABOUT], "n_units": fit.n_units, "n_rows": fit.n_rows, "dispersion": fit.dispersion}
    return effects.assign(**about, **said, interval_kind=kind)


def fit_shifts(
    used: pd.DataFrame, breaks: pd.DataFrame, frame: Frame, counts: Counts, chosen: pd.DataFrame
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Estimate by how much the level shifts at each change of definition, over and above a common trend.

    A change has one date for all units, or for all of a province, so there is no control group: the shift is that of
    everything that changed at that date. Only the years up to the neighbouring changes are used, and the year that
    holds both definitions is left out.

    Parameters
    ----------
    used, frame, counts, chosen
        As for `fit_panels`; used has a column segment.
    breaks : DataFrame
        As `find_breaks` returns them.

    Returns
    -------
    shifts : DataFrame
        One row an indicator and change: ratio of levels after and before, low, high, years_before, years_after.
    refusals : list of Refusal
        One a rule.
    """
    made: list[dict[str, object]] = []
    short: Shortfalls = {}
    for name in [name for name in chosen["id"] if name in set(breaks["indicator"])]:
        if rule := _never(name, chosen, frame):
            short.setdefault(rule, {})[name] = 0
            continue
        groups = _groups(used[(used["indicator"] == name) & used["segment"].notna()])
        own = breaks[breaks["indicator"] == name].to_dict("records")
        found = [_shift(group, row) for group in groups for row in own]
        made += [row for row, _, _ in found if row]
        if not any(row for row, _, _ in found):
            points = max((side for _, side, _ in found), default=0)
            few = points < needed("shift_points")
            had = points if few else max((units for _, _, units in found), default=0)
            short.setdefault("shift_points" if few else "panel_units", {})[name] = had
    return pd.DataFrame(made, columns=SHIFT_COLUMNS), _refusals("shifts", short, chosen, counts)


def _shift(rows: pd.DataFrame, change: dict[str, object]) -> tuple[dict[str, object], int, int]:
    """Return the shift (empty if the data cannot carry it), the years on the shorter side, and the units."""
    inside = rows[rows["province"] == change["province"]] if change["province"] else rows
    after = inside["year"].ge(change["year"])
    new = inside.loc[after, "segment"].min()
    window = panel_rows(inside[inside["segment"].isin([new, new - 1])]) if after.any() else inside.iloc[:0]
    step = window["year"].ge(change["year"]).astype("float64")
    before, since = (int(window.loc[step == side, "year"].nunique()) for side in (0, 1))
    units, shorter = int(window["unit_id"].nunique()), min(before, since)
    if shorter < needed("shift_points") or units < needed("panel_units"):
        return {}, shorter, units
    year = window["year"].astype("float64")
    fit = fit_poisson(window, pd.DataFrame({"trend": year - year.mean(), "step": step}))
    found = fit.table.set_index("term").loc["step"]
    said = dict(zip(("assumes_zh", "assumes_en"), phrase("assumes_shift"), strict=True))
    return {
        **window.iloc[0][ABOUT], **{key: change[key] for key in ("date", "province", "what_zh", "what_en", "verified")},
        "ratio": found["ratio"], "low": found["ratio_low"], "high": found["ratio_high"], "df": found["df"],
        "years_before": before, "years_after": since, "n_units": fit.n_units, "n_rows": fit.n_rows,
        "interval_kind": "process", **said,
    }, shorter, units  # fmt: skip


def _refusals(analysis: str, short: Shortfalls, chosen: pd.DataFrame, counts: Counts) -> list[Refusal]:
    return [
        refuse(analysis, rule, float(np.max(list(found.values()))), counts,
               labels=label_pair(chosen[chosen["id"].isin(found)]))
        for rule, found in short.items()
    ]  # fmt: skip
