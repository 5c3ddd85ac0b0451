"""The tables of a data set, read when they are asked for: from files that were checked, or from partitions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.contract import lists, one_of_list, spec, stage_tables
from analysis.errors import ParameterError, StudyError
from analysis.files import shown
from analysis.parsing import parse_table
from analysis.partitions import is_partitioned, read_rows
from analysis.stats.accuracy import count_changed, estimate_accuracy
from analysis.study.plan import DataSet, digest_files
from analysis.tables import empty_table, load_table
from analysis.tidy import add_codings, load_sets


def read_input(name: str, path: Path) -> pd.DataFrame:
    """Return a table that people keep; a file that is not there is empty."""
    return parse_table(path.read_bytes(), name, path.name) if path.exists() else empty_table(name)


class LazyTables(Mapping[str, pd.DataFrame]):
    """The extracted and tidy tables of a data set, each read when it is asked for."""

    def __init__(self, data: DataSet) -> None:
        self._data = data
        self._names = [*stage_tables("extracted"), *stage_tables("tidy")]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # that of Mapping would read the table

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @abstractmethod
    def rows(self, name: str, columns: Sequence[str] | None = None, **where: Any) -> pd.DataFrame:
        """Return the rows of a table that are wanted and no others."""


class CheckedTables(LazyTables):
    """The tables of a data set that were checked when its tidy tables were built, and have not changed since.

    A table that was asked for is kept; of one that was not, `rows` reads the columns that are wanted.
    """

    def __init__(self, data: DataSet) -> None:
        super().__init__(data)
        self._kept: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._kept:
            self._kept[name] = self._load(name)
        return self._kept[name]

    def rows(self, name: str, columns: Sequence[str] | None = None, **where: Any) -> pd.DataFrame:
        """Return the rows of a table that are wanted; of a table that is not kept no others are held."""
        if name in self._kept or (name == "codes" and self._data.codes):
            return select_rows(self[name], name, where)[list(columns or spec(name).names)]
        return self._load(name, columns, **where)

    def _load(self, name: str, columns: Sequence[str] | None = None, **where: Any) -> pd.DataFrame:
        if spec(name).stage == "tidy":
            return load_table(name, self._data.tidy, columns, **where)
        if name == "codes" and self._data.codes:
            facts = {table: load_sets(self._data.extracted, table) for table in ("codes", "statements")}
            return add_codings(facts, self._data.codes)["codes"]
        return load_sets(self._data.extracted, name, columns, **where)


class LargeTables(LazyTables):
    """The extracted and tidy tables of a data set in partitions.

    It exists so that a study of a corpus that does not fit into memory is used like any other: a table is read each
    time it is asked for, and kept by whoever asked.
    """

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name == "audit_accuracy":  # of all reports, so in no partition
            sample = read_input("audit_sample", self._data.audited)
            return estimate_accuracy(sample, 0 if sample.empty else count_changed(sample, self))
        return self.rows(name)

    def rows(self, name: str, columns: Sequence[str] | None = None, **where: Any) -> pd.DataFrame:
        """Read the rows of a table that are wanted and no others; see `analysis.partitions.read_rows`."""
        folder = self._data.extracted[0] if spec(name).stage == "extracted" else self._data.tidy
        return read_rows(folder, name, columns, **where)


def is_large(data: DataSet) -> bool:
    """Return whether the extracted tables of a data set lie in partitions.

    Raises
    ------
    StudyError
        They do, and the data set has other facts beside them, which cannot be joined.
    """
    large = [folder for folder in data.extracted if is_partitioned(folder)]
    if large and len(data.extracted) > 1:
        raise StudyError(
            f"Data set {data.id}: {shown(large[0])} holds tables in partitions, which stand by themselves. Give it as "
            "the only folder of `extracted`."
        )
    if large and data.codes and any(data.codes.glob("*.csv")):
        raise StudyError(
            f"Data set {data.id}: {shown(data.codes)} holds people's codings, which cannot be added to tables in "
            "partitions. Take `codes` out of study.toml, or make a set of the reports that were coded."
        )
    return bool(large)


def choose_rows(
    tables: Mapping[str, pd.DataFrame], name: str, columns: Sequence[str] | None, where: Mapping[str, Any]
) -> pd.DataFrame:
    """Return the rows and columns of a table that are wanted, wherever the table is.

    Raises
    ------
    ParameterError
        There is no such table or column.
    """
    if name not in tables:
        raise ParameterError(f"There is no table {name!r}; there are {', '.join(tables)}.")
    known = spec(name).names
    chosen = list(columns or known)
    if isinstance(tables, LargeTables):
        return tables.rows(name, columns, **where)
    if unknown := [column for column in [*chosen, *where] if column not in known]:
        raise ParameterError(f"Table {name} has no column {unknown[0]!r}; it has {', '.join(known)}.")
    if isinstance(tables, CheckedTables):
        return tables.rows(name, chosen, **where)
    return select_rows(tables[name], name, where)[chosen]


def select_rows(frame: pd.DataFrame, name: str, where: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of a table in memory whose columns hold one of some values, as `read_rows` takes them."""
    for column, given in where.items():
        values = [given] if isinstance(given, str | int | float) else list(given)
        listed = column in lists(spec(name))
        cells = frame[column]
        frame = frame[cells.str.contains(one_of_list(map(str, values))) if listed else cells.isin(values)]
    return frame.reset_index(drop=True)


def digest_parts(data: DataSet, stage: str) -> dict[str, str]:
    """Return digests of the tables in partitions of one stage of a data set, by name."""
    folder = data.extracted[0] if stage == "extracted" else data.tidy
    return {name: digest_files(sorted((folder / name).rglob("*.parquet"))) for name in stage_tables(stage)}
