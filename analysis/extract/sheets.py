"""Tables as files (.csv, .xlsx, .jsonl, .parquet): bytes to a header and rows, nothing evaluated, nothing guessed."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis.errors import InputError
from analysis.formats import read_packed, written
from analysis.text.reading import decode

#: So many rows are named in a message.
NAMED: Final = 10


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


def _read_csv(content: bytes, name: str, head: int = 1) -> dict[str, Sheet]:
    text = decode(content, name).removeprefix("\ufeff")
    former = csv.field_size_limit(len(text) + 1)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{name} is not well-formed CSV ({error}); it may be cut off. Save it again as CSV.") from None
    finally:
        csv.field_size_limit(former)
    uneven = [str(number) for number, cells in enumerate(rows, start=1) if cells and len(cells) != len(rows[0])]
    if uneven:
        raise InputError(
            f"{name}: {len(uneven)} row(s) do not have the {len(rows[0])} cells of the header: row "
            f"{', '.join(uneven[:NAMED])}. A text with commas or line ends must stand in quotation marks."
        )
    return {"": make_sheet(enumerate(rows, start=1), head)}


def _read_packed(content: bytes, name: str, head: int = 1) -> dict[str, Sheet]:
    sheets: dict[str, list[tuple[int, Sequence[Any]]]] = {}
    for title, number, cells in read_packed(content, name):
        sheets.setdefault(title, []).append((number, cells))
    found = {title: make_sheet(rows, head) for title, rows in sheets.items()}
    return {title: sheet for title, sheet in found.items() if sheet.columns} or {"": Sheet((), ())}


def _read_jsonl(content: bytes, name: str) -> dict[str, Sheet]:
    objects: list[tuple[int, Mapping[str, Any]]] = []
    for number, line in enumerate(re.split(r"\r?\n", decode(content, name).removeprefix("\ufeff")), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}, line {number} is not JSON ({error}). Put one object on each line.") from None
        if not isinstance(found, dict):
            raise InputError(f'{name}, line {number} is no JSON object. Each line must be like {{"text": "..."}}.')
        objects.append((number, found))
    columns = tuple(dict.fromkeys(key for _, found in objects for key in found))
    return {"": Sheet(columns, tuple((number, tuple(map(found.get, columns))) for number, found in objects))}


#: How the bytes of each kind of table are read, by the ending of the file: its worksheets by name.
SHEETS: Final[Mapping[str, Callable[..., dict[str, Sheet]]]] = {
    ".csv": _read_csv,
    ".xlsx": _read_packed,
    ".jsonl": _read_jsonl,
    ".parquet": _read_packed,
}
