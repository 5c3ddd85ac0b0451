"""Tables as files (.csv, .xlsx, .jsonl, .parquet): bytes to a header and rows, nothing evaluated, nothing guessed."""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from analysis import bounds
from analysis.errors import InputError
from analysis.text.reading import decode

#: So many rows are named in a message.
NAMED: Final = 10


class Formula(NamedTuple):
    """A cell that holds no value of its own but a formula, or the error one has left."""

    said: str


class Sheet(NamedTuple):
    """A table as it was read: its header, and its rows with the number the user's program shows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def is_empty(cell: Any) -> bool:
    """Say whether a cell holds nothing but blanks."""
    if isinstance(cell, str):
        return not cell.strip("\ufeff \t\r\n\u3000")
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))


def written(cell: Any) -> str:
    """Return a cell as a person would write it: a date in ISO form, a whole number without decimals."""
    if isinstance(cell, Formula):
        return cell.said
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def make_sheet(rows: Sequence[Sequence[Any]], first: int, head: int = 1) -> Sheet:
    """Return rows as a table: the header and the rows below it, numbered as from `first` for the first of all.

    What stands above the header, and rows without any content, are out.
    """
    rows, first = rows[head - 1 :], first + head - 1
    header = ["" if is_empty(cell) else str(cell).strip() for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    header = [column or f"(column {place})" for place, column in enumerate(header, start=1)]
    width = len(header)
    filled = [
        (number, (*cells[:width], *[None] * (width - len(cells))))
        for number, cells in enumerate(rows[1:], start=first + 1)
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
    return {"": make_sheet(rows, 1, head)}


def check_packed(content: bytes, name: str) -> None:
    """Refuse a workbook that unpacks to more than `analysis.bounds` allows, before any of it is unpacked.

    Raises
    ------
    InputError
        It does.
    BadZipFile
        It is no workbook.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        total = sum(part.file_size for part in packed.infolist())
    if total > min(bounds.WORKBOOK, bounds.RATIO * len(content)):
        raise InputError(f"{name} is a workbook that unpacks to {total / 2**20:.0f} MB: made to harm. Remove it.")


def _read_xlsx(content: bytes, name: str, head: int = 1) -> dict[str, Sheet]:
    import openpyxl
    from openpyxl.utils.escape import unescape
    from openpyxl.utils.exceptions import InvalidFileException

    def value(cell: Any) -> Any:
        if cell.data_type in {"f", "e"}:
            return Formula(str(cell.value))
        return unescape(cell.value) if isinstance(cell.value, str) else cell.value

    try:
        check_packed(content, name)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        found = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            found[sheet.title] = make_sheet([tuple(map(value, row)) for row in sheet.iter_rows()], 1, head)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise InputError(
            f"{name} cannot be read as .xlsx ({error}): damaged, protected by a password, or another format. Open it "
            "and save it again as .xlsx."
        ) from None
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


def _read_parquet(content: bytes, name: str) -> dict[str, Sheet]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{name} cannot be read as Parquet ({error}). Write it again.") from None
    columns = [column.to_pylist() for column in table.columns]
    return {"": make_sheet([tuple(table.column_names), *zip(*columns, strict=True)], 0)}


#: How the bytes of each kind of table are read, by the ending of the file: its worksheets by name.
SHEETS: Final[Mapping[str, Callable[..., dict[str, Sheet]]]] = {
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
    ".jsonl": _read_jsonl,
    ".parquet": _read_parquet,
}
