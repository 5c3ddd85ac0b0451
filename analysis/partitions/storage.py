"""Where the tables in partitions lie, and how they are written and read.

``FOLDER/TABLE/in_province=P/in_year=Y/part-0.parquet`` holds the rows of one table that belong to the reports of one
province and year, by the layout that pyarrow, DuckDB, Dask and Spark know as Hive partitioning; reports without one of
them lie below ``unknown``. `inputs`, `units` and `due`, which speak of the whole corpus, are one file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import parquet

from analysis.contract import spec, specs
from analysis.errors import FazhiError, ParameterError
from analysis.extract import Extraction
from analysis.extract.batch import parse_lines
from analysis.extract.cache import Lines
from analysis.extract.workers import Team, share
from analysis.files import recover, replacing, shown
from analysis.progress import watch
from analysis.tables import arrow_schema, empty_table, find_rows, fit_table, to_arrow

#: The tables that are one file.
WHOLE: Final = ("inputs", "units", "due")
_UNKNOWN: Final = "unknown"
_FILE: Final = "part-0.parquet"


class Partition(NamedTuple):
    """The reports of one province and year."""

    province: str
    year: str

    @property
    def folder(self) -> str:
        """Its folder below that of a table."""
        return f"in_province={self.province}/in_year={self.year}"


def is_partitioned(folder: str | os.PathLike[str]) -> bool:
    """Return whether a folder holds tables in partitions."""
    recover(Path(folder))
    return any((Path(folder) / name).is_dir() for name in ("documents", "observations"))


def write_extracted(extraction: Extraction, folder: str | os.PathLike[str], team: Team | None = None) -> None:
    """Write extracted tables in partitions, whole or not at all, one partition after the other or several at once.

    Parameters
    ----------
    extraction : Extraction
        After `Extraction.read`.
    folder : path
        Made or replaced; see `analysis.files.replacing` for what it raises.
    team : Team, optional
        Who shares the work, on this machine. The result does not depend on it.

    Raises
    ------
    FazhiError
        The memory there is does not hold a partition.
    """
    found: dict[Partition, list[str]] = {}
    for row in extraction.table("documents").itertuples():
        year = _UNKNOWN if pd.isna(row.report_year) else str(row.report_year)
        found.setdefault(Partition(row.province or _UNKNOWN, year), []).append(row.doc_id)
    with replacing(Path(folder), frozenset(specs())) as new:
        write_part(extraction.table("inputs"), "inputs", new)
        write = partial(_write, folder=new.absolute())
        parts = ((partition, extraction.lines(sorted(found[partition]))) for partition in sorted(found))
        done = share(write, parts, team) if team else ((part, write(part)) for part in parts)
        for (partition, _), number in watch(done, len(found), "partitions"):
            if number is None:
                raise FazhiError(
                    f"The reports of {partition.province} {partition.year} ended the process that writes them: too "
                    "many for the memory there is. Use fewer workers. What was read is kept."
                )


def _write(part: tuple[Partition, Sequence[Lines]], folder: Path) -> int:
    """Write the tables of one partition; return how many."""
    partition, lines = part
    tables = parse_lines(lines)
    for name, table in tables.items():
        write_part(table, name, folder, partition)
    return len(tables)


def find_partitions(folder: str | os.PathLike[str]) -> list[Partition]:
    """Return the partitions of a folder of tables, sorted.

    Raises
    ------
    FazhiError
        It holds none.
    """
    if not is_partitioned(folder):
        raise FazhiError(
            f"{shown(Path(folder))} holds no tables in partitions. `fazhi extract ... --partitioned` makes them."
        )
    files = Path(folder).glob(f"*/in_province=*/in_year=*/{_FILE}")
    return sorted({Partition(*(part.partition("=")[2] for part in file.parts[-3:-1])) for file in files})


def find_part(folder: str | os.PathLike[str], name: str, partition: Partition | None = None) -> Path:
    """Return the file that holds a table's rows of a partition, or the whole table; it need not exist."""
    return Path(folder) / name / (partition.folder if partition else "") / _FILE


def read_partition(
    folder: str | os.PathLike[str], partition: Partition, names: Iterable[str]
) -> dict[str, pd.DataFrame]:
    """Return some tables of one partition; one that is not there is empty."""
    found = {}
    for name in names:
        file = find_part(folder, name, partition)
        rows = parquet.read_table(file, partitioning=None).to_pandas() if file.exists() else empty_table(name)
        found[name] = fit_table(rows, name)
    return found


def read_rows(
    folder: str | os.PathLike[str], name: str, columns: Sequence[str] | None = None, **where: Any
) -> pd.DataFrame:
    """Read the rows of a table that are wanted and no others; memory holds no more than them.

    Parameters
    ----------
    folder : path
        Tables in partitions.
    name : str
        A table, e.g. ``"observations"``.
    columns : sequence of str, optional
        Some of its columns; all by default.
    **where
        Values, or a list of them, by column of the table (of a cell that lists several, what it holds), or by
        ``in_province`` and ``in_year``, which leave other partitions unopened:
        ``indicator="legal_aid_cases_accepted", in_year=["2022", "2023"]``.

    Returns
    -------
    DataFrame
        The columns in the types of the contract, sorted by the key of the table.

    Raises
    ------
    ParameterError
        There is no such table or column.
    """
    if name not in specs():
        raise ParameterError(f"There is no table {name!r}; there are {', '.join(specs())}.")
    table = spec(name)
    known = [*table.names, "in_province", "in_year"]
    chosen = list(columns or table.names)
    if unknown := [column for column in [*chosen, *where] if column not in known]:
        raise ParameterError(f"Table {name} has no column {unknown[0]!r}; it has {', '.join(known)}.")
    files = Path(folder) / name
    if not files.exists():
        return empty_table(name)[chosen]
    keys = pa.schema([("in_province", pa.string()), ("in_year", pa.string())])
    rows = ds.dataset(
        files, schema=pa.unify_schemas([arrow_schema(name), keys]), partitioning=ds.partitioning(keys, flavor="hive")
    )
    return find_rows(rows, name, chosen, where)


def write_part(frame: pd.DataFrame, name: str, folder: Path, partition: Partition | None = None) -> None:
    """Write the rows of a table that belong to a partition, or a table that is one file."""
    file = find_part(folder, name, partition)
    file.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(to_arrow(fit_table(frame, name), name), file, compression="zstd")
