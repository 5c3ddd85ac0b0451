"""Whether every text of a figure lies on its page and none covers another, as the renderer measures it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axis import Axis
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis.figures.style import Drawing, styled

SLACK = 1.0  # pixels at 150 dpi: a text's box holds the room of its tallest letter


def drawn_texts(drawing: Drawing) -> list[tuple[str, Bbox]]:
    """Return every visible text and the box it takes, in pixels."""
    with styled():
        drawing.canvas.draw()
        renderer = drawing.canvas.get_renderer()
        return [
            (text.get_text(), text.get_window_extent(renderer))
            for text in _texts(drawing)
            if text.get_visible() and text.get_text().strip()
        ]


def _texts(drawing: Drawing) -> Iterator[Text]:
    ticks = set()
    for axes in drawing.axes:
        for axis in (axes.xaxis, axes.yaxis):
            own = set(axis.findobj(Text))
            shown = {axis.get_label(), *_tick_labels(axis)}
            ticks |= own - shown
    yield from (text for text in drawing.findobj(Text) if text not in ticks)


def _tick_labels(axis: Axis) -> Iterator[Text]:
    low, high = sorted(axis.get_view_interval())
    for tick in axis.get_major_ticks():
        if low <= tick.get_loc() <= high:
            yield from (label for label in (tick.label1, tick.label2) if label.get_visible())


def find_faults(drawing: Drawing) -> list[str]:
    """Return a sentence for every text that leaves the page and every two texts that cover each other."""
    found = drawn_texts(drawing)
    width, height = drawing.bbox.width, drawing.bbox.height
    faults = [
        f"{text!r} leaves the page"
        for text, box in found
        if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > width + SLACK or box.y1 > height + SLACK
    ]
    ends = np.array([[box.x0, box.y0, box.x1, box.y1] for _, box in found])
    for number, (text, _) in enumerate(found):
        others = ends[number + 1 :]
        across = np.minimum(ends[number, 2], others[:, 2]) - np.maximum(ends[number, 0], others[:, 0])
        along = np.minimum(ends[number, 3], others[:, 3]) - np.maximum(ends[number, 1], others[:, 1])
        hits = np.flatnonzero((across > 2 * SLACK) & (along > 2 * SLACK))
        faults += [f"{text!r} covers {found[number + 1 + hit][0]!r}" for hit in hits]
    return faults
