"""Status and distribution of a figure, each from the words around it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity
from analysis.text.vocabulary import particles, verbs

#: Classes without a distributive reading.
_RELATIVE: Final = frozenset(("percent", "point", "rank", "ratio"))


def find_status(quantity: Quantity, phrase: Phrase, clause: str, *, planned: bool, form: str) -> str:
    """Return reported, target or norm.

    A plan's ``每村至少1名`` is a target, its ``每人每年不少于60学时`` a norm; ``每村配备不少于3名`` a state.
    """
    qualifiers = quantity.qualifier.split("|")
    bounded = (
        _status_words("norm", "qualifier").intersection(qualifiers)
        and not phrase.before.endswith(particles("exists"))
        and not _holds(clause, "reported", "clause")
    )
    if bounded and (_holds(clause, "norm", "interval") if planned else form != "stock"):
        return "norm"
    timed = quantity.unit_class == "time" and _status_words("norm", "time").intersection(qualifiers)
    if timed and not phrase.before.endswith((*particles("exists"), *particles("level"))):
        return "norm"
    if quantity.unit_class == "time" and phrase.before.endswith(tuple(_status_words("norm", "before"))):
        return "norm"
    intended = is_intended(clause) and not clause.endswith(particles("of"))
    if planned or intended or phrase.before.rstrip(" ").endswith(tuple(_status_words("target", "before"))):
        return "target"
    if quantity.unit in _status_words("norm", "unit") and phrase.before.endswith(
        tuple(_status_words("norm", "interval"))
    ):
        return "norm"
    words = phrase.before + phrase.behind
    assigned = quantity.unit_class == "item" and _holds(words, "target", "task")
    return "target" if assigned and not _holds(words + phrase.action, "reported", "task") else "reported"


def is_intended(words: str) -> bool:
    """Say whether words speak of what is meant to be: 力争, 争取."""
    return _holds(words, "target", "clause")


def find_per(quantity: Quantity, clause: str, listed: bool) -> str:
    """Return what a figure is per, or empty.

    Parameters
    ----------
    quantity : Quantity
    clause : str
        The words from the last clause mark to the figure.
    listed : bool
        The figure is one of several that share a distributive word: ``分别为3件、5件`` is two counts.
    """
    within = quantity.unit_class == "time" and any(
        word in particles("within") for word in quantity.qualifier.split("|")
    )
    if quantity.unit_class in _RELATIVE or within:
        return ""
    found = set()
    for match in _per_pattern().finditer(clause):
        for row in _per_rows()[match[0]]:
            near = len(clause) - match.end() <= int(row["reach"])
            needed = not row["needs"] or any(word in clause for word in row["needs"].split("|"))
            between = clause[match.end() :].strip(" 了")
            acted = not row["between"] or (not listed and _acts(between, whole=row["between"] == "is"))
            if near and needed and acted:
                found.add(row["per"])
    return next((per for per in _ORDER if per in found), "")


def _acts(words: str, *, whole: bool) -> bool:
    """Say whether words are a verb of making, or begin with one."""
    return words in _making_verbs() if whole else words.startswith(tuple(_making_verbs()))


_ORDER: Final = ("each_person", "each_village", "each_body", "each_month")


@cache
def _status_words(status: str, place: str) -> frozenset[str]:
    return frozenset(
        row["word"] for row in read_rows("text/status") if row["status"] == status and row["place"] == place
    )


def _holds(words: str, status: str, place: str) -> bool:
    return _status_pattern(status, place).search(words) is not None


@cache
def _status_pattern(status: str, place: str) -> re.Pattern[str]:
    return re.compile(longest(_status_words(status, place)) or "(?!)")


@cache
def _making_verbs() -> frozenset[str]:
    return verbs("makes")


@cache
def won_verbs() -> frozenset[str]:
    """Return the verbs by which a rank is won in a year (获, 评为) and does not merely hold at a date."""
    ranked = {row["word"] for row in read_rows("text/ranks") if row["place"] == "before"}
    return (_making_verbs() & ranked) - verbs("noun")


@cache
def _per_rows() -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in read_rows("text/per"):
        rows.setdefault(row["word"], []).append(row)
    return rows


@cache
def _per_pattern() -> re.Pattern[str]:
    return re.compile(longest(_per_rows()))
