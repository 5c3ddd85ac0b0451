"""Tables packed in files (.xlsx, .parquet) as rows of cells, one after the other; nothing is evaluated."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from analysis import bounds
from analysis.errors import InputError

#: Rows of a Parquet file that are unpacked at a time.
_BATCH: Final = 64


class Formula(NamedTuple):
    """A cell that holds no value of its own but a formula, or the error one has left."""

    said: str


class Value(NamedTuple):
    """A cell that holds no text: a number, a date, as a person would write it."""

    said: str


#: What a cell holds: text, nothing, or in a line of JSON any value of its.
Cell = str | Formula | Value | None | int | float | list[Any] | dict[str, Any]


class Row(NamedTuple):
    """A row of a worksheet, with the number the user's program shows."""

    sheet: str
    number: int
    cells: tuple[Cell, ...]


def read_xlsx(data: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of all worksheets of a workbook: the first one of each, and those that are not empty.

    Raises
    ------
    InputError
        It is damaged or locked, or made to harm: too large unpacked, or with definitions of its own.
    """
    import openpyxl
    from openpyxl.utils.escape import unescape
    from openpyxl.utils.exceptions import InvalidFileException

    def value(cell: Any) -> Cell:
        if cell.data_type in {"f", "e"}:
            return Formula(str(cell.value))
        return unescape(cell.value) if isinstance(cell.value, str) else _plain(cell.value)

    try:
        _look(data, name)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield Row(sheet.title, number, tuple(map(value, row)))
    except RecursionError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, InvalidFileException, LookupError, ValueError, TypeError, AttributeError,
        ArithmeticError, OSError, EOFError, SyntaxError, RuntimeError,
    ) as error:  # fmt: skip
        raise InputError(
            f"{name} cannot be read as .xlsx ({error}): damaged, protected by a password, or another format. Open it "
            "and save it again as .xlsx."
        ) from None


def _look(data: bytes, name: str) -> None:
    """Refuse a workbook that unpacks to too much, or whose parts define entities: no program writes such."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        listed = packed.infolist()
        total = sum(part.file_size for part in listed)
        if len(listed) > bounds.PARTS or total > _most(data):
            raise InputError(
                f"{name} is a workbook that unpacks to {total / 2**20:.0f} MB in {len(listed)} parts: made to harm. "
                "Remove it."
            )
        for part in listed:
            if part.filename.endswith((".xml", ".rels")):
                with packed.open(part) as stream:
                    if _defines(stream.read(bounds.PROLOG)):
                        raise InputError(
                            f"{name} holds definitions of its own ({part.filename}), as no workbook does: made to harm."
                        )


def _most(data: bytes) -> int:
    """Return how much a packed table may hold: bytes of its parts, characters of its cells."""
    return min(bounds.WORKBOOK, bounds.RATIO * len(data))


def _defines(head: bytes) -> bool:
    """Say whether XML has a type or entities of its own before its first element, or too much for any such."""
    first: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: first.append(True)
    parser.StartElementHandler = lambda *_: first.append(False)
    try:
        parser.Parse(head, False)
    except expat.ExpatError:  # damage, which the library names
        return any(first[:1])
    return not first or first[0]


def read_parquet(data: bytes, name: str) -> Iterator[Row]:
    """Yield the names of the columns of a Parquet file, then its rows that are not empty.

    Raises
    ------
    InputError
        It is damaged.
    """
    import pyarrow
    import pyarrow.parquet

    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        yield Row("", 0, tuple(file.schema_arrow.names))
        number = 0
        for batch in file.iter_batches(_BATCH, use_threads=False):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield Row("", number, tuple(map(_plain, cells)))
    except pyarrow.ArrowMemoryError:
        raise
    except (pyarrow.ArrowException, ValueError, OSError) as error:
        raise InputError(f"{name} cannot be read as Parquet ({error}). Write it again.") from None


def _plain(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    return None if value != value else Value(written(value))


def written(cell: Any) -> str:
    """Return a cell as a person would write it: a date in ISO form, a whole number without decimals."""
    if isinstance(cell, Formula | Value):
        return cell.said
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def bounded(rows: Iterator[Row], data: bytes, name: str) -> Iterator[Row]:
    """Yield rows as long as they are no more than a file of this size may hold; empty ones are left out.

    Raises
    ------
    InputError
        There are more rows, cells, or characters in them.
    """
    cells = characters = 0
    last = None
    for row in rows:
        cells += 1 + sum(map(_parts, row.cells))
        characters += sum(len(written(cell)) for cell in row.cells if cell is not None)
        if row.number > bounds.ROWS or cells > bounds.CELLS or characters > max(bounds.FILE, len(data), _most(data)):
            raise InputError(
                f"{name} holds more than {bounds.ROWS:,} rows, {bounds.CELLS:,} cells, or characters than a file of "
                "its size may. Split it into several files; if nobody you know made it, it was made to harm."
            )
        if row.sheet != last or any(cell is not None for cell in row.cells):
            yield row
        last = row.sheet


def _parts(cell: Cell) -> int:
    """Return how many values a cell is made of: one, or those within it, to any depth."""
    count, within = 0, [cell]
    while within:
        count += 1
        last = within.pop()
        if isinstance(last, dict):
            within += last.values()
        elif isinstance(last, list):
            within += last
    return count


def packed_row(row: Row) -> list[Any]:
    """Return a row as JSON can hold it; its empty cells at the end are left out."""
    cells: Sequence[Cell] = row.cells
    filled = max((place for place, cell in enumerate(cells, start=1) if cell is not None), default=0)
    kinds = {Formula: "formula", Value: "value"}
    plain = [
        {kinds[type(cell)]: cell.said} if isinstance(cell, Formula | Value)
        else cell if cell is None or isinstance(cell, str)
        else {"json": cell}
        for cell in cells[:filled]
    ]  # fmt: skip
    return [row.sheet, row.number, *plain]


def unpacked_row(found: Sequence[Any]) -> Row:
    """Return what `packed_row` gave.

    Raises
    ------
    ValueError, KeyError, TypeError
        It is not of this form.
    """
    sheet, number, *cells = found
    return Row(str(sheet), int(number), tuple(map(_unpacked, cells)))


def _unpacked(cell: Any) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell
    if "json" in cell:
        found: Cell = cell["json"]
        return found
    return Formula(str(cell["formula"])) if "formula" in cell else Value(str(cell["value"]))
