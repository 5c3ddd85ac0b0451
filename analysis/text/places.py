"""Which place a report is about: names of counties and prefectures, weighed by where they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from analysis.codebook import read_toml
from analysis.text.divisions import COUNTY_LEVELS, NOW, Place, divisions_by_name, printed_names, stem
from analysis.text.reading import Text

_LONGEST: Final = 15
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
#: As many characters before a short name make a longer name of it, that of a county no list knows.
_PART: Final = 2
_RUN: Final = re.compile(r"[\u4e00-\u9fff]+$")
#: The levels a report may mean when it speaks of 我县, 全区, 我旗.
_MEANT: Final = {"county": ("county", "autonomous_county"), "district": ("district",), "banner": ("banner",)}


class Naming(NamedTuple):
    """One place named in a text: the full name, whether county, prefecture or province, where, and how weighty."""

    name: str
    kind: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class FoundPlace:
    """The place of a report as columns of `documents`, with the namings that say so."""

    county: str = ""
    unit_type: str = ""
    prefecture: str = ""
    province: str = ""
    adcode: str = ""
    parent_adcode: str = ""
    namings: tuple[Naming, ...] = ()
    rule: str = ""


@cache
def _config() -> dict[str, Any]:
    return read_toml("text/metadata")


def _find_raw(view: Text) -> Iterator[tuple[int, int]]:
    """Yield the spans of the longest names that end at each suffix, in order and without overlap."""
    names, done = printed_names(), 0
    spans = []
    for match in re.finditer(_config()["names"]["suffixes"], view.folded):
        end = match.end()
        for start in range(max(end - _LONGEST, 0), end - 1):
            if view.folded[start:end] in names:
                spans.append((start, end))
                break
    for index, (start, end) in enumerate(spans):
        longer = index + 1 < len(spans) and spans[index + 1][0] <= start
        if start >= done and not longer:
            yield start, end
            done = end


@cache
def stems() -> frozenset[str]:
    """Return the short names of provinces and prefectures, which may stand right before a county's."""
    return frozenset(stem(name) for kind, name in divisions_by_name() if kind != "county")


def _behind_words(text: str) -> str:
    """Return what stands behind the last of the words that stand before a name (某某镇在泽, 某某市泽: 泽)."""
    words = (*_config()["words"]["before"], *_config()["words"]["above"])
    ends = [at + len(word) for word in words if (at := text.rfind(word)) >= 0]
    return text[max(ends, default=0) :]


def _stands(view: Text, start: int, end: int, previous_end: int) -> bool:
    """Say whether a short name is a name here, and not a piece of other words (共和县, 清单县)."""
    words = _config()["words"]
    name, before, after = view.folded[start:end], view.folded[max(0, start - 2) : start], view.folded[end : end + 4]
    organ = after.startswith(tuple(words["after"]))
    if previous_end == start:
        return True
    if name in words["common"]:
        return organ
    if name in words["conjoined"]:
        return not before or not _HAN.match(before[-1])
    if end - start > 2:
        return True
    run = _RUN.search(view.folded[max(0, start - _LONGEST) : start])
    inside = _behind_words(run[0]) if run else ""
    part = len(inside) == 1 or (len(inside) == _PART and inside not in stems())
    if part and not before.endswith(tuple(words["before"])):
        return False
    left = not before or not _HAN.match(before[-1]) or before.endswith(tuple(words["before"]))
    return left or (organ and not (before + name[0]).endswith(tuple(words["joined"])))


def find_places(view: Text, emphasis: Sequence[tuple[int, int, float]]) -> tuple[Naming, ...]:
    """Return the places a text names, in order, with the weight of each naming.

    Parameters
    ----------
    view : Text
        The decoded report.
    emphasis : sequence of (int, int, float)
        Spans in which a naming weighs more: title, issuer, lead, chrome.
    """
    weights = _config()["weights"]
    found: list[Naming] = []
    previous_end, titled = -1, False
    for start, end in _find_raw(view):
        if not _stands(view, start, end, previous_end):
            continue
        kind, name = printed_names()[view.folded[start:end]]
        weight = max((extra for first, last, extra in emphasis if first <= start < last), default=weights["text"])
        titled = view.folded[max(0, start - 3) : start].rstrip(" ").endswith("《") or (titled and start == previous_end)
        if titled:
            weight += weights["document"]
        if view.folded.startswith(tuple(_config()["words"]["after"][:-1]), end):
            weight += weights["organ"]
        found.append(Naming(name, kind, start, end, weight))
        previous_end = end
    return tuple(found)


def _level_factors(view: Text) -> dict[str, float]:
    """Return by what a report's own words (我县, 全区) multiply the weight of a name of each level."""
    counts = {kind: len(re.findall(_config()["self"][kind], view.folded)) for kind in _MEANT}
    most = max(counts, key=lambda kind: counts[kind])
    return {level: 1.0 if level in _MEANT[most] else 0.5 for level in COUNTY_LEVELS} if counts[most] else {}


def _support(view: Text, place: Place) -> int:
    """Return how often a text names the prefecture and the province of a place."""
    names = [name for name in (place.prefecture, place.province) if name]
    return sum(2 * view.folded.count(name) + view.folded.count(stem(name)) for name in names)


def choose(view: Text, kind: str, name: str, year: int | None) -> Place | None:
    """Return the division of a name in a year; of several of one name the one whose prefecture or province is named.

    Parameters
    ----------
    view : Text
        The decoded report.
    kind : {"county", "prefecture", "province"}
        What the name is of.
    name : str
        Full name.
    year : int or None
        Report year; None means now.

    Returns
    -------
    Place or None
        None where several fit equally well, or none had the name in that year or the one next to it.
    """
    at = year or NOW
    rows = [place for place in divisions_by_name().get((kind, name), ()) if place.first - 1 <= at <= place.last + 1]
    rows = [place for place in rows if place.first <= at <= place.last] or rows
    if len(rows) > 1:
        support = {place: _support(view, place) for place in rows}
        best = max(support.values())
        rows = [place for place in rows if support[place] == best and best]
    return rows[0] if len(rows) == 1 else None


def find_place(view: Text, namings: Sequence[Naming], year: int | None) -> FoundPlace:
    """Return the county a report is about, or its prefecture, or nothing where the text does not say.

    Parameters
    ----------
    view : Text
        The decoded report.
    namings : sequence of Naming
        From `find_places`.
    year : int or None
        Report year: the code is that of GB/T 2260 for this year.
    """
    weights = _config()["weights"]
    scores = _scores(view, namings)
    county, prefecture, province = (_best(scores, namings, kind) for kind in ("county", "prefecture", "province"))
    own = re.search(_config()["self"]["own_county"], view.folded)
    for kind, name in (("prefecture", prefecture), ("province", province)):
        if scores.get((kind, name), 0.0) >= weights["title"] > scores.get(("county", county), 0.0) and not own:
            return _above_county(view, kind, name, year, namings)
    if scores.get(("county", county), 0.0) >= weights["least"]:
        return _as_county(view, county, year, namings)
    return FoundPlace()


def _scores(view: Text, namings: Sequence[Naming]) -> dict[tuple[str, str], float]:
    """Return the weight of every place named, by kind and name."""
    leads = {naming.start for naming in namings}
    scores: dict[tuple[str, str], float] = defaultdict(float)
    for naming in namings:
        # A prefecture right before a county only says where that county is.
        if naming.kind == "county" or naming.end not in leads:
            scores[naming.kind, naming.name] += naming.weight
    factors = _level_factors(view)
    for kind, name in scores:
        if kind == "county":
            rows = divisions_by_name()[kind, name]
            scores[kind, name] *= max(factors.get(place.level, 1.0) for place in rows)
            scores[kind, name] += _config()["weights"]["province"] * any(p.province in view.folded for p in rows)
    return dict(scores)


def _best(scores: dict[tuple[str, str], float], namings: Sequence[Naming], kind: str) -> str:
    """Return the weightiest name of a kind; of equal ones that which is named first."""
    order = {naming.name: -index for index, naming in reversed(list(enumerate(namings)))}
    names = [name for found, name in scores if found == kind]
    return max(names, key=lambda name: (scores[kind, name], order[name]), default="")


def _of(name: str, namings: Sequence[Naming]) -> tuple[Naming, ...]:
    """Return the namings of a place, the weightiest first."""
    own = [naming for naming in namings if naming.name == name]
    return tuple(sorted(own, key=lambda naming: (-naming.weight, naming.start)))


def _as_county(view: Text, name: str, year: int | None, namings: Sequence[Naming]) -> FoundPlace:
    place = choose(view, "county", name, year)
    if place is None:
        levels = {row.level for row in divisions_by_name()["county", name]}
        level = levels.pop() if len(levels) == 1 else ""
        return FoundPlace(name, level, namings=_of(name, namings), rule="name of several places")
    return FoundPlace(
        name, place.level, place.prefecture, place.province, place.adcode, "", _of(name, namings), "weight of namings"
    )


def _above_county(view: Text, kind: str, name: str, year: int | None, namings: Sequence[Naming]) -> FoundPlace:
    place = choose(view, kind, name, year)
    rule = f"{kind} in title or issuer"
    if kind == "province":
        return FoundPlace(province=name, namings=_of(name, namings), rule=rule)
    code, province = (place.adcode, place.province) if place else ("", "")
    return FoundPlace("", "prefecture", name, province, code, "", _of(name, namings), rule)
