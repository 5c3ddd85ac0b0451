"""Counts by year as a heat map: x of n in every cell, the share as colour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from analysis.figures.canvas import (
    MARGIN,
    Key,
    add_legend,
    column_height,
    fit_columns,
    ink_on,
    label_columns,
    label_rows,
    legend_height,
    needs_room,
    swatch,
    widest,
)  # fmt: skip
from analysis.figures.labels import label, word
from analysis.figures.lettering import balance, text_height
from analysis.figures.links import find_link
from analysis.figures.style import GREY, INK, MEDIUM, PALE, SMALL, WIDE, Drawing
from analysis.stats.frame import needed

RAMP = LinearSegmentedColormap.from_list("share", ["#f7fbff", "#b3d3ec", "#3a87c4", "#08519c"])
MOST_CELLS = 110.0  # mm that the cells of a row may take together
MOST_LETTERS = 7  # of a count in a cell: 99/1999
TEXT_CELL = 7.0  # mm a cell needs to hold its text
READ = "reports_read"  # the row of the reports read, of those due
MOST_ROWS = 46  # more are set closer


def draw_heat(
    cells: pd.DataFrame, column: str, names: Mapping[str, str], groups: Sequence[tuple[str, Sequence[str]]], lang: str,
    by: str = "report_year", kind: str = "",
) -> Drawing:  # fmt: skip
    """Draw n of n_at_risk by one column and another; the share is a colour where a cell has reports enough for one.

    ``cells`` has one row a ``column`` x ``by``: n, n_at_risk; ``kind`` says what the column holds where its name does
    not. ``groups`` are headings with the rows below each. What nobody could report is left blank. Counts too wide for
    a cell give way to the share in percent, with the greatest n at risk of a column in its head; very many columns have
    no text.
    """
    import seaborn as sns  # a second and a half, and only heat maps need it

    few = cells["n_at_risk"] < needed("cell_reports")
    cells = cells.assign(share=(cells["n"] / cells["n_at_risk"]).where(~few))
    cells["text"] = [f"{n}/{risk}" if risk else "" for n, risk in zip(cells["n"], cells["n_at_risk"], strict=True)]
    most = max(map(len, cells["text"]), default=0) > MOST_LETTERS
    if most:
        cells["text"] = [f"{100 * share:.0f}%" if share == share else text
                         for share, text in zip(cells["share"], cells["text"], strict=True)]  # fmt: skip
    years = sorted(cells[by].unique()) if pd.api.types.is_numeric_dtype(cells[by]) else list(cells[by].unique())
    rows = [row for heading, keys in groups for row in ([f"\n{heading}"] if heading else []) + list(keys)]
    shares = cells.pivot(index=column, columns=by, values="share").reindex(index=rows, columns=years)
    texts = cells.pivot(index=column, columns=by, values="text").reindex(index=rows, columns=years).fillna("")
    cell = min(11.0 if most else 9.5, MOST_CELLS / len(years))
    label_width = min(widest(names.values()) + 2, WIDE - 2 * MARGIN - cell * len(years))
    labels = [row[1:] if row.startswith("\n") else balance(names[row], label_width - 2, SMALL) for row in rows]
    tall = [text_height(text, SMALL) for text in labels]
    height = max(_fit_rows(rows, tall), 4.2 if len(rows) <= MOST_ROWS else 3.4)
    page = needs_room(label_width + cell * len(years), (MEDIUM, WIDE))
    cell = min((page - 2 * MARGIN - label_width) / len(years), 16.0)
    keys = _keys(bool((~few).any()), bool((few & (cells["n_at_risk"] > 0)).any()), lang)
    names_above = [label(by, str(year), lang) for year in years]
    if most:
        at_risk = cells.groupby(by)["n_at_risk"].max()
        names_above = [f"{head}\nn\u2264{at_risk[year]}" for head, year in zip(names_above, years, strict=True)]
    heads, turned = fit_columns(names_above, cell)
    top, depth = MARGIN + column_height(heads, turned) + 1, height * len(rows)
    legend = legend_height(keys, page - 2 * MARGIN)
    drawing = Drawing(page, top + depth + 3 + legend + MARGIN)
    axes = drawing.add_box(MARGIN + label_width, top, cell * len(years), depth)
    sns.heatmap(
        shares.astype("float64"), ax=axes, cmap=RAMP, vmin=0, vmax=1, cbar=False, linewidths=0.6, linecolor="white",
        xticklabels=False, yticklabels=False,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")
    _lay_links(axes, rows, years, kind or column, by)
    _write_counts(axes, shares.to_numpy("float64"), texts.to_numpy() if cell >= TEXT_CELL else [])
    label_columns(axes, [place + 0.5 for place in range(len(years))], heads, turned)
    listed = [(place + 0.5, text) for place, (row, text) in enumerate(zip(rows, labels, strict=True)) if row[0] != "\n"]
    label_rows(axes, [place for place, _ in listed], [text for _, text in listed])
    for place, row in enumerate(rows):
        if row.startswith("\n"):
            above = max(tall[place + 1] - height, 0) / 2 + 0.4  # a label of two lines stands out of its row
            drawing.write(MARGIN, top + (place + 1) * height - above, row[1:], SMALL, va="bottom", color=GREY)
    add_legend(drawing, MARGIN, top + depth + 3, page - 2 * MARGIN, keys)
    return drawing


def _fit_rows(rows: Sequence[str], tall: Sequence[float]) -> float:
    """Return the least height in mm of rows at which no label, centred in its row, touches another or a heading."""
    heights = [0.0]
    for place, own in enumerate(tall):
        above, below = ([*tall, 0.0][at] for at in (place - 1, place + 1))
        if rows[place].startswith("\n"):  # what stands out of the rows beside it takes room from a heading
            text = own + 0.4
            heights += [text, (text + max(above, below) / 2) / 1.5, (text + (above + below) / 2) / 2]
        elif not rows[place - 1].startswith("\n"):
            heights.append((own + above) / 2 + 0.2)
    return max(heights)


def add_read(
    cells: pd.DataFrame, column: str, names: Mapping[str, str], due: pd.DataFrame, lang: str, by: str = "report_year"
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Put a row of the reports read, of those due, before the cells of a heat map, with its name.

    ``due`` has one row a value of ``by``: n_due and n_read.
    """
    first = pd.DataFrame({column: READ, by: due[by], "n": due["n_read"], "n_at_risk": due["n_due"]})
    return pd.concat([first, cells], ignore_index=True), {READ: word("reports_read", lang), **names}


def _lay_links(axes: Axes, rows: Sequence[str], columns: Sequence[object], kind: str, by: str) -> None:
    """Lay what can be pressed over the cells: a mesh has no links of its own."""
    cells = [
        (x, y, find_link({by: value} if row == READ else {kind: row, by: value}))
        for y, row in enumerate(rows) if row[0] != "\n" for x, value in enumerate(columns)
    ]  # fmt: skip
    boxes = [Rectangle((x, y), 1, 1) for x, y, _ in cells]
    urls = [link for _, _, link in cells]
    axes.add_collection(PatchCollection(boxes, facecolor="none", edgecolor="none", urls=urls))


def _write_counts(axes: Axes, shares: Sequence[Sequence[float]], texts: Sequence[Sequence[str]]) -> None:
    """Write x of n into every cell; a cell without a colour has a frame."""
    for y, row in enumerate(texts):
        for x, text in enumerate(row):
            share = shares[y][x]
            ink = INK if math.isnan(share) else ink_on(to_hex(RAMP(share)))
            axes.text(x + 0.5, y + 0.5, text, ha="center", va="center_baseline", fontsize=SMALL, color=ink)
            if text and math.isnan(share):
                axes.add_patch(Rectangle((x, y), 1, 1, facecolor="none", edgecolor=PALE, linewidth=0.4))


def _keys(coloured: bool, few: bool, lang: str) -> list[Key]:
    keys = [swatch(f"{share:.0%}", to_hex(RAMP(share)), edge=PALE) for share in (0.0, 0.25, 0.5, 0.75, 1.0)] * coloured
    if keys:
        keys[0] = keys[0]._replace(text=f"{word('share_of_at_risk', lang)} 0%")
    return keys + [swatch(word("few_reports", lang, n=needed("cell_reports")), "#ffffff", edge=PALE)] * few
