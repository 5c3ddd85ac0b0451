"""Status, distribution and organ of a figure, each from the words around it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.clauses import particles, split_words, trim_words, verbs
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity

#: Classes without a distributive reading.
_RELATIVE: Final = frozenset(("percent", "point", "rank", "ratio"))
#: Classes of which an organ at the head of the clause is the bearer and not part of a name.
_BORNE: Final = frozenset(("case", "document", "percent"))
#: How long the name of a bureau may be.
_NAME: Final = 12


def find_status(quantity: Quantity, phrase: Phrase, clause: str, planned: bool, per: str) -> str:
    """Return reported, target or norm: a plan's ``不少于40名`` is a target, its ``每人不少于60学时`` a norm."""
    qualifiers = quantity.qualifier.split("|")
    if phrase.before.endswith(particles("exists")):
        qualifiers = []
    if any(word in _status_words("norm", "qualifier") for word in qualifiers) and (per or not planned):
        return "norm"
    level = phrase.before.endswith(particles("level"))
    if (
        quantity.unit_class == "time"
        and not level
        and any(word in _status_words("norm", "time") for word in qualifiers)
    ):
        return "norm"
    if planned or is_intended(clause):
        return "target"
    words = phrase.before + phrase.behind
    assigned = any(word in words for word in _status_words("target", "task"))
    done = any(word in words + phrase.action for word in _status_words("reported", "task"))
    return "target" if assigned and not done and quantity.unit_class == "item" else "reported"


def is_intended(words: str) -> bool:
    """Say whether words speak of what is meant to be: 力争, 争取."""
    return any(word in words for word in _status_words("target", "clause"))


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
    if quantity.unit_class in _RELATIVE:
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


def find_organ(quantity: Quantity, phrase: Phrase, heading: str, last: str, opening: str = "") -> str:
    """Return the organ whose figure it is, where the clause or its heading says so, or empty.

    Parameters
    ----------
    quantity, phrase
        The figure and its words.
    heading : str
        The innermost heading above it.
    last : str
        The organ of the figure before in the sentence: it holds for a figure that names nothing itself.
    opening : str
        How the sentence before begins: a court's figures may follow in one that names nobody.
    """
    words = phrase.before + phrase.behind
    parts = split_words(trim_words(phrase.before))
    heads = {"subject": parts[:1], "noun": (parts[0], parts[3])} if quantity.unit_class in _BORNE else {}
    places = {"clause": words, "heading": heading, "opening": "" if parts[0] else opening}
    if not phrase.before.startswith(particles("towards")):
        places["named"] = parts[0][:_NAME]
    for row in _bearers():
        place = places.get(row["place"], "")
        if row["word"] not in place and not any(head.startswith(row["word"]) for head in heads.get(row["place"], ())):
            continue
        if not (row["unless"] and any(word in (place or phrase.before) for word in row["unless"].split("|"))):
            return row["organ"]
    if phrase.linked:
        return last
    return "" if phrase.known or quantity.unit_class not in _BORNE else last


def find_reporting_body(organ: str, sentence: str, issuer_type: str) -> str:
    """Return the organ of a figure, ``reporting_body`` for one of a department's own.

    METHODS.md 1.3: a department's figure is its own unless the sentence speaks of the whole county or of other organs.
    """
    if organ or issuer_type != "department" or any(word in sentence for word in _wholes()):
        return organ
    return "reporting_body"


@cache
def _status_words(status: str, place: str) -> frozenset[str]:
    return frozenset(
        row["word"] for row in read_rows("text/status") if row["status"] == status and row["place"] == place
    )


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
def _wholes() -> tuple[str, ...]:
    return tuple(row["word"] for row in read_rows("text/bearers") if row["place"] == "whole")


@cache
def _bearers() -> tuple[Row, ...]:
    rows = [row for row in read_rows("text/bearers") if row["place"] != "whole"]
    return tuple(sorted(rows, key=lambda row: -len(row["word"])))


@cache
def _per_pattern() -> re.Pattern[str]:
    return re.compile(longest(_per_rows()))
