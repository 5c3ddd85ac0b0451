"""Places without a code: functional zones, and counties that the list of divisions does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from analysis.codebook import read_rows, read_toml
from analysis.text.chrome import Span
from analysis.text.divisions import Place, divisions_by_name
from analysis.text.places import FoundPlace, Naming, choose, stems
from analysis.text.reading import Text

#: A name of a place that goes on from another is at most so much longer.
_BEFORE: Final = 3
#: The province and the prefecture of a county are at most so long.
_ABOVE: Final = 21
_HAN: Final = re.compile(r"[\u4e00-\u9fff]+$")


def zone_endings() -> tuple[str, ...]:
    """Return what the names of functional zones end with."""
    return tuple(row["ending"] for row in read_rows("text/zones"))


def find_zone(view: Text, issuer: str, namings: Sequence[Naming], year: int | None) -> FoundPlace | None:
    """Return the functional zone a management committee stands for, with the code of its parent and none of its own.

    Parameters
    ----------
    view : Text
        The decoded report.
    issuer : str
        Organs with a blank between them.
    namings : sequence of Naming
        Places the text names; those inside the issuer's name say whose zone it is, else the weightiest prefecture.
    year : int or None
        Report year, for the parent's code.

    Returns
    -------
    FoundPlace or None
        None where the issuer is no zone, or one that has a code.
    """
    endings = sorted((row["ending"] for row in read_rows("text/organs")), key=lambda text: (-len(text), text))
    name = issuer.split(" ")[0].removeprefix(read_toml("text/metadata")["names"]["party"])
    name = name.removesuffix(next((ending for ending in endings if name.endswith(ending)), ""))
    if not name.endswith(zone_endings()):
        return None
    parts = re.match(read_toml("text/metadata")["names"]["above_zone"], name)
    province, prefecture = (parts["province"] or "", parts["prefecture"] or "") if parts else ("", "")
    name = name.removeprefix(province)
    if any(naming.name == name for naming in namings):
        return None
    inside = [naming for naming in namings if naming.name in name]
    others = sorted((n for n in namings if n.kind == "prefecture"), key=lambda naming: (-naming.weight, naming.start))
    parent: Place | None = None
    for naming in inside[-1:] or others[:1]:
        parent = choose(view, naming.kind, naming.name, year)
    evidence = tuple(inside[-1:] or others[:1])
    if parent is None:
        return FoundPlace(
            name, "functional_zone", prefecture, province, namings=evidence, rule="zone in the issuer's name"
        )
    prefecture = parent.name if parent.level == "prefecture" else parent.prefecture
    return FoundPlace(
        name,
        "functional_zone",
        prefecture,
        parent.province,
        "",
        parent.adcode,
        evidence,
        "zone in the issuer's name",
    )


def find_unlisted(view: Text, named: Sequence[Span], told: Sequence[Span], listed: FoundPlace) -> FoundPlace | None:
    """Return a county or prefecture the list does not know, from what a title, a signature or the report begins with.

    Parameters
    ----------
    view : Text
        The decoded report.
    named : sequence of (int, int)
        Title and issuer.
    told : sequence of (int, int)
        Announcing sentence and first line: what they begin with counts only if the text names it again.
    listed : FoundPlace
        What was found among the divisions; one named elsewhere only gives way to a county of title or issuer.

    Returns
    -------
    FoundPlace or None
        Province and prefecture are given only where the same words name them; there is no code.
    """
    config = read_toml("text/metadata")
    words, unlisted = config["words"], re.compile(config["names"]["unlisted"])
    no_place = re.compile(words["no_place"])
    if listed.rule:
        inside = any(_whole(view, naming) for naming in listed.namings if _lies_in(naming, named))
        told, named = (), () if inside or listed.unit_type == "functional_zone" else named
    for start, end in (*named, *told):
        leads = [lead.end() for lead in re.finditer(words["announced"], view.folded[start:end])] or [0]
        found = [match for at in leads if (match := unlisted.match(view.folded, start + at, end))]
        match = next((m for m in found if not no_place.search((m["prefecture"] or "") + m["county"])), None)
        if match is None or ((start, end) in told and match["county"] in zone_endings()):
            continue
        if listed.rule and match["county"].endswith(zone_endings()):
            continue
        doubtful = bool(listed.rule) or (start, end) in told
        if doubtful and view.folded.count(match["county"]) < 2:
            continue
        naming = Naming(match["county"], "county", match.start("county"), match.end("county"), 1.0)
        if _level(naming.name) == "county_level_city" and re.search(config["self"]["prefecture"], view.folded):
            rule = "city that the list of divisions does not know, with counties below it"
            province = match["province"] or ""
            return FoundPlace("", "prefecture", naming.name, province, namings=(naming,), rule=rule)
        return FoundPlace(
            match["county"],
            _level(match["county"]),
            match["prefecture"] or "",
            match["province"] or "",
            namings=(naming,),
            rule="name that the list of divisions does not know",
        )
    return None


def _lies_in(naming: Naming, spans: Sequence[Span]) -> bool:
    return any(start <= naming.start < end for start, end in spans)


def _whole(view: Text, naming: Naming) -> bool:
    """Say whether a name is not only ever the end of a longer one that begins the line (金沙江源区 for 江源区)."""
    run = _HAN.search(view.folded[max(0, naming.start - _BEFORE - 1) : naming.start])
    before, printed = run[0] if run else "", view.folded[naming.start : naming.end]
    names = read_toml("text/metadata")["names"]
    other = before in stems() or re.search(names["suffixes"], before) or before.startswith(names["party"])
    if other or not 0 < len(before) <= _BEFORE:
        return True
    return view.folded.count(printed) > view.folded.count(before + printed)


def with_superior(view: Text, place: FoundPlace, told: Sequence[Span], address: Span) -> FoundPlace:
    """Return a place without code with the prefecture or the county that the text itself names above the reporter.

    Parameters
    ----------
    view : Text
        The decoded report.
    place : FoundPlace
        A functional zone or a county that the list does not know, or nothing: then the superior's county is the place.
    told : sequence of (int, int)
        Announcing sentence and first lines, which say under whose lead the work was done (在某某市委领导下).
    address : (int, int)
        To whom the report goes.
    """
    names = read_toml("text/metadata")["names"]
    governed, superior = re.compile(names["governed"]), re.compile(names["superior"])
    clauses = [address, *(match.span() for start, end in told for match in governed.finditer(view.folded, start, end))]
    no_place = re.compile(read_toml("text/metadata")["words"]["no_place"])
    found = [
        m for start, end in clauses for m in superior.finditer(view.folded, start, end) if not no_place.search(m[0])
    ]
    if place.county:
        found = [*_beside(view.folded, place.county), *found]
    else:
        county = next((match for match in found if match["county"]), None)
        if county is None:
            return place
        naming = Naming(county["county"], "county", *county.span("county"), 1.0)
        place = FoundPlace(naming.name, _level(naming.name), namings=(naming,), rule="the superior the text names")
    above = next((match for match in found if match["prefecture"] not in (None, place.county)), None)
    if above is None or place.prefecture:
        return place
    if ("province", above["prefecture"]) in divisions_by_name():
        return replace(place, province=above["prefecture"])
    return replace(place, prefecture=above["prefecture"], province=place.province or above["province"] or "")


def _beside(text: str, county: str) -> Iterator[re.Match[str]]:
    """Yield the province and prefecture printed right before a county, each time it is named."""
    parent = re.compile(read_toml("text/metadata")["names"]["parent"])
    done, at = 0, text.find(county)
    while at >= 0:
        if match := parent.search(text, max(done, at - _ABOVE), at):
            yield match
        done = at + len(county)
        at = text.find(county, done)


def _level(county: str) -> str:
    """Return the level a name shows by its ending."""
    if county.endswith(zone_endings()):
        return "functional_zone"
    return next(level for ending, level in read_toml("text/metadata")["names"]["levels"] if county.endswith(ending))
