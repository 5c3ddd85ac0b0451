"""Statements: each problem, cause, remedy and plan of a report, the numbered ones and what elaborates them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from analysis.codebook import read_toml
from analysis.text.outline import sentences
from analysis.text.reading import Text
from analysis.text.roles import match_role
from analysis.text.sections import Section

Span = tuple[int, int]

#: Problems and causes are cut into clauses, each a lack of its own; remedies and plans into sentences.
_BY_CLAUSE: Final = ("problem", "cause")
STATED: Final = ("problem", "cause", "remedy", "plan")
_FINAL: Final = "。;!?,:、 \n"
_QUOTED: Final = re.compile(r"[“《(][^”》)\n]*[”》)]")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes
    ----------
    start, end : int
        Its span, without label and final punctuation.
    role : str
        ``problem``, ``cause``, ``remedy`` or ``plan``.
    heading : bool
        It is a numbered item at the top of its part, the unit of counting. Where a report numbers nothing, no
        statement is a heading and none has a parent.
    parent_start : int or None
        Start of the statement it elaborates.
    """

    start: int
    end: int
    role: str
    heading: bool
    parent_start: int | None


@cache
def _words() -> dict[str, Any]:
    return read_toml("text/statements")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name])


def find_statements(view: Text, sections: Sequence[Section]) -> tuple[Statement, ...]:
    """Return the statements on problems, causes, remedies and plans, sorted by start.

    Parameters
    ----------
    view : Text
        The decoded report.
    sections : sequence of Section
        Its outline.

    Returns
    -------
    tuple of Statement
        A numbered heading is one statement; below it a problem or cause is cut where a clause names a lack of its
        own, a remedy or plan at the end of each sentence. Sentences that only announce what follows are left out.
    """
    found: list[Statement] = []
    tops: dict[int, int] = {}
    ends = [later.start for later in sections[1:]] + [len(view)]
    parents = {section.start: section for section in sections}
    for section, follower, end in zip(sections, [*sections[1:], None], ends, strict=True):
        if section.role not in STATED:
            continue
        top = _top(section, parents, tops)
        if section.end > section.start and not _names_role(view, section, parents):
            span = _trim(view, section.start + len(section.label), section.end)
            if _enough(view, span, "least_item"):
                found.append(Statement(*span, section.role, top is None, top))
                top = tops[section.start] = span[0] if top is None else top
        elif _has_items(section, follower):
            continue
        found += _body(view, section.role, (section.end, end), top)
    return tuple(found)


def _top(section: Section, parents: dict[int, Section], tops: dict[int, int]) -> int | None:
    """Return the start of the numbered statement that a section stands below, if any."""
    at = section.parent_start
    while at is not None:
        if at in tops:
            return tops[at]
        at = parents[at].parent_start
    return None


def _names_role(view: Text, section: Section, parents: dict[int, Section]) -> bool:
    """Say whether a heading only names the part (存在的问题) and is no problem itself."""
    words = view.folded[section.start + len(section.label) : section.end].strip()
    if match_role("name", words, "") == section.role:
        return True
    parent = parents.get(section.parent_start) if section.parent_start is not None else None
    if section.level != 1 and (parent is None or parent.role == section.role):
        return False
    return match_role("heading", words, "preamble") == section.role or (section.level == 1 and not section.label)


def _has_items(section: Section, follower: Section | None) -> bool:
    """Say whether numbered statements follow the text of a part, so that it only announces them."""
    if follower is None or follower.role != section.role or follower.end == follower.start:
        return False
    if section.end == section.start:
        return follower.level >= section.level
    return follower.level > section.level


def _body(view: Text, role: str, span: Span, top: int | None) -> Iterator[Statement]:
    """Yield the statements of running text, below the numbered statement above them if there is one."""
    for sentence in sentences(view, *span):
        told = _without_announcement(view, sentence, top is None)
        if told is None:
            continue
        pieces = _clauses(view, told) if role in _BY_CLAUSE else [told]
        for piece in pieces:
            trimmed = _trim(view, *piece)
            if _enough(view, trimmed):
                yield Statement(*trimmed, role, False, top)


def _without_announcement(view: Text, span: Span, opens: bool) -> Span | None:
    """Drop a sentence that opens a part by announcing statements; keep what stands behind its colon."""
    start, end = span
    text = view.folded[start:end].rstrip(_FINAL)
    colon = text.rfind(":")
    if colon >= 0 and _pattern("before_colon").search(text[:colon]):
        return (start + colon + 1, end) if _HAN.search(text[colon:]) else None
    return None if opens and _pattern("announces").search(text) else span


def _clauses(view: Text, span: Span) -> list[Span]:
    """Cut a sentence into clauses; one that only leads to another or follows from one stays with it.

    Clauses that say what is done about a problem are none.
    """
    start, end = span
    text = _QUOTED.sub(lambda match: "“" * len(match[0]), view.folded[start:end].rstrip(_FINAL))
    cuts = [0, *(match.end() for match in re.finditer(",", text)), len(text)]
    units: list[list[int]] = []
    pending: int | None = None
    for first, last in pairwise(cuts):
        clause = text[first:last].strip(_FINAL)
        if not clause:
            continue
        ends = last == len(text)
        if (
            units
            and pending is None
            and (_pattern("follows").search(clause) or (ends and _short(clause, "short_last")))
        ):
            units[-1][1] = last
        elif not ends and _leads(clause):
            pending = first if pending is None else pending
        elif _pattern("answers").search(clause) and not _pattern("lack").search(clause):
            pending = None
        else:
            units.append([first if pending is None else pending, last])
            pending = None
    return [(start + first, start + last) for first, last in units]


def _leads(clause: str) -> bool:
    """Say whether a clause only leads to the next one: it is short, says when or where, or concedes."""
    if _short(clause, "short") or _pattern("concedes").search(clause):
        return True
    if _lacks(clause):
        return False
    return bool(_pattern("leads").search(clause) or _pattern("circumstance").search(clause))


def _short(clause: str, limit: str) -> bool:
    return len(clause) < int(_words()[limit]) and not (limit == "short_last" and _lacks(clause))


def _lacks(clause: str) -> bool:
    if _pattern("need").search(clause):
        return True
    only_when = _pattern("leads").search(clause) and _pattern("circumstance").search(clause)
    return bool(_pattern("lack").search(clause)) and not only_when


def _trim(view: Text, start: int, end: int) -> Span:
    """Take off blanks, final marks and the words before the matter."""
    while end > start and view.folded[end - 1] in _FINAL:
        end -= 1
    while start < end and view.folded[start] in _FINAL:
        start += 1
    if match := _pattern("opening").match(view.folded[start:end]):
        start += match.end()
    return start, end


def _enough(view: Text, span: Span, least: str = "least") -> bool:
    return len(_HAN.findall(view.folded[slice(*span)])) >= int(_words()[least])
