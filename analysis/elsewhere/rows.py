"""The rows of a table from elsewhere, whatever file it comes in: a spreadsheet, JSON lines, LangExtract's output."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis import bounds
from analysis.elsewhere.mapping import TableMapping
from analysis.errors import InputError
from analysis.extract.sheets import Sheet, is_empty, make_sheet, read_sheets
from analysis.formats import TABLES, Formula, Value, written
from analysis.text.reading import read_bytes

#: Columns of LangExtract's records beside ``attributes.NAME``.
RECORD: Final = ("extraction_class", "extraction_text", "alignment_status", "extraction_index", "group_index",
                 "description")  # fmt: skip
LINES: Final = ".jsonl"
_HALF: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Row:
    """One row: where it stands (``FILE#5``), its cells as texts, and the columns that hold a formula or an error."""

    path: str
    cells: Mapping[str, str]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The rows of a table, its columns, its hash, and the texts it brings, by the id it gives them."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    bare: tuple[tuple[str, str], ...] = ()


def read_rows(table: str | os.PathLike[str] | pd.DataFrame, mapping: TableMapping) -> Rows:
    """Read the rows of a table.

    Parameters
    ----------
    table : path or DataFrame
        A .csv, .xlsx, .jsonl or .parquet file, or with ``format = "langextract"`` a .jsonl file of AnnotatedDocuments
        as LangExtract saves them: one row an extraction, with its fields, its offsets as ``start_pos`` and
        ``end_pos``, and its attributes as ``attributes.NAME``.
    mapping : TableMapping
        Says the format, the worksheet and the row of the header.

    Raises
    ------
    InputError
        The file cannot be read, is too large or of another kind, has several worksheets, or lacks a column that the
        mapping names.
    """
    if isinstance(table, pd.DataFrame):
        rows = [tuple(map(str, table.columns)), *table.itertuples(index=False, name=None)]
        found = _from_sheet(make_sheet(enumerate(rows)), "frame", "")
    else:
        found = _from_file(Path(table), mapping)
    _check_columns(found, mapping)
    return found


def _from_file(path: Path, mapping: TableMapping) -> Rows:
    ending = path.suffix.lower()
    if ending not in TABLES or (mapping.format == "langextract" and ending != LINES):
        kinds = LINES if mapping.format == "langextract" else ", ".join(TABLES)
        raise InputError(f"{path.name} is no {kinds} file, which {mapping.name} asks for. Save it as one.")
    if mapping.header > 1 and ending not in {".csv", ".xlsx"}:
        raise InputError(f"{mapping.name} gives a header row, which a {ending} file does not have. Leave it out.")
    content = read_bytes(path, bounds.TABLE)
    head = [mapping.header] if mapping.header > 1 else []
    sheets = read_sheets(content, path.name, *head)
    if mapping.worksheet and mapping.worksheet not in sheets:
        raise InputError(f"{path.name} has no worksheet {mapping.worksheet!r}; it has {', '.join(sheets)}.")
    if not mapping.worksheet and len(sheets) > 1:
        raise InputError(f"{path.name} has the worksheets {', '.join(sheets)}. Name one in {mapping.name}: worksheet = "
                         '"..."')  # fmt: skip
    sheet = sheets[mapping.worksheet] if mapping.worksheet else next(iter(sheets.values()))
    digest = hashlib.sha256(content).hexdigest()
    if mapping.format == "langextract":
        return _from_records(sheet, path.name, digest)
    return _from_sheet(sheet, path.name, digest)


def _from_sheet(sheet: Sheet, name: str, sha256: str) -> Rows:
    if doubled := sorted({column for column in sheet.columns if sheet.columns.count(column) > 1}):
        raise InputError(f"{name} has more than one column {', '.join(doubled)}. Give each column its own name.")
    made = [
        _row(f"{name}#{number}", _flat(zip(sheet.columns, cells, strict=True))) for number, cells in sheet.rows
    ]  # fmt: skip
    columns = dict.fromkeys([*sheet.columns, *(column for row in made for column in row.cells)])
    return Rows(name, tuple(columns), tuple(made), sha256)


def _flat(cells: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return cells by column; an object within one is a column ``NAME.KEY`` for each of its keys."""
    flat: dict[str, Any] = {}
    for column, cell in cells:
        inner = cell if isinstance(cell, Mapping) else None
        flat |= {column: cell} if inner is None else {f"{column}.{key}": value for key, value in inner.items()}
    return flat


def _row(path: str, cells: Mapping[str, Any]) -> Row:
    formulas = tuple(column for column, cell in cells.items() if isinstance(cell, Formula))
    return Row(path, {column: "" if is_empty(cell) else _written(cell) for column, cell in cells.items()}, formulas)


def _written(cell: Any) -> str:
    """Return a cell as a text: a list with its parts joined, half a character as one that is damaged."""
    if isinstance(cell, list | tuple) and not isinstance(cell, Formula | Value):
        return "|".join(map(_written, cell))
    return str(cell).lower() if isinstance(cell, bool) else _HALF.sub("\ufffd", written(cell))


def _from_records(sheet: Sheet, name: str, sha256: str) -> Rows:
    """Turn AnnotatedDocuments, one a line, into rows, one an extraction."""
    made: list[Row] = []
    texts: dict[str, str] = {}
    bare: list[tuple[str, str]] = []
    for number, cells in sheet.rows:
        document = dict(zip(sheet.columns, cells, strict=True))
        doc_id, text, found = document.get("document_id"), document.get("text"), document.get("extractions") or []
        if not isinstance(doc_id, str) or not isinstance(found, list) or not all(isinstance(x, Mapping) for x in found):
            raise InputError(
                f"{name}, line {number} is no AnnotatedDocument of LangExtract: it needs document_id and extractions. "
                'Save it by lx.io.save_annotated_documents, or use format = "table".'
            )
        text = text if isinstance(text, str) and text.strip() else ""
        if texts.setdefault(doc_id, text) != text:
            raise InputError(f"{name}, line {number}: document_id {doc_id!r} has another text than in a line before. "
                             "Give each report an id of its own.")  # fmt: skip
        if not found:
            bare.append((f"{name}#{number}", doc_id))
        made += [
            _row(f"{name}#{number}.{count}", {"document_id": doc_id, **_record(one, text)})
            for count, one in enumerate(found, start=1)
        ]
    own = ["document_id", *RECORD, "start_pos", "end_pos"]
    columns = dict.fromkeys([*own, *(column for row in made for column in row.cells)])
    texts = {doc_id: text for doc_id, text in texts.items() if text}
    return Rows(name, tuple(columns), tuple(made), sha256, texts, tuple(bare))


def _record(record: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the fields of one extraction; its offsets as those of the text as it is decoded here."""
    interval = record.get("char_interval")
    interval = interval if isinstance(interval, Mapping) else {}
    attributes = record.get("attributes")
    attributes = attributes if isinstance(attributes, Mapping) else {}
    found = {name: record.get(name) for name in RECORD}
    found |= {name: _offset(interval.get(name), text) for name in ("start_pos", "end_pos")}
    return found | {f"attributes.{key}": value for key, value in attributes.items()}


def _offset(place: Any, text: str) -> Any:
    """Return an offset of a text as it came as one of the decoded text, which has no byte order mark and no CR LF."""
    if type(place) is not int or place < 0:
        return place
    return place - text.startswith("\ufeff") - text.count("\r\n", 0, place)


def _check_columns(found: Rows, mapping: TableMapping) -> None:
    if lost := [column for column in mapping.columns if column not in found.columns]:
        has = ", ".join(found.columns) or "(none)"
        merged = any(column.startswith("(column ") for column in found.columns)
        hint = " Its header has merged cells or stands in another row: say which by header = 2." if merged else ""
        raise InputError(
            f"{found.name} has no column {', '.join(map(repr, lost))}, which {mapping.name} names. It has {has}.{hint}"
        )
