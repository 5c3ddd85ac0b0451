"""What needs the words and is kept without them: categories of statements, and contents a report must have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows
from analysis.text.reading import Text
from analysis.text.sections import Section, section_at
from analysis.text.statements import Statement

#: The category of a statement that no trigger fits.
OTHER: Final = "other"


class Code(NamedTuple):
    """One category of one statement; ``attr:`` marks how a problem is put (uneven, hedged), not what it is about."""

    start: int
    category: str
    primary: bool


class Content(NamedTuple):
    """Whether a report has one of the contents asked of it, and where it says so."""

    item: str
    status: str
    start: int | None
    end: int | None


class _Trigger(NamedTuple):
    category: str
    words: str
    exclude: tuple[str, ...]


@cache
def _triggers(role: str) -> tuple[_Trigger, ...]:
    """Return the triggers for a role, the longest first: 农民法治意识 before 法治意识."""
    found = [
        _Trigger(row["category"], row["trigger"], tuple(filter(None, row["exclude"].split("|"))))
        for row in read_rows("text/category_triggers")
        if row["role"] == role
    ]
    return tuple(sorted(found, key=lambda trigger: (-len(trigger.words), trigger.words, trigger.category)))


@cache
def _attributes() -> tuple[_Trigger, ...]:
    return tuple(
        _Trigger(f"attr:{row['attribute']}", row["trigger"], tuple(filter(None, row["exclude"].split("|"))))
        for row in read_rows("text/attribute_triggers")
    )


def find_codes(view: Text, statements: Sequence[Statement]) -> tuple[Code, ...]:
    """Return the categories the codebook's triggers give to problems and causes.

    Parameters
    ----------
    view : Text
        The decoded report.
    statements : sequence of Statement
        Its statements; remedies and plans are not coded.

    Returns
    -------
    tuple of Code
        The category of the longest trigger is primary; where a trigger lies inside a longer one it does not count.
        A statement without any trigger has the primary category of the item it elaborates, or `OTHER`.
    """
    found: list[Code] = []
    items: dict[tuple[str, int | None], str] = {}
    for statement in statements:
        if statement.role not in ("problem", "cause"):
            continue
        words = view.folded[statement.start : statement.end]
        above = items.get((statement.role, statement.parent_start), OTHER)
        categories = _categories(words, statement.role) or [above]
        items[statement.role, statement.start] = categories[0]
        found += [Code(statement.start, category, rank == 0) for rank, category in enumerate(categories)]
        kinds = {trigger.category for trigger in _attributes() if _fits(trigger, words)}
        found += [Code(statement.start, kind, False) for kind in sorted(kinds)]
    return tuple(found)


def _fits(trigger: _Trigger, words: str) -> bool:
    return trigger.words in words and not any(word in words for word in trigger.exclude)


def _categories(words: str, role: str) -> list[str]:
    """Return the categories of a statement, the one with the longest trigger first."""
    taken: list[tuple[int, int]] = []
    categories: list[str] = []
    for trigger in _triggers(role):
        if not _fits(trigger, words):
            continue
        spans = [match.span() for match in re.finditer(re.escape(trigger.words), words)]
        free = [span for span in spans if not any(start <= span[0] and span[1] <= end for start, end in taken)]
        taken += free
        if free and trigger.category not in categories:
            categories.append(trigger.category)
    return categories


def find_contents(view: Text, sections: Sequence[Section]) -> tuple[Content, ...]:
    """Return whether the contents that only words show are present, partly present or absent.

    Parameters
    ----------
    view : Text
        The decoded report.
    sections : sequence of Section
        Its outline: what stands only in next year's plan is promised, not reported on.

    Returns
    -------
    tuple of Content
        One for each item of codebook/text/contents.csv; its rows are tried in order. The span is that of the part
        which shows it.
    """
    found: dict[str, Content] = {}
    for row in read_rows("text/contents"):
        found.setdefault(row["item"], Content(row["item"], "absent", None, None))
        if found[row["item"]].status == "absent" and (part := _shows(view, sections, row)):
            found[row["item"]] = Content(row["item"], row["status"], part.start, part.body_end)
    return tuple(found[item] for item in sorted(found))


def _shows(view: Text, sections: Sequence[Section], row: Mapping[str, str]) -> Section | None:
    """Return the part that shows an item: by its role, by the words of its heading, or by words in its text."""
    roles = row["roles"].split("|")
    if row["where"] == "part":
        return next((section for section in sections if section.role in roles), None)
    pattern = re.compile(row["pattern"])
    if row["where"] == "heading":
        headed = (section for section in sections if section.role in roles and section.end > section.start)
        return next((s for s in headed if pattern.search(view.folded, s.start, s.end)), None)
    parts = (section_at(sections, match.start()) for match in pattern.finditer(view.folded))
    return next((part for part in parts if part.role in roles), None)
