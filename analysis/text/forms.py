"""Form and direction of a figure: what was done in a time, a state at a date, a rate, a share, a change, a rank."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.clauses import trim_words
from analysis.text.levels import begins_change, changes
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.phrases import earlier_pattern
from analysis.text.quantities import Quantity
from analysis.text.states import (
    ACTORS,
    CLAUSE_MARK,
    SIGNS,
    is_addressed,
    is_pending,
    is_state,
    last_clause,
    opens,
    sets_up,
)
from analysis.text.vocabulary import ending, holds, is_one, particles, verb_pattern, verbs

#: Classes of units of time, and of age.
_TIMES: Final = frozenset(("time", "other"))
#: Classes of how often something was done: fewer of them, with nothing else said, are a change.
_TIMES_DONE: Final = frozenset(("visit", "event", "attendance"))
#: Classes of who may do something.
_DOERS: Final = frozenset(("person", "body"))
#: Classes of which one figure may share the share or rate of the one before.
_RELATIVE: Final = frozenset(("percent", "point", "rank", "ratio"))
_NEAR: Final = 8
_YEAR: Final = re.compile(r"20\d\d(?<!\d20..)")


def find_form(
    quantity: Quantity,
    phrase: Phrase,
    last: tuple[str, str],
    sentence: str = "",
    rest: str = "",
    *,
    alike: bool = False,
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
    alike : bool
        It has the unit of the figure before: a part of what was done was done too.

    Returns
    -------
    (str, str)
        Form as in table ``mentions``; direction ``up``, ``down`` or empty, only of a change.
    """
    if quantity.kind == "rank":
        return "rank", ""
    based = is_compared(sentence, rest)
    relative = last[0] in ("share", "rate") and quantity.unit_class in _RELATIVE
    if phrase.linked and (last[0] == "change" or relative):
        return last
    if last[0] in ("share", "rate") and _is_yearly(sentence):
        return last[0], ""
    joined = phrase.linked or not opens(sentence)
    listed = quantity.unit_class in ACTORS and (phrase.linked or (joined and not phrase.action))
    listed = listed and not (is_addressed(phrase) or earlier_pattern().match(phrase.before.lstrip(SIGNS)))
    if last[0] == "stock" and (listed or _ends_level(phrase.before, quantity) or _goes_on(quantity, phrase, sentence)):
        return last
    words = phrase.before
    verb = None if based else _last_change(words)
    direction = verb["direction"] if verb else ""
    if quantity.unit_class in ("point", "ratio", "rank"):
        multiple = "up" if quantity.unit_class == "ratio" and words.rstrip(" 约近超").endswith(particles("of")) else ""
        return "change", direction or multiple or _compared_direction(words)
    zero = quantity.value == 0 and not quantity.unit and trim_words(words).endswith(particles("rate"))
    if zero or quantity.kind in ("percent", "fraction") or quantity.unit_class == "percent":
        if based and last[0] in ("share", "rate"):
            return last[0], ""
        found = ("rate", "") if based else _relative_form(words, verb)
        if found[0] == "rate" and _is_share(words):
            return "share", ""
        shared = found[0] == "rate" and last[0] == "share" and not phrase.verb
        return ("share", "") if shared and not trim_words(words).endswith(particles("rate")) else found
    if (more := _more_pattern().search(_YEAR.sub("", last_clause(sentence)))) and not based:
        return "change", "up" if more["more"] else "down"
    if verb and _adjoins(words, verb["verb"]) and (holds(words, "comparison") or _compares(sentence)):
        return "change", direction
    if holds(words, "mean") and (beside := _compared_direction(words)):
        return "change", beside
    measured = verb and verb["verb"] in last_clause(sentence) and words[: words.rfind(verb["verb"])].strip(SIGNS)
    if verb and measured and _adjoins(words, verb["verb"]):
        return "change", direction
    if verb and phrase.verb == verb["verb"] and quantity.unit_class in _TIMES_DONE and not ending(words, "level"):
        return "change", direction
    if quantity.unit_class == "score" and holds(words, "scored"):
        return "stock", ""
    if quantity.unit_class == "area" and holds(words, "extent"):
        return "stock", ""
    if begins_change(last_clause(sentence), rest):
        standing = quantity.unit_class in ACTORS and not verb_pattern().search(words)
        if standing or quantity.unit_class == "time":
            return "stock", ""
    if quantity.unit_class in _TIMES and _lasts(quantity, phrase.before or last_clause(sentence)):
        return "stock", ""
    if quantity.unit_class == "money":
        return "amount", ""
    parted = alike and last[0] == "flow" and not phrase.verb and phrase.measure.startswith(particles("part"))
    if parted and quantity.unit_class in _DOERS and not is_pending(phrase, rest):
        return "flow", ""
    return ("stock" if is_state(quantity, phrase, sentence, rest) else "flow"), ""


def _compared_direction(words: str) -> str:
    """Return where a figure lies beside another: 高于全市平均水平1.4个百分点, 比平均低4.7个百分点."""
    bare = words.rstrip(SIGNS)
    if holds(words, "above") or ending(bare, "higher"):
        return "up"
    return "down" if holds(words, "below") or ending(bare, "lower") else ""


def _is_yearly(sentence: str) -> bool:
    """Say whether nothing but a year stands in the clause: (2017年18.5%, 2018年14.2%)."""
    clause = last_clause(sentence)
    return is_one(_YEAR.sub("", clause).strip(" "), "yearly")


def _goes_on(quantity: Quantity, phrase: Phrase, sentence: str) -> bool:
    """Say whether a figure goes on a state: what a part of it is or has (其中退休法官8名), or what else was set up."""
    if quantity.unit_class not in ACTORS or is_addressed(phrase):
        return False
    described = phrase.before.endswith(particles("of")) and phrase.verb in particles("attained")
    held = is_one(phrase.verb, "held")
    if not (described or held or phrase.measure.startswith(particles("part"))):
        return sets_up(phrase, last_clause(sentence))
    kept = not phrase.verb or phrase.verb in particles("attained") or phrase.verb in verbs("form", "lasting")
    return kept and not holds(phrase.before, "fresh")


def _ends_level(words: str, quantity: Quantity) -> bool:
    """Say whether a figure is the later level of the state before it: 2019年增加到1410人, 精简到2019年的286项."""
    bare = words.rstrip(" ")
    if is_one(bare, "level"):
        return True
    trimmed = trim_words(bare)
    level = ending(trimmed, "level")
    return bool(level) and quantity.unit_class in ACTORS and not trim_words(trimmed.removesuffix(level))


def is_compared(words: str, rest: str) -> bool:
    """Say whether a figure is what a later one is compared with: 比上年的81.3%上升14.3个百分点."""
    if not words.endswith(particles("of")) or not holds(last_clause(words)[-_NEAR:], "comparison"):
        return False
    return rest.lstrip(" ").startswith(tuple(changes()))


def _is_share(words: str) -> bool:
    """Say whether a percentage is a part of what stands beside it: 权重提高到4%, 具有专业背景的不到一成."""
    weight = words.rstrip(SIGNS)
    level = ending(weight, "level")
    weight = weight.removesuffix(level).rstrip(SIGNS)
    origin = ending(weight, "from")
    weighed = weight.removesuffix(origin).rstrip(SIGNS).endswith(particles("weight"))
    parted = words.rstrip(" ").endswith(particles("of")) and not holds(words, "fulfilled")
    bare = words.rstrip(SIGNS)
    exists = ending(bare, "exists")
    among = bool(exists) and bare.removesuffix(exists).rstrip(SIGNS).endswith(particles("among"))
    return weighed or among or (parted and not words.rstrip(" ").endswith(particles("former")))


def _lasts(quantity: Quantity, words: str) -> bool:
    """Say whether a time is how long something takes or is old, not how long something was done."""
    bounded = any(word in particles("within") for word in quantity.qualifier.split("|"))
    if quantity.unit_class == "time" and (bounded or words.endswith(particles("level"))):
        return True
    return holds(words, "duration")


def _compares(sentence: str) -> bool:
    """Say whether the clause of the figure or that before it names the other, or the first does: 与上年相比,."""
    clauses = CLAUSE_MARK.split(sentence)
    return (
        any(holds(clause, "comparison") for clause in clauses[-2:])
        or clauses[0].endswith(particles("versus"))
        or any(holds(clause, "level") for clause in clauses[-2:-1])
    )


def _relative_form(words: str, verb: Row | None) -> tuple[str, str]:
    """Tell a change, a share and a rate apart."""
    levels = particles("level")
    if words.rstrip(" 了").endswith(levels) or (verb and words[words.rfind(verb["verb"]) :].startswith(levels)):
        return "rate", ""
    compared = holds(words, "comparison")
    if verb:
        rest = words[words.rfind(verb["verb"]) + len(verb["verb"]) :].rstrip(SIGNS)
        if not rest or (not rest.endswith(particles("rate")) and (compared or verb["direction"] == "down")):
            return "change", verb["direction"]
    elif compared:
        return "change", ""
    return ("share" if holds(words, "share") else "rate"), ""


def _adjoins(words: str, verb: str) -> bool:
    return not words[words.rfind(verb) + len(verb) :].strip(SIGNS)


def _last_change(words: str) -> Row | None:
    if not _direction_pattern().search(words):
        return None
    found = [match[0] for match in _change_pattern().finditer(words) if match[0] in changes()]
    return changes()[found[-1]] if found else None


@cache
def _more_pattern() -> re.Pattern[str]:
    """Return the pattern of a difference from an earlier time: 较去年多12件, 比2018年少办结8件 (without its year)."""
    more, fewer = (longest(particles(kind)) for kind in ("more", "fewer"))
    return re.compile(rf"(?:{longest(particles('earlier'))})(?:(?P<more>{more})|{fewer})[^\d]{{0,4}}$")


@cache
def _direction_pattern() -> re.Pattern[str]:
    return re.compile(longest(changes()))


@cache
def _change_pattern() -> re.Pattern[str]:
    """Return all verbs, so that the short one in 新增 or 增加值 is not taken for the verb of change."""
    return re.compile(longest({*(row["verb"] for row in read_rows("text/verbs")), *particles("whole_word")}))
