"""What is exported: checked tables, what they are about, and the codebook as one more table of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import codebook
from analysis.codebook import Row
from analysis.contract import Column, TableSpec, check_foreign, check_table, spec, specs
from analysis.errors import TableError
from analysis.figures.labels import LANGUAGES, label
from analysis.figures.texttable import VOCABULARIES
from analysis.tables import fit_table

CODEBOOK = "codebook"
#: The files of the codebook whose rows have an id, both names and both definitions.
DEFINED = {"indicator": "tidy/indicators", "category": "tidy/categories", "cause": "tidy/causes"}
#: Codes of an attribute begin so (table `codes`).
ATTRIBUTE = "attr:"


@dataclass(frozen=True)
class About:
    """What the exported tables are: the id of their data set, its name in both languages, its licence.

    Attributes
    ----------
    name : str
        Small letters, digits, ``-`` and ``_``; files and the data package are called so.
    zh, en : str
        The name of the data set; it stands in every export.
    licence : str
        An SPDX identifier such as ``MIT`` or ``CC-BY-4.0``; empty where none is declared.
    invented : bool
        The data are invented; what is printed says so.
    """

    name: str = "fazhi"
    zh: str = "法治政府建设年度报告"
    en: str = "Annual reports on rule-of-law government"
    licence: str = ""
    invented: bool = False

    def title(self, lang: str) -> str:
        """Return the name of the data set in one language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Content:
    """Tables that keep the contract, in its order, the codebook first."""

    about: About
    tables: Mapping[str, pd.DataFrame]


def build_content(tables: Mapping[str, pd.DataFrame], about: About) -> Content:
    """Check tables against the contract and put the codebook before them.

    Columns that the contract does not have, such as the words behind a figure, stay behind.

    Raises
    ------
    FazhiError
        There is no such table.
    TableError
        A table does not keep the contract, or refers to a row that is not there; all violations are listed.
    """
    names = [spec(name).name for name in tables]
    chosen = {name: _known(tables[name], spec(name)) for name in specs() if name in names and name != CODEBOOK}
    full = {CODEBOOK: build_codebook(chosen, about), **chosen}
    wrong = [one for name, frame in full.items() for one in check_table(frame, name)]
    wrong = wrong or check_foreign(full)
    if wrong:
        raise TableError(f"These tables cannot be exported: {len(wrong)} violation(s).", wrong, "Nothing was written.")
    return Content(about, full)


def _known(frame: pd.DataFrame, table: TableSpec) -> pd.DataFrame:
    return frame[[name for name in table.names if name in frame]].reset_index(drop=True)


def build_codebook(tables: Mapping[str, pd.DataFrame], about: About) -> pd.DataFrame:
    """Return the table `codebook`: what is exported, then the names and definitions of everything it refers to.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables whose columns and values are defined.
    about : About
    """
    rows: list[Mapping[str, str]] = [
        {"kind": "data_set", "id": about.name, "label_zh": about.zh, "label_en": about.en, "basis": about.licence}
    ]
    for name in (CODEBOOK, *tables):
        rows += _table_rows(spec(name))
    for kind, file in DEFINED.items():
        rows += [_defined(kind, row) for row in codebook.read_rows(file)]
    rows += [
        {"kind": "attribute", "id": ATTRIBUTE + name,
         **{f"label_{lang}": label("attribute", name, lang) for lang in LANGUAGES}}
        for name in attributes()
    ]  # fmt: skip
    rows += [
        {
            "kind": "content", "id": row["item"], "part_of": row["group"], "basis": row["basis"],
            **{f"label_{lang}": row[f"question_{lang}"] for lang in LANGUAGES},
        }
        for row in codebook.read_rows("tidy/mandated")
    ]  # fmt: skip
    rows += [
        {
            "kind": "break", "id": "@".join(filter(None, (row["indicator"], row["date"], row["province"]))),
            "part_of": row["indicator"], "basis": row["source"],
            **{f"label_{lang}": row[f"what_{lang}"] for lang in LANGUAGES},
        }
        for row in breaks()
    ]  # fmt: skip
    kinds = _column(CODEBOOK, "kind").allowed
    in_order = sorted(rows, key=lambda row: kinds.index(row["kind"]))
    places = {(row["kind"], row["id"]): place for place, row in enumerate(in_order)}
    frame = fit_table(rows, CODEBOOK)
    frame.index = pd.Index([places[key] for key in zip(frame["kind"], frame["id"], strict=True)])
    return frame.sort_index()


def _table_rows(table: TableSpec) -> Iterator[Mapping[str, str]]:
    """Yield what the contract says of a table, of its columns and of their values."""
    yield {"kind": "table", "id": table.name, **_described(table)}
    for column in table.columns:
        own = f"{table.name}.{column.name}"
        yield {"kind": "column", "id": own, "part_of": table.name, "type": column.type, "unit": column.unit,
               **_described(column)}  # fmt: skip
        for value in column.allowed:
            labels = {f"label_{lang}": value_label(column, value, lang) for lang in LANGUAGES}
            yield {"kind": "value", "id": f"{own}={value}", "part_of": own, **labels}


def _described(what: TableSpec | Column) -> dict[str, str]:
    labels = {f"label_{lang}": what.label(lang) for lang in LANGUAGES}
    return {**labels, "definition_zh": what.description_zh, "definition_en": what.description_en}


def _defined(kind: str, row: Row) -> dict[str, str]:
    same = ("id", "label_zh", "label_en", "definition_zh", "definition_en", "form", "unit", "status", "basis")
    return {"kind": kind, "part_of": row.get("domain", ""), **{name: row.get(name, "") for name in same}}


def attributes() -> tuple[str, ...]:
    """Return the features that a statement on problems can have."""
    return _column("problems", "attributes").allowed


def breaks() -> list[Row]:
    """Return the changes of definition whose source was looked up; the others are not printed."""
    return [row for row in codebook.read_rows("tidy/breaks") if row["verified"] == "yes"]


def _column(table: str, name: str) -> Column:
    return next(column for column in spec(table).columns if column.name == name)


def value_label(column: Column, value: str, lang: str) -> str:
    """Return the name of one of a column's allowed values."""
    return label(VOCABULARIES.get(column.name, ""), value, lang)
