"""How far coders agree, by category; what cannot be estimated is said in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.canvas import Key, label_rows, line_key, needs, quiet_grid, write_beside
from analysis.figures.labels import caption, interval_sentences, label, labels_of, word
from analysis.figures.lettering import balance
from analysis.figures.panels import Frame, Panel, count_columns, draw_panels
from analysis.figures.rows import draw_rows, row_heights
from analysis.figures.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PALE, PURPLE, SKY, SMALL, TINY, WIDE, Drawing

MEASURES = {
    "alpha": ("o", BLUE), "alpha_masi": ("s", BLUE), "positive_agreement": ("D", ORANGE), "precision": ("^", GREEN),
    "recall": ("v", PURPLE),
}  # fmt: skip
MAX_PAIRS = 2  # more pairs of coders get one row each, their categories as points


@needs("category", "measure", "value", "n")
def plot_agreement(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw the agreement of coders by category; what cannot be estimated is said in words.

    Parameters
    ----------
    table : DataFrame or Result
        As `estimate_agreement` gives it: number (which of the four agreements), comparison_zh, comparison_en, coder_a,
        coder_b, category ("" = all), measure, value, low, high, n (positive codings). Up to two pairs of coders are
        drawn by category; more get one row each, alpha of all categories and, small, of every single one.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    pairs = [name for name in ("number", "coder_a", "coder_b") if name in table] or ["measure"]
    table = table.assign(category=table["category"].astype("str"))
    groups = [group for _, group in table.groupby(pairs, sort=False)]
    if len(groups) > MAX_PAIRS:
        return _draw_pairs(table, groups, lang)
    names = {**labels_of(table, "category", lang), "": word("all_categories", lang)}
    count = count_columns(None, len(groups))
    label_width = 62.0 if count == 1 else 38.0
    titles = [_pair_title(group.iloc[0].to_dict(), lang) for group in groups]
    wrapped = {key: balance(name, label_width - 2, SMALL) for key, name in names.items()}
    blocks = [{key: wrapped[key] for key in group["category"].unique()} for group in groups]
    heights = [row_heights(list(texts.values())) for texts in blocks]
    panels = [Panel(title, sum(tall)) for title, tall in zip(titles, heights, strict=True)]
    measures = {name: sign for name, sign in MEASURES.items() if name in set(table["measure"])}
    keys: list[Key] = [
        line_key(label("measure", name, lang), marker=marker, color=colour, linestyle="", markersize=4.0)
        for name, (marker, colour) in measures.items()
    ]
    if "low" in table and table["low"].notna().any():
        keys.append(line_key(word("bootstrap", lang), color=BLUE, linewidth=0.8))
    drawing, boxes = draw_panels(panels, Frame(label_width, 10.0, 4.5), keys, count)
    for group, texts, tall, axes in zip(groups, blocks, heights, boxes, strict=True):
        _draw_agreement(axes, group, texts, tall, lang)
    drawing.caption = caption("agreement", lang, *interval_sentences(table, lang))
    return drawing


def _draw_pairs(table: pd.DataFrame, groups: Sequence[pd.DataFrame], lang: str) -> Drawing:
    """Draw one row a pair of coders: alpha over all categories with its interval, every category a small point."""
    texts = [_pair_title(group.iloc[0].to_dict(), lang) for group in groups]
    alphas = [group[group["measure"].isin(["alpha", "alpha_masi"])] for group in groups]
    single = [rows[rows["category"] != ""] for rows in alphas]
    words = [word("n_estimable", lang, x=rows["value"].notna().sum(), n=len(rows)) for rows in single]
    small: dict[str, Any] = {
        "marker": "o",
        "markersize": 3.0,
        "color": SKY,
        "linestyle": "",
        "markerfacecolor": "white",
    }
    keys = [
        line_key(label("measure", "alpha_masi", lang), marker="s", color=BLUE, linestyle="", markersize=4.0),
        line_key(word("one_category", lang), **small),
        line_key(word("bootstrap", lang), color=BLUE, linewidth=0.8),
    ]
    ends = (min(0.0, float(table["value"].min())) - 0.05, 1.05)
    drawing, axes, places = draw_rows(texts, words, keys, ends, "\u03b1", WIDE)
    for place, rows, many in zip(places, alphas, single, strict=True):
        axes.plot(many["value"], [place] * len(many), zorder=2, **small)
        for whole in rows[rows["category"] == ""].to_dict("records"):
            axes.plot([whole["low"], whole["high"]], [place, place], color=BLUE, linewidth=0.8, zorder=3)
            axes.plot([whole["value"]], [place], marker="s", markersize=4.0, color=BLUE, zorder=3)
    drawing.caption = caption("agreement", lang, *interval_sentences(table, lang))
    return drawing


def _pair_title(row: Mapping[str, Any], lang: str) -> str:
    coders = " \u2013 ".join(str(row[name]) for name in ("coder_a", "coder_b") if row.get(name))
    return word("between", lang).join(part for part in (str(row.get(f"comparison_{lang}", "")), coders) if part)


def _draw_agreement(
    axes: Axes, group: pd.DataFrame, texts: Mapping[str, str], heights: Sequence[float], lang: str
) -> None:
    places = {key: sum(heights[:number]) + heights[number] / 2 for number, key in enumerate(texts)}
    low = min(0.0, float(group[[name for name in ("value", "low") if name in group]].min(axis=None)))
    axes.set(xlim=(low - 0.05, 1.05), ylim=(sum(heights), 0))
    axes.hlines(list(places.values()), low - 0.05, 1.05, color=FAINT, linewidth=0.5, zorder=0)
    axes.tick_params(axis="x", labelsize=TINY)
    axes.spines["left"].set_color(PALE)
    label_rows(axes, list(places.values()), list(texts.values()))
    quiet_grid(axes)
    for row in group.to_dict("records"):
        place, (marker, colour) = places[row["category"]], MEASURES.get(row["measure"], ("o", INK))
        if math.isnan(row["value"]):
            if row["measure"].startswith("alpha"):
                axes.text(0.02, place, word("not_estimable", lang), fontsize=TINY, color=GREY, va="center",
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
            continue
        if not math.isnan(row.get("low", math.nan)):
            axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=0.8)
        axes.plot([row["value"]], [place], marker=marker, markersize=4.0, color=colour, zorder=3)
    for key, place in places.items():
        write_beside(axes, place, f"n={int(group.loc[group['category'] == key, 'n'].max())}")
