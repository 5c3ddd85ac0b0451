"""The only reader and writer of tables, whole or not at all; what a table must be stands in tables.toml."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import compute as pc
from pyarrow import csv as arrow_csv

from analysis.contract import check_foreign, check_table, lists, one_of_list, spec, specs
from analysis.errors import TableError, Violation
from analysis.files import recover, replacing, shown, write_bytes
from analysis.parsing import AT_ONCE, parse_table, sorted_by_key, typed

EMPTY = {"boolean": "false"}
#: What a folder of tables may hold, and lose when it is written anew.
FILES = frozenset(f"{name}.csv" for name in specs()) | {"provenance.json"}
_ARROW = {
    "string": pa.large_string(), "date": pa.large_string(), "integer": pa.int64(), "number": pa.float64(),
    "boolean": pa.bool_(),
}  # fmt: skip
#: Below it every whole number is a float of its own.
EXACT = 2**53


def empty_table(name: str) -> pd.DataFrame:
    """Return a table with the columns and types of the contract and no row.

    >>> empty_table("documents").shape[0]
    0
    """
    return fit_table(pd.DataFrame(), name)


def fit_table(rows: pd.DataFrame | Iterable[Mapping[str, Any]], name: str) -> pd.DataFrame:
    """Return rows made in memory as a table of the contract: all columns, in order, typed and sorted by key.

    Columns that are not given are empty; columns the contract does not know are an error when checked, not dropped.
    """
    frame = rows.copy() if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    table = spec(name)
    for column in table.columns:
        if column.name not in frame:
            frame[column.name] = pd.Series([""] * len(frame), index=frame.index, dtype="object")
        frame[column.name] = typed(frame[column.name], column.type)
    extra = [column for column in frame.columns if column not in table.names]
    return sorted_by_key(frame[[*table.names, *extra]], table)


def read_table(name: str, folder: str | os.PathLike[str]) -> pd.DataFrame:
    """Read one table from a folder and check it against the contract.

    Parameters
    ----------
    name : str
        A table of tables.toml, e.g. ``"observations"``.
    folder : path
        The folder that holds ``NAME.csv``. A table that is not there is empty.

    Returns
    -------
    DataFrame
        The columns of the contract in their order and types, sorted by key.

    Raises
    ------
    TableError
        The file is cut off, garbled or breaks the contract; all violations are listed with their line.
    """
    path = Path(folder) / f"{name}.csv"
    recover(path.parent)
    if not path.exists():
        return empty_table(name)
    return sorted_by_key(parse_table(path.read_bytes(), name, shown(path)), spec(name))


def load_table(
    name: str, folder: str | os.PathLike[str], columns: Sequence[str] | None = None, **where: Any
) -> pd.DataFrame:
    """Read a table that `read_table` has read before and that has not changed since: it is not checked again.

    Parameters
    ----------
    name, folder
        As for `read_table`.
    columns, where
        As for `find_rows`.

    Returns
    -------
    DataFrame
        As `read_table` returns it, with the rows and columns that are wanted; memory holds no more.
    """
    path = Path(folder) / f"{name}.csv"
    if not path.exists():
        return empty_table(name)[list(columns or spec(name).names)]
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)
    types = arrow_csv.ConvertOptions(
        column_types=arrow_schema(name), true_values=["true"], false_values=["false", ""], strings_can_be_null=False
    )
    rows = ds.dataset(path, schema=arrow_schema(name), format=ds.CsvFileFormat(parsing, convert_options=types))
    try:
        return find_rows(rows, name, columns, where)
    except pa.ArrowInvalid:  # a spreadsheet writes whole numbers as 5.0
        return find_rows(ds.dataset(to_arrow(read_table(name, folder), name)), name, columns, where)


def find_rows(rows: ds.Dataset, name: str, columns: Sequence[str] | None, where: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of a table on disk that are wanted, sorted by key.

    Parameters
    ----------
    rows : Dataset
        The table, with the types of `arrow_schema`.
    name : str
    columns : sequence of str, optional
        Some of its columns; all by default.
    where : mapping
        Values, or a list of them, by column; of a cell that lists several, what it holds.
    """
    table, wanted = spec(name), None
    for column, given in where.items():
        values = [given] if isinstance(given, str | int | float) else list(given)
        listed = column in lists(table)
        holds = (
            pc.match_substring_regex(pc.field(column), one_of_list(map(str, values)))
            if listed
            else (pc.field(column).isin(pa.array(values, rows.schema.field(column).type)))
        )
        wanted = holds if wanted is None else wanted & holds
    chosen = list(columns or table.names)
    found = rows.to_table(columns=list(dict.fromkeys([*chosen, *table.key])), filter=wanted)
    frame = found.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return sorted_by_key(frame, table)[chosen]


def arrow_schema(name: str) -> pa.Schema:
    """Return the columns of a table with their types in Arrow."""
    return pa.schema([(column.name, _ARROW[column.type]) for column in spec(name).columns])


def to_arrow(frame: pd.DataFrame, name: str) -> pa.Table:
    """Return a table that keeps the contract with the types of `arrow_schema`."""
    return pa.Table.from_pandas(frame, schema=arrow_schema(name), preserve_index=False).replace_schema_metadata({})


def format_table(frame: pd.DataFrame, name: str) -> bytes:
    """Return a table as the bytes of its CSV file: UTF-8, LF, sorted by key, shortest decimals, empty = missing.

    Raises
    ------
    TableError
        The frame does not keep the contract.
    """
    if wrong := check_table(frame, name):
        raise TableError(f"This is not a {name} table: {len(wrong)} violation(s).", wrong, "Nothing was written.")
    table = spec(name)
    frame = sorted_by_key(frame[table.names], table)
    pieces = [_lines([table.names])]
    for start in range(0, len(frame), AT_ONCE):
        part = frame.iloc[start : start + AT_ONCE]
        cells = [map(_formatters[column.type], part[column.name].astype("object").tolist()) for column in table.columns]
        pieces.append(_lines(zip(*cells, strict=True)))
    return b"".join(pieces)


def format_rows(rows: Iterable[Mapping[str, Any]], name: str) -> bytes:
    r"""Return rows as lines of a table's CSV file, without header, in the order given and without a check.

    What is not given, None or NaN is empty; for corpora too large for one frame.

    >>> format_rows([{"path": "a.txt", "status": "read", "doc_id": "a"}], "inputs")
    b'a.txt,read,a,,\n'
    """
    columns = [(column.name, _formatters[column.type], EMPTY.get(column.type, "")) for column in spec(name).columns]
    return _lines(
        [empty if (value := row.get(key)) is None or value == "" else form(value) for key, form, empty in columns]
        for row in rows
    )


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")


def format_number(value: Any) -> str:
    """Return a number in its shortest decimal form, without exponent; NaN is empty.

    Examples
    --------
    >>> format_number(5700.0), format_number(8.51), format_number(float("nan"))
    ('5700', '8.51', '')
    """
    if value != value if isinstance(value, float) else pd.isna(value):
        return ""
    if float(value).is_integer() and abs(value) < EXACT:
        return str(int(value))
    decimal = Decimal(repr(float(value)))
    whole = decimal.to_integral_value()
    return format(whole if decimal == whole else decimal.normalize(), "f")


_formatters: dict[str, Callable[[Any], str]] = {
    "string": str,
    "date": str,
    "integer": lambda value: str(value) if type(value) is int else "" if pd.isna(value) else str(int(value)),
    "number": format_number,
    "boolean": lambda value: "true" if value else "false",
}


def write_table(frame: pd.DataFrame, name: str, folder: str | os.PathLike[str]) -> Path:
    """Check one table and write it as ``folder/NAME.csv``; the former file stays whole until the new one is.

    Raises
    ------
    TableError
        The frame does not keep the contract; nothing is written.
    FazhiError
        The folder cannot be written, or the disk is full; the former file is whole.
    """
    path = Path(folder) / f"{name}.csv"
    write_bytes(path, format_table(frame, name))
    return path


def append_rows(frame: pd.DataFrame, name: str, path: Path) -> None:
    """Add rows to a table that people keep, behind those it has: no byte of these changes, nor the order of columns.

    Raises
    ------
    TableError
        The file is not such a table; nothing is written.
    FazhiError
        The folder cannot be written, or the disk is full; the former file is whole.
    """
    former = path.read_bytes() if path.exists() else _lines([spec(name).names])
    parse_table(former, name, shown(path))
    head = former.decode("utf-8-sig").split("\n", 1)[0]
    order = next(csv.reader([head.removesuffix("\r")]))
    cells = [frame[column.name].map(_formatters[column.type]).tolist() for column in spec(name).columns]
    rows = (dict(zip(spec(name).names, row, strict=True)) for row in zip(*cells, strict=True))
    added = _lines([[row[column] for column in order] for row in rows])
    write_bytes(path, former + (added.replace(b"\n", b"\r\n") if head.endswith("\r") else added))


def read_tables(folder: str | os.PathLike[str], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Read several tables of one folder; every violation of all of them is reported at once.

    Raises
    ------
    TableError
        As `read_table`, and when a reference from one table to another finds no row.
    """
    tables: dict[str, pd.DataFrame] = {}
    wrong: list[Violation] = []
    for name in names:
        try:
            tables[name] = read_table(name, folder)
        except TableError as error:
            wrong += error.violations
    wrong = wrong or check_foreign(tables, f"{shown(Path(folder))}/")
    if wrong:
        headline = f"The tables in {shown(Path(folder))} do not keep the contract: {len(wrong)} violation(s)."
        raise TableError(headline, wrong, "Nothing was read. Correct the files, or delete and make them again.")
    return tables


def write_tables(tables: Mapping[str, pd.DataFrame], folder: str | os.PathLike[str]) -> None:
    """Write a complete set of tables as one folder, whole or not at all; a former set is replaced by it.

    Raises
    ------
    TableError
        A table does not keep the contract; nothing is written.
    FazhiError
        The folder cannot be written, or the disk is full; the former set is whole.
    """
    contents = {name: format_table(frame, name) for name, frame in tables.items()}
    with replacing(Path(folder), FILES) as new:
        for name, content in contents.items():
            (new / f"{name}.csv").write_bytes(content)
