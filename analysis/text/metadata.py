"""Whose report a text is, about which place and year, with the evidence for each answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, NamedTuple

from analysis.codebook import read_toml
from analysis.text.chrome import Span, find_front, is_letterhead, lines_without
from analysis.text.closing import find_closing
from analysis.text.dates import find_dates, find_years, keyed_date
from analysis.text.issuers import (
    find_addressee,
    find_issuer,
    find_record,
    find_speaker,
    is_full_name,
    join_title,
    own_type,
    read_organs,
)
from analysis.text.parts import Section, section_at
from analysis.text.places import FoundPlace, find_place, find_places
from analysis.text.reading import Text
from analysis.text.zones import find_unlisted, find_zone, with_superior, zone_endings

_OPENING_CHARS: Final = 300
_LEAD_LINES: Final = 4
_PLACE: Final = re.compile(r"^[\u4e00-\u9fff]{1,20}[县区市旗州盟省]$")
_ENDS: Final = "。!?;:”)】"


class Evidence(NamedTuple):
    """Why a field of `documents` has its value: where the text says so, and by which rule it was read."""

    field: str
    value: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True)
class Metadata:
    """The columns of `documents` that a text yields, and the evidence for them."""

    fields: dict[str, Any]
    evidence: tuple[Evidence, ...]


class _Frame(NamedTuple):
    """What the parts of a text are: page chrome, title, body, signature, and the sentence that announces it."""

    chrome: tuple[Span, ...]
    title: tuple[Span, ...]
    below: tuple[Span, ...]
    body: tuple[Span, ...]
    closing: tuple[Span, ...]
    lead: Span


def _frame(view: Text, chrome: Sequence[Span]) -> _Frame:
    title, below = find_front(view, chrome)
    closing = find_closing(view, (*chrome, *title, *below))
    body = lines_without(view, (*chrome, *title, *below, *closing))
    opening = (body[0][0], body[min(len(body), _LEAD_LINES) - 1][1]) if body else (0, 0)
    found = re.compile(read_toml("text/metadata")["words"]["lead"]).search(view.folded, *opening)
    lead = _sentence_around(view, found.start(), opening) if found else (opening[0], body[0][1] if body else 0)
    return _Frame(tuple(chrome), title, below, body, closing, lead)


def _sentence_around(view: Text, at: int, within: Span) -> Span:
    start = max(view.folded.rfind(mark, within[0], at) for mark in "。\n") + 1
    ends = [end for mark in "。\n" if (end := view.folded.find(mark, at, within[1])) >= 0]
    return max(start, within[0]), min(ends, default=within[1])


class _Found:
    """Collects fields with their evidence."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.evidence: list[Evidence] = []

    def add(self, field: str, value: str | int, start: int, end: int, rule: str) -> None:
        """Set a field and say why."""
        self.fields[field] = value
        self.evidence.append(Evidence(field, str(value), start, end, rule))


def find_metadata(view: Text, sections: Sequence[Section], chrome: Sequence[Span]) -> Metadata:
    """Return what a text says of itself; what it does not say is empty.

    Parameters
    ----------
    view : Text
        The decoded report.
    sections : sequence of Section
        Its outline.
    chrome : sequence of (int, int)
        Spans of page chrome.

    Returns
    -------
    Metadata
        ``fields`` has the columns of `documents` from ``title`` to ``coverage`` and ``n_chars``, ``n_masked``:
        strings, ``report_year`` int or None, dates in ISO form.
    """
    frame, found = _frame(view, chrome), _Found()
    _add_title(found, view, frame)
    _add_issuer(found, view, frame)
    _add_dates(found, view, frame)
    _add_year(found, view, frame, sections)
    _add_place(found, view, frame)
    _add_genre(found, view, frame)
    _add_coverage(found, view, frame, sections)
    fields = {name: found.fields.get(name, "") for name in _FIELDS}
    fields["report_year"] = found.fields.get("report_year")
    fields["n_chars"], fields["n_masked"] = len(view), len(view.masks)
    return Metadata(fields, tuple(found.evidence))


_FIELDS: Final = (
    "title",
    "issuer",
    "issuer_type",
    "genre",
    "addressee",
    "county",
    "unit_type",
    "prefecture",
    "province",
    "adcode",
    "parent_adcode",
    "report_year",
    "dated",
    "published",
    "coverage",
)


def _add_title(found: _Found, view: Text, frame: _Frame) -> None:
    """Set the title as printed; lines above that only name the issuer belong to it where it goes on with 关于."""
    words = [(span, view.folded[slice(*span)]) for span in frame.title]
    spans = [span for span, line in words if not (read_organs(view, *span) or is_letterhead(line))]
    if spans and view.folded.startswith(read_toml("text/metadata")["words"]["goes_on"], spans[0][0]):
        above = [span for span in frame.title if span < spans[0]]
        spans = [*reversed([*takewhile(lambda span: read_organs(view, *span), reversed(above))]), *spans]
    if spans:
        title = join_title([view.text[slice(*span)] for span in spans])
        found.add("title", title, spans[0][0], spans[-1][1], "title line")


def _add_issuer(found: _Found, view: Text, frame: _Frame) -> None:
    if issuer := find_issuer(view, frame.title, frame.closing, (*frame.below, *frame.body[:1])):
        organs, rule = issuer
        found.add("issuer", organs.names, organs.start, organs.end, rule)
        found.add("issuer_type", organs.issuer_type, organs.start, organs.end, rule)
    else:
        _add_unsigned(found, view, frame)
    if addressee := find_addressee(view, frame.body):
        found.add("addressee", addressee.names, addressee.start, addressee.end, "first line")


def _add_unsigned(found: _Found, view: Text, frame: _Frame) -> None:
    """Set who issues a report that nobody signs: by how it speaks of itself, and by the record of the page."""
    speaker = find_speaker(view, (frame.lead, *frame.body[:2]))
    head = _title_head(view, frame)
    title_kind = "management_committee" if head.endswith(zone_endings()) else "government" * bool(_PLACE.search(head))
    kind, start, end = own_type(view, frame.lead, speaker, frame.title[0] if frame.title else (0, 0), title_kind)
    record = find_record(view, frame.chrome, kind)
    named = speaker is not None and speaker.issuer_type == kind and is_full_name(speaker)
    if speaker and named and not (record and record.names.endswith(speaker.names)):
        found.add("issuer", speaker.names, speaker.start, speaker.end, "subject of the opening")
    elif record:
        found.add("issuer", record.names, record.start, record.end, "record of the page")
        kind, start, end = (kind, start, end) if kind else record[1:]
    if kind:
        found.add("issuer_type", kind, start, end, "how it speaks of itself")


def _add_dates(found: _Found, view: Text, frame: _Frame) -> None:
    keys = read_toml("text/metadata")["dates"]
    signed = [date for span in frame.closing for date in find_dates(view.folded, *span)]
    below = [date for span in frame.below for date in find_dates(view.folded, *span)]
    if signed:
        found.add("dated", *signed[-1], "signature")
    elif below:
        found.add("dated", *below[0], "below the title")
    elif date := keyed_date(view.folded, frame.chrome, keys["dated"]):
        found.add("dated", *date, "record of the page")
    for kind in ("published", "bare"):
        if "published" not in found.fields and (date := keyed_date(view.folded, frame.chrome, keys[kind])):
            found.add("published", *date, "publication line")


def _add_year(found: _Found, view: Text, frame: _Frame, sections: Sequence[Section]) -> None:
    """Set the year with the most weight of evidence; the earliest evidence stands for it."""
    weights = read_toml("text/metadata")["years"]
    planned = re.compile(f"\\s?年(度)?({weights['planned']})")
    votes: dict[int, list[tuple[float, int, int, str]]] = defaultdict(list)

    def vote(spans: Sequence[Span], weight: float, rule: str, back: Callable[[int], bool]) -> None:
        for span in spans:
            for year, start, end in find_years(view.folded, *span)[:1]:
                votes[year - back(end)].append((weight, start, end, rule))

    def stated(end: int) -> bool:
        return bool(planned.match(view.folded, end))

    tops = [section for section in sections if section.level == 1 and section.end > section.start]
    vote(frame.title, weights["title"], "title", stated)
    vote([frame.lead], weights["lead"], "lead", stated)
    vote(frame.body[:1], weights["opening"], "opening", stated)
    own = [(section.start, section.end) for section in tops if section.role in ("achievement", "problem")]
    vote(own, weights["heading"], "heading", stated)
    plans = [(section.start, section.end) for section in tops if section.role == "plan"]
    vote(plans, weights["plan_heading"], "year before the plan", lambda _: True)
    for field in ("dated", "published"):
        if iso := found.fields.get(field):
            evidence = next(item for item in found.evidence if item.field == field)
            year = int(iso[:4]) - (int(iso[5:7]) <= weights["last_month"])
            votes[year].append((weights["date"], evidence.start, evidence.end, f"year before the date ({field})"))
    if votes:
        best = max(votes, key=lambda year: (sum(vote[0] for vote in votes[year]), year))
        _, start, end, rule = max(votes[best], key=lambda item: item[0])
        found.add("report_year", best, start, end, rule)


def _add_place(found: _Found, view: Text, frame: _Frame) -> None:
    weights = read_toml("text/metadata")["weights"]
    issuer = [(item.start, item.end) for item in found.evidence if item.field == "issuer"]
    emphasis = [
        *((start, end, weights["title"]) for start, end in (*frame.title, *issuer)),
        (*frame.lead, weights["lead"]),
        *((start, end, weights["chrome"]) for start, end in frame.chrome),
    ]
    namings, year = find_places(view, emphasis), found.fields.get("report_year")
    place: FoundPlace | None = None
    if found.fields.get("issuer_type") == "management_committee":
        place = find_zone(view, found.fields.get("issuer") or _title_head(view, frame), namings, year)
    place = place or find_place(view, namings, year)
    told = (frame.lead, *frame.body[:2])
    place = find_unlisted(view, [*issuer, *frame.title], told[:2], place) or place
    if not place.adcode + place.parent_adcode and place.unit_type != "prefecture":
        address = next(((item.start, item.end) for item in found.evidence if item.field == "addressee"), (0, 0))
        place = with_superior(view, place, told, address)
    start, end = (place.namings[0].start, place.namings[0].end) if place.namings else (0, 0)
    for field in ("county", "unit_type", "prefecture", "province", "adcode", "parent_adcode"):
        if value := getattr(place, field):
            found.add(field, value, start, end, place.rule)


def _title_head(view: Text, frame: _Frame) -> str:
    """Return what a title begins with, up to the year or the subject."""
    title = view.folded[slice(*frame.title[0])] if frame.title else ""
    return re.split(read_toml("text/metadata")["names"]["issuer_ends"], title)[0]


def _add_genre(found: _Found, view: Text, frame: _Frame) -> None:
    """Set what kind of document it is: what it says it is stands before who issues it."""
    rules = read_toml("text/metadata")["genre"]
    title = (frame.title[0][0], frame.title[-1][1]) if frame.title else (0, 0)
    places = {"title": title, "lead": (frame.body[0][0], frame.lead[1]) if frame.body else (0, 0)}
    places["opening"] = (places["lead"][0], min(places["lead"][1] + _OPENING_CHARS, len(view)) if frame.body else 0)
    issued = {"party_committee": "party_report", "department": "department_report"}
    for genre in (*rules["order"], "annual_report"):
        for where, span in places.items():
            pattern = rules[genre].get(where)
            match = re.compile(pattern).search(view.folded, *span) if pattern and span[1] else None
            if match:
                kind = issued.get(found.fields.get("issuer_type", ""), genre) if genre == "annual_report" else genre
                found.add("genre", kind, *match.span(), f"{where} and issuer")
                return
    found.add("genre", "other", 0, 0, "neither title nor lead names a report on rule-of-law government")


def _add_coverage(found: _Found, view: Text, frame: _Frame, sections: Sequence[Section]) -> None:
    """Say whether the whole report is at hand, its opening only, or a text that breaks off."""
    roles = {section.role for section in sections}
    last = frame.body[-1] if frame.body else (0, 0)
    tail = view.folded[last[0] : last[1]].rstrip(" ")
    section = section_at(sections, last[0])
    listed = section.start == last[0] and section.role == "plan"
    whole = bool(frame.closing) or tail[-1:] in tuple(_ENDS) or section.level == 1 or listed
    short = len(view) < read_toml("text/metadata")["coverage"]["opening"]
    if "plan" not in roles and short and not frame.closing:
        found.add("coverage", "opening", *last, "short, without plans and signature")
    elif not whole:
        found.add("coverage", "partial", *last, "breaks off")
    else:
        found.add("coverage", "full", *last, "ends with a sentence")
