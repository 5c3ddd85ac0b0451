"""The outline of a report: a partition of its text into parts, each with a role."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from analysis.text.bare import with_bare
from analysis.text.chrome import Span, find_address, find_front, lines_without
from analysis.text.closing import find_closing
from analysis.text.outline import RUN_IN, Heading, find_headings, sentences
from analysis.text.parts import Section
from analysis.text.reading import Text
from analysis.text.roles import base_year, inner_role, match_role, names_role, tells_figures, top_role
from analysis.text.turns import (
    Duties,
    adverse,
    announces_lacks,
    find_duties,
    find_lapses,
    find_reason,
    heading_after,
    sentence_role,
    told,
)

#: Headings deeper than this rank never change the role of the part they stand in.
_DEEPEST_TURN: Final = 3
_START: Final = attrgetter("start")
_BEFORE: Final = ("preamble", "chrome", "other")  # what may stand before the first heading
_OF_PROBLEMS: Final = ("problem", "cause", "remedy")
#: Lines longer than this on average are no paragraphs: line ends were lost, and any sentence may begin one.
_FLAT_CHARS: Final = 800


@dataclass
class _Open:
    """A section that is still open: its rank, its number in its list, and the role of what comes next in it."""

    section: Section
    rank: float
    number: int
    role: str


class _Outline:
    """Collects sections in the order of the text; what a heading closes depends on what is open."""

    def __init__(
        self, view: Text, year: int, flat: bool, bare: bool, body: Sequence[Span], headings: Sequence[Heading]
    ) -> None:
        self.view, self.year, self.flat, self.bare = view, year, flat, bare
        self.rows: list[Section] = []
        self.open: list[_Open] = []
        self.region = "preamble"
        self.top_role = ""
        self.aside = False  # the last paragraph named a problem and turned to its causes
        self.headings, self.duties = headings, find_duties(view, body, headings)

    @property
    def role(self) -> str:
        """The role of the text at hand."""
        return self.open[-1].role if self.open else self.region

    def words(self, part: Heading | Section) -> str:
        """Return a heading without its label."""
        return self.view.folded[part.start + len(part.label) : part.end].strip()

    def turns_to(self, sentence: Span) -> str:
        """Return the role that a sentence on problems turns to, "" for none."""
        row = self.rows[-1]
        return sentence_role(self.view, (row.start + len(row.label), row.end), sentence, self.role)

    def ground(self, at: int, role: str) -> None:
        """Begin a stretch that no heading governs."""
        self.open.clear()
        self.region = role
        self.forget(at)
        if not (self.rows and self.rows[-1].level == 0 and self.rows[-1].role == role):
            self.rows.append(Section(at, at, at, 0, "", None, role))

    def turn(self, at: int, role: str, keep: int | None = None) -> None:
        """Change the role within a section: a row without heading, below the section it stands in."""
        if keep is not None:
            del self.open[keep:]
        if not self.open:
            self.ground(at, role)
            return
        self.forget(at)
        top = self.open[-1]
        top.role = role
        self.rows.append(Section(at, at, at, top.section.level + 1, "", top.section.start, role))

    def forget(self, at: int) -> None:
        """Drop the rows without heading that hold nothing before a place."""
        while self.rows and (row := self.rows[-1]).start == row.end and not self.view.folded[row.start : at].strip():
            self.rows.pop()

    def insert(self, start: int, end: int, role: str) -> None:
        """Give a stretch within a section a role of its own."""
        former = self.role
        self.turn(start, role)
        self.turn(end, former)

    def head(self, heading: Heading) -> None:
        """Open the section of a heading and close those it ends."""
        self.aside = False
        if heading.start in self.duties and self.role in _OF_PROBLEMS:
            self.bind(self.duties[heading.start])
        self.forget(heading.start)
        closed: _Open | None = None
        while self.open and _closes(self.open[-1], heading, closed):
            closed = self.open.pop()
        if closed and self.open and heading.number == 1 and closed.rank == heading.rank:
            self.open[-1].role = closed.role
        words = self.words(heading)
        parent = self.open[-1].section if self.open else None
        if parent is not None:
            level = parent.level + 1
            role = inner_role(words, self.role) if heading.rank <= _DEEPEST_TURN else self.role
        elif heading.rank > 1 and self.region not in (("preamble", "chrome") if self.top_role else _BEFORE):
            level, role = 2, self.region
        else:
            level = 2 if heading.rank >= RUN_IN else 1
            role = top_role(words, self.region, self.top_role, heading.number <= 1, self.year)
            self.top_role = role
        start = parent.start if parent else None
        section = Section(heading.start, heading.end, heading.end, level, heading.label, start, role)
        self.rows.append(section)
        self.open.append(_Open(section, heading.rank, heading.number, role))

    def bind(self, duties: Duties) -> None:
        """Begin a plan where a list of duties is introduced, remedies if the list of problems goes on behind it."""
        self.forget(duties.start)
        depth = self.keeps("plan", duties.following)
        self.turn(duties.start, self.within("plan", duties.following), depth or 0)

    def within(self, role: str, following: Heading | None) -> str:
        """Return the role of a sentence below problems: what is planned in an item of a list that goes on is remedy."""
        if role != "plan" or not self.open or names_role(self.words(self.open[0].section), role):
            return role
        return role if self.keeps(role, following) is None else "remedy"

    def keeps(self, role: str, heading: Heading | None) -> int | None:
        """Return how many open sections stay open when the role changes, None for none.

        A section stays open whose list the next heading goes on with, or whose own heading names the new role too.
        """
        if self.open and names_role(self.words(self.open[0].section), role):
            return 1
        if heading is None or heading.rank < 2:
            return None
        goes_on = (top.rank == heading.rank and top.number + 1 == heading.number for top in self.open)
        return next((depth for depth, on in enumerate(goes_on, 1) if on), None)


def _closes(top: _Open, heading: Heading, closed: _Open | None) -> bool:
    """Say whether a heading ends an open section; below a heading without label a list may begin anew or go on."""
    if top.rank == 0 and not top.section.label and heading.rank == 1:
        goes_on = closed is not None and closed.rank == 1 and closed.number + 1 == heading.number
        return not (heading.number == 1 or goes_on)
    return top.rank >= heading.rank


def find_sections(view: Text, chrome: Sequence[Span]) -> tuple[Section, ...]:
    """Return the outline of a report as a partition of its text.

    Parameters
    ----------
    view : Text
        The decoded report.
    chrome : sequence of (int, int)
        Spans of page chrome, from `analysis.text.chrome.find_chrome`.

    Returns
    -------
    tuple of Section
        Sorted by start. The innermost section at a position is the last that starts before it, so every character
        has exactly one role. Level 0 holds what no heading governs; a role that changes without a heading inside a
        numbered part is a row without label below that part.
    """
    title, below = find_front(view, chrome)
    closing = find_closing(view, (*chrome, *title, *below))
    body = lines_without(view, (*chrome, *title, *below, *closing))
    address = find_address(view, body) if title else ()
    body = body[len(address) :]
    around = {span[0]: "other" for span in (*title, *below, *address, *closing)} | {at: "chrome" for at, _ in chrome}
    headings = with_bare(view, body, find_headings(view, body))
    flat = bool(body) and sum(end - start for start, end in body) / len(body) > _FLAT_CHARS
    bare = len(body) > 1 and not any(heading.rank <= 2 for heading in headings)
    outline = _Outline(view, base_year(view, (*title, *body[:2])), flat, bare, body, headings)
    for line in sorted((*chrome, *title, *below, *address, *closing, *body)):
        role = around.get(line[0])
        if role is None:
            _read_line(outline, line, body)
        elif role == "chrome" and body and body[0][0] < line[0] < body[-1][0]:
            outline.insert(*line, role)
        else:
            outline.ground(line[0], role)
    return _closed(outline.rows, len(view))


def _read_line(outline: _Outline, line: Span, body: Sequence[Span]) -> None:
    """Add what one line of the body opens."""
    own = outline.headings[slice(*(bisect_left(outline.headings, at, key=_START) for at in line))]
    if (end := own[0].start if own else line[1]) > line[0]:
        _read_paragraph(outline, (line[0], end), body)
        _read_sentences(outline, sentences(outline.view, line[0], end), 1)
    for heading, end in zip(own, [*(heading.start for heading in own[1:]), line[1]], strict=False):
        outline.head(heading)
        _read_sentences(outline, sentences(outline.view, heading.end, end))


def _read_paragraph(outline: _Outline, span: Span, body: Sequence[Span]) -> None:
    """Begin a stretch where a paragraph without label changes the role."""
    start, aside = span[0], outline.aside
    outline.aside = False
    tells = outline.bare and tells_figures(outline.view, *span)
    opens, role = start == body[0][0], ""
    turn = adverse(outline.view, *span, "preamble" if opens else outline.role)
    if opens:
        alone = turn and len(body) == 1 and tells_figures(outline.view, start, turn)
        outline.ground(start, "achievement" if tells or alone else "preamble")
    else:
        first = sentences(outline.view, *span)[0]
        role = match_role("paragraph", outline.view.folded[slice(*first)], outline.role, outline.year)
        if not role and outline.role in _OF_PROBLEMS:
            role = outline.turns_to(first) or "problem" * aside
            if role and role != outline.role:
                outline.turn(start, role)
            return
        if not role and announces_lacks(outline.view, *first, outline.role):
            role = "problem"
        if not role and outline.bare and outline.region == "preamble" and not outline.open:
            role = "achievement" if tells or told(outline.view, body, start) else ""
    if role and role != outline.role:
        keep = outline.keeps(role, heading_after(outline.headings, start)) if role != "other" else None
        if keep is None:
            outline.ground(start, role)
        else:
            outline.turn(start, role, keep)
    if turn and role in ("", "achievement"):
        _read_paragraph(outline, (turn, span[1]), body)


def _read_sentences(outline: _Outline, spans: Sequence[Span], read: int = 0) -> None:
    """Add a row where a sentence on problems turns to their causes, to remedies or to plans, or back from a cause.

    The first of a paragraph has been read with it, but for whether it tells a shortcoming among achievements, or
    the cause of the problem it names.
    """
    complete = False
    for lapse in find_lapses(outline.view, spans, outline.role):
        outline.insert(*lapse, "problem")
    for rank, span in enumerate(spans):
        if rank >= read:
            complete = _read_sentence(outline, span, complete)
        if outline.role == "problem" and (at := find_reason(outline.view, *span)):
            outline.insert(at, span[1], "cause")


def _read_sentence(outline: _Outline, span: Span, complete: bool) -> bool:
    """Read one sentence; say whether it tells the cause of the problem before it, and no more."""
    words = outline.view.folded[slice(*span)]
    if outline.role not in _OF_PROBLEMS:
        if outline.flat and (role := match_role("paragraph", words, outline.role, outline.year)):
            outline.ground(span[0], role)
        return complete
    role = outline.within(outline.turns_to(span), heading_after(outline.headings, span[0]))
    goes_on = outline.view.folded[span[0] - 1] == ";" and (outline.role, role) == ("cause", "problem")
    role = "" if goes_on else role or "problem" * complete
    if role and role != outline.role:
        outline.turn(span[0], role)
        outline.aside = role in ("cause", "remedy") and words.endswith("。")
    return role == "cause" and words.endswith("。") and bool(match_role("whole", words, role))


def _closed(rows: Sequence[Section], length: int) -> tuple[Section, ...]:
    """Give every section its end; the first begins with the text."""
    ends = [length] * len(rows)
    still: list[int] = []
    for index, row in enumerate(rows):
        while still and (rows[still[-1]].level == 0 or row.level <= rows[still[-1]].level):
            ends[still.pop()] = row.start
        still.append(index)
    ended = [row._replace(body_end=end) for row, end in zip(rows, ends, strict=True)]
    if ended and ended[0].level == 0:
        ended[0] = ended[0]._replace(start=0, end=0)
    return tuple(ended)
