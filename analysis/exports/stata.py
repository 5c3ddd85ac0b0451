"""Tables for Stata: format 118, in each language its names of variables and values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pandas as pd

from analysis.contract import Column, spec
from analysis.exports.content import Content, value_label
from analysis.figures.labels import LANGUAGES, label

VERSION: Final = 118
#: The time that every file is given.
EPOCH: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - the format knows no time zone
#: Columns whose name is a word of Stata's own.
RENAMED: Final = {"end": "end_"}
#: What a name of a data set can hold.
LONGEST: Final = 80


def write_stata(content: Content) -> dict[str, bytes]:
    """Return two files a table, TABLE.zh.dta and TABLE.en.dta, alike but for the names of variables and values.

    A column with a closed list of values is an integer with value labels, counted from 1 in the order of the contract
    (a list of several values stays a text); a truth value is 0 or 1. Dates are daily dates, an empty text is ``""``,
    any other empty cell missing. A text that is too long for a str variable becomes a strL. The column ``end`` is
    called ``end_``, because end is a word of Stata's own.
    """
    return {
        f"{name}.{lang}.dta": _stata(frame, name, content.about.title(lang), lang)
        for name, frame in content.tables.items()
        for lang in LANGUAGES
    }


def value_codes(column: Column, lang: str) -> dict[int, str]:
    """Return the numbers and names of a column's values; empty where the column stays as it is."""
    if column.type == "boolean":
        return {number: label("truth", value, lang) for number, value in enumerate(("false", "true"))}
    allowed: Sequence[str] = () if column.list else column.allowed
    return {number: value_label(column, value, lang) for number, value in enumerate(allowed, start=1)}


def _stata(frame: pd.DataFrame, name: str, title: str, lang: str) -> bytes:
    columns = {RENAMED.get(column.name, column.name): column for column in spec(name).columns}
    values = {variable: _values(frame[column.name], column) for variable, column in columns.items()}
    buffer = io.BytesIO()
    pd.DataFrame(values).to_stata(
        buffer,
        version=VERSION,
        write_index=False,
        byteorder="<",
        time_stamp=EPOCH,
        data_label=title[:LONGEST],
        variable_labels={variable: column.label(lang) for variable, column in columns.items()},
        value_labels={variable: codes for variable, column in columns.items() if (codes := value_codes(column, lang))},
        convert_dates={variable: "td" for variable, column in columns.items() if column.type == "date"},
    )
    return buffer.getvalue()


def _values(values: pd.Series, column: Column) -> pd.Series:
    if column.type == "boolean":
        return values.astype("int8")
    if column.type == "date":
        return pd.to_datetime(values.where(values != ""), format="%Y-%m-%d")
    if column.allowed and not column.list:
        codes = {value: number for number, value in enumerate(column.allowed, start=1)}
        return values.map(codes).astype("Int16")
    return values.astype("object") if column.type == "string" else values
