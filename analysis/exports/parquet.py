"""Tables as Parquet: the types of the contract, and what it says of a table and its columns in the metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Final

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from analysis import codebook
from analysis.contract import Column, spec
from analysis.exports.content import Content, value_label
from analysis.figures.labels import LANGUAGES

TYPES: Final = {
    "string": pa.string(), "date": pa.date32(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
}  # fmt: skip


def write_parquet(content: Content) -> dict[str, bytes]:
    """Return a file a table, TABLE.parquet; an empty cell is null.

    The metadata of the file name the data set, the table, its key and the codebook; those of a column hold its names
    and descriptions in both languages, its unit, and the names of its values as JSON.
    """
    return {f"{name}.parquet": _parquet(frame, name, content) for name, frame in content.tables.items()}


def _parquet(frame: pd.DataFrame, name: str, content: Content) -> bytes:
    table = spec(name)
    fields = [pa.field(column.name, TYPES[column.type], metadata=_about(column)) for column in table.columns]
    rows = pa.Table.from_pandas(_filled(frame, table.columns), schema=pa.schema(fields), preserve_index=False)
    about = {
        "data_set": content.about.name,
        **{f"title_{lang}": f"{content.about.title(lang)} \u00b7 {table.label(lang)}" for lang in LANGUAGES},
        "description_zh": table.description_zh,
        "description_en": table.description_en,
        "licence": content.about.licence,
        "key": json.dumps(table.key),
        "codebook": f"{codebook.version()} {codebook.digest()}",
    }
    buffer = io.BytesIO()
    parquet.write_table(rows.replace_schema_metadata({**(rows.schema.metadata or {}), **about}), buffer)
    return buffer.getvalue()


def _filled(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return a table in which an empty text is missing and a date a date."""
    filled = {}
    for column in columns:
        values = frame[column.name]
        if column.type in {"string", "date"}:
            values = values.where(values != "")
        filled[column.name] = pd.to_datetime(values, format="%Y-%m-%d") if column.type == "date" else values
    return pd.DataFrame(filled)


def _about(column: Column) -> Mapping[str, str]:
    """Return what the contract says of a column; nothing that is empty."""
    about = {
        **{f"label_{lang}": column.label(lang) for lang in LANGUAGES},
        "description_zh": column.description_zh,
        "description_en": column.description_en,
        "unit": column.unit,
        "foreign_key": column.foreign,
    }
    if column.allowed:
        names = {value: {lang: value_label(column, value, lang) for lang in LANGUAGES} for value in column.allowed}
        about["values"] = json.dumps(names, ensure_ascii=False)
    return {key: text for key, text in about.items() if text}
