"""Form, direction, status, distribution and organ of a figure, each from the words around it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.clauses import particles, split_words, trim_words
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity

#: Classes that can be a state of things at a date.
_STOCKS: Final = frozenset(("person", "body", "item", "document", "case"))
_ACTORS: Final = frozenset(("person", "body", "item"))
#: Classes without a distributive reading.
_RELATIVE: Final = frozenset(("percent", "point", "rank", "ratio"))
#: Classes of which an organ at the head of the clause is the bearer and not part of a name.
_BORNE: Final = frozenset(("case", "document", "percent"))
_SIGNS: Final = " 、,的了约近超达为("


def find_form(quantity: Quantity, phrase: Phrase, last: tuple[str, str]) -> tuple[str, str]:
    """Return form and direction of a figure.

    Parameters
    ----------
    quantity, phrase
        The figure and its words.
    last : (str, str)
        Form and direction of the figure before, which a linked figure shares.

    Returns
    -------
    (str, str)
        Form as in table ``mentions``; direction ``up``, ``down`` or empty, only of a change.
    """
    if quantity.kind == "rank":
        return "rank", ""
    relative = last[0] in ("share", "rate") and quantity.unit_class in _RELATIVE
    if phrase.linked and (last[0] == "change" or relative):
        return last
    words = phrase.before
    verb = _last_change(words)
    direction = verb["direction"] if verb else ""
    if quantity.unit_class in ("point", "ratio", "rank"):
        return "change", direction
    if quantity.kind in ("percent", "fraction") or quantity.unit_class == "percent":
        return _relative_form(words, verb)
    if verb and _adjoins(words, verb["verb"]) and _holds(words, "comparison"):
        return "change", direction
    if quantity.unit_class == "money":
        return "amount", ""
    return ("stock" if _is_stock(quantity, phrase) else "flow"), ""


def _relative_form(words: str, verb: Row | None) -> tuple[str, str]:
    """Tell a change, a share and a rate apart."""
    levels = particles("level")
    if words.rstrip(" 了").endswith(levels) or (verb and words[words.rfind(verb["verb"]) :].startswith(levels)):
        return "rate", ""
    compared = _holds(words, "comparison")
    if verb:
        rest = words[words.rfind(verb["verb"]) + len(verb["verb"]) :].rstrip(_SIGNS)
        if not rest or (not rest.endswith(particles("rate")) and (compared or verb["direction"] == "down")):
            return "change", verb["direction"]
    elif compared:
        return "change", ""
    return ("share" if _holds(words, "share") else "rate"), ""


def _adjoins(words: str, verb: str) -> bool:
    return not words[words.rfind(verb) + len(verb) :].strip(_SIGNS)


def _last_change(words: str) -> Row | None:
    found = [match[0] for match in _change_pattern().finditer(words) if match[0] in _changes()]
    return _changes()[found[-1]] if found else None


def _is_stock(quantity: Quantity, phrase: Phrase) -> bool:
    if quantity.unit_class in _ACTORS:
        if phrase.actor and not phrase.linked:
            return True
        if _totalled(phrase.before):
            return True
        if phrase.before.endswith(particles("exists")) and phrase.verb in ("", *_stock_verbs()):
            return True
    return phrase.action in _stock_verbs() and quantity.unit_class in _STOCKS


def _totalled(words: str) -> bool:
    """Say whether words end with a number of what there is: 总数达到, 总量增至."""
    level = next((word for word in particles("level") if words.endswith(word)), "")
    return trim_words(words.removesuffix(level)).endswith(particles("whole"))


def find_status(quantity: Quantity, phrase: Phrase, clause: str, planned: bool, per: str) -> str:
    """Return reported, target or norm: a plan's ``不少于40名`` is a target, its ``每人不少于60学时`` a norm."""
    qualifiers = quantity.qualifier.split("|")
    if phrase.before.endswith(particles("exists")):
        qualifiers = []
    if any(word in _status_words("norm", "qualifier") for word in qualifiers) and (per or not planned):
        return "norm"
    if quantity.unit_class == "time" and any(word in _status_words("norm", "time") for word in qualifiers):
        return "norm"
    if planned or is_intended(clause):
        return "target"
    words = phrase.before + phrase.behind
    assigned = any(word in words for word in _status_words("target", "task"))
    done = any(word in words for word in _status_words("reported", "task"))
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


def find_organ(quantity: Quantity, phrase: Phrase, heading: str, last: str) -> str:
    """Return the organ whose figure it is, where the clause or its heading says so, or empty.

    Parameters
    ----------
    quantity, phrase
        The figure and its words.
    heading : str
        The innermost heading above it.
    last : str
        The organ of the figure before in the sentence: it holds for a figure that names nothing itself.
    """
    words = phrase.before + phrase.behind
    parts = split_words(trim_words(phrase.before))
    heads = {"subject": parts[:1], "noun": (parts[0], parts[3])} if quantity.unit_class in _BORNE else {}
    places = {"clause": words, "heading": heading}
    for row in _bearers():
        place = places.get(row["place"], "")
        if row["word"] not in place and not any(head.startswith(row["word"]) for head in heads.get(row["place"], ())):
            continue
        if not (row["unless"] and any(word in (place or phrase.before) for word in row["unless"].split("|"))):
            return row["organ"]
    return "" if phrase.known or quantity.unit_class not in _BORNE else last


def find_reporting_body(organ: str, sentence: str, issuer_type: str) -> str:
    """Return the organ of a figure, ``reporting_body`` for one of a department's own.

    METHODS.md 1.3: a department's figure is its own unless the sentence speaks of the whole county or of other organs.
    """
    if organ or issuer_type != "department" or any(word in sentence for word in _wholes()):
        return organ
    return "reporting_body"


def _holds(words: str, kind: str) -> bool:
    return any(word in words for word in particles(kind))


@cache
def _status_words(status: str, place: str) -> frozenset[str]:
    return frozenset(
        row["word"] for row in read_rows("text/status") if row["status"] == status and row["place"] == place
    )


@cache
def _stock_verbs() -> frozenset[str]:
    return frozenset(row["verb"] for row in read_rows("text/verbs") if row["form"] == "stock")


@cache
def _making_verbs() -> frozenset[str]:
    return frozenset(row["verb"] for row in read_rows("text/verbs") if row["makes"])


@cache
def won_verbs() -> frozenset[str]:
    """Return the verbs by which a rank is won in a year (获, 评为) and does not merely hold at a date."""
    ranked = {row["word"] for row in read_rows("text/ranks") if row["place"] == "before"}
    return (_making_verbs() & ranked) - _nouns()


@cache
def _nouns() -> frozenset[str]:
    return frozenset(row["verb"] for row in read_rows("text/verbs") if row["noun"])


@cache
def _changes() -> dict[str, Row]:
    return {row["verb"]: row for row in read_rows("text/verbs") if row["direction"]}


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
def _change_pattern() -> re.Pattern[str]:
    """Return all verbs, so that the short one in 新增 or 增加值 is not taken for the verb of change."""
    return re.compile(longest({row["verb"] for row in read_rows("text/verbs")}))


@cache
def _per_pattern() -> re.Pattern[str]:
    return re.compile(longest(_per_rows()))
