"""A text cut into the pieces that are shown: sections, statements, figures. Whoever shows them escapes them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from analysis.text.surroundings import SENTENCE_ENDS

Span = tuple[int, int]


class Piece(NamedTuple):
    """A run of characters with what it belongs to: positions in the lists given, None for none of them."""

    text: str
    figure: int | None = None
    statement: int | None = None
    heading: bool = False
    opens: bool = False


class Passage(NamedTuple):
    """The pieces of one section; ``section`` is its position in the list given, None before the first."""

    section: int | None
    pieces: tuple[Piece, ...]


class Quote(NamedTuple):
    """A figure in its sentence."""

    before: str
    marked: str
    after: str


def cut_text(text: str, sections: Sequence[Span], statements: Sequence[Span], figures: Sequence[Span]) -> list[Passage]:
    """Cut a text at every boundary of a section, statement or figure.

    Parameters
    ----------
    text : str
        The text.
    sections : sequence of (start, end)
        Headings; a section reaches to the next one's start.
    statements, figures : sequence of (start, end)
        Figures do not overlap each other; a statement may lie in another, the inner one is shown.

    Examples
    --------
    >>> [piece.text for piece in cut_text("受理12件。", [(0, 0)], [], [(2, 5)])[0].pieces]
    ['受理', '12件', '。']
    """
    size = len(text)
    starts = [start for start, _ in sections]
    edges = {0, size, *(edge for span in (*sections, *statements, *figures) for edge in span)}
    inside = sorted(edge for edge in edges if 0 <= edge <= size)
    covers = zip(pairwise(inside), _covers(figures, inside), _covers(statements, inside), strict=False)
    passages: list[tuple[int | None, list[Piece]]] = []
    seen: set[int] = set()
    for (start, end), figure, statement in covers:
        index = bisect_right(starts, start) - 1
        section = index if index >= 0 else None
        if not passages or passages[-1][0] != section:
            passages.append((section, []))
        heading = section is not None and start < sections[section][1]
        opens = figure is not None and figure not in seen
        seen |= {figure} if figure is not None else set()
        passages[-1][1].append(Piece(text[start:end], figure, statement, heading, opens))
    return [Passage(section, tuple(pieces)) for section, pieces in passages]


def _covers(spans: Sequence[Span], edges: Sequence[int]) -> list[int | None]:
    """Return for each edge which span holds what follows it: of several the one that begins last."""
    waiting = sorted(((start, end, number) for number, (start, end) in enumerate(spans)), reverse=True)
    opened: list[tuple[int, int, int]] = []
    found: list[int | None] = []
    for edge in edges:
        while waiting and waiting[-1][0] <= edge:
            opened.append(waiting.pop())
        opened = [span for span in opened if span[1] > edge]
        found.append(opened[-1][2] if opened else None)
    return found


def quote(text: str, folded: str, start: int, end: int, reach: tuple[int, int] = (200, 200)) -> Quote:
    """Return a span in its sentence, cut to a number of characters before and behind it.

    Examples
    --------
    >>> quote("一。受理12件，办结。二", "一。受理12件,办结。二", 4, 7)
    Quote(before='受理', marked='12件', after='，办结。')
    """
    first = max(folded.rfind(mark, 0, start) for mark in SENTENCE_ENDS) + 1
    ends = [place + 1 for mark in SENTENCE_ENDS if (place := folded.find(mark, end)) >= 0]
    last = min(ends, default=len(text))
    before, after = text[first:start].lstrip(), text[end:last].rstrip()
    before = f"…{before[-reach[0] :]}" if len(before) > reach[0] else before
    after = f"{after[: reach[1]]}…" if len(after) > reach[1] else after
    return Quote(before, text[start:end], after)


def place_figures(mentions: Iterable[dict[str, Any]], text: str | None) -> list[str]:
    """Say of every mention why it has no place in the text: no_offsets, differs, overlaps, or empty where it has one.

    Mentions are in the order of their offsets. Without a text only missing offsets are found.
    """
    found = []
    last = 0
    for mention in mentions:
        start, end = mention["start"], mention["end"]
        if not isinstance(start, int) or not isinstance(end, int):
            found.append("no_offsets")
        elif text is None:
            found.append("")
        elif not 0 <= start < end or text[start:end] != mention["surface"]:
            found.append("differs")
        elif start < last:
            found.append("overlaps")
        else:
            found.append("")
            last = end
    return found
