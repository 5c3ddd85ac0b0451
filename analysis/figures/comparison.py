"""Many units side by side: how the disclosed values are spread in each year, and how many disclose at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.canvas import Key, label_rows, line_key, needs, widest, write_beside
from analysis.figures.labels import LANGUAGES, caption, interval_sentences, label, labels_of, with_unit, word
from analysis.figures.lettering import balance, text_height
from analysis.figures.marks import ARROW, Scale, fit_scale
from analysis.figures.panels import Frame, Panel, column_width, count_columns, draw_panels, format_values
from analysis.figures.spread import QUANTILES, draw_spread, spread_keys
from analysis.figures.style import BLUE, GREY, RED, SMALL, Drawing

SPREAD = (*QUANTILES, "mean")
#: How each kind of bounds is drawn: grey print keeps what the line tells and loses the colour.
BOUNDS = {"worst": (GREY, "-"), "monotone": (RED, (0, (2.5, 1))), "due_worst": (GREY, (0, (1, 1)))}
ALIKE = ("indicator", "stage", "organ", "base", "component", "issuer_type", "genre", "level")
HEIGHT, LEFT = 34.0, 10.0
ROW, LABELS, BESIDE = 8.0, 36.0, 14.0  # mm of a row, and beside the data, where there is one year only
LEAST_YEARS = 6  # a panel of fewer years keeps the width of the boxes
ROOM = 0.06  # share of a year's room between the box and the brackets


@needs("indicator", "n", "n_at_risk", "median")
def plot_comparison(table: pd.DataFrame, lang: str = "zh", *, columns: int | None = None) -> Drawing | None:
    """Draw how the disclosed values of many units are spread by year, with n disclosed of n at risk below.

    Parameters
    ----------
    table : DataFrame or Result
        One row a comparable group and year, as the part ``summary`` of `estimate_comparison` gives it: indicator,
        year, n, n_at_risk, q10, q25, median, q75, q90, mean, worst_low, worst_high, monotone_low, monotone_high,
        due_worst_low, due_worst_high (where a frame lists the reports due); stage, organ, base, component, issuer_type,
        unit; interval_kind. Groups without a single number to draw are left out; if no group has one, the figure says
        in words why. Of one year the groups of an indicator are rows of one panel.
    lang : {"zh", "en"}
    columns : {1, 2}, optional

    Returns
    -------
    Drawing
    """
    alike = [name for name in ALIKE if name in table]
    year = "year" if "year" in table else "report_year"
    drawn = table.groupby(alike, sort=False)["median"].transform("count") > 0
    groups = [group for _, group in table[drawn].groupby(alike, sort=False)]
    if not groups:
        return None
    titles = labels_of(table, "indicator", lang)
    if table[drawn].drop_duplicates([*alike, year])[year].nunique() == 1:
        return _draw_one_year(table[drawn], titles, table, lang, columns)
    count = count_columns(columns, len(groups))
    length = column_width(count) - LEFT - 1.0
    most = table[drawn].groupby(alike, sort=False).size().max()
    folded = widest(_counts(table[drawn])) > length / most - 0.6
    frame = Frame(LEFT, 1.0, 10.5 if folded else 7.5)
    panels = [Panel(group_title(group.iloc[0].to_dict(), titles, table, lang), HEIGHT) for group in groups]
    drawing, boxes = draw_panels(panels, frame, _keys(table[drawn], lang), count)
    for group, axes in zip(groups, boxes, strict=True):
        _draw_group(axes, group.sort_values(year), year, folded, lang)
    drawing.caption = caption("comparison", lang, *interval_sentences(table[drawn], lang))
    return drawing


def _draw_one_year(
    drawn: pd.DataFrame, titles: Mapping[str, str], table: pd.DataFrame, lang: str, columns: int | None
) -> Drawing:
    """Draw the groups of an indicator and stage below each other, so that a page holds them."""
    groups = [
        group.to_dict("records")
        for _, group in drawn.groupby([name for name in ALIKE[:2] if name in drawn], sort=False)
    ]
    count = count_columns(columns, len(groups))
    told = [[group_parts(row, table, lang) for row in rows] for rows in groups]
    labels = [[balance(word("between", lang).join(parts), LABELS, SMALL) for parts in own] for own in told]
    heights = [[max(text_height(text, SMALL, 1.1) + 1.0, ROW) for text in own] for own in labels]
    (year,) = drawn["year" if "year" in drawn else "report_year"].unique()
    heads = [group_head(rows[0], titles, lang) + word("stage_after", lang, stage=year) for rows in groups]
    frame = Frame(LABELS + 2, BESIDE, 3.5)
    panels = [Panel(head, sum(own)) for head, own in zip(heads, heights, strict=True)]
    drawing, boxes = draw_panels(panels, frame, _keys(drawn, lang), count)
    for rows, texts, own, axes in zip(groups, labels, heights, boxes, strict=True):
        scale = _scale(pd.DataFrame(rows), column_width(count) - frame.left - frame.right)
        format_values(axes, scale, lang)
        places = [sum(own[:place]) + height / 2 for place, height in enumerate(own)]
        axes.set_ylim(sum(own), 0)
        label_rows(axes, places, texts)
        axes.spines["left"].set_visible(False)
        for place, row in zip(places, rows, strict=True):
            _draw_year(axes, place, row, scale, vertical=False, breadth=ROW)
            write_beside(axes, place, _counts(pd.DataFrame([row]))[0])
    drawing.caption = caption("comparison_year", lang, *interval_sentences(drawn, lang), year=year)
    return drawing


def group_title(
    row: Mapping[str, Any], titles: Mapping[str, str], table: pd.DataFrame, lang: str, alike: Sequence[str] = ALIKE
) -> str:
    """Return the title of a group: indicator, unit, stage, and of what it has alike whatever tells groups apart."""
    parts = group_parts(row, table, lang, alike)
    return group_head(row, titles, lang) + "".join(word("stage_after", lang, stage=part) for part in parts)


def group_head(row: Mapping[str, Any], titles: Mapping[str, str], lang: str) -> str:
    """Return what a group is of: indicator, unit and stage."""
    indicator = str(row["indicator"])
    title = with_unit(titles[indicator], str(row.get("unit") or ""), lang)
    parts = stage_part(indicator, title, str(row.get("stage") or ""), lang)
    return title + "".join(word("stage_after", lang, stage=part) for part in parts)


def group_parts(row: Mapping[str, Any], table: pd.DataFrame, lang: str, alike: Sequence[str] = ALIKE) -> list[str]:
    """Return, of what a group has alike, its base and whatever tells it from other groups of the indicator."""
    parts = []
    if "base" in alike and row.get("base"):
        parts.append(word("base", lang, what=label("base", str(row["base"]), lang)))
    same = table[table["indicator"] == row["indicator"]]
    for kind in ("organ", "component", "issuer_type", "genre", "level"):
        if kind in alike and kind in table and same[kind].nunique() > 1:
            text = label(kind, str(row[kind]), lang) if row[kind] else word(f"no_{kind}", lang)
            parts.append(word(kind, lang, what=text) if kind in ("organ", "component", "issuer_type") else text)
    return parts


def stage_part(indicator: str, title: str, stage: str, lang: str) -> list[str]:
    """Return the stage in words for a title; nothing where the indicator's name says it in either language."""
    said = [(label("stage", stage, other), label("indicator", indicator, other)) for other in LANGUAGES if stage]
    said += [(label("stage", stage, lang), title)] if stage else []
    told = any(text.lower() in name.lower() for text, name in said)
    return [label("stage", stage, lang)] if stage and not told else []


def _counts(table: pd.DataFrame, between: str = "/") -> list[str]:
    return [f"{n}{between}{risk}" for n, risk in zip(table["n"], table["n_at_risk"], strict=True)]


def _draw_group(axes: Axes, group: pd.DataFrame, year: str, folded: bool, lang: str) -> None:
    rows = group.to_dict("records")
    scale = _scale(group, HEIGHT)
    format_values(axes, scale, lang, "y")
    for place, row in enumerate(rows):
        _draw_year(axes, place, {str(key): value for key, value in row.items()}, scale, vertical=True, breadth=1)
    room = max(0.0, (LEAST_YEARS - len(rows)) / 2)
    axes.set_xlim(-0.6 - room, len(rows) - 0.4 + room)
    counts = _counts(group, "\n/" if folded else "/")
    texts = [f"{when}\n{count}" for when, count in zip(group[year], counts, strict=True)]
    axes.set_xticks(range(len(rows)), labels=texts, fontsize=SMALL, linespacing=1.15)
    axes.tick_params(axis="x", length=0)


def _scale(group: pd.DataFrame, length: float) -> Scale:
    names = [name for name in (*SPREAD, *_bound_columns()) if name in group]
    finite = group[names].to_numpy("float64").ravel()
    percent = bool((group.get("unit", pd.Series("")) == "%").all())
    return fit_scale([float(value) for value in finite], length, percent)


def _bound_columns() -> list[str]:
    return [f"{kind}_{end}" for kind in BOUNDS for end in ("low", "high")]


def _draw_year(
    axes: Axes, place: float, row: Mapping[str, Any], scale: Scale, *, vertical: bool, breadth: float
) -> None:
    """Draw one group of one year: its spread, the mean and the bounds; breadth is the room that it has."""
    middle = place - 0.08 * breadth
    draw_spread(axes, middle, row, scale, vertical=vertical, room=0.5 * breadth)
    for number, kind in enumerate(BOUNDS):
        ends = [float(row.get(f"{kind}_{end}", math.nan)) for end in ("low", "high")]
        if any(map(math.isfinite, ends)):
            at = place + (0.28 + ROOM + 0.12 * number if vertical else 0.24 + 0.09 * number) * breadth
            _bracket(axes, at, 0.07 * breadth, ends, kind, scale, vertical)
    if math.isfinite(mean := float(row.get("mean", math.nan))):
        style = {"marker": "o", "markersize": 3.6, "markerfacecolor": "white", "color": BLUE, "zorder": 4}
        _plot(axes, [middle], [mean], vertical, **style)


def _plot(axes: Axes, across: list[float], along: list[float], vertical: bool, **style: Any) -> None:
    axes.plot(*((across, along) if vertical else (along, across)), **style)


def _bracket(
    axes: Axes, at: float, foot: float, ends: list[float], kind: str, scale: Scale, vertical: bool
) -> None:  # fmt: skip
    """Draw bounds as a bracket; an end that is open is a short arrow."""
    begin, end = ends
    colour, line = BOUNDS[kind]
    for given, other, up in ((end, begin, True), (begin, end, False)):
        if math.isfinite(given):
            _plot(axes, [at - foot, at], [given, given], vertical, color=colour, linewidth=0.9, zorder=2.5)
        else:
            open_end = scale.move(other, ARROW if up else -ARROW)
            marker = ("^" if up else "v") if vertical else (">" if up else "<")
            _plot(axes, [at], [open_end], vertical, color=colour, marker=marker, markersize=2.5, zorder=2.5)
            begin, end = (begin, open_end) if up else (open_end, end)
    _plot(axes, [at, at], [begin, end], vertical, color=colour, linewidth=0.9, linestyle=line, zorder=2.5)


def _keys(table: pd.DataFrame, lang: str) -> list[Key]:
    keys = spread_keys(lang)
    if "mean" in table and table["mean"].notna().any():
        style = {"linestyle": "", "marker": "o", "markersize": 3.6, "markerfacecolor": "white", "color": BLUE}
        keys.append(line_key(word("mean_disclosers", lang), **style))
    for kind, (colour, line) in BOUNDS.items():
        if f"{kind}_low" in table and table[[f"{kind}_low", f"{kind}_high"]].notna().any(axis=None):
            keys.append(line_key(word(f"bounds_{kind}", lang), color=colour, linewidth=0.9, linestyle=line))
    return keys
