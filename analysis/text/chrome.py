"""What the web page put around a report: breadcrumbs, publication lines, share buttons. Marked, never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import takewhile
from typing import Final, NamedTuple

from analysis.codebook import read_rows, read_toml
from analysis.text.reading import Text, lines

Span = tuple[int, int]


class Front(NamedTuple):
    """The lines of a title, and those below it that are not yet the report: occasion, number, date, speaker."""

    title: tuple[Span, ...]
    below: tuple[Span, ...]


#: A page's head and foot are short lines near the two ends; a paragraph of the report is longer or ends a sentence.
_HEAD_LINES: Final = 80
_SHORT: Final = 60
#: A title is among the first lines of a report.
_FRONT_LINES: Final = 6
#: A sentence of a page's foot is this short.
_FOOT_SENTENCE: Final = 20
_ADDRESS_CHARS: Final = 60
_CONTENTS: Final = re.compile(r"目 *录")
_LEADERS: Final = re.compile(r"[.…·\-\s]*\(?\d*\)?$")
_LETTERHEAD: Final = re.compile(r"文件$")
_KEYS: Final = re.compile(r":(?=\s|$)")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE_END: Final = ("。", ";", "!")


@cache
def _patterns(where: str) -> tuple[re.Pattern[str], ...]:
    rows = read_rows("text/chrome")
    return tuple(re.compile(row["pattern"]) for row in rows if row["where"] == where)


@cache
def _titles(kind: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    rows = [row for row in read_rows("text/titles") if row["kind"] == kind]
    return tuple((re.compile(r["pattern"]), re.compile(r["exclude"]) if r["exclude"] else None) for r in rows)


@cache
def _labels() -> tuple[re.Pattern[str], ...]:
    rows = read_rows("text/outline")
    return tuple(re.compile(row["pattern"]) for row in rows if row["free"] == "no")


def opens_part(line: str) -> bool:
    """Say whether a folded line begins with the label of a part or an item.

    Examples
    --------
    >>> opens_part("一、主要做法"), opens_part("(2)抓落实"), opens_part("一年来")
    (True, True, False)
    """
    return any(label.match(line) for label in _labels())


def is_title(line: str) -> bool:
    """Say whether a folded line reads like the title of a report.

    Examples
    --------
    >>> is_title("云岭县2023年度法治政府建设情况报告"), is_title("一、主要做法")
    (True, False)
    """
    if len(line) > _SHORT or line.endswith(_SENTENCE_END) or opens_part(line):
        return False
    return any(found.search(line) and not (veto and veto.search(line)) for found, veto in _titles("title"))


def matches_chrome(line: str, where: str) -> bool:
    """Say whether a folded line is what pages print: in their ``head``, at their ``tail``, or ``any`` where."""
    return any(pattern.search(line) for pattern in _patterns(where))


def find_chrome(view: Text) -> tuple[Span, ...]:
    """Return the spans of page chrome, sorted, each from the first to the last of its lines.

    Parameters
    ----------
    view : Text
        The decoded report.

    Returns
    -------
    tuple of (int, int)
        Half-open spans. A title printed once stays part of the report even between two lines of chrome; a title
        printed twice is chrome where the page prints it and title where the report begins.
    """
    found = lines(view)
    chosen = set(_furniture(view, found))
    rest = [index for index in range(len(found)) if index not in chosen]
    texts = [view.folded[slice(*found[index])] for index in rest]
    around = _head(texts) | _tail(texts) | {at for at, text in enumerate(texts) if matches_chrome(text, "any")}
    return _joined(found, chosen | {rest[at] for at in around})


def _furniture(view: Text, found: Sequence[Span]) -> Iterator[int]:
    """Yield the lines that the file itself tells to be no part of the report."""
    spans = iter(view.furniture)
    span = next(spans, None)
    for index, (start, end) in enumerate(found):
        while span and span[1] <= start:
            span = next(spans, None)
        if span and span[0] <= start and end <= span[1]:
            yield index


def _head(texts: Sequence[str]) -> set[int]:
    """Return the lines of chrome above the report."""
    last, size = -1, 0
    for index, text in enumerate(texts[:_HEAD_LINES]):
        if len(text) <= _SHORT * 2 and matches_chrome(text, "head"):
            last = index
        elif len(text) > _SHORT or text.endswith(_SENTENCE_END) or opens_part(text) or _announces(text):
            break
        size = index + 1
    head = texts[:size]
    if 0 <= last < size - 1 and _holds_values(head[last], head[last + 1]):
        last += 1
    titles = [index for index, text in enumerate(head) if is_title(text) and not matches_chrome(text, "head")]
    again = [index for index in titles if index > last]
    if again:
        first = min(_whole_title(head, again[-1], last))
        whole = "".join(head[first : again[-1] + 1]).replace(" ", "")
        before = {text.replace(" ", "") for text in head[:first]}
        repeated = whole in before or head[again[-1]] in head[:first]
        return set(range(first if repeated else last + 1))
    chosen = set(range(last + 1))
    return chosen - _whole_title(head, titles[-1], -1) - _right_below(head, titles[-1]) if titles else chosen


def _right_below(head: Sequence[str], title: int) -> set[int]:
    """Return the lines right below a title that are no chrome but its occasion, number or date."""
    rest = range(title + 1, len(head))
    return set(takewhile(lambda index: _is_below(head[index]) and not matches_chrome(head[index], "head"), rest))


def _holds_values(keys: str, line: str) -> bool:
    """Say whether a line holds the values of the keys on the line above it: of one, or of the columns of a table."""
    if not _HAN.search(line):
        return keys.endswith((":", "]"))
    return len(_KEYS.findall(keys)) > 1 and len(line.split()) >= len(_KEYS.findall(keys))


def _announces(line: str) -> bool:
    """Say whether a line announces what follows (现将情况报告如下:): the report has begun."""
    return line.endswith(":") and bool(re.search(read_toml("text/metadata")["words"]["lead"], line))


def _whole_title(head: Sequence[str], index: int, last: int) -> set[int]:
    """Return the lines of a title below a line: the issuer may stand on lines of its own above it."""
    first = index
    while first > last + 1 and not matches_chrome(head[first - 1], "head") and head[first - 1].endswith(_organ_ends()):
        first -= 1
    return set(range(first, index + 1))


@cache
def _organ_ends() -> tuple[str, ...]:
    return tuple(row["ending"] for row in read_rows("text/organs"))


def _tail(texts: Sequence[str]) -> set[int]:
    """Return the lines of chrome below the report: all from its first line, if only short lines follow."""
    first = len(texts)
    for index in range(len(texts) - 1, -1, -1):
        text = texts[index]
        ends = text.endswith(_SENTENCE_END) and len(text) > _FOOT_SENTENCE
        if len(text) <= _SHORT * 3 and matches_chrome(text, "tail"):
            first = index
        elif ends or len(text) > _SHORT or opens_part(text) or _announces(text):
            break
    return set(range(first, len(texts)))


def _joined(found: Sequence[Span], chosen: set[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for index in sorted(chosen):
        start, end = found[index]
        if spans and index - 1 in chosen:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def lines_without(view: Text, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the lines of a text, or what is left of them, outside of some spans."""
    rest: list[Span] = []
    at = 0
    for start, end in (*sorted(spans), (len(view), len(view))):
        rest += lines(view, at, max(at, start))
        at = max(at, end)
    return tuple(rest)


def find_front(view: Text, chrome: Sequence[Span]) -> Front:
    """Return the title of a report and what stands right below it; empty where none is printed.

    The issuer's lines above the title belong to it; a title may run over two lines. Where a text came without line
    ends, the title is what stands before the first blank.
    """
    rest = lines_without(view, chrome)
    front: list[Span] = []
    last = 0
    for start, end in rest[: _FRONT_LINES + 1]:
        line = view.folded[start:end]
        if len(line) > _SHORT and not front and is_title(first := line.split(" ")[0]):
            return Front(((start, start + len(first)),), ())
        if len(line) > _SHORT or line.endswith((*_SENTENCE_END, ":")) or opens_part(line):
            break
        before = view.folded[slice(*front[-1])] if front else ""
        front.append((start, end))
        last = len(front) if is_title(line) or (len(front) > last + 1 and is_title(before + line)) else last
    title = tuple(front[:last])
    below = tuple(takewhile(lambda span: _is_below(view.folded[slice(*span)]), rest[last:])) if title else ()
    return Front(title, (*below, *_contents(view, rest[len(title) + len(below) :])))


def _contents(view: Text, rest: Sequence[Span]) -> Iterator[Span]:
    """Yield the lines of a table of contents: those below its name that are lines of the text once more."""
    if not rest or not _CONTENTS.fullmatch(view.folded, *rest[0]):
        return
    yield rest[0]
    texts = [_LEADERS.sub("", view.folded[slice(*span)]) for span in rest]
    for index in range(1, len(rest)):
        if not any(text.startswith(texts[index]) for text in texts[index + 1 :]):
            return
        yield rest[index]


def is_letterhead(line: str) -> bool:
    """Say whether a line above a title belongs to the letterhead: the number of the document, 某某文件."""
    return bool(_LETTERHEAD.search(line)) or _is_below(line)


def _is_below(line: str) -> bool:
    if len(line) > _SHORT or opens_part(line):
        return False
    no_organ = re.search(read_toml("text/metadata")["names"]["no_organ"], line)
    organ = line.endswith(_organ_ends()) and "," not in line and not no_organ
    return organ or any(pattern.search(line) for pattern, _ in _titles("below"))


def find_address(view: Text, body: Sequence[Span]) -> tuple[Span, ...]:
    """Return the line below the title that says to whom the report goes, if the body begins with it."""
    words = view.folded[slice(*body[0])] if len(body) > 1 else ""
    lead = re.search(read_toml("text/metadata")["words"]["lead"], words)
    return tuple(body[:1]) if words.endswith(":") and len(words) <= _ADDRESS_CHARS and not lead else ()
