"""How one value looks: exact a point, rounded a short thick bar, bounded an arrow, conflicting a bar, openings hollow.

A thick bar is always uncertainty of measurement, a thin line an assumed process, a hollow point a value that stands
for itself only. The same signs are used along the x axis (values) and the y axis (trends).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from analysis.figures.canvas import Key, line_key
from analysis.figures.labels import label, word
from analysis.figures.links import find_link
from analysis.figures.style import BLUE, GREY, ORANGE, RED

BAR, HOLE, THIN = 3.4, 1.8, 0.7  # points
LEAST, ARROW = 1.5, 4.0  # mm: the shortest bar that can be seen, an arrow without end
HEAD, EDGE = 1.6, 0.25  # mm: the length of an arrow's head, the rim of a hollow bar
COLOURS = {"conflict": ORANGE}
SIZES = {"o": 4.0, "D": 3.4}  # points; heads of arrows are larger
ENDS = ("value", "low", "high")


@dataclass(frozen=True)
class Scale:
    """An axis of values: its ends, whether it is logarithmic, and how many mm it has."""

    low: float
    high: float
    log: bool
    length: float

    def move(self, value: float, mm: float) -> float:
        """Return the value so many mm further along the axis, kept within it."""
        if self.log:
            moved = value * (self.high / self.low) ** (mm / self.length)
        else:
            moved = value + (self.high - self.low) * mm / self.length
        return min(max(moved, min(self.low, self.high)), max(self.low, self.high))


def fit_scale(values: Iterable[float], length: float, percent: bool = False) -> Scale:
    """Return the axis of some values: 0 to 100 for high percentages, else from 0, logarithmic beyond 1 to 200."""
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    least, most = min(known), max(known)
    if percent and least >= 0 and 40 < most <= 100:
        return Scale(-3.0, 107.0, False, length)
    if least > 0 and most / least > 200:
        return Scale(least / 1.6, most * 2.0, True, length)
    room = (max(most, 0.0) - min(least, 0.0)) or 1.0
    return Scale(min(least, 0.0) - room * 0.04, max(most, 0.0) + room * 0.10, False, length)


def draw_value(
    axes: Axes, at: float, row: Mapping[str, Any], scale: Scale, *, vertical: bool = False, colour: str = "",
    strength: float = 1.0, marker: str = "o",
) -> None:  # fmt: skip
    """Draw one value at a place on the other axis.

    ``row`` has value, low, high (NaN = open), exactness, hollow (an opening or partial text: drawn hollow), and
    process_low, process_high where a process was asked for. ``colour`` and the ``marker`` of an exact value tell units
    apart. ``strength`` below 1 makes small signs, bars faint, for many units.
    """
    value, low, high = (_number(row.get(name)) for name in ("value", "low", "high"))
    kind = str(row.get("exactness") or row.get("status") or "exact")
    colour, hollow = colour or COLOURS.get(kind, BLUE), bool(row.get("hollow", False))
    pen = _Pen(axes, at, vertical, colour, hollow, strength, find_link(row))
    if not math.isnan(begin := _number(row.get("process_low"))):
        pen.line(begin, _number(row.get("process_high")), THIN, GREY)
    if kind in {"bounded", "conflict", "rounded"} or math.isnan(value):
        _draw_interval(pen, kind, value, low, high, scale)
    elif math.isfinite(value):
        pen.point(value, "D" if kind == "approximate" else marker)


def _draw_interval(pen: _Pen, kind: str, value: float, low: float, high: float, scale: Scale) -> None:
    begin = scale.move(high, -ARROW) if math.isnan(low) else low
    end = scale.move(low, ARROW) if math.isnan(high) else high
    if math.isnan(begin) or math.isnan(end):
        return
    middle = (begin * end) ** 0.5 if scale.log else (begin + end) / 2
    short = LEAST * pen.strength
    if abs(end - begin) < abs(scale.move(middle, short) - middle):
        begin, end = scale.move(middle, -short / 2), scale.move(middle, short / 2)
    head = HEAD * pen.strength
    if kind == "bounded" and (math.isnan(high) or value == low):
        pen.head(scale.move(end, -head / 2), up=True)
        end = scale.move(end, -head)
    elif kind == "bounded" and (math.isnan(low) or value == high):
        pen.head(scale.move(begin, head / 2), up=False)
        begin = scale.move(begin, head)
    pen.bar(begin, end, scale)


@dataclass(frozen=True)
class _Pen:
    axes: Axes
    at: float
    vertical: bool
    colour: str
    hollow: bool
    strength: float
    link: str | None

    def line(self, begin: float, end: float, width: float, colour: str, order: float = 2.0) -> None:
        along, across = [begin, end], [self.at, self.at]
        xs, ys = (across, along) if self.vertical else (along, across)
        self.axes.plot(xs, ys, color=colour, linewidth=width, solid_capstyle="butt", marker="", zorder=order,
                       alpha=0.7 if self.strength < 1 else 1.0, url=self.link)  # fmt: skip

    def bar(self, begin: float, end: float, scale: Scale) -> None:
        self.line(begin, end, BAR * self.strength, self.colour, 2.1)
        if self.hollow:
            self.line(scale.move(begin, EDGE), scale.move(end, -EDGE), HOLE * self.strength, "white", 2.2)

    def point(self, value: float, marker: str) -> None:
        size = SIZES.get(marker, 4.6) * self.strength
        xs, ys = ([self.at], [value]) if self.vertical else ([value], [self.at])
        self.axes.plot(xs, ys, marker=marker, linestyle="", markersize=size, color=self.colour, zorder=2.4,
                       markerfacecolor="white" if self.hollow else self.colour, markeredgewidth=0.7,
                       url=self.link)  # fmt: skip

    def head(self, value: float, up: bool) -> None:
        self.point(value, ("^" if up else "v") if self.vertical else (">" if up else "<"))


def _number(value: object) -> float:
    return math.nan if value is None or value != value else float(value)  # type: ignore[arg-type]


def value_keys(
    kinds: Iterable[str], lang: str, hollow: bool = False, process: bool = False, vertical: bool = False,
    colour: str = "",
) -> list[Key]:  # fmt: skip
    """Return the legend of the signs that are drawn."""
    seen = set(kinds)
    rows: dict[str, dict[str, Any]] = {
        "exact": {"value": 0.5},
        "rounded": {"low": 0.5, "high": 0.5},
        "approximate": {"value": 0.5},
        "bounded": {"value": 0.0, "low": 0.0, "high": 1.0},
        "conflict": {"low": 0.0, "high": 1.0},
    }
    keys = [_value_key(label("sign", kind, lang), {**row, "exactness": kind}, vertical, colour)
            for kind, row in rows.items() if kind in seen]  # fmt: skip
    if hollow:
        keys.append(_value_key(word("hollow", lang), {"value": 0.5, "hollow": True}, vertical, colour))
    if process:
        keys.append(line_key(word("process", lang), color=GREY, linewidth=THIN))
    return keys


def _value_key(text: str, row: Mapping[str, Any], vertical: bool, colour: str) -> Key:
    """Return a legend entry that is drawn by the same pen as the values."""

    def sign(axes: Axes, left: float, right: float, y: float) -> None:
        begin, end = (y + 1.4, y - 1.4) if vertical else (left + 0.6, right - 0.6)
        at = (left + right) / 2 if vertical else y
        ends = {name: begin + (end - begin) * value for name, value in row.items() if name in ENDS}
        draw_value(axes, at, {**row, **ends}, Scale(begin, end, False, abs(end - begin)), vertical=vertical,
                   colour=colour)  # fmt: skip

    return Key(sign, text)


def break_key(lang: str) -> Key:
    """Return the legend entry of a dashed line at a change of definition."""
    return line_key(word("definition", lang), color=RED, linewidth=0.8, linestyle=(0, (3, 2)))
