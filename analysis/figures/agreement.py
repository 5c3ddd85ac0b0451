"""How far coders agree, by category; what cannot be estimated is said in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.canvas import Key, label_rows, line_key, needs, quiet_grid, write_beside
from analysis.figures.labels import caption, interval_sentences, label, labels_of, opening_capital, word
from analysis.figures.lettering import balance
from analysis.figures.links import find_link
from analysis.figures.panels import Frame, Panel, count_columns, draw_panels
from analysis.figures.rows import draw_rows, row_heights
from analysis.figures.style import BLUE, FAINT, GREEN, GREY, INK, ORANGE, PALE, PURPLE, SKY, SMALL, WIDE, Drawing
from analysis.stats.frame import needed

COEFFICIENTS = {
    "alpha": ("o", BLUE), "alpha_masi": ("s", BLUE), "positive_agreement": ("D", ORANGE), "precision": ("^", GREEN),
    "recall": ("v", PURPLE),
}  # fmt: skip
RARE = "*"
MAX_PAIRS = 2  # more pairs of coders get one row each, their categories as points


@needs("category", "coefficient", "value", "n")
def plot_agreement(table: pd.DataFrame, lang: str = "zh") -> Drawing | None:
    """Draw the agreement of coders by category; what cannot be estimated is said in words.

    Parameters
    ----------
    table : DataFrame or Result
        As `estimate_agreement` gives it: number (which of the four agreements), comparison_zh, comparison_en, coder_a,
        coder_b, category ("" = all), coefficient, value, low, high, n (positive codings). Up to two pairs of coders are
        drawn by category; more get one row each, alpha of all categories and, small, of every single one.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    pairs = [name for name in ("number", "coder_a", "coder_b") if name in table] or ["coefficient"]
    if table["value"].isna().all():
        return None
    table = table.assign(category=table["category"].astype("str"))
    groups = [group for _, group in table.groupby(pairs, sort=False)]
    if len(groups) > MAX_PAIRS:
        return _draw_pairs(table, groups, lang)
    names = {**labels_of(table, "category", lang), "": opening_capital(word("all_categories", lang))}
    count = count_columns(None, len(groups))
    label_width = 62.0 if count == 1 else 38.0
    titles = [_pair_title(group.iloc[0].to_dict(), lang) for group in groups]
    wrapped = {key: balance(name, label_width - 2, SMALL) for key, name in names.items()}
    rare = [_rare(group) for group in groups]
    groups = [_gather(group, few) for group, few in zip(groups, rare, strict=True)]
    blocks = [
        {key: wrapped.get(key) or word("rare_categories", lang, n=len(few)) for key in group["category"].unique()}
        for group, few in zip(groups, rare, strict=True)
    ]
    heights = [row_heights(list(texts.values())) for texts in blocks]
    panels = [Panel(title, sum(tall)) for title, tall in zip(titles, heights, strict=True)]
    drawn = set(table.loc[table["value"].notna(), "coefficient"])
    measures = {name: sign for name, sign in COEFFICIENTS.items() if name in drawn}
    keys: list[Key] = [
        line_key(label("coefficient", name, lang), marker=marker, color=colour, linestyle="", markersize=4.0)
        for name, (marker, colour) in measures.items()
    ]
    if "low" in table and table["low"].notna().any():
        keys.append(line_key(word("bootstrap", lang), color=BLUE, linewidth=0.8))
    drawing, boxes = draw_panels(panels, Frame(label_width, 10.0, 4.5), keys, count)
    for group, texts, tall, axes in zip(groups, blocks, heights, boxes, strict=True):
        _draw_agreement(axes, group, texts, tall, lang)
    drawing.caption = caption("agreement", lang, *interval_sentences(table, lang))
    return drawing


def _rare(group: pd.DataFrame) -> list[str]:
    """Return the categories of a pair of coders that are too rare for any coefficient, if there are several."""
    known = group["value"].notna().groupby(group["category"], sort=False).any()
    few = [str(category) for category, found in known.items() if category and not found]
    return few if len(few) > 1 else []


def _gather(group: pd.DataFrame, rare: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a pair of coders with its rare categories as one row at the end."""
    few = group["category"].isin(rare)
    last = group[few].head(1).assign(category=RARE, coefficient="alpha", n=group.loc[few, "n"].max())
    return pd.concat([group[~few], last], ignore_index=True) if rare else group


def _draw_pairs(table: pd.DataFrame, groups: Sequence[pd.DataFrame], lang: str) -> Drawing:
    """Draw one row a pair of coders: alpha over all categories with its interval, every category a small point."""
    texts = [_pair_title(group.iloc[0].to_dict(), lang) for group in groups]
    alphas = [group[group["coefficient"].isin(["alpha", "alpha_masi"])] for group in groups]
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
        line_key(label("coefficient", "alpha_masi", lang), marker="s", color=BLUE, linestyle="", markersize=4.0),
        line_key(word("one_category", lang), **small),
        line_key(word("bootstrap", lang), color=BLUE, linewidth=0.8),
    ]
    ends = (min(0.0, float(table["value"].min())) - 0.05, 1.05)
    drawing, axes, places = draw_rows(texts, words, keys, ends, "\u03b1", WIDE)
    for place, rows, many in zip(places, alphas, single, strict=True):
        for row in many.to_dict("records"):
            axes.plot([row["value"]], [place], zorder=2, url=find_link({"category": row["category"]}), **small)
        for whole in rows[rows["category"] == ""].to_dict("records"):
            axes.plot([whole["low"], whole["high"]], [place, place], color=BLUE, linewidth=0.8, zorder=3)
            axes.plot([whole["value"]], [place], marker="s", markersize=4.0, color=BLUE, zorder=3,
                      url=find_link({"view": "statements"}))  # fmt: skip
    drawing.caption = caption("agreement", lang, *interval_sentences(table, lang))
    return drawing


def _pair_title(row: Mapping[str, Any], lang: str) -> str:
    coders = " \u2013 ".join(str(row[name]) for name in ("coder_a", "coder_b") if row.get(name))
    return word("between", lang).join(
        part for part in (opening_capital(str(row.get(f"comparison_{lang}", ""))), coders) if part
    )


def _draw_agreement(
    axes: Axes, group: pd.DataFrame, texts: Mapping[str, str], heights: Sequence[float], lang: str
) -> None:
    places = {key: sum(heights[:number]) + heights[number] / 2 for number, key in enumerate(texts)}
    low = min(0.0, float(group[[name for name in ("value", "low") if name in group]].min(axis=None)))
    axes.set(xlim=(low - 0.05, 1.05), ylim=(sum(heights), 0))
    axes.hlines(list(places.values()), low - 0.05, 1.05, color=FAINT, linewidth=0.5, zorder=0)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.spines["left"].set_color(PALE)
    label_rows(axes, list(places.values()), list(texts.values()))
    quiet_grid(axes)
    for row in group.to_dict("records"):
        place, (marker, colour) = places[row["category"]], COEFFICIENTS.get(row["coefficient"], ("o", INK))
        if math.isnan(row["value"]):
            if row["coefficient"].startswith("alpha"):
                few = word("not_estimable", lang, n=needed("positives"))
                axes.text(0.02, place, few, fontsize=SMALL, color=GREY, va="center",
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
            continue
        if not math.isnan(row.get("low", math.nan)):
            axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=0.8)
        link = find_link({"category": row["category"].replace(RARE, ""), "view": "statements"})
        axes.plot([row["value"]], [place], marker=marker, markersize=4.0, color=colour, zorder=3, url=link)
    for key, place in places.items():
        sign = "\u2264" if key == RARE else "="
        write_beside(axes, place, f"n{sign}{int(group.loc[group['category'] == key, 'n'].max())}")
