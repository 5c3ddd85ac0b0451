"""The period of a figure: what the passage states, what a heading says, else the report's year, assumed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Final

from analysis.codebook import read_rows
from analysis.text.labels import LABELS, YEARLESS, Case
from analysis.text.parts import Section
from analysis.text.patterns import longest
from analysis.text.reading import Text
from analysis.text.shortcuts import needed
from analysis.text.surroundings import CLAUSE_ENDS, FULL_STOPS, SENTENCE_ENDS, Surroundings
from analysis.text.vocabulary import particles

_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)年")
#: How far a sentence is followed back for a period; how far after 上年 its figure may stand.
_REACH: Final = 240
_ADJACENT: Final = 12
#: Kinds that end the reach of what opens the sentence.
_BLOCKING: Final = frozenset(("stated", "span", "since", "asof", "campaign"))
#: Which of how many figures.
Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Expression:
    start: int
    end: int
    kind: str
    groups: Mapping[str, str | None]
    opens: bool


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
        self._patterns: Final = [found for found in _patterns() if any(map(view.folded.__contains__, found[1]))]
        self._found: Final[dict[int, list[_Expression]]] = {}
        self._dated: Final[dict[int, bool]] = {}
        self._reaching: tuple[int, list[_Expression]] = (-1, [])

    def at(
        self,
        start: int,
        section: Section,
        *,
        at_date: bool = False,
        planned: bool = False,
        earlier: bool = False,
        part: Part = (0, 1),
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
        part : (int, int)
            Which figure it is of how many that share their words: each of three years may have its own.
        """
        if not planned and (year := self._year_of(start, part)):
            return Period(f"{'asof' if at_date else 'year'}:{year}", "stated")
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

    def _year_of(self, start: int, part: Part) -> int:
        """Return the year of one of several figures where the passage names as many years, else 0."""
        nth, count = part
        nearest = next(iter(self._before(start)), None) if count > 1 else None
        if nearest is None or nearest.kind != "span":
            return 0
        last = Case(nearest.groups, int(nearest.groups.get("z") or self._year or 0), self._year, at_date=False)
        years = last.number("n") or last.own - int(nearest.groups.get("y") or last.own) + 1
        return last.own - count + nth + 1 if years == count and last.own else 0

    def is_future(self, start: int, *, aimed: bool = False) -> bool:
        """Say whether the passage sets the figure into a year after the report's, or says that it shall be by then."""
        nearest = next(iter(self._before(start)), None)
        own = nearest.groups.get("y") if nearest else None
        stated = nearest is not None and nearest.kind in ("stated", "span")
        if (
            aimed
            and nearest is not None
            and not self._text[max(0, nearest.start - 2) : nearest.start].endswith(particles("until"))
        ):
            return False
        return stated and own is not None and self._year is not None and int(own) > self._year

    def _beside(self, start: int) -> bool:
        """Say whether a time expression stands right before a place: 由2019年的3名."""
        nearest = next(iter(self._before(start)), None)
        return nearest is not None and self._text[nearest.end : start] in ("", *particles("of"))

    def _headed(self, section: Section) -> bool:
        """Say whether a heading above names the report's year; kept for the next figure of the section."""
        if section.start not in self._dated:
            outer = None if section.parent_start is None else self._sections.get(section.parent_start)
            own = str(self._year) in _YEAR.findall(self._text[section.start : section.end])
            self._dated[section.start] = own or (outer is not None and self._headed(outer))
        return self._dated[section.start]

    def _stated(self, start: int, *, planned: bool, at_date: bool) -> str:
        """Read the nearest time expression that reaches the figure from before."""
        found = self._before(start)
        for index, expression in enumerate(found):
            if expression.kind == "year" and any(self._sets_end(other, expression) for other in found[index + 1 :]):
                continue
            if label := self._label(expression, planned=planned, at_date=at_date):
                return label
        return ""

    def _sets_end(self, other: _Expression, year: _Expression) -> bool:
        """Say whether an expression tells up to when the year behind it is meant: 截至10月底,今年全县共."""
        return other.kind in ("asof", "to_date") and not self._text[other.end : year.start].strip(" ,")

    def _before(self, start: int) -> list[_Expression]:
        """Return the time expressions of the sentence that reach a place, the nearest first; kept while asked again."""
        if self._reaching[0] != start:
            self._reaching = (start, list(self._find_before(start)))
        return self._reaching[1]

    def _find_before(self, start: int) -> Iterator[_Expression]:
        """Yield the same: past a semicolon only one reaches that opens the whole sentence."""
        sentence, part = self._around.start_of(start, FULL_STOPS), self._around.start_of(start, SENTENCE_ENDS)
        if sentence not in self._found:
            self._found[sentence] = self._expressions(sentence, self._around.end_of(start, FULL_STOPS))
        found = self._found[sentence]
        for index in range(bisect_left(found, start, key=attrgetter("start")) - 1, -1, -1):
            expression = found[index]
            if expression.start < start - _REACH:
                return
            near = expression.start >= part or expression.opens
            if not near and expression.kind in _BLOCKING:
                return
            if near and expression.end <= start and self._reaches(expression, start):
                yield expression

    def _reaches(self, expression: _Expression, start: int) -> bool:
        """Say whether an expression governs a later place: of its clause, or of the sentence it opens."""
        between = self._text[expression.end : start]
        if expression.kind == "base":
            return not between
        if expression.kind in ("previous", "stated") and self._starts_from(expression) and _DIGIT.search(between):
            return False
        if expression.kind == "previous" and not expression.opens:
            modifier = between.endswith(particles("of"))
            return len(between) <= _ADJACENT and not modifier and not set(between) & set(CLAUSE_ENDS)
        if expression.kind == "stated" and ")" in between.partition("(")[0]:
            return False
        if not set(between.lstrip(" ")[1:]) & set(CLAUSE_ENDS):
            return True
        return expression.opens or not _verb_pattern().search(self._around.clause_before(expression.start))

    def _starts_from(self, expression: _Expression) -> bool:
        """Say whether an expression tells where a change began: 由2022年的3件上升到5件."""
        return self._text[max(0, expression.start - 4) : expression.start].endswith(particles("from"))

    def _expressions(self, start: int, end: int) -> list[_Expression]:
        """Return the time expressions of a sentence outside titles; of two that overlap the longer."""
        sentence = self._text[start:end]
        matches = [
            (match.start(), -match.end(), kind, match)
            for kind, words, pattern in self._patterns
            if any(map(sentence.__contains__, words))
            for match in pattern.finditer(self._text, start, end + 1)
            if not self._around.titles.hold(*match.span())
        ]
        kept: list[_Expression] = []
        for begin, _, kind, match in sorted(matches, key=lambda found: found[:2]):
            if not kept or begin >= kept[-1].end:
                opens = not self._text[max(start, begin - _REACH) : begin].strip()
                kept.append(_Expression(begin, match.end(), kind, match.groupdict(), opens))
        return kept

    def _label(self, expression: _Expression, *, planned: bool, at_date: bool) -> str:
        own = int(expression.groups.get("y") or self._year or 0)
        if planned:
            later = self._year is not None and own > self._year
            return f"plan:{own}" if later and expression.kind in ("stated", "span") else ""
        if not own and expression.kind not in YEARLESS:
            return ""
        return LABELS[expression.kind](Case(expression.groups, own, self._year, at_date))


def _partial(metadata: Mapping[str, object], year: int | None) -> str:
    """Return the year to the date a report was signed or published, if that year had not ended."""
    dates = [str(metadata.get(field) or "") for field in ("published", "dated")]
    early = sorted(date for date in dates if year is not None and date.startswith(f"{year}-") and date[5:] < "12-31")
    return f"ytd:{early[0]}" if early else ""


@cache
def _patterns() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    rows = read_rows("text/periods")
    return tuple((row["kind"], needed(row["pattern"]), re.compile(row["pattern"])) for row in rows)


@cache
def _verb_pattern() -> re.Pattern[str]:
    return re.compile(longest(row["verb"] for row in read_rows("text/verbs") if row["makes"]))
