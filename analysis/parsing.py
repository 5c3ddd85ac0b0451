"""From the bytes of a CSV file to a table of the contract, or to all that is wrong with it."""

from __future__ import annotations

import csv
import io
from itertools import islice

import pandas as pd

from analysis.contract import DTYPES, TableSpec, check_table, spec, wrong_columns
from analysis.errors import TableError, Violation

ALLOWED = {"boolean": "true or false", "integer": "an integer or empty", "number": "a number or empty"}
BOOLEANS = {"true": True, "false": False, "": False}
INTEGER = r"-?[0-9]{1,18}(?:\.0+)?"  # a spreadsheet writes whole numbers as 5.0 where one of the column is missing
NUMBER = r"-?[0-9]{1,200}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"
#: Rows taken or made at once: a table of a whole country has millions.
AT_ONCE = 100_000


def typed(values: pd.Series, kind: str) -> pd.Series:
    """Return values of any kind in the type that a column of the contract has."""
    if kind == "boolean":
        filled = values.where(values.notna(), "")
        return filled.map(lambda value: BOOLEANS.get(str(value).lower(), bool(value))).astype("bool")
    if kind in {"integer", "number"}:
        return pd.to_numeric(values.replace("", None)).astype(DTYPES[kind])
    return values.astype("object").where(values.notna(), "").astype("str")


def sorted_by_key(frame: pd.DataFrame, table: TableSpec) -> pd.DataFrame:
    """Return the rows of a table in the order of its key."""
    return frame.sort_values(list(table.key), kind="stable", ignore_index=True)


def parse_table(content: bytes, name: str, source: str = "") -> pd.DataFrame:
    """Read one table from the bytes of a CSV file, in the order of its lines; see `read_table`."""
    source = source or f"{name}.csv"
    frame, wrong = parse_cells(content, name, source)
    if len(frame.columns):
        frame, wrong = _checked(frame, wrong, name, source)
    if wrong:
        remedy = "Nothing was read. Correct the file, or delete it and make it again."
        raise TableError(f"{source} is not a {name} table: {len(wrong)} violation(s).", wrong, remedy)
    return frame[spec(name).names]


def parse_cells(content: bytes, name: str, source: str) -> tuple[pd.DataFrame, list[Violation]]:
    """Return the cells of a CSV file typed but not checked, and what of the file cannot be read at all."""
    frame, wrong = _cells(content, spec(name), source)
    return (pd.DataFrame({}), wrong) if wrong else _read_types(frame, spec(name), source)


def type_cells(frame: pd.DataFrame, name: str, source: str = "") -> tuple[pd.DataFrame, list[Violation]]:
    """Give cells as they stand in a CSV file the types of a table, and list what the table does not allow.

    A violation names its row as the line of a file with one header line: 2 is the first row.
    """
    return _checked(*_read_types(frame.reset_index(drop=True), spec(name), source), name, source)


def _checked(
    frame: pd.DataFrame, wrong: list[Violation], name: str, source: str
) -> tuple[pd.DataFrame, list[Violation]]:
    known = {(violation.row, violation.column) for violation in wrong}
    return frame, wrong + [one for one in check_table(frame, name, source) if (one.row, one.column) not in known]


def _cells(content: bytes, table: TableSpec, source: str) -> tuple[pd.DataFrame, list[Violation]]:
    def broken(line: int | None, rule: str, message: str) -> tuple[pd.DataFrame, list[Violation]]:
        return pd.DataFrame(), [Violation(source, line, "", "", rule, message)]

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return broken(line, "encoding", "is not UTF-8; save it as CSV UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = (cells for cells in reader if cells)
    parts, wrong, line = [], [], 1
    try:
        header = next(rows, None)
        if header is None:
            return broken(None, "empty", f"is empty; the first line must be the header {','.join(table.names)}")
        while part := list(islice(rows, AT_ONCE)):
            wrong += [
                Violation(source, at, "", "", "cells", f"has {len(cells)} cells where the header has {len(header)}")
                for at, cells in enumerate(part, start=line + 1)
                if len(cells) != len(header)
            ]
            line += len(part)
            if not wrong:
                columns = zip(header, map(list, zip(*part, strict=True)), strict=True)
                parts.append(pd.DataFrame(dict(columns), dtype="str"))
    except csv.Error as error:
        return broken(reader.line_num, "csv", f"is not well-formed CSV ({error}); the file may be cut off")
    if not text.endswith("\n"):
        return broken(line, "cut off", "the last line has no end; the file is half written")
    wrong = wrong_columns(header, table, source) + wrong
    empty = pd.DataFrame(dict.fromkeys(header, ()), dtype="str")
    return (pd.concat([empty, *parts], ignore_index=True) if not wrong else empty), wrong


def _read_types(frame: pd.DataFrame, table: TableSpec, source: str) -> tuple[pd.DataFrame, list[Violation]]:
    wrong = []
    for column in (column for column in table.columns if DTYPES[column.type] != "str"):
        values = frame[column.name]
        if column.type == "boolean":
            bad = ~values.isin(BOOLEANS)
        else:
            bad = (values != "") & ~values.str.fullmatch(INTEGER if column.type == "integer" else NUMBER)
        wrong += [
            Violation(source, int(row) + 2, column.name, value, column.type,
                      f"{column.name} is {value!r}; it must be {ALLOWED[column.type]}")
            for row, value in values[bad].items()
        ]  # fmt: skip
        frame[column.name] = typed(values.mask(bad, ""), column.type)
    return frame, wrong
