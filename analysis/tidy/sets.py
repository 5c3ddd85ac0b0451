"""Sets of extracted tables: found, read, joined, with the codings of people among the codes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.contract import check_foreign, spec, stage_tables
from analysis.errors import FazhiError, TableError, Violation
from analysis.files import shown
from analysis.parsing import parse_table, sorted_by_key
from analysis.tables import fit_table, load_table, read_tables


def find_sets(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the sets below a folder: its subfolders that hold a table of documents, or the folder itself, sorted."""
    folder = Path(folder)
    if (folder / "documents.csv").exists():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/documents.csv") if not path.parent.name.startswith("."))


def _find_partitioned(folder: Path) -> list[Path]:
    """Return the folder, or those of its subfolders, whose table of documents is itself a folder of partitions."""
    found = [path.parents[2] for path in folder.glob("documents/in_province=*/in_year=*")]
    found += [path.parents[2] for path in folder.glob("*/documents/in_province=*/in_year=*")]
    return [path for path in dict.fromkeys(found) if not path.name.startswith(".")]


def read_sets(folders: Iterable[str | os.PathLike[str]]) -> dict[str, pd.DataFrame]:
    """Read complete sets of extracted tables and join them.

    Parameters
    ----------
    folders : iterable of path
        Sets, or folders of sets.

    Returns
    -------
    dict of str to DataFrame
        Every extracted table by name.

    Raises
    ------
    FazhiError
        There is no set, or one of them lies in partitions (see `analysis.partitions`).
    TableError
        A table breaks the contract, or a report stands in two sets with rows that are not equal; all is listed.
    """
    folders = list(folders)
    if apart := [found for folder in folders for found in _find_partitioned(Path(folder))]:
        raise FazhiError(
            f"{shown(apart[0])} holds tables in partitions, which are not joined with other sets: they may not fit "
            "into memory. Nothing was read. Name that folder alone (`fazhi tidy`, `fazhi check`, `fazhi show ID`), or "
            f"give it a data set of its own in study.toml; to work with the sets beside it, move {apart[0].name} out "
            f"of {shown(apart[0].parent)}."
        )
    sets = [found for folder in folders for found in find_sets(folder)]
    if not sets:
        where = ", ".join(str(folder) for folder in folders)
        raise FazhiError(f"No facts: {where} holds no set of extracted tables (a folder with documents.csv). "
                         "Put reports into data/raw/ and run `fazhi run`, or name the folder of a set.")  # fmt: skip
    wrong: list[Violation] = []
    read: list[dict[str, pd.DataFrame]] = []
    for folder in sets:
        if not (folder / "mentions.csv").exists():
            message = "has documents.csv and no mentions.csv; its reports would seem to say nothing"
            wrong.append(Violation(folder.name, None, "mentions", "", "missing table", message))
        try:
            read.append(read_tables(folder, stage_tables("extracted")))
        except TableError as error:
            wrong += error.violations
    if not wrong:
        return _joined(sets, read)
    raise TableError(f"{len(wrong)} violation(s) in the extracted tables.", wrong, "Nothing was written.")


def load_sets(
    folders: Iterable[str | os.PathLike[str]], name: str, columns: Sequence[str] | None = None, **where: Any
) -> pd.DataFrame:
    """Return a table of sets that `read_sets` has read before and that have not changed since, without checking it.

    Parameters
    ----------
    folders
        As for `read_sets`.
    name : str
        An extracted table.
    columns, where
        As for `analysis.tables.find_rows`.
    """
    table = spec(name)
    chosen = list(columns or table.names)
    wider = list(dict.fromkeys([*chosen, *table.key]))
    frames = [load_table(name, found, wider, **where) for folder in folders for found in find_sets(folder)]
    if len(frames) == 1:
        return frames[0][chosen]
    joined = pd.concat(frames, ignore_index=True).drop_duplicates(list(table.key))
    return sorted_by_key(joined, table)[chosen]


def _joined(sets: list[Path], read: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    wrong: list[Violation] = []
    tables: dict[str, pd.DataFrame] = {}
    for name in stage_tables("extracted"):
        key = list(spec(name).key)
        frames = [tables_of[name].assign(_set=folder.name) for folder, tables_of in zip(sets, read, strict=True)]
        frame = pd.concat(frames, ignore_index=True)
        frame = frame.drop_duplicates([column for column in frame.columns if column != "_set"], ignore_index=True)
        for row in frame[frame.duplicated(key, keep=False)].sort_values(key, kind="stable").to_dict("records"):
            if name == "inputs":
                break
            message = f"{' '.join(str(row[part]) for part in key)} stands in more than one set with unequal rows"
            wrong.append(Violation(f"{row['_set']}/{name}.csv", None, key[0], str(row[key[0]]), "two sets", message))
        tables[name] = fit_table(frame.drop(columns="_set").drop_duplicates(key), name)
    if wrong := wrong or check_foreign(tables):
        raise TableError(
            "The sets contradict each other.", wrong, "Remove the report from one of them. Nothing was written."
        )
    return tables


def add_codings(tables: Mapping[str, pd.DataFrame], folder: str | os.PathLike[str]) -> dict[str, pd.DataFrame]:
    """Add the codings of people, one file a coder or round, to the codes of the extracted tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted tables.
    folder : path
        Holds CSV files with the columns of the table ``codes``; it need not exist. They are never rewritten.

    Raises
    ------
    TableError
        A file breaks the contract, codes a statement that does not exist, or repeats a coding; all is listed.
    """
    given = {
        path.name: parse_table(path.read_bytes(), "codes", path.name) for path in sorted(Path(folder).glob("*.csv"))
    }
    known, key = set(tables["statements"]["statement_id"]), list(spec("codes").key)
    wrong = [
        Violation(name, int(row) + 2, "statement_id", value, "foreign key", f"there is no statement {value!r}")
        for name, codes in given.items()
        for row, value in codes.loc[~codes["statement_id"].isin(known), "statement_id"].items()
    ]
    codes = pd.concat([tables["codes"], *given.values()], ignore_index=True)
    for row in codes[codes.duplicated(key)].to_dict("records"):
        message = f"{' '.join(str(row[part]) for part in key)} stands in more than one file"
        wrong.append(Violation("codes", None, "statement_id", row["statement_id"], "unique key", message))
    if wrong:
        raise TableError(
            f"{len(wrong)} coding(s) do not fit.", wrong, "Nothing was written. Correct the files of codings."
        )
    return {**tables, "codes": fit_table(codes, "codes")}
