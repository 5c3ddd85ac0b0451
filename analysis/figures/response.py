"""The reports that are due: what became of them, who of those read is silent, and how many came in time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.errors import ParameterError
from analysis.figures.canvas import Key, line_key, needs, swatch
from analysis.figures.labels import caption, labels_of, word
from analysis.figures.rows import draw_rows
from analysis.figures.style import BLUE, GREY, INK, MEDIUM, ORANGE, PALE, SKY, Drawing

ITEMS = ("category", "indicator", "item")
GROUPS = (*ITEMS, "report_year", "province", "prefecture", "issuer_type")


class Segment(NamedTuple):
    """A part of a bar: the counts it adds up, its colour, and a hatch that tells it in grey print."""

    columns: tuple[str, ...]
    face: str
    hatch: str = ""


SEGMENTS = {
    "printed": Segment(("n_printed",), BLUE),
    "read": Segment(("n_read",), BLUE),
    "silent": Segment(("n_silent",), SKY),
    "hidden": Segment(("n_masked", "n_not_read"), SKY, "//////"),
    "not_applicable": Segment(("n_not_applicable",), "#ffffff"),
    "part": Segment(("n_part",), PALE, "......"),
    "gone": Segment(("n_gone",), ORANGE, "\\\\\\\\"),
    "under_way": Segment(("n_under_way",), "#ffffff", "////"),
    "not_searched": Segment(("n_not_searched",), "#ffffff", "...."),
    "not_found": Segment(("n_not_found",), GREY),
}
HEIGHT = 0.62  # of a bar, as a share of the room of its row


@needs("n")
def plot_response(table: pd.DataFrame, lang: str = "zh", *, by: str | None = None) -> Drawing:
    """Draw of every group or item what became of the reports due: printed, silent, gone, not found, not searched.

    Parameters
    ----------
    table : DataFrame or Result
        As `estimate_response` gives it: n (found) of n_due, n_read, n_part, n_gone, n_not_found, n_under_way,
        n_not_searched, by report_year, province, prefecture or issuer_type. Or one row an item, as
        `estimate_recurrence` and the parts ``items`` of `estimate_disclosure` and `estimate_mandated` give it: n (print
        it) of n_at_risk, n_reports; with a frame n_due and what became of the rest. Without one a bar is the number of
        reports read.
    lang : {"zh", "en"}
    by : str, optional
        The column that names the rows; by default the first that the table has.

    Returns
    -------
    Drawing
    """
    by = by or next((name for name in GROUPS if name in table), "")
    if by not in table:
        raise ParameterError(f"by is {by!r}; the table must have one of the columns {', '.join(GROUPS)}.")
    table, due = _with_parts(table), "n_due" in table
    parts = {name: _sum(table, segment) for name, segment in SEGMENTS.items() if not due or name != "not_applicable"}
    parts = {name: counts for name, counts in parts.items() if counts.any()}
    total = sum(parts.values(), start=pd.Series(0, index=table.index))
    names = labels_of(table, by, lang)
    texts = [names[str(key)] if str(key) in names else str(key) for key in table[by]]
    words = [word("x_of_n", lang, x=n, n=int(whole)) for n, whole in zip(table["n"], total, strict=True)]
    keys = [swatch(word(f"response_{name}", lang), SEGMENTS[name].face, SEGMENTS[name].hatch) for name in parts]
    axis, most = word("due_axis" if due else "reports_axis", lang), 100.0 if due else float(total.max())
    drawing, axes, places = draw_rows(texts, words, keys, (0.0, most), axis, MEDIUM)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    scale = 100 / total.where(total > 0) if due else pd.Series(1.0, index=table.index)
    _draw_bars(axes, places, {name: (counts * scale).fillna(0.0) for name, counts in parts.items()})
    kind = "response_items" if by in ITEMS else "response"
    drawing.caption = caption(kind, lang, word("response_due" if due else "response_only_read", lang))
    return drawing


def _with_parts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of items with what is printed and what is silent apart; a table of groups as it is."""
    if "n_at_risk" not in table:
        return table
    return table.assign(n_printed=table["n"], n_silent=table["n_at_risk"] - table["n"])


def _sum(table: pd.DataFrame, segment: Segment) -> pd.Series:
    none = pd.Series(0, index=table.index)
    return sum((table[name] for name in segment.columns if name in table), start=none)


def _draw_bars(axes: Axes, places: Sequence[float], parts: Mapping[str, pd.Series]) -> None:
    room = min((after - before for before, after in zip(places, places[1:], strict=False)), default=4.0)
    left = 0.0
    for name, width in parts.items():
        axes.barh(places, width, left=left, height=HEIGHT * room, color=SEGMENTS[name].face, edgecolor=INK,
                  linewidth=0.3, hatch=SEGMENTS[name].hatch or None)  # fmt: skip
        left = left + width


@needs("report_year", "n", "n_known", "n_reports", "share")
def plot_lateness(table: pd.DataFrame, lang: str = "zh") -> Drawing | None:
    """Draw the share published in time among reports of known date, with the bounds that unknown dates leave.

    Parameters
    ----------
    table : DataFrame or Result
        One row a report year, as `estimate_lateness` gives it: n of n_known, n_unknown, n_reports, share, low, high;
        due_low, due_high where a frame lists the reports due.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
        A year of too few known dates has its counts and no point; where no year has one, the figure says so in words.
    """
    if table["share"].isna().all():
        return None
    rows = table.to_dict("records")
    texts = [str(row["report_year"]) for row in rows]
    words = [word("in_time", lang, x=row["n"], n=row["n_known"], unknown=row["n_unknown"]) for row in rows]
    point: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 4.2, "color": BLUE}
    keys = [line_key(word("share_in_time", lang), **point)]
    bounds = {"": (GREY, "-", "bounds_undated"), "due_": (GREY, (0, (1, 1)), "bounds_due")}
    for prefix, (colour, line, name) in bounds.items():
        if f"{prefix}low" in table and table[f"{prefix}low"].notna().any():
            keys.append(_line(word(name, lang), colour, line))
    drawing, axes, places = draw_rows(texts, words, keys, (-2.0, 102.0), word("share_axis", lang), MEDIUM)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for place, row in zip(places, rows, strict=True):
        for offset, (prefix, (colour, line, _)) in zip((0.0, 0.9), bounds.items(), strict=True):
            low, high = (100 * float(row.get(f"{prefix}{end}", math.nan)) for end in ("low", "high"))
            if not math.isnan(low):
                axes.plot([low, high], [place + offset] * 2, color=colour, linewidth=0.8, linestyle=line, zorder=2)
                axes.plot([low, high], [place + offset] * 2, color=colour, linestyle="", marker="|", markersize=4)
        if not math.isnan(row["share"]):
            axes.plot([100 * row["share"]], [place], **point, zorder=3, clip_on=False)
    drawing.caption = caption("lateness", lang)
    return drawing


def _line(text: str, colour: str, line: Any) -> Key:
    return line_key(text, color=colour, linewidth=0.8, linestyle=line, marker="|", markersize=4)
