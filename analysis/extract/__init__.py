"""Extraction: a report to rows, a folder of reports to tables. Judges nothing: what is printed, and where."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import InputError
from analysis.extract.batch import Extraction, Paths, cache_beside, texts_beside
from analysis.extract.cache import TABLES
from analysis.extract.inputs import Input, find_inputs, find_report, read_input
from analysis.extract.report import CODER, Report, Row, Rows, read_view
from analysis.extract.sets import find_notes, verify_shipped
from analysis.text.reading import make_text

__all__ = [
    "CODER",
    "TABLES",
    "Extraction",
    "Input",
    "Report",
    "Row",
    "Rows",
    "cache_beside",
    "extract",
    "extract_text",
    "find_inputs",
    "find_notes",
    "find_report",
    "read_input",
    "read_report",
    "read_view",
    "verify_shipped",
    "texts_beside",
]


def extract_text(text: str, doc_id: str, manifest: Mapping[str, str] | None = None) -> Rows:
    r"""Return the rows of every table for one text, e.g. in a notebook.

    Parameters
    ----------
    text : str
        The report.
    doc_id : str
        Id of the document.
    manifest : mapping, optional
        Columns of `documents` that win over what is found, e.g. ``{"county": "嵩县", "report_year": "2024"}``.

    Examples
    --------
    >>> rows = extract_text("云岭县2023年度法治政府建设情况报告\n2023年,云岭县办结复议案件12件。", "yunling")
    >>> [(row["county"], row["report_year"]) for row in rows["documents"]]
    [('云岭县', 2023)]
    """
    return read_view(make_text(text), doc_id, manifest).rows


def read_report(path: str | os.PathLike[str]) -> Report:
    """Read one report file and find all that it says; nothing is written.

    Parameters
    ----------
    path : path
        A text file. What a ``manifest.csv`` beside it says of it counts.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty, too large, not a text, a folder, or no report.
    """
    if Path(path).is_dir():
        raise InputError(f"{path} is a folder. Give one report, or use extract for a folder of them.")
    item = find_report(Path(path))
    return read_view(read_input(item), item.doc_id, item.manifest, item.path)


def extract(
    paths: Paths | pd.DataFrame,
    out: str | os.PathLike[str] | None = None,
    workers: int = 1,
    *,
    client: Any = None,
    text_column: str = "",
    id_column: str = "",
) -> dict[str, pd.DataFrame]:
    """Turn reports into the extracted tables.

    Parameters
    ----------
    paths : path or iterable of paths, or DataFrame
        Files (texts, saved pages, PDF, .docx, or tables with one report a row: .csv, .xlsx, .jsonl, .parquet), or
        folders that are read with all below them; or a DataFrame with one report a row. What a ``manifest.csv`` beside
        the reports says, and columns of a table that are columns of `documents`, win over what is found in the texts.
    out : path, optional
        Folder to write the tables to, whole or not at all. Beside it the file ``.NAME.cache`` keeps what was read, so
        that only what changed is read again, and the folder ``NAME.text`` the decoded texts of what is no text file.
        Without it nothing is written.
    workers : int
        Processes to share the work among. The result does not depend on it.
    client : distributed.Client, optional
        Of a Dask cluster, whose workers then share the work. They need this package and a view of the files.
    text_column, id_column : str
        The columns of tables that hold the texts and the ids. By default the columns whose names say so, else the
        only one with long texts; without ids they are ``STEM~1``, ``STEM~2`` ...

    Returns
    -------
    dict of str to DataFrame
        documents, sections, mentions, statements, codes, contents, and inputs: what became of every file and every
        row of a table. For a corpus that does not fit into memory use `Extraction`.

    Raises
    ------
    InputError
        A path does not exist, no file could be a report, two files would have one id, or manifest.csv is wrong; in a
        table no column or more than one could be the text, or a text is a number or a formula.
    """
    cache, texts = (None, None) if out is None else (cache_beside(out), texts_beside(out))
    with Extraction(paths, cache, text_column, id_column, texts) as extraction:
        extraction.read(workers, client)
        if out is not None:
            extraction.write(out)
        return extraction.tables()
