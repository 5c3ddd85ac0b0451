"""Which reports are due, and what became of the search for each: the frame, checked against the corpus."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.contract import check_table
from analysis.errors import TableError, Violation
from analysis.parsing import parse_cells
from analysis.tables import empty_table, fit_table
from analysis.text.divisions import Place, read_places, short_name
from analysis.tidy.lineage import find_unit
from analysis.tidy.units import REPORT_GENRES, describe_reports, describe_units, is_body

BODIES: Final = ("department", "township")
#: Codes of places that do not exist; the national standard has none that begins so.
INVENTED: Final = "99"
#: What speaks for a unit and year comes first, what another report stands before last.
_ORDER: Final = {"kept": 0, "shown": 1, "set_aside": 2}
_REMEDY: Final = (
    "Nothing was written. Correct these rows; `fazhi frame update` marks what the corpus holds, `fazhi frame start` "
    "adds rows for more places or years."
)
Reports = Mapping[tuple[str, int], list[Any]]


def read_frame(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a frame in the order of its lines; a file that is not there is no frame. `build_due` checks what it says.

    Raises
    ------
    TableError
        The file is cut off, lacks a column or has a year that is no number; all is listed.
    """
    path = Path(path)
    if not path.exists():
        return empty_table("frame")
    frame, wrong = parse_cells(path.read_bytes(), "frame", path.name)
    if wrong:
        raise TableError(f"{path.name} is not a frame table: {len(wrong)} violation(s).", wrong, _REMEDY)
    return frame


def build_due(
    frame: pd.DataFrame, documents: pd.DataFrame, relaying: set[str], source: str = "frame.csv"
) -> pd.DataFrame:
    """Return the table `due`: every report of a frame with what became of it and the report of the corpus.

    Parameters
    ----------
    frame : DataFrame
        Table `frame`, in the order of its lines; with no row, nothing is due.
    documents : DataFrame
        The extracted table `documents`.
    relaying : set of str
        See `analysis.tidy.units.describe_units`.
    source : str
        What the frame is called in messages.

    Raises
    ------
    TableError
        A row breaks the contract, names a place that is not in the list of divisions or was not there in that year,
        says twice what is one, has a date that cannot be, or says other than the corpus; or a report of the corpus is
        of a place and year that the frame does not have. All are listed.
    """
    if frame.empty:
        return empty_table("due")
    wrong = check_table(frame, "frame", source)
    if any(violation.row == 1 for violation in wrong):
        raise TableError(f"{source} is not a frame table: {len(wrong)} violation(s).", wrong, _REMEDY)
    rows = describe_rows(frame)
    about, reports = find_reports(documents, relaying)
    broken = {violation.row for violation in wrong}
    sound = rows[~rows["line"].isin(broken)]
    for row in sound.itertuples():
        wrong += [Violation(source, int(row.line), *one) for one in (*_wrong_place(row), *_wrong_state(row, reports))]
    wrong += [Violation(source, line, *one) for line, one in _twice(sound)]
    wrong += [Violation(source, None, *one) for one in _outside(about, rows)]
    if wrong:
        wrong.sort(key=lambda violation: (violation.row is None, violation.row or 0))
        raise TableError(f"{len(wrong)} thing(s) in {source} do not fit.", wrong, _REMEDY)
    found = [answering(row, reports) for row in rows.itertuples()]
    answers = {"doc_id": [one.doc_id if one else "" for one in found],
               "coverage": [one.coverage if one else "" for one in found]}  # fmt: skip
    columns = ["unit_id", "place", "level", "adcode", "prefecture", "province", "report_year", "issuer_type", "status",
               "searched_on"]  # fmt: skip
    return fit_table(rows[columns].assign(**answers), "due")


def describe_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Add to the rows of a frame the unit they are about, its level and name, and their line in the file."""
    rows = frame.assign(line=range(2, len(frame) + 2), doc_id="", unit_type="", stated=frame["doc_id"])
    codes = rows["adcode"].where(rows["adcode"] != "", rows["parent_adcode"])
    known = [division_of(*pair) for pair in zip(codes, rows["report_year"], strict=True)]
    for column in ("prefecture", "province"):
        listed = [_above(place, column) for place in known]
        rows[column] = rows[column].where(rows[column] != "", pd.Series(listed, index=rows.index))
    return describe_units(rows, set()).sort_values("line", ignore_index=True)


def division_of(adcode: str, year: Any) -> Place | None:
    """Return the division that has a code in a year, if the list has one."""
    if not adcode or pd.isna(year):
        return None
    return next((place for place in _places().get(adcode, ()) if place.first <= year <= place.last), None)


@cache
def _places() -> Mapping[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in read_places():
        found[place.adcode].append(place)
    return {code: tuple(places) for code, places in found.items()}


def _above(place: Place | None, column: str) -> str:
    """Return the prefecture or province of a division; a prefecture is its own."""
    if place is None:
        return ""
    return str(place.name if place.level == column else getattr(place, column))


def find_reports(documents: pd.DataFrame, relaying: set[str]) -> tuple[pd.DataFrame, Reports]:
    """Return the documents that can answer for a report that is due, and the same by unit and year.

    A plan, a report of another genre and one whose year is not known answer for none.
    """
    about = describe_reports(documents, relaying)
    about = about[about["genre"].isin([*REPORT_GENRES, ""]) & about["report_year"].notna()]
    about = about.assign(_order=about["use"].map(_ORDER)).sort_values(["_order", "doc_id"], ignore_index=True)
    reports: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in about.itertuples():
        reports[row.unit_id, int(row.report_year)].append(row)
    return about, reports


def answering(row: Any, reports: Reports) -> Any | None:
    """Return the document that answers for a row of a frame, None where the corpus has none."""
    found = [one for one in reports.get((row.unit_id, int(row.report_year)), ())
             if row.issuer_type in ("", one.issuer_type)]  # fmt: skip
    return next((one for one in found if one.doc_id == row.stated), found[0] if found else None)


def _wrong_place(row: Any) -> Iterator[tuple[str, str, str, str]]:
    place, year = division_of(row.adcode, row.report_year), int(row.report_year)
    if (row.issuer_type in BODIES) != bool(row.issuer):
        message = f"{row.place}: a department or township needs its name in issuer, and nothing else has one"
        yield "issuer", row.issuer, "issuer", message
    if not row.adcode and not (row.parent_adcode and row.county):
        message = "the row names no place: give adcode, or, for a zone, its name in county and the code of its parent"
        yield "adcode", "", "place", message
    for name in ("adcode", "parent_adcode"):
        code = getattr(row, name)
        if not code or code.startswith(INVENTED):
            continue
        if code not in _places():
            yield name, code, "unknown adcode", f"{name} {code!r} is not in the list of divisions (2010 to now)"
        elif division_of(code, year) is None:
            yield name, code, "not in that year", _when(code, year)
    if place is None:
        return
    for name in ("county", "prefecture", "province"):
        value = getattr(row, name)
        own = place.name if name == "county" else _above(place, name)
        own = "" if (name, place.level) == ("county", "prefecture") else own
        if value and value not in (own, short_name(own)):
            message = f"{name} is {value!r}, but {row.adcode} in {year} is {own or 'without one'}"
            yield name, value, "other place", message


def _when(code: str, year: int) -> str:
    """Say when a code stood for a division, and what became of it."""
    places, unit = _places()[code], find_unit(code, year)
    spans = ", ".join(f"{place.name} {place.first}-{'' if place.last > year + 99 else place.last}" for place in places)
    said = f"adcode {code} was no division in {year} (it is {spans})"
    if unit.merged_into:
        return f"{said}; its area went to {', '.join(unit.merged_into)}: delete the row"
    others = [one for one in read_places() if one.adcode != code and one.first <= year <= one.last
              and find_unit(one.adcode, year).unit_id == unit.unit_id]  # fmt: skip
    return f"{said}; in {year} the unit was {others[0].adcode} {others[0].name}" if others else said


def _wrong_state(row: Any, reports: Reports) -> Iterator[tuple[str, str, str, str]]:
    where, found = f"{row.issuer or row.place} {row.report_year}", answering(row, reports)
    if row.searched_on:
        yield from _wrong_date(row, where, found)
    if row.status == "found" and found is None:
        message = (f"{where} is found, but the corpus has no such report; put it among the reports, or, if it cannot "
                   "be read, write searched and say so in note")  # fmt: skip
        yield "status", row.status, "found without a report", message
    elif row.status != "found" and found is not None:
        message = f"{where} is {row.status}, but the corpus has {found.doc_id}; write found"
        yield "status", row.status, "report in the corpus", message
    if row.stated and (found is None or found.doc_id != row.stated):
        other = "" if found is None else f"; {found.doc_id} is"
        message = f"doc_id {row.stated!r} is no report of {where} in the corpus{other}"
        yield "doc_id", row.stated, "unknown report", message


def _wrong_date(row: Any, where: str, found: Any | None) -> Iterator[tuple[str, str, str, str]]:
    searched = date.fromisoformat(row.searched_on)
    if row.status == "not_searched":
        message = f"{where} is not_searched, but was searched on {row.searched_on}; say what came of it"
        yield "searched_on", row.searched_on, "date", message
    if searched.year < row.report_year:
        message = f"{where} was searched on {row.searched_on}, before that year had begun"
        yield "searched_on", row.searched_on, "date", message
    elif found and found.doc_id == row.stated and row.searched_on < found.published:
        message = f"{found.doc_id} was found on {row.searched_on}, before it was published on {found.published}"
        yield "searched_on", row.searched_on, "date", message


def _twice(rows: pd.DataFrame) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    key = ["unit_id", "report_year", "issuer_type"]
    first: dict[tuple[str, int, str], Any] = {}
    for row in rows[rows["unit_id"] != ""].itertuples():
        other = first.setdefault(tuple(getattr(row, name) for name in key), row)
        if other is not row:
            message = f"{row.place} {row.report_year} stands in line {other.line} too ({other.adcode} {other.place})"
            yield int(row.line), ("adcode", row.adcode, "same unit twice", message)


def _outside(about: pd.DataFrame, rows: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    """Yield the reports of places, at the levels of the frame, that speak for a unit and year the frame lacks."""
    due = set(zip(rows["unit_id"], rows["report_year"], strict=True))
    speak = about[about["use"].isin(["kept", "shown"]) & about["level"].isin(set(rows["level"]))]
    for row in speak.sort_values("doc_id").itertuples():
        if not is_body(row) and (row.unit_id, row.report_year) not in due:
            message = (f"the corpus has {row.doc_id} ({row.place} {row.report_year}), which the frame does not have; "
                       "add its row, or take the report out of this data set")  # fmt: skip
            yield "doc_id", row.doc_id, "report outside the frame", message
