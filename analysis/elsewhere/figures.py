"""A figure of a table from elsewhere: what its surface says against what the table says, and where it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple

from analysis.codebook import rows_by
from analysis.parsing import NUMBER
from analysis.tables import EXACT, format_number
from analysis.text.folding import fold
from analysis.text.numbers import CHINESE, parse_number
from analysis.text.patterns import MULTIPLIERS
from analysis.text.quantities import find_quantities, read_quantity
from analysis.text.reading import MASK, make_text

NUMBERS: Final = ("value", "low", "high")
_SCALED: Final = re.compile(rf"([{MULTIPLIERS}]+)(.+)")
_NUMERAL: Final = frozenset(f"{CHINESE}0123456789.,")
_NUMBER: Final = re.compile(NUMBER)


class Unit(NamedTuple):
    """A unit as printed: its base unit and what a value in it is multiplied by."""

    base: str
    factor: Decimal


def read_unit(unit: str) -> Unit:
    """Return the base unit of a printed one, by the codebook (``text/units.csv``); one it lacks stays as it is.

    Examples
    --------
    >>> read_unit("万元") == Unit("元", Decimal(10000)), read_unit("人(次)").base
    (True, '人次')
    """
    known = rows_by("text/units", "unit")
    scale, bare = Decimal(1), unit
    if unit not in known and (match := _SCALED.fullmatch(unit)) and match[2] in known:
        scale, bare = Decimal(str(parse_number(match[1]) or 1)), match[2]
    row = known.get(bare)
    return Unit(row["base_unit"], scale * Decimal(row["factor"])) if row else Unit(bare, scale)


def read_figure(given: Mapping[str, str], multiply: Mapping[str, Decimal]) -> tuple[dict[str, str], list[str]]:
    """Return the numbers of a figure as the table ``mentions`` has them, and why they cannot be so.

    Parameters
    ----------
    given : mapping
        Columns of ``mentions`` as the table gives them: surface, and any of value, low, high, unit, qualifier, masked.
        What is not given is read from the surface, with the unit where that stands apart.
    multiply : mapping of str to Decimal
        What a given number is multiplied by, before its unit makes base units of it.

    Returns
    -------
    cells : dict of str to str
        value, low, high, unit, qualifier, masked.
    faults : list of str
        A given value contradicts the surface, is no number, or cannot be told.
    """
    surface, printed = given.get("surface", ""), given.get("unit", "")
    if not surface:
        return {}, ["no surface is given: the figure as printed"]
    if surface[0] in "=@":
        return {}, [f"the surface {surface[:40]!r} is a formula; a surface is a figure as printed"]
    unit, read = read_unit(printed), read_quantity(surface, printed)
    found: dict[str, float] = {}
    faults = []
    for name in (name for name in NUMBERS if given.get(name)):
        number = _number(given[name])
        if number is None:
            faults.append(f"{name} is {given[name]!r}, which is no number")
        elif abs(number := number * multiply.get(name, Decimal(1)) * unit.factor) >= EXACT:
            faults.append(f"{name} is {given[name][:40]!r}: too large to be a figure of a report")
        else:
            found[name] = float(number)
    masked = given.get("masked") == "true" or bool(MASK.search(surface)) or bool(read and read.masked)
    if masked and found:
        faults.append(f"{surface!r} is masked, and a masked figure has no {' nor '.join(found)}")
    if masked or faults:
        cells = {"unit": unit.base, "qualifier": given.get("qualifier", ""), "masked": str(masked).lower()}
        return cells, faults
    if read is None and "value" not in found:
        return {}, [f"no value is given, and no one number can be read in {surface!r}"]
    if read is not None:
        faults += _contradictions(surface, found, {name: getattr(read, name) for name in NUMBERS})
        if printed and read.unit and unit.base != read.unit:
            faults.append(f"unit is {printed!r}, but {surface!r} has {read.unit!r}")
        bounds = {name: getattr(read, name) for name in NUMBERS if getattr(read, name) is not None}
        found = {**bounds, **found}
    elif not given.get("qualifier"):
        found = {"low": found["value"], "high": found["value"], **found}
    return {
        **{name: format_number(number) for name, number in found.items()},
        "unit": unit.base or (read.unit if read else ""),
        "qualifier": given.get("qualifier") or (read.qualifier if read else ""),
        "masked": given.get("masked", "false"),
    }, faults


def _number(cell: str) -> Decimal | None:
    if _NUMBER.fullmatch(cell):
        return Decimal(cell)
    number = parse_number(cell)
    return None if number is None else Decimal(str(number))


def _contradictions(surface: str, given: Mapping[str, float], read: Mapping[str, float | None]) -> list[str]:
    """Name every given number that the surface does not say."""
    return [
        f"{name} is {format_number(number)}, but {surface!r} reads as "
        f"{'no one number' if (said := read[name]) is None else format_number(said)}; correct one of them"
        for name, number in given.items()
        if (said := read[name]) is None or not math.isclose(number, said, rel_tol=1e-9)
    ]


class Place(NamedTuple):
    """Where words stand in a text; without offsets the note says why, and a fault that they cannot stand there."""

    start: int | None = None
    end: int | None = None
    note: str = ""
    fault: str = ""


class Places:
    """One text, asked where a figure or a statement of its report stands."""

    def __init__(self, text: str) -> None:
        self.view = make_text(text)

    @cached_property
    def _figures(self) -> dict[str, list[tuple[int, int]]]:
        spans: dict[str, list[tuple[int, int]]] = {}
        for figure in find_quantities(self.view):
            spans.setdefault(_bare(figure.surface), []).append((figure.start, figure.end))
        return spans

    def find(self, words: str, given: tuple[str, str], *, figure: bool, context: str = "") -> Place:
        """Find words by the offsets given, else where they stand once, in the text or within words around them.

        Blanks do not count, nor the width of signs and digits. A figure stands where a whole figure stands: 3件 is not
        in 13件.
        """
        start = int(given[0]) if given[0].isdecimal() and len(given[0]) < 10 else None
        spans = self._spans(words)
        if start is not None and (own := [span for span in spans if span[0] == start]):
            return Place(*own[0])
        if figure:
            spans = self._figures.get(_bare(words)) or [span for span in spans if self._apart(*span)]
        if context and len(around := self._spans(context)) == 1:
            spans = [span for span in spans if around[0][0] <= span[0] and span[1] <= around[0][1]]
        if not spans:
            return Place(fault=f"{words[:40]!r} does not stand in the text of its report")
        moved = "" if start is None else f"{words[:40]!r} does not stand at {given[0]}; "
        if len(spans) > 1:
            return Place(note=f"{moved}it stands {len(spans)} times in the text: kept without offsets")
        return Place(*spans[0], note=f"{moved}found at {spans[0][0]}" if moved else "")

    def _spans(self, words: str) -> list[tuple[int, int]]:
        pattern = r"\s*".join(map(re.escape, _bare(words)))
        return [match.span() for match in re.finditer(pattern, self.view.folded)] if pattern else []

    def _apart(self, start: int, end: int) -> bool:
        """Say whether no numeral goes on before or behind a span."""
        text = self.view.folded
        return text[start - 1 : start] not in _NUMERAL and not (
            text[end - 1] in _NUMERAL and text[end : end + 1] in _NUMERAL - {".", ","}
        )


def _bare(words: str) -> str:
    return "".join(fold(words).split())
