"""The grammar of printed numbers: figures, multiplier, approximator, range and unit, read on from where they start.

The words come from the codebook (``text/units.csv``, ``text/qualifiers.csv``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from analysis.text.numbers import CHINESE, DIGITS, LONGEST, is_string, parse_decimal
from analysis.text.patterns import ARABIC, MULTIPLIERS, grammar, match_parts

_LEADING: Final = re.compile(ARABIC)
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?: ?\. ?\d+)?")
_ADJACENT: Final = re.compile(rf"(?P<tens>十?)(?P<low>[{CHINESE}])(?P<high>[{CHINESE}])(?P<scale>[{MULTIPLIERS}]*)")
_TRAILING: Final = re.compile(rf"(?<=\d)[{MULTIPLIERS}]+$")
_LABEL: Final = re.compile(r"(?:^|[\n。;:])\ *$")
#: Classes whose units count whole things: no decimals without a multiplier.
_WHOLE: Final = frozenset(
    ("person", "attendance", "body", "visit", "case", "document", "item", "event", "batch", "vote", "rank")
)
#: How far before a number an approximator may stand apart from it.
_REACH: Final = 14
#: How far before an item of a list the word that shares it out may stand.
_SHARED: Final = 60


@dataclass(slots=True)
class Reading:
    """What stands at one place, before its neighbourhood is asked.

    Attributes
    ----------
    start, end : int
        Span with approximators and unit; ``numeral`` is where the figures themselves begin.
    number, unit, unit_class : str
        Figures and unit as printed; the unit a key of ``text/units.csv`` or empty, and its class there.
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
    unit_class: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    qualifiers: tuple[str, ...] = ()
    numeral: int = 0
    attached: bool = False

    @property
    def chinese(self) -> bool:
        """Say whether the figures are Chinese numerals."""
        return self.number[:1] in CHINESE


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
    if match := grammar().common.match(text, start):
        reading = _counted(start, match)
    else:
        read, following = _read_rare(text, start)
        if read is None:
            return None, following
        reading = read
    reading.numeral = start
    if "." in reading.number and _is_label(text, reading):
        return None, start + reading.number.index(".") + 1
    if match is None and text[reading.end : reading.end + 1] in grammar().after_starts:
        _read_after(text, reading)
    _read_before(text, reading, floor)
    return reading, reading.end


def _counted(start: int, match: re.Match[str]) -> Reading:
    """Return plain figures and their unit, which nothing else follows: 12件, 1.2万元, 99.5%."""
    number, unit = match.group("number", "unit")
    reading = Reading(start, match.end(), number, parse_decimal(number))
    _set_unit(reading, unit)
    _scale(reading, grammar().factors[unit])
    if reading.unit_class == "percent":
        reading.kind = "percent"
    return reading


def _read_rare(text: str, start: int) -> tuple[Reading | None, int]:
    """Read any other number, with what goes on from it: a unit apart, a range, the last of a list."""
    rules = grammar()
    reading = _read_parts(text, start)
    if text[start] in rules.word_starts:
        reading = _read_vague(text, start) or _read_half(text, start)
    if reading is None:
        reading, following = _read_plain(text, start)
        if reading is None:
            return None, following
    if not reading.unit and text[reading.end : reading.end + 1] in rules.unit_starts:
        _read_unit(text, reading)
    after = text[reading.end : reading.end + 1]
    if not reading.unit and reading.kind == "count" and after in rules.links:
        _read_shared(text, reading)
    if after in rules.range_starts and reading.kind in ("count", "percent"):
        _read_range(text, reading)
    return reading, reading.end


def _read_vague(text: str, start: int) -> Reading | None:
    """Read 数十, 几百, 若干."""
    match = grammar().vague.match(text, start)
    words = (match["scaled"] or match["alone"],) if match else ()
    return Reading(start, match.end(), match[0], None, "vague", qualifiers=words) if match else None


def _read_parts(text: str, start: int) -> Reading | None:
    """Read 百分之八十, 百分百, 三成五, 三分之二, 1/5, 一半."""
    kind, end = match_parts(text, start)
    if not kind:
        return None
    reading = Reading(start, end, text[start:end], parse_decimal(text[start:end]), kind)
    if kind == "percent":
        _set_unit(reading, "%")
    return reading


def _read_half(text: str, start: int) -> Reading | None:
    """Read 半小时, 半个月."""
    match = grammar().half.match(text, start)
    if match is None:
        return None
    reading = Reading(start, match.end(), text[start : start + 1], Decimal("0.5"))
    _set_unit(reading, match["unit"])
    return reading


def _read_plain(text: str, start: int) -> tuple[Reading | None, int]:
    """Read figures with multipliers and the approximator between or behind them."""
    match = grammar().plain.match(text, start)
    if match is None:
        return None, start + 1
    number, inner, multiplier, more = match.group("number", "inner", "multiplier", "more")
    if (not number.isdecimal() or len(number) > LONGEST) and (figures := _LEADING.match(number)):
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
    if multiplier:
        _scale(reading, parse_decimal(multiplier) or Decimal(1))
    if inner or more:
        reading.qualifiers = tuple(word for word in (inner, more) if word)
    return reading, reading.end


def _read_adjacent(reading: Reading) -> None:
    """Turn 两三, 七八百, 十五六 into a range; take other strings of single digits (二〇二四) but 二〇六 for none."""
    match = _ADJACENT.fullmatch(reading.number)
    if match and match["low"] in DIGITS and match["high"] in DIGITS:
        low, high = DIGITS[match["low"]], DIGITS[match["high"]]
        if high - low == 1 or (low, high) == (3, 5):
            factor = parse_decimal(match["scale"] or "一") or Decimal(1)
            tens = 10 if match["tens"] else 0
            reading.kind, reading.value = "range", None
            reading.low, reading.high = (tens + low) * factor, (tens + high) * factor
            return
    if is_string(reading.number):
        reading.value = None


def _scale(reading: Reading, factor: Decimal) -> None:
    if factor != 1:
        reading.value = None if reading.value is None else reading.value * factor
        reading.low = None if reading.low is None else reading.low * factor
        reading.high = None if reading.high is None else reading.high * factor


def _read_unit(text: str, reading: Reading) -> None:
    rules = grammar()
    match = rules.split.match(text, reading.end)
    if match and match["first"] + match["rest"] in rules.units:
        _set_unit(reading, match["first"] + match["rest"])
        reading.end = match.end()
        if match["inner"]:
            reading.qualifiers += (match["inner"],)
        elif reading.value is not None:
            reading.value += Decimal("0.5")
    elif match := rules.unit.match(text, reading.end):
        _set_unit(reading, match["unit"] or match["bracketed"])
        reading.end = match.end()
        _scale(reading, rules.factors[reading.unit])
        if reading.unit_class == "percent" and reading.kind == "count":
            reading.kind = "percent"


def _set_unit(reading: Reading, unit: str) -> None:
    reading.unit, reading.unit_class = unit, grammar().units[unit]["unit_class"]


def _read_shared(text: str, reading: Reading) -> None:
    """Give a bare item of a list the unit and the multiplier of its last: 分别为12、15、20件, 分别为1.2、3.4万元."""
    if reading.chinese or not grammar().listed.search(text[max(0, reading.start - _SHARED) : reading.start]):
        return
    match = grammar().list.match(text, reading.end)
    number = parse_decimal(match["last"]) if match else None
    if match is None or number is None:
        return
    last = Reading(match.start("last"), match.end(), match["last"], number)
    _read_unit(text, last)
    if not last.unit:
        return
    _set_unit(reading, last.unit)
    reading.kind = last.kind
    _scale(reading, grammar().factors[last.unit])
    if (scale := _TRAILING.search(last.number)) and not _TRAILING.search(reading.number):
        _scale(reading, parse_decimal(scale[0]) or Decimal(1))


def _read_range(text: str, reading: Reading) -> None:
    """Read on where a second number follows a dash or 至: 3至5名, 20%-30%, 3至5万元."""
    match = grammar().range.match(text, reading.end)
    if match is None or reading.value is None:
        return
    if reading.unit and grammar().moved.search(text[max(0, reading.start - _REACH) : reading.start]):
        return
    second = Reading(match.start("second"), match.end(), match["second"], parse_decimal(match["second"]))
    if second.value is None:
        return
    _read_unit(text, second)
    if not second.unit or reading.unit not in ("", second.unit):
        return
    low = reading.value
    if not reading.unit:
        low *= grammar().factors[second.unit]
        if (scale := _TRAILING.search(second.number)) and not _TRAILING.search(reading.number):
            low *= parse_decimal(scale[0]) or 1
    if low < second.value:
        reading.low, reading.high, reading.value = low, second.value, None
        _set_unit(reading, second.unit)
        reading.end, reading.kind = second.end, "range"


def _is_label(text: str, reading: Reading) -> bool:
    """Say whether the part before the point is a list label, as in a line that begins ``3.16个乡镇``."""
    counted = reading.number[-1].isdecimal() and reading.unit_class in _WHOLE
    return (counted or ". " in reading.number) and _LABEL.search(
        text[max(0, reading.start - 8) : reading.start]
    ) is not None


def _read_after(text: str, reading: Reading) -> None:
    match = grammar().after.match(text, reading.end)
    kinds = grammar().kinds.get(match["word"]) if match else None
    if match and (kinds is None or (reading.unit_class or reading.kind) in kinds):
        reading.qualifiers += (match["word"],)
        reading.end = match.end()


def _read_before(text: str, reading: Reading, floor: int) -> None:
    """Take in the approximator right before the number, and note one that stands apart in the same clause."""
    rules = grammar()
    words = text[max(floor, reading.start - _REACH) : reading.start]
    match = rules.before.search(words) if words.rstrip(" ")[-1:] in rules.ends else None
    if match and match["word"] in rules.bare and reading.number.strip(MULTIPLIERS):
        match = None
    if match:
        reading.start -= len(match[0])
    reading.attached = bool(reading.qualifiers or match)
    if match is None:
        match = rules.detached.search(words)
    if match:
        reading.qualifiers = (match["word"], *reading.qualifiers)
