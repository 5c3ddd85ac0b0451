"""The words that reading goes by, as the codebook lists them: particles, verbs, terms of the domain."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from analysis.codebook import read_rows
from analysis.text.patterns import longest


def find_terms(words: str) -> list[str]:
    """Return the terms of the domain that words hold, in order."""
    return term_pattern().findall(words)


@cache
def particles(kind: str) -> tuple[str, ...]:
    """Return the words of one kind of ``text/particles.csv``, the longest first."""
    words = [row["word"] for row in read_rows("text/particles") if row["kind"] == kind]
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def holds(words: str, kind: str) -> bool:
    """Say whether words hold one of a kind of ``text/particles.csv``."""
    return particle_pattern(kind).search(words) is not None


def is_one(words: str, kind: str) -> bool:
    """Say whether words are one of a kind of ``text/particles.csv``."""
    return words in _particles_by_length(kind).get(len(words), ())


@cache
def particle_pattern(kind: str) -> re.Pattern[str]:
    """Return the pattern of the words of one kind of ``text/particles.csv``."""
    return re.compile(longest(particles(kind)) or "(?!)")


def ending(words: str, kind: str) -> str:
    """Return the longest word of a kind of ``text/particles.csv`` that words end with, or an empty one."""
    return last_of(_particles_by_length(kind), words)


def last_of(by_length: dict[int, frozenset[str]], words: str) -> str:
    """Return the longest of some words that words end with, or an empty one."""
    for length, known in by_length.items():
        if words[-length:] in known:
            return words[-length:]
    return ""


def _by_length(words: Collection[str]) -> dict[int, frozenset[str]]:
    """Return words by their length, the longest first."""
    lengths = sorted({len(word) for word in words}, reverse=True)
    return {length: frozenset(word for word in words if len(word) == length) for length in lengths}


@cache
def _particles_by_length(kind: str) -> dict[int, frozenset[str]]:
    return _by_length(particles(kind))


@cache
def towards_whom() -> dict[int, frozenset[str]]:
    """Return the words behind which stands to whom something is done, a whole territory too: 对, 向全县."""
    return _by_length([word + region for word in particles("towards") for region in regions()])


@cache
def regions() -> frozenset[str]:
    """Return the words for a whole territory (全县), and the empty one."""
    return frozenset(("", *(row["word"] for row in read_rows("text/particles") if row["note"] == "region")))


@cache
def territories() -> tuple[str, ...]:
    """Return the words for a whole territory: 全县."""
    return tuple(sorted(regions() - {""}))


@cache
def verbs(column: str, value: str = "") -> frozenset[str]:
    """Return the verbs that have something, or one value, in a column of ``text/verbs.csv``."""
    rows = read_rows("text/verbs")
    return frozenset(row["verb"] for row in rows if (row[column] == value if value else row[column]))


@cache
def fixed() -> dict[int, frozenset[str]]:
    """Return the words of which no particle is cut off: verbs, terms and words that look like verbs."""
    words = {row["verb"] for row in read_rows("text/verbs")} | set(particles("whole_word"))
    words |= {row["word"] for row in read_rows("text/subjects") if row["kind"] == "subject"}
    return _by_length([word for word in words if len(word) > 1])


@cache
def fixed_pattern() -> re.Pattern[str]:
    """Return the pattern of the words of which no particle is cut off."""
    return re.compile(longest(word for words in fixed().values() for word in words))


@cache
def term_pattern() -> re.Pattern[str]:
    """Return the pattern of the terms of the domain."""
    return re.compile(longest(row["word"] for row in read_rows("text/subjects") if row["kind"] == "subject"))


@cache
def verb_pattern() -> re.Pattern[str]:
    """Return the pattern of the verbs; one character of change (增) is one only where no other follows it: 增福镇."""
    rows = read_rows("text/verbs")
    short = {row["verb"] for row in rows if row["direction"] and len(row["verb"]) == 1}
    aspect, level = longest(particles("aspect")), longest(particles("level"))
    verb = longest(row["verb"] for row in rows if row["verb"] not in short)
    ends = rf"(?=(?:{aspect})|[^\u4e00-\u9fff]|$)"
    return re.compile(rf"{verb}|(?={level})(?:{longest(short)})|(?:{longest(short)}){ends}")
