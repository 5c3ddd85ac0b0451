"""Input files: which files of a folder are reports or tables of reports, their ids, and what is said of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis import bounds
from analysis.errors import InputError, TableError
from analysis.extract.columns import Reports, find_cells, read_frame, read_sheet
from analysis.extract.folders import find_files, shown
from analysis.extract.manifest import MANIFEST, clean_id, read_manifest
from analysis.formats import ENDINGS, TABLES, read_file
from analysis.text.reading import Text, cut, make_text, read_bytes
from analysis.text.several import split_reports

#: Endings of files that are read.
READABLE: Final = (*ENDINGS, *TABLES)
_ENDINGS: Final = f"reports end in {', '.join(ENDINGS)}, tables of reports in {', '.join(TABLES)}"


@dataclass(frozen=True)
class Input:
    """One file, row of a table or report within a file, and what becomes of it.

    Attributes
    ----------
    path : str
        Relative to the folder given, with forward slashes; a row or a report within a file is ``FILE#NUMBER``.
    file : Path
        The file.
    status, doc_id, reason, source_sha256 : str
        As in table `inputs`.
    sha256, body : str
        Of the text, and of what it says without the page around it.
    manifest : mapping
        The columns of `documents` that a person gave.
    text : str, optional
        The report, where it is a cell of a table.
    whole : bool
        Whether the file is known to be one report, because manifest.csv gives its doc_id.
    """

    path: str
    file: Path
    status: str = "read"
    doc_id: str = ""
    reason: str = ""
    source_sha256: str = ""
    sha256: str = ""
    body: str = ""
    manifest: Mapping[str, str] = field(default_factory=dict)
    text: str | None = field(default=None, repr=False)
    whole: bool = False

    @property
    def row(self) -> dict[str, Any]:
        """Return the row of table `inputs`."""
        row = {name: getattr(self, name) for name in ("path", "status", "doc_id", "source_sha256", "reason")}
        return row | {"doc_id": ""} if self.status in ("set_aside", "ignored") else row


def read_input(item: Input) -> Text:
    """Return the decoded text of an input; see `analysis.formats.read_file` for what it raises."""
    if item.text is not None:
        return make_text(item.text, item.source_sha256)
    return read_file(item.file)


def split_input(item: Input, view: Text) -> list[tuple[Input, Text]]:
    """Return the reports of a file with their texts, see `split_reports`; the file itself where it is one.

    A row of a table is one report, and so is a file that manifest.csv gives a doc_id.
    """
    spans = [] if item.text is not None or item.whole else split_reports(view)
    if len(spans) < 2:
        return [(item, view)]
    return [
        (
            replace(
                item,
                path=f"{item.path}#{number}",
                doc_id=f"{item.doc_id}~{number}",
                source_sha256=view.source_sha256,
            ),
            cut(view, *span),
        )
        for number, span in enumerate(spans, start=1)
    ]


def find_wanted(file: Path, wanted: Container[str]) -> Iterator[Text]:
    """Yield the texts of a file that have one of the wanted hashes: the file, reports within it, cells of a table."""
    try:
        if _is_sheet(file):
            cells = find_cells(read_bytes(file, bounds.TABLE), file.name)
            yield from (view for cell in cells if (view := make_text(cell)).sha256 in wanted)
            return
        item = Input(file.name, file)
        whole = read_input(item)
        if whole.sha256 in wanted:
            yield whole
            return
        yield from (view for _, view in split_input(item, whole) if view.sha256 in wanted)
    except InputError:
        return


def find_inputs(paths: Sequence[Path], text_column: str = "", id_column: str = "") -> list[Input]:
    """Return every file below the given paths, and every row of a table: to be read, ignored or set aside.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders. In a folder, files of other kinds, hidden files, README* and manifest.csv are ignored; a
        file that is named itself and is of another kind is set aside. So is a table in a folder that cannot be read
        as reports.
    text_column, id_column : str
        The columns of tables; see `analysis.extract.columns.find_reports`.

    Returns
    -------
    list of Input
        By path; the rows of a table in their order, below a row for the table.

    Raises
    ------
    InputError
        A path does not exist, a table that is named itself cannot be read as reports, or nothing below the paths
        could be a report.
    TableError
        A manifest.csv, or a table that is named itself, is wrong; all its violations are listed.
    """
    files = (file for path in paths for file in find_files(path, READABLE, MANIFEST))
    found = [Input(file.path, file.file, file.status, reason=file.reason) for file in files]
    if len({item.path for item in found}) < len(found):
        found = _apart(found)
    given = {folder: read_manifest(folder) for folder in {item.file.parent for item in found}}
    alone = {path.resolve() for path in paths}
    named: list[Input] = []
    for item in sorted((_with_manifest(item, given[item.file.parent]) for item in found), key=lambda item: item.path):
        named += _rows(item, item.file.resolve() in alone, text_column, id_column) if _is_table(item) else [item]
    if not any(item.status == "read" for item in named):
        where = ", ".join(str(path) for path in paths)
        others = "; ".join(item.reason for item in named if item.status == "set_aside" and _is_sheet(item.file))
        others = others or f"found {', '.join(sorted({item.file.name for item in found})[:5]) or 'nothing'}"
        raise InputError(f"No report in {where}: {others}. Files of {_ENDINGS}.")
    return named


def find_report(path: Path) -> Input:
    """Return the one report of a file.

    Raises
    ------
    InputError
        The file holds several, or none; further as `find_inputs`.
    """
    files = [item for item in find_inputs([path]) if item.status == "read"]
    found = [part for item in files for part, _ in split_input(item, read_input(item))]
    if len(found) > 1:
        raise InputError(f"{path} holds {len(found)} reports. Read them with `fazhi extract {path} -o DIR`.")
    return found[0]


def find_rows(frame: pd.DataFrame, text_column: str = "", id_column: str = "") -> list[Input]:
    """Return the rows of a DataFrame as inputs; see `find_inputs`."""
    found = read_frame(frame, text_column, id_column)
    return _reports_of(Input("frame", Path("frame")), found, "")


def _is_sheet(file: Path) -> bool:
    return file.suffix.lower() in TABLES


def _is_table(item: Input) -> bool:
    return item.status == "read" and _is_sheet(item.file)


def _rows(item: Input, alone: bool, text_column: str, id_column: str) -> list[Input]:
    """Return a table and its rows; in a folder, one that cannot be read as reports is set aside."""
    try:
        content = read_bytes(item.file, bounds.TABLE)
        found = read_sheet(content, item.file.name, item.doc_id, text_column, id_column)
    except (InputError, TableError) as error:
        if alone:
            raise
        return [replace(item, status="set_aside", reason=" ".join(str(error).split()))]
    return _reports_of(item, found, hashlib.sha256(content).hexdigest())


def _reports_of(item: Input, found: Reports, source_sha256: str) -> list[Input]:
    """Return a table and its rows; what a row says of its report stands before what manifest.csv says of the table."""
    rows = [
        replace(
            item,
            path=f"{item.path}#{report.number}",
            status="set_aside" if report.reason else "read",
            doc_id=report.doc_id,
            reason=report.reason,
            source_sha256="" if report.reason else hashlib.sha256(report.text.encode()).hexdigest(),
            manifest={**item.manifest, **report.given},
            text=report.text,
        )
        for report in found.reports
    ]
    return [replace(item, status="table", doc_id="", reason=found.said, source_sha256=source_sha256), *rows]


def _apart(found: Sequence[Input]) -> list[Input]:
    """Keep each file once, and name it from the folder all have in common, so that no two paths are the same."""
    files = {item.file.resolve(): item for item in found}
    common = Path(os.path.commonpath([file.parent for file in files]))
    return [replace(item, path=shown(file.relative_to(common).as_posix())) for file, item in files.items()]


def _with_manifest(item: Input, manifest: Mapping[str, Mapping[str, str]]) -> Input:
    if item.status != "read":
        return item
    row = manifest.get(item.file.name, {})
    given = {name: value for name, value in row.items() if name != "doc_id"}
    named = row.get("doc_id", "")
    return replace(item, doc_id=named or clean_id(item.file.stem), manifest=given, whole=bool(named))
