"""Where a report holds what it must: each mandated content with its status and the place that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from analysis import codebook

Row = dict[str, Any]


class Place(NamedTuple):
    """What shows a content: a stretch of the text, a figure (``what`` is its id) or a field (``what`` is its value)."""

    kind: str
    what: str
    start: int | None
    end: int | None


class Content(NamedTuple):
    """One mandated content of a report: a row of the tidy table ``coverage`` with its places."""

    item: str
    status: str
    reason: str
    places: tuple[Place, ...]


def find_contents(
    document: Mapping[str, Any],
    coverage: Iterable[Row],
    contents: Iterable[Row],
    sections: Sequence[Row],
    indicators: Mapping[str, str],
) -> tuple[Content, ...]:
    """Say of every mandated content of one report where it stands, in the order of mandated.csv.

    Parameters
    ----------
    document : mapping
        Row of the table documents.
    coverage, contents, sections : rows
        Rows of these tables of this report: of coverage those of mandated contents, sections in the order of their
        offsets.
    indicators : mapping of str to str
        The indicator of every mention that has one, by mention_id.

    Returns
    -------
    tuple of Content
        The places are those of the first kind of evidence in mandated.csv that the report has, the one by which
        `analysis.tidy.build_coverage` calls the content present.
    """
    known = {row["item"]: row for row in coverage}
    looked = {row["item"]: row for row in contents}
    return tuple(
        Content(
            item["item"],
            known[item["item"]]["status"],
            known[item["item"]]["reason"],
            _places(item, document, looked.get(item["item"]), sections, indicators)
            if known[item["item"]]["status"] in {"present", "partial"}
            else (),
        )
        for item in codebook.read_rows("tidy/mandated")
        if item["item"] in known
    )


def _places(
    item: Mapping[str, str],
    document: Mapping[str, Any],
    looked: Row | None,
    sections: Sequence[Row],
    indicators: Mapping[str, str],
) -> tuple[Place, ...]:
    if looked is not None:
        return (Place("passage", "", looked["start"], looked["end"]),) if looked["start"] is not None else ()
    for part in item["evidence"].split(";"):
        kind, _, what = part.strip().partition(":")
        if found := tuple(_evidence(kind, what, document, sections, indicators)):
            return found
    return ()


def _evidence(
    kind: str, what: str, document: Mapping[str, Any], sections: Sequence[Row], indicators: Mapping[str, str]
) -> Iterator[Place]:
    if kind == "field" and document[what]:
        yield Place("field", str(document[what]), None, None)
    if kind == "section":
        bounds = [*(row["start"] for row in sections[1:]), *(row["body_end"] for row in sections[-1:])]
        ends = zip(sections, bounds, strict=True)
        for role, run in groupby(ends, key=lambda pair: pair[0]["role"]):
            rows = list(run)
            if role == what:
                yield Place("section", "", rows[0][0]["start"], rows[-1][1])
    if kind in {"domain", "indicators"}:
        domains = codebook.rows_by("tidy/indicators")
        wanted = set(what.split("|"))
        for mention, indicator in indicators.items():
            if (indicator if kind == "indicators" else domains.get(indicator, {}).get("domain")) in wanted:
                yield Place("figure", mention, None, None)
