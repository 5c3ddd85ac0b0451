"""One part of a report, with its heading, place and role; the parts together are a partition of its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final, NamedTuple

_START: Final = attrgetter("start")


class Section(NamedTuple):
    """One part of a report, from its label to where the next part of the same or a lower level starts.

    Attributes
    ----------
    start, end : int
        Span of the heading with its label, without final punctuation; equal where no heading stands.
    body_end : int
        Where the next section of the same or a lower level starts, or the text ends.
    level : int
        1 for a top heading; 0 for what no heading governs.
    label : str
        As printed: ``一、``, ``（二）``, ``3.``, ``一是``; "" where the part has none.
    parent_start : int or None
        Start of the section this one belongs to.
    role : str
        One of `analysis.text.roles.ROLES`.
    """

    start: int
    end: int
    body_end: int
    level: int
    label: str
    parent_start: int | None
    role: str


def section_at(sections: Sequence[Section], position: int) -> Section:
    """Return the innermost section that holds a position."""
    return sections[max(bisect_right(sections, position, key=_START) - 1, 0)]
