"""Many values in one place: deciles and quartiles as boxes, the median as a line, along either axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures.canvas import Key, line_key, swatch
from analysis.figures.labels import word
from analysis.figures.links import find_link
from analysis.figures.marks import Scale
from analysis.figures.style import GREY, INK

QUANTILES = {"q10": 0.10, "q25": 0.25, "median": 0.50, "q75": 0.75, "q90": 0.90}
OUTER, INNER = "#deebf7", "#9ecae1"
#: More values than this in one place are drawn as a spread instead of one by one.
MOST_POINTS = 100


def find_spread(values: Iterable[float]) -> dict[str, float]:
    """Return deciles, quartiles and median of the values that are known, as `draw_spread` takes them."""
    known = np.array([value for value in values if math.isfinite(value)])
    return {name: float(np.quantile(known, share)) if len(known) else math.nan for name, share in QUANTILES.items()}


def draw_spread(
    axes: Axes, at: float, row: Mapping[str, Any], scale: Scale, *, vertical: bool, room: float
) -> None:  # fmt: skip
    """Draw q10 to q90 as a pale box, q25 to q75 as a wider one and the median as a line; ``room`` is its breadth."""
    for low, high, breadth, colour in (("q10", "q90", 0.68 * room, OUTER), ("q25", "q75", room, INNER)):
        begin, end = (float(row.get(name, math.nan)) for name in (low, high))
        if math.isfinite(begin) and math.isfinite(end):
            length, corner = max(end, scale.move(begin, 0.3)) - begin, at - breadth / 2
            place, size = ((corner, begin), (breadth, length)) if vertical else ((begin, corner), (length, breadth))
            box = Rectangle(place, *size, facecolor=colour, edgecolor=GREY, linewidth=0.3, zorder=2, url=find_link(row))
            axes.add_patch(box)
    if math.isfinite(median := float(row["median"])):
        along, across = [median, median], [at - room / 2, at + room / 2]
        axes.plot(*((across, along) if vertical else (along, across)), color=INK, linewidth=1.2, zorder=3)


def spread_keys(lang: str) -> list[Key]:
    """Return the legend of a spread."""
    return [swatch(word("middle_half", lang), INNER), swatch(word("middle_80", lang), OUTER),
            line_key(word("median", lang), color=INK, linewidth=1.2)]  # fmt: skip
