"""Input files: which files of a folder are reports, their ids, and what manifest.csv says of them."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from analysis.contract import check_table, spec
from analysis.errors import InputError, TableError, Violation
from analysis.tables import fit_table

#: Endings of files that are read.
READABLE: Final = (".txt",)
MANIFEST: Final = "manifest.csv"
#: Columns of `documents` that follow from the text and cannot be given.
_NOT_GIVEN: Final = frozenset({"sha256", "source_sha256", "n_chars", "n_masked"})
_UNSAFE: Final = re.compile(r"[@#~/\\|,\s]+")


@dataclass(frozen=True)
class Input:
    """One file and what becomes of it; `path` is relative to the folder given, with forward slashes."""

    path: str
    file: Path
    status: str = "read"
    doc_id: str = ""
    reason: str = ""
    source_sha256: str = ""
    sha256: str = ""
    manifest: Mapping[str, str] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """Return the row of table `inputs`."""
        row = {name: getattr(self, name) for name in ("path", "status", "doc_id", "source_sha256", "reason")}
        return row | {"doc_id": ""} if self.status in ("set_aside", "ignored") else row


def clean_id(stem: str) -> str:
    """Return a file's stem as a document id: what ids and lists are made of becomes an underscore.

    Examples
    --------
    >>> clean_id("嵩县 2024@final")
    '嵩县_2024_final'
    """
    return _UNSAFE.sub("_", stem.strip())


def find_inputs(paths: Sequence[Path]) -> list[Input]:
    """Return every file below the given paths, sorted by path: to be read, ignored or set aside.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders. In a folder, files of other kinds, hidden files, README* and manifest.csv are ignored; a
        file that is named itself and is of another kind is set aside.

    Raises
    ------
    InputError
        A path does not exist, or nothing below the paths could be a report.
    TableError
        A manifest.csv is wrong; all its violations are listed.
    """
    found = [item for path in paths for item in _below(path)]
    if len({item.path for item in found}) < len(found):
        found = _apart(found)
    if not any(item.status == "read" for item in found):
        where = ", ".join(str(path) for path in paths)
        others = ", ".join(sorted({item.file.name for item in found})[:5]) or "nothing"
        raise InputError(
            f"No report in {where}: found {others}. Reports are files that end in {' or '.join(READABLE)}; put one "
            "report in one file."
        )
    given = {folder: read_manifest(folder) for folder in {item.file.parent for item in found}}
    named = [_with_manifest(item, given[item.file.parent]) for item in found]
    return sorted(named, key=lambda item: item.path)


def _below(path: Path) -> Iterator[Input]:
    """Yield the files a path stands for; a folder's in order."""
    if path.is_dir():
        for file in _walk(path):
            reason = _not_a_report(file)
            relative = file.relative_to(path).as_posix()
            yield Input(relative, file, "ignored" if reason else "read", reason=reason)
    elif path.exists():
        reason = _not_a_report(path)
        yield Input(path.name, path, "set_aside" if reason else "read", reason=reason)
    else:
        raise InputError(f"{path} does not exist. Give a file, or a folder of reports.")


def _walk(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))
    except PermissionError:
        raise InputError(f"The folder {folder} may not be read by this user. Change its permissions.") from None
    for name in names:
        child = folder / name
        if not child.is_dir():
            yield child
        elif not name.startswith("."):
            yield from _walk(child)


def _not_a_report(file: Path) -> str:
    """Return why a file is no report, "" if it may be one."""
    if file.name.startswith("."):
        return "hidden file"
    if file.name.lower().startswith("readme") or file.name == MANIFEST:
        return "describes the reports"
    if file.suffix.lower() not in READABLE:
        return f"not read: reports end in {' or '.join(READABLE)}"
    return ""


def _apart(found: Sequence[Input]) -> list[Input]:
    """Keep each file once, and name it from the folder all have in common, so that no two paths are the same."""
    files = {item.file.resolve(): item for item in found}
    common = Path(os.path.commonpath([file.parent for file in files]))
    return [replace(item, path=file.relative_to(common).as_posix()) for file, item in files.items()]


def _with_manifest(item: Input, manifest: Mapping[str, Mapping[str, str]]) -> Input:
    if item.status != "read":
        return item
    row = manifest.get(item.file.name, {})
    given = {name: value for name, value in row.items() if name != "doc_id"}
    return replace(item, doc_id=row.get("doc_id") or clean_id(item.file.stem), manifest=given)


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
    allowed = [name for name in spec("documents").names if name not in _NOT_GIVEN]
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
        elif not (folder / name).is_file() or not name:
            yield Violation(MANIFEST, line, "file", name, "file", f"there is no file {name!r} beside it")
        seen.add(name)


def _wrong_values(rows: Sequence[Mapping[str, str]]) -> Iterator[Violation]:
    """Check what is given as a table of documents; columns that are not given hold what is allowed."""
    for line, row in enumerate(rows, start=2):
        filled = {"doc_id": clean_id(Path(row["file"]).stem), "source": "-", "coverage": "full"}
        filled |= {name: value for name, value in row.items() if value and name != "file"}
        if not re.fullmatch(r"\d{4}|", row.get("report_year", "")):
            year = row["report_year"]
            yield Violation(MANIFEST, line, "report_year", year, "integer", f"report_year is {year!r}; give a year")
            continue
        for violation in check_table(fit_table([filled], "documents"), "documents", MANIFEST):
            yield violation._replace(row=line)
