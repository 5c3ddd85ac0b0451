"""What a person says of reports: the columns of `documents` in manifest.csv or in a table of reports."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from analysis.contract import check_table, spec
from analysis.errors import InputError, TableError, Violation
from analysis.tables import fit_table

MANIFEST: Final = "manifest.csv"
#: Signs that ids, lists and formulas in labels are made of, blanks, and what would not be shown as it stands.
_UNSAFE: Final = re.compile(
    r"[@#~$/\\|,\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)
#: Columns of `documents` that follow from the text and cannot be given.
_NOT_GIVEN: Final = frozenset({"sha256", "source_sha256", "n_chars", "n_masked", "wounds"})


def clean_id(stem: str) -> str:
    """Return a file's stem as a document id: what ids and lists are made of becomes an underscore.

    Examples
    --------
    >>> clean_id("嵩县 2024@final"), clean_id("=A1")
    ('嵩县_2024_final', '_A1')
    """
    plain = _UNSAFE.sub("_", stem.encode("utf-8", "backslashreplace").decode().strip())
    return re.sub(r"^[=+-]", "_", plain) or "_"


def givable() -> list[str]:
    """Return the columns of `documents` that a person may give."""
    return [name for name in spec("documents").names if name not in _NOT_GIVEN]


def read_manifest(folder: Path) -> dict[str, dict[str, str]]:
    """Read the manifest.csv of a folder of reports: for each file, what a person knows better than the text says.

    Parameters
    ----------
    folder : Path
        A folder; without a manifest.csv nothing is given.

    Returns
    -------
    dict of str to dict
        By the column ``file``; an empty cell gives nothing.

    Raises
    ------
    TableError
        A column or value that `documents` does not allow, a file twice, or one that is not there.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = list(reader.fieldnames or ())
            rows = [{str(key): (value or "").strip() for key, value in row.items() if key} for row in reader]
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise InputError(f"{path.name} beside the reports cannot be read ({error}). Save it as CSV UTF-8.") from None
    wrong = _wrong_header(header) or [*_wrong_files(rows, folder), *_wrong_values(rows)]
    if wrong:
        raise TableError(f"{MANIFEST} is wrong in {len(wrong)} place(s).", wrong, "Nothing was read. Correct it.")
    return {row["file"]: {name: value for name, value in row.items() if name != "file"} for row in rows}


def _wrong_header(header: Sequence[str]) -> list[Violation]:
    allowed = givable()
    if "file" not in header:
        message = "column 'file' is missing: the name of the report's file"
        return [Violation(MANIFEST, 1, "file", "", "missing column", message)]
    return [
        Violation(MANIFEST, 1, name, "", "unknown column", f"column {name!r} is none of: file, {', '.join(allowed)}")
        for name in header
        if name not in ("file", *allowed)
    ]


def _wrong_files(rows: Sequence[Mapping[str, str]], folder: Path) -> Iterator[Violation]:
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        name = row["file"]
        if name in seen:
            yield Violation(MANIFEST, line, "file", name, "unique", f"{name} stands here twice")
        elif name != Path(name).name or not (folder / name).is_file():
            yield Violation(MANIFEST, line, "file", name, "file", f"there is no file {name!r} beside it")
        seen.add(name)


def _wrong_values(rows: Sequence[Mapping[str, str]]) -> Iterator[Violation]:
    given = {line: {"doc_id": clean_id(Path(row["file"]).stem), **row} for line, row in enumerate(rows, start=2)}
    return wrong_values(given, MANIFEST)


def wrong_values(given: Mapping[int, Mapping[str, str]], source: str) -> Iterator[Violation]:
    """Yield what is wrong with columns of `documents` that a person gave, checked as the table itself.

    Parameters
    ----------
    given : mapping of int to mapping
        By the number of the row: column and value; an empty value gives nothing, what is no column is passed over.
    source : str
        The file, for messages.
    """
    filled: list[tuple[dict[str, str], int]] = []
    for line, row in given.items():
        year = row.get("report_year", "")
        if not re.fullmatch(r"\d{4}|", year):
            yield Violation(source, line, "report_year", year, "integer", f"report_year is {year!r}; give a year")
            continue
        known = {name: row[name] for name in givable() if row.get(name)}
        filled.append(({"doc_id": f"row_{line}", "source": "-", "coverage": "full"} | known, line))
    filled.sort(key=lambda item: item[0]["doc_id"])  # as the table will be
    frame = fit_table([row for row, _ in filled], "documents")
    for violation in check_table(frame, "documents", source):
        if violation.rule != "unique key":
            yield violation._replace(row=None if violation.row is None else filled[violation.row - 2][1])
