"""Tables of reports: which column holds the texts, which the ids, and what the others say of the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from analysis.codebook import read_rows
from analysis.errors import InputError, TableError
from analysis.extract.manifest import clean_id, givable, wrong_values
from analysis.extract.sheets import Sheet, is_empty, make_sheet, read_sheets
from analysis.formats import Formula, written
from analysis.formats.lines import NAMED

#: Excel cuts a cell at this length.
_CELL: Final = 32767
#: A column without a telling name is taken for the text if it alone has a cell longer than this.
_LONG: Final = 500


class Report(NamedTuple):
    """One row of a table: its number, its id, its text (or why there is none), what it says of the report."""

    number: int
    doc_id: str
    text: str
    reason: str
    given: dict[str, str]


class Reports(NamedTuple):
    """The reports of a table, and which columns were used or ignored."""

    reports: tuple[Report, ...]
    said: str


def read_sheet(content: bytes, name: str, stem: str, text_column: str = "", id_column: str = "") -> Reports:
    """Read a table of reports from the bytes of a file.

    Parameters
    ----------
    content : bytes
        Of a .csv (UTF-8, UTF-16 or GB18030), .xlsx, .jsonl or .parquet file, one report a row.
    name : str
        The name of the file; its ending says what it is.
    stem : str
        What ids begin with where no column gives them.
    text_column, id_column : str
        The columns of texts and ids; see `find_reports`.

    Raises
    ------
    InputError
        The file cannot be read, no column or several could be the text, or a text is a number or formula.
    TableError
        A column of `documents` holds what it may not.
    """
    sheets = read_sheets(content, name)
    if len(sheets) > 1:
        likely = {title: sheet for title, sheet in sheets.items() if _text_columns(sheet, text_column)}
        if len(likely) != 1:
            raise InputError(
                f"{name} has the worksheets {', '.join(sheets)}; {'none' if not likely else 'more than one'} has a "
                "column of texts. Keep the reports in one worksheet, with a header in its first row."
            )
        sheets = likely
    (sheet,) = sheets.values()
    return find_reports(sheet, name, stem, text_column, id_column)


def read_frame(frame: pd.DataFrame, text_column: str = "", id_column: str = "") -> Reports:
    """Return the reports of a DataFrame, one a row; rows are counted from 1, ids without a column are frame~1 ..."""
    sheet = make_sheet(enumerate([tuple(map(str, frame.columns)), *frame.itertuples(index=False, name=None)]))
    return find_reports(sheet, "the DataFrame", "frame", text_column, id_column)


def find_reports(sheet: Sheet, name: str, stem: str, text_column: str = "", id_column: str = "") -> Reports:
    """Tell the texts of a table from what is known of them.

    Parameters
    ----------
    sheet : Sheet
        The table.
    name, stem : str
        What to call it in messages, and what ids begin with where no column gives them (``stem~1``: the first row).
    text_column : str
        The column of texts. By default the one whose name says so (``codebook/columns.csv``), else the only one
        with a long text.
    id_column : str
        The column of ids; by default the one whose name says so.

    Raises
    ------
    InputError, TableError
        As `read_sheet`.
    """
    listed = f"{name} has the columns {', '.join(sheet.columns) or '(none)'}"
    if doubled := sorted({column for column in sheet.columns if sheet.columns.count(column) > 1}):
        raise InputError(f"{name} has more than one column {', '.join(doubled)}. Give each column its own name.")
    for option, column in (("text", text_column), ("id", id_column)):
        if column and column not in sheet.columns:
            raise InputError(f"There is no column {column!r}: {listed}. Name one of them by --{option}-column.")
    texts = _text_columns(sheet, text_column)
    if len(texts) != 1:
        found = f"{' and '.join(texts)} could each be the text" if texts else "none of them can be told to be the text"
        raise InputError(f"{listed}; {found}. Name it by --text-column, or rename the column of texts to 'text'.")
    ids = [id_column] if id_column else _named_columns(sheet, "id")
    known = [column for column in givable() if column in sheet.columns and column not in (*texts, *ids, "doc_id")]
    if len(ids) > 1:
        raise InputError(f"{listed}; {' and '.join(ids)} could each be the id. Name one of them by --id-column.")
    reports = tuple(_reports(sheet, name, stem, texts[0], ids[0] if ids else "", known))
    if wrong := [*wrong_values({report.number: report.given for report in reports}, name)]:
        raise TableError(
            f"{name} is wrong in {len(wrong)} place(s): a column of table documents holds what it may not.",
            wrong,
            "Nothing was read. Correct the cells, or rename the column if it means something else.",
        )
    ignored = [column for column in sheet.columns if column not in (*texts, *ids, *known)]
    parts = {"text": texts, "id": ids, "given": known, "ignored": ignored}
    return Reports(
        reports, "columns: " + "; ".join(f"{what} {', '.join(used)}" for what, used in parts.items() if used)
    )


def find_cells(content: bytes, name: str) -> Iterator[str]:
    """Yield every text of a table, whatever its column is called; see `read_sheet` for what it raises."""
    for sheet in read_sheets(content, name).values():
        yield from (cell for _, cells in sheet.rows for cell in cells if isinstance(cell, str))


@cache
def _names(role: str) -> frozenset[str]:
    return frozenset(row["name"] for row in read_rows("columns") if row["role"] == role)


def _named_columns(sheet: Sheet, role: str) -> list[str]:
    return [column for column in sheet.columns if column.casefold() in _names(role)]


def _text_columns(sheet: Sheet, chosen: str) -> list[str]:
    """Return the columns that could be the text."""
    if chosen:
        return [chosen] if chosen in sheet.columns else []
    if named := _named_columns(sheet, "text"):
        return named
    cells = zip(*(cells for _, cells in sheet.rows), strict=True)
    long = [any(isinstance(cell, str) and len(cell) > _LONG for cell in column) for column in cells]
    return [column for column, holds in zip(sheet.columns, long, strict=False) if holds]


def _reports(
    sheet: Sheet, name: str, stem: str, text_column: str, id_column: str, known: Sequence[str]
) -> Iterator[Report]:
    wrong = []
    for count, (number, cells) in enumerate(sheet.rows, start=1):
        row = dict(zip(sheet.columns, cells, strict=True))
        text = row[text_column]
        if not is_empty(text) and not isinstance(text, str):
            wrong.append((number, text_column, text))
        wrong += [(number, column, row[column]) for column in known if isinstance(row[column], Formula)]
        given = {column: written(row[column]) for column in known if not is_empty(row[column])}
        if isinstance(text, str) and len(text) >= _CELL and name.lower().endswith(".xlsx"):
            given["coverage"] = "partial"
        doc_id = clean_id(written(row[id_column])) if id_column and not is_empty(row[id_column]) else ""
        reason = f"row {number} of {name} has no text" if is_empty(text) else ""
        yield Report(number, doc_id or f"{stem}~{count}", "" if reason else str(text), reason, given)
    if wrong:
        shown = [
            f"row {number}, column {column!r}: {'formula ' if isinstance(cell, Formula) else ''}{written(cell)}"
            for number, column, cell in wrong[:NAMED]
        ]
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise InputError(
            f"{name}: not a text in {'; '.join(shown)}{more}. A text must be a text, and a formula is never evaluated: "
            "put the value into the cell."
        )
