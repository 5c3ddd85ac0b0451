"""Units through time: one id for a place whatever its code and name, and what became of units that are no more.

A unit goes on as the division that begins in the year after it ends and bears its name (密云县, 密云区), or as
``codebook/tidy/successions.csv`` says, which overrules names. A unit that was merged into another or divided keeps its
own id to its end: its earlier reports are not the other's. What absorbed it goes on, and says whom it absorbed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows
from analysis.text.divisions import NOW, Place, kind_of, read_places, short_name, stem

_OPEN: Final = 9999


class Unit(NamedTuple):
    """A place through time.

    Attributes
    ----------
    unit_id : str
        The first code it has in the list of divisions (from 2010 on), so that the id never changes when a unit is
        given a new code; the code itself for a code that is not in the list.
    adcode_now : str
        Its code today; empty if it is no more, or is not in the list.
    merged_into : tuple of str
        The units that its area went to when it ended.
    absorbed : tuple of (int, str)
        Year and unit of what was merged into it.
    """

    unit_id: str
    adcode_now: str = ""
    merged_into: tuple[str, ...] = ()
    absorbed: tuple[tuple[int, str], ...] = ()


def find_unit(adcode: str, year: int | None = None) -> Unit:
    """Return the unit that has a division code in a year.

    Parameters
    ----------
    adcode : str
        Division code; one that is not in the list is a unit of its own.
    year : int, optional
        A code may have stood for one unit and later for another; by default the last it stood for. In a year in which
        it stood for none, the unit nearest in time: a report on the year before a change often bears the new code.

    Examples
    --------
    >>> find_unit("110228", 2014).unit_id == find_unit("110118", 2020).unit_id, find_unit("110228", 2014).adcode_now
    (True, '110118')
    >>> find_unit("310103", 2010).merged_into, find_unit("310101", 2010).absorbed
    (('310101',), ((2011, '310103'),))
    """
    at = year or NOW
    rows = _by_code().get(adcode)
    if not rows:
        return Unit(adcode)
    return _units()[min(rows, key=lambda place: max(place.first - at, at - place.last, 0))]


@cache
def _by_code() -> Mapping[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(read_places(), key=lambda place: place.first):
        found[place.adcode].append(place)
    return {code: tuple(rows) for code, rows in found.items()}


def _place_of(adcode: str, year: int) -> Place:
    return next(place for place in _by_code()[adcode] if place.first <= year <= place.last)


def _core(place: Place) -> tuple[str, str, str]:
    """Return what a name keeps when the rank changes: 密云县 and 密云区 are 密云; a short name stays whole."""
    if kind_of(place) == "prefecture":
        return "prefecture", place.province, stem(place.name)
    name = short_name(place.name)
    return "county", place.province, name[:-1] if len(name) > 2 else name


@cache
def _units() -> Mapping[Place, Unit]:
    """Return the unit of every row of the list."""
    goes_on, merged = _successors()
    former = {after: before for before, after in goes_on.items()}
    first: dict[Place, Place] = {}
    for place in read_places():
        start = place
        while start in former:
            start = former[start]
        first[place] = start
    ids = {start: start.adcode for start in set(first.values())}
    into: dict[Place, list[str]] = defaultdict(list)
    absorbed: dict[Place, list[tuple[int, str]]] = defaultdict(list)
    for before, after in merged:
        into[first[before]].append(ids[first[after]])
        absorbed[first[after]].append((before.last + 1, ids[first[before]]))
    last = {first[place]: place for place in sorted(read_places(), key=lambda place: place.last)}
    return {
        place: Unit(
            ids[start],
            last[start].adcode if last[start].last == _OPEN else "",
            tuple(sorted(into[start])) if last[start].last != _OPEN else (),
            tuple(sorted(absorbed[start])),
        )
        for place, start in first.items()
    }


def _successors() -> tuple[dict[Place, Place], list[tuple[Place, Place]]]:
    """Return as what each row goes on, and the pairs of which the first was merged into the second or divided."""
    goes_on: dict[Place, Place] = {}
    merged: list[tuple[Place, Place]] = []
    told: set[Place] = set()
    for row in read_rows("tidy/successions"):
        year = int(row["year"])
        before, after = _place_of(row["adcode"], year - 1), _place_of(row["to_adcode"], year)
        told.add(before)
        if row["goes_on"] == "yes":
            goes_on[before] = after
        else:
            merged.append((before, after))
    taken = set(goes_on.values())
    for before, after in _by_name():
        if before not in told and after not in taken:
            goes_on[before] = after
    return goes_on, merged


def _by_name() -> Iterator[tuple[Place, Place]]:
    """Yield the rows that end with the only row of the same name that begins in the next year."""
    begun: dict[tuple[int, tuple[str, str, str]], list[Place]] = defaultdict(list)
    for place in read_places():
        begun[place.first, _core(place)].append(place)
    for place in read_places():
        after = begun.get((place.last + 1, _core(place)), [])
        if len(after) == 1:
            yield place, after[0]
