"""What stands around a numeral, and whether it makes the numeral a count, a name or nothing of the kind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.reading import Text

COUNT: Final = "count"
NAMED: Final = "named"
OUT: Final = "out"

FULL_STOPS: Final = "。!?\n"
SENTENCE_ENDS: Final = "。;!?\n"
CLAUSE_ENDS: Final = ",:" + SENTENCE_ENDS
_MARK: Final = re.compile(f"[{CLAUSE_ENDS}]")
_STOPS: Final = CLAUSE_ENDS + "、|)）】"
_QUOTED: Final = re.compile(r"“[^“”\n]{1,24}”|‘[^‘’\n]{1,24}’|「[^「」\n]{1,24}」|\"[^\"\n]{1,20}\"")
_TITLE: Final = re.compile(r"《[^《》\n]{1,120}》|〔[^〔〕\n]{1,12}〕|<<[^<>\n]{1,120}>>")
_CLAUSE_REACH: Final = 80
_SENTENCE_REACH: Final = 240
_NEAR: Final = 8


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans in order that do not overlap, asked by bisection."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Spans:
        """Return spans that do not overlap, in order."""
        ordered = sorted(spans)
        return cls(tuple(start for start, _ in ordered), tuple(end for _, end in ordered))

    def touch(self, start: int, end: int) -> bool:
        """Say whether a span overlaps or touches ``[start, end)``."""
        index = bisect_left(self.ends, start)
        return index < len(self.starts) and self.starts[index] <= end

    def overlap(self, start: int, end: int) -> bool:
        """Say whether a span overlaps ``[start, end)``."""
        index = bisect_right(self.ends, start)
        return index < len(self.starts) and self.starts[index] < end

    def hold(self, start: int, end: int) -> bool:
        """Say whether one span holds ``[start, end)`` whole."""
        index = bisect_right(self.starts, start) - 1
        return index >= 0 and end <= self.ends[index]


class Surroundings:
    """The neighbourhood of every place of one text: quotation marks, titles, masks, clauses."""

    def __init__(self, view: Text) -> None:
        self.text: Final = view.folded
        self.quoted: Final = Spans.of(match.span() for match in _QUOTED.finditer(view.folded))
        self.titles: Final = Spans.of(match.span() for match in _TITLE.finditer(view.folded))
        self.masks: Final = Spans.of(view.masks)
        clauses = [match.end() for match in _MARK.finditer(view.folded)]
        sentences = [end for end in clauses if view.folded[end - 1] in SENTENCE_ENDS]
        stops = [end for end in sentences if view.folded[end - 1] in FULL_STOPS]
        found = {CLAUSE_ENDS: clauses, SENTENCE_ENDS: sentences, FULL_STOPS: stops}
        self._starts: Final = {marks: [0, *ends, len(view.folded) + 1] for marks, ends in found.items()}

    def before(self, start: int, length: int) -> str:
        """Return up to ``length`` characters before a place, without the blanks next to it."""
        return self.text[max(0, start - length) : start].rstrip(" ")

    def after(self, end: int, length: int) -> str:
        """Return up to ``length`` characters from a place on, without the blanks next to it."""
        return self.text[end : end + length].lstrip(" ")

    def start_of(self, place: int, marks: str) -> int:
        """Return where the stretch begins that the last of some marks before a place leaves open."""
        starts = self._starts[marks]
        return starts[bisect_right(starts, place) - 1]

    def end_of(self, place: int, marks: str) -> int:
        """Return where the next of some marks from a place on stands, or the text ends."""
        starts = self._starts[marks]
        return starts[bisect_right(starts, place)] - 1

    def clause_before(self, start: int) -> str:
        """Return what stands between the last clause mark and a place."""
        return self.since(start, CLAUSE_ENDS, _CLAUSE_REACH)

    def sentence_before(self, start: int) -> str:
        """Return what stands between the last full stop or its like and a place."""
        return self.since(start, SENTENCE_ENDS)

    def since(self, start: int, marks: str, length: int = _SENTENCE_REACH) -> str:
        """Return what stands between the last of some marks and a place."""
        return self.text[max(self.start_of(start, marks), start - length) : start].rstrip(" ")

    def clause_after(self, end: int) -> str:
        """Return what stands between a place and the next clause mark."""
        return self.text[end : min(self.end_of(end, CLAUSE_ENDS), end + _CLAUSE_REACH)]

    def ends_clause(self, end: int) -> bool:
        """Say whether a clause, an item of a list or a bracket ends at a place."""
        rest = self.after(end, 4)
        return not rest or rest[0] in _STOPS

    def in_name(self, start: int, end: int) -> bool:
        """Say whether a place lies in a title or in a short stretch in quotation marks."""
        return self.titles.hold(start, end) or self.quoted.hold(start, end)

    def read(self, start: int, end: int, number: str, unit: str, chinese: bool) -> str:
        """Judge one numeral with its unit that stands in no name: ``count``, ``named`` or ``out``.

        Parameters
        ----------
        start, end : int
            Span of the numeral with its unit.
        number, unit : str
            The numeral and the unit as printed.
        chinese : bool
            Written in Chinese numerals: the short ones are more often words than counts.
        """
        before, after = self.before(start, _NEAR), self.after(end, 2 * _NEAR)
        for rule in _rules_of(unit, chinese):
            if rule.applies(number, chinese, before, after):
                if rule.reading != "made":
                    return rule.reading
                if not self._made(start):
                    return NAMED
        if chinese:
            return self._read_chinese(start, end, number, unit)
        return COUNT

    def _read_chinese(self, start: int, end: int, number: str, unit: str) -> str:
        """Judge a Chinese numeral no rule names: 一 and name-like units count only where a count is made."""
        if number == "一":
            made, ends = self._made(start), self.ends_clause(end)
            told = made or (ends and self._follows_noun(start))
            counted = self._each(start) or (made and ends) or (told and unit in _event_units())
            return COUNT if counted else NAMED
        if unit in _name_units():
            return COUNT if self._made(start) or self.ends_clause(end) or self._each(start) else NAMED
        if self.after(end, 2)[:1] in ("“", "‘", '"') and not self._made(start):
            return NAMED
        return COUNT

    def _made(self, start: int) -> bool:
        """Say whether a verb of making, holding or handling, or the end of a list of examples, stands right before."""
        before = self.before(start, _NEAR)
        return before.endswith(_made_words()) or before.endswith(_linked_words())

    def _each(self, start: int) -> bool:
        return any(word in self.clause_before(start)[-20:] for word in _each_words())

    def _follows_noun(self, start: int) -> bool:
        before = self.before(start, 2)
        return bool(before) and before[-1] not in _STOPS


@dataclass(frozen=True, slots=True)
class _Rule:
    """One row of ``text/named.csv``."""

    numbers: frozenset[str]
    before: tuple[str, ...]
    within: tuple[str, ...]
    starts: tuple[str, ...]
    holds: tuple[str, ...]
    reading: str

    def applies(self, number: str, chinese: bool, before: str, after: str) -> bool:
        known = "any" in self.numbers or number in self.numbers or (chinese and "chinese" in self.numbers)
        if not known or not self._preceded(before):
            return False
        if not self.starts and not self.holds:
            return True
        near = re.split(f"[{CLAUSE_ENDS}]", after, maxsplit=1)[0][:_NEAR]
        return after.lstrip('“‘"').startswith(self.starts) or any(word in near for word in self.holds)

    def _preceded(self, before: str) -> bool:
        if not self.before and not self.within:
            return True
        return before.endswith(self.before) or any(word in before for word in self.within)


def _cells(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _apart(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that stand right beside a numeral, and those marked ~ that stand near it."""
    cells = _cells(cell)
    return tuple(word for word in cells if word[0] != "~"), tuple(word[1:] for word in cells if word[0] == "~")


@cache
def _rules() -> dict[str, list[_Rule]]:
    rules: dict[str, list[_Rule]] = {}
    for row in read_rows("text/named"):
        rule = _Rule(
            frozenset(_cells(row["number"])),
            *_apart(row["before"]),
            *_apart(row["after"]),
            row["reading"],
        )
        for unit in _cells(row["unit"]):
            rules.setdefault(unit, []).append(rule)
    return rules


@cache
def _rules_of(unit: str, chinese: bool) -> tuple[_Rule, ...]:
    """Return the rules for a unit that may hold for a number written so."""
    rules = (*_rules().get(unit, ()), *_rules()["any"])
    return tuple(rule for rule in rules if chinese or rule.numbers != {"chinese"})


@cache
def _made_words() -> tuple[str, ...]:
    """Return the verbs of making and the particles that may stand between them and a number."""
    verbs = [row["verb"] for row in read_rows("text/verbs") if row["makes"]]
    particles = ["", *(row["word"] for row in read_rows("text/particles") if row["kind"] == "aspect")]
    return tuple(verb + particle for verb in verbs for particle in particles)


@cache
def _linked_words() -> tuple[str, ...]:
    return tuple(row["word"] for row in read_rows("text/particles") if row["kind"] in ("list", "part"))


@cache
def _each_words() -> tuple[str, ...]:
    words = [row["word"] for row in read_rows("text/per")]
    words += [row["qualifier"] for row in read_rows("text/qualifiers") if row["detached"] == "true"]
    return tuple(sorted(set(words)))


@cache
def _event_units() -> frozenset[str]:
    classes = {"event", "case", "person", "attendance", "body", "visit", "document", "batch"}
    return frozenset(row["unit"] for row in read_rows("text/units") if row["unit_class"] in classes)


@cache
def _name_units() -> frozenset[str]:
    return frozenset(row["unit"] for row in read_rows("text/units") if row["reading"] == "name")
