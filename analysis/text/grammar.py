"""The grammar of printed numbers: figures, multiplier, approximator, range and unit, read on from where they start.

Every pattern is anchored and keeps what it has matched, so that reading takes time in proportion to the text, whatever
the text holds. The words come from the codebook (``text/units.csv``, ``text/qualifiers.csv``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows, rows_by
from analysis.text.numbers import CHINESE, DIGITS, LARGE, LONGEST, SMALL, parse_decimal
from analysis.text.surroundings import CLAUSE_ENDS

MULTIPLIERS: Final = "".join((*SMALL, *LARGE))
#: Blanks that a web page may put between a number and its unit.
_GAP: Final = r"\ {0,4}+"
_ARABIC: Final = r"\d++(?:[,.]\d++|\ \d{3}(?!\d))*+"
_NUMBER: Final = (
    rf"(?:(?:{_ARABIC})(?:{_GAP}[{MULTIPLIERS}]++(?:\d++(?:\.\d++)?[{MULTIPLIERS}]*+)?)?+"
    rf"|[{CHINESE}]++(?:点[{CHINESE}]++)?)"
)
_LEADING: Final = re.compile(_ARABIC)
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_PARTS: Final = re.compile(rf"[{CHINESE}\d]++分之{_GAP}(?:\d++(?:\.\d++)?|[{CHINESE}]++(?:点[{CHINESE}]++)?)")
_SLASH: Final = re.compile(r"(?<!/)(?P<part>\d{1,3})/(?P<whole>\d{1,3})(?![\d/.])")
_ADJACENT: Final = re.compile(rf"(?P<tens>十?)(?P<low>[{CHINESE}])(?P<high>[{CHINESE}])(?P<scale>[{MULTIPLIERS}]*)")
_TRAILING: Final = re.compile(rf"(?<=\d)[{MULTIPLIERS}]+$")
_HUNDREDTHS: Final = re.compile(r"(?:百|一百|100|千|一千|1000)分之")
_LABEL: Final = re.compile(r"(?:^|[\n。;:])\ *$")
#: Classes whose units count whole things: no decimals without a multiplier.
_WHOLE: Final = frozenset(
    ("person", "attendance", "body", "visit", "case", "document", "item", "event", "batch", "vote", "rank")
)
#: Places in which an approximator bounds a value.
_BOUNDING: Final = ("before", "inside", "after")
#: How far before a number an approximator may stand apart from it.
_REACH: Final = 14


@dataclass(slots=True)
class Reading:
    """What stands at one place, before its neighbourhood is asked.

    Attributes
    ----------
    start, end : int
        Span with approximators and unit; ``numeral`` is where the figures themselves begin.
    number, unit : str
        Figures and unit as printed; the unit a key of ``text/units.csv`` or empty.
    value, low, high : Decimal or None
        In base units; ``low`` and ``high`` only of a range.
    kind : str
        ``count``, ``percent``, ``fraction``, ``range`` or ``vague``.
    qualifiers : tuple of str
        Approximators as printed; ``attached`` says whether one is part of the span.
    """

    start: int
    end: int
    number: str
    value: Decimal | None
    kind: str = "count"
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    qualifiers: tuple[str, ...] = ()
    numeral: int = 0
    attached: bool = False

    @property
    def chinese(self) -> bool:
        """Say whether the figures are Chinese numerals."""
        return self.number[:1] in CHINESE

    @property
    def unit_class(self) -> str:
        """Return the class of the unit, empty without one."""
        return grammar().units[self.unit]["unit_class"] if self.unit else ""


def read_number(text: str, start: int, floor: int) -> tuple[Reading | None, int]:
    """Read the number that starts at a place.

    Parameters
    ----------
    text : str
        A folded text.
    start : int
        A match of ``grammar().start``.
    floor : int
        Where the number before ends: an approximator is not looked for before that.

    Returns
    -------
    (Reading or None, int)
        The reading, and the place to go on from.
    """
    reading = _read_vague(text, start) or _read_parts(text, start)
    if reading is None:
        reading, following = _read_plain(text, start)
        if reading is None:
            return None, following
    reading.numeral = start
    if not reading.unit:
        _read_unit(text, reading)
    if reading.kind in ("count", "percent"):
        _read_range(text, reading)
    if _is_label(text, reading):
        return None, start + reading.number.index(".") + 1
    _read_after(text, reading)
    _read_before(text, reading, floor)
    return reading, reading.end


def _read_vague(text: str, start: int) -> Reading | None:
    """Read 数十, 几百, 若干."""
    match = grammar().vague.match(text, start)
    if match is None:
        return None
    return Reading(start, match.end(), match[0], None, "vague", qualifiers=(match["scaled"] or match["alone"],))


def _read_parts(text: str, start: int) -> Reading | None:
    """Read 百分之八十, 三分之二, 1/5."""
    if match := _PARTS.match(text, start):
        percent = _HUNDREDTHS.match(match[0]) is not None
        kind, unit = ("percent", "%") if percent else ("fraction", "")
        return Reading(start, match.end(), match[0], parse_decimal(match[0]), kind, unit)
    match = _SLASH.match(text, start)
    if match and int(match["part"]) < int(match["whole"]):
        return Reading(start, match.end(), match[0], parse_decimal(match[0]), "fraction")
    return None


def _read_plain(text: str, start: int) -> tuple[Reading | None, int]:
    """Read figures with multipliers and the approximator between or behind them."""
    match = grammar().plain.match(text, start)
    if match is None:
        return None, start + 1
    number = match["number"]
    if figures := _LEADING.match(number):
        if not _GROUPED.fullmatch(figures[0]):
            cut = max(figures[0].rfind(","), figures[0].rfind(" "))
            return None, start + (cut + 1 if cut > 0 else figures.end())
        if figures.end() > LONGEST:
            return None, match.end("number")
    reading = Reading(start, match.end(), number, parse_decimal(number))
    if reading.chinese:
        _read_adjacent(reading)
    if reading.value is None and reading.kind != "range":
        return None, match.end("number")
    _scale(reading, parse_decimal(match["multiplier"] or "一") or Decimal(1))
    reading.qualifiers = tuple(word for word in (match["inner"], match["more"]) if word)
    return reading, reading.end


def _read_adjacent(reading: Reading) -> None:
    """Turn 两三, 七八百, 十五六 into a range; take other strings of single digits (二〇二四) for no number."""
    match = _ADJACENT.fullmatch(reading.number)
    if match and match["low"] in DIGITS and match["high"] in DIGITS:
        low, high = DIGITS[match["low"]], DIGITS[match["high"]]
        if high - low == 1 or (low, high) == (3, 5):
            factor = parse_decimal(match["scale"] or "一") or Decimal(1)
            tens = 10 if match["tens"] else 0
            reading.kind, reading.value = "range", None
            reading.low, reading.high = (tens + low) * factor, (tens + high) * factor
            return
    if len(reading.number) > 1 and all(character in DIGITS for character in reading.number):
        reading.value = None


def _scale(reading: Reading, factor: Decimal) -> None:
    if factor != 1:
        reading.value = None if reading.value is None else reading.value * factor
        reading.low = None if reading.low is None else reading.low * factor
        reading.high = None if reading.high is None else reading.high * factor


def _read_unit(text: str, reading: Reading) -> None:
    match = grammar().unit.match(text, reading.end)
    if match:
        reading.unit, reading.end = match["unit"], match.end()
        _scale(reading, Decimal(grammar().units[reading.unit]["factor"]))
        if reading.unit_class == "percent" and reading.kind == "count":
            reading.kind = "percent"


def _read_range(text: str, reading: Reading) -> None:
    """Read on where a second number follows a dash or 至: 3至5名, 20%-30%, 3至5万元."""
    match = grammar().range.match(text, reading.end)
    if match is None or reading.value is None:
        return
    second = Reading(match.start("second"), match.end(), match["second"], parse_decimal(match["second"]))
    if second.value is None:
        return
    _read_unit(text, second)
    if not second.unit or reading.unit not in ("", second.unit):
        return
    low = reading.value
    if not reading.unit:
        low *= Decimal(grammar().units[second.unit]["factor"])
        if (scale := _TRAILING.search(second.number)) and not _TRAILING.search(reading.number):
            low *= parse_decimal(scale[0]) or 1
    if low < second.value:
        reading.low, reading.high, reading.value = low, second.value, None
        reading.unit, reading.end, reading.kind = second.unit, second.end, "range"


def _is_label(text: str, reading: Reading) -> bool:
    """Say whether the part before the point is a list label, as in a line that begins ``3.16个乡镇``."""
    return (
        "." in reading.number
        and reading.number[-1].isdecimal()
        and reading.unit_class in _WHOLE
        and _LABEL.search(text[max(0, reading.start - 8) : reading.start]) is not None
    )


def _read_after(text: str, reading: Reading) -> None:
    match = grammar().after.match(text, reading.end)
    if match and (match["word"] not in grammar().within or reading.unit_class == "time"):
        reading.qualifiers += (match["word"],)
        reading.end = match.end()


def _read_before(text: str, reading: Reading, floor: int) -> None:
    """Take in the approximator right before the number, and note one that stands apart in the same clause."""
    words = text[max(floor, reading.start - _REACH) : reading.start]
    match = grammar().before.search(words)
    if match:
        reading.start -= len(match[0])
    reading.attached = bool(reading.qualifiers or match)
    match = match or grammar().detached.search(words)
    if match:
        reading.qualifiers = (match["word"], *reading.qualifiers)


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns built from the codebook, its units, and how each approximator bounds."""

    start: re.Pattern[str]
    plain: re.Pattern[str]
    vague: re.Pattern[str]
    unit: re.Pattern[str]
    range: re.Pattern[str]
    before: re.Pattern[str]
    detached: re.Pattern[str]
    after: re.Pattern[str]
    units: dict[str, Row]
    bounds: dict[str, str]
    behind: frozenset[str]
    within: frozenset[str]


@cache
def grammar() -> Grammar:
    """Return the grammar of the codebook at hand."""
    rows = read_rows("text/qualifiers")
    units = rows_by("text/units", "unit")
    at: dict[str, list[str]] = {}
    for row in rows:
        at.setdefault(row["place"], []).append(row["qualifier"])
    scaled = "".join(word for word in at["vague"] if len(word) == 1)
    alone = [word for word in at["vague"] if len(word) > 1]
    inner = "".join(at["inside"])
    detached = [row["qualifier"] for row in rows if row["detached"] == "true"]
    return Grammar(
        start=re.compile(rf"[\d{CHINESE}{scaled}{''.join(word[0] for word in alone)}]"),
        plain=re.compile(
            rf"(?P<number>{_NUMBER})(?:\ ?(?P<inner>[{inner}]))?"
            rf"(?:\ ?(?P<multiplier>[{MULTIPLIERS}]++))?(?:\ ?(?P<more>[{inner}]))?"
        ),
        vague=re.compile(rf"(?:(?P<scaled>[{scaled}])\ ?[{MULTIPLIERS}]++|(?P<alone>{longest(alone)}))[{inner}]?"),
        unit=re.compile(rf"{_GAP}(?P<unit>{_alternatives(units)})"),
        range=re.compile(rf"{_GAP}(?:~|-|—{{1,2}}|{longest(at['range'])}){_GAP}(?P<second>{_NUMBER})"),
        before=re.compile(rf"(?P<word>{_guarded(rows)})\ *$"),
        detached=re.compile(rf"(?P<word>{longest(detached)})[^{re.escape(CLAUSE_ENDS)}\d]*$"),
        after=re.compile(rf"{_GAP}(?P<word>{longest(at['after'])})"),
        units=units,
        bounds={row["qualifier"]: row["bound"] for row in rows if row["place"] in _BOUNDING},
        behind=frozenset(at["after"]),
        within=frozenset(row["qualifier"] for row in rows if row["place"] == "after" and row["note"] == "time"),
    )


def longest(words: Iterable[str]) -> str:
    """Return a pattern of alternatives, the longest first.

    Examples
    --------
    >>> longest(["余", "多余"])
    '多余|余'
    """
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _guarded(rows: Iterable[Row]) -> str:
    """Return the approximators before a number, each refusing the characters that make another word of it."""
    chosen = sorted((row for row in rows if row["place"] == "before"), key=lambda row: -len(row["qualifier"]))
    return "|".join(
        f"(?<![{row['not_after'].replace('|', '')}]){row['qualifier']}" if row["not_after"] else row["qualifier"]
        for row in chosen
    )


def _alternatives(units: dict[str, Row]) -> str:
    """Return the units grouped by first character, longest first, each refusing what may not follow it."""
    groups: dict[str, list[str]] = {}
    for unit in sorted(units, key=lambda unit: (-len(unit), unit)):
        refused = units[unit]["not_before"]
        groups.setdefault(unit[0], []).append(re.escape(unit[1:]) + (f"(?!{refused})" if refused else ""))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items()))
