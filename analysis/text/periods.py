"""The period of a figure: what the passage states, what a heading says, else the report's year, assumed."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.clauses import particles
from analysis.text.numbers import parse_number
from analysis.text.reading import Text
from analysis.text.sections import Section
from analysis.text.surroundings import CLAUSE_ENDS, SENTENCE_ENDS, Spans, Surroundings

_SEMICOLON: Final = ";"
_ENDS: Final = re.compile(f"[{SENTENCE_ENDS}]")
_FULL_ENDS: Final = re.compile(f"[{SENTENCE_ENDS.replace(_SEMICOLON, '')}]")
_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)年")
#: How far a sentence is followed back for a period; how far after 上年 its figure may stand.
_REACH: Final = 240
_ADJACENT: Final = 12
#: Kinds that end the reach of what opens the sentence.
_BLOCKING: Final = frozenset(("stated", "span", "since", "asof", "campaign"))
#: First years of the five-year plans, and of the plans of legal education.
_CYCLES: Final = {"二": 2011, "三": 2016, "四": 2021, "五": 2026}
_CAMPAIGNS: Final = {"六": 2011, "七": 2016, "八": 2021, "九": 2026}


@dataclass(frozen=True, slots=True)
class _Expression:
    start: int
    end: int
    kind: str
    groups: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Period:
    """A period as ``mentions`` writes it, and how it is known: stated, heading, assumed, or both empty."""

    label: str = ""
    basis: str = ""


class Periods:
    """The time expressions of one text and the year they are read against."""

    def __init__(
        self, view: Text, around: Surroundings, sections: Sequence[Section], metadata: Mapping[str, object]
    ) -> None:
        self._text: Final = view.folded
        self._around: Final = around
        self._sections: Final = {section.start: section for section in sections}
        year = metadata.get("report_year")
        self._year: Final = year if isinstance(year, int) else None
        self._partial: Final = _partial(metadata, self._year)
        self._found: Final = _expressions(view.folded, around.titles)
        self._starts: Final = [expression.start for expression in self._found]

    def at(
        self, start: int, section: Section, *, at_date: bool = False, planned: bool = False, earlier: bool = False
    ) -> Period:
        """Return the period of the figure at a place.

        Parameters
        ----------
        start : int
            Where the figure begins.
        section : Section
            The innermost section around it.
        at_date : bool
            The figure holds at a date, as a stock does and a rank.
        planned : bool
            The figure is of the coming year unless the passage says otherwise.
        earlier : bool
            The figure is where a change begins: of the year before, unless its own year stands beside it.
        """
        if earlier and self._year is not None and not self._beside(start):
            return Period(f"{'asof' if at_date else 'year'}:{self._year - 1}", "assumed")
        stated = self._stated(start, planned=planned, at_date=at_date)
        if stated:
            return Period(stated, "stated")
        if self._year is None:
            return Period()
        if planned:
            return Period(f"plan:{self._year + 1}", "assumed")
        basis = "heading" if self._headed(section) else "assumed"
        if at_date:
            return Period(f"asof:{self._year}", basis)
        return Period(self._partial or f"year:{self._year}", basis)

    def is_future(self, start: int) -> bool:
        """Say whether the passage sets the figure into a year after the report's."""
        nearest = next(self._before(start), None)
        own = nearest.groups.get("y") if nearest else None
        stated = nearest is not None and nearest.kind in ("stated", "span")
        return stated and own is not None and self._year is not None and int(own) > self._year

    def _beside(self, start: int) -> bool:
        """Say whether a time expression stands right before a place: 由2019年的3名."""
        nearest = next(self._before(start), None)
        return nearest is not None and self._text[nearest.end : start] in ("", *particles("of"))

    def _headed(self, section: Section) -> bool:
        found: Section | None = section
        while found is not None:
            years = _YEAR.findall(self._text[found.start : found.end])
            if str(self._year) in years:
                return True
            found = None if found.parent_start is None else self._sections.get(found.parent_start)
        return False

    def _stated(self, start: int, *, planned: bool, at_date: bool) -> str:
        """Read the nearest time expression that reaches the figure from before."""
        labels = (self._label(found, planned=planned, at_date=at_date) for found in self._before(start))
        return next((label for label in labels if label), "")

    def _before(self, start: int) -> Iterator[_Expression]:
        """Yield the time expressions of the sentence that reach a place, the nearest first.

        Past a semicolon only one reaches that opens the whole sentence.
        """
        floor, part = self._after(_FULL_ENDS, start), self._after(_ENDS, start)
        for index in range(bisect_left(self._starts, start) - 1, -1, -1):
            expression = self._found[index]
            if expression.start < floor:
                return
            near = expression.start >= part or self._opens(expression)
            if not near and expression.kind in _BLOCKING:
                return
            if near and expression.end <= start and self._reaches(expression, start):
                yield expression

    def _after(self, ends: re.Pattern[str], start: int) -> int:
        """Return where the stretch begins that one of some marks closes before a place."""
        floor = max(0, start - _REACH)
        return floor + max((match.end() for match in ends.finditer(self._text[floor:start])), default=0)

    def _reaches(self, expression: _Expression, start: int) -> bool:
        """Say whether an expression governs a later place: of its clause, or of the sentence it opens."""
        between = self._text[expression.end : start]
        if expression.kind == "base":
            return not between
        if expression.kind in ("previous", "stated") and self._starts_from(expression) and _DIGIT.search(between):
            return False
        if expression.kind == "previous" and not self._opens(expression):
            modifier = between.endswith(particles("of"))
            return len(between) <= _ADJACENT and not modifier and not set(between) & set(CLAUSE_ENDS)
        if expression.kind == "stated" and ")" in between.partition("(")[0]:
            return False
        if not set(between.lstrip(" ")[1:]) & set(CLAUSE_ENDS):
            return True
        opening = self._around.clause_before(expression.start)
        return not any(verb in opening for verb in _verbs())

    def _opens(self, expression: _Expression) -> bool:
        """Say whether an expression opens its sentence."""
        return not self._text[self._after(_FULL_ENDS, expression.start) : expression.start].strip()

    def _starts_from(self, expression: _Expression) -> bool:
        """Say whether an expression tells where a change began: 由2022年的3件上升到5件."""
        return self._text[max(0, expression.start - 4) : expression.start].endswith(particles("from"))

    def _label(self, expression: _Expression, *, planned: bool, at_date: bool) -> str:
        own = int(expression.groups.get("y") or self._year or 0)
        if planned:
            later = self._year is not None and own > self._year
            return f"plan:{own}" if later and expression.kind in ("stated", "span") else ""
        if not own and expression.kind not in _YEARLESS:
            return ""
        return _LABELS[expression.kind](_Case(expression.groups, own, self._year, at_date))


@dataclass(frozen=True, slots=True)
class _Case:
    """One expression to be labelled: its own year, the report's, and whether the figure holds at a date."""

    groups: Mapping[str, str | None]
    own: int
    year: int | None
    at_date: bool

    def number(self, name: str, default: int = 0) -> int:
        return int(parse_number(self.groups.get(name) or "") or default)


def _stated_year(case: _Case) -> str:
    return "" if case.year is not None and case.own > case.year else _in_year(case, case.own)


def _previous(case: _Case) -> str:
    return _in_year(case, case.own - 1)


def _in_year(case: _Case, year: int) -> str:
    return f"asof:{year}" if case.at_date else f"year:{year}"


def _span(case: _Case) -> str:
    if last := case.number("z"):
        return f"span:{case.own}-{last}" if case.year is None or last <= case.year else ""
    count = case.number("n")
    if not count or not case.own:
        return ""
    return f"asof:{case.own}" if case.at_date else f"span:{case.own - count + 1}-{case.own}"


def _since(case: _Case) -> str:
    if case.at_date and case.year is not None:
        return f"asof:{case.year}"
    return f"since:{case.own}" if case.groups.get("y") else "since:?"


def _to_date(case: _Case) -> str:
    return f"asof:{case.year}" if case.at_date and case.year else "to_date"


def _asof(case: _Case) -> str:
    """Read 截至 with a date: the year to that date, or the state of things then."""
    if case.at_date:
        return f"asof:{case.own}"
    month = case.number("m", 12)
    if not 1 <= month <= 12:
        return ""
    last = monthrange(case.own, month)[1]
    day = min(case.number("d", last), last)
    if (month, day) == (12, 31):
        return f"year:{case.own}"
    later = case.year is not None and case.own > case.year
    return "to_date" if later else f"ytd:{case.own}-{month:02d}-{day:02d}"


def _cycle(case: _Case) -> str:
    return f"plan_cycle:{(first := _CYCLES[case.groups.get('c') or ''])}-{first + 4}"


def _campaign(case: _Case) -> str:
    first = _CAMPAIGNS[case.groups.get("c") or ""]
    last = first + 4 if case.year is None else min(first + 4, case.year)
    label = f"asof:{last}" if case.at_date else f"span:{first}-{last}"
    return label if first <= last else ""


_LABELS: Final[Mapping[str, Callable[[_Case], str]]] = {
    "stated": _stated_year,
    "year": _stated_year,
    "previous": _previous,
    "base": _previous,
    "none": lambda _: "",
    "to_date": _to_date,
    "half1": lambda case: f"half:{case.own}H1",
    "half2": lambda case: f"half:{case.own}H2",
    "quarter": lambda case: f"quarter:{case.own}Q{case.number('q')}",
    "span": _span,
    "since": _since,
    "asof": _asof,
    "cycle": _cycle,
    "campaign": _campaign,
}
#: Kinds that need no year to be labelled.
_YEARLESS: Final = frozenset(("since", "cycle", "campaign", "to_date"))


def _partial(metadata: Mapping[str, object], year: int | None) -> str:
    """Return the year to the date a report was signed or published, if that year had not ended."""
    dates = [str(metadata.get(field) or "") for field in ("published", "dated")]
    early = sorted(date for date in dates if year is not None and date.startswith(f"{year}-") and date[5:] < "12-31")
    return f"ytd:{early[0]}" if early else ""


def _expressions(text: str, titles: Spans) -> list[_Expression]:
    """Return the time expressions outside titles; of two that overlap the longer."""
    found: list[_Expression] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if not titles.hold(match.start(), match.end()):
                found.append(_Expression(match.start(), match.end(), kind, match.groupdict()))
    found.sort(key=lambda expression: (expression.start, -expression.end))
    kept: list[_Expression] = []
    for expression in found:
        if kept and expression.start < kept[-1].end:
            continue
        kept.append(expression)
    return kept


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["kind"], re.compile(row["pattern"])) for row in read_rows("text/periods"))


@cache
def _verbs() -> tuple[str, ...]:
    return tuple(row["verb"] for row in read_rows("text/verbs") if row["makes"])
