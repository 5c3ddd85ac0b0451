"""Figures of the same units over time: points always, a slope or a model only where the series can carry one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis.codebook import read_frame
from analysis.stats.breaks import find_breaks, number_segments
from analysis.stats.changes import compare_changes
from analysis.stats.frame import Counts, Frame, Note, Refusal, Result, label_pair, needed, note, refuse
from analysis.stats.panel_models import FEW_UNITS, METHODS, Inference
from analysis.stats.panel_trends import fit_panels, fit_shifts
from analysis.stats.selection import check_choice, count_documents, select_reports
from analysis.stats.values import build_values, choose_indicators

SERIES_KEY = ["unit_id", "indicator", "stage", "organ", "base", "component", "level", "genre"]
SERIES_COLUMNS = [*SERIES_KEY, "label_zh", "label_en", "place", "unit", "segment", "first_year", "last_year",
                  "n_years", "first", "last", "slope", "interval_kind"]  # fmt: skip


def estimate_trend(
    observations: pd.DataFrame,
    documents: pd.DataFrame,
    indicators: Sequence[str] | str,
    *,
    years: Sequence[int] | None = None,
    frame: Frame | None = None,
    approx: str = "last_digit",
    assumed_periods: bool = True,
    unstated_organ: bool = True,
    few_units: str = "refuse",
    seed: int = 0,
    breaks: pd.DataFrame | None = None,
    codebook: pd.DataFrame | None = None,
) -> Result:
    """Follow the figures of units from year to year, as far as the reports of each unit go.

    A series is one unit's figures of one indicator at equal stage, organ, base, component and genre, each from the
    report of its own year; years that had not ended when the report came out, and openings, are shown and enter
    nothing. No slope crosses a change of definition.

    Parameters
    ----------
    observations : DataFrame
        Tidy table.
    documents : DataFrame
        The extracted table `documents`.
    indicators : list of str
        Ids of the codebook.
    years : list of int, optional
        Report years; all by default.
    frame : Frame, optional
        What the reports stand for. Without a declared frame no model is fitted.
    approx : {"last_digit", "strict"}
        Bounds of approximate figures.
    assumed_periods, unstated_organ : bool
        Whether figures whose period is assumed, or whose organ is not stated, may enter a series.
    few_units : {"refuse", "wild"}
        Whether a model of counts in fewer units than CR2 errors need is refused, or gets intervals from a wild
        bootstrap of scores (Webb's weights), which needs fewer.
    seed : int
        Of the bootstrap.
    breaks : DataFrame, optional
        tidy/breaks.csv by default.
    codebook : DataFrame, optional
        tidy/indicators.csv by default.

    Returns
    -------
    Result
        table: one row a figure, by indicator, unit and year; in_summary tells whether it may enter a series. parts:
        series (Theil-Sen slope in `unit` a year, a description, of 5 years or more), panel (year effects against the
        first year: ratios of counts, percentage points of rates), shifts (level shift at each change of definition,
        likewise), changes (stated beside computed), breaks, set_aside.

    Raises
    ------
    ParameterError
        An unknown indicator, year or option.
    """
    frame, how = frame or Frame(), Inference(few_units, seed)
    check_choice("few_units", few_units, FEW_UNITS)
    codebook = read_frame("tidy/indicators") if codebook is None else codebook
    chosen = choose_indicators(indicators, codebook)
    found = find_breaks(read_frame("tidy/breaks") if breaks is None else breaks, list(chosen["id"]))
    kept, shown, log = select_reports(documents, observations, years=years, departments="relaying", townships=False)
    both = pd.concat([kept, shown])
    values = build_values(
        observations, pd.DataFrame(columns=["doc_id", "item", "status"]), both, chosen, approx=approx,
        assumed_periods=assumed_periods, unstated_organ=unstated_organ,
    )  # fmt: skip
    values["segment"] = number_segments(values, found)
    points = _by_unit(values, list(chosen["id"]))
    counts = count_documents(documents, kept)
    series = describe_series(points)
    used = points[points["in_summary"] & points["value"].notna()]
    panel, refused_panels = fit_panels(used, frame, counts, chosen, how)
    shifts, refused_shifts = fit_shifts(used, found, frame, counts, chosen, how)
    refusals = [*_refuse_series(series, chosen, counts), *refused_panels, *refused_shifts]
    parts = {
        "series": series, "panel": panel, "shifts": shifts, "breaks": found, "set_aside": log,
        "changes": compare_changes(observations, both, chosen, codebook),
    }  # fmt: skip
    return Result(points, tuple(refusals), tuple(_notes(points, series, panel, len(documents))), parts)


def _by_unit(values: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    place = {name: number for number, name in enumerate(order)}
    keys = ["_order", "unit_id", "organ", "base", "component", "genre", "year", "period", "doc_id"]
    rows = values.assign(_order=values["indicator"].map(place)).sort_values(keys, kind="stable", ignore_index=True)
    return rows.drop(columns="_order")


def describe_series(points: pd.DataFrame) -> pd.DataFrame:
    """Describe each unit's own series between changes of definition.

    Parameters
    ----------
    points : DataFrame
        As `build_values` returns them, with a column segment.

    Returns
    -------
    DataFrame
        One row a series of two years or more: first, last (in `unit`), n_years, slope (Theil-Sen, in `unit` a year;
        only of as many years as the rules ask for). A description of these years, without interval.
    """
    used = points[points["in_summary"] & points["value"].notna() & points["segment"].notna()]
    rows = []
    for _, group in used.groupby([*SERIES_KEY, "segment"], sort=False, dropna=False):
        years, values = group["year"].to_numpy("float64"), group["value"].to_numpy("float64")
        if len(years) < 2:
            continue
        slope = np.nan
        if len(years) >= needed("series_years"):
            slope = float(stats.theilslopes(values, years).slope)
        first = group.iloc[0]
        rows.append({**first[[*SERIES_KEY, "label_zh", "label_en", "place", "unit", "segment"]], "slope": slope,
                     "first_year": int(years[0]), "last_year": int(years[-1]), "n_years": len(years),
                     "first": values[0], "last": values[-1], "interval_kind": "none"})  # fmt: skip
    return pd.DataFrame(rows, columns=SERIES_COLUMNS)


def _refuse_series(series: pd.DataFrame, chosen: pd.DataFrame, counts: Counts) -> list[Refusal]:
    longest = series.groupby("indicator")["n_years"].max()
    short = chosen[~chosen["id"].map(longest).ge(needed("series_years"))]
    if short.empty:
        return []
    had = int(longest.reindex(short["id"]).max()) if short["id"].isin(longest.index).any() else 1
    return [refuse("series", "series_years", had, counts, labels=label_pair(short))]


def _notes(points: pd.DataFrame, series: pd.DataFrame, panel: pd.DataFrame, documents: int) -> list[Note]:
    joined = points.merge(series[SERIES_KEY].drop_duplicates(), on=SERIES_KEY)
    entering = int(joined.loc[joined["in_summary"], "doc_id"].nunique())
    notes = [note("trend_points", units=int(series["unit_id"].nunique()), n=entering, documents=documents)]
    if series["slope"].notna().any():
        notes.append(note("slopes"))
    used = [method for method in METHODS if panel["method"].eq(method).any()]
    notes += [note(f"panel_{method}", needed=needed("panel_units")) for method in used]
    if points["hollow"].any():
        notes.append(note("hollow", n=int(points.loc[points["hollow"], "doc_id"].nunique())))
    partial = int(points["left_out"].eq("partial_year").sum())
    if partial:
        notes.append(note("partial_years", n=partial))
    return notes
