"""Tables as CSV: for Excel with a byte order mark, and as a data package with everything the contract says of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

from analysis import codebook
from analysis.contract import Column, TableSpec, spec
from analysis.exports.content import Content, value_label
from analysis.figures.labels import LANGUAGES
from analysis.tables import format_table

#: A text that a spreadsheet takes for a formula begins so, and one that is written to look like a guarded one.
ALIVE: Final = ("=", "+", "-", "@", "\t", "\r", "'")
PACKAGE: Final = "datapackage.json"
ADDRESS: Final = {"http", "https"}


def write_csv(content: Content) -> dict[str, bytes]:
    """Return a file a table, TABLE.csv, that Excel opens by a double click.

    Without the byte order mark at its beginning Excel reads UTF-8 by the code page of the computer, and Chinese turns
    into other letters. A text that begins with ``= + - @``, a tab or ``'`` gets a ``'`` before it, so that no text of a
    report is run as a formula; whoever reads the file by program takes one ``'`` off (`unguarded`), or reads the data
    package, whose cells are as the tables have them. Excel still takes codes for numbers and guesses dates: where that
    matters, export xlsx.
    """
    return {
        f"{name}.csv": b"\xef\xbb\xbf" + format_table(_guarded(frame, spec(name)), name)
        for name, frame in content.tables.items()
    }


def _guarded(frame: pd.DataFrame, table: TableSpec) -> pd.DataFrame:
    texts = {
        column.name: frame[column.name].map(lambda text: f"'{text}" if text.startswith(ALIVE) else text)
        for column in table.columns
        if column.type == "string"
    }
    return frame.assign(**texts)


def unguarded(text: str) -> str:
    """Return the text of a cell of `write_csv` as the table has it.

    >>> unguarded("'=1+1")
    '=1+1'
    """
    return text.removeprefix("'")


def write_package(content: Content) -> dict[str, bytes]:
    """Return a Frictionless data package: a CSV file a table and datapackage.json.

    It says of each table and column its names, description, type, constraints and key, which column refers to which
    other, and the digest of each file; then the sites that the reports come from, and the licence if one is declared.
    """
    files = {f"{name}.csv": format_table(frame, name) for name, frame in content.tables.items()}
    about = content.about
    package = {
        "profile": "tabular-data-package",
        "name": about.name.lower(),
        "title": about.en,
        "title_zh": about.zh,
        "keywords": ["rule of law", "local government", "China"],
        "codebook": {"version": codebook.version(), "sha256": codebook.digest()},
        **({"licenses": [_licence(about.licence)]} if about.licence else {}),
        **({"sources": sources} if (sources := _sources(content.tables)) else {}),
        "resources": [_resource(spec(name), files[f"{name}.csv"], content.tables) for name in content.tables],
    }
    return {PACKAGE: (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode(), **files}


def _licence(name: str) -> dict[str, str]:
    return {"name": name, "path": f"https://spdx.org/licenses/{name}.html"}


def _sources(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Return the sites of the reports, each with how many of them it published; the pages stand in documents.source."""
    if "documents" not in tables:
        return []
    addresses = [urlsplit(text) for text in tables["documents"]["source"]]
    sites = Counter((one.scheme, one.netloc) for one in addresses if one.scheme in ADDRESS)
    return [
        {"title": f"{site}: {n} (documents.source)", "path": f"{scheme}://{site}"}
        for (scheme, site), n in sorted(sites.items(), key=lambda item: item[0][1])
    ]


def _resource(table: TableSpec, content: bytes, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    references = [column for column in table.columns if column.foreign.partition(".")[0] in tables]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        **{"title": table.label("en"), "title_zh": table.label("zh")},
        **{"description": table.description_en, "description_zh": table.description_zh},
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            **({"foreignKeys": [_reference(column, table.name) for column in references]} if references else {}),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        **{"title": column.label("en"), "title_zh": column.label("zh")},
        **{"description": column.description_en, "description_zh": column.description_zh},
        **({"unit": column.unit} if column.unit else {}),
    }
    if column.allowed:
        labels = [{f"label_{lang}": value_label(column, value, lang) for lang in LANGUAGES} for value in column.allowed]
        field["categories"] = [
            {"value": value, "label": named["label_en"], "label_zh": named["label_zh"]}
            for value, named in zip(column.allowed, labels, strict=True)
        ]
    if constraints := _constraints(column):
        field["constraints"] = constraints
    return field


def _constraints(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"required": True} if column.required else {}
    if column.list:
        words = "|".join(column.allowed)
        found["pattern"] = rf"(?:{words})(?:\|(?:{words}))*"
    elif column.allowed:
        found["enum"] = list(column.allowed)
    elif column.pattern:
        found["pattern"] = column.pattern
    return found


def _reference(column: Column, own: str) -> dict[str, Any]:
    target, _, key = column.foreign.partition(".")
    return {"fields": [column.name], "reference": {"resource": "" if target == own else target, "fields": [key]}}
