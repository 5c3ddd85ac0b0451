"""Small multiples: panels of one width and their own heights, set down one column and then the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from analysis.errors import ParameterError
from analysis.figures.canvas import MARGIN, Key, add_legend, legend_height, quiet_grid
from analysis.figures.labels import axis_number
from analysis.figures.lettering import balance, text_height, text_width
from analysis.figures.marks import Scale
from analysis.figures.style import MEDIUM, NORMAL, SMALL, WIDE, Drawing

GUTTER, GAP = 5.0, 3.5  # mm between columns and between the panels of a column


class Panel(NamedTuple):
    """One panel: its title and the height of its data area in mm."""

    title: str
    height: float


class Frame(NamedTuple):
    """The room around the data area of every panel, in mm."""

    left: float
    right: float
    below: float
    above: float = 0.0


def count_columns(asked: int | None, panels: int) -> int:
    """Return how many columns to use: as asked for, else two if there is more than one panel."""
    if asked not in (None, 1, 2):
        raise ParameterError(f"columns is {asked!r}; it must be 1 or 2.")
    return min(asked or 2, panels)


def column_width(columns: int) -> float:
    """Return the width in mm of a column of panels."""
    return (_page(columns) - 2 * MARGIN - GUTTER * (columns - 1)) / columns


def _page(columns: int) -> float:
    return WIDE if columns == 2 else MEDIUM


def draw_panels(panels: Sequence[Panel], frame: Frame, keys: Sequence[Key], columns: int) -> tuple[Drawing, list[Axes]]:
    """Return a drawing with titles, a legend below and the empty axes of every panel, in their order.

    Panels of one height are set in rows, others down one column and then the next.
    """
    page, width = _page(columns), column_width(columns)
    titles = [balance(panel.title, width, NORMAL) for panel in panels]
    heads = [text_height(title, NORMAL, 1.15) + 1.0 + frame.above for title in titles]
    below = frame.below + GAP
    alike = len({panel.height for panel in panels}) == 1
    places = _rows(heads, panels, below, columns) if alike else _newspaper(heads, panels, below, columns)
    depth = max(top + panel.height for (_, top), panel in zip(places, panels, strict=True)) + frame.below
    legend = legend_height(keys, page - 2 * MARGIN)
    drawing = Drawing(page, depth + (3 + legend if keys else 0) + MARGIN)
    axes = []
    for (column, top), panel, title, head in zip(places, panels, titles, heads, strict=True):
        left = MARGIN + (width + GUTTER) * column
        drawing.write(left, top - head, title, NORMAL, linespacing=1.1)
        axes.append(drawing.add_box(left + frame.left, top, width - frame.left - frame.right, panel.height))
    add_legend(drawing, MARGIN, depth + 3, page - 2 * MARGIN, keys)
    return drawing, axes


def _rows(heads: Sequence[float], panels: Sequence[Panel], below: float, columns: int) -> list[tuple[int, float]]:
    """Return the column and the top of every panel's data, row by row, the data of a row at one height."""
    places, top = [], MARGIN
    for start in range(0, len(panels), columns):
        head = max(heads[start : start + columns])
        places += [(column, top + head) for column in range(len(panels[start : start + columns]))]
        top += head + panels[start].height + below
    return places


def _newspaper(heads: Sequence[float], panels: Sequence[Panel], below: float, columns: int) -> list[tuple[int, float]]:
    """Return the column and the top of every panel's data, down one column and then the next, as even as can be."""
    heights = [head + panel.height + below for head, panel in zip(heads, panels, strict=True)]
    cuts = range(1, len(panels) + 1)
    cut = min(cuts, key=lambda place: (max(sum(heights[:place]), sum(heights[place:])), -place))
    cut = cut if columns == 2 else len(panels)
    return [(int(number >= cut), MARGIN + sum(heights[cut * (number >= cut) : number]) + head)
            for number, head in enumerate(heads)]  # fmt: skip


def format_values(axes: Axes, scale: Scale, lang: str, which: str = "x") -> None:
    """Set the ends of an axis of values, few round ticks with short numbers that do not touch, and a faint grid."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    top = max(abs(scale.low), abs(scale.high))
    widest = text_width(axis_number(float(f"{top:.0e}"), top, lang), SMALL) + 2.0 if which == "x" else 0.0
    most = max(1, min(4, int(scale.length / widest))) if widest else 4
    if scale.log:
        axes.set(**{f"{which}scale": "log"})
        axis.set_major_locator(LogLocator(numticks=max(most, 2)))
    else:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    axis.set_minor_locator(NullLocator())
    axes.set(**{f"{which}lim": (scale.low, scale.high)})
    axis.set_major_formatter(FuncFormatter(lambda value, _: axis_number(value, top, lang)))
    axes.tick_params(axis=which, labelsize=SMALL)  # type: ignore[arg-type]
    quiet_grid(axes, which)
