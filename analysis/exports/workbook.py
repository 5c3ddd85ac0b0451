"""Tables as one Excel workbook: a sheet a table, frozen heads in both languages, no text that comes alive."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from analysis.contract import Column, spec
from analysis.errors import ParameterError
from analysis.exports.content import Content
from analysis.figures.labels import LANGUAGES
from analysis.figures.texttable import text_columns
from analysis.files import without_clock
from analysis.progress import watch

#: Lines above the data: the names in Chinese and English, then the names of the columns.
HEADS: Final = len(LANGUAGES) + 1
#: What a sheet, and a cell, of Excel can hold.
ROWS: Final = 1_048_576
LONGEST: Final = 32_767
#: The first day that Excel counts right.
FIRST_DAY: Final = date(1900, 3, 1)
#: A text that begins so could be taken for a formula or an error value.
ALIVE: Final = ("=", "+", "-", "@", "#", "\t", "\r")
ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
#: Widths of a column in letters, the rows they are measured by, the height of a line in points.
NARROW, BROAD, MEASURED, LINE = 14, 44, 200, 15
_HEAD: Final = PatternFill("solid", fgColor="DDE5EE")


def write_workbook(content: Content) -> dict[str, bytes]:
    """Return one workbook, NAME.xlsx: a sheet a table, the codebook first.

    Lines 1 and 2 of a sheet name the columns in Chinese and English, line 3 by the names of the contract; all three
    stay in sight, and line 3 carries the filters. Numbers are numbers, dates dates, an empty cell is missing. A text
    stays a text whatever it begins with: no formula of a report comes alive.

    Raises
    ------
    ParameterError
        A table has more rows, or a text more characters, than Excel can hold.
    """
    for name, frame in content.tables.items():
        _check(frame, name)
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.title = f"{content.about.zh} · {content.about.en}"
    for name, frame in watch(content.tables.items(), len(content.tables), "sheets"):
        _fill(book.create_sheet(name), frame, name)
    buffer = io.BytesIO()
    book.save(buffer)
    return {f"{content.about.name}.xlsx": without_clock(buffer.getvalue())}


def _check(frame: pd.DataFrame, name: str) -> None:
    if len(frame) > ROWS - HEADS:
        raise ParameterError(
            f"{name} has {len(frame):,} rows; a sheet of Excel holds {ROWS - HEADS:,}. Export parquet, dta or csv, "
            f"or name other tables with --table. Nothing was written."
        )
    for column in (column for column in spec(name).columns if column.type == "string"):
        lengths = frame[column.name].str.len()
        if (lengths > LONGEST).any():
            row = int((lengths > LONGEST).to_numpy().argmax())
            raise ParameterError(
                f"{name}, row {row + 1}: {column.name} has {int(lengths.iloc[row]):,} characters; a cell of Excel "
                f"holds {LONGEST:,}. Export parquet, dta or csv. Nothing was written."
            )


def _fill(page: Worksheet, frame: pd.DataFrame, name: str) -> None:
    columns = spec(name).columns
    widths = [_width(frame, column) for column in columns]
    page.freeze_panes = f"B{HEADS + 1}"
    page.print_title_rows = f"1:{HEADS}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.auto_filter.ref = f"A{HEADS}:{get_column_letter(len(columns))}{HEADS + len(frame)}"
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    for line, lang in enumerate(LANGUAGES, start=1):
        labels = [column.label(lang) for column in columns]
        lines = max(math.ceil(text_columns(text) / (width - 1)) for text, width in zip(labels, widths, strict=True))
        page.row_dimensions[line].height = LINE * lines + 3
        page.append([_head(page, text) for text in labels])
    page.append([_head(page, column.name, bold=True) for column in columns])
    for row in _rows(page, frame, columns):
        page.append(row)


def _width(frame: pd.DataFrame, column: Column) -> int:
    shown = frame[column.name].head(MEASURED).dropna().astype("str")
    longest = max([text_columns(column.name) + 3, *map(text_columns, shown)])
    return min(max(longest + 1, NARROW), BROAD)


def _head(page: Worksheet, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font, cell.fill = Font(name="Calibri", size=11, bold=bold), _HEAD
    return cell


def _rows(page: Worksheet, frame: pd.DataFrame, columns: tuple[Column, ...]) -> Iterator[list[Any]]:
    forms: Mapping[str, Callable[[Any], Any]] = {
        "string": lambda value: _text(page, value),
        "date": lambda value: _day(page, value),
        "integer": lambda value: None if pd.isna(value) else int(value),
        "number": lambda value: None if pd.isna(value) else float(value),
        "boolean": bool,
    }
    cells = (map(forms[column.type], frame[column.name].tolist()) for column in columns)
    return map(list, zip(*cells, strict=True))


def _text(page: Worksheet, text: str) -> Any:
    """Return a text as a cell that is a text; signs that XML cannot hold are written as Excel writes them, _x0007_."""
    if not text:
        return None
    safe = ILLEGAL_CHARACTERS_RE.sub(lambda match: f"_x{ord(match[0]):04X}_", ESCAPE.sub("_x005F_", text))
    if not safe.startswith(ALIVE):
        return safe
    cell = WriteOnlyCell(page)
    cell.value = safe
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _day(page: Worksheet, text: str) -> Any:
    """Return a date as a date; one before Excel's calendar stays a text."""
    day = date.fromisoformat(text) if text else None
    return day if day is None or day >= FIRST_DAY else _text(page, text)
