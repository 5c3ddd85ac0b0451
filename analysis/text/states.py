"""Whether a figure counts a state of things at a date, and not what was done in a time."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from analysis.text.clauses import split_words, trim_words
from analysis.text.measures import Phrase
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity
from analysis.text.surroundings import CLAUSE_ENDS
from analysis.text.vocabulary import (
    ending,
    find_terms,
    holds,
    is_one,
    particle_pattern,
    particles,
    term_pattern,
    territories,
    verbs,
)

#: Classes that can be a state of things at a date.
_STOCKS: Final = frozenset(("person", "body", "item", "document", "case"))
#: Classes of who and what stands for years.
ACTORS: Final = frozenset(("person", "body", "item"))
#: Classes of what is done with paper: an entry made of it is no state.
_PAPERS: Final = frozenset(("document", "case"))
_SEMICOLON: Final = re.compile(";")
#: A clause ends with one of them, or where a text begins.
_ENDS: Final = frozenset(CLAUSE_ENDS)
_CLAUSE_MARKS: Final = ",:;("
CLAUSE_MARK: Final = re.compile(f"[{_CLAUSE_MARKS}]")
_BRACKET: Final = re.compile(r"\([^()]*\)")
#: Signs and words of measure that may stand between a noun and its figure.
SIGNS: Final = " 、,的了约近超达为("
_LIST: Final = "、"
_QUOTES: Final = '”’"'
#: How far behind a figure, or behind its noun, stands what is said of it at once.
_NEAR: Final = 8


def is_state(quantity: Quantity, phrase: Phrase, sentence: str, rest: str) -> bool:
    """Say whether a figure is a state, by its words, the sentence up to it and the clause behind it."""
    if quantity.unit_class in _STOCKS and is_pending(phrase, rest):
        return True
    if quantity.unit_class in ACTORS:
        if _makes_up(phrase, rest) or _totalled(phrase.before) or _sums_up(sentence):
            return True
        if phrase.actor and not phrase.linked:
            return not is_addressed(phrase)
        if _heads(phrase, last_clause(sentence), rest) or _remains(phrase, last_clause(sentence), rest):
            return True
        if is_one(phrase.before.strip(" "), "towards"):
            return False
        exists = particles("exists")
        if holds(phrase.before, "sequence"):
            return False
        if phrase.verb and phrase.before.lstrip(" ").startswith(particles("able")):
            return True
        if phrase.before.endswith(exists) and _own_verb(phrase) in ("", *verbs("form", "stock")):
            _, chain, verb, _ = split_words(rest)
            done = verb in verbs("makes") - verbs("form", "stock") or chain.startswith(particles("joining"))
            return not done and not holds(last_clause(sentence) + rest, "bounded")
        if not phrase.verb and trim_words(phrase.before).startswith(exists):
            return True
        if phrase.action in verbs("form", "lasting") and _accumulated(_SEMICOLON.split(sentence)[-1]):
            return True
        if not phrase.action and _stands(phrase, sentence):
            return True
        if _is_filled(phrase, last_clause(sentence)) or _is_catalogue(quantity, phrase):
            return True
        clause = last_clause(sentence).lstrip(" ")
        if phrase.verb in particles("reaching") and holds(clause, "service"):
            return True
        if clause.startswith(territories()) and sets_up(phrase, clause):
            return True
    if quantity.unit_class == "case" and trim_words(phrase.before).endswith(particles("passing")):
        return False
    if not phrase.before and opens(sentence):
        return False
    if rest.startswith(particles("passive")) and phrase.action not in verbs("makes"):
        return False
    if phrase.before.endswith(_done_verbs()) or (quantity.unit_class in _PAPERS and _are_done(phrase, rest)):
        return False
    if holds(phrase.measure, "entitled") or (quantity.unit_class in _PAPERS and phrase.action in verbs("noun")):
        return False
    return phrase.action in verbs("form", "stock") and quantity.unit_class in _STOCKS


def is_pending(phrase: Phrase, rest: str) -> bool:
    """Say whether a figure counts what is left over, still going on or not yet done: 在办4件, 其余3件正在审理."""
    words = phrase.before.rstrip(" ")
    told = (words, words.rpartition(particles("of")[0])[0], trim_words(words))
    if any(part.endswith(particles("pending")) for part in told):
        return True
    begins = particle_pattern("awaiting").search(rest, 0, _NEAR)
    return begins is not None and not rest.startswith(particles("of"), begins.end())


def is_addressed(phrase: Phrase) -> bool:
    """Say whether those whom a figure counts are who something was done for: 为258名对象佩戴."""
    words = phrase.before.rstrip(" ")
    return bool(ending(words, "towards")) and not ending(words, "reached")


def _makes_up(phrase: Phrase, rest: str) -> bool:
    """Say whether a figure counts who makes up a body, or who all have something: 由12名律师组成, 158个村全覆盖."""
    among = phrase.before.rstrip(" ").endswith(particles("from")) and holds(rest, "composed")
    return among or (not trim_words(phrase.before) and not is_addressed(phrase) and holds(rest, "covered"))


def sets_up(phrase: Phrase, clause: str) -> bool:
    """Say whether a figure counts the bodies or posts of a network that was set up: 建立调委会164个."""
    verb = phrase.verb in verbs("form", "lasting") and phrase.verb not in particles("fostering")
    noun = trim_words(phrase.behind or phrase.before)
    return verb and noun.endswith(particles("standing")) and not holds(clause, "fresh")


def _is_filled(phrase: Phrase, clause: str) -> bool:
    """Say whether a figure counts posts that were filled and places that were set up for all, and are there since."""
    noun = trim_words(phrase.behind or phrase.before)
    return phrase.action in verbs("form", "lasting") and noun.endswith(particles("post")) and not holds(clause, "fresh")


def _is_catalogue(quantity: Quantity, phrase: Phrase) -> bool:
    """Say whether a figure counts the entries of a catalogue, which stand until it is changed."""
    listed = quantity.unit_class == "item" and phrase.action in ("", *particles("listing"))
    return listed and holds(phrase.measure, "catalogue") and not holds(phrase.measure, "struck")


def _heads(phrase: Phrase, clause: str, rest: str) -> bool:
    """Say whether a figure opens its clause and counts who stands for years and acts, or of whom a part is told."""
    towards = particles("towards")
    listed = phrase.before.startswith(_LIST) and clause.lstrip(" ").startswith(towards)
    if phrase.linked or listed or phrase.before.endswith(towards):
        return False
    among = particles("among")
    head = _BRACKET.sub("", rest)
    if head.endswith(among) or any(mark + word in head for mark in among for word in particles("exists")):
        return True
    standing = None if trim_words(phrase.before) else _standing_pattern().match(head)
    if standing is None or not standing["rest"] or standing["rest"].startswith((*particles("passive"), *SIGNS[1:])):
        return False
    if holds(standing["noun"], "fresh"):
        return False
    told = standing["rest"]
    if told.startswith(particles("all")):
        return True
    _, chain, verb, _ = split_words(told)
    if verb in verbs("form", "lasting") | verbs("form", "stock"):
        return not holds(told, "fresh")
    done = verb in verbs("makes") or chain.startswith(particles("joining"))
    return particles("perfect")[0] not in told[:_NEAR] and not done


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
    return any(clause.lstrip().startswith(particles("now")) for clause in CLAUSE_MARK.split(sentence))


def _totalled(words: str) -> bool:
    """Say whether words end with a number of what there is: 总数达到, 总量增至."""
    level = ending(words, "level")
    noun = trim_words(words.removesuffix(level))
    return noun.endswith(particles("whole")) or (bool(level) and noun.endswith(particles("standing")))


def _sums_up(sentence: str) -> bool:
    """Say whether a figure is the total of what there is, behind what was added to it: 新增310人,累计1120人."""
    words = last_clause(sentence)
    summed = particle_pattern("summed").match(words)
    alone = summed is not None and not trim_words(words[summed.end() :].removesuffix(ending(words, "reached")))
    return alone and any(holds(clause, "added") for clause in CLAUSE_MARK.split(sentence)[:-1])


def _are_done(phrase: Phrase, rest: str) -> bool:
    """Say whether something was done with all the papers of which there are so many: 共有26件案件开庭."""
    noun = _paper_pattern().match(rest) if phrase.before.endswith(particles("exists")) else None
    return noun is not None and bool(noun["told"]) and split_words(noun["told"])[2] not in verbs("form", "stock")


@cache
def _paper_pattern() -> re.Pattern[str]:
    """Return the pattern of a noun of papers and what is told of them."""
    return re.compile(rf"[^,;]{{0,8}}?(?:{term_pattern().pattern}|{longest(particles('passing'))})(?P<told>[^,;]*)")


@cache
def _done_verbs() -> tuple[str, ...]:
    """Return the verbs of what is done in a time, none of which is a noun as well."""
    return tuple(verbs("makes") - verbs("form", "stock") - verbs("form", "lasting") - verbs("noun") - verbs("helper"))


@cache
def _standing_pattern() -> re.Pattern[str]:
    """Return the pattern of a noun of what stands for years and what is told of it."""
    return re.compile(rf"(?P<noun>[^,;]{{0,8}}?(?:{longest(particles('standing'))}))(?P<rest>[^,;]*)")


def last_clause(sentence: str) -> str:
    """Return what stands behind the last mark of a sentence."""
    return sentence[max(map(sentence.rfind, _CLAUSE_MARKS)) + 1 :]


def opens(sentence: str) -> bool:
    """Say whether a figure behind these words opens a clause."""
    return sentence.rstrip(" ")[-1:] in _ENDS
