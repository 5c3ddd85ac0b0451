"""Facts found elsewhere, by a student with a spreadsheet or by a language model, as a set of extracted tables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.elsewhere.building import Builder
from analysis.elsewhere.mapping import read_mapping
from analysis.elsewhere.rows import read_rows
from analysis.extract.inputs import find_inputs, read_input, split_input
from analysis.extract.manifest import clean_id
from analysis.tables import write_tables

__all__ = ["import_table"]


def import_table(
    mapping: str | os.PathLike[str] | Mapping[str, Any],
    table: str | os.PathLike[str] | pd.DataFrame,
    out: str | os.PathLike[str] | None = None,
    *,
    texts: Mapping[str, str] | str | os.PathLike[str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Turn a table of facts that were found elsewhere into a complete set of extracted tables.

    Parameters
    ----------
    mapping : path or mapping
        Which column is what, as a TOML file; see `analysis.elsewhere.mapping`.
    table : path or DataFrame
        A .csv, .xlsx, .jsonl or .parquet file with a figure or statement a row, or LangExtract's .jsonl.
    out : path, optional
        Folder of the set to write, e.g. ``data/extracted/NAME``, whole or not at all. Without it nothing is written.
    texts : mapping of str to str, or path, optional
        The reports by doc_id, or files or folders of them, whose ids are those `extract` gives them. Where a text is
        at hand the figures get their offsets, and the report its sections, hash and what it says of itself.

    Returns
    -------
    dict of str to DataFrame
        documents, sections, mentions, statements, codes, contents, and inputs: what became of every row of the table
        and, where it does not fit, why. No row is half taken.

    Raises
    ------
    InputError
        A file cannot be read, a column that the mapping names is missing, or no row fits.
    TableError
        The mapping is wrong; all of it is listed.
    """
    known = read_mapping(mapping)
    rows = read_rows(table, known)
    column = known.own["doc_id"]
    wanted = {clean_id(column.of(row.cells.get(column.column, ""))) for row in rows.rows}
    at_hand = dict(texts) if isinstance(texts, Mapping) else {} if texts is None else _read_texts(Path(texts), wanted)
    own = {
        clean_id(column.of(name) if column.column == "document_id" else name): text for name, text in rows.texts.items()
    }
    builder = Builder(known, rows, {**at_hand, **own})
    tables = builder.build()
    if out is not None:
        write_tables(tables, out)
    return tables


def _read_texts(path: Path, wanted: set[str]) -> dict[str, str]:
    """Read the reports below a path that have a wanted id."""
    found: dict[str, str] = {}
    for item in find_inputs([path]):
        near = item.doc_id in wanted or any(name.startswith(f"{item.doc_id}~") for name in wanted)
        if item.status == "read" and near:
            found |= {part.doc_id: view.text for part, view in split_input(item, read_input(item))}
    return {name: text for name, text in found.items() if name in wanted}
