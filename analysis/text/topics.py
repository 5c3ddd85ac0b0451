"""What a figure is about where its own clause does not say it: earlier clauses, the sentence before, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from analysis.text.clauses import Words, split_words, trim_words
from analysis.text.phrases import Phrase, acts, deeds, is_deed, is_known, last_words, only_acts
from analysis.text.surroundings import CLAUSE_ENDS, SENTENCE_ENDS, Surroundings
from analysis.text.vocabulary import find_terms, particles, verbs

#: The longest name.
NAME: Final = 12
#: How far back the topic of a figure is looked for.
REACH: Final = 160
#: The end of a noun by which a longer one said before is known.
_HEAD: Final = 3
#: What parts clauses.
MARK: Final = re.compile(f"[{CLAUSE_ENDS}]")


@dataclass(slots=True)
class Sentence:
    """What a sentence has said so far."""

    first: str = ""
    opening: str = ""
    names: list[str] = field(default_factory=list)
    weak: str = ""
    weak_unit: str = ""
    counted: str = ""
    actor: str = ""
    lead: str = ""
    classed: bool = False
    carried: str = ""
    goes_on: bool = False
    action: str = ""
    unit: str = ""
    part: bool = False
    whole: str = ""
    last: Phrase | None = None


def find_taken_up(words: Words, told: str, sentence: Sentence) -> str:
    """Return what the sentence before was about, where one goes on with what was done with it: 全年办结44件."""
    anew = sentence.last is not None and not sentence.goes_on and bool(find_terms(sentence.last.before))
    if sentence.names or not sentence.carried or anew:
        return ""
    bare = not words.noun or words.noun.endswith(particles("passing"))
    handled = bare and words.verb in particles("handling") and (not words.subject or only_acts(words))
    sentence.goes_on = sentence.goes_on or handled or told.startswith(particles("part"))
    return sentence.carried if sentence.goes_on else ""


def find_topic(around: Surroundings, start: int, floor: int, sentence: Sentence, headings: str) -> str:
    """Return what the sentence, the headings or the text before is about."""
    if sentence.names:
        return " ".join(dict.fromkeys((sentence.opening, sentence.first, *sentence.names[-2:])))
    begin = max(floor, start - REACH)
    before = around.text[begin:start]
    if terms := find_terms(around.text[max(begin, around.start_of(start, SENTENCE_ENDS)) : start]):
        return terms[-1]
    if terms := find_terms(headings):
        return terms[0]
    return "".join(find_terms(before)[-1:])


def without_rates(topic: str, *, deeds_too: bool = False) -> str:
    """Return a topic without its rates: a rate is never about another rate, but about whom that one was of.

    Or about what: a rate that names no deed of its own (合格率) goes on with that of the other (考试参考率).
    """
    names = []
    for name in topic.split():
        terms = find_terms(name)
        bodies = [term for term in terms if not term.endswith(deeds())]
        rated = (bodies or (terms if deeds_too else []))[:1]
        names += rated if name.endswith(particles("rate")) else [name]
    return " ".join(names)


def find_passed(gap: str, *, begins: bool) -> str:
    """Return the noun of the last clause before a figure that holds none: 学法12次,举办培训班,参训460人次.

    The words of the figure before, or of what ``begins`` the sentence, are looked at only in the second case.
    """
    clauses = MARK.split(gap)[not begins : -1]
    noun = split_words(trim_words(clauses[-1]))[3] if clauses else ""
    return last_words(noun, NAME) if is_known(noun) else ""


def is_going_on(words: Words, sentence: Sentence) -> bool:
    """Say whether words only name another deed done with what the figure before was lent: 制定4件,合法性审核4件."""
    return is_deed(words) and sentence.last is not None and not sentence.last.known and bool(sentence.last.topic)


def find_full_name(words: Words, sentence: Sentence) -> str:
    """Return the term said before of which a figure's noun is the end: 民主法治示范村, then 省级示范村2个."""
    noun = trim_words(words.noun or words.own)
    handled = words.verb in particles("handling") and not (words.subject or words.behind or sentence.names)
    if handled and noun in particles("passing"):
        return sentence.carried
    if find_terms(noun) or len(noun) < _HEAD:
        return ""
    said = find_terms(" ".join((sentence.opening, sentence.first, *sentence.names)))
    return next((term for term in reversed(said) if len(term) > _HEAD and term.endswith(noun[-_HEAD:])), "")


def find_told_of(words: Words) -> str:
    """Return the term before the verb, where the noun behind it is general: 法律援助共受理案件418件."""
    told = words.verb in particles("handling") or words.verb in verbs("form", "lasting")
    if not told or is_known(words.own) or words.behind:
        return ""
    return "".join(term for term in find_terms(words.subject)[-1:] if not acts(term))
