"""What every reader of a format returns: a text, where its parts stood in the file, what was around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

Span = tuple[int, int]

#: Characters that no text holds: controls, halves of surrogate pairs, what is no character at all.
_NEVER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_HALVES: Final = re.compile(r"[\ud800-\udfff]")


class Block(NamedTuple):
    """One line of a decoded text: a paragraph, a heading, a row of a table.

    Attributes
    ----------
    text : str
        Its characters, without a line end.
    place : str
        Where it stood: ``page:3``, ``paragraph:12``, ``element:/html/body/p[2]``.
    furniture : bool
        Whether it belongs to the page around the report: a running head, a menu, a page number.
    """

    text: str
    place: str
    furniture: bool = False


@dataclass(frozen=True)
class Decoded:
    """A file as text.

    Attributes
    ----------
    text : str
        What all offsets of the report refer to.
    places : tuple of (int, str)
        Where each part of the text stood, by the offset it begins at.
    furniture : tuple of (int, int)
        Spans that the format itself tells to be no part of the report.
    wounds : tuple of str
        What the reader knows to be missing; see `analysis.text.wounds`.
    reader : str
        Name and version of the reader: the text of a file never changes under one of them. Empty: a text file.
    """

    text: str
    places: tuple[tuple[int, str], ...] = ()
    furniture: tuple[Span, ...] = ()
    wounds: tuple[str, ...] = ()
    reader: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Decoded:
        """Return what `to_dict` gave.

        Raises
        ------
        ValueError, KeyError, TypeError
            It is not of this form, or a span or place lies outside of the text.
        """
        text = str(found["text"])
        places = tuple((int(start), str(place)) for start, place in found["places"])
        furniture = tuple((int(start), int(end)) for start, end in found["furniture"])
        wounds = tuple(str(wound) for wound in found["wounds"])
        if any(not 0 <= start <= end <= len(text) for start, end in (*furniture, *((at, at) for at, _ in places))):
            raise ValueError("a span lies outside of the text")
        return cls(text, places, furniture, wounds, str(found["reader"]))


def clean(text: str) -> str:
    r"""Return a text without characters that no text holds; a half character becomes U+FFFD.

    Examples
    --------
    >>> clean("受理\x0012件\ud800")
    '受理12件\ufffd'
    """
    return _HALVES.sub("\ufffd", _NEVER.sub("", text))


def join_blocks(blocks: Iterable[Block], reader: str, wounds: Iterable[str] = ()) -> Decoded:
    r"""Return blocks as a text, one a line; empty ones are left out.

    Examples
    --------
    >>> found = join_blocks([Block("菜单", "paragraph:1", True), Block("正文", "paragraph:2")], "example 1")
    >>> found.text, found.places, found.furniture
    ('菜单\n正文', ((0, 'paragraph:1'), (3, 'paragraph:2')), ((0, 2),))
    """
    lines: list[str] = []
    places: list[tuple[int, str]] = []
    furniture: list[Span] = []
    at = 0
    for block in blocks:
        line = clean(block.text).replace("\r", " ").replace("\n", " ").strip()
        if not line:
            continue
        if not places or places[-1][1] != block.place:
            places.append((at, block.place))
        if block.furniture:
            furniture.append((at, at + len(line)))
        lines.append(line)
        at += len(line) + 1
    return Decoded("\n".join(lines), tuple(places), tuple(furniture), tuple(wounds), reader)
