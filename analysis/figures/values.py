"""Values side by side: one strip an indicator, every value drawn as what it is, never in order of size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.canvas import label_rows, letter_key, needs, write_beside
from analysis.figures.comparison import stage_part
from analysis.figures.labels import (
    caption,
    interval_sentences,
    is_assumed,
    label,
    labels_of,
    period_text,
    report_name,
    value_text,
    with_unit,
    word,
)  # fmt: skip
from analysis.figures.lettering import balance, text_height
from analysis.figures.marks import Scale, draw_value, fit_scale, value_keys
from analysis.figures.panels import Frame, Panel, column_width, count_columns, draw_panels, format_values
from analysis.figures.spread import MOST_POINTS, draw_spread, find_spread, spread_keys
from analysis.figures.style import FAINT, GREY, SMALL, Drawing

MOST_ROWS = 24  # beyond, an indicator is drawn as one strip a year instead of one row a value
LABEL_WIDTH = {1: 62.0, 2: 50.0}  # mm, by the number of columns
TEXT_WIDTH = 11.0
NUMBERS = ("value", "low", "high")
ASSUMED = "\u2020"


@dataclass(frozen=True)
class Strip:
    """One indicator at one stage: its title and what is drawn in its rows; lengths in mm."""

    title: str
    rows: list[dict[str, Any]]
    labels: list[str]
    heights: list[float]
    percent: bool
    crowded: bool


@needs("doc_id", "indicator", "value", "low", "high")
def plot_values(table: pd.DataFrame, lang: str = "zh", *, columns: int | None = None) -> Drawing:
    """Draw disclosed values side by side, one strip an indicator, in the order of the table, never by size.

    Parameters
    ----------
    table : DataFrame or Result
        One row a value, as `estimate_comparison` gives it: doc_id, indicator, value, low, high (NaN = open end),
        exactness, status, hollow; what stands in the row's label: county, report_year, issuer_type, stage, organ,
        base, component, period, period_basis; process_low, process_high; label_zh, label_en, unit. Rows without a
        value are named (masked, not reported), not drawn as zero. An indicator with more than 24 rows is drawn as
        one strip a year, a year with more than 100 values as boxes of its quantiles.
    lang : {"zh", "en"}
    columns : {1, 2}, optional
        Columns of strips; 2 if there are several indicators.

    Returns
    -------
    Drawing
    """
    table = table.assign(hollow=_hollow(table), stage=table.get("stage", ""))
    groups = [group for _, group in table.groupby(["indicator", "stage"], sort=False)]
    titles, count = labels_of(table, "indicator", lang), count_columns(columns, len(groups))
    strips = [_strip(titles, group.to_dict("records"), lang, count) for group in groups]
    crowded = all(strip.crowded for strip in strips)
    frame = Frame(9.0 if crowded else LABEL_WIDTH[count] + 2, TEXT_WIDTH, 3.5)
    process = "process_low" in table and bool(table["process_low"].notna().any())
    keys = value_keys(table.get("exactness", ()), lang, bool(table["hollow"].any()), process)
    many = [strip.crowded and bool(_spreads(strip)) for strip in strips]
    keys = (keys if not all(many) else []) + (spread_keys(lang) if any(many) else [])
    if not crowded and any(is_assumed(row) for row in table.to_dict("records")):
        keys.append(letter_key(word("period_assumed", lang), ASSUMED))
    drawing, boxes = draw_panels([Panel(strip.title, sum(strip.heights)) for strip in strips], frame, keys, count)
    for strip, axes in zip(strips, boxes, strict=True):
        _draw_strip(axes, strip, column_width(count) - frame.left - frame.right, lang)
    crowd = word("crowd", lang, most=MOST_POINTS) if any(strip.crowded for strip in strips) else ""
    drawing.caption = caption("values", lang, crowd, *interval_sentences(table, lang))
    return drawing


def _hollow(table: pd.DataFrame) -> pd.Series:
    if "hollow" in table:
        return table["hollow"].eq(True)
    return table["coverage"].isin(["opening", "partial"]) if "coverage" in table else pd.Series(False, table.index)


def _strip(titles: Mapping[str, str], rows: list[dict[str, Any]], lang: str, columns: int) -> Strip:
    indicator, unit = str(rows[0]["indicator"]), str(rows[0].get("unit", ""))
    title = with_unit(titles[indicator], unit, lang)
    parts = stage_part(indicator, title, str(rows[0]["stage"]), lang)
    title += "".join(word("stage_after", lang, stage=part) for part in parts)
    if len(rows) > MOST_ROWS:
        years = sorted({str(row.get("report_year", "")) for row in rows})
        return Strip(title, rows, years, [min(max(40.0 / len(years), 5.0), 20.0)] * len(years), unit == "%", True)
    labels = [_row_label(row, lang, LABEL_WIDTH[columns]) for row in rows]
    heights = [max(text_height(text, SMALL, 1.1) + 0.3, 3.6) for text in labels]
    return Strip(title, rows, labels, heights, unit == "%", False)


def _row_label(row: Mapping[str, Any], lang: str, width: float) -> str:
    """Return place and year, with a dagger if the year is assumed; below, organ, base, component and another period."""
    details = [word(kind, lang, what=label(kind, str(row[kind]), lang)) for kind in ("organ", "base") if row.get(kind)]
    details += [label("component", str(row["component"]), lang)] if row.get("component") else []
    detail = word("between", lang).join(part for part in (*details, period_text(row, lang)) if part)
    name = report_name(row, lang) + (ASSUMED if is_assumed(row) else "")
    return "\n".join(balance(part, width, SMALL) for part in (name, detail) if part)


def _draw_strip(axes: Axes, strip: Strip, length: float, lang: str) -> None:
    drawn = (*NUMBERS, "process_low", "process_high")
    ends = [float(row[name]) for row in strip.rows for name in drawn if name in row]
    if strip.crowded and (spreads := _spreads(strip)):
        ends = [end for spread in spreads.values() for end in spread.values()]
    scale = fit_scale(ends, length, strip.percent)
    format_values(axes, scale, lang)
    axes.set_ylim(sum(strip.heights), 0)
    places = [sum(strip.heights[:place]) + height / 2 for place, height in enumerate(strip.heights)]
    label_rows(axes, places, strip.labels)
    axes.spines["left"].set_visible(False)
    if strip.crowded:
        _draw_crowd(axes, strip, places, scale)
    else:
        axes.hlines(places, scale.low, scale.high, color=FAINT, linewidth=0.5, zorder=0.5)
        _draw_rows(axes, strip, places, scale, lang)


def _draw_rows(axes: Axes, strip: Strip, places: Sequence[float], scale: Scale, lang: str) -> None:
    edge = axes.get_yaxis_transform()
    for row, place in zip(strip.rows, places, strict=True):
        draw_value(axes, place, row, scale)
        if all(math.isnan(float(row[name])) for name in NUMBERS):
            status = str(row.get("status") or row.get("exactness") or "not_reported")
            axes.text(0.02, place, label("status", status, lang), transform=edge, fontsize=SMALL, color=GREY,
                      va="center")  # fmt: skip
            continue
        text = value_text(row, lang)
        write_beside(axes, place, text.replace("\u2013", "\u2013\n") if len(text) > 9 else text)


def _by_year(strip: Strip) -> dict[str, list[dict[str, Any]]]:
    """Return what is known of a crowded strip by year, in order of value."""
    years: dict[str, list[dict[str, Any]]] = {year: [] for year in strip.labels}
    for row in strip.rows:
        if any(row[name] == row[name] for name in NUMBERS):
            years[str(row.get("report_year", ""))].append(row)
    for rows in years.values():
        rows.sort(key=lambda row: (row["value"] if row["value"] == row["value"] else row["low"], str(row["doc_id"])))
    return years


def _spreads(strip: Strip) -> dict[str, dict[str, float]]:
    """Return the quantiles of every year of a strip that is too full for points, else nothing."""
    years = _by_year(strip)
    if max(map(len, years.values()), default=0) <= MOST_POINTS:
        return {}
    return {year: find_spread(float(row["value"]) for row in rows) for year, rows in years.items()}


def _draw_crowd(axes: Axes, strip: Strip, places: Sequence[float], scale: Scale) -> None:
    """Draw many values a year as one strip, very many as boxes of their quantiles, and their number beside it."""
    spreads, indicator = _spreads(strip), strip.rows[0]["indicator"]
    for (year, known), place, height in zip(_by_year(strip).items(), places, strip.heights, strict=True):
        if spreads:
            told = {**spreads[year], "indicator": indicator, "year": year}
            draw_spread(axes, place, told, scale, vertical=False, room=0.7 * height)
        for number, row in enumerate(() if spreads else known):
            offset = (number * 0.618034 % 1 - 0.5) * (height - 1.2)
            draw_value(axes, place + offset, row, scale, strength=0.45)
        write_beside(axes, place, f"n={len(known)}")
