"""Patterns of printed numbers, built from the codebook: where they start, their units and approximators.

Every pattern keeps what it has matched, so that reading takes time in proportion to the text, whatever the text holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows, rows_by
from analysis.text.numbers import CHINESE, DIGITS, LARGE, LONGEST, SMALL
from analysis.text.surroundings import CLAUSE_ENDS

MULTIPLIERS: Final = "".join((*SMALL, *LARGE))
#: Blanks that a web page may put between a number and its unit.
GAP: Final = r"\ {0,4}+"
#: A blank may stand behind the decimal point where a percent sign or a multiplier tells that it is one.
ARABIC: Final = rf"\d++(?:[,.]\d++|\ \d{{3}}(?!\d)|\ ?\.\ \d++(?=\ ?[%{''.join(LARGE)}]))*+"
_FIGURES: Final = r"\d++(?:\.\d++)?"
#: Figures that may be part of a fraction or of tenths, and such numbers.
_PARTED: Final = re.compile(rf"\d++(?:\.\d++)?\ *+[分成/]|[{CHINESE}][{CHINESE}\d]*+[分成半]")
_PARTS: Final = re.compile(
    rf"[{CHINESE}\d]{{1,{LONGEST}}}+分之{GAP}(?:\d++(?:\.\d++)?|[{CHINESE}]++(?:点[{CHINESE}]++)?)"
)
_HUNDREDTHS: Final = re.compile(r"(?:百|一百|100|千|一千|1000)分之")
_WHOLLY: Final = re.compile("百分百")
_HALF: Final = re.compile("一半(?!径)")
_SLASH: Final = re.compile(r"(?<!/)(?P<part>\d{1,3})/(?P<whole>\d{1,3})(?![\d/.])")
#: Signs between the items of a list, and how many items one may have before the last.
_LINKS: Final = "、和及"
_LISTED: Final = 8
#: Places in which an approximator bounds a value.
_BOUNDING: Final = ("before", "apart", "inside", "after")

#: Classes of units that may stand in brackets: 20场(次), 20(次).
_BRACKETED: Final = ("person", "attendance", "body", "visit", "case", "document", "item", "event", "batch")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns built from the codebook, its units, and how each approximator bounds.

    ``kinds`` holds the approximators behind a figure that go with some classes of units only, ``bare`` those that go
    with a multiplier alone (上万), ``ends`` the last characters of those before a figure, ``split`` the units that let
    an approximator or a half in (3个多月, 1个半小时). What ends in ``starts`` holds the characters a pattern can begin
    with, which are asked before the pattern is. Most numbers are of the ``common`` form: figures, perhaps 万 or
    亿, and a unit.
    """

    start: re.Pattern[str]
    common: re.Pattern[str]
    plain: re.Pattern[str]
    vague: re.Pattern[str]
    unit: re.Pattern[str]
    split: re.Pattern[str]
    half: re.Pattern[str]
    tenths: re.Pattern[str]
    range: re.Pattern[str]
    list: re.Pattern[str]
    listed: re.Pattern[str]
    moved: re.Pattern[str]
    before: re.Pattern[str]
    detached: re.Pattern[str]
    after: re.Pattern[str]
    word_starts: frozenset[str]
    unit_starts: frozenset[str]
    range_starts: frozenset[str]
    after_starts: frozenset[str]
    links: frozenset[str]
    ends: frozenset[str]
    units: dict[str, Row]
    factors: dict[str, Decimal]
    bounds: dict[str, str]
    behind: frozenset[str]
    kinds: dict[str, frozenset[str]]
    bare: frozenset[str]


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
    follows = re.escape("".join(sorted(_starts([*" (~-—半", *at["inside"], *at["range"], *at["after"]]))))
    begins = rf"\d{CHINESE}半{''.join(word[0] for word in at['vague'])}"
    shared = [row["word"] for row in read_rows("text/particles") if row["kind"] == "listed"]
    detached = [row for row in rows if row["detached"] == "true"]
    number = _number(units)
    counted = [unit for unit, row in units.items() if row["unit_class"] in _BRACKETED]
    split = [unit for unit, row in units.items() if row["unit_class"] in ("time", "point") and unit[0] in units]
    split = [unit for unit in split if len(unit) > 1]
    halves = [unit for unit, row in units.items() if row["unit_class"] == "time" and row["reading"] == "count"]
    return Grammar(
        start=re.compile(f"[{begins}](?!{_idle(units, rows)})"),
        plain=re.compile(
            rf"(?P<number>{number})(?:\ ?(?P<inner>[{inner}]))?"
            rf"(?:\ ?(?P<multiplier>{_scale(units)}))?(?:\ ?(?P<more>[{inner}]))?"
        ),
        common=re.compile(
            rf"(?P<number>\d{{1,12}}+(?:\.\d++)?+[{''.join(LARGE)}]?+)(?P<unit>(?>{_alternatives(units)}))(?![{follows}])"
        ),
        vague=re.compile(rf"(?:(?P<scaled>[{scaled}])\ ?[{MULTIPLIERS}]++|(?P<alone>{longest(alone)}))[{inner}]?"),
        unit=re.compile(
            rf"{GAP}(?:(?P<unit>{_alternatives(units)})(?:\((?:{longest(counted)})\))?"
            rf"|\((?P<bracketed>{longest(counted)})\))"
        ),
        split=re.compile(
            rf"(?P<first>{longest(unit[0] for unit in split)})(?:(?P<inner>[{inner}])|半)"
            rf"(?P<rest>{longest(unit[1:] for unit in split)})"
        ),
        tenths=re.compile(
            rf"(?:\d++(?:\.\d++)?|[{CHINESE}]{{1,{LONGEST}}}+)成[{''.join(DIGITS)}半](?=\W|的|{longest(at['after'])}|$)"
        ),
        half=re.compile(rf"(?<![{''.join(at['half'])}])半(?P<unit>{longest(halves)})"),
        range=re.compile(rf"{GAP}(?:~|-|—{{1,2}}|{longest(at['range'])}){GAP}(?P<second>{number})"),
        list=re.compile(rf"(?:[{_LINKS}]\ ?{ARABIC}){{0,{_LISTED}}}[{_LINKS}]\ ?(?P<last>{number})"),
        listed=re.compile(rf"(?:{longest(shared)})\ ?(?:{ARABIC}[{_LINKS}]\ ?){{0,{_LISTED}}}$"),
        moved=re.compile(rf"(?:{longest(at['from'])})\ *$"),
        before=re.compile(rf"(?P<word>{_guarded(rows)})\ *$"),
        detached=re.compile(rf"(?P<word>{_unfollowed(detached)})[^{re.escape(CLAUSE_ENDS)}{begins}]*$"),
        after=re.compile(rf"{GAP}(?P<word>{longest(at['after'])})"),
        word_starts=_starts(["半", *at["vague"]]),
        unit_starts=_starts([" ", "(", *units]),
        range_starts=_starts([" ", "~", "-", "—", *at["range"]]),
        after_starts=_starts([" ", *at["after"]]),
        links=frozenset(_LINKS),
        ends=frozenset(word[-1] for word in at["before"]),
        units=units,
        factors={unit: Decimal(row["factor"]) for unit, row in units.items()},
        bounds={row["qualifier"]: row["bound"] for row in rows if row["place"] in _BOUNDING},
        behind=frozenset(at["after"]) - set(at["inside"]),
        kinds={
            row["qualifier"]: frozenset(row["note"].split("|"))
            for row in rows
            if row["place"] == "after" and row["note"]
        },
        bare=frozenset(row["qualifier"] for row in rows if row["place"] == "before" and row["note"] == "bare"),
    )


def match_parts(text: str, start: int) -> tuple[str, int]:
    """Return the kind of a share or fraction that begins at a place, and its end; "" where none does.

    Examples
    --------
    >>> match_parts("占三成五。", 1), match_parts("其中2/3的", 2), match_parts("三分钟", 0)
    (('percent', 4), ('fraction', 5), ('', 0))
    """
    if not _PARTED.match(text, start):
        return "", start
    if match := _PARTS.match(text, start):
        return "percent" if _HUNDREDTHS.match(match[0]) else "fraction", match.end()
    if match := _WHOLLY.match(text, start) or grammar().tenths.match(text, start):
        return "percent", match.end()
    if match := _HALF.match(text, start):
        return "fraction", match.end()
    match = _SLASH.match(text, start)
    return ("fraction", match.end()) if match and int(match["part"]) < int(match["whole"]) else ("", start)


def longest(words: Iterable[str]) -> str:
    """Return a pattern of alternatives, of two that begin alike the longer first.

    What several begin with stands once, so that a place where none begins is told by its first character.

    Examples
    --------
    >>> longest(["余", "多余", "多"])
    '多(?:余|)|余'
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        groups.setdefault(word[:1], []).append(word[1:])
    return "|".join(
        re.escape(first) + (re.escape(rest[0]) if len(rest) == 1 else f"(?:{longest(rest)})")
        for first, rest in groups.items()
    )


def _idle(units: Iterable[str], rows: Iterable[Row]) -> str:
    """Return the pattern of a Chinese numeral from its second character on that no unit or other sign makes a figure.

    Most are of this kind (统一, 一方面). One behind the sign of an ordinal may be a rank.
    """
    behind = [row["qualifier"] for row in rows if row["place"] in ("inside", "after", "range")]
    goes_on = re.escape("".join(sorted(_starts([*units, *behind, *" (~-—点分成半"]))))
    signs = "".join(row["word"] for row in read_rows("text/ranks") if row["place"] in ("ordinal", "top"))
    chinese = _scale(units).replace(MULTIPLIERS, CHINESE).removesuffix("++")
    return rf"(?<=[{CHINESE}])(?<![{signs}].)(?<![{signs}]\ .){chinese}{{0,{LONGEST}}}+(?![\d{CHINESE}{goes_on}])"


def _starts(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word[0] for word in words)


def _scale(units: Iterable[str]) -> str:
    """Return the pattern of a run of multipliers that leaves a unit its first character: 百分点, 千瓦."""
    return rf"(?:(?!{longest(unit for unit in units if unit[0] in MULTIPLIERS)})[{MULTIPLIERS}])++"


def _number(units: Iterable[str]) -> str:
    """Return the pattern of figures: 1.2万, 3亿2000万, 12万5千4百, 二百八十, 三点五."""
    scale, chinese = _scale(units), _scale(units).replace(MULTIPLIERS, CHINESE)
    return (
        rf"(?:(?:{ARABIC})(?:{GAP}{scale}(?:{_FIGURES}{scale}){{0,4}}+(?:{_FIGURES})?+)?+"
        rf"|{chinese}(?:点{chinese})?)"
    )


def _guarded(rows: Iterable[Row]) -> str:
    """Return the approximators before a number, each refusing the characters that make another word of it."""
    chosen = sorted((row for row in rows if row["place"] == "before"), key=lambda row: -len(row["qualifier"]))
    return "|".join(_unless(row["not_after"].split("|")) + re.escape(row["qualifier"]) for row in chosen)


def _unfollowed(rows: Iterable[Row]) -> str:
    """Return approximators of a figure further on, each refusing what makes it say something else: 最多的镇."""
    chosen = sorted(rows, key=lambda row: -len(row["qualifier"]))
    return "|".join(
        re.escape(row["qualifier"]) + (f"(?!{longest(row['not_before'].split('|'))})" if row["not_before"] else "")
        for row in chosen
    )


def _unless(words: Iterable[str]) -> str:
    """Return a pattern that refuses what ends in one of some words."""
    return "".join(f"(?<!{re.escape(word)})" for word in words if word)


def _alternatives(units: dict[str, Row]) -> str:
    """Return the units grouped by first character, longest first, each refusing what may not follow it."""
    groups: dict[str, list[str]] = {}
    for unit in sorted(units, key=lambda unit: (-len(unit), unit)):
        refused = units[unit]["not_before"]
        groups.setdefault(unit[0], []).append(re.escape(unit[1:]) + (f"(?!{refused})" if refused else ""))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items()))
