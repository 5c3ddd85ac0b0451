"""Statements: each problem, cause, remedy and plan of a report, the numbered ones and what elaborates them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.text.lacks import FINAL, HAN, Span, cut_clauses, names_lack, only_general, pattern, results_end, words
from analysis.text.outline import sentences
from analysis.text.parts import Section
from analysis.text.reading import Text
from analysis.text.roles import match_role

#: Problems and causes are cut into clauses, each a lack of its own; remedies and plans into sentences.
_BY_CLAUSE: Final = ("problem", "cause")
STATED: Final = ("problem", "cause", "remedy", "plan")
#: Text before numbered items that names lacks in so many sentences does more than announce them.
_OWN: Final = {"problem": 3, "cause": 1, "remedy": 3, "plan": 3}
#: So many sentences at the beginning of a part without items may say no more than that there are shortcomings.
_OPENING: Final = 2


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
        top, reach = _top(section, parents, tops), section.end
        if section.end > section.start and not _names_role(view, section, parents):
            reach = results_end(view.folded, _topic_end(view, section, end), end)
            span = _trim(view, section.start + len(section.label), reach, section.role)
            if _enough(view, span, "least_item") and not _only_topic(view, section, follower, span):
                found.append(Statement(*span, section.role, top is None, top))
                top = tops[section.start] = span[0] if top is None else top
        elif _has_items(section, follower) and _lacks_named(view, reach, end) < _OWN[section.role]:
            continue
        for rank, sentence in enumerate(sentences(view, reach, end)):
            found += _sentence(view, section.role, sentence, top, rank if top is None else None)
    return tuple(found)


def _topic_end(view: Text, section: Section, end: int) -> int:
    """Return the end of a heading, of the next clause where it only says in what (在执法方面,力量不足)."""
    mark = view.folded[section.end : section.end + 1]
    first = view.folded[section.start + len(section.label) : section.end]
    says = names_lack(first) or pattern("conduct").search(first) or len(first) > int(words()["longest_topic"])
    topic = bool(pattern("topic").search(view.folded, section.start, section.end))
    topic = topic or any(pattern(name).search(first) for name in ("modifier", "concedes"))
    if not (mark and mark in ",:" and topic) and (mark != "," or says):
        return section.end
    marks = (view.folded.find(mark, section.end + 1, end) for mark in ",。;\n")
    return min((at for at in marks if at >= 0), default=end)


def _only_topic(view: Text, section: Section, follower: Section | None, span: Span) -> bool:
    """Say whether a heading does no more than say in what the items below it name lacks (在执法监督方面)."""
    words = view.folded[slice(*span)]
    above = follower is not None and follower.parent_start == section.start and follower.end > follower.start
    return above and bool(pattern("topic").search(words)) and not names_lack(words)


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


def _lacks_named(view: Text, start: int, end: int) -> int:
    """Return how many sentences name a lack and do more than say that there are some."""
    told = (view.folded[slice(*sentence)] for sentence in sentences(view, start, end))
    return sum(names_lack(text) and not only_general(text) and not _announces(text) for text in told)


def _sentence(view: Text, role: str, sentence: Span, top: int | None, rank: int | None) -> Iterator[Statement]:
    """Yield the statements of a sentence: below the numbered one above it, or of a rank in a part without any."""
    told = _without_announcement(view, role, sentence, rank)
    if told is None:
        return
    start, end = told
    pieces = [told]
    if role in _BY_CLAUSE:
        pieces = [(start + first, start + last) for first, last in cut_clauses(view.folded[start:end])]
    for piece in pieces:
        trimmed = _trim(view, *piece, role)
        if _enough(view, trimmed):
            yield Statement(*trimmed, role, False, top)


def _without_announcement(view: Text, role: str, span: Span, rank: int | None) -> Span | None:
    """Drop a sentence that opens a part by announcing statements; keep what stands behind its colon."""
    start, end = span
    text = view.folded[start:end].rstrip(FINAL)
    colon = text.rfind(":")
    if colon >= 0 and (pattern("before_colon").search(text[:colon]) or only_general(text[:colon])):
        return (start + colon + 1, end) if HAN.search(text[colon:]) else None
    listed = pattern("listed").search(text)
    if listed and only_general(text[: listed.end()]) and names_lack(text[listed.end() :]):
        return start + listed.end(), end
    measured = pattern("measures").match(text)
    if pattern("announces_cause").search(text) or (_announces(text) and only_general(text) and not measured):
        return None
    if role in _BY_CLAUSE and pattern("background").search(text) and not names_lack(text):
        return None
    if rank is None or (rank and measured):
        return span
    general = role in _BY_CLAUSE and rank < _OPENING and only_general(text)
    return None if general or _announces(text) else span


def _announces(text: str) -> bool:
    return bool(pattern("announces").search(text.rstrip(FINAL)))


def _trim(view: Text, start: int, end: int, role: str) -> Span:
    """Take off blanks, final marks and dashes, and the words before and behind the matter."""
    start, end = _bare(view, start, end)
    for name in ("leads_cause" * (role == "cause"), "opening", "side"):
        if name and (match := pattern(name).match(view.folded[start:end])):
            start += match.end()
    if role == "cause" and (match := pattern("behind_cause").search(view.folded[start:end])):
        end = start + match.start()
    return _bare(view, start, end)


def _bare(view: Text, start: int, end: int) -> Span:
    while end > start and view.folded[end - 1] in FINAL:
        end -= 1
    while start < end and view.folded[start] in f"{FINAL}—":
        start += 1
    return start, end


def _enough(view: Text, span: Span, least: str = "least") -> bool:
    return len(HAN.findall(view.folded[slice(*span)])) >= int(words()[least])
