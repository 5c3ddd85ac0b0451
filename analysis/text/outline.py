"""Headings: the labels that number a report's parts, and how far the words behind a label are a heading."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows, read_toml
from analysis.text.reading import Text, lines
from analysis.text.roles import match_role
from analysis.text.shortcuts import begun

Span = tuple[int, int]

#: Rank of labels that stand inside a paragraph (codebook/text/outline.csv).
RUN_IN: Final = 6
#: The kind of labels that are words of the sentence, and the number of one that only goes on with a list.
_WORD: Final = "word"
_NEXT: Final = -1

#: A heading is a noun phrase or a pair of short clauses; a longer first sentence is text, headed by its first clause.
HEADING_CHARS: Final = 42
HEADING_CLAUSES: Final = 3
LINE_CHARS: Final = 64
_LOOK_BACK: Final = 100
#: Ranks of the labels that may stand right behind a heading.
_GLUED: Final = (2, 3, RUN_IN)
#: A list of reasons within one sentence is no longer than this.
_REASONS_CHARS: Final = 80
_STOP: Final = re.compile(r"[。!?\n]|$")
_NUMERALS: Final = "一二三四五六七八九十"
_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾", _NUMERALS)
#: What may stand before a label that does not begin a line.
_BOUNDARY: Final = frozenset('。;:!?”"*\n')
_SENTENCE_END: Final = re.compile(r"[。;!?:\n]")
_FINAL: Final = re.compile(r"[。;!?]+[”’)]?|】|$")
_CLAUSE_END: Final = re.compile(r"[,。;!?:\n]")
#: Where line ends became blanks, a heading ends at the blank before a Han character or a year.
_BLANK_END: Final = re.compile(r"(?<=[\u4e00-\u9fff]{3})[\u4e00-\u9fff”》] (?=[\u4e00-\u9fff]|20\d\d ?年)")
_FIGURE: Final = re.compile(r"\d+(?![\d年])[^\d\"”》]")
_QUOTED: Final = re.compile(r"[“《][^”》\n]{0,200}[”》]")


@dataclass(frozen=True)
class Heading:
    """A label with the words it heads: ``start`` of the label, ``end`` of the heading without final punctuation."""

    start: int
    end: int
    label: str
    rank: float
    number: int
    opens_line: bool


class _Kind(NamedTuple):
    """A kind of label: what it is called, its rank, whether it may follow a comma, its number if its words say it."""

    name: str
    rank: int
    free: bool
    pattern: re.Pattern[str]
    number: str


@cache
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _Kind(row["kind"], int(row["rank"]), row["free"] == "yes", re.compile(begun(row["pattern"])), row["number"])
        for row in read_rows("text/outline")
    )


def _number(label: str) -> int:
    """Return the number a label gives its part, 0 where it gives none.

    Examples
    --------
    >>> [_number(label) for label in ("十二、", "(三)", "4.", "②", "㈡", "二是")]
    [12, 3, 4, 2, 2, 2]
    """
    label = label.translate(_FORMAL)
    if digits := re.search(r"\d+", label):
        return int(digits[0])
    if unicodedata.category(label[0]) == "No":
        return int(unicodedata.numeric(label[0]))
    numerals = re.search(f"[{_NUMERALS}]+", label)
    if numerals is None:
        return 0
    tens, ten, ones = numerals[0].rpartition("十")
    if not ten:
        return _NUMERALS.index(numerals[0][0]) + 1
    return 10 * (_NUMERALS.index(tens[0]) + 1 if tens else 1) + (_NUMERALS.index(ones[0]) + 1 if ones else 0)


@dataclass(frozen=True)
class _Label:
    span: Span
    kind: str
    rank: int
    number: int
    opens_line: bool


def _find_labels(view: Text, body: Sequence[Span]) -> Iterator[_Label]:
    """Find what may be a label in the lines of the body: at the beginning of one, or behind the end of a sentence."""
    starts = [start for start, _ in body]
    for kind, rank, free, pattern, told in _kinds():
        for match in pattern.finditer(view.folded, starts[0], body[-1][1]):
            at = match.start()
            start, end = body[bisect_right(starts, at) - 1]
            if at >= end:
                continue
            before = view.folded[max(start, at - _LOOK_BACK) : at].rstrip(" ")
            opens = not before and at - start < _LOOK_BACK
            behind = bool(before) and (before[-1] in _BOUNDARY or (free and before[-1] == ","))
            blank = not free and bool(before) and rank <= 3 and view.folded[at - 1] == " "
            if not (opens or behind or blank) and rank not in _GLUED:
                continue
            number = _NEXT if told == "+" else int(told or _number(match[0].strip()))
            if opens or behind or blank or _glued(before, rank, number):
                yield _Label((at, min(match.end(), end)), kind, rank, number, opens)


def _glued(before: str, rank: int, number: int) -> bool:
    """Say whether a first part stands right behind the heading above it, as where line ends were lost (一、…(一)…)."""
    if number != 1:
        return False
    heading = re.split(r"[。;!?:]", before)[-1].lstrip(" ")
    return len(heading) <= LINE_CHARS and any(kind.rank < rank and kind.pattern.match(heading) for kind in _kinds())


def _in_order(labels: Sequence[_Label], text: str) -> list[_Label]:
    """Keep labels that open a line or go on with a list; drop the numerals that only look like labels.

    Inside a line a label must follow its predecessor, be it in the part before (reports number on across parts), or
    begin a list that goes on. A run-in label behind a full stop needs no predecessor: words may have been masked.
    """
    kept: list[_Label] = []
    last: dict[int, int] = {}
    ever: dict[int, int] = {}
    second = {label.rank: index for index, label in enumerate(labels) if label.number == 2}
    words = iter([*(label.number for label in labels if label.kind == _WORD)][1:])
    for index, label in enumerate(labels):
        following = next(words, 0) if label.kind == _WORD else 0
        if kept and label.span[0] < kept[-1].span[1]:
            continue
        if label.number == _NEXT:
            if not kept or kept[-1].kind != label.kind:
                continue
            label = replace(label, number=kept[-1].number + 1)
        goes_on = label.number > 1 and label.number - 1 in (last.get(label.rank), ever.get(label.rank))
        begins = label.number == 1 and second.get(label.rank, -1) > index
        told = label.opens_line or (
            label.rank == RUN_IN
            and text[max(label.span[0] - _LOOK_BACK, 0) : label.span[0]].rstrip(" ")[-1:] in _BOUNDARY
        )
        if label.kind == _WORD:
            begins, told = following == 2, False
        if told or goes_on or begins:
            kept.append(label)
            last = {rank: number for rank, number in last.items() if rank < label.rank} | {label.rank: label.number}
            ever[label.rank] = label.number
    return kept


def _without_reasons(labels: Sequence[_Label], text: str) -> list[_Label]:
    """Drop the numerals of a short list of reasons inside one sentence (原因是:一是…,二是…): they head nothing."""
    reasons = re.compile(read_toml("text/metadata")["words"]["reasons"])
    kept: list[_Label] = []
    end = -1
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        at = label.span[0]
        if at < end and label.rank == RUN_IN:
            continue
        if label.rank == RUN_IN and label.number == 1 and not label.opens_line:
            lead = re.split(r"[。;!?\n]", text[max(0, at - _LOOK_BACK) : at])[-1]
            stop = _STOP.search(text, at, at + _REASONS_CHARS)
            if stop and following and following.span[0] < stop.start() and reasons.search(lead):
                end = stop.start()
                continue
        kept.append(label)
    return kept


def find_headings(view: Text, body: Sequence[Span]) -> tuple[Heading, ...]:
    """Return the numbered headings of a report in order.

    Parameters
    ----------
    view : Text
        The decoded report.
    body : sequence of (int, int)
        Its lines without chrome, title and signature.
    """
    candidates = sorted(_find_labels(view, body), key=lambda label: label.span) if body else []
    labels = _without_reasons(_in_order(candidates, view.folded), view.folded)
    found = []
    for index, label in enumerate(labels):
        following = labels[index + 1] if index + 1 < len(labels) else None
        stop = _own_end(view, label, following.span[0] if following else body[-1][1])
        leads = following is not None and following.rank > label.rank
        end = _heading_end(view, label, stop, leads)
        if end > label.span[1]:
            printed = view.text[label.span[0] : label.span[1]].strip()
            found.append(Heading(label.span[0], end, printed, label.rank, label.number, label.opens_line))
    return tuple(found)


def _own_end(view: Text, label: _Label, following: int) -> int:
    """Return where the text of a label ends: at the next label; a run-in item also ends with its line."""
    line_end = view.folded.find("\n", label.span[0])
    line_end = len(view) if line_end < 0 else line_end
    return min(following, line_end) if label.rank >= RUN_IN else following


def _heading_end(view: Text, label: _Label, stop: int, leads: bool) -> int:
    """Return the end of the heading behind a label, without final punctuation.

    The heading is the first sentence where that is short, holds no figure and is followed by text of its own (causes
    and remedies are not) or leads to headings below it; otherwise it is the first clause. A line without any mark at
    its end is a heading as it stands.
    """
    folded, start = view.folded, label.span[1]
    line_end = folded.find("\n", start)
    line_end = min(stop, len(view) if line_end < 0 else line_end)
    if not label.opens_line and " " in folded[start:line_end]:
        blank = _BLANK_END.search(folded, start, line_end)
        line_end = blank.start() + 1 if blank else line_end
    line = _unquoted(folded[start:line_end].rstrip(" "))
    if label.opens_line and len(line) <= LINE_CHARS and not _SENTENCE_END.search(line):
        return start + len(line.rstrip(","))
    sentence, clause = (start + _first(pattern, line) for pattern in (_SENTENCE_END, _CLAUSE_END))
    if sentence - label.span[0] > (LINE_CHARS if sentence + 1 >= line_end else HEADING_CHARS):
        return clause
    plain = _QUOTED.sub("", folded[start:sentence])
    if plain.count(",") >= HEADING_CLAUSES or _FIGURE.search(plain):
        return clause
    rest = folded[sentence:stop].strip(" \n。;!?:")
    reason = match_role("sentence", rest, "problem") or match_role("reason", rest, "problem")
    alone = not leads and (not rest or bool(reason))
    return clause if alone else sentence


def _unquoted(text: str) -> str:
    """Blank what stands between quotation marks, without moving anything."""
    return _QUOTED.sub(lambda match: "“" * len(match[0]), text) if "“" in text or "《" in text else text


def _first(pattern: re.Pattern[str], line: str) -> int:
    """Return how far a line goes before the first mark, without blanks."""
    found = pattern.search(line)
    return len(line[: found.start()].rstrip(" ")) if found else len(line)


def sentences(view: Text, start: int, end: int) -> tuple[Span, ...]:
    """Return the spans of the sentences between two positions, each with its final mark.

    Examples
    --------
    >>> from analysis.text.reading import make_text
    >>> sentences(make_text("人手不足。经费不够；装备落后"), 0, 14)
    ((0, 5), (5, 10), (10, 14))
    """
    found = []
    for first, last in lines(view, start, end):
        text, at = _unquoted(view.folded[first:last]), 0
        for mark in _FINAL.finditer(text):
            stop = mark.end()
            while at < stop and text[at] == " ":
                at += 1
            if stop > at:
                found.append((first + at, first + stop))
            at = stop
    return tuple(found)
