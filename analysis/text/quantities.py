"""Quantities in a text: number, approximator, multiplier and unit as one span, with value and bounds.

One scan finds where a numeral starts; the grammar reads on from there, the neighbourhood judges. What only looks like a
quantity (a date, an article, a session, a list label) is left out; a numeral in a name or slogan is kept as ``named``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows
from analysis.text.grammar import Reading, read_number
from analysis.text.patterns import MULTIPLIERS, grammar
from analysis.text.ranks import is_move, rank_words
from analysis.text.reading import Text, make_text
from analysis.text.surroundings import COUNT, NAMED, OUT, Surroundings

_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_PADDED: Final = re.compile(r"0\d")
#: A multiplier alone is a figure only with an approximator (百余); 十 is one by itself.
_BARE: Final = MULTIPLIERS.replace("十", "").replace("拾", "")
#: Classes in which even 一 is a figure.
_MEASURED: Final = frozenset(("percent", "point", "ratio", "money", "area", "length"))
#: Longest run of figures without a unit that is a count: a longer one is a telephone number or another code.
_COUNTED: Final = 7
#: Classes whose units also stand in dates and times of day: 9时30分左右.
_CLOCK: Final = frozenset(("time", "score"))
#: How far before a bare 万 or 亿 a word of money still tells what it is.
_MONEY_REACH: Final = 10
_WHOLE: Final = 100.0
#: Signs that make a formula of numbers: 1+6+N, 7×24.
_SIGNS: Final = frozenset("+×*")
_JOINED: Final = re.compile(r"[+×]|(?<=\d)\*")


class Quantity(NamedTuple):
    """One quantity as printed.

    Attributes
    ----------
    start, end, surface
        Span in ``Text.text`` and the text there.
    value, low, high : float or None
        In base units; bounds as DESIGN.md section 3 defines them.
    unit, unit_class : str
        Base unit and its class in ``text/units.csv``; empty where none is printed.
    qualifier : str
        The approximator as printed, attached or not; several joined by ``|``.
    kind : str
        ``count``, ``percent``, ``fraction``, ``rank``, ``range`` or ``vague``.
    named, masked : bool
        Part of a name or slogan; touched by a mask, and then without value.
    """

    start: int
    end: int
    surface: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    unit_class: str
    qualifier: str = ""
    kind: str = "count"
    named: bool = False
    masked: bool = False


def find_quantities(view: Text, around: Surroundings | None = None) -> list[Quantity]:
    """Find every quantity of a text, in order, not overlapping.

    Parameters
    ----------
    view : Text
        The text with its folded view and masks.
    around : Surroundings, optional
        Those of the text, where they are at hand.

    Returns
    -------
    list of Quantity
        Also those of names and slogans (``named``) and those touched by a mask (``masked``, without value).

    Examples
    --------
    >>> from analysis.text.reading import make_text
    >>> [(found.surface, found.value, found.low, found.high) for found in find_quantities(make_text("追回17余万元"))]
    [('17余万元', 170000.0, 170000.0, None)]
    """
    around = around or Surroundings(view)
    start = grammar().start
    found: list[Quantity] = []
    position = 0
    while match := start.search(view.folded, position):
        reading, following = read_number(view.folded, match.start(), position)
        position = max(following, match.start() + 1)
        if reading is not None and (quantity := _judge(view, around, reading)) is not None:
            found.append(quantity)
    return found


def read_quantity(surface: str, unit: str = "") -> Quantity | None:
    """Read one quantity that stands alone, as a table of figures has it, with its unit in it or beside it.

    Examples
    --------
    >>> found = read_quantity("近1.2", "万件")
    >>> found and (found.value, found.low, found.high, found.unit, found.qualifier)
    (12000.0, None, 12000.0, '件', '近')
    >>> read_quantity("见附件") is None
    True
    """
    for text in dict.fromkeys((surface + unit, surface)):
        view = make_text(text)
        whole = [found for found in find_quantities(view) if (found.start, found.end) == (0, len(text))]
        match = grammar().start.search(view.folded)
        reading = read_number(view.folded, match.start(), 0)[0] if match and not whole else None
        if reading is not None and (reading.start, reading.end) == (0, len(text)):
            whole = [_quantity(view, reading, False, False)]
        if whole:
            return whole[0]
    return None


def _judge(view: Text, around: Surroundings, reading: Reading) -> Quantity | None:
    """Ask the neighbourhood: a quantity, one in a name, or none."""
    words = rank_words()
    before = around.before(reading.numeral, 2)
    if before.endswith(words.ordinal):
        return _rank(view, around, reading, before[-1])
    if before.endswith(words.top) and reading.unit_class != "time":
        ranked = _rank(view, around, reading, before[-1])
        if ranked is not None:
            return ranked
    if not reading.unit and reading.kind != "fraction" and (reading.chinese or reading.kind != "count"):
        return None
    masked = bool(view.masks) and _is_masked(around, reading)
    if not _is_countable(around, reading, masked):
        return None
    if not masked and _is_joined(view.folded, before, reading.end):
        verdict = NAMED if reading.unit else OUT
    elif around.in_name(reading.start, reading.end):
        verdict = NAMED
    else:
        word = reading.chinese and reading.unit_class not in _MEASURED
        verdict = around.read(reading.start, reading.end, reading.number, reading.unit, word)
        if reading.attached and not (verdict == OUT and reading.unit_class in _CLOCK):
            verdict = NAMED if _is_grade(reading) else COUNT
    if verdict == OUT:
        return None
    quantity = _quantity(view, reading, verdict == NAMED, masked)
    if not reading.unit and _is_scaled(quantity) and _is_money(around, reading.start):
        return quantity._replace(unit=_yuan(), unit_class="money")
    if reading.unit in words.units and is_move(around, reading.start, reading.end):
        return quantity._replace(unit=words.units[0], unit_class="rank")
    return quantity


def _is_joined(text: str, before: str, end: int) -> bool:
    """Say whether a sign joins the figures to others."""
    if before[-1:] in _SIGNS and _JOINED.fullmatch(before, len(before) - 1):
        return True
    return text[end : end + 1] in _SIGNS and bool(_JOINED.match(text, end))


def _is_masked(around: Surroundings, reading: Reading) -> bool:
    """Say whether a mask touches the figures or their unit, or stands on the other side of a decimal point."""
    start = reading.start - (around.text[reading.start - 1 : reading.start] == ".")
    return around.masks.touch(start, _behind_point(around, reading))


def _behind_point(around: Surroundings, reading: Reading) -> int:
    """Return where the figures end, a decimal point without figures behind it included."""
    return reading.end + (not reading.unit and around.text[reading.end : reading.end + 1] == ".")


def _is_grade(reading: Reading) -> bool:
    """Say whether a grade is named and nothing counted: 三级以上, 3A级以上."""
    return reading.unit_class == "other" and grammar().units[reading.unit]["reading"] == "name"


def _is_scaled(quantity: Quantity) -> bool:
    """Say whether a number ends with a multiplier, an approximator before or behind it: 350万, 350余万, 350万余."""
    return quantity.surface.rstrip(quantity.qualifier)[-1:] in MULTIPLIERS


def _is_money(around: Surroundings, start: int) -> bool:
    """Say whether a bare 万 or 亿 stands behind a word of money: 投入资金1000万."""
    return any(word in around.clause_before(start)[-_MONEY_REACH:] for word in _not_counts("money"))


def _is_countable(around: Surroundings, reading: Reading, masked: bool) -> bool:
    """Say whether the reading can be a quantity at all: not a code, a date, an adverb or a time window."""
    before = around.before(reading.start, 6)
    if before[-1:].isascii() and before[-1:].isalpha():
        return False
    if reading.number in _BARE and not set(reading.qualifiers) - grammar().behind:
        return False
    if not reading.unit:
        return reading.kind == "fraction" or _is_bare(around, reading, masked)
    role = grammar().units[reading.unit]["reading"]
    if role == "arabic" and reading.chinese:
        return False
    if role == "bound" and not reading.qualifiers and not _is_duration(around, reading):
        return False
    windows = _not_counts("window")
    if reading.unit_class != "time":
        return True
    since = around.after(reading.end, 4).startswith(_not_counts("since"))
    return not (since or before.endswith(windows) or set(reading.qualifiers) & set(windows))


def _is_duration(around: Surroundings, reading: Reading) -> bool:
    """Say whether the clause is about how long something takes: 办结时限由20日缩短至5日."""
    clause = around.clause_before(reading.start) + around.clause_after(reading.end)
    return any(word in clause for word in _not_counts("duration"))


def _is_bare(around: Surroundings, reading: Reading, masked: bool) -> bool:
    """Say whether figures without a unit are a count: after a noun, at the end of a clause, and no year or code."""
    before = around.before(reading.start, 8)
    noun = before.rstrip(": ")
    if noun.endswith(_not_counts("before")):
        return False
    if masked and around.masks.touch(reading.end, _behind_point(around, reading)):
        return _YEAR.fullmatch(reading.number) is None
    scaled = reading.number[-1] in MULTIPLIERS
    if (scaled or reading.qualifiers) and around.after(reading.end, 4).startswith(_not_counts("counted")):
        return True
    if _YEAR.fullmatch(reading.number) or ("." in reading.number and not scaled) or _PADDED.match(reading.number):
        return False
    if reading.number.isdecimal() and len(reading.number) > _COUNTED:
        return False
    if not noun or not (before[-1] == "|" or (noun[-1].isalpha() and not noun[-1].isascii())):
        return False
    return around.ends_clause(reading.end) and not around.after(reading.end, 2).startswith(":")


def _rank(view: Text, around: Surroundings, reading: Reading, sign: str) -> Quantity | None:
    """Read 第三名, 全市第一, 全省前十; what else 第 makes of a number is an ordinal and no quantity."""
    words = rank_words()
    start = view.folded.rfind(sign, 0, reading.numeral)
    if reading.value is None or (reading.unit and reading.unit not in words.units):
        return None
    ends = around.ends_clause(reading.end) or around.after(reading.end, 4).startswith(words.after)
    known = around.before(start, 8).endswith(words.before)
    top = sign == words.top
    if not (known and (ends or reading.unit)) and not (reading.unit and ends and not top):
        return None
    if around.in_name(start, reading.end) or around.before(start, 8).endswith(words.placed):
        return None
    value = float(reading.value)
    exact = None if top else value
    surface = view.text[start : reading.end]
    return Quantity(start, reading.end, surface, exact, exact, value, words.units[0], "rank", kind="rank")


def _quantity(view: Text, reading: Reading, named: bool, masked: bool) -> Quantity:
    masked = masked and not named
    value, low, high = (None, None, None) if masked else _bounds(reading)
    start, end, unit = reading.start, reading.end, reading.unit and grammar().units[reading.unit]["base_unit"]
    return Quantity(
        start, end, view.text[start:end], value, low, high, unit, reading.unit_class,
        "|".join(reading.qualifiers), reading.kind, named, masked,
    )  # fmt: skip


def _bounds(reading: Reading) -> tuple[float | None, float | None, float | None]:
    """Return the value and its strict bounds: an approximator leaves one side open, two that disagree leave both."""
    if reading.kind == "range" and reading.low is not None and reading.high is not None:
        return None, float(reading.low), float(reading.high)
    value = None if reading.value is None else float(reading.value)
    if reading.kind == "vague":
        return value, None, None
    bounds = {grammar().bounds[word] for word in reading.qualifiers}
    if not bounds:
        return value, value, value
    if bounds == {"low"}:
        closed = reading.kind == "percent" and value is not None and value <= _WHOLE
        return value, value, _WHOLE if closed else None
    return value, None, value if bounds == {"high"} else None


@cache
def _yuan() -> str:
    return next(row["unit"] for row in read_rows("text/units") if row["unit_class"] == "money")


@cache
def _not_counts(place: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in read_rows("text/not_counts") if row["place"] == place)
