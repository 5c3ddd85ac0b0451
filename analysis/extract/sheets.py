"""Tables as files (.csv, .xlsx, .jsonl, .parquet): bytes to a header and rows, nothing evaluated, nothing guessed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from analysis.formats import read_table_rows, written


class Sheet(NamedTuple):
    """A table as it was read: its header, and its rows with the number the user's program shows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def is_empty(cell: Any) -> bool:
    """Say whether a cell holds nothing but blanks."""
    if isinstance(cell, str):
        return not cell.strip("\ufeff \t\r\n\u3000")
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))


def make_sheet(rows: Iterable[tuple[int, Sequence[Any]]], head: int = 1) -> Sheet:
    """Return numbered rows as a table: the header and what stands below it; empty rows are out.

    The header is the first row, or, of rows numbered from 1, that with the number `head`; what stands above is out.
    """
    numbered = iter(rows) if head == 1 else ((number, cells) for number, cells in rows if number >= head)
    header = ["" if is_empty(cell) else written(cell) for cell in next(numbered, (0, ()))[1]]
    while header and not header[-1]:
        header.pop()
    header = [column or f"(column {place})" for place, column in enumerate(header, start=1)]
    width = len(header)
    filled = [
        (number, (*cells[:width], *[None] * (width - len(cells))))
        for number, cells in numbered
        if not all(map(is_empty, cells))
    ]
    return Sheet(tuple(header), tuple(filled))


def read_sheets(content: bytes, name: str, head: int = 1) -> dict[str, Sheet]:
    """Return the worksheets of a table as a file, by their names; all but a workbook have one, without a name.

    Raises
    ------
    InputError
        It is damaged, of another kind than its name says, or beyond the bounds.
    """
    sheets: dict[str, list[tuple[int, Sequence[Any]]]] = {}
    for title, number, cells in read_table_rows(content, name):
        sheets.setdefault(title, []).append((number, cells))
    found = {title: make_sheet(rows, head) for title, rows in sheets.items()}
    return {title: sheet for title, sheet in found.items() if sheet.columns} or {"": Sheet((), ())}
