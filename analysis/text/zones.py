"""Places without a code: functional zones, and counties that the list of divisions does not know."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.codebook import read_rows, read_toml
from analysis.text.chrome import Span
from analysis.text.divisions import Place
from analysis.text.places import FoundPlace, Naming, choose
from analysis.text.reading import Text


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


def find_unlisted(view: Text, named: Sequence[Span], told: Sequence[Span]) -> FoundPlace | None:
    """Return a county the list does not know, from the words a title, a signature or the report begins with.

    Parameters
    ----------
    view : Text
        The decoded report.
    named : sequence of (int, int)
        Title and issuer.
    told : sequence of (int, int)
        Announcing sentence and first line: what they begin with counts only if the text names it again.

    Returns
    -------
    FoundPlace or None
        Province and prefecture are given only where the same words name them; there is no code.
    """
    config = read_toml("text/metadata")
    words, unlisted = config["words"], re.compile(config["names"]["unlisted"])
    for start, end in (*named, *told):
        lead = re.search(words["announced"], view.folded[start:end])
        at = start + (lead.end() if lead else 0)
        match = unlisted.match(view.folded, at, end)
        name = (match["prefecture"] or "") + match["county"] if match else ""
        if match is None or re.search(words["no_place"], name):
            continue
        if (start, end) in told and view.folded.count(match["county"]) < 2:
            continue
        level = next(level for ending, level in config["names"]["levels"] if match["county"].endswith(ending))
        if match["county"].endswith(zone_endings()):
            level = "functional_zone"
        naming = Naming(match["county"], "county", match.start("county"), match.end("county"), 1.0)
        return FoundPlace(
            match["county"],
            level,
            match["prefecture"] or "",
            match["province"] or "",
            namings=(naming,),
            rule="name that the list of divisions does not know",
        )
    return None
