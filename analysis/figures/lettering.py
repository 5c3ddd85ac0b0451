"""What the bundled font can write and how much room that takes, so that nothing is clipped on any machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font, LoadFlags

FONT = Path(__file__).resolve().parent / "fonts" / "NotoSansSC-Subset-Regular.ttf"
FALLBACK = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
SUBSTITUTE = "\u3013"  # the geta mark, in East Asian printing the sign for a type that is not at hand

# Marks that may not begin or end a line, by their Unicode names rather than as text.
_NOT_FIRST = frozenset("\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f\uff09\u300b\u3009\u201d\u2019\u3011%),.;:/")
_NOT_LAST = frozenset("\uff08\u300a\u3008\u201c\u2018\u3010(")

_MM_PER_POINT = 25.4 / 72
_MEASURE = 1000.0


@cache
def _font(path: Path) -> FT2Font:
    font = FT2Font(str(path))
    font.set_size(_MEASURE, 72)
    return font


@cache
def _charmap(path: Path) -> frozenset[int]:
    return frozenset(_font(path).get_charmap())


@cache
def _advance(char: str) -> float:
    """Return the advance of one character at one point, in points."""
    path = FONT if ord(char) in _charmap(FONT) else FALLBACK
    glyph = _font(path).load_char(ord(char), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / _MEASURE


def find_missing(text: str) -> str:
    """Return the characters of a text that no bundled font can draw, each once, in order.

    Examples
    --------
    >>> find_missing("A" + chr(0xE000) + "B") == chr(0xE000)
    True
    """
    return "".join(dict.fromkeys(char for char in text if not _drawable(char)))


@cache
def _drawable(char: str) -> bool:
    return char == "\n" or ord(char) in _charmap(FONT) or ord(char) in _charmap(FALLBACK)


def printable(text: str) -> str:
    """Return the text with every character that cannot be drawn replaced by the geta mark.

    Examples
    --------
    >>> printable("A" + chr(0xE000) + "B") == "A" + SUBSTITUTE + "B"
    True
    """
    return "".join(char if _drawable(char) else SUBSTITUTE for char in text)


def text_width(text: str, size: float) -> float:
    """Return the width in millimetres of the longest line of a text set in the bundled font at a size in points."""
    longest = max((sum(map(_advance, printable(line))) for line in text.split("\n")), default=0.0)
    return longest * size * _MM_PER_POINT


def text_height(text: str, size: float, spacing: float = 1.2) -> float:
    """Return the height in millimetres that the lines of a text take."""
    return (text.count("\n") + 1) * size * spacing * _MM_PER_POINT


def wrap(text: str, width: float, size: float) -> str:
    """Break a text into lines no wider than a width in millimetres: between words, and between any two Han characters.

    Nothing is cut off: a text that is too long gets more lines, a word that is wider than a line is broken.

    Examples
    --------
    >>> print(wrap("one two three", 12, 8))
    one two
    three
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and text_width((line + piece).rstrip(), size) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
            while text_width(line.rstrip(), size) > width and len(line) > 1:
                head = _fitting(line, width, size)
                lines.append(line[:head])
                line = line[head:]
        lines.append(line.rstrip())
    return "\n".join(lines)


def balance(text: str, width: float, size: float) -> str:
    """Wrap a text into as few lines as `wrap` does, as even as they can be, so that no letter is left over alone."""
    return "\n".join(_even(paragraph, width, size) for paragraph in text.split("\n"))


def _even(text: str, width: float, size: float) -> str:
    """Choose the breaks of least raggedness: the least sum of squared blanks among all ways with the fewest lines."""
    pieces, lines = _pieces(text), wrap(text, width, size).count("\n") + 1
    widths = [text_width(piece, size) for piece in pieces]
    if lines == 1 or max(widths) > width:
        return wrap(text, width, size)
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}  # (pieces set, lines used) -> (badness, start)
    for end in range(1, len(pieces) + 1):
        for start in range(end - 1, -1, -1):
            blank = text_width(pieces[end - 1], size) - text_width(pieces[end - 1].rstrip(), size)
            room = width - sum(widths[start:end]) + blank
            if room < 0:
                break
            for used in range(lines):
                if (before := best.get((start, used))) is not None:
                    found = (before[0] + room * room, start)
                    best[end, used + 1] = min(best.get((end, used + 1), found), found)
    parts, end = [], len(pieces)
    for used in range(lines, 0, -1):
        start = best[end, used][1]
        parts.append("".join(pieces[start:end]).rstrip())
        end = start
    return "\n".join(reversed(parts))


def _fitting(line: str, width: float, size: float) -> int:
    count = 1
    while count < len(line) and text_width(line[: count + 1], size) <= width:
        count += 1
    return count


def _pieces(text: str) -> list[str]:
    """Return the unbreakable pieces of a text: words with the blank after them, Han characters with their marks."""
    pieces: list[str] = []
    for char in text:
        if pieces and not _may_break(pieces[-1][-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    return before in " -/\u00b7" or _wide(before) or _wide(after)


def _wide(char: str) -> bool:
    return "\u2e80" <= char <= "\uffef"
