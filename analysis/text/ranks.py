"""Ranks and moves in a ranking: the words that tell 第三名 and 前移3位 from an ordinal and from three persons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analysis.codebook import read_rows
from analysis.text.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class RankWords:
    """Words of ``text/ranks.csv`` by the place where they stand."""

    ordinal: str
    top: str
    units: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    moves: tuple[str, ...]
    rankings: tuple[str, ...]
    placed: tuple[str, ...]


@cache
def rank_words() -> RankWords:
    """Return the words of the codebook at hand."""
    words: dict[str, tuple[str, ...]] = {}
    for row in read_rows("text/ranks"):
        words[row["place"]] = (*words.get(row["place"], ()), row["word"])
    return RankWords(
        ordinal=words["ordinal"][0],
        top=words["top"][0],
        units=words["unit"],
        before=words["before"],
        after=words["after"],
        moves=words["move"],
        rankings=words["ranking"],
        placed=words["placed"],
    )


def is_move(around: Surroundings, start: int, end: int) -> bool:
    """Say whether places in a ranking are counted and not persons: 排名前移3位."""
    words, clause = rank_words(), around.clause_before(start)
    if not clause.endswith(words.moves):
        return False
    sentence = around.sentence_before(start)
    if any(word in sentence for word in words.rankings) or words.ordinal in around.clause_after(end):
        return True
    return clause.lstrip(" ") in words.moves and words.ordinal in sentence
