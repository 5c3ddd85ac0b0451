"""Statements: each problem, cause, remedy and plan of a report, the numbered ones and what elaborates them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

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
_QUOTED: Final = re.compile(r"[“《(][^”》)\n]{0,200}[”》)]")
_NEXT: Final = re.compile(r",([^,。;:\n]+)")
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


class Lack(NamedTuple):
    """Where words say that something is lacking, and whether what is lacking stands behind them (缺乏, 未形成)."""

    start: int
    end: int
    takes_object: bool


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
    causes = _causes(view)
    for section, follower, end in zip(sections, [*sections[1:], None], ends, strict=True):
        if section.role not in STATED:
            continue
        top, reach = _top(section, parents, tops), section.end
        if section.end > section.start and not _names_role(view, section, parents):
            reach = _with_results(view, section.end, end)
            span = _trim(view, section.start + len(section.label), reach)
            if _enough(view, span, "least_item"):
                found.append(Statement(*span, _role(section.role, section.start, causes), top is None, top))
                top = tops[section.start] = span[0] if top is None else top
        elif _has_items(section, follower):
            continue
        for rank, sentence in enumerate(sentences(view, reach, end)):
            later = rank > 0 and bool(_pattern("measures").match(view.folded, *sentence))
            found += _sentence(view, _role(section.role, sentence[0], causes), sentence, top, top is None and not later)
    return tuple(found)


def _with_results(view: Text, start: int, end: int) -> int:
    """Return where the clauses end that say what follows from the heading of an item before them."""
    while match := _NEXT.match(view.folded, start, end):
        if not _pattern("follows").search(match[1]):
            break
        start = match.end()
    return start


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


def _causes(view: Text) -> list[Span]:
    """Return the stretches that give the causes of what stands before them, each to the end of its paragraph."""
    found = [match.start() + 1 for match in _pattern("turns_to_cause").finditer(view.folded)]
    return [(start, end if (end := view.folded.find("\n", start)) >= 0 else len(view)) for start in found]


def _role(role: str, start: int, causes: Sequence[Span]) -> str:
    """Return the role of what begins at a place: a problem part may turn to causes inside a paragraph."""
    return "cause" if role == "problem" and any(first <= start < last for first, last in causes) else role


def _sentence(view: Text, role: str, sentence: Span, top: int | None, opens: bool) -> Iterator[Statement]:
    """Yield the statements of a sentence, below the numbered statement above it if there is one."""
    told = _without_announcement(view, sentence, opens)
    if told is None:
        return
    for piece in _clauses(view, told) if role in _BY_CLAUSE else [told]:
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
    if _pattern("announces_cause").search(text):
        return None
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
        joins = _pattern("follows").search(clause) or (ends and units and _result(clause, text[slice(*units[-1])]))
        if units and pending is None and joins:
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
    if _pattern("concedes").search(clause):
        return True
    if _lacks(clause):
        return _short(clause, "short_lack")
    if _short(clause, "short"):
        return True
    return bool(_pattern("leads").search(clause) or _pattern("circumstance").search(clause))


def _result(clause: str, before: str) -> bool:
    """Say whether a short last clause is the result of the one before: it has no lack of its own, or no subject."""
    return (
        _short(clause, "short") and not _lacks(before.strip(_FINAL)) if _lacks(clause) else _short(clause, "short_last")
    )


def _short(clause: str, limit: str) -> bool:
    return len(clause) < int(_words()[limit])


def _lacks(clause: str) -> bool:
    if _pattern("need").search(clause):
        return True
    only_when = _pattern("leads").search(clause) and _pattern("circumstance").search(clause)
    return bool(_pattern("lack").search(clause)) and not only_when


def find_lacks(words: str) -> list[Lack]:
    """Return the words that say that something is lacking, in their order; what only follows from it is left out.

    Examples
    --------
    >>> find_lacks("人员不足,缺乏统筹")
    [Lack(start=2, end=4, takes_object=False), Lack(start=5, end=7, takes_object=True)]
    """
    reach = next((comma.start() for comma in _NEXT.finditer(words) if _pattern("follows").search(comma[1])), len(words))
    found = [*_pattern("lack").finditer(words, 0, reach), *_pattern("need").finditer(words, 0, reach)]
    spans = sorted(match.span() for match in found)
    return [Lack(*span, bool(_pattern("takes_object").match(words, span[0]))) for span in spans]


def _trim(view: Text, start: int, end: int) -> Span:
    """Take off blanks, final marks and the words before the matter."""
    while end > start and view.folded[end - 1] in _FINAL:
        end -= 1
    while start < end and view.folded[start] in _FINAL:
        start += 1
    for name in ("opening", "side"):
        if match := _pattern(name).match(view.folded[start:end]):
            start += match.end()
    if match := _pattern("behind_cause").search(view.folded, start, end):
        end = match.start()
    return start, end


def _enough(view: Text, span: Span, least: str = "least") -> bool:
    return len(_HAN.findall(view.folded[slice(*span)])) >= int(_words()[least])
