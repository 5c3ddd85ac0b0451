"""One row an item: labels on the left, an axis in the middle, words on the right, a legend below."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.figures.canvas import MARGIN, Key, add_legend, label_rows, legend_height, quiet_grid, widest, write_beside
from analysis.figures.lettering import balance, text_height
from analysis.figures.style import FAINT, MEDIUM, PALE, SMALL, Drawing

LABEL_WIDTH = 70.0
AXIS = 9.0  # mm for the numbers and the name of the axis


def row_heights(texts: Sequence[str]) -> list[float]:
    """Return the height in mm that each row needs for its label."""
    return [max(text_height(text, SMALL, 1.1) + 0.9, 3.8) for text in texts]


def draw_rows(
    texts: Sequence[str], words: Sequence[str], keys: Sequence[Key], ends: tuple[float, float], axis: str,
    page: float = MEDIUM,
) -> tuple[Drawing, Axes, list[float]]:  # fmt: skip
    """Return a drawing of rows without data, its axes and the place of every row.

    ``texts`` stand left of the axis, ``words`` right of it; ``ends`` are the ends of the axis.
    """
    width = page - 2 * MARGIN
    label_width = min(widest(texts) + 2, LABEL_WIDTH * page / MEDIUM, width / 2)
    labels = [balance(text, label_width - 2, SMALL) for text in texts]
    heights = row_heights(labels)
    right = widest(words) + 3
    drawing = Drawing(page, MARGIN + 1 + sum(heights) + AXIS + legend_height(keys, width) + MARGIN)
    axes = drawing.add_box(MARGIN + label_width, MARGIN + 1, width - label_width - right, sum(heights))
    places = [sum(heights[:number]) + height / 2 for number, height in enumerate(heights)]
    axes.set(ylim=(sum(heights), 0), xlim=ends, xlabel=axis)
    axes.hlines(places, *ends, color=FAINT, linewidth=0.5, zorder=0)
    axes.spines["left"].set_color(PALE)
    label_rows(axes, places, labels)
    quiet_grid(axes)
    for place, word in zip(places, words, strict=True):
        write_beside(axes, place, word)
    add_legend(drawing, MARGIN, MARGIN + 1 + sum(heights) + AXIS, width, keys)
    return drawing, axes, places
