"""What a table must be: tables.toml as objects, and the check of a frame against it.

In memory a string is never missing (empty is ``""``), a number is NaN, an integer ``<NA>``, a boolean plain ``bool``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import FazhiError, Violation

DTYPES = {"string": "str", "date": "str", "integer": "Int64", "number": "float64", "boolean": "bool"}
FILLED = "filled in"
DATE = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True)
class Column:
    """One column of the contract, as tables.toml declares it."""

    name: str
    type: str
    description_zh: str
    description_en: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    list: bool = False
    pattern: str = ""
    unit: str = ""
    foreign: str = ""
    optional_key: bool = False

    def label(self, lang: str) -> str:
        """Return the first sentence of the description in ``"zh"`` or ``"en"``: at most 80 characters.

        >>> spec("documents").columns[0].label("en")
        'Identifier of the report'
        """
        return re.split(r"\.(?:\s|$)|\u3002", self.description_zh if lang == "zh" else self.description_en)[0]


@dataclass(frozen=True)
class TableSpec:
    """One table of the contract: its stage (extracted, tidy, input, codebook), key and columns."""

    name: str
    stage: str
    key: tuple[str, ...]
    description_zh: str
    description_en: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def label(self, lang: str) -> str:
        """Return what the table is called in ``"zh"`` or ``"en"``: its description up to the colon."""
        return (self.description_zh if lang == "zh" else self.description_en).replace("\uff1a", ":").partition(":")[0]


@cache
def specs() -> dict[str, TableSpec]:
    """Return every table of the contract by name."""
    declared = tomllib.loads((Path(__file__).parent / "tables.toml").read_text(encoding="utf-8"))["tables"]
    return {name: _spec(name, table) for name, table in declared.items()}


def _spec(name: str, table: Mapping[str, Any]) -> TableSpec:
    columns = tuple(Column(**{**column, "allowed": tuple(column.get("allowed", ()))}) for column in table["columns"])
    return TableSpec(
        name, table["stage"], tuple(table["key"]), table["description_zh"], table["description_en"], columns
    )


def spec(name: str) -> TableSpec:
    """Return the contract of one table.

    Raises
    ------
    FazhiError
        There is no such table.
    """
    if name not in specs():
        raise FazhiError(f"There is no table {name!r}. The tables are: {', '.join(specs())}.")
    return specs()[name]


def lists(table: TableSpec) -> set[str]:
    """Return the columns of which a cell holds several values joined by ``|``."""
    return {column.name for column in table.columns if column.list}


def one_of_list(values: Iterable[str]) -> str:
    r"""Return the pattern of a cell that holds one of some values among those joined by ``|``.

    >>> one_of_list(["relayed", "corrected"])
    '(?:^|\\|)(?:relayed|corrected)(?:\\||$)'
    """
    return rf"(?:^|\|)(?:{'|'.join(map(re.escape, values))})(?:\||$)"


def stage_tables(stage: str) -> list[str]:
    """Return the names of the tables of one stage: ``extracted``, ``tidy``, ``input`` or ``codebook``."""
    return [name for name, table in specs().items() if table.stage == stage]


def check_table(frame: pd.DataFrame, name: str, source: str = "") -> list[Violation]:
    """Check a frame against the contract and return every violation, not the first.

    Parameters
    ----------
    frame : DataFrame
        A table in memory, as `read_table` returns it.
    name : str
        The table it should be.
    source : str
        How to call it in messages, e.g. the file's path below the root.
    """
    table = spec(name)
    source = source or f"{name}.csv"
    wrong = wrong_columns(list(frame.columns), table, source)
    return wrong or [*_wrong_values(frame, table, source)]


def wrong_columns(columns: list[str], table: TableSpec, source: str) -> list[Violation]:
    """Return a violation for every column that is missing or unknown."""
    known = ", ".join(table.names)
    missing = [
        Violation(source, 1, name, "", "missing column", f"column {name!r} is missing; table {table.name} has: {known}")
        for name in table.names
        if name not in columns
    ]
    extra = [
        Violation(source, 1, name, "", "unknown column", f"column {name!r} is not one of table {table.name}: {known}")
        for name in columns
        if name not in table.names
    ]
    return missing + extra


@cache
def _schema(name: str) -> Any:
    import pandera.pandas as pa

    return pa.DataFrameSchema({column.name: _schema_column(column) for column in spec(name).columns})


def _schema_column(column: Column) -> Any:
    import pandera.pandas as pa

    checks = []
    if column.allowed:
        words = "|".join(column.allowed)
        pattern = rf"^(?:(?:{words})(?:\|(?:{words}))*)?$" if column.list else rf"^(?:{words})?$"
        several = " (several joined by |)" if column.list else ""
        checks.append(pa.Check.str_matches(pattern, error=f"one of {', '.join(column.allowed)}{several}"))
    if column.type == "date":
        checks.append(pa.Check(_is_date, element_wise=True, error="a date YYYY-MM-DD"))
    if column.pattern:
        checks.append(pa.Check.str_matches(rf"^$|{column.pattern}", error=f"of the form {column.pattern}"))
    if column.required and DTYPES[column.type] == "str":
        checks.append(pa.Check.str_length(min_value=1, error=FILLED))
    nullable = not column.required and column.type in {"integer", "number"}
    return pa.Column(DTYPES[column.type], checks=checks, nullable=nullable)


def _is_date(text: str) -> bool:
    try:
        return not text or (re.fullmatch(DATE, text) is not None and bool(date.fromisoformat(text)))
    except ValueError:
        return False


def _wrong_values(frame: pd.DataFrame, table: TableSpec, source: str) -> Iterator[Violation]:
    import pandera.errors

    try:
        _schema(table.name).validate(frame.reset_index(drop=True), lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.sort_values(["index", "column"], kind="stable")
        for case in cases.itertuples():
            row = None if pd.isna(case.index) else int(case.index) + 2
            value = "" if pd.isna(case.failure_case) else str(case.failure_case)
            rule = FILLED if case.check == "not_nullable" else str(case.check)
            what = f"{case.column} is {value!r}" if value else f"{case.column} is empty"
            yield Violation(source, row, str(case.column), value, rule, f"{what}; it must be {rule}")
    keys = frame[list(table.key)]
    for row, key in keys[keys.duplicated(keep="first")].iterrows():
        shown = ", ".join(str(value) for value in key)
        what = f"a second row with {' + '.join(table.key)} = {shown}; the key must be unique"
        yield Violation(source, int(str(row)) + 2, table.key[0], shown, "unique key", what)


def check_foreign(tables: Mapping[str, pd.DataFrame], source: str = "") -> list[Violation]:
    """Check that every reference from one table to another finds its row, among the tables that are given."""
    wrong = []
    for name, frame in tables.items():
        for column in specs()[name].columns:
            target, _, key = column.foreign.partition(".")
            if target not in tables or frame.empty:
                continue
            lost = (frame[column.name] != "") & ~frame[column.name].isin(tables[target][key])
            wrong += [
                Violation(
                    f"{source}{name}.csv", int(row) + 2, column.name, value, "foreign key",
                    f"{column.name} {value!r} is not in {target}.{key}; add the row there or correct it here",
                )
                for row, value in frame.loc[lost, column.name].items()
            ]  # fmt: skip
    return wrong
