"""Tidy tables of a corpus that is larger than memory, one partition after the other or several at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.contract import specs, stage_tables
from analysis.errors import CorrectionError, FazhiError, Violation
from analysis.extract.workers import Team, share
from analysis.files import replacing
from analysis.partitions.storage import WHOLE, Partition, find_partitions, read_partition, write_part
from analysis.progress import watch
from analysis.tables import empty_table
from analysis.tidy import build_tidy
from analysis.tidy.corrections import apply_corrections, owner
from analysis.tidy.due import build_due
from analysis.tidy.units import build_units, find_relaying

#: Columns of documents that take half of its memory and that the tables of the whole corpus do not need.
_LARGE: Final = ["title", "source", "sha256", "source_sha256"]


@dataclass(frozen=True)
class Tidied:
    """What the tidy tables of one partition tell about it: what the whole corpus needs."""

    partition: Partition
    documents: pd.DataFrame
    relaying: set[str]
    rows: dict[str, int]
    wrong: tuple[Violation, ...] = ()


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
    parts, wrong = share_out(corrections, folder, partitions)
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
            write_part(table, name, new)
    rows = {name: sum(told.rows[name] for told in found) for name in found[0].rows}
    return rows | {name: len(table) for name, table in of_all.items()}


def share_out(
    corrections: pd.DataFrame, folder: str | os.PathLike[str], partitions: Sequence[Partition]
) -> tuple[list[tuple[Partition, pd.DataFrame]], list[Violation]]:
    """Return every partition with the corrections of its reports, and a violation for each of no report."""
    places = {
        doc_id: partition
        for partition in partitions
        for doc_id in read_partition(folder, partition, ["documents"])["documents"]["doc_id"]
    }
    owners = [places.get(owner(str(row))) for row in corrections["id"]]
    wrong = [
        Violation("corrections.csv", int(row) + 2, "id", str(corrections["id"][row]), "unknown id",
                  f"{corrections['table'][row]} {corrections['id'][row]}: there is no such report")
        for row, place in zip(corrections.index, owners, strict=True) if place is None
    ]  # fmt: skip
    return [(one, corrections[[place == one for place in owners]]) for one in partitions], wrong


def in_file(error: CorrectionError, corrections: pd.DataFrame) -> list[Violation]:
    """Return what is wrong with some of the corrections, by their lines in the whole file."""
    lines = [int(line) + 2 for line in corrections.index]
    return [one._replace(row=lines[one.row - 2] if one.row else None) for one in error.violations]


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
        return Tidied(partition, facts["documents"], set(), {}, tuple(in_file(error, corrections)))
    for name, table in tables.items():
        if name not in WHOLE:
            write_part(table, name, out, partition)
    rows = {name: len(table) for name, table in tables.items() if name not in WHOLE}
    return Tidied(partition, corrected.drop(columns=_LARGE), find_relaying(tables["observations"]), rows)
