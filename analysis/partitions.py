"""Tables of a corpus that is larger than memory: Parquet files by province and year, read where they are needed.

``FOLDER/TABLE/in_province=P/in_year=Y/part-0.parquet`` holds the rows of one table that belong to the reports of one
province and year, by the layout that pyarrow, DuckDB, Dask and Spark know as Hive partitioning; reports without one of
them lie below ``unknown``. `inputs`, `units` and `due`, which speak of the whole corpus, are one file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import parquet

from analysis.contract import spec, specs, stage_tables
from analysis.errors import CorrectionError, FazhiError, ParameterError, Violation
from analysis.extract import TABLES, Extraction
from analysis.extract.workers import Team, share
from analysis.files import recover, replacing, shown
from analysis.progress import watch
from analysis.tables import empty_table, fit_table
from analysis.tidy import build_tidy
from analysis.tidy.corrections import apply_corrections
from analysis.tidy.due import build_due
from analysis.tidy.units import build_units, find_relaying

#: The tables that are one file.
WHOLE: Final = ("inputs", "units", "due")
_UNKNOWN: Final = "unknown"
_FILE: Final = "part-0.parquet"
_TYPES: Final = {
    "string": pa.large_string(), "date": pa.large_string(), "integer": pa.int64(), "number": pa.float64(),
    "boolean": pa.bool_(),
}  # fmt: skip


class Partition(NamedTuple):
    """The reports of one province and year."""

    province: str
    year: str

    @property
    def folder(self) -> str:
        """Its folder below that of a table."""
        return f"in_province={self.province}/in_year={self.year}"


@dataclass(frozen=True)
class Tidied:
    """What the tidy tables of one partition tell about it: what the whole corpus needs."""

    partition: Partition
    documents: pd.DataFrame
    relaying: set[str]
    rows: dict[str, int]
    wrong: tuple[Violation, ...] = ()


def is_partitioned(folder: str | os.PathLike[str]) -> bool:
    """Return whether a folder holds tables in partitions."""
    recover(Path(folder))
    return any((Path(folder) / name).is_dir() for name in ("documents", "observations"))


def write_extracted(extraction: Extraction, folder: str | os.PathLike[str]) -> None:
    """Write extracted tables in partitions, whole or not at all, one partition after the other in memory.

    Parameters
    ----------
    extraction : Extraction
        After `Extraction.read`.
    folder : path
        Made or replaced; see `analysis.files.replacing` for what it raises.
    """
    found: dict[Partition, list[str]] = {}
    for row in extraction.table("documents").itertuples():
        year = _UNKNOWN if pd.isna(row.report_year) else str(row.report_year)
        found.setdefault(Partition(row.province or _UNKNOWN, year), []).append(row.doc_id)
    with replacing(Path(folder), frozenset(specs())) as new:
        _write(extraction.table("inputs"), "inputs", new)
        for partition in watch(sorted(found), len(found), "partitions"):
            tables = extraction.tables(sorted(found[partition]))
            for name in TABLES:
                if name not in WHOLE:
                    _write(tables[name], name, new, partition)


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


def read_partition(
    folder: str | os.PathLike[str], partition: Partition, names: Iterable[str]
) -> dict[str, pd.DataFrame]:
    """Return some tables of one partition; one that is not there is empty."""
    found = {}
    for name in names:
        file = Path(folder) / name / partition.folder / _FILE
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
        Values, or a list of them, by column of the table, or by ``in_province`` and ``in_year``, which leave other
        partitions unopened: ``indicator="legal_aid_cases_accepted", in_year=["2022", "2023"]``.

    Returns
    -------
    DataFrame
        The columns in the types of the contract, sorted by the key of the table as far as it was asked for.

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
        files, schema=pa.unify_schemas([_schema(name), keys]), partitioning=ds.partitioning(keys, flavor="hive")
    )
    wanted = None
    for column, values in where.items():
        condition = ds.field(column).isin([values] if isinstance(values, str | int | float) else list(values))
        wanted = condition if wanted is None else wanted & condition
    frame = rows.to_table(columns=chosen, filter=wanted).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    order = [column for column in table.key if column in chosen]
    return frame.sort_values(order, kind="stable", ignore_index=True) if order else frame


def tidy_partitions(
    folder: str | os.PathLike[str],
    out: str | os.PathLike[str],
    corrections: pd.DataFrame | None = None,
    convention: str = "last_digit",
    frame: pd.DataFrame | None = None,
    team: Team | None = None,
) -> dict[str, int]:
    """Build the tidy tables of extracted tables in partitions, each partition by itself, and write them in the same.

    Parameters
    ----------
    folder, out : path
        Extracted tables; where the tidy ones go, whole or not at all.
    corrections, convention, frame
        As `analysis.tidy.build_tidy` takes them.
    team : Team, optional
        Who shares the work. The result does not depend on it.

    Returns
    -------
    dict of str to int
        The number of rows by table.

    Raises
    ------
    CorrectionError
        A correction does not fit; all are listed.
    TableError
        The frame does not fit; all rows are listed.
    """
    corrections = empty_table("corrections") if corrections is None else corrections
    partitions = find_partitions(folder)
    places = {
        doc_id: partition
        for partition in partitions
        for doc_id in read_partition(folder, partition, ["documents"])["documents"]["doc_id"]
    }
    owners = [places.get(doc_id) for doc_id in _documents_of(corrections)]
    wrong = [
        Violation("corrections.csv", int(row) + 2, "id", str(corrections["id"][row]), "unknown id",
                  f"{corrections['table'][row]} {corrections['id'][row]}: there is no such report")
        for row, owner in zip(corrections.index, owners, strict=True) if owner is None
    ]  # fmt: skip
    parts = [(one, corrections[[owner == one for owner in owners]]) for one in partitions]
    with replacing(Path(out), frozenset(specs())) as new:
        tidy = partial(_tidy, folder=Path(folder).absolute(), out=new.absolute(), convention=convention)
        done = share(tidy, parts, team) if team else ((part, tidy(part)) for part in parts)
        found = [_told(part[0], result) for part, result in watch(done, len(parts), "partitions")]
        wrong += [violation for told in found for violation in told.wrong]
        if wrong:
            raise CorrectionError(f"{len(wrong)} correction(s) do not fit.", wrong, "Nothing was written.")
        documents = pd.concat([told.documents for told in found], ignore_index=True)
        relaying = {doc_id for told in found for doc_id in told.relaying}
        of_all = {"units": build_units(documents, relaying),
                  "due": build_due(empty_table("frame") if frame is None else frame, documents, relaying)}  # fmt: skip
        for name, table in of_all.items():
            _write(table, name, new)
    rows = {name: sum(told.rows[name] for told in found) for name in found[0].rows}
    return rows | {name: len(table) for name, table in of_all.items()}


def _told(partition: Partition, result: Tidied | None) -> Tidied:
    if result is None:
        raise FazhiError(
            f"The reports of {partition.province} {partition.year} ended the process that tidies them: too many for "
            "the memory there is. Use fewer workers. Nothing was written."
        )
    return result


def _tidy(part: tuple[Partition, pd.DataFrame], folder: Path, out: Path, convention: str) -> Tidied:
    partition, corrections = part
    facts = read_partition(folder, partition, stage_tables("extracted"))
    try:
        corrected = apply_corrections(facts, corrections)[0]["documents"]
        tables = build_tidy(facts, corrections, convention)
    except CorrectionError as error:
        lines = [int(line) + 2 for line in corrections.index]  # of the whole file, of which these are some
        wrong = [one._replace(row=lines[one.row - 2] if one.row else None) for one in error.violations]
        return Tidied(partition, facts["documents"], set(), {}, tuple(wrong))
    for name, table in tables.items():
        if name not in WHOLE:
            _write(table, name, out, partition)
    rows = {name: len(table) for name, table in tables.items() if name not in WHOLE}
    return Tidied(partition, corrected, find_relaying(tables["observations"]), rows)


def _documents_of(corrections: pd.DataFrame) -> Iterator[str]:
    """Yield the document that each correction is about: the first part of every id."""
    for row in corrections["id"]:
        yield str(row).split("|")[0].split("@")[0].split("#")[0]


def _schema(name: str) -> pa.Schema:
    return pa.schema([(column.name, _TYPES[column.type]) for column in spec(name).columns])


def _write(frame: pd.DataFrame, name: str, folder: Path, partition: Partition | None = None) -> None:
    place = folder / name / partition.folder if partition else folder / name
    place.mkdir(parents=True, exist_ok=True)
    rows = pa.Table.from_pandas(fit_table(frame, name), schema=_schema(name), preserve_index=False)
    parquet.write_table(rows.replace_schema_metadata({}), place / _FILE, compression="zstd")
