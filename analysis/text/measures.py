"""What a figure counts and what was done: its own words, and what earlier clauses and headings lend to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.clauses import (
    Words,
    add_words,
    find_terms,
    find_words,
    particles,
    split_words,
    term_pattern,
    trim_words,
    verb_pattern,
    verbs,
)
from analysis.text.patterns import longest
from analysis.text.quantities import Quantity
from analysis.text.surroundings import CLAUSE_ENDS, SENTENCE_ENDS, Surroundings

#: Longest measure, and the longest piece of running text in one: a measure is a term, never a sentence.
LONGEST: Final = 30
_PIECE: Final = 20
_NAME: Final = 12
#: How far back the topic of a figure is looked for.
_TOPIC: Final = 160
_DATES: Final = re.compile(r"\d+[年月日]?")
_CLOSED_BRACKET: Final = re.compile(r"\([^()]*\)")
_MASK: Final = "**"
_MARK: Final = re.compile(f"[{CLAUSE_ENDS}]")
_SHORT: Final = 2
#: Kinds of ``text/particles.csv`` whose words do name something.
_NOUNS: Final = frozenset(("standing", "passing", "pending", "whole_word"))
_JOINT: Final = re.compile(r"[、和与及]+")
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
    unit: str = ""
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
    text, sentence, outside, floor = around.text, _Sentence(), _Sentence(), 0
    bracketed = ""
    phrases: list[Phrase] = []
    for index, quantity in enumerate(quantities):
        if not phrases or any(mark in text[floor : quantity.start] for mark in SENTENCE_ENDS):
            sentence, outside, bracketed = _Sentence(), _Sentence(), ""
        gap = text[max(floor, quantity.start - _TOPIC) : quantity.start]
        open_ended = _CLOSED_BRACKET.sub("", gap)
        if ")" in open_ended:
            sentence = outside
        if "(" in open_ended:
            outside = replace(sentence, names=[*sentence.names])
        last = sentence.last
        sentence.part = sentence.part or particles("part")[0] in gap
        if _MASK in gap:
            sentence.action = ""
        ceiling = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
        words = find_words(text, quantity, floor, ceiling, last is not None and last.actor)
        if ")" in open_ended and bracketed and not words.own:
            words = add_words(words, bracketed)
        if "(" in open_ended:
            bracketed = _MARK.split(open_ended[: open_ended.rindex("(")])[-1]
        if last is not None and words.linked:
            phrase = replace(last, before="", behind=words.behind, verb="", linked=True, actor=False, known=False)
        elif last is not None and words.raw in particles("level") and not words.behind:
            phrase = replace(last, before=words.raw, behind="", verb="", linked=False, actor=False, known=False)
        else:
            topic = "" if words.shared else _topic(text, quantity.start, floors[index], sentence, headings[index])
            phrase = _phrase(words, sentence, topic, quantity)
        sentence.last, sentence.unit, floor = phrase, quantity.unit, words.end
        phrases.append(phrase)
    return _share_out(phrases)


def _share_out(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Give each figure of a list its own noun where there are as many of them: 决策、文件分别为3件、5件."""
    found, nouns, start, listed_to = list(phrases), [""], 0, -1
    while start < len(found):
        end = start + 1
        while end < len(found) and found[end].linked:
            end += 1
        listed = next((word for word in particles("listed") if word in found[start].before), "")
        if listed and end - start > 1:
            before, behind = (trim_words(part) for part in found[start].before.split(listed, 1))
            subject, chain, _, noun = split_words(before)
            nouns = nouns if listed_to == start else [""]
            if len(_JOINT.split(noun)) == end - start:
                nouns, shared = _JOINT.split(chain + noun), behind
            elif len(_JOINT.split(subject)) == end - start:
                nouns, shared = _JOINT.split(subject), chain + noun + behind
            else:
                shared = before + behind
            if len(nouns) == end - start:
                for place, name in enumerate(nouns, start):
                    common = nouns[-1] if len(name) <= _SHORT else ""
                    found[place] = replace(found[place], measure=_compose((name, common, shared)))
            listed_to = end
        start = end
    return found


def _phrase(words: Words, sentence: _Sentence, topic: str, quantity: Quantity) -> Phrase:
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
    behind = _first(words.behind, _PIECE)
    front = _last(whole, min(_PIECE, LONGEST - 1 - len(behind)))
    measure = _compose((part, "" if known else topic, helper, cut, front, behind))
    if words.subject.endswith(particles("rate")):
        inner = verb_pattern().findall(words.subject)
        verb = action = inner[-1] if inner else ""
    else:
        verb = "" if _is_paper(words, sentence, quantity) else words.verb or split_words(words.behind)[2]
        action = sentence.action = verb or sentence.action
    if known:
        name = _last(words.own, _NAME)
        sentence.names = [name] if words.opens else [*sentence.names[-2:], name]
        sentence.first = sentence.first or name
    return Phrase(measure, action, words.raw, words.behind, verb, actor=words.actor, known=known)


def _is_paper(words: Words, sentence: _Sentence, quantity: Quantity) -> bool:
    """Say whether the verb that ends an item of a list is a paper under the list's verb: 审查合同9份,申请答复5份."""
    alone = bool(words.subject) and not words.noun and not words.behind
    return alone and words.verb in verbs("noun", "paper") and bool(sentence.action) and quantity.unit == sentence.unit


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
    words += [row["word"] for row in read_rows("text/particles") if row["kind"] not in _NOUNS]
    return re.compile(longest(words))
