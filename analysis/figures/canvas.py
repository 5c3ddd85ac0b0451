"""What all plots share: checked input, empty tables, legends outside the data, labels that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, NamedTuple, Protocol

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from analysis.errors import ParameterError
from analysis.figures.labels import check_language, word
from analysis.figures.lettering import balance, text_height, text_width, wrap
from analysis.figures.style import GREY, INK, MEDIUM, NORMAL, PALE, SINGLE, SMALL, WIDE, Drawing, styled

MARGIN = 2.0  # mm of white around everything
PARAGRAPH, LEADING = 2.0, 1.35  # mm between paragraphs of words, their line spacing
KEY_WIDTH, KEY_GAP, ENTRY_GAP, KEY_ROW = 5.5, 1.2, 4.0, 4.0  # mm in a legend


class HasTable(Protocol):
    """What carries a table: a `Result` of the estimates."""

    @property
    def table(self) -> pd.DataFrame:
        """The table."""


def table_of(source: pd.DataFrame | HasTable) -> pd.DataFrame:
    """Return a table, or the table of a result."""
    return source if isinstance(source, pd.DataFrame) else source.table


def needs(*columns: str, nothing: str = "no_rows") -> Callable[[Callable[..., Drawing | None]], Callable[..., Drawing]]:
    """Make a function of a table and a language a plot: checked columns, the style, no missing glyph.

    A plot takes a DataFrame or a `Result`. Where the table is empty, or the plot finds nothing to draw in it and
    returns None, the figure says in words what is not estimated: the refusals of the Result, else ``nothing``, a key
    of labels.toml.
    """

    def decorate(plot: Callable[..., Drawing | None]) -> Callable[..., Drawing]:
        @wraps(plot)
        def drawn(table: pd.DataFrame | HasTable, lang: str = "zh", **options: Any) -> Drawing:
            check_language(lang)
            frame = table_of(table).reset_index(drop=True)
            if absent := [column for column in columns if column not in frame]:
                raise ParameterError(
                    f"{plot.__name__} needs the columns {', '.join(columns)}; "
                    f"the table has no {', '.join(absent)}. It has: {', '.join(map(str, frame.columns)) or 'none'}."
                )
            with styled():
                drawing = plot(frame, lang, **options) if len(frame) else None
                if drawing is None:
                    said = [refusal.text(lang) for refusal in getattr(table, "refusals", ())]
                    drawing = _say(said or [word(nothing, lang)], lang)
                drawing.replace_missing()
            return drawing

        return drawn

    return decorate


def _say(paragraphs: Sequence[str], lang: str) -> Drawing:
    """Return a figure of words."""
    texts = [wrap(text, MEDIUM - 5 * MARGIN, NORMAL) for text in paragraphs]
    heights = [text_height(text, NORMAL, LEADING) + PARAGRAPH for text in texts]
    drawing = Drawing(MEDIUM, 2 * MARGIN + sum(heights) + PARAGRAPH)
    for number, text in enumerate(texts):
        top = MARGIN + PARAGRAPH + sum(heights[:number])
        drawing.write(2 * MARGIN, top, text, NORMAL, color=GREY, linespacing=LEADING)
    drawing.caption = ("" if lang == "zh" else " ").join(paragraphs)
    return drawing


class Key(NamedTuple):
    """One entry of a legend: how to draw its sign between two positions, and its words."""

    sign: Callable[[Axes, float, float, float], object]
    text: str


def swatch(text: str, face: str, hatch: str = "", edge: str = GREY, mark: str = "") -> Key:
    """Return a legend entry with a filled cell."""

    def sign(axes: Axes, _left: float, right: float, y: float) -> None:
        width, height = 4.2, 2.6
        corner = (right - width, y - height / 2)
        axes.add_patch(Rectangle(corner, width, height, facecolor=face, edgecolor=edge, hatch=hatch or None))
        if mark:
            axes.text(right - width / 2, y, mark, ha="center", va="center_baseline", fontsize=SMALL,
                      color=ink_on(face))  # fmt: skip

    return Key(sign, text)


def line_key(text: str, **style: Any) -> Key:
    """Return a legend entry with a line or, with ``marker=``, a point in its middle."""

    def sign(axes: Axes, left: float, right: float, y: float) -> None:
        points = [(left + right) / 2] if style.get("linestyle") == "" else [left, right - 1.2]
        axes.add_line(Line2D(points, [y] * len(points), **style))

    return Key(sign, text)


def letter_key(text: str, letter: str) -> Key:
    """Return a legend entry whose sign is a letter."""

    def sign(axes: Axes, left: float, right: float, y: float) -> None:
        axes.text((left + right) / 2, y, letter, ha="center", va="center_baseline", fontsize=SMALL)

    return Key(sign, text)


def _rows(keys: Iterable[Key], width: float) -> list[list[tuple[float, Key]]]:
    rows: list[list[tuple[float, Key]]] = [[]]
    x = 0.0
    for key in keys:
        length = KEY_WIDTH + KEY_GAP + text_width(key.text, SMALL)
        if rows[-1] and x + length > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, key))
        x += length + ENTRY_GAP
    return rows


def legend_height(keys: Sequence[Key], width: float) -> float:
    """Return the height in mm of a legend that wide."""
    return KEY_ROW * len(_rows(keys, width)) if keys else 0.0


def add_legend(drawing: Drawing, left: float, top: float, width: float, keys: Sequence[Key]) -> None:
    """Set a legend as running text, as many rows as it needs, below the data."""
    if not keys:
        return
    axes = millimetres(drawing, left, top, width, legend_height(keys, width))
    for number, row in enumerate(_rows(keys, width)):
        for x, key in row:
            y = (number + 0.5) * KEY_ROW
            key.sign(axes, x, x + KEY_WIDTH, y)
            axes.text(x + KEY_WIDTH + KEY_GAP, y, key.text, ha="left", va="center_baseline", fontsize=SMALL)


def needs_room(width: float, pages: Sequence[float] = (SINGLE, MEDIUM, WIDE)) -> float:
    """Return the narrowest page that holds so many mm between its margins, or the widest there is."""
    return next((page for page in pages if page - 2 * MARGIN >= width), pages[-1])


def millimetres(drawing: Drawing, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes without frame whose data units are millimetres, y running down."""
    axes = drawing.add_box(left, top, width, height)
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes


def widest(texts: Iterable[str]) -> float:
    """Return the width in mm of the widest of some texts."""
    return max((text_width(text, SMALL) for text in texts), default=0.0)


def tallest(texts: Iterable[str]) -> float:
    """Return the height in mm of the tallest of some texts."""
    return max((text_height(text, SMALL) for text in texts), default=0.0)


def label_rows(axes: Axes, positions: Sequence[float], texts: Sequence[str]) -> None:
    """Write the labels of rows left of the axes, without tick marks."""
    axes.set_yticks(list(positions), labels=list(texts), fontsize=SMALL, linespacing=1.1)
    axes.tick_params(axis="y", length=0, pad=3)


def fit_columns(texts: Sequence[str], width: float) -> tuple[list[str], bool]:
    """Return column labels broken to a width, and whether they must be turned by 90 degrees instead.

    They are turned where a word would have to be broken.
    """
    words = [piece for text in texts for piece in text.split() if piece.isascii()]
    if width >= 8 and widest(words) <= width - 0.6:
        return [balance(text, width - 0.6, SMALL) for text in texts], False
    flat = [text.replace("\n", " ") for text in texts]
    return ([balance(text, 26, SMALL) for text in flat] if width >= 8 else flat), True


def label_columns(axes: Axes, positions: Sequence[float], texts: Sequence[str], turned: bool) -> None:
    """Write the labels of columns above the axes, upright or turned by 90 degrees."""
    axes.xaxis.tick_top()
    axes.set_xticks(list(positions), labels=list(texts), fontsize=SMALL, linespacing=1.1)
    axes.tick_params(axis="x", length=0, pad=2)
    for text in () if turned else axes.get_xticklabels():
        text.set_verticalalignment("baseline")
    if turned:
        axes.tick_params(axis="x", rotation=90)


def column_height(texts: Iterable[str], turned: bool) -> float:
    """Return the height in mm that column labels need."""
    return (widest(texts) if turned else tallest(texts)) + 1.5


def write_beside(axes: Axes, place: float, text: str) -> None:
    """Write a small text right of the axes at the height of a row."""
    axes.annotate(text, (1, place), xytext=(5, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                  fontsize=SMALL, va="center", linespacing=0.95, annotation_clip=False)  # fmt: skip


def quiet_grid(axes: Axes, axis: str = "x") -> None:
    """Draw a faint grid behind the data along one axis."""
    axes.grid(axis=axis, color=PALE, linewidth=0.4)  # type: ignore[arg-type]


def ink_on(face: str) -> str:
    """Return the colour of letters that can be read on a face."""
    red, green, blue = (int(face[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5 else INK
