"""Headings without label: lines that only name the part below them, and lines that head a paragraph."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from analysis.codebook import read_toml
from analysis.text.chrome import Span, is_title, opens_part
from analysis.text.dates import ends_with_date
from analysis.text.outline import RUN_IN, Heading
from analysis.text.reading import Text
from analysis.text.roles import match_role

#: A heading without label is a short line that ends with no mark, above a paragraph that does.
_SHORTEST: Final = 4
_LONGEST: Final = 36
_CLAUSES: Final = 3
#: A heading that names a role is shorter still.
_NAMING: Final = 30
#: One such line may be anything; a report that heads its parts so has several.
_FEWEST: Final = 2
#: A line that begins with a mask may have lost its label, one of the lists that head parts.
_MASKED: Final = re.compile(r"\*{2,}.*[\u4e00-\u9fff]")
_LISTED: Final = 3
_MARKS: Final = re.compile(r"[,。;:!?]")
_PLAIN: Final = re.compile(r"[\u4e00-\u9fff“”,、·《》()\-+\d *]+")
_FIGURE: Final = re.compile(r"(?<!\d)(?!20\d\d ?年)\d+(?:\.\d+)?\s?[^\d\s年+”]")
_ENDS: Final = ("。", ";", ":", "!", "。”", "。)")


def with_bare(view: Text, body: Sequence[Span], labelled: Sequence[Heading]) -> list[Heading]:
    """Return the headings of a report in order, those without label among those with one.

    Parameters
    ----------
    view : Text
        The decoded report.
    body : sequence of (int, int)
        Its lines without chrome, title and signature.
    labelled : sequence of Heading
        From `analysis.text.outline.find_headings`.

    Returns
    -------
    list of Heading
        One that names a role is a top heading, but not a lack named below the heading on lacks. Any other belongs
        below the heading before it that has a line of its own, and is a top heading only where none is.
    """
    labelled = sorted([*labelled, *_masked_heads(view, body, labelled)], key=lambda heading: heading.start)
    starts = {heading.start for heading in labelled}
    naming = {
        span
        for before, span in zip([None, *body], body, strict=False)
        if not _holds(labelled, span) and _names_role(view, span) and not _goes_on(view, before, span)
    }
    lists = {heading.start for heading in labelled if heading.rank >= RUN_IN and heading.number == 1}
    others = set(_paragraph_heads(view, body, starts | {start for start, _ in naming}, lists))
    if max(len(others), len(naming)) < _FEWEST:
        others = set()
    own_line = {heading.start: heading for heading in labelled if _fills_line(view, heading)}
    found: list[Heading] = list(labelled)
    above: float = -1.0
    numbered = any(heading.opens_line and heading.rank <= 2 for heading in labelled)
    part = ""
    for span in body:
        if span in naming and not (part == "problem" == _role(view, span)):
            found.append(Heading(span[0], _end(view, span), "", 0, 0, True))
            above, part = 0.0, _role(view, span)
        elif span in naming:
            found.append(Heading(span[0], _end(view, span), "", 0.5, 0, True))
        elif heading := own_line.get(span[0]):
            above = heading.rank
        elif span in others and (above >= 0 or not numbered):
            found.append(Heading(*span, "", above + 0.5 if above >= 0 else 0, 0, True))
    return sorted(found, key=lambda heading: heading.start)


def _holds(labelled: Sequence[Heading], span: Span) -> bool:
    """Say whether a labelled heading begins in a line."""
    index = bisect_left(labelled, span[0], key=lambda heading: heading.start)
    return index < len(labelled) and labelled[index].start < span[1]


def _masked_heads(view: Text, body: Sequence[Span], labelled: Sequence[Heading]) -> Iterator[Heading]:
    """Yield the lines whose label was masked: short, begun by a mask, and of the number that a list leaves out.

    One behind the last of a list stands without any mark between two paragraphs.
    """
    starts = {heading.start for heading in labelled}
    ranks = sorted({heading.rank for heading in labelled if heading.opens_line and heading.rank <= _LISTED})
    lists = [[heading for heading in labelled if heading.opens_line and heading.rank == rank] for rank in ranks]
    opening = [heading for heading in labelled if heading.opens_line and heading.rank <= _LISTED]
    for before, (start, end), after in zip([None, *body], body, [*body[1:], None], strict=False):
        words = view.folded[start:end].rstrip("。;:, ")
        if start in starts or len(words) > _LONGEST or not _MASKED.match(words) or words.count(",") >= _CLAUSES:
            continue
        for rank, of_rank in zip(ranks, lists, strict=True):
            at = bisect_left(of_rank, start, key=lambda heading: heading.start)
            if 0 < at < len(of_rank) and of_rank[at - 1].number + 2 == of_rank[at].number:
                yield Heading(start, start + len(words), "", rank, of_rank[at].number - 1, True)
                break
        else:
            last = opening[bisect_left(opening, start, key=lambda heading: heading.start) - 1 :][:1]
            between = before and after and all(view.folded.endswith(_ENDS, *span) for span in (before, after))
            if between and last and last[0].start < start and start + len(words) == end and _is_head(words):
                yield Heading(start, end, "", last[0].rank, last[0].number + 1, True)


def _names_role(view: Text, span: Span) -> bool:
    words = view.folded[slice(*span)]
    announces = words.endswith(":") and re.search(read_toml("text/metadata")["words"]["announces"], words)
    if len(words) > _NAMING or _MARKS.search(words.removesuffix(":")) or announces:
        return False
    return _role(view, span) not in ("", "other")


def _goes_on(view: Text, before: Span | None, span: Span) -> bool:
    """Say whether a line that ends with a colon is the rest of a sentence that was broken on the line before."""
    if before is None or not view.folded.endswith(":", *span):
        return False
    return before[1] - before[0] > _LONGEST and not view.folded[slice(*before)].endswith(_ENDS)


def _end(view: Text, span: Span) -> int:
    """Return where a line ends without its colon."""
    return span[0] + len(view.folded[slice(*span)].rstrip(": "))


def _role(view: Text, span: Span) -> str:
    return match_role("heading", view.folded[slice(*span)].rstrip(":").strip("【】[] "), "preamble")


def _fills_line(view: Text, heading: Heading) -> bool:
    """Say whether nothing but a mark stands behind a heading on its line."""
    rest = view.folded[heading.end : heading.end + 2].lstrip("。:;, ")
    return heading.opens_line and (not rest or rest[0] == "\n")


def _paragraph_heads(view: Text, body: Sequence[Span], heads: set[int], lists: set[int]) -> Iterator[Span]:
    """Find the short lines without a mark between two paragraphs, or between a heading and a paragraph.

    A paragraph may also begin with the first item of a list that runs on in the text.
    """
    closed = False
    for span, after in zip(body, [*body[1:], None], strict=False):
        words = view.folded[slice(*span)]
        head = span[0] in heads
        if closed and not head and after and after[0] not in heads - lists and _is_head(words):
            following = view.folded[slice(*after)]
            head = following.endswith(_ENDS) and (after[0] in lists or not opens_part(following))
            if head:
                yield span
        closed = head or words.endswith(_ENDS)


def _is_head(words: str) -> bool:
    return (
        _SHORTEST <= len(words) <= _LONGEST
        and bool(_PLAIN.fullmatch(words))
        and words.count(",") < _CLAUSES
        and not words.endswith((",", "、"))
        and not _FIGURE.search(words)
        and not is_title(words)
        and not ends_with_date(words)
    )
