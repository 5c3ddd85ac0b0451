"""The administrative divisions by year: names in every printed form, codes, what belongs to what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows, read_toml

#: The columns of `documents` that say where a report is from.
PLACE_FIELDS: Final = ("county", "unit_type", "prefecture", "province", "adcode", "parent_adcode")
COUNTY_LEVELS: Final = ("county", "district", "county_level_city", "autonomous_county", "banner")
#: No year is known: the divisions of today.
NOW: Final = 9998


class Place(NamedTuple):
    """One division with the years in which it had this code, name and prefecture; `last` 9999 means until now."""

    adcode: str
    name: str
    level: str
    prefecture: str
    province: str
    first: int
    last: int


@cache
def read_places() -> tuple[Place, ...]:
    """Return every division of the list with its years."""
    return tuple(
        Place(
            r["adcode"],
            r["name"],
            r["level"],
            r["prefecture"],
            r["province"],
            int(r["from"]),
            int(r["to"]) if r["to"] else 9999,
        )
        for r in read_rows("text/places")
    )


def kind_of(place: Place) -> str:
    """Return whether a division is a county, a prefecture or a province."""
    return "county" if place.level in COUNTY_LEVELS else place.level


@cache
def divisions_by_name() -> dict[tuple[str, str], tuple[Place, ...]]:
    """Return the divisions by kind and name; a name may stand for several, in one year or one after the other."""
    found: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in read_places():
        found[kind_of(place), place.name].append(place)
    return {key: tuple(rows) for key, rows in found.items()}


@cache
def _ethnic() -> tuple[str, ...]:
    words = read_toml("text/metadata")["words"]["ethnic"]
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def short_name(name: str) -> str:
    """Return the everyday name of an autonomous county, banner or prefecture, or the name itself.

    Examples
    --------
    >>> short_name("新晃侗族自治县"), short_name("红河哈尼族彝族自治州"), short_name("嵩县")
    ('新晃县', '红河州', '嵩县')
    """
    match = re.fullmatch(read_toml("text/metadata")["names"]["autonomous"], name)
    return _without_peoples(match[1]) + match[2] if match else name


def _without_peoples(name: str) -> str:
    """Take the names of peoples off the end of a name, but never the whole of it."""
    while people := next((word for word in _ethnic() if name.endswith(word) and len(name) > len(word)), ""):
        name = name.removesuffix(people)
    return name


def stem(name: str) -> str:
    """Return the name of a province or prefecture without what it is.

    Examples
    --------
    >>> stem("河南省"), stem("广西壮族自治区"), stem("内蒙古自治区"), stem("盐城市")
    ('河南', '广西', '内蒙古', '盐城')
    """
    short = re.sub(read_toml("text/metadata")["names"]["kinds"], "", short_name(name))
    bare = _without_peoples(short)
    return bare if len(bare) > 1 else short


@cache
def printed_names() -> dict[str, tuple[str, str]]:
    """Return every printed form of a name with the kind and full name it stands for; ambiguous short forms are out."""
    full = {place.name: (kind_of(place), place.name) for place in sorted(read_places(), key=lambda place: place.last)}
    short: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for place in read_places():
        if (form := short_name(place.name)) not in full:
            short[form].add((kind_of(place), place.name))
    return full | {form: next(iter(names)) for form, names in short.items() if len(names) == 1}


def complete_place(given: Mapping[str, str], year: int | None) -> dict[str, str]:
    """Return a place given by a person with what the list of divisions adds; what is given is never changed.

    Parameters
    ----------
    given : mapping
        Some of `PLACE_FIELDS`; a code, or a name that is the only one of its kind there.
    year : int or None
        Report year; None means now.

    Examples
    --------
    >>> complete_place({"county": "嵩县"}, 2024)["adcode"]
    '410325'
    >>> complete_place({"county": "鼓楼区"}, 2024)["adcode"], complete_place({"county": "云岭县"}, 2024)["province"]
    ('', '')
    """
    at = year or NOW
    stated = {name: given.get(name, "") for name in PLACE_FIELDS}
    zone = stated["unit_type"] == "functional_zone"
    name = stated["prefecture"] if zone else stated["county"] or stated["prefecture"]
    wanted = {"adcode": stated["adcode"], "province": stated["province"]}
    if stated["county"] and not zone:
        wanted["prefecture"] = stated["prefecture"]
    rows = [
        place
        for place in read_places()
        if place.first <= at <= place.last
        and (name in (place.name, short_name(place.name)) if name else stated["adcode"])
        and all(getattr(place, column) == value for column, value in wanted.items() if value)
    ]
    if len(rows) != 1:
        return stated
    place, found = rows[0], {"province": rows[0].province}
    if zone:
        found |= {"prefecture": place.name, "parent_adcode": place.adcode}
    elif place.level in COUNTY_LEVELS:
        found |= {"county": place.name, "prefecture": place.prefecture}
    elif place.level == "prefecture":
        found |= {"prefecture": place.name}
    if not zone:
        found |= {"adcode": place.adcode, "unit_type": place.level if place.level != "province" else ""}
    return {column: stated[column] or found.get(column, "") for column in PLACE_FIELDS}
