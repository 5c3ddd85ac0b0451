"""Where a change begins: the earlier of two levels."""

from __future__ import annotations

import re
from functools import cache

from analysis.codebook import Row, read_rows
from analysis.text.patterns import longest
from analysis.text.vocabulary import particles


def begins_change(words: str, rest: str) -> bool:
    """Say whether a figure is where a change begins: 由96.2%上升到100%, 由全省第8位跃升到第3位."""
    words = words.rstrip(" ")
    leads = _leads_pattern().match(rest.lstrip(" "))
    return words.endswith(_formers()) or (leads is not None and _from_pattern().search(words) is not None)


@cache
def _formers() -> tuple[str, ...]:
    return tuple(origin + former for origin in particles("from") for former in particles("former"))


@cache
def _leads_pattern() -> re.Pattern[str]:
    """Return the words that lead from where a change begins to where it ends."""
    return re.compile(longest((*changes(), *particles("level"))))


@cache
def _from_pattern() -> re.Pattern[str]:
    """Return the pattern of 由, 从 with at most whose level it is, 由全市, and nothing that describes it, 由法定的."""
    begins, ends = longest(particles("from")), longest(particles("of"))
    return re.compile(rf"(?:{begins})[^,:;()\d]{{0,8}}(?<!{ends})$")


@cache
def changes() -> dict[str, Row]:
    """Return the verbs of change with their direction."""
    return {row["verb"]: row for row in read_rows("text/verbs") if row["direction"]}
