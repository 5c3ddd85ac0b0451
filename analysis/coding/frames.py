"""A frame as a workbook: a person fills in what became of each search, and the rows come back as they were keyed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.coding.sheets import build_lists, build_notes, chosen, make_field
from analysis.coding.workbook import Sheet, read_sheet, write_workbook
from analysis.contract import spec
from analysis.errors import TableError, Violation
from analysis.figures.labels import label
from analysis.tables import fit_table
from analysis.tidy.frames import Kept

NAME = "frame"
PLACE = {"province": 14, "prefecture": 14, "county": 18, "report_year": 12, "issuer_type": 16, "issuer": 20}
STATE = {"status": 30, "searched_on": 13, "where": 36, "doc_id": 22, "note": 30}
CODES = {"adcode": 10, "parent_adcode": 12}


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as a workbook: one report a row, the status chosen from a list.

    Parameters
    ----------
    path : Path
        The workbook.
    frame : DataFrame
        Table ``frame``.
    """
    lists, ranges = build_lists({"status": _choices()})
    filled = {"status": {"choices": {"": ranges["status"]}}}
    fields = [
        *(make_field(name, width, strong=name == "county") for name, width in PLACE.items()),
        *(make_field(name, width, fill_in=True, **filled.get(name, {})) for name, width in STATE.items()),
        *(make_field(name, width) for name, width in CODES.items()),
    ]
    cells = frame.astype("object").where(frame.notna(), "").astype("str")
    cells["status"] = cells["status"].map(_choice)
    order = ["province", "adcode", "parent_adcode", "county", "issuer_type", "issuer", "report_year"]
    rows = cells.sort_values(order, kind="stable").to_dict("records")
    sheet = Sheet(NAME, fields, rows, kinds=[""] * len(rows), frozen="E2")
    write_workbook(path, [sheet, lists, build_notes(NAME)])


def _choices() -> list[str]:
    (column,) = (column for column in spec("frame").columns if column.name == "status")
    return [_choice(status) for status in column.allowed]


def _choice(status: str) -> str:
    return f"{status} {label('status', status, 'zh')}" if status else ""


def read_frame_sheet(path: Path, frame: pd.DataFrame) -> Kept:
    """Read a filled workbook over a frame: its rows replace those of the same place, year and issuer, others stay.

    Parameters
    ----------
    path : Path
        The workbook, as `write_frame` wrote it; rows may have been added.
    frame : DataFrame
        Table ``frame`` as it is on disk.

    Raises
    ------
    InputError
        The file is no such workbook.
    TableError
        A year is no number, or a report stands in two rows; all are listed and nothing is read.
    """
    columns = [*PLACE, *STATE, *CODES]
    rows = read_sheet(path, NAME, columns)
    key = list(spec("frame").key)
    wrong: list[Violation] = []
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        line, own = int(row["line"]), tuple(row[name] for name in key)
        row["status"] = chosen(row["status"])
        if not row["report_year"].isdigit():
            message = f"report_year is {row['report_year']!r}; it must be a year"
            wrong.append(Violation(path.name, line, "report_year", row["report_year"], "integer", message))
        if first.setdefault(own, line) != line:
            message = f"{_name(row)} stands in row {first[own]} too; keep one"
            wrong.append(Violation(path.name, line, "report_year", row["report_year"], "duplicate", message))
    if wrong:
        raise TableError(f"{len(wrong)} row(s) of the frame do not fit.", wrong, "Nothing was read.")
    filled = fit_table([{name: row[name] for name in columns} for row in rows], "frame")
    return _laid_over(frame, filled, key)


def _laid_over(frame: pd.DataFrame, filled: pd.DataFrame, key: list[str]) -> Kept:
    old = {tuple(map(str, own)): row for own, row in zip(frame[key].to_numpy(), frame.to_dict("records"), strict=True)}
    changes = []
    for own, row in zip(filled[key].to_numpy(), filled.to_dict("records"), strict=True):
        former = old.get(tuple(map(str, own)))
        if former is None:
            changes.append(f"{_name(row)}: added, {row['status']}")
        elif different := [name for name in STATE if former[name] != row[name]]:
            changes.append(
                f"{_name(row)}: " + ", ".join(f"{name} {former[name]!r} -> {row[name]!r}" for name in different)
            )
        old[tuple(map(str, own))] = row
    return Kept(fit_table(list(old.values()), "frame"), tuple(changes))


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['issuer'] or row['county'] or row['prefecture']} {row['report_year']}"
