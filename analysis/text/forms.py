"""Form and direction of a figure: what was done in a time, a state at a date, a rate, a share, a change, a rank."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.codebook import Row, read_rows
from analysis.text.clauses import ending, find_terms, holds, particles, split_words, trim_words, verbs
from analysis.text.levels import begins_change, changes
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity
from analysis.text.surroundings import CLAUSE_ENDS

#: Classes that can be a state of things at a date.
_STOCKS: Final = frozenset(("person", "body", "item", "document", "case"))
#: Classes of units of time, and of age.
_TIMES: Final = frozenset(("time", "other"))
_ACTORS: Final = frozenset(("person", "body", "item"))
#: Classes of which one figure may share the share or rate of the one before.
_RELATIVE: Final = frozenset(("percent", "point", "rank", "ratio"))
_NEAR: Final = 8
_SEMICOLON: Final = re.compile(";")
#: A clause ends with one of them, or where a text begins.
_ENDS: Final = frozenset(CLAUSE_ENDS)
_CLAUSE_MARKS: Final = ",:;("
_CLAUSE_MARK: Final = re.compile(f"[{_CLAUSE_MARKS}]")
_BRACKET: Final = re.compile(r"\([^()]*\)")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d")
_SIGNS: Final = " 、,的了约近超达为("
_QUOTES: Final = '”’"'


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
    based = is_compared(sentence, rest)
    relative = last[0] in ("share", "rate") and quantity.unit_class in _RELATIVE
    if phrase.linked and (last[0] == "change" or relative):
        return last
    if last[0] in ("share", "rate") and _is_yearly(sentence):
        return last[0], ""
    joined = phrase.linked or not _opens(sentence)
    listed = quantity.unit_class in _ACTORS and (phrase.linked or (joined and not phrase.action))
    if last[0] == "stock" and (listed or _ends_level(phrase.before, quantity)):
        return last
    words = phrase.before
    verb = None if based else _last_change(words)
    direction = verb["direction"] if verb else ""
    if quantity.unit_class in ("point", "ratio", "rank"):
        multiple = "up" if quantity.unit_class == "ratio" and words.rstrip(" 约近超").endswith(particles("of")) else ""
        return "change", direction or multiple or _compared_direction(words)
    if quantity.kind in ("percent", "fraction") or quantity.unit_class == "percent":
        if based and last[0] in ("share", "rate"):
            return last[0], ""
        found = ("rate", "") if based else _relative_form(words, verb)
        if found[0] == "rate" and _is_share(words):
            return "share", ""
        shared = found[0] == "rate" and last[0] == "share" and not phrase.verb
        return ("share", "") if shared and not trim_words(words).endswith(particles("rate")) else found
    if (more := _more_pattern().search(_YEAR.sub("", _last_clause(sentence)))) and not based:
        return "change", "up" if more["more"] else "down"
    if verb and _adjoins(words, verb["verb"]) and (holds(words, "comparison") or _compares(sentence)):
        return "change", direction
    if measured := _compared_direction(words) if holds(words, "mean") else "":
        return "change", measured
    if verb and _adjoins(words, verb["verb"]) and words[: words.rfind(verb["verb"])].strip(_SIGNS):
        return "change", direction
    if quantity.unit_class == "score":
        return "stock", ""
    if quantity.unit_class == "time" and begins_change(_last_clause(sentence), rest):
        return "stock", ""
    if quantity.unit_class in _TIMES and _lasts(quantity, phrase.before or _last_clause(sentence)):
        return "stock", ""
    if quantity.unit_class == "money":
        return "amount", ""
    return ("stock" if _is_stock(quantity, phrase, sentence, rest) else "flow"), ""


def _compared_direction(words: str) -> str:
    """Return where a figure lies beside another: 高于全市平均水平1.4个百分点, 比平均低4.7个百分点."""
    bare = words.rstrip(_SIGNS)
    if holds(words, "above") or ending(bare, "higher"):
        return "up"
    return "down" if holds(words, "below") or ending(bare, "lower") else ""


def _last_clause(sentence: str) -> str:
    """Return what stands behind the last mark of a sentence."""
    return sentence[max(map(sentence.rfind, _CLAUSE_MARKS)) + 1 :]


def _is_yearly(sentence: str) -> bool:
    """Say whether nothing but a year stands in the clause: (2017年18.5%, 2018年14.2%)."""
    clause = _last_clause(sentence)
    return _YEAR.sub("", clause).strip(" ") in particles("yearly")


def _ends_level(words: str, quantity: Quantity) -> bool:
    """Say whether a figure is the later level of the state before it: 2019年增加到1410人, 精简到2019年的286项."""
    bare = words.rstrip(" ")
    if bare in particles("level"):
        return True
    trimmed = trim_words(bare)
    level = ending(trimmed, "level")
    return bool(level) and quantity.unit_class in _ACTORS and not trim_words(trimmed.removesuffix(level))


def is_compared(words: str, rest: str) -> bool:
    """Say whether a figure is what a later one is compared with: 比上年的81.3%上升14.3个百分点."""
    if not words.endswith(particles("of")) or not holds(_last_clause(words)[-_NEAR:], "comparison"):
        return False
    return rest.lstrip(" ").startswith(tuple(changes()))


def _is_share(words: str) -> bool:
    """Say whether a percentage is a part of what stands beside it: 权重提高到4%, 具有专业背景的不到一成."""
    weight = words.rstrip(_SIGNS)
    level = ending(weight, "level")
    weight = weight.removesuffix(level).rstrip(_SIGNS)
    origin = ending(weight, "from")
    weighed = weight.removesuffix(origin).rstrip(_SIGNS).endswith(particles("weight"))
    parted = words.rstrip(" ").endswith(particles("of")) and not holds(words, "fulfilled")
    bare = words.rstrip(_SIGNS)
    exists = ending(bare, "exists")
    among = bool(exists) and bare.removesuffix(exists).rstrip(_SIGNS).endswith(particles("among"))
    return weighed or among or (parted and not words.rstrip(" ").endswith(particles("former")))


def _lasts(quantity: Quantity, words: str) -> bool:
    """Say whether a time is how long something takes or is old, not how long something was done."""
    bounded = any(word in particles("within") for word in quantity.qualifier.split("|"))
    if quantity.unit_class == "time" and (bounded or words.endswith(particles("level"))):
        return True
    return holds(words, "duration")


def _compares(sentence: str) -> bool:
    """Say whether the clause of the figure or that before it names the other, or the first does: 与上年相比,."""
    clauses = _CLAUSE_MARK.split(sentence)
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
        rest = words[words.rfind(verb["verb"]) + len(verb["verb"]) :].rstrip(_SIGNS)
        if not rest or (not rest.endswith(particles("rate")) and (compared or verb["direction"] == "down")):
            return "change", verb["direction"]
    elif compared:
        return "change", ""
    return ("share" if holds(words, "share") else "rate"), ""


def _adjoins(words: str, verb: str) -> bool:
    return not words[words.rfind(verb) + len(verb) :].strip(_SIGNS)


def _last_change(words: str) -> Row | None:
    if not _direction_pattern().search(words):
        return None
    found = [match[0] for match in _change_pattern().finditer(words) if match[0] in changes()]
    return changes()[found[-1]] if found else None


def _is_stock(quantity: Quantity, phrase: Phrase, sentence: str, rest: str) -> bool:
    if quantity.unit_class in _STOCKS and trim_words(phrase.before).endswith(particles("pending")):
        return True
    if quantity.unit_class in _ACTORS:
        if (phrase.actor and not phrase.linked) or _totalled(phrase.before):
            return True
        if _heads(phrase, rest) or _remains(phrase, _last_clause(sentence), rest):
            return True
        if phrase.before.strip(" ") in particles("towards"):
            return False
        exists = particles("exists")
        if phrase.before.endswith(exists) and _own_verb(phrase) in ("", *verbs("form", "stock")):
            done = split_words(rest)[2] in verbs("makes") - verbs("form", "stock")
            return not done and not holds(_last_clause(sentence) + rest, "bounded")
        if not phrase.verb and trim_words(phrase.before).startswith(exists):
            return True
        if phrase.action in verbs("form", "lasting") and _accumulated(_SEMICOLON.split(sentence)[-1]):
            return True
        if not phrase.action and _stands(phrase, sentence):
            return True
        if _is_filled(phrase, _last_clause(sentence)) or _is_catalogue(quantity, phrase):
            return True
    if quantity.unit_class == "case" and trim_words(phrase.before).endswith(particles("passing")):
        return False
    if not phrase.before and _opens(sentence):
        return False
    if rest.startswith(particles("passive")) and phrase.action not in verbs("makes"):
        return False
    return phrase.action in verbs("form", "stock") and quantity.unit_class in _STOCKS


def _heads(phrase: Phrase, rest: str) -> bool:
    """Say whether a figure opens its clause and counts who stands for years and acts, or of whom a part is told."""
    if phrase.linked or phrase.before.endswith(particles("towards")):
        return False
    among = particles("among")
    head = _BRACKET.sub("", rest)
    if head.endswith(among) or any(mark + word in head for mark in among for word in particles("exists")):
        return True
    standing = None if trim_words(phrase.before) else _standing_pattern().match(head)
    if standing is None or not standing["rest"] or standing["rest"].startswith((*particles("passive"), *_SIGNS[1:])):
        return False
    told = standing["rest"]
    return told.startswith(particles("all")) or split_words(told)[2] not in verbs("makes") - verbs("form", "stock")


def _remains(phrase: Phrase, clause: str, rest: str) -> bool:
    """Say whether a figure counts what there only is, what is left undone, or how many there are by now."""
    words = (phrase.before or clause).rstrip(" ")
    noun = words.rpartition(particles("of")[0])[2]
    for kind in ("only", "reached"):
        reached = ending(noun, kind)
        left = trim_words(noun.removesuffix(reached)).rstrip(_QUOTES)
        if reached and (
            left.endswith(particles("standing")) or not split_words(left)[2] and (kind == "only") != (not left)
        ):
            return True
    return words.endswith(particles("exists")) and any(word in rest for word in particles("negation"))


def _own_verb(phrase: Phrase) -> str:
    """Return the verb of a figure, not that of what describes its noun: 纳入管理的对象有5人."""
    noun = phrase.before.rpartition(particles("of")[0])[2]
    return phrase.verb if noun == phrase.before else split_words(trim_words(noun))[2]


def _accumulated(sentence: str) -> bool:
    """Say whether a sentence counts all there is and not what one stretch of time has brought: 累计, 目前."""
    return (holds(sentence, "summed") or _is_now(sentence)) and not holds(sentence, "bounded")


def _stands(phrase: Phrase, sentence: str) -> bool:
    """Say whether a figure no verb governs counts what stands for years: posts, bodies, places."""
    if phrase.before.startswith(particles("towards")) or verbs("makes").intersection(find_terms(phrase.before)):
        return False
    return _is_now(sentence) or (phrase.behind or trim_words(phrase.before)).endswith(particles("standing"))


def _is_now(sentence: str) -> bool:
    """Say whether a clause of the sentence opens with the present."""
    return any(clause.lstrip().startswith(particles("now")) for clause in _CLAUSE_MARK.split(sentence))


def _totalled(words: str) -> bool:
    """Say whether words end with a number of what there is: 总数达到, 总量增至."""
    level = ending(words, "level")
    noun = trim_words(words.removesuffix(level))
    return noun.endswith(particles("whole")) or (bool(level) and noun.endswith(particles("standing")))


def _is_filled(phrase: Phrase, clause: str) -> bool:
    """Say whether a figure counts posts that were filled and places that were set up for all, and are there since."""
    noun = trim_words(phrase.behind or phrase.before)
    return phrase.action in verbs("form", "lasting") and noun.endswith(particles("post")) and not holds(clause, "fresh")


def _is_catalogue(quantity: Quantity, phrase: Phrase) -> bool:
    """Say whether a figure counts the entries of a catalogue, which stand until it is changed."""
    listed = quantity.unit_class == "item" and phrase.action in ("", *particles("listing"))
    return listed and holds(phrase.measure, "catalogue") and not holds(phrase.measure, "struck")


def _opens(sentence: str) -> bool:
    """Say whether a figure behind these words opens a clause."""
    return sentence.rstrip(" ")[-1:] in _ENDS


@cache
def _standing_pattern() -> re.Pattern[str]:
    """Return the pattern of a noun of what stands for years and what is told of it."""
    return re.compile(rf"[^,;]{{0,8}}?(?:{longest(particles('standing'))})(?P<rest>[^,;]*)")


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
