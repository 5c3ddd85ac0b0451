"""Files of any format to decoded texts. What is read here comes from strangers: see `analysis.bounds`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from analysis import bounds
from analysis.errors import InputError
from analysis.formats.apart import read_apart, read_rows_apart
from analysis.formats.cells import Formula, Row, Value, written
from analysis.formats.decoded import Decoded
from analysis.formats.kept import find_kept, keep_text
from analysis.formats.kinds import ASIDE, find_kind, looks_readable, refuse
from analysis.text.reading import Text, decode, make_text, read_bytes

__all__ = [
    "ENDINGS",
    "TABLES",
    "Formula",
    "Row",
    "Value",
    "decode_file",
    "find_kept",
    "keep_text",
    "looks_readable",
    "read_file",
    "read_table_rows",
    "written",
]

#: Endings of files that are reports, or that a county publishes reports in: the latter are named with what to do.
ENDINGS: Final = (
    ".txt", ".htm", ".html", ".shtml", ".xhtml", ".mht", ".mhtml", ".pdf", ".docx",
    ".doc", ".wps", ".rtf", ".ofd", ".odt", ".zip", ".rar", ".7z",
)  # fmt: skip

#: Endings of files that are tables of reports.
TABLES: Final = (".csv", ".xlsx", ".jsonl", ".parquet")


def decode_file(data: bytes, name: str) -> Decoded:
    """Return the bytes of a file of any format as text.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What to call it in a message; it decides nothing that the bytes tell.

    Raises
    ------
    InputError
        It is damaged, of a format that is not read, or beyond the bounds; the message says what to do.
    """
    kind = find_kind(data, name)
    if kind in ASIDE:
        raise refuse(kind, name)
    found = Decoded(decode(data, name)) if kind == "text" else read_apart(kind, data, name)
    if len(found.text) > bounds.CHARACTERS:
        raise InputError(
            f"{name} holds {len(found.text):,} characters; a file may hold {bounds.CHARACTERS:,}. Put one report in "
            "one file, or the reports into a table."
        )
    return found


def read_file(path: Path) -> Text:
    """Read one file of any format as decoded text; see `decode_file` and `read_bytes` for what it raises."""
    data = read_bytes(path)
    found = decode_file(data, path.name)
    return make_text(
        found.text, hashlib.sha256(data).hexdigest(), found.furniture, found.places, found.wounds, found.reader
    )


def read_table_rows(data: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of a table as a file, empty ones left out; nothing in it is evaluated.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name: one that ends in none of `TABLES` is taken for a workbook.

    Raises
    ------
    InputError
        It is damaged or beyond the bounds; the message says what to do.
    """
    ending = Path(name).suffix.lower()
    return read_rows_apart((ending if ending in TABLES else ".xlsx").removeprefix("."), data, name)
