"""Lists of figures: each its own noun, and the verb that stands behind the last one said of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Final

from analysis.text.clauses import Words, masked_figure, split_words, trim_words, words_behind
from analysis.text.patterns import longest
from analysis.text.phrases import JOINT, JOINT_END, Phrase, compose, term_at_end, words_pattern
from analysis.text.quantities import Quantity
from analysis.text.vocabulary import fixed_pattern, particles, term_pattern, verb_pattern, verbs

#: A noun so short that it needs the last one's to be understood: 县、乡、村三级调解组织.
_SHORT: Final = 1
#: How many figures on the verb of a list is looked for.
_FAR: Final = 6
#: How long words may be that tell how something was done: 专题研究.
_HOW: Final = 2
#: The noun of the next figure of a list.
_NEXT: Final = re.compile(r"[、和与及][^,:。;!?\n、()\d]{2,16}")


def find_predicate(text: str, quantities: Sequence[Quantity], index: int, words: Words) -> str:
    """Return the verb and noun that stand behind the last figure of a list: 对6个乡镇、9个部门开展法治督察.

    They are said of its first figure too, where that has only its own noun.
    """
    if not words.behind:
        return "" if words.verb else _deed_of_all(text, quantities, index)
    if words.verb and not words.raw.endswith(particles("towards")):
        return ""
    following = quantities[index + 1 : index + _FAR]
    starts = [*(quantity.start for quantity in following), len(text)]
    if masked := masked_figure().match(text, words.end):
        subject, chain, _, noun = split_words(words_behind(text, masked.end(), starts[0])[0])
        return chain + noun if subject else ""
    stop = words_behind(text, quantities[index].end, starts[0])[1]
    end = stop - len(words.behind) + len(JOINT_END.sub("", words.behind))
    for quantity, ceiling in zip(following, starts[1:], strict=True):
        if not JOINT.fullmatch(text, end, quantity.start):
            break
        behind, end = words_behind(text, quantity.end, ceiling)
        subject, chain, _, noun = split_words(behind)
        if not chain and (term := term_at_end(behind)) in verbs("makes") and term != behind:
            subject, chain = behind, term
        if subject and chain:
            return "" if end == ceiling else chain + noun
    return ""


def _deed_of_all(text: str, quantities: Sequence[Quantity], index: int) -> str:
    """Return what stands behind the last of figures that each have a noun before them: 会议8次、会议11次研究法治."""
    unit = quantities[index].unit
    for last, quantity in pairwise(quantities[index : index + _FAR]):
        noun = text[last.end : quantity.start]
        if quantity.unit != unit or not _NEXT.fullmatch(noun) or split_words(trim_words(noun))[2]:
            return ""
        behind = words_behind(text, quantity.end, len(text))[0]
        subject, chain, _, noun = split_words(trim_words(behind))
        if chain and len(subject) <= _HOW:
            return subject + chain + noun
    return ""


def share_out(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Give each figure of a list its own noun where there are as many of them: 审查决策、文件3件、5件."""
    found, nouns, start, listed_to = list(phrases), [""], 0, -1
    while start < len(found):
        end = start + 1
        while end < len(found) and found[end].linked:
            end += 1
        if end - start > 1:
            listed = next((word for word in particles("listed") if word in found[start].before), "")
            before, _, behind = found[start].before.partition(listed) if listed else (found[start].before, "", "")
            nouns = nouns if listed and listed_to == start else [""]
            parts, lead, tail = _list_nouns(trim_words(before))
            topic = "" if found[start].topic.strip() in before else found[start].topic
            if len(parts) == end - start:
                nouns = [lead + name for name in parts]
            elif listed:
                topic, tail = "", before
            if len(nouns) == end - start:
                for place, name in enumerate(nouns, start):
                    measure = compose((*topic.split(), name, tail, trim_words(behind)))
                    verb = split_words(name.removeprefix(lead))[2] or found[place].action
                    found[place] = replace(found[place], measure=measure, action=verb)
            listed_to = end if listed else -1
        start = end
    return found


def _list_nouns(words: str) -> tuple[list[str], str, str]:
    """Split a list into its nouns, the verb before them and the words behind: 作出撤销、确认违法决定.

    The general noun that ends the last one belongs to all.
    """
    head = _head_pattern().match(words)
    begin = head[0] if head else ""
    nouns = JOINT.split(words.removeprefix(begin))
    if len(nouns) > 1 and (common_nouns := _verbs_of_one(nouns)):
        return common_nouns, "", ""
    subject, lead, verb, noun = split_words(nouns[0])
    if lead:
        nouns[0], lead = (noun, lead) if noun else (verb, lead.removesuffix(verb))
    subject, chain, _, noun = split_words(nouns[-1])
    tail = chain + noun if subject and chain and len(nouns) > 1 else ""
    nouns[-1] = trim_words(nouns[-1].removesuffix(tail)) or nouns[-1].removesuffix(tail)
    if rate := _rate_pattern().search(nouns[0]):
        stem = nouns[0][: rate.start()]
        nouns[1:] = [name if term_pattern().search(name) or stem in name else stem + name for name in nouns[1:]]
    common = None if term_at_end(nouns[-1]) else _common_pattern().search(nouns[-1])
    for place, name in enumerate(nouns[:-1]):
        if common and not name.endswith(common[0]):
            nouns[place] = name + common[0]
        elif not common and len(name) <= _SHORT and not fixed_pattern().fullmatch(name):
            nouns[place] = f"{name} {nouns[-1]}"
    return nouns, begin + lead, tail


def _verbs_of_one(nouns: Sequence[str]) -> list[str]:
    """Return a list of verbs, each with the noun that stands once: 受理、办结案件, 案件受理数和办结数; or nothing."""
    term = term_pattern().match(nouns[0])
    names = [_count_pattern().sub("", name) for name in nouns]
    only = verb_pattern().fullmatch
    if term and len(names[0]) > term.end() and only(names[0], term.end()) and all(only(name) for name in names[1:]):
        return [names[0], *(term[0] + name for name in names[1:])]
    subject, chain, verb, noun = split_words(nouns[-1])
    if not subject and chain == verb and noun and all(only(name) for name in nouns[:-1]):
        return [*(name + noun for name in nouns[:-1]), nouns[-1]]
    return []


@cache
def _head_pattern() -> re.Pattern[str]:
    """Return what stands once before a list and is said of each: 被申请人为公安局、乡镇."""
    return re.compile(longest(particles("heads")))


@cache
def _count_pattern() -> re.Pattern[str]:
    """Return the noun of counting at the end of words: 受理数, 办结件数."""
    return re.compile(f"(?:{longest(particles('count'))})$")


@cache
def _common_pattern() -> re.Pattern[str]:
    """Return a general noun, or a rate with its verb, at the end of words."""
    return re.compile(f"(?<=.)(?:{words_pattern('generic').pattern})$|{_rate_pattern().pattern}")


@cache
def _rate_pattern() -> re.Pattern[str]:
    """Return a rate with its verb at the end of words."""
    return re.compile(f"(?<=.)(?:{verb_pattern().pattern})(?:{longest(particles('rate'))})$")
