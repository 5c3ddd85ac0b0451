"""How good the figures are: printed rates against their bases, how figures are worded, how well they were extracted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures.canvas import label_rows, line_key, needs, quiet_grid, widest
from analysis.figures.labels import (
    axis_number,
    caption,
    in_order,
    label,
    labels_of,
    opening_capital,
    report_names,
    short_number,
    word,
)  # fmt: skip
from analysis.figures.lettering import wrap
from analysis.figures.links import find_link
from analysis.figures.panels import Frame, Panel, count_columns, draw_panels
from analysis.figures.rows import draw_rows
from analysis.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MEDIUM,
    ORANGE,
    RED,
    SKY,
    SMALL,
    WIDE,
    Drawing,
)  # fmt: skip

PERCENT_CHECKS = ("rate", "share", "change")
VERDICTS = {"confirmed": GREEN, "explained": SKY, "implausible": ORANGE, "impossible": RED, "uninformative": GREY}
KINDS = ("exact", "rounded", "approximate", "bounded", "vague", "conflict", "masked")
#: What the evidence calls a wording, where it has another name for it.
STATES = dict.fromkeys(("approximate", "vague"), "bounded")
MAX_ROWS = 40
ROW, BELOW = 4.4, 7.5  # mm of a bar, and of the numbers and the name of the axis below the bars


@needs("doc_id", "check", "stated", "expected", "verdict")
def plot_rate_audit(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw printed percentages beside what their own counts give, with the verdict; none is corrected.

    Parameters
    ----------
    table : DataFrame
        Rows of the table `checks` (percentages only: rate, share, change): doc_id, indicator, check, stated, expected,
        implied_base, base, k, verdict; county, report_year for the labels. More than 40 rows are drawn as counts of
        verdicts.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    rows = table[table["check"].isin(PERCENT_CHECKS)]
    if len(rows) > MAX_ROWS or rows.empty:
        return _verdict_counts(table, lang)
    reports, names = report_names(rows, lang), labels_of(rows, "indicator", lang)
    records = rows.to_dict("records")
    texts = [_audit_text(row, reports, names, lang) for row in records]
    words = [wrap(f"{short_number(row['stated'], lang)}%{word('between', lang)}{_verdict_text(row, lang)}", 42, SMALL)
             for row in records]  # fmt: skip
    ends = rows[["stated", "expected"]].to_numpy("float64")
    known = [float(end) for end in ends.ravel() if math.isfinite(end)] + [0.0, 100.0]
    room = (max(known) - min(known)) * 0.03
    point = {"linestyle": "", "markersize": 4.2}
    keys = [
        line_key(word("as_printed", lang), marker="D", color=INK, markerfacecolor="white", **point),
        line_key(word("recomputed", lang), marker="o", color=INK, **point),
    ]
    drawing, axes, places = draw_rows(texts, words, keys, (min(known) - room, max(known) + room), "%", WIDE)
    for place, row in zip(places, records, strict=True):
        colour = VERDICTS[row["verdict"]]
        if not math.isnan(row["expected"]):
            axes.plot([row["stated"], row["expected"]], [place, place], color=colour, linewidth=1.2)
            axes.plot([row["expected"]], [place], marker="o", markersize=3.2, color=colour, zorder=4,
                      url=find_link(row))  # fmt: skip
        axes.plot([row["stated"]], [place], marker="D", markersize=4.6, color=colour, markerfacecolor="white", zorder=3,
                  url=find_link(row))  # fmt: skip
    drawing.caption = caption("rate_audit", lang)
    return drawing


def _audit_text(row: Mapping[str, Any], reports: Mapping[str, str], names: Mapping[str, str], lang: str) -> str:
    what = names[str(row["indicator"])] if row["indicator"] else label("check", str(row["check"]), lang)
    base = str(row.get("base") or "")
    if base and not base[0].isdigit():
        what += word("stage_after", lang, stage=word("base", lang, what=_base_name(base, lang)))
    return f"{reports[row['doc_id']]}{word('between', lang)}{what}"


def _base_name(base: str, lang: str) -> str:
    named = label("base", base, lang)
    return label("indicator", base, lang) if named == base else named


def _verdict_text(row: Mapping[str, Any], lang: str) -> str:
    """Return the verdict and the numbers it rests on."""
    text = label("verdict", str(row["verdict"]), lang)
    if row["verdict"] == "impossible" and not math.isnan(implied := float(row.get("implied_base", math.nan))):
        return text + word("implied_base", lang, base=short_number(round(implied), lang))
    if row["verdict"] == "confirmed" and not pd.isna(row.get("k")):
        text += word("with_k", lang, k=short_number(float(row["k"]), lang))
    return text + (word("truncated", lang) if row.get("fits") == "truncated" else "")


def _verdict_counts(table: pd.DataFrame, lang: str) -> Drawing:
    checks = table["check"].drop_duplicates().tolist()
    titles = [opening_capital(label("check", str(check), lang)) for check in checks]
    panels = [Panel(title, ROW * len(VERDICTS)) for title in titles]
    labels = [label("verdict", verdict, lang) for verdict in VERDICTS]
    drawing, boxes = draw_panels(panels, Frame(widest(labels) + 3, 10.0, BELOW), [], count_columns(None, len(panels)))
    for check, axes in zip(checks, boxes, strict=True):
        counts = table.loc[table["check"] == check, "verdict"].value_counts()
        numbers = [int(counts.get(verdict, 0)) for verdict in VERDICTS]
        _draw_counts(axes, labels, numbers, list(VERDICTS.values()), word("checks_axis", lang), lang,
                     [find_link({"verdict": verdict, "check": check}) for verdict in VERDICTS])  # fmt: skip
    drawing.caption = caption("verdict_counts", lang)
    return drawing


def _draw_counts(
    axes: Axes, labels: Sequence[str], numbers: Sequence[int], colours: Sequence[str], axis: str, lang: str,
    links: Sequence[str | None],
) -> None:  # fmt: skip
    places = [ROW * (row + 0.5) for row in range(len(labels))]
    for bar, link in zip(axes.barh(places, numbers, height=3.0, color=list(colours)), links, strict=True):
        bar.set_url(link)
    most = max(*numbers, 1) * 1.02
    axes.set(ylim=(ROW * len(labels), 0), xlim=(0, most), xlabel=axis)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: axis_number(value, most, lang)))
    axes.tick_params(axis="x", labelsize=SMALL)
    label_rows(axes, places, labels)
    quiet_grid(axes)
    for place, number in zip(places, numbers, strict=True):
        axes.annotate(f"{number:,}", (number, place), xytext=(2, 0), textcoords="offset points", va="center",
                      fontsize=SMALL)  # fmt: skip


@needs("exactness", "n")
def plot_wording(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw how figures are worded, as counts: exact, rounded, approximate, bounded, masked; one panel a group.

    Parameters
    ----------
    table : DataFrame or Result
        As `estimate_wording` gives it: group (full, opening), exactness, n, n_total.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    table = table.assign(group=table.get("group", ""))
    groups = list(table.groupby("group", sort=False))
    kinds = [kind for kind in KINDS if kind in set(table["exactness"])]
    panels = []
    for name, rows in groups:
        total = int(rows["n_total"].max() if "n_total" in rows else rows["n"].sum())
        title = word("group_n", lang, group=opening_capital(label("group", str(name), lang)), n=f"{total:,}")
        panels.append(Panel(title, ROW * len(kinds)))
    labels = [label("status", kind, lang) for kind in kinds]
    links = [find_link({"state": STATES.get(kind, kind)}) for kind in kinds]
    drawing, boxes = draw_panels(panels, Frame(widest(labels) + 3, 10.0, BELOW), [], count_columns(None, len(panels)))
    for (_, rows), axes in zip(groups, boxes, strict=True):
        counts = rows.groupby("exactness")["n"].sum()
        numbers = [int(counts.get(kind, 0)) for kind in kinds]
        _draw_counts(axes, labels, numbers, [BLUE] * len(kinds), word("figures_axis", lang), lang, links)
    drawing.caption = caption("wording", lang)
    return drawing


def main_metrics(table: pd.DataFrame) -> pd.DataFrame:
    """Return the metrics without single fields of metadata, and without the one that is a count of errors."""
    single = table["metric"].str.startswith("documents_") & (table["metric"] != "documents_fields")
    return table[~single & (table["metric"] != "named_rows_used")]


@needs("metric", "value", "n", nothing="no_gold")
def plot_extraction_accuracy(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw how well extraction did against gold: each report a hollow point, all reports together a full one.

    Parameters
    ----------
    table : DataFrame
        One row a metric (and report): metric, value (0 to 1), n, right, doc_id ("" or absent = all reports), low, high
        (interval by report). Single fields of metadata are left to the table, documents_fields holds them all; so is
        named_rows_used, which is a count of errors and no share.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    table = main_metrics(table)
    table = table.assign(doc_id=table["doc_id"].astype("str") if "doc_id" in table else "")
    metrics = in_order("metric", table["metric"].unique())
    total = table[table["doc_id"] == ""].drop_duplicates("metric").set_index("metric")
    sums = table.groupby("metric")["n"].sum()
    words = [f"n={int(total['n'].get(metric, sums[metric])):,}" for metric in metrics]
    point = {"linestyle": "", "marker": "o", "color": BLUE}
    keys = [line_key(word("all_reports", lang), **point, markersize=4.4)] if len(total) else []
    if len(table) > len(total):
        keys.append(line_key(word("one_report", lang), **point, markersize=3.4, markerfacecolor="white"))
    least = float(table[[name for name in ("value", "low") if name in table]].min(axis=None))
    ends = (max(0.0, math.floor(least * 10 - 0.5) / 10), 1.02)
    texts = [label("metric", metric, lang) for metric in metrics]
    drawing, axes, places = draw_rows(texts, words, keys, ends, word("right_axis", lang), MEDIUM)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    for metric, place in zip(metrics, places, strict=True):
        rows = table[(table["metric"] == metric) & (table["doc_id"] != "")]
        if metric in total.index:
            whole = total.loc[metric]
            if not math.isnan(low := float(whole.get("low", math.nan))):
                axes.plot([low, float(whole["high"])], [place, place], color=BLUE, linewidth=0.8)
            axes.plot([float(whole["value"])], [place], marker="o", markersize=4.4, color=BLUE, zorder=3,
                      url=find_link({"view": "reports"}))  # fmt: skip
        for row in rows.to_dict("records"):
            axes.plot([row["value"]], [place], marker="o", markersize=3.4, linestyle="", color=BLUE,
                      markerfacecolor="white", zorder=2.5, clip_on=False,
                      url=find_link({"doc_id": row["doc_id"]}))  # fmt: skip
    drawing.caption = caption("extraction_accuracy", lang)
    return drawing
