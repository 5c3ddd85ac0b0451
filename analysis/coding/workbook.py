"""Workbooks for people: every cell a text, frozen heads, lists to choose from, the same bytes from the same rows."""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from analysis.errors import InputError
from analysis.files import without_clock, write_bytes
from analysis.formats import read_table_rows, written
from analysis.text.reading import read_bytes

#: What a cell of a spreadsheet can hold.
LONGEST: Final = 32767
#: Heights in points: of a line of letters, and of the tallest row there can be.
LINE: Final = 15
TALLEST: Final = 409
_HEAD: Final = PatternFill("solid", fgColor="DDE5EE")
_FILL_IN: Final = PatternFill("solid", fgColor="FFF8DC")


@dataclass(frozen=True)
class Field:
    """One column of a sheet: its name (the first word of its head), its head, its width in characters.

    ``strong`` is set in bold, ``fill_in`` marks what a person fills in, ``choices`` names the range it is chosen from,
    by kind of row.
    """

    name: str
    head: str
    width: float = 12
    strong: bool = False
    fill_in: bool = False
    hidden: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns and its rows of texts; ``kinds`` says of each row which choices it has."""

    name: str
    fields: Sequence[Field]
    rows: Sequence[Mapping[str, str]]
    kinds: Sequence[str] = ()
    frozen: str = "A2"


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets as one workbook, whole or not at all.

    Every cell is stored as a text, also one that begins with = + - or @: no formula of a report comes alive.
    """
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    write_bytes(path, without_clock(buffer.getvalue()))


def _fill(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = sheet.frozen
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.row_dimensions[1].height = 2 * LINE + 3
    for place, row in enumerate(sheet.rows, start=2):
        page.row_dimensions[place].height = _height(row, sheet.fields)
    for number, column in enumerate(sheet.fields, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        page.column_dimensions[letter].hidden = column.hidden
        _write(page, 1, number, column.head)
        page.cell(1, number).font = Font(bold=True)
        page.cell(1, number).fill = _HEAD
        for place, row in enumerate(sheet.rows, start=2):
            _write(page, place, number, row.get(column.name, ""))
            page.cell(place, number).font = Font(bold=column.strong)
            if column.fill_in:
                page.cell(place, number).fill = _FILL_IN
        for kind, source in column.choices.items():
            rows = {place: None for place, own in enumerate(sheet.kinds, start=2) if own == kind}
            _validate(page, letter, rows, source)


def _height(row: Mapping[str, str], fields: Sequence[Field]) -> float:
    """Return the height in points at which every cell of a row can be read; a Chinese character is two wide."""
    lines = [
        sum(math.ceil(sum(2 - char.isascii() for char in line) / column.width) or 1 for line in text.split("\n"))
        for column in fields
        if not column.hidden and (text := row.get(column.name, ""))
    ]
    return min(LINE * max(lines, default=1) + 3, TALLEST)


def _write(page: Worksheet, row: int, column: int, text: str) -> None:
    cell = page.cell(row, column)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.number_format = "@"
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = text[0] in "=+-@"


def _validate(page: Worksheet, letter: str, rows: Collection[int], source: str) -> None:
    """Let cells take only what stands in a range; runs of rows share one reference, so that the file stays small."""
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True,
                          errorTitle="?", error="请从列表中选择 · choose from the list")  # fmt: skip
    starts = [row for row in rows if row - 1 not in rows]
    ends = [row for row in rows if row + 1 not in rows]
    for start, end in zip(starts, ends, strict=True):
        rule.add(f"{letter}{start}:{letter}{end}")
    if rows:
        page.add_data_validation(rule)


def read_sheet(path: Path, name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read the rows of one sheet as texts; a column is known by the first word of its head.

    Returns
    -------
    list of dict
        The columns asked for and ``line``, the row of the sheet; rows without any text are passed over.

    Raises
    ------
    InputError
        The file is missing, is no workbook, or has no such sheet or column.
    """
    if not path.exists():
        raise InputError(f"There is no sheet {path.name}. Name the workbook that was filled in.")
    rows = list(read_table_rows(read_bytes(path), path.name))
    lines = [(row.number, row.cells) for row in rows if row.sheet == name]
    if not lines:
        sheets = dict.fromkeys(row.sheet for row in rows)
        raise InputError(
            f"{path.name} has no sheet {name!r}; it has {', '.join(sheets) or 'none with anything in it'}."
        )
    heads = ["" if head is None else written(head).split(" ")[0] for head in lines[0][1]]
    if lost := [column for column in columns if column not in heads]:
        raise InputError(f"{path.name}, sheet {name}: the column(s) {', '.join(lost)} are gone. Put them back.")
    places = {column: heads.index(column) for column in columns}
    found = []
    for number, cells in lines[1:]:
        texts = [written(cell) if cell is not None else "" for cell in cells]
        if any(texts):
            row = {column: texts[place] if place < len(texts) else "" for column, place in places.items()}
            found.append(row | {"line": str(number)})
    return found
