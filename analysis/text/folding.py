"""The folded view of a text: the same characters in one plain form each, on which all patterns match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from analysis.codebook import read_rows

#: Markup left in a text by a careless download: scripts and styles with what they hold, comments, tags, entities.
_MARKUP: Final = re.compile(
    r"<(script|style)\b[^<>\n]*>(?:(?!</\1)[^\n]){0,2000}(?:</\1\s*>)?|<!--[^\n]{0,500}?-->"
    r"|</?[a-zA-Z][a-zA-Z0-9]{0,9}(?:\s[^<>\n]{0,300})?/?>|&(?:nbsp|emsp|ensp|thinsp);",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b", re.IGNORECASE)
_ENDS: Final = frozenset("。;:!?.”)]】》")

#: Characters that are half as wide as the others.
_NARROW: Final = re.compile("[\0-\u2e7f]+")
_INSIDE: Final = re.compile(r"[\u4e00-\u9fff]{2}")

#: A text is wrapped at a fixed width if so many lines, and such a share of them, end near its right edge.
_WRAPPED_LINES: Final = 5
_WRAPPED_SHARE: Final = 0.3
_NARROWEST: Final = 36
_RAGGED: Final = 5


@cache
def _table() -> dict[str, str]:
    """Return the map from a character to the one character that stands for it on the folded view."""
    table = {ord(row["traditional"]): row["simplified"] for row in read_rows("text/traditional")}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys((0x09, 0xA0, 0x1680, *range(0x2000, 0x2010), 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF), " ")
    table |= dict.fromkeys((0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
    table |= dict.fromkeys((*range(0x2010, 0x2014), 0x2212), "-")
    table |= dict.fromkeys((0x2022, 0x2027, 0x30FB), "·")
    table |= dict.fromkeys((0x25CB, 0x25EF), "〇")
    small = dict(zip("﹐﹑﹒﹔﹕﹖﹗﹙﹚﹟﹠﹡﹢﹣﹪", ",、.;:?!()#&*+-%", strict=True))
    return {chr(code): plain for code, plain in table.items()} | small


@cache
def _unfolded() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(_table()))}]")


def fold(text: str) -> str:
    r"""Return a text of the same length with plain signs, simplified characters, no markup and no wrapped lines.

    Examples
    --------
    >>> fold("受理１２件，辦結<b>**</b>件")
    '受理12件,办结   **    件'
    """
    folded = text
    for character in set(_unfolded().findall(text)):
        folded = folded.replace(character, _table()[character])
    if "<" in folded or "&" in folded:
        folded = _MARKUP.sub(_blank, folded)
    return _unwrap(folded)


def _blank(markup: re.Match[str]) -> str:
    return ("\n" if _BREAK.match(markup[0]) else " ").ljust(len(markup[0]))


def _width(line: str) -> int:
    return 2 * len(line) - sum(map(len, _NARROW.findall(line)))


def _unwrap(folded: str) -> str:
    """Turn the line ends inside the paragraphs of a text that was wrapped at a fixed width into blanks or tabs."""
    rows = folded.split("\n")
    bare = [row.rstrip(" ") for row in rows]
    open_ended = sorted(_width(row) for row in bare if row and row[-1] not in _ENDS)
    edge = open_ended[len(open_ended) * 3 // 4] if len(open_ended) >= _WRAPPED_LINES else 0
    if edge < _NARROWEST:
        return folded
    widths = [_width(row) for row in bare]
    if sum(width > edge + _RAGGED for width in widths) > len(rows) // 50:
        return folded
    near = [edge - _RAGGED <= width for width in widths]
    full = sum(at_edge and row[-1] not in _ENDS for at_edge, row in zip(near, bare, strict=True))
    if full < max(_WRAPPED_LINES, _WRAPPED_SHARE * sum(map(bool, bare))):
        return folded
    return "".join(_joined(rows, bare, near))


def _joined(rows: list[str], bare: list[str], near: list[bool]) -> Iterator[str]:
    """Yield the lines with what stands between them: where one goes on in the next a blank, inside words a tab."""
    indented = 10 * sum(row.startswith("  ") for row in rows) > sum(map(bool, bare))
    for index, row in enumerate(rows):
        yield row
        if index + 1 == len(rows):
            return
        after = rows[index + 1]
        goes_on = near[index] and bool(bare[index + 1])
        begins = after.startswith("  ") if indented else bare[index][-1:] in _ENDS
        inside = bool(_INSIDE.fullmatch(bare[index][-1:] + after.lstrip(" ")[:1]))
        yield ("\t" if inside else " ") if goes_on and not begins else "\n"
