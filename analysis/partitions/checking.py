"""Whether extracted tables in partitions keep the contract, and what their figures contradict."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from analysis.contract import check_foreign, check_table, stage_tables, wrong_columns
from analysis.contract import spec as contract
from analysis.errors import CorrectionError, FazhiError, TableError, Violation
from analysis.extract import TABLES
from analysis.files import shown
from analysis.partitions.storage import WHOLE, Partition, find_part, find_partitions, read_partition
from analysis.partitions.tidying import in_file, share_out
from analysis.tables import empty_table
from analysis.tidy import build_tidy


class Checked(NamedTuple):
    """What one partition holds: numbers of reports and of figures, and the tidy table ``checks``."""

    partition: Partition
    documents: int
    mentions: int
    checks: pd.DataFrame


def check_partitions(folder: str | os.PathLike[str], corrections: pd.DataFrame | None = None) -> Iterator[Checked]:
    """Check extracted tables in partitions, one partition after the other: memory holds no more than one.

    Parameters
    ----------
    folder : path
        Extracted tables in partitions.
    corrections : DataFrame, optional
        Table ``corrections``.

    Yields
    ------
    Checked
        Of every partition that keeps the contract, as soon as it is looked at.

    Raises
    ------
    FazhiError
        The folder holds no extracted tables in partitions.
    TableError, CorrectionError
        After the last partition: a table breaks the contract, or a correction does not fit; all are listed.
    """
    if not (Path(folder) / "documents").is_dir():
        raise FazhiError(f"{shown(Path(folder))} holds no extracted tables in partitions: it has no documents. Name "
                         "the folder that `fazhi extract ... --partitioned` made.")  # fmt: skip
    partitions = find_partitions(folder)
    wrong = [*_unfit(folder, "inputs")]
    broken = {one: [found for name in TABLES if name not in WHOLE for found in _unfit(folder, name, one)]
              for one in partitions}  # fmt: skip
    whole = [one for one in partitions if not broken[one]]
    wrong += [violation for found in broken.values() for violation in found]
    parts, stale = share_out(empty_table("corrections") if corrections is None else corrections, folder, whole)
    seen: dict[str, Partition] = {}
    shared: dict[str, Partition] = {}
    for partition, own in parts:
        facts = read_partition(folder, partition, stage_tables("extracted"))
        found = [violation for name in TABLES if name not in WHOLE
                 for violation in check_table(facts[name], name, _name(name, partition))]  # fmt: skip
        elsewhere = ~facts["reuse"]["doc_b"].isin(facts["documents"]["doc_id"])  # a report shares with other years
        shared |= dict.fromkeys(facts["reuse"]["doc_b"][elsewhere], partition)
        facts["reuse"] = facts["reuse"][~elsewhere]
        found += check_foreign({name: table for name, table in facts.items() if name not in WHOLE},
                               f"{partition.folder}/")  # fmt: skip
        found += [
            Violation(_name("documents", partition), None, "doc_id", doc_id, "two partitions",
                      f"doc_id {doc_id!r} stands in {seen[doc_id].folder}, too")
            for doc_id in facts["documents"]["doc_id"] if doc_id in seen
        ]  # fmt: skip
        seen |= dict.fromkeys(facts["documents"]["doc_id"], partition)
        wrong += [violation._replace(row=None) for violation in found]  # a Parquet file has no lines
        if found:
            continue
        try:
            checks = build_tidy(facts, own)["checks"]
        except CorrectionError as error:
            stale += in_file(error, own)
            continue
        yield Checked(partition, len(facts["documents"]), len(facts["mentions"]), checks)
    wrong += [Violation(_name("reuse", partition), None, "doc_b", doc_id, "foreign key",
                        f"doc_b {doc_id!r} is in no partition's documents; run `fazhi reuse` again")
              for doc_id, partition in shared.items() if doc_id not in seen]  # fmt: skip
    if wrong:
        raise TableError(f"{len(wrong)} violation(s) in the tables of {shown(Path(folder))}.", wrong,
                         "Make them again with `fazhi extract ... --partitioned`.")  # fmt: skip
    if stale:
        raise CorrectionError(f"{len(stale)} correction(s) do not fit.", stale)


def _unfit(folder: str | os.PathLike[str], name: str, partition: Partition | None = None) -> Iterator[Violation]:
    """Yield why the file of a table cannot be read as that table."""
    file, source = find_part(folder, name, partition), _name(name, partition)
    if not file.exists():
        yield Violation(source, None, name, "", "missing table", "is missing; its reports would seem to say nothing")
        return
    try:
        columns = parquet.read_table(file, partitioning=None).column_names
    except (pa.ArrowException, OSError) as error:
        yield Violation(source, None, name, "", "Parquet", f"cannot be read: {str(error).splitlines()[0]}")
        return
    yield from (one._replace(row=None) for one in wrong_columns(columns, contract(name), source))


def _name(name: str, partition: Partition | None) -> str:
    return f"{name}/{partition.folder}" if partition else name
