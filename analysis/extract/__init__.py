"""Extraction: a report to rows, a folder of reports to tables. Judges nothing: what is printed, and where."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.errors import InputError
from analysis.extract.inputs import Input, find_inputs
from analysis.extract.report import CODER, Report, Row, Rows, read_view
from analysis.extract.sets import TABLES, find_notes, verify_shipped
from analysis.tables import fit_table, write_tables
from analysis.text.reading import make_text, read_text

__all__ = [
    "CODER",
    "TABLES",
    "Input",
    "Report",
    "Row",
    "Rows",
    "extract",
    "extract_text",
    "find_inputs",
    "find_notes",
    "read_report",
    "read_view",
    "verify_shipped",
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
    (item,) = find_inputs([Path(path)])
    return read_view(read_text(item.file), item.doc_id, item.manifest, item.path)


def _read_input(item: Input) -> tuple[Input, Rows]:
    """Read one input; a bad one comes back set aside with the reason and no rows."""
    try:
        view = read_text(item.file)
    except InputError as error:
        return replace(item, status="set_aside", reason=str(error)), {}
    report = read_view(view, item.doc_id, item.manifest, item.path)
    return replace(item, source_sha256=view.source_sha256, sha256=view.sha256), report.rows


def extract(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str] | None = None,
    workers: int = 1,
) -> dict[str, pd.DataFrame]:
    """Turn report files into the extracted tables.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, or folders that are read with all below them. A ``manifest.csv`` beside the reports wins over what is
        found in them.
    out : path, optional
        Folder to write the tables to, whole or not at all. Without it nothing is written.
    workers : int
        Processes to share the work among. The result does not depend on it.

    Returns
    -------
    dict of str to DataFrame
        documents, sections, mentions, statements, codes, contents, and inputs: what became of every file.

    Raises
    ------
    InputError
        A path does not exist, no file could be a report, two files would have one id, or manifest.csv is wrong.
    """
    chosen = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    inputs = find_inputs([Path(path) for path in chosen])
    waiting = [item for item in inputs if item.status == "read"]
    if workers > 1 and len(waiting) > 1:
        with ProcessPoolExecutor(max_workers=workers) as pool:
            done = list(pool.map(_read_input, waiting, chunksize=max(1, len(waiting) // (4 * workers))))
    else:
        done = [_read_input(item) for item in waiting]
    done = _without_copies(done)
    rows: Rows = {name: [] for name in TABLES}
    for _, found in done:
        for name, table in found.items():
            rows[name] += table
    settled = [item for item in inputs if item.status != "read"] + [item for item, _ in done]
    rows["inputs"] = [item.row for item in settled]
    frames = {name: fit_table(table, name) for name, table in rows.items()}
    if out is not None:
        write_tables(frames, out)
    return frames


def _without_copies(done: Sequence[tuple[Input, Rows]]) -> list[tuple[Input, Rows]]:
    """Keep the first of several files with one text; two different texts under one id are an error."""
    first: dict[str, Input] = {}
    ids: dict[str, Input] = {}
    kept: list[tuple[Input, Rows]] = []
    for item, rows in done:
        if not rows:
            kept.append((item, rows))
        elif item.sha256 in first:
            reason = f"same text as {first[item.sha256].path}"
            kept.append((replace(item, status="duplicate", doc_id=first[item.sha256].doc_id, reason=reason), {}))
        elif item.doc_id in ids:
            raise InputError(
                f"{ids[item.doc_id].path} and {item.path} would both be document {item.doc_id}. Rename one of the "
                "files, or give each a doc_id in manifest.csv."
            )
        else:
            first[item.sha256] = ids[item.doc_id] = item
            kept.append((item, rows))
    return kept
