"""Tables to the formats that people use elsewhere: Excel, Stata, Parquet, CSV, LaTeX, Word, a data package, a page."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.contract import specs
from analysis.errors import ParameterError
from analysis.exports.content import CODEBOOK, About, Content, build_content
from analysis.exports.delimited import PACKAGE, write_csv, write_package
from analysis.exports.page import write_page
from analysis.exports.parquet import write_parquet
from analysis.exports.printed import WRITERS, write_printed
from analysis.exports.stata import write_stata
from analysis.exports.workbook import write_workbook
from analysis.figures.labels import LANGUAGES
from analysis.files import replacing

__all__ = ["FORMATS", "About", "Exported", "check_format", "write_export"]

WHOLE: Final[Mapping[str, Callable[[Content], dict[str, bytes]]]] = {
    "xlsx": write_workbook,
    "dta": write_stata,
    "parquet": write_parquet,
    "csv": write_csv,
    "datapackage": write_package,
    "codebook": write_page,
}
#: Every format, in the order of the command's help.
FORMATS: Final = (*WHOLE, *WRITERS)


@dataclass(frozen=True)
class Exported:
    """What was written: the files by name, and of every table that was set aside the reason."""

    files: tuple[Path, ...]
    aside: Mapping[str, str] = field(default_factory=dict)


def write_export(
    tables: Mapping[str, pd.DataFrame],
    format: str,
    folder: str | os.PathLike[str],
    *,
    about: About | None = None,
    columns: Sequence[str] | None = None,
) -> Exported:
    """Write tables in one format as one folder, whole or not at all; the same tables give the same bytes.

    Every name and description comes from the contract and the codebook. Only columns of the contract leave, so no
    sentence of a report does, whether texts are at hand or not.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the contract by name, e.g. ``open_study("real").tables``.
    format : str
        ``xlsx`` one workbook with a sheet a table; ``dta`` Stata 118; ``parquet``; ``csv`` for Excel;
        ``datapackage`` CSV with a Frictionless datapackage.json; ``codebook`` one HTML page, with examples from the
        tables; ``tex`` and ``docx`` printed tables.
    folder : path
        The folder to make; a former export in it is replaced, other files stop it.
    about : About, optional
        What the tables are: name, title, licence.
    columns : sequence of str, optional
        For ``tex`` and ``docx``: which columns are printed, in their order.

    Returns
    -------
    Exported
        Its files; ``aside`` has the tables that no page holds.

    Raises
    ------
    ParameterError
        An unknown format, columns for a format that has all of them, a table that Excel cannot hold, or nothing left
        to print; nothing is written.
    TableError
        A table does not keep the contract; nothing is written.
    FazhiError
        There is no such table, or the folder cannot be written or holds other files.
    """
    check_format(format, columns)
    content = build_content(tables, about or About())
    aside: dict[str, str] = {}
    if format in WRITERS:
        files, aside = write_printed(_without_codebook(content), format, columns)
    else:
        files = WHOLE[format](content)
    if not files:
        reasons = "".join(f"\n  {name}: {reason}" for name, reason in aside.items())
        raise ParameterError(f"No table can be printed. Nothing was written.{reasons}")
    with replacing(Path(folder), known_files(format, content.about.name)) as new:
        for name, data in files.items():
            (new / name).write_bytes(data)
    return Exported(tuple(Path(folder) / name for name in files), aside)


def check_format(format: str, columns: Sequence[str] | None = None) -> None:
    """Raise a ParameterError for a format that there is not, or that has all columns."""
    if format not in FORMATS:
        raise ParameterError(f"format is {format!r}; it must be one of {', '.join(FORMATS)}.")
    if columns and format not in WRITERS:
        raise ParameterError(f"columns are chosen for {' and '.join(WRITERS)} only; {format} has all of them.")


def known_files(format: str, name: str) -> set[str]:
    """Return the files that an export in one format may write, and replaces."""
    match format:
        case "xlsx":
            return {f"{name}.xlsx"}
        case "codebook":
            return {"codebook.html"}
        case "dta" | "tex" | "docx":
            return {f"{table}.{lang}.{format}" for table in specs() for lang in LANGUAGES}
        case "parquet" | "csv":
            return {f"{table}.{format}" for table in specs()}
    return {PACKAGE, *(f"{table}.csv" for table in specs())}


def _without_codebook(content: Content) -> Content:
    return Content(content.about, {name: frame for name, frame in content.tables.items() if name != CODEBOOK})
