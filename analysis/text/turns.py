"""Where a text turns without a heading: to what is lacking, or to a list of duties (一要…二要…)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from analysis.codebook import read_toml
from analysis.text.chrome import Span
from analysis.text.lacks import names_lack, only_general, pattern
from analysis.text.outline import Heading, sentences
from analysis.text.reading import Text
from analysis.text.roles import match_role

#: What may turn to shortcomings, and how far what stands behind such a sentence is looked at.
_BEFORE_LACKS: Final = ("preamble", "achievement", "honours")
_LOOK_AHEAD: Final = 120
_CLAUSE: Final = re.compile(r"[^。;:\n]*[\u4e00-\u9fff]{4}[^。;\n]*")
#: A list of verbs without 要 is one of duties only if it has so many items that all begin so.
_FEWEST: Final = 2


class Duties(NamedTuple):
    """A list of duties: where what introduces it begins, and the first heading behind it, if any."""

    start: int
    following: Heading | None


def find_duties(view: Text, body: Sequence[Span], headings: Sequence[Heading]) -> dict[int, Duties]:
    """Return the lists of duties by the start of their first item.

    Parameters
    ----------
    view : Text
        The decoded report.
    body : sequence of (int, int)
        Its lines without chrome, title and signature.
    headings : sequence of Heading
        Its headings in order.
    """
    found: dict[int, Duties] = {}
    index = 0
    while index < len(headings):
        end = _list_end(headings, index)
        items = [view.folded[heading.start : heading.end] for heading in headings[index:end]]
        bound = bool(match_role("duty", items[0], ""))
        verbs = len(items) >= _FEWEST and all(match_role("verb", item, "") and not names_lack(item) for item in items)
        if headings[index].number == 1 and (bound or verbs):
            following = headings[end] if end < len(headings) else None
            found[headings[index].start] = Duties(_introduction(view, body, headings, index), following)
        index = end
    return found


def _list_end(headings: Sequence[Heading], first: int) -> int:
    """Return the index behind a list: its items have one rank and follow one another with nothing between them."""
    end = first + 1
    while end < len(headings) and _follows(headings[end - 1], headings[end]):
        end += 1
    return end


def _follows(before: Heading, heading: Heading) -> bool:
    same = before.label[1:] == heading.label[1:] or before.label[-1:] == heading.label[-1:]
    return heading.rank == before.rank and heading.number == before.number + 1 and same


def _introduction(view: Text, body: Sequence[Span], headings: Sequence[Heading], index: int) -> int:
    """Return the start of the sentences that introduce a list: behind the last that names a lack."""
    at = headings[index].start
    floor = headings[index - 1].end if index else 0
    line = bisect_right(body, (at, len(view))) - 1
    before = sentences(view, max(body[line][0], floor), at)
    if not before and line and body[line - 1][1] > floor:
        head = bisect_left(headings, body[line - 1][0], key=lambda heading: heading.start)
        if head == index:
            before = sentences(view, body[line - 1][0], body[line - 1][1])
    start = at
    for rank, (first, last) in enumerate(reversed(before)):
        text = view.folded[first:last]
        leads = bool(match_role("lead", text, ""))
        if not leads and names_lack(text):
            break
        if leads or not rank:
            start = first
    return start


def heading_after(headings: Sequence[Heading], at: int) -> Heading | None:
    """Return the first heading behind a place."""
    index = bisect_right(headings, at, key=lambda heading: heading.start)
    return headings[index] if index < len(headings) else None


def adverse(view: Text, start: int, end: int, role: str) -> int:
    """Return where a later sentence of a paragraph turns to what is lacking (但也要看到), 0 for nowhere."""
    turn = re.compile(read_toml("text/metadata")["words"]["adverse"])
    for first, last in sentences(view, start, end)[1:]:
        words = view.folded[first:last]
        if turn.match(words) and match_role("paragraph", words, role) == "problem":
            return first
        if announces_lacks(view, first, last, role):
            return first
    return 0


def announces_lacks(view: Text, start: int, end: int, role: str) -> bool:
    """Say whether a sentence says that there are shortcomings, and what stands behind it names one."""
    if role not in _BEFORE_LACKS:
        return False
    sentence, _, rest = view.folded[start:end].partition(":")
    if not only_general(sentence) or match_role("answer", sentence, role):
        return False
    behind = rest if rest.strip() else view.folded[end : end + _LOOK_AHEAD]
    following = next((match[0] for match in _CLAUSE.finditer(behind)), "")
    return names_lack(following) and not match_role("answer", following, role)


def sentence_role(view: Text, heading: Span, sentence: Span, role: str) -> str:
    """Return the role that a sentence on problems turns to, "" for none.

    Parameters
    ----------
    view : Text
        The decoded report.
    heading : (int, int)
        Span of the heading above it without label, empty for none.
    sentence : (int, int)
        Its span. What may be a reason (主要是…) is one only behind a lack that it could be the reason of.
    role : str
        The role of the text before it.
    """
    words = view.folded[slice(*sentence)]
    found = match_role("sentence", words, role)
    if found == "cause" and find_reason(view, *sentence):
        return ""
    if found or not match_role("reason", words, role):
        return found
    above = view.folded[slice(*heading)]
    part = match_role("name", above, "") or only_general(above)
    before = (view.folded[slice(*span)] for span in sentences(view, heading[1], sentence[0]))
    told = (names_lack(text) and not only_general(text) for text in before)
    return match_role("reason", words, role) if any(told) or (names_lack(above) and not part) else ""


def find_lapses(view: Text, spans: Sequence[Span], role: str) -> list[Span]:
    """Return the stretches of sentences on what was done that tell what is lacking (但持证率仍然偏低).

    The first sentence turns to it, by its words or because it speaks of a problem that is still there; those behind
    it go on as long as each names a lack.
    """
    found: list[Span] = []
    if role != "achievement":
        return found
    turn = re.compile(read_toml("text/metadata")["words"]["lapse"])
    for start, end in spans:
        words = view.folded[start:end]
        goes_on = bool(found) and found[-1][1] == start
        if not (goes_on or turn.search(words)) or not names_lack(words) or match_role("answer", words, role):
            continue
        found[-1:] = [(found[-1][0], end)] if goes_on else [*found[-1:], (start, end)]
    return found


def find_reason(view: Text, start: int, end: int) -> int:
    """Return where a sentence that names a problem turns to its cause (力量不足,原因在于编制少), 0 for nowhere."""
    turn = re.search(read_toml("text/metadata")["words"]["reason"], view.folded[start:end])
    before = view.folded[start : start + turn.start()] if turn else ""
    named = names_lack(before) and not pattern("announces_cause").search(before)
    return start + turn.end() if turn and named else 0


def told(view: Text, body: Sequence[Span], start: int) -> bool:
    """Say whether the line before is the sentence that announces the report."""
    before = body[max(bisect_left(body, (start, start)) - 1, 0)]
    return bool(re.search(read_toml("text/metadata")["words"]["lead"], view.folded[slice(*before)]))
