"""Patterns of the bodies that act, built from the codebook: at the head of a clause, behind another, within it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import compress
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.patterns import longest
from analysis.text.vocabulary import particles

#: How much of its trade a unit shares with the name of its department: 劳动保障监察大队, 人力资源和社会保障局.
_SHARED: Final = 2
_ACTING: Final = ("shadow", "nobody", "outside", "body", "own", "meeting")


def row_of(match: re.Match[str]) -> Row:
    """Return the row of the body a pattern found."""
    return body_rows()[int((match.lastgroup or "")[1:])]


@cache
def body_rows() -> tuple[Row, ...]:
    """Return the rows of ``text/bearers.csv``."""
    return tuple(read_rows("text/bearers"))


@cache
def _patterns(*kinds: str) -> str:
    """Return the patterns of some kinds as alternatives in the order of the file, each a group named by its row."""
    found = ((index, pattern) for index, pattern in enumerate(_bodies()) if body_rows()[index]["kind"] in kinds)
    return "|".join(f"(?P<b{index}>{pattern})" for index, pattern in found)


@cache
def _bodies() -> tuple[str, ...]:
    """Return the patterns of all rows with the names of bureaus filled in."""
    bureaus = longest(next(row["pattern"] for row in body_rows() if row["kind"] == "bureau").split("|"))
    return tuple(row["pattern"].replace("{bureau}", bureaus) for row in body_rows())


@cache
def _plain(*kinds: str) -> str:
    return "|".join(row["pattern"] for row in body_rows() if row["kind"] in kinds)


@cache
def _before() -> str:
    """Return the pattern of one word that may stand before a body at the head of a clause."""
    through = {row["pattern"] for row in body_rows() if row["kind"] == "through"}
    return f"{longest(set(particles('opening')) - through)}|{_plain('before')}"


@cache
def subject_quickly() -> re.Pattern[str]:
    """Return a pattern that also takes more than `subject_pattern`, but refuses most clauses in half the time."""
    whose, acting = _plain("whose"), (row["kind"] in _ACTING for row in body_rows())
    bodies = "|".join(pattern.removeprefix(whose) for pattern in compress(_bodies(), acting))
    return re.compile(f"(?:{_before()}|{_plain('pivot')}){{0,9}}?(?:{_plain('place')})??{whose}(?:{bodies})")


@cache
def subject_pattern() -> re.Pattern[str]:
    """Return the pattern of what may stand before a body at the head of a clause, and of the body."""
    before, place, bodies = f"(?:{_before()})", _plain("place"), _patterns(*_ACTING)
    end = f"(?!{_plain('unless')})"
    return re.compile(
        f"{before}{{0,6}}?(?P<pivot>{_plain('pivot')})?{before}{{0,2}}?(?P<place>{place})??(?:{bodies}){end}"
    )


@cache
def led_pattern() -> re.Pattern[str]:
    """Return the pattern of a body that leads what the clauses behind it tell: 在县司法局的组织下."""
    return re.compile(f"(?:{_plain('led')})(?:{_plain('place')})??(?:{_patterns(*_ACTING)})(?:{_plain('leading')})")


@cache
def joined_pattern() -> re.Pattern[str]:
    """Return the pattern of a link and the body behind it."""
    return re.compile(f"(?:{_plain('link')})(?:{_patterns(*_ACTING)})")


@cache
def within_pattern() -> re.Pattern[str]:
    """Return the pattern of what tells who acts from within a clause."""
    held, made = (
        f"(?:{_plain(verb)})(?:{_patterns(kind)})" for verb, kind in (("held", "meeting"), ("making", "made"))
    )
    return re.compile(f"{held}|{made}|(?P<territory>{_plain('territory')})|(?P<general>{_plain('general')})")


@cache
def counted_pattern() -> re.Pattern[str]:
    """Return the pattern of bodies right behind the figure that counts them."""
    return re.compile(_patterns("counted"))


@cache
def plain_pattern(kind: str) -> re.Pattern[str]:
    """Return the pattern of all rows of a kind."""
    return re.compile(_plain(kind))


def is_issuer(name: str, issuer: str) -> bool:
    """Say whether a body is the reporting department, by its name, a shorter one or that of a unit of it.

    Examples
    --------
    >>> is_issuer("县人社局", "云陵县人力资源和社会保障局")
    True
    """
    return name in issuer or is_unit(name, issuer) or _is_short(name, issuer)


@lru_cache(maxsize=1024)
def _is_short(name: str, issuer: str) -> bool:
    """Say whether a name leaves out some of the characters of a department's and begins as that does: 县住建局."""
    trade = plain_pattern("office").sub("", re.sub(f"^(?:{_plain('whose')})", "", name))
    begins = rf"(?:^|(?<={plain_pattern('seat').pattern}))"
    return len(trade) >= _SHARED and re.search(begins + ".*?".join(map(re.escape, trade)), issuer) is not None


def is_unit(name: str, issuer: str) -> bool:
    """Say whether a body is a unit of the reporting department: its 执法大队, unless that has another's trade."""
    unit = plain_pattern("unit").search(name)
    if unit is None:
        return False
    trade = plain_pattern("plainly").sub("", name[: unit.start()])
    kin = marked("trade", name)
    shared = any(trade[place : place + _SHARED] in issuer for place in range(len(trade) - _SHARED + 1))
    return not trade or shared or (bool(kin) and kin in issuer)


@lru_cache(maxsize=1024)
def marked(kind: str, words: str) -> str:
    """Return the organ that alone does what words say, or empty."""
    return next((organ for pattern, organ in _deeds(kind) if pattern.search(words)), "")


@cache
def _deeds(kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["organ"]) for row in body_rows() if row["kind"] == kind)
