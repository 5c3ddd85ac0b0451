"""Tables as plain text (.csv, .jsonl) as rows of cells, as `analysis.formats.cells` has those of packed ones."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from analysis.errors import InputError
from analysis.formats.cells import Row
from analysis.text.reading import decode

#: So many rows are named in a message.
NAMED: Final = 10


def read_csv(data: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of a CSV file, its header too.

    Raises
    ------
    InputError
        It is not well-formed, or its rows have different numbers of cells.
    """
    text = decode(data, name).removeprefix("\ufeff")
    csv.field_size_limit(len(text) + 1)
    try:
        width, uneven = 0, []
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            width = len(cells) if number == 1 else width
            if cells and len(cells) != width:
                uneven.append(str(number))
    except csv.Error as error:
        raise InputError(f"{name} is not well-formed CSV ({error}); it may be cut off. Save it again as CSV.") from None
    if uneven:
        raise InputError(
            f"{name}: {len(uneven)} row(s) do not have the {width} cells of the header: row "
            f"{', '.join(uneven[:NAMED])}. A text with commas or line ends must stand in quotation marks."
        )
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        yield Row("", number, tuple(cells))


def read_jsonl(data: bytes, name: str) -> Iterator[Row]:
    """Yield the keys of the objects of a file of JSON lines, then their values; numbers are those of the lines.

    Raises
    ------
    InputError
        A line is no JSON object.
    """
    text = decode(data, name).removeprefix("\ufeff")
    columns = tuple(dict.fromkeys(key for _, found in _objects(text, name) for key in found))
    yield Row("", 0, columns)
    for number, found in _objects(text, name):
        yield Row("", number, tuple(map(found.get, columns)))


def _objects(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(re.split(r"\r?\n", text), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}, line {number} is not JSON ({error}). Put one object on each line.") from None
        if not isinstance(found, dict):
            raise InputError(f'{name}, line {number} is no JSON object. Each line must be like {{"text": "..."}}.')
        yield number, found
