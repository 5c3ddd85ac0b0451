"""Several reports in one text: where one ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from analysis.codebook import read_toml
from analysis.text.chrome import Span, find_chrome, is_title, matches_chrome, opens_part
from analysis.text.dates import ends_with_date
from analysis.text.metadata import find_metadata
from analysis.text.reading import Text, lines, make_text
from analysis.text.sections import find_sections

#: A line of this many equal signs or more parts reports, whatever they are.
_RULE: Final = re.compile(r"^ *={10,} *$", re.MULTILINE)
#: Lines between a signature and the next title: what the page prints, the issuer on lines of its own.
_BETWEEN: Final = 30
_SHORT: Final = 60
_SENTENCE_ENDS: Final = ("。", ";", "!")
_ENCLOSED: Final = "附件"
_REPORTS: Final = frozenset({"annual_report", "party_report", "department_report"})


def split_reports(view: Text) -> tuple[Span, ...]:
    """Return the spans of the reports of a text; the whole text where it holds one.

    A line of ten or more equal signs parts reports. Without one a report begins below a signed date where, after short
    lines only, the title of a report stands; but only if what stands before and what stands after it is each, read
    alone, a report: long enough to be no opening, with a title, a year, a place and the genre of a report, and of
    another place, issuer or year than the one before. An enclosure (附件), the report that a covering letter sends, and
    a title that a page prints twice begin no report.

    Parameters
    ----------
    view : Text
        The decoded text.
    """
    ruled = [(0, 0), *(match.span() for match in _RULE.finditer(view.folded)), (len(view), len(view))]
    if len(ruled) > 2:
        parts = [(end, start) for (_, end), (start, _) in pairwise(ruled)]
        return tuple((start, end) for start, end in parts if view.folded[start:end].strip()) or ((0, len(view)),)
    starts = [0, *_candidates(view), len(view)]
    if len(starts) == 2:
        return ((0, len(view)),)
    kept: list[Span] = []
    known: list[tuple[object, ...]] = []
    for start, end in pairwise(starts):
        identity = _identity(view, start, end)
        if kept and (not identity or identity == known[-1] or not known[-1]):
            kept[-1] = (kept[-1][0], end)
            known[-1] = known[-1] or identity
        else:
            kept.append((start, end))
            known.append(identity)
    return tuple(kept)


def _candidates(view: Text) -> Iterator[int]:
    """Yield where reports may end: below a signed date and the page's foot, where then a title stands."""
    found = lines(view)
    texts = [view.folded[start:end] for start, end in found]
    last = 0
    for title in (index for index, text in enumerate(texts) if is_title(text)):
        signed = _signature_above(texts, title)
        if signed is not None and found[signed][1] > last:
            foot = [at for at in range(signed + 1, title) if _is_foot(texts[at])]
            last = found[foot[-1] if foot else signed][1]
            yield last


def _is_foot(text: str) -> bool:
    """Say whether a line below a signed date still belongs to it: what a page prints at its foot, a contact."""
    return (text[0], text[-1]) == ("(", ")") or (matches_chrome(text, "tail") and not matches_chrome(text, "head"))


def _signature_above(texts: Sequence[str], title: int) -> int | None:
    """Return the signed date above a title, None where a paragraph or, on the same page, an enclosure is between."""
    signed, page = None, False
    for index in range(title - 1, max(title - _BETWEEN, 0), -1):
        text = texts[index]
        if matches_chrome(text, "head") or matches_chrome(text, "tail"):
            page = True
            continue
        enclosed = text.startswith(_ENCLOSED) and not page
        if len(text) > _SHORT or text.endswith(_SENTENCE_ENDS) or enclosed or opens_part(text):
            break
        if ends_with_date(text):
            signed = index  # the page may print a date of its own below
    return signed


def _identity(view: Text, start: int, end: int) -> tuple[object, ...]:
    """Return place, issuer and year of a stretch that is a report by itself, nothing for another."""
    if end - start < read_toml("text/metadata")["coverage"]["opening"]:
        return ()
    part = make_text(view.text[start:end])
    chrome = find_chrome(part)
    fields = find_metadata(part, find_sections(part, chrome), chrome).fields
    place = (fields["province"], fields["prefecture"], fields["county"])
    if not fields["title"] or not fields["report_year"] or not any(place) or fields["genre"] not in _REPORTS:
        return ()
    return (*place, fields["issuer_type"], fields["issuer"], fields["report_year"])
