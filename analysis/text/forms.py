"""Form and direction of a figure: what was done in a time, a state at a date, a rate, a share, a change, a rank."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.clauses import particles, split_words, trim_words, verbs
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity

#: Classes that can be a state of things at a date.
_STOCKS: Final = frozenset(("person", "body", "item", "document", "case"))
_ACTORS: Final = frozenset(("person", "body", "item"))
#: Classes of which one figure may share the share or rate of the one before.
_RELATIVE: Final = frozenset(("percent", "point", "rank", "ratio"))
_CLAUSE_MARK: Final = re.compile(r"[,:;(]")
_SIGNS: Final = " 、,的了约近超达为("


def find_form(
    quantity: Quantity, phrase: Phrase, last: tuple[str, str], sentence: str = "", rest: str = ""
) -> tuple[str, str]:
    """Return form and direction of a figure.

    Parameters
    ----------
    quantity, phrase
        The figure and its words.
    last : (str, str)
        Form and direction of the figure before, which a linked figure shares.
    sentence : str
        The sentence up to the figure: what it compares with, and whether it tells of a state.
    rest : str
        The clause behind the figure: what those whom it counts did.

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
    listed = quantity.unit_class in _ACTORS and (phrase.linked or not phrase.action)
    if last[0] == "stock" and (listed or phrase.before in particles("level")):
        return last
    words = phrase.before
    verb = _last_change(words)
    direction = verb["direction"] if verb else ""
    if quantity.unit_class in ("point", "ratio", "rank"):
        return "change", direction
    if quantity.kind in ("percent", "fraction") or quantity.unit_class == "percent":
        found = _relative_form(words, verb)
        shared = found[0] == "rate" and last[0] == "share" and not phrase.verb
        return ("share", "") if shared and not trim_words(words).endswith(particles("rate")) else found
    if verb and _adjoins(words, verb["verb"]) and (_holds(words, "comparison") or _compares(sentence)):
        return "change", direction
    if quantity.unit_class == "money":
        return "amount", ""
    return ("stock" if _is_stock(quantity, phrase, sentence, rest) else "flow"), ""


def _compares(sentence: str) -> bool:
    """Say whether the clause before that of the figure only names what it is compared with: 与上年相比,."""
    clause = _CLAUSE_MARK.split(sentence)[-2:-1]
    return bool(clause) and _holds(clause[0], "comparison")


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


def _is_stock(quantity: Quantity, phrase: Phrase, sentence: str, rest: str) -> bool:
    if quantity.unit_class in _STOCKS and trim_words(phrase.before).endswith(particles("pending")):
        return True
    if quantity.unit_class in _ACTORS:
        if (phrase.actor and not phrase.linked) or _totalled(phrase.before):
            return True
        exists = particles("exists")
        if phrase.before.endswith(exists) and _own_verb(phrase) in ("", *verbs("form", "stock")):
            return split_words(rest)[2] not in verbs("makes") - verbs("form", "stock")
        if not phrase.verb and trim_words(phrase.before).startswith(exists):
            return True
        if phrase.action in verbs("form", "lasting") and _accumulated(sentence):
            return True
        if not phrase.action and _stands(phrase, sentence):
            return True
    if quantity.unit_class == "case" and trim_words(phrase.before).endswith(particles("passing")):
        return False
    return phrase.action in verbs("form", "stock") and quantity.unit_class in _STOCKS


def _own_verb(phrase: Phrase) -> str:
    """Return the verb of a figure, not that of what describes its noun: 纳入管理的对象有5人."""
    noun = phrase.before.rpartition(particles("of")[0])[2]
    return phrase.verb if noun == phrase.before else split_words(trim_words(noun))[2]


def _accumulated(sentence: str) -> bool:
    """Say whether a sentence counts all there is and not what one stretch of time has brought: 累计, 目前."""
    return (_holds(sentence, "summed") or _is_now(sentence)) and not _holds(sentence, "bounded")


def _stands(phrase: Phrase, sentence: str) -> bool:
    """Say whether a figure no verb governs counts what stands for years: posts, bodies, places."""
    if phrase.before.startswith(particles("towards")):
        return False
    return _is_now(sentence) or (phrase.behind or trim_words(phrase.before)).endswith(particles("standing"))


def _is_now(sentence: str) -> bool:
    """Say whether a clause of the sentence opens with the present."""
    return any(clause.lstrip().startswith(particles("now")) for clause in _CLAUSE_MARK.split(sentence))


def _totalled(words: str) -> bool:
    """Say whether words end with a number of what there is: 总数达到, 总量增至."""
    level = next((word for word in particles("level") if words.endswith(word)), "")
    return trim_words(words.removesuffix(level)).endswith(particles("whole"))


def _holds(words: str, kind: str) -> bool:
    return any(word in words for word in particles(kind))


@cache
def _changes() -> dict[str, Row]:
    return {row["verb"]: row for row in read_rows("text/verbs") if row["direction"]}


@cache
def _change_pattern() -> re.Pattern[str]:
    """Return all verbs, so that the short one in 新增 or 增加值 is not taken for the verb of change."""
    return re.compile(longest({*(row["verb"] for row in read_rows("text/verbs")), *particles("whole_word")}))
