"""Patterns of printed numbers, built from the codebook: where they start, their units and approximators.

Every pattern keeps what it has matched, so that reading takes time in proportion to the text, whatever the text holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows, rows_by
from analysis.text.numbers import CHINESE, LARGE, SMALL
from analysis.text.surroundings import CLAUSE_ENDS

MULTIPLIERS: Final = "".join((*SMALL, *LARGE))
#: Blanks that a web page may put between a number and its unit.
GAP: Final = r"\ {0,4}+"
ARABIC: Final = r"\d++(?:[,.]\d++|\ \d{3}(?!\d))*+"
NUMBER: Final = (
    rf"(?:(?:{ARABIC})(?:{GAP}[{MULTIPLIERS}]++(?:\d++(?:\.\d++)?[{MULTIPLIERS}]*+)?)?+"
    rf"|[{CHINESE}]++(?:点[{CHINESE}]++)?)"
)
#: Places in which an approximator bounds a value.
#: Signs between the items of a list, and how many items one may have before the last.
_LINKS: Final = "、和及"
_LISTED: Final = 8
_BOUNDING: Final = ("before", "apart", "inside", "after")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns built from the codebook, its units, and how each approximator bounds.

    ``kinds`` holds the approximators behind a figure that go with some classes of units only.
    """

    start: re.Pattern[str]
    plain: re.Pattern[str]
    vague: re.Pattern[str]
    unit: re.Pattern[str]
    range: re.Pattern[str]
    list: re.Pattern[str]
    listed: re.Pattern[str]
    before: re.Pattern[str]
    detached: re.Pattern[str]
    after: re.Pattern[str]
    units: dict[str, Row]
    bounds: dict[str, str]
    behind: frozenset[str]
    kinds: dict[str, frozenset[str]]


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
    shared = [row["word"] for row in read_rows("text/particles") if row["kind"] == "listed"]
    detached = [row["qualifier"] for row in rows if row["detached"] == "true"]
    return Grammar(
        start=re.compile(rf"[\d{CHINESE}{scaled}{''.join(word[0] for word in alone)}]"),
        plain=re.compile(
            rf"(?P<number>{NUMBER})(?:\ ?(?P<inner>[{inner}]))?"
            rf"(?:\ ?(?P<multiplier>[{MULTIPLIERS}]++))?(?:\ ?(?P<more>[{inner}]))?"
        ),
        vague=re.compile(rf"(?:(?P<scaled>[{scaled}])\ ?[{MULTIPLIERS}]++|(?P<alone>{longest(alone)}))[{inner}]?"),
        unit=re.compile(rf"{GAP}(?P<unit>{_alternatives(units)})(?:\((?:{_alternatives(units)})\))?"),
        range=re.compile(rf"{GAP}(?:~|-|—{{1,2}}|{longest(at['range'])}){GAP}(?P<second>{NUMBER})"),
        list=re.compile(rf"(?:[{_LINKS}]\ ?{ARABIC}){{0,{_LISTED}}}[{_LINKS}]\ ?(?P<last>{NUMBER})"),
        listed=re.compile(rf"(?:{longest(shared)})\ ?(?:{ARABIC}[{_LINKS}]\ ?){{0,{_LISTED}}}$"),
        before=re.compile(rf"(?P<word>{_guarded(rows)})\ *$"),
        detached=re.compile(rf"(?P<word>{longest(detached)})[^{re.escape(CLAUSE_ENDS)}\d]*$"),
        after=re.compile(rf"{GAP}(?P<word>{longest(at['after'])})"),
        units=units,
        bounds={row["qualifier"]: row["bound"] for row in rows if row["place"] in _BOUNDING},
        behind=frozenset(at["after"]) - set(at["inside"]),
        kinds={
            row["qualifier"]: frozenset(row["note"].split("|"))
            for row in rows
            if row["place"] == "after" and row["note"]
        },
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
