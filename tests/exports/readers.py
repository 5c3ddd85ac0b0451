"""Each format read back as a table of the contract, with nothing of ours but the names of values."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from pyarrow import parquet

from analysis.contract import Column, spec
from analysis.exports.content import value_label
from analysis.exports.delimited import unguarded
from analysis.exports.stata import RENAMED
from analysis.tables import fit_table

ESCAPED = re.compile(r"_x([0-9A-F]{4})_")


def read_xlsx(folder: Path, name: str) -> pd.DataFrame:
    (path,) = folder.glob("*.xlsx")
    cells = opened(path)[name].iter_rows(min_row=3, max_col=len(spec(name).names), values_only=True)
    heads, *rows = cells
    return table(({head: plain(cell) for head, cell in zip(heads, row, strict=True)} for row in rows), name)


@cache
def opened(path: Path) -> Workbook:
    return load_workbook(path)


def plain(cell: Any) -> Any:
    """Return a cell as the table has it; Excel itself turns _x0007_ into the sign, openpyxl leaves that to us."""
    if isinstance(cell, str):
        return ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell.replace("_x005F_", "_\0")).replace("\0", "")
    return cell.date().isoformat() if isinstance(cell, datetime) else cell


def read_dta(folder: Path, name: str, lang: str = "en") -> pd.DataFrame:
    frame = pd.read_stata(folder / f"{name}.{lang}.dta")
    frame = frame.rename(columns={new: old for old, new in RENAMED.items()})
    for column in spec(name).columns:
        frame[column.name] = uncoded(frame[column.name], column, lang)
    return table(frame.to_dict("records"), name)


def uncoded(values: pd.Series, column: Column, lang: str) -> list[Any]:
    """Return the values that stand behind the labels that Stata shows."""
    if column.type == "boolean":
        return values.map({"yes": "true", "no": "false", "是": "true", "否": "false"}).astype("object").tolist()
    if column.type == "date":
        return ["" if pd.isna(day) else day.date().isoformat() for day in values]
    if column.allowed and not column.list:
        names = {value_label(column, value, lang): value for value in column.allowed}
        return ["" if pd.isna(text) else names[text] for text in values]
    return values.astype("object").tolist()


def read_parquet(folder: Path, name: str) -> pd.DataFrame:
    rows = parquet.read_table(folder / f"{name}.parquet").to_pylist()
    return table(
        ({key: one.isoformat() if isinstance(one, date) else one for key, one in row.items()} for row in rows), name
    )


def read_csv(folder: Path, name: str) -> pd.DataFrame:
    content = (folder / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True))
    texts = {column.name for column in spec(name).columns if column.type == "string"}
    return table(({key: unguarded(cell) if key in texts else cell for key, cell in row.items()} for row in rows), name)


def read_package(folder: Path, name: str) -> pd.DataFrame:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = [one for one in package["resources"] if one["name"] == name]
    with (folder / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
        rows = list(csv.DictReader(file))
    casts: Mapping[str, Callable[[str], Any]] = {
        "string": str, "date": lambda cell: date.fromisoformat(cell).isoformat(), "integer": int, "number": float,
        "boolean": {"true": True, "false": False}.__getitem__,
    }  # fmt: skip
    types = {field["name"]: casts[field["type"]] for field in resource["schema"]["fields"]}
    return table(({key: types[key](cell) if cell else None for key, cell in row.items()} for row in rows), name)


def table(rows: Iterable[Mapping[str, Any]], name: str) -> pd.DataFrame:
    filled = [{key: "" if one is None else one for key, one in row.items()} for row in rows]
    return fit_table(filled, name)


READERS: Mapping[str, Callable[[Path, str], pd.DataFrame]] = {
    "xlsx": read_xlsx,
    "dta": read_dta,
    "parquet": read_parquet,
    "csv": read_csv,
    "datapackage": read_package,
}
