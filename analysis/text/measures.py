"""What a figure counts and what was done: its own words, and what earlier clauses and headings lend to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.clauses import Words, find_terms, find_words, particles, split_words, term_pattern, verb_pattern
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity
from analysis.text.surroundings import SENTENCE_ENDS, Surroundings

#: Longest measure, and the longest piece of running text in one: a measure is a term, never a sentence.
LONGEST: Final = 30
_PIECE: Final = 20
_NAME: Final = 12
#: How far back the topic of a figure is looked for.
_TOPIC: Final = 160
_DATES: Final = re.compile(r"\d+[年月日]?")
_SIGNS: Final = str.maketrans("", "", '“”‘’"《》〈〉()| *')


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of one figure.

    Attributes
    ----------
    measure : str
        What is counted, with the subject of an earlier clause where its own has none; 其中 first where it is a part.
    action : str
        The verb; of an item of a list, that of the list.
    before, behind : str
        The words from the clause or the figure before, and those up to the clause's end or the next figure.
    verb : str
        The figure's own verb, empty where ``action`` is that of the list.
    linked, actor : bool
        As in `analysis.text.clauses.Words`.
    known : bool
        The figure's own words name what is counted; else an earlier clause or a heading does.
    """

    measure: str
    action: str
    before: str
    behind: str
    verb: str = ""
    linked: bool = False
    actor: bool = False
    known: bool = False


@dataclass(slots=True)
class _Sentence:
    """What a sentence has said so far."""

    first: str = ""
    names: list[str] = field(default_factory=list)
    action: str = ""
    part: bool = False
    last: Phrase | None = None


def find_phrases(
    around: Surroundings, quantities: Sequence[Quantity], headings: Sequence[str], floors: Sequence[int]
) -> list[Phrase]:
    """Find the words of each figure.

    Parameters
    ----------
    around : Surroundings
        Of the text.
    quantities : sequence of Quantity
        In order, without those of names.
    headings : sequence of str
        For each quantity the headings above it, the innermost first, as one string.
    floors : sequence of int
        For each quantity where its section begins: its topic is not looked for before that.

    Returns
    -------
    list of Phrase
        One for each quantity.
    """
    text, sentence, floor = around.text, _Sentence(), 0
    phrases: list[Phrase] = []
    for index, quantity in enumerate(quantities):
        if not phrases or any(mark in text[floor : quantity.start] for mark in SENTENCE_ENDS):
            sentence = _Sentence()
        last = sentence.last
        gap = text[max(floor, quantity.start - _TOPIC) : quantity.start]
        sentence.part = sentence.part or particles("part")[0] in gap
        ceiling = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
        words = find_words(text, quantity, floor, ceiling, last is not None and last.actor)
        if last is not None and words.linked:
            phrase = replace(last, before="", behind=words.behind, verb="", linked=True, actor=False, known=False)
        elif last is not None and words.raw in particles("level") and not words.behind:
            phrase = replace(last, before=words.raw, behind="", verb="", linked=False, actor=False, known=False)
        else:
            topic = "" if words.shared else _topic(text, quantity.start, floors[index], sentence, headings[index])
            phrase = _phrase(words, sentence, topic)
        sentence.last, floor = phrase, words.end
        phrases.append(phrase)
    return phrases


def _phrase(words: Words, sentence: _Sentence, topic: str) -> Phrase:
    """Put a figure's measure together and remember its name for those that follow."""
    known = _is_known(words.own)
    if words.chain.startswith(particles("share")):
        whole, helper = words.subject + words.chain + words.noun, ""
    elif words.noun or words.behind:
        whole, helper = words.chain + words.noun, "".join(find_terms(words.subject)[-1:])
    else:
        whole, helper = words.subject + words.chain, ""
    cut = "".join(find_terms(whole)[:1]) if len(whole) > _PIECE else ""
    part = particles("part")[0] if sentence.part else ""
    measure = _compose((part, "" if known else topic, helper, cut, _last(whole, _PIECE), _first(words.behind, _PIECE)))
    if words.subject.endswith(particles("rate")):
        inner = verb_pattern().findall(words.subject)
        verb = action = inner[-1] if inner else ""
    else:
        verb = words.verb or split_words(words.behind)[2]
        action = sentence.action = verb or sentence.action
    if known:
        name = _last(words.own, _NAME)
        sentence.names = [name] if words.opens else [*sentence.names[-2:], name]
        sentence.first = sentence.first or name
    return Phrase(measure, action, words.raw, words.behind, verb, actor=words.actor, known=known)


def _is_known(words: str) -> bool:
    """Say whether words name what is counted: a term of the domain, or more than verbs and general nouns.

    Of a rate more is asked: 优秀率 says nothing without what was rated.
    """
    words = words.translate(_SIGNS)
    if term_pattern().search(words):
        return True
    rest = _DATES.sub("", _general_pattern().sub("", words))
    return len(rest) > (3 if words.endswith(particles("rate")) else 1) and not rest.isascii()


def _topic(text: str, start: int, floor: int, sentence: _Sentence, headings: str) -> str:
    """Return what the sentence, the headings or the text before is about."""
    if sentence.names:
        return " ".join(dict.fromkeys((sentence.first, *sentence.names[-2:])))
    before = text[max(floor, start - _TOPIC) : start]
    cut = max(before.rfind(mark) for mark in SENTENCE_ENDS)
    if terms := find_terms(before[cut + 1 :]):
        return terms[-1]
    if terms := find_terms(headings):
        return terms[0]
    return "".join(find_terms(before)[-1:])


def _compose(pieces: Iterable[str]) -> str:
    """Join pieces by blanks, each once, as long as they fit; the figure's own words stand last and are kept."""
    kept: list[str] = []
    room = LONGEST
    for piece in reversed([piece.strip() for piece in pieces]):
        if piece and len(piece) <= room and not any(piece in other for other in kept):
            kept.append(piece)
            room -= len(piece) + 1
    return " ".join(reversed(kept))


def _last(words: str, length: int) -> str:
    return words.translate(_SIGNS)[-length:].strip("、")


def _first(words: str, length: int) -> str:
    return words.translate(_SIGNS)[:length].strip("、")


@cache
def _general_pattern() -> re.Pattern[str]:
    """Return the words that name nothing by themselves: general nouns, verbs, adverbs, particles, rates."""
    words = [row["word"] for row in read_rows("text/subjects") if row["kind"] == "generic"]
    words += [row["verb"] for row in read_rows("text/verbs")]
    words += [row["word"] for row in read_rows("text/particles")]
    return re.compile(longest(words))
