"""The words of one figure as they are kept: the phrase, and how its pieces are judged and joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.clauses import find_terms, particles, term_pattern
from analysis.text.patterns import longest

#: Longest measure: a measure is a term, never a sentence.
LONGEST: Final = 30
#: What joins the items of a list, and the same at the end of words.
JOINT: Final = re.compile(r"[、和与及]+")
JOINT_END: Final = re.compile(r"[、和与及]*$")
_DATES: Final = re.compile(r"\d+[年月日]?")
#: Kinds of ``text/particles.csv`` whose words do name something.
_NOUNS: Final = frozenset(("standing", "passing", "pending", "whole_word"))
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
    kept: list[str] = []
    room = LONGEST
    for piece in reversed([piece.strip() for piece in pieces]):
        if piece and len(piece) <= room and not any(piece in other for other in kept):
            kept.append(piece)
            room -= len(piece) + 1
    return " ".join(reversed(kept))


def last_words(words: str, length: int) -> str:
    """Return the end of words, without signs."""
    return words.translate(_SIGNS)[-length:].strip("、")


def first_words(words: str, length: int) -> str:
    """Return the beginning of words, without signs."""
    return words.translate(_SIGNS)[:length].strip("、")


def term_at_end(words: str) -> str:
    """Return the term of the domain that words end with."""
    return next((term for term in find_terms(words)[-1:] if words.endswith(term)), "")


@cache
def words_pattern(kind: str) -> re.Pattern[str]:
    """Return the words of one kind of ``text/subjects.csv``."""
    return re.compile(longest(row["word"] for row in read_rows("text/subjects") if row["kind"] == kind))


@cache
def _general_pattern() -> re.Pattern[str]:
    """Return the words that name nothing by themselves: general nouns, verbs, adverbs, particles, rates."""
    words = [row["word"] for row in read_rows("text/subjects") if row["kind"] == "generic"]
    words += [row["verb"] for row in read_rows("text/verbs")]
    words += [row["word"] for row in read_rows("text/particles") if row["kind"] not in _NOUNS]
    return re.compile(longest(words))
