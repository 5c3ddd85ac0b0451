"""Recurring problems: which report names which category, and how many reports do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.errors import ParameterError
from analysis.figures.canvas import (
    MARGIN,
    Key,
    add_legend,
    column_height,
    fit_columns,
    label_columns,
    label_rows,
    legend_height,
    line_key,
    millimetres,
    needs,
    needs_room,
    widest,
)  # fmt: skip
from analysis.figures.heat import add_read, draw_heat
from analysis.figures.labels import caption, interval_sentences, labels_of, report_names, word
from analysis.figures.lettering import balance
from analysis.figures.links import find_link
from analysis.figures.rows import draw_rows, row_heights
from analysis.figures.style import BLUE, FAINT, GREY, INK, MEDIUM, SMALL, WIDE, Drawing
from analysis.stats.frame import needed

MAX_REPORTS = 30
BREAKDOWNS = ("report_year", "year", "issuer_type", "province")
LABEL_WIDTH = 70.0


@needs("category", "doc_id", "named")
def plot_problem_marks(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw which report names which category, with x of n at the end of each row; no order of size, no interval.

    Parameters
    ----------
    table : DataFrame or Result
        One row a category and report, as the part ``marks`` of `estimate_recurrence` gives it: category, doc_id,
        named, n_statements; counted (False: a report outside the count, such as a department's); label_zh, label_en,
        county, report_year, issuer_type. More than 30 reports are drawn as counts by year.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    table = table.assign(counted=table.get("counted", True))
    if table["doc_id"].nunique() > MAX_REPORTS:
        return _marks_by_year(table, lang)
    names, reports = labels_of(table, "category", lang), report_names(table, lang, "\n")
    outside = set(table.loc[~table["counted"].astype("bool"), "doc_id"])
    reports = {doc: name + ("*" if doc in outside else "") for doc, name in reports.items()}
    label_width = min(widest(names.values()) + 2, LABEL_WIDTH)
    page = needs_room(label_width + 12.0 * len(reports) + 13, (MEDIUM, WIDE))
    cell = min(24.0, (page - 2 * MARGIN - label_width - 13) / len(reports))
    columns, turned = fit_columns(list(reports.values()), cell)
    texts = [balance(names[category], label_width - 2, SMALL) for category in names]
    heights = row_heights(texts)
    top = MARGIN + column_height([*columns, ""], turned)
    keys = _mark_keys(lang, bool(outside))
    drawing = Drawing(page, top + sum(heights) + 3 + legend_height(keys, page - 2 * MARGIN) + MARGIN)
    axes = millimetres(drawing, MARGIN + label_width, top, cell * len(reports), sum(heights))
    places = [sum(heights[:number]) + height / 2 for number, height in enumerate(heights)]
    label_rows(axes, places, texts)
    middles = [(number + 0.5) * cell for number in range(len(reports))]
    label_columns(axes, middles, columns, turned)
    axes.hlines(places, 0, cell * len(reports), color=FAINT, linewidth=0.5, zorder=0)
    _draw_marks(axes, table, dict(zip(names, places, strict=True)), dict(zip(reports, middles, strict=True)), lang)
    add_legend(drawing, MARGIN, top + sum(heights) + 3, page - 2 * MARGIN, keys)
    drawing.caption = caption("problem_marks", lang, word("outside_count", lang) if outside else "")
    return drawing


def _draw_marks(
    axes: Axes, table: pd.DataFrame, rows: Mapping[str, float], columns: Mapping[str, float], lang: str
) -> None:
    for row in table[table["named"].astype("bool")].to_dict("records"):
        x, y, counted = columns[row["doc_id"]], rows[row["category"]], bool(row["counted"])
        axes.plot([x], [y], marker="o", markersize=8.5, color=BLUE, markerfacecolor=BLUE if counted else "white",
                  url=find_link(row))  # fmt: skip
        if (number := row.get("n_statements", 1)) > 1:
            axes.text(x, y, str(number), ha="center", va="center_baseline", fontsize=SMALL,
                      color="white" if counted else INK)  # fmt: skip
    counted = table[table["counted"].astype("bool")]
    for category, group in counted.groupby("category", sort=False):
        text = word("x_of_n", lang, x=int(group["named"].sum()), n=len(group))
        axes.text(max(columns.values()) + min(columns.values()) + 2, rows[str(category)], text, va="center_baseline",
                  fontsize=SMALL)  # fmt: skip


def _mark_keys(lang: str, outside: bool) -> list[Key]:
    style = {"linestyle": "", "marker": "o", "markersize": 8.5, "color": BLUE}
    keys = [line_key(word("named", lang), **style)]
    return keys + [line_key(word("named_outside", lang), **{**style, "markerfacecolor": "white"})] * outside


def _marks_by_year(table: pd.DataFrame, lang: str) -> Drawing:
    if "report_year" not in table:
        raise ParameterError(f"More than {MAX_REPORTS} reports are drawn by year; the table has no report_year.")
    counted = table[table["counted"].astype("bool")].assign(n_at_risk=1)
    cells = counted.groupby(["category", "report_year"], sort=False)[["named", "n_at_risk"]].sum().reset_index()
    return _heat(cells.rename(columns={"named": "n"}), labels_of(table, "category", lang), lang)


def _heat(cells: pd.DataFrame, names: Mapping[str, str], lang: str, by: str = "report_year", kind: str = "") -> Drawing:
    if "n_due" in cells:
        read = cells.groupby(by)[["n_reports", "n_due"]].max().reset_index().rename(columns={"n_reports": "n_read"})
        cells, names = add_read(cells, "category", names, read, lang, by)
    drawing = draw_heat(cells, "category", names, [("", list(names))], lang, by, kind)
    drawing.caption = caption("frequency_by", lang, n=needed("cell_reports"))
    return drawing


@needs("n", "n_at_risk")
def plot_frequency(table: pd.DataFrame, lang: str = "zh", *, item: str | None = None) -> Drawing:
    """Draw how many reports name each category (or disclose each indicator, or have each content).

    Parameters
    ----------
    table : DataFrame or Result
        One row a category, as `estimate_recurrence` gives it, or an indicator or content, as the parts ``items`` of
        `estimate_disclosure` and `estimate_mandated` give them: n, n_at_risk, share, low, high, interval_kind (95 %),
        label_zh, label_en. With a column report_year, year, issuer_type or province (the parts ``by``): a heat map,
        x of n in the cells.
    lang : {"zh", "en"}
    item : {"category", "indicator", "item"}, optional
        Which column names the rows; by default the first of these the table has.

    Returns
    -------
    Drawing
        Counts of n reports are points without interval; an interval is drawn only where interval_kind is not none.
    """
    item = item or next((name for name in ("category", "indicator", "item") if name in table), "")
    if item not in table:
        raise ParameterError(f"item is {item!r}; the table must have one of the columns category, indicator, item.")
    names = labels_of(table, item, lang)
    if by := next((name for name in BREAKDOWNS if name in table), ""):
        return _heat(table.rename(columns={item: "category"}), names, lang, by, item)
    as_share = "share" in table and bool(table["share"].notna().any())
    most = 100.0 if as_share else float(max(table["n_at_risk"].max(), 1))
    words = [_x_of_n(row, lang) for row in table.to_dict("records")]
    texts = [names[str(key)] for key in table[item]]
    axis = word("share_axis" if as_share else "reports_axis", lang)
    drawing, axes, places = draw_rows(texts, words, _frequency_keys(table, lang), (-0.02 * most, 1.02 * most), axis)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for place, row in zip(places, table.to_dict("records"), strict=True):
        x = 100 * float(row["share"]) if as_share else float(row["n"])
        inferred = str(row.get("interval_kind", "none")) != "none" and not math.isnan(row.get("low", math.nan))
        if inferred and as_share:
            _draw_interval(axes, place, row)
        if not math.isnan(x):
            axes.plot([x], [place], marker="o", markersize=4.2, color=BLUE, zorder=3, clip_on=False,
                      markerfacecolor=BLUE if inferred else "white", url=find_link(row))  # fmt: skip
    drawing.caption = caption(f"frequency_{item}", lang, *interval_sentences(table, lang))
    return drawing


def _x_of_n(row: Mapping[str, Any], lang: str) -> str:
    key = "x_of_n_due" if "n_due" in row else "x_of_n"
    return word(key, lang, x=row["n"], n=row["n_at_risk"], due=row.get("n_due"))


def _draw_interval(axes: Axes, place: float, row: Mapping[str, object]) -> None:
    """Draw a sampling or process interval as a thin line, bounds of what was not found with feet."""
    low, high = (100 * float(str(row[end])) for end in ("low", "high"))
    bounds = row["interval_kind"] == "nonresponse_bounds"
    axes.plot([low, high], [place, place], color=GREY if bounds else BLUE, linewidth=0.8, zorder=2,
              marker="|" if bounds else "", markersize=4)  # fmt: skip


def _frequency_keys(table: pd.DataFrame, lang: str) -> list[Key]:
    kinds = set(table["interval_kind"].astype("str")) if "interval_kind" in table else {"none"}
    point = {"linestyle": "", "marker": "o", "markersize": 4.2, "color": BLUE}
    keys = [line_key(word("count_only", lang), **{**point, "markerfacecolor": "white"})] if "none" in kinds else []
    keys += [line_key(word("share", lang), **point)] if kinds - {"none"} else []
    for kind in ("sampling", "process"):
        keys += [line_key(word(kind, lang), color=BLUE, linewidth=0.8)] if kind in kinds else []
    if "nonresponse_bounds" in kinds:
        keys.append(line_key(word("nonresponse_bounds", lang), color=GREY, linewidth=0.8, marker="|", markersize=4))
    return keys
