"""What a figure counts and what was done: its own words, and what earlier clauses and headings lend to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from analysis.text.clauses import Words, add_words, find_words, split_words, trim_words
from analysis.text.lists import find_predicate, share_out
from analysis.text.phrases import (
    JOINT,
    JOINT_END,
    LONGEST,
    Phrase,
    acts,
    answered_pattern,
    both_ends,
    compose,
    dealt_pattern,
    earlier_pattern,
    find_deed,
    is_class,
    is_deed,
    is_done,
    is_known,
    is_outcome,
    is_told,
    joins,
    last_words,
    only_acts,
    serving_pattern,
    words_pattern,
)
from analysis.text.quantities import Quantity
from analysis.text.surroundings import SENTENCE_ENDS, Surroundings
from analysis.text.topics import (
    MARK,
    NAME,
    REACH,
    Sentence,
    find_full_name,
    find_passed,
    find_taken_up,
    find_told_of,
    find_topic,
    is_going_on,
    without_rates,
)
from analysis.text.vocabulary import (
    find_terms,
    holds,
    particles,
    term_pattern,
    territories,
    verb_pattern,
    verbs,
)

__all__ = ["LONGEST", "Phrase", "find_phrases"]

#: The longest piece of running text in a measure.
_PIECE: Final = 20
_DATES: Final = re.compile(r"\d+[年月日]?")
_CLOSED_BRACKET: Final = re.compile(r"\([^()]*\)")
#: Who takes part in something is counted behind it.
_PEOPLE: Final = frozenset(("person", "attendance"))
#: What a figure of these counts, what the sentence is about says: 挽回损失, 检查主体.
_DEPENDENT: Final = frozenset(("money", "visit"))
#: What may be told of a rate: its change, and its value at another time.
_RATED: Final = frozenset(("percent", "point", "ratio", "rank"))
_MASK: Final = "**"


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
    text, sentence, outside, floor = around.text, Sentence(), Sentence(), 0
    bracketed = ""
    phrases: list[Phrase] = []
    for index, quantity in enumerate(quantities):
        begin = around.start_of(quantity.start, SENTENCE_ENDS)
        if not phrases or begin > floor:
            same = text.find("\n", floor, quantity.start) < 0
            lead, carried = (sentence.lead, sentence.first or sentence.carried) if same else ("", "")
            sentence, outside = Sentence(lead=lead, carried=carried), Sentence(lead=lead, carried=carried)
            bracketed = ""
        gap = text[max(floor, quantity.start - REACH) : quantity.start]
        open_ended = _CLOSED_BRACKET.sub("", gap)
        if ")" in open_ended:
            sentence = outside
        if "(" in open_ended:
            outside = replace(sentence, names=[*sentence.names])
        last = sentence.last
        if last is None:
            clauses = MARK.split(text[max(begin, quantity.start - REACH) : quantity.start])
            sentence.opening = "".join(find_terms(",".join(clauses[:-1]))[-1:])
        before = quantities[index - 1].start if index else 0
        own = text[max(before, quantity.start - REACH, begin) : quantity.start]
        sentence.actor = "".join(words_pattern("actor").findall(own)[-1:]) or sentence.actor
        if particles("part")[0] in gap and not sentence.part:
            sentence.part, sentence.whole = True, "".join(sentence.names[-1:])
        if _MASK in gap:
            sentence.action = ""
        ceiling = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
        words = find_words(text, quantity, floor, ceiling, last is not None and last.actor)
        if ")" in open_ended and bracketed and not words.own:
            words = add_words(words, bracketed)
        if predicate := find_predicate(text, quantities, index, words):
            noun = "" if words.behind else words.subject
            told = JOINT_END.sub("", words.behind) + predicate
            words = replace(words, subject="", chain="", verb="", noun=noun, behind=told)
        if "(" in open_ended:
            bracketed = MARK.split(open_ended[: open_ended.rindex("(")])[-1]
        if last is not None and words.linked:
            phrase = replace(last, before="", behind=words.behind, verb="", linked=True, actor=False, known=False)
        elif last is not None and not words.behind and _is_level(words.raw, quantity.unit == sentence.unit):
            phrase = replace(last, before=words.raw, behind="", verb="", linked=False, actor=False, known=False)
        else:
            topic = "" if words.shared else find_taken_up(words, own, sentence)
            listed = JOINT.match(words.raw) and words.raw.endswith(particles("of")[0])
            sentence.classed = is_class(words) or (sentence.classed and bool(listed))
            known = _is_named(words) or (quantity.unit_class == "event" and joins(words))
            if sentence.classed:
                place = max(text.rfind(words.raw, 0, quantity.start), floors[index])
                told = sentence.lead or find_topic(around, place, floors[index], Sentence(), headings[index])
                topic = sentence.lead = sentence.first = sentence.first or told
            elif not known:
                if not topic and not words.shared:
                    topic = find_topic(around, quantity.start, floors[index], sentence, headings[index])
                if words.subject.endswith(particles("rate")) or quantity.unit_class not in _RATED:
                    topic = without_rates(topic, deeds_too=not verb_pattern().search(words.subject))
            if sentence.classed or not known:
                passed = text[max(floor, begin) : quantity.start]
                topic = f"{topic} {find_passed(passed, begins=begin > floor or not index)}"
            phrase = _phrase(words, sentence, topic, quantity, known)
            if told := _told_later(text, words, phrase, quantity):
                phrase = replace(phrase, measure=compose((*phrase.measure.split(), told)))
        sentence.last, sentence.unit, floor = phrase, quantity.unit, words.end
        phrases.append(phrase)
    return share_out(phrases)


def _told_later(text: str, words: Words, phrase: Phrase, quantity: Quantity) -> str:
    """Return what is said later: that all were answered, what a meeting dealt with, as what people serve."""
    if quantity.unit_class in _PEOPLE and (serves := serving_pattern().match(text, quantity.end)):
        return last_words(serves["post"] + serves["whose"], 2 * NAME)
    if words.verb in particles("handling") and (answer := answered_pattern().match(text, words.end)):
        return answer["all"] + answer["answer"]
    meets = words_pattern("sitting").search(words.own) and not words_pattern("lawful").search(phrase.measure)
    if meets and (dealt := dealt_pattern().match(text, words.end)):
        return "".join(dealt[name] or "" for name in ("deals", "lawful", "heard"))
    return ""


def _is_level(raw: str, same_unit: bool) -> bool:
    """Say whether words before a figure only name another time of what the figure before counts: 上年度为66件."""
    level = next((word for word in particles("level") if raw.startswith(word)), "")
    words = _DATES.sub("", trim_words(raw.removeprefix(level)).replace(" ", ""))
    if level and not earlier_pattern().sub("", words):
        return True
    return same_unit and bool(raw) and not earlier_pattern().sub("", words)


def _is_named(words: Words) -> bool:
    """Say whether words name what is counted, and not to whom something was done or who did it."""
    addressed = bool(words.verb) and words.own.startswith(particles("towards"))
    ended = words.own.startswith(particles("manner")) and not words.noun
    own = words.subject if is_told(words) else words.own
    named = is_known(own) or bool(find_told_of(words))
    return named and not addressed and not ended and not only_acts(words)


def _phrase(words: Words, sentence: Sentence, topic: str, quantity: Quantity, known: bool) -> Phrase:
    """Put a figure's measure together and remember its name for those that follow."""
    if words.chain.startswith(particles("share")):
        whole, helper = words.subject + words.chain + words.noun, ""
    elif words.noun or words.behind:
        whole, helper = words.chain + words.noun, _actor(words) or sentence.actor
    else:
        whole, helper = words.subject + words.chain, "" if known or words.subject else sentence.actor
    cut = "".join(find_terms(whole)[:1]) if len(whole) > _PIECE else ""
    part = particles("part")[0] if sentence.part else ""
    if known and not sentence.classed:
        topic = sentence.first if quantity.unit_class in _DEPENDENT else ""
        if sentence.part:
            topic = find_deed(sentence.whole) or topic or ("" if find_terms(words.own) else sentence.whole)
    goes_on = known and is_going_on(words, sentence) and quantity.unit == sentence.unit
    if goes_on and sentence.last:
        topic = sentence.last.topic
    elif known and not topic and not sentence.classed:
        topic = find_full_name(words, sentence)
    behind = both_ends(words.behind, _PIECE)
    front = last_words(whole, min(_PIECE, LONGEST - 1 - len(behind)))
    same = quantity.unit == sentence.weak_unit or words.subject.endswith(particles("rate"))
    weak = sentence.weak if not known and (same or quantity.unit_class in _PEOPLE) else ""
    if words.chain.startswith(particles("share")) and not known:
        weak = sentence.counted
    ended = sentence.action in particles("begun") and words.verb in particles("ended")
    deed = sentence.action if not known and (ended or is_outcome(words)) else ""
    measure = compose((part, *topic.split(), weak, helper, cut, deed, front, behind))
    if words.subject.endswith(particles("rate")):
        inner = verb_pattern().findall(words.subject)
        verb = action = inner[-1] if inner else ""
    else:
        verb = "" if _is_paper(words, sentence, quantity) else words.verb or split_words(words.behind)[2]
        action = verb or ("" if _is_new_subject(words, known, sentence.action) or is_deed(words) else sentence.action)
        sentence.action = sentence.action if verb in verbs("form", "change") else action
    if known or words.noun or words.behind:
        told = "" if known or is_done(words) else last_words(words.noun + words.behind, NAME)
        sentence.weak, sentence.weak_unit = told, quantity.unit
    done = words.subject + words.chain + words.noun + words.behind
    sentence.counted = last_words(done, NAME) if done and not known else ""
    if known and not goes_on:
        name = find_told_of(words) or last_words(words.own, NAME)
        sentence.names = [name] if words.opens else [*sentence.names[-2:], name]
        subjects = [term for term in find_terms(words.subject)[-1:] if words.own != words.subject and not acts(term)]
        sentence.first = sentence.first or "".join(subjects) or name
    return Phrase(measure, action, words.raw, words.behind, verb, actor=words.actor, known=known, topic=topic)


def _actor(words: Words) -> str:
    """Return who acts: the bodies that the subject speaks of, its last term of the domain, and at which stage."""
    bodies = words_pattern("bodies").search(words.raw) if words.subject else None
    stages = words_pattern("stage").findall(words.subject)
    return "".join([bodies[0] if bodies else "", *find_terms(words.subject)[-1:], *stages[-1:]])


def _is_paper(words: Words, sentence: Sentence, quantity: Quantity) -> bool:
    """Say whether the verb that ends an item of a list is a paper under the list's verb: 审查合同9份,申请答复5份."""
    alone = bool(words.subject) and not words.noun and not words.behind
    alone = alone and not only_acts(words)
    return alone and words.verb in verbs("noun", "paper") and bool(sentence.action) and quantity.unit == sentence.unit


def _is_new_subject(words: Words, known: bool, last: str) -> bool:
    """Say whether a clause begins anew with a territory and a noun of its own: 新增1家,全县调解组织达9家."""
    anew = words.opens and known and not words.chain
    own = trim_words(words.own)
    done = verb_pattern().match(own) and not term_pattern().match(own)
    goes_on = own.endswith(particles("matter")) and last in verbs("makes") & verbs("noun")
    standing = own.endswith(particles("standing")) and not (done or goes_on or holds(last, "fresh"))
    return anew and (standing or words.raw.startswith(territories()))
