"""The words of one figure as they are kept: the phrase, and how its pieces are judged and joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.clauses import Words, split_words, trim_words
from analysis.text.patterns import longest
from analysis.text.vocabulary import find_terms, particles, term_pattern, verbs

#: Longest measure: a measure is a term, never a sentence.
LONGEST: Final = 30
#: What joins the items of a list, and the same at the end of words.
JOINT: Final = re.compile(r"[、和与及]+")
JOINT_END: Final = re.compile(r"[、和与及]*$")
#: The longest name, and the longest words between clauses that belong together.
_NAME: Final = 12
_GAP: Final = 20
#: Where the word for a class stands: near the end of its name.
_CLASS: Final = 7
_DATES: Final = re.compile(r"\d+[年月日]?")
#: Kinds of ``text/particles.csv`` whose words do name something.
_NOUNS: Final = frozenset(("standing", "passing", "pending", "whole_word", "post"))
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
    topic : str
        What an earlier clause or a heading lends to the measure.
    """

    measure: str
    action: str
    before: str
    behind: str
    verb: str = ""
    linked: bool = False
    actor: bool = False
    known: bool = False
    topic: str = ""


@lru_cache(maxsize=4096)
def is_known(words: str) -> bool:
    """Say whether words name what is counted: a term of the domain, or more than verbs and general nouns.

    Of a rate more is asked: 优秀率 says nothing without what was rated.
    """
    words = words.translate(_SIGNS)
    if term_pattern().search(words):
        return True
    rest = JOINT.sub("", _DATES.sub("", _general_pattern().sub("", words)))
    return len(rest) > (3 if words.endswith(particles("rate")) else 1) and not rest.isascii()


def compose(pieces: Iterable[str]) -> str:
    """Join pieces by blanks, each once, as long as they fit; the figure's own words stand last and are kept."""
    kept, room = "", LONGEST
    for piece in reversed([piece.strip() for piece in pieces]):
        if piece and len(piece) <= room and piece not in kept:
            kept = f"{piece}\n{kept}"
            room -= len(piece) + 1
    return kept.removesuffix("\n").replace("\n", " ")


def last_words(words: str, length: int) -> str:
    """Return the end of words, without signs."""
    return words.translate(_SIGNS)[-length:].strip("、")


def both_ends(words: str, length: int) -> str:
    """Return words without signs; of longer ones the beginning and the end, where the noun and its deed stand."""
    words = words.translate(_SIGNS).strip("、")
    front = length // 3
    return words if len(words) <= length else f"{words[:front]} {words[front + 1 - length :]}"


def term_at_end(words: str) -> str:
    """Return the term of the domain that words end with."""
    return next((term for term in find_terms(words)[-1:] if words.endswith(term)), "")


def find_deed(words: str) -> str:
    """Return the term that words end with, where it is something done: 合法性审查, of which its parts say nothing."""
    term = term_at_end(words) or term_at_end(_last_generic().sub("", words))
    return term if term.endswith(tuple(verbs("makes") & verbs("noun"))) else ""


def is_done(words: Words) -> bool:
    """Say whether only a verb stands behind a figure: 1件撤回."""
    subject, chain, _, noun = split_words(words.behind)
    return bool(chain) and not (subject or noun or words.noun)


def acts(name: str) -> bool:
    """Say whether a name is that of a body that acts."""
    return name.endswith(_doers())


def only_acts(words: Words) -> bool:
    """Say whether words only tell who did something, and not with what: 县法院审结, 相关部门整改回复."""
    alone = bool(words.verb) and not words.noun and not words.behind and not words.chain.startswith(particles("share"))
    return alone and acts(words.subject)


def is_class(words: Words) -> bool:
    """Say whether words only name a class of what the sentence is about: 涉及公安的, 行政处罚类."""
    own = last_words(words.own, _CLASS)
    about = words.verb and words_pattern("about").fullmatch(words.verb)
    classes = [found.end() for found in words_pattern("class").finditer(own)]
    return bool(about) or (classes[-1:] == [len(own)] and not words_pattern("no_class").search(own))


def is_outcome(words: Words) -> bool:
    """Say whether words tell what became of what was done before: 同比增长 of what was 审结, 成功 of what was 调解."""
    return words.verb in verbs("form", "change") or words.subject in particles("result")


def is_told(words: Words) -> bool:
    """Say whether what stands behind a figure only tells what was done with it: 政协提案61件全部办复."""
    told = words.behind
    for word in particles("all"):
        told = told.removeprefix(word)
    subject, chain, _, noun = split_words(trim_words(told))
    return bool(words.subject) and not words.noun and bool(chain) and not subject and not noun


def joins(words: Words) -> bool:
    """Say whether somebody only took part in what words name: 参加现场调解6次."""
    return words.verb in particles("joining") and bool(words.noun)


def is_deed(words: Words) -> bool:
    """Say whether a clause is nothing but the name of what was done: 主动公开1860条, behind 答复42件."""
    own = trim_words(words.own)
    return words.opens and bool(own) and find_terms(own)[-1:] == [own] and own.endswith(deeds())


@cache
def deeds() -> tuple[str, ...]:
    """Return the verbs of making and the nouns that are verbs."""
    return tuple(verbs("makes") | verbs("noun"))


@cache
def _last_generic() -> re.Pattern[str]:
    """Return a general noun at the end of words: 合法性审查事项."""
    return re.compile(f"(?:{words_pattern('generic').pattern})$")


@cache
def _doers() -> tuple[str, ...]:
    """Return the ends of the names of bodies."""
    return tuple(row["word"] for row in read_rows("text/subjects") if row["kind"] == "doer")


@cache
def answered_pattern() -> re.Pattern[str]:
    """Return a later clause of the sentence that says of all that was received what it came to: 均按期答复."""
    return re.compile(
        rf"(?:,[^。!?\n,]{{0,{_GAP}}})?,(?:已|也)?(?P<all>{longest(particles('all'))})[^,。;!?\n]{{0,{_NAME}}}?"
        rf"(?P<answer>{longest(particles('answered'))})"
    )


@cache
def dealt_pattern() -> re.Pattern[str]:
    """Return a later clause, before any figure, that says what a meeting was about: 召开会议4次,专题研究法治建设."""
    clause = r"[^,。;!?\n\d]"
    deals, lawful, heard = (words_pattern(kind).pattern for kind in ("deals", "lawful", "heard"))
    return re.compile(
        rf"(?:,{clause}{{0,{2 * _GAP}}})??,{clause}{{0,{_GAP}}}?(?P<deals>{deals}){clause}{{0,{_GAP}}}?"
        rf"(?P<lawful>{lawful})(?:{clause}{{0,{_NAME}}}?(?P<heard>{heard}))?(?!{clause}*\d)"
    )


@cache
def serving_pattern() -> re.Pattern[str]:
    """Return what people counted before another figure serve as: 22名律师担任全区158个村法律顾问."""
    clause = r"[^,。;!?\n\d]"
    serving = longest(particles("serving"))
    return re.compile(rf"{clause}{{1,{_GAP}}}?(?P<post>(?:{serving}){clause}{{0,{_NAME}}})\d+(?P<whose>{clause}+)")


@cache
def words_pattern(kind: str) -> re.Pattern[str]:
    """Return the words of one kind of ``text/subjects.csv``."""
    return re.compile(longest(row["word"] for row in read_rows("text/subjects") if row["kind"] == kind))


@cache
def earlier_pattern() -> re.Pattern[str]:
    """Return the words that only set a time beside another: 较上年的, 去年."""
    words = (*particles("comparison"), *particles("of"))
    return re.compile(f"{words_pattern('earlier').pattern}|{longest(words)}")


@cache
def _general_pattern() -> re.Pattern[str]:
    """Return the words that name nothing by themselves: general nouns, verbs, adverbs, particles, rates."""
    words = [row["word"] for row in read_rows("text/subjects") if row["kind"] == "generic"]
    words += [row["verb"] for row in read_rows("text/verbs")]
    words += [row["word"] for row in read_rows("text/particles") if row["kind"] not in _NOUNS]
    return re.compile(longest(words))
