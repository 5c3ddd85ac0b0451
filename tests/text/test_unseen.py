"""Clauses, outlines and titles that were annotated before the rules were run on them. Every sentence is invented.

`clauses.csv` has a row for each figure, `outlines.csv` for each stretch of text, `titles.csv` for each field; ``*`` is
not judged. `known_wrong` lists what is still read wrongly: a row that comes right, or another that goes wrong, fails.
The rules were mended on these rows afterwards, so the share asserted here says nothing about texts nobody has read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from analysis.codebook import read_rows
from analysis.text.chrome import find_chrome
from analysis.text.mentions import find_mentions
from analysis.text.metadata import find_metadata
from analysis.text.parts import Section, section_at
from analysis.text.reading import make_text
from analysis.text.sections import find_sections

HERE = Path(__file__).parent
YEAR = {"report_year": 2024, "issuer_type": "government"}
FIELDS = ("status", "form", "direction", "per", "period", "organ")
Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def grouped(name: str, column: str) -> list[tuple[str, list[Row]]]:
    return [(key, list(group)) for key, group in groupby(rows(name), key=lambda row: row[column])]


def groups(name: str, column: str) -> pytest.MarkDecorator:
    """Return the mark that runs a test on each group of rows."""
    found = grouped(name, column)
    return pytest.mark.parametrize("group", [group for _, group in found], ids=[key for key, _ in found])


@cache
def unit_class(unit: str) -> str:
    classes = {row["unit"]: row["unit_class"] for row in read_rows("text/units")}
    return classes.get(unit, unit)


def same(expected: str, found: Any) -> bool:
    if expected == "*":
        return True
    return found is None if expected == "" else found == pytest.approx(float(expected), rel=1e-6)


def wrong(row: Row, mention: dict[str, Any] | None) -> list[str]:
    """Return the fields of a row that a mention does not have; an optional row may be missing."""
    if mention is None:
        return [] if row["optional"] == "yes" else ["missing"]
    if "named" in (row["status"], mention["status"]):
        return [] if row["status"] == mention["status"] else ["status"]
    values = [name for name in ("value", "low", "high") if not same(row[name], mention[name])]
    others = [name for name in FIELDS if row[name] not in ("*", mention[name])]
    unit = [] if unit_class(row["unit"]) == unit_class(mention["unit"]) else ["unit"]
    counts = [] if row["counts"] in mention["measure"] else ["counts"]
    return values + unit + others + counts


def judged(group: list[Row]) -> Iterator[tuple[Row, list[str]]]:
    """Yield each figure of one clause with its wrong fields; a figure nobody wrote is an error of the first."""
    text = group[0]["text"]
    sections = (Section(0, 0, len(text), 0, "", None, group[0]["role"]),)
    found: list[dict[str, Any]] = find_mentions(make_text(text), sections, YEAR)
    taken: list[tuple[int, int]] = []
    for row in group:
        start = text.find(row["surface"], taken[-1][1] if taken else 0)
        start = text.find(row["surface"]) if start < 0 else start
        assert start >= 0, row
        taken.append((start, start + len(row["surface"])))
        yield row, wrong(row, next((m for m in found if (m["start"], m["end"]) == taken[-1]), None))
    free = [m for m in found if m["status"] != "named" and not any(a < m["end"] and m["start"] < b for a, b in taken)]
    assert [m["surface"] for m in free] == []


@groups("clauses", "clause")
def test_figures_of_a_clause(group: list[Row]) -> None:
    for row, fields in judged(group):
        assert "|".join(fields) == row["known_wrong"], (row["surface"], row["text"])


def test_share_of_figures_read_right() -> None:
    asked = [row for row in rows("clauses") if row["optional"] == "no"]
    right = [row for row in asked if not row["known_wrong"]]
    assert len({row["clause"] for row in asked}) >= 150
    assert len(right) / len(asked) >= 0.98


@groups("outlines", "report")
def test_roles_and_headings(group: list[Row]) -> None:
    text, spans = "", []
    for row in group:
        spans.append((len(text), len(text) + len(row["text"])))
        text += row["text"] + ("\n" if row["ends_line"] == "yes" else "")
    view = make_text(text)
    sections = find_sections(view, find_chrome(view))
    heads = {section.start for section in sections if section.end > section.start}
    for row, (start, end) in zip(group, spans, strict=True):
        role = row["role"] in ("*", section_at(sections, (start + end) // 2).role)
        heading = row["heading"] == "no" or start in heads
        assert ("" if role and heading else "wrong") == row["known_wrong"], row["text"]


@groups("titles", "title")
def test_what_a_report_says_of_itself(group: list[Row]) -> None:
    view = make_text("\n".join((group[0]["title"], *group[0]["body"].split(" / "), "")))
    chrome = find_chrome(view)
    fields = find_metadata(view, find_sections(view, chrome), chrome).fields
    for row in group:
        found = str(fields[row["field"]] or "")
        assert ("" if found == row["expected"] else "wrong") == row["known_wrong"], (row["field"], found)
