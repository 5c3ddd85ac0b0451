"""What needs the words and is kept without them: categories of statements, and contents a report must have."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from analysis.codebook import read_rows
from analysis.text.lacks import Lack, find_lacks, pattern
from analysis.text.parts import Section, section_at
from analysis.text.reading import Text
from analysis.text.shortcuts import needed
from analysis.text.statements import Statement

#: The category of a statement that no trigger fits.
OTHER: Final = "other"
#: The category of a gap in nothing named; it gives way to any other.
UNSPECIFIC: Final = "unspecific"
#: What stands further on in a statement, which then is no sentence but a text whose punctuation is lost, is not coded.
READ: Final = 300
#: How much a trigger counts: a strong one by itself; a general one (重视, 机制, 衔接) gives way to a strong one in its
#: clause, which says in what work; a weak one gives way to what stands around it.
_STRENGTHS: Final = ("strong", "general", "weak")


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
    pattern: re.Pattern[str]
    exclude: re.Pattern[str] | None
    strength: str
    needed: tuple[str, ...]


class _Subject(NamedTuple):
    """What a statement may be about: a trigger and where it stands."""

    start: int
    end: int
    category: str
    strength: str


def _trigger(category: str, row: Mapping[str, str]) -> _Trigger:
    exclude = re.compile(row["exclude"]) if row["exclude"] else None
    # Statements are searched together, one to a line: a trigger ends with its line.
    pattern = re.compile(row["trigger"].replace("[^", r"[^\n"), re.MULTILINE)
    return _Trigger(category, pattern, exclude, row.get("strength", "strong"), needed(row["trigger"]))


@cache
def _triggers(role: str) -> tuple[_Trigger, ...]:
    rows = read_rows("text/category_triggers")
    return tuple(_trigger(row["category"], row) for row in rows if row["role"] == role)


@cache
def _attributes() -> tuple[_Trigger, ...]:
    return tuple(_trigger(f"attr:{row['attribute']}", row) for row in read_rows("text/attribute_triggers"))


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
        The primary category is that of the trigger which stands nearest to what is said to be lacking; a second lack
        of another category is secondary. A trigger inside a longer one does not count. A statement that also holds a
        trigger of the item it elaborates has that item's category. Without a strong trigger it has the category of
        the clause it continues, else of its item, else of its weak trigger, else of most statements below it, else
        `OTHER`.
    """
    coded = {statement.start: statement for statement in statements if statement.role in ("problem", "cause")}
    words = {start: view.folded[start : min(statement.end, start + READ)] for start, statement in coded.items()}
    subjects: dict[int, list[_Subject]] = {}
    for role in ("problem", "cause"):
        of_role = {start: line for start, line in words.items() if coded[start].role == role}
        subjects |= {start: _outer(words[start], found) for start, found in _find(_triggers(role), of_role).items()}
    attributes = _find(_attributes(), words)
    sure = _sure(view, coded, words, subjects)
    below: dict[int, list[str]] = defaultdict(list)
    for start, statement in coded.items():
        if sure[start] and statement.parent_start is not None:
            below[statement.parent_start].append(sure[start][0])
    codes: list[Code] = []
    for start, statement in coded.items():
        above = _above(statement, coded, sure)
        categories = sure[start]
        if categories and any(subject.category in above for subject in subjects[start]):
            categories = list(dict.fromkeys(above + categories[1:]))
        categories = categories or above or _categories(words[start], subjects[start])
        categories = categories or [max(below[start], key=below[start].count, default=OTHER)]
        codes += [Code(start, category, rank == 0) for rank, category in enumerate(categories)]
        codes += [Code(start, kind, False) for kind in sorted({found.category for found in attributes[start]})]
    return tuple(codes)


def _sure(
    view: Text,
    coded: Mapping[int, Statement],
    words: Mapping[int, str],
    subjects: Mapping[int, Sequence[_Subject]],
) -> dict[int, list[str]]:
    """Return the categories that strong triggers give, or that of the clause which a statement continues."""
    sure: dict[int, list[str]] = {}
    for before, statement in zip([None, *coded.values()], coded.values(), strict=False):
        start = statement.start
        strong = [subject for subject in subjects[start] if subject.strength != "weak"]
        sure[start] = _categories(words[start], strong)
        if not sure[start] and before and before.role == statement.role:
            goes_on = view.folded[before.end : start].strip() == ","
            sure[start] = sure[before.start][:1] if goes_on else []
    return sure


def _above(statement: Statement, coded: Mapping[int, Statement], given: Mapping[int, list[str]]) -> list[str]:
    """Return the category of the item a statement elaborates, if both have the same role."""
    item = coded.get(-1 if statement.parent_start is None else statement.parent_start)
    return given[item.start][:1] if item and item.role == statement.role else []


def _find(triggers: Sequence[_Trigger], words: Mapping[int, str]) -> dict[int, list[_Subject]]:
    """Return where triggers stand in some statements, each looked for once in all of them."""
    text = "\n".join(words.values())
    begins = [*accumulate((len(line) + 1 for line in words.values()), initial=0)]
    starts = list(words)
    found: dict[int, list[_Subject]] = {start: [] for start in starts}
    for trigger in triggers:
        if not any(map(text.__contains__, trigger.needed)):
            continue
        for match in trigger.pattern.finditer(text):
            line = bisect_right(begins, match.start()) - 1
            start, end = match.start() - begins[line], match.end() - begins[line]
            if not (trigger.exclude and trigger.exclude.search(words[starts[line]])):
                found[starts[line]].append(_Subject(start, end, trigger.category, trigger.strength))
    return found


def _outer(words: str, found: Sequence[_Subject]) -> list[_Subject]:
    """Return the triggers of a statement that lie in no longer one, those of a yardstick only where no other stands."""
    free: list[_Subject] = []
    for subject in sorted(found, key=lambda one: (one.start - one.end, _STRENGTHS.index(one.strength), one.start)):
        if not any(_hides(other, subject) for other in free):
            free.append(subject)
    measures = [match.span() for match in pattern("yardstick").finditer(words)]
    named = [subject for subject in free if not any(start < subject.start < end for start, end in measures)]
    return named or free


def _hides(other: _Subject, subject: _Subject) -> bool:
    """Say whether a trigger lies in a longer one, which names what it is about more closely."""
    vague = other.strength == "general" and subject.strength == "strong"
    return other.start <= subject.start and subject.end <= other.end and not vague


def _categories(words: str, subjects: Sequence[_Subject]) -> list[str]:
    """Return the categories of what is lacking, in the order of the lacks; without a lack, of the longest trigger."""
    subjects = [subject for subject in subjects if subject.category != UNSPECIFIC] or subjects
    categories = [subject.category for lack in find_lacks(words) if (subject := _lacking(words, lack, subjects))]
    longest = sorted(subjects, key=lambda subject: subject.strength == "general")[:1]
    return list(dict.fromkeys(categories or [subject.category for subject in longest]))


def _lacking(words: str, lack: Lack, subjects: Sequence[_Subject]) -> _Subject | None:
    """Return what a lack is said of: the last trigger behind a verb such as 缺乏, else the nearest before."""
    comma = words.find(",", lack.end)
    stop = len(words) if comma < 0 else comma
    behind = [subject for subject in subjects if lack.start <= subject.start and subject.end <= stop]
    ahead = [subject for subject in subjects if subject.start < lack.end]
    named = behind if lack.takes_object and behind else ahead
    end = len(words) if named is behind else lack.end
    found = max(named, key=lambda subject: (min(subject.end, end), subject.end - subject.start), default=None)
    if found is None or found.strength != "general":
        return found
    clause = words.rfind(",", 0, found.start) + 1
    works = [subject for subject in subjects if clause <= subject.start < stop and subject.strength == "strong"]
    return max(works, key=lambda subject: subject.end, default=found)


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
