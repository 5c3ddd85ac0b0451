"""Advertisements that somebody put into a page of a report: where they stand, so that nothing of them is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from analysis.codebook import read_rows

Span = tuple[int, int]

#: How far apart the words of one advertisement may stand.
_APART: Final = 60
#: So many characters before its first word still belong to it (38元注册); more are the report's.
_BEFORE: Final = 8
_STOPS: Final = "。!?;"
_SENTENCE: Final = re.compile(rf"[^{_STOPS}\n]+")
#: What parts an advertisement from the words before it, and goes with it.
_MARKS: Final = "_|-【[(<> "
_CLAUSE_BEGINS: Final = re.compile(r"[,、:)\]】|_>]")
_CLAUSE_ENDS: Final = re.compile(r"[,、]")


@cache
def _words(*kinds: str) -> re.Pattern[str]:
    patterns = [row["pattern"] for row in read_rows("text/advertising") if row["kind"] in kinds]
    return re.compile("|".join(patterns), re.IGNORECASE)


@cache
def _ware() -> re.Pattern[str]:
    """Return what advertisements offer, in small letters: to be found in a third of the time."""
    return re.compile(_words("ware").pattern.lower())


def find_advertising(folded: str) -> tuple[Span, ...]:
    """Return the spans of advertisements, sorted: what they offer near what they ask for, to the end of the clause.

    A sentence that tells how such a thing was fought (打击, 查处 ...) is the report's. Where an advertisement stands
    within a sentence of the report, what comes before and after it is not touched.

    Parameters
    ----------
    folded : str
        A text with plain signs, see `analysis.text.folding.fold`.

    Examples
    --------
    >>> text = "全县办结案件12件澳门新葡京官网注册送38元彩金,同比下降3%。"
    >>> [text[start:end] for start, end in find_advertising(text)]
    ['澳门新葡京官网注册送38元彩金']
    """
    if not _ware().search(folded.lower()):
        return ()
    sentences = (match.span() for match in _SENTENCE.finditer(folded))
    return tuple(span for start, end in sentences for span in _within(folded, start, end))


def _within(folded: str, start: int, end: int) -> Iterator[Span]:
    """Yield the advertisements of a sentence."""
    if not _words("ware").search(folded, start, end) or _words("report").search(folded, start, end):
        return
    group: list[Span] = []
    done = start
    for span in [*(match.span() for match in _words("ware", "call").finditer(folded, start, end)), (end, end)]:
        if group and (span[0] == end or span[0] - group[-1][1] > _APART):
            if all(any(_words(kind).fullmatch(folded, *one) for one in group) for kind in ("ware", "call")):
                first, done = _whole(folded, group[0], group[-1][1], done, end)
                yield first, done
            group = []
        if span[0] >= done:
            group.append(span)


def _whole(folded: str, word: Span, last: int, start: int, end: int) -> Span:
    """Return an advertisement from its first to its last word with what belongs to them, after `start`."""
    first = start
    if _words("call").fullmatch(folded, *word):  # what it asks for has words before it, a name has none
        clauses = _CLAUSE_BEGINS.finditer(folded, max(start, word[0] - _BEFORE - 1), word[0])
        first = max((match.end() for match in clauses), default=start)
    first = first if word[0] - first <= _BEFORE else word[0]
    while first > start and folded[first - 1] in _MARKS:
        first -= 1
    clause = _CLAUSE_ENDS.search(folded, last, end)
    if clause:
        return first, clause.start()
    alone = first == start and folded[end : end + 1] in tuple(_STOPS)
    return first, end + alone


def blank(folded: str, spans: Sequence[Span]) -> str:
    """Return a text of the same length with blanks instead of some sorted spans.

    Examples
    --------
    >>> blank("受理12件", [(2, 4)])
    '受理  件'
    """
    parts, at = [], 0
    for start, end in spans:
        parts += [folded[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, folded[at:]])
