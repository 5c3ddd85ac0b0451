"""Tables for print: LaTeX and Word in both languages, as the paper has them; what no page holds is set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd

from analysis.exports.content import Content
from analysis.figures.across import display_printed
from analysis.figures.labels import LANGUAGES
from analysis.figures.latex import latex_bytes
from analysis.figures.save import PRINTED
from analysis.figures.word import word_bytes

#: The most columns that can be read beside each other on a page.
COLUMNS: Final = 10
DECIMALS: Final = 2
WRITERS: Final[Mapping[str, Callable[[pd.DataFrame, Sequence[bool], str], bytes]]] = {
    "tex": latex_bytes,
    "docx": word_bytes,
}
Printed = tuple[dict[str, bytes], dict[str, str]]


def write_printed(content: Content, form: str, columns: Sequence[str] | None = None) -> Printed:
    """Return two files a table, TABLE.zh.tex and TABLE.en.tex (or .docx), and of what is set aside the reason.

    Heads and values are words of the language, numbers have two decimals, as in `analysis.save_table`. Below a table
    of invented data stands that it is invented.

    Parameters
    ----------
    content : Content
    form : {"tex", "docx"}
    columns : sequence of str, optional
        Which columns are printed, in their order; all by default.

    Returns
    -------
    tuple of dict and dict
        The bytes by file, the reasons by table.

    Raises
    ------
    ParameterError
        A table has no such column.
    """
    files: dict[str, bytes] = {}
    aside: dict[str, str] = {}
    for name, frame in content.tables.items():
        if reason := _reason(frame, name, len(columns or frame.columns), form):
            aside[name] = reason
            continue
        for lang in LANGUAGES:
            shown, numeric = display_printed(frame, columns, "", lang, None, DECIMALS)
            note = content.about.title(lang) if content.about.invented else ""
            files[f"{name}.{lang}.{form}"] = WRITERS[form](shown, numeric, note)
    return files, aside


def _reason(frame: pd.DataFrame, name: str, columns: int, form: str) -> str:
    if frame.empty:
        return "it has no row"
    if len(frame) > PRINTED:
        return (
            f"it has {len(frame):,} rows and a page carries {PRINTED}. Choose rows in a script and print them: "
            f"fz.save_table({name!r}, rows, folder=...); or export xlsx"
        )
    if columns > COLUMNS:
        return (
            f"it has {columns} columns and a page carries {COLUMNS}. Name those to print: "
            f"fazhi export {form} --table {name} --columns {' '.join(map(str, frame.columns[:3]))} ..."
        )
    return ""
