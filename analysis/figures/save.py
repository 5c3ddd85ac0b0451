"""The one door by which figures and tables leave: both languages, all formats, source data and a record, or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.figures.across import display_printed
from analysis.figures.canvas import HasTable, table_of
from analysis.figures.labels import LANGUAGES
from analysis.figures.latex import latex_bytes
from analysis.figures.pages import page_bytes
from analysis.figures.style import Drawing, unlink
from analysis.figures.texttable import table_text
from analysis.figures.word import word_bytes
from analysis.files import write_files
from analysis.parsing import AT_ONCE
from analysis.tables import format_number

__all__ = ["Picture", "Saved", "save_figure", "save_table", "table_text"]

FORMATS = ("png", "svg", "pdf")
#: The most rows a table has in print; a longer one is data.
PRINTED = 200
#: The most reports that a printed table has a column for.
PRINTED_REPORTS = 8
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Picture:
    """A figure in one language, as Jupyter shows it."""

    name: str
    lang: str
    drawing: Drawing = field(repr=False)

    def _repr_png_(self) -> bytes:
        return self.drawing._repr_png_()


@dataclass(frozen=True)
class Saved:
    """What was written: its name and rows to read, the figure in Chinese to look at, ``english`` for the other one.

    Attributes
    ----------
    rows : int
        Rows of the source data.
    files : tuple of str
        Names of the files, without folder.
    record : dict
        What stands in NAME.json.
    """

    name: str
    rows: int
    files: tuple[str, ...]
    record: Mapping[str, Any]
    drawings: Mapping[str, Drawing]

    def __repr__(self) -> str:
        kinds = dict.fromkeys(file.removeprefix(self.name).lstrip(".") for file in self.files)
        return f"{self.name}: {self.rows} rows; {', '.join(kinds)}"

    def _repr_png_(self) -> bytes | None:
        return self.drawings["zh"]._repr_png_() if self.drawings else None

    @property
    def english(self) -> Picture:
        """The figure in English.

        Raises
        ------
        ParameterError
            A table has no picture.
        """
        if not self.drawings:
            raise ParameterError(f"{self.name} is a table; it has no picture.")
        return Picture(self.name, "en", self.drawings["en"])


def save_figure(
    name: str,
    plot: Callable[..., Drawing],
    result: pd.DataFrame | HasTable,
    *,
    folder: str | os.PathLike[str],
    record: Mapping[str, Any] | None = None,
    note: Mapping[str, str] | None = None,
    remark: Mapping[str, str] | None = None,
    formats: Sequence[str] = FORMATS,
    evidence: str = "",
    **options: Any,
) -> Saved:
    """Draw a table in Chinese and English and write figures, source data and record; all files or none.

    The same table, options and versions give the same bytes, whatever a user's matplotlibrc says.

    Parameters
    ----------
    name : str
        Name of the files: small letters, digits, ``-`` and ``_``.
    plot : callable
        ``plot(table, lang, **options)`` returning a `Drawing`; one of `analysis.figures.plots` or one's own.
    result : DataFrame or Result
        What is drawn. The refusals and notes of a Result go into the record, that on its frame into the caption.
    folder : path
        Where the files go: NAME.zh.png, NAME.en.png (and svg, pdf), NAME.csv, NAME.json.
    record : mapping, optional
        Where the table came from: inputs' digests, parameters, codebook, lock. No path, no time.
    note : mapping, optional
        A line below the figure in each language, ``{"zh": ..., "en": ...}``, e.g. that the data are invented.
    remark : mapping, optional
        A sentence of the caption in each language that is not drawn, e.g. that the facts were not audited.
    formats : sequence of {"png", "svg", "pdf"}
    evidence : str, optional
        The page of the evidence as an address from the folder, e.g. ``../evidence_real.html``; then NAME.zh.html and
        NAME.en.html show the figure with every point leading to the place it stands for.
    **options
        Passed on to ``plot``.

    Returns
    -------
    Saved

    Raises
    ------
    ParameterError
        A name or format that is not allowed, or a table the plot cannot draw; nothing is written.
    FazhiError
        The folder cannot be written; the former files are whole.
    """
    _check_name(name)
    if unknown := [format for format in formats if format not in FORMATS]:
        raise ParameterError(f"formats has {', '.join(unknown)}; allowed are {', '.join(FORMATS)}.")
    drawings = {lang: plot(result, lang, **options) for lang in LANGUAGES}
    more = (*(said for said in getattr(result, "notes", ()) if said["id"] == "frame"), note, remark)
    files: dict[str, bytes] = {}
    for lang, drawing in drawings.items():
        if note:
            drawing.add_note(note[lang])
        linked = drawing.render_linked() if evidence else b""
        for format in formats:
            done = linked and format == "svg"
            files[f"{name}.{lang}.{format}"] = unlink(linked) if done else drawing.render(format)
        if evidence:
            said = _caption(drawing, (note, remark), lang)
            files[f"{name}.{lang}.html"] = page_bytes(name, linked, said, table_of(result), evidence, lang)
    about = {
        "plot": getattr(plot, "__name__", "plot"),
        "options": {key: _plain(value) for key, value in options.items()},
        "captions": {lang: _caption(drawing, more, lang) for lang, drawing in drawings.items()},
        "missing_glyphs": "".join(sorted({char for drawing in drawings.values() for char in drawing.missing_glyphs})),
    }
    return _finish(name, result, files, about, record, folder, drawings)


def save_table(
    name: str,
    result: pd.DataFrame | HasTable,
    *,
    folder: str | os.PathLike[str],
    record: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    across: str = "",
    totals: pd.DataFrame | None = None,
    decimals: int = 2,
) -> Saved:
    """Write a table as CSV and, in both languages, as LaTeX (booktabs) and Word, with its record; all files or none.

    A table of more rows than a paper prints (200) is written as CSV only.

    Parameters
    ----------
    name : str
        Name of the files: small letters, digits, ``-`` and ``_``.
    result : DataFrame or Result
        The table, its columns in the order to print.
    folder : path
        Where the files go: NAME.csv, NAME.zh.tex, NAME.en.tex, NAME.zh.docx, NAME.en.docx, NAME.json. What the LaTeX
        needs says `analysis.figures.latex.latex_bytes`.
    record : mapping, optional
        Where the table came from; see `save_figure`.
    columns : sequence of str, optional
        Which columns are printed, in their order; all by default. The CSV has all of them.
    across : str, optional
        Print one column a report, filled with the values of this column; ``columns`` is then the one column that names
        the rows; see `analysis.figures.across.display_across`.
    totals : DataFrame, optional
        With ``across``: n of n_at_risk of every row, for a last column.
    decimals : int
        Digits after the point in print; the CSV has every digit.

    Returns
    -------
    Saved

    Raises
    ------
    ParameterError
        A name that is not allowed, or a column that the table does not have.
    FazhiError
        The folder cannot be written; the former files are whole.
    """
    _check_name(name)
    table = table_of(result)
    files: dict[str, bytes] = {}
    reports = table["doc_id"].nunique() if across and "doc_id" in table else 0
    for lang in LANGUAGES if len(table) <= PRINTED * max(reports, 1) and reports <= PRINTED_REPORTS else ():
        shown, numeric = display_printed(table, columns, across, lang, totals, decimals)
        files |= {f"{name}.{lang}.tex": latex_bytes(shown, numeric), f"{name}.{lang}.docx": word_bytes(shown, numeric)}
    return _finish(name, result, files, {"decimals": decimals}, record, folder, {})


def _finish(
    name: str, result: pd.DataFrame | HasTable, files: dict[str, bytes], about: Mapping[str, Any],
    record: Mapping[str, Any] | None, folder: str | os.PathLike[str], drawings: Mapping[str, Drawing],
) -> Saved:  # fmt: skip
    table = table_of(result)
    files[f"{name}.csv"] = csv_bytes(table)
    kinds = sorted(set(table["interval_kind"].dropna().astype("str")) - {""}) if "interval_kind" in table else ["none"]
    full = {
        "name": name,
        "rows": len(table),
        **about,
        "interval_kinds": kinds,
        "refused": [refusal.record() for refusal in getattr(result, "refusals", ())],
        "notes": [dict(note) for note in getattr(result, "notes", ())],
        **(record or {}),
        "files": {file: hashlib.sha256(content).hexdigest() for file, content in sorted(files.items())},
    }
    files[f"{name}.json"] = (json.dumps(full, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()
    write_files(Path(folder), files)
    return Saved(name, len(table), tuple(files), full, drawings)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ParameterError(f"name is {name!r}; it must be small letters, digits, - and _, e.g. 'disclosure_matrix'.")


def _caption(drawing: Drawing, more: Sequence[Mapping[str, str] | None], lang: str) -> str:
    return " ".join(part for part in (drawing.caption, *(said[lang] for said in more if said)) if part)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it; a table is its size and digest."""
    if isinstance(value, pd.DataFrame):
        return {"rows": len(value), "sha256": hashlib.sha256(csv_bytes(value)).hexdigest()}
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value if isinstance(value, str | int | float | bool | list | tuple | dict | None) else str(value)


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as the bytes of a CSV file: UTF-8, LF, shortest decimals, empty = missing, rows as they are."""
    pieces = [_lines([list(table.columns)])]
    for start in range(0, len(table), AT_ONCE):
        part = table.iloc[start : start + AT_ONCE]
        pieces.append(_lines(zip(*(_texts(part[column]) for column in part.columns), strict=True)))
    return b"".join(pieces)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


def _texts(values: pd.Series) -> list[str]:
    """Return the cells of a column; of a table of a whole country few differ."""
    if values.dtype == "object":
        return [_cell(value) for value in values]
    places, different = pd.factorize(values)
    return np.array([*map(_cell, different), ""], dtype="object")[places].tolist()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if pd.api.types.is_bool(value):
        return "true" if value else "false"
    if pd.isna(value):
        return ""
    return format_number(float(value)) if pd.api.types.is_number(value) else str(value)
