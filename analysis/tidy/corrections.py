"""People correct facts through one file, never in a table: expectation, correction, reason, author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.contract import check_foreign, spec, specs, stage_tables
from analysis.errors import CorrectionError, Violation
from analysis.parsing import type_cells
from analysis.tables import empty_table, fit_table, format_number

#: What is never corrected: offsets, hashes, and whose row it is.
FIXED = {"start", "end", "sha256", "source_sha256", "doc_id"}
BOUNDS = ("low", "high")


def apply_corrections(
    tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str = "corrections.csv"
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Apply corrections to extracted tables, on a copy.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted tables.
    corrections : DataFrame
        Columns table, id, field, expected, corrected, sha256, reason, who, when. ``id`` is the key of the row, the
        parts of a key of several columns joined by ``|``; ``sha256`` (optional) is that of the text corrected on.

    Returns
    -------
    tables : dict of str to DataFrame
        Corrected copies.
    audit : DataFrame
        One row a correction: what it changed, from which value to which, why, by whom.

    Raises
    ------
    CorrectionError
        A correction does not fit, as `find_misfits` says. All of them are listed; nothing is applied.
    """
    if corrections.empty:
        return dict(tables), empty_table("audit")
    corrected, wrong = _apply(tables, corrections, source)
    if wrong:
        remedy = (
            "Nothing was written. Look at the row again, then give the present value as `expected` or delete the line."
        )
        raise CorrectionError(f"{len(wrong)} correction(s) do not fit.", wrong, remedy)
    audit = corrections.assign(old=corrections["expected"], new=corrections["corrected"])
    return corrected, fit_table(audit[[name for name in spec("audit").names if name in audit]], "audit")


def find_misfits(
    tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str = "corrections.csv"
) -> list[Violation]:
    """Return every correction that does not fit, by line, with the reason.

    It is stale (the table holds another value than expected, or the text has changed), unknown (no such table, row or
    field), contradictory (two for one cell), or what it puts in is not what the table allows there.
    """
    return _apply(tables, corrections, source)[1]


def _apply(
    tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str
) -> tuple[dict[str, pd.DataFrame], list[Violation]]:
    corrections = corrections.reset_index(drop=True)
    wrong = [*_unknown(tables, corrections, source), *_contradictory(corrections, source)]
    known = corrections.drop(index=[violation.row - 2 for violation in wrong if violation.row])
    wrong += _stale(tables, known, source)
    corrected = dict(tables)
    for name, rows in known.groupby("table"):
        corrected[str(name)], bad = _corrected(tables[str(name)], str(name), rows, source)
        wrong += bad
    if not wrong and (lost := check_foreign(corrected)):
        wrong = [_with_line(violation, corrected, corrections, source) for violation in lost]
    return corrected, sorted(wrong, key=lambda violation: violation.row or 0)


def row_ids(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return the ids by which corrections name the rows of a table: its key, several columns joined by ``|``."""
    cells = [frame[column].map(format_cell) for column in spec(name).key]
    return pd.Series(["|".join(parts) for parts in zip(*cells, strict=True)], index=frame.index, dtype="str")


def _unknown(tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str) -> Iterator[Violation]:
    correctable = [name for name in stage_tables("extracted") if name in tables]
    ids = {name: set(row_ids(tables[name], name)) for name in set(correctable) & set(corrections["table"])}
    for row in corrections.itertuples():
        line, place = int(row.Index) + 2, f"{row.table} {row.id} {row.field}"
        if row.table not in correctable:
            message = f"there is no table {row.table!r}; one can correct {', '.join(correctable)}"
            yield Violation(source, line, "table", str(row.table), "unknown table", message)
        elif row.field not in specs()[row.table].names:
            message = f"table {row.table} has no field {row.field!r}; it has {', '.join(spec(row.table).names)}"
            yield Violation(source, line, "field", str(row.field), "unknown field", message)
        elif row.field in FIXED or row.field in spec(row.table).key:
            message = f"{place}: ids and offsets never change; correct the value beside them"
            yield Violation(source, line, "field", str(row.field), "fixed field", message)
        elif row.id not in ids[row.table]:
            message = f"{place}: table {row.table} has no row with this id"
            yield Violation(source, line, "id", str(row.id), "unknown id", message)


def _contradictory(corrections: pd.DataFrame, source: str) -> Iterator[Violation]:
    cell = ["table", "id", "field"]
    for _, rows in corrections[corrections.duplicated(cell, keep=False)].groupby(cell):
        lines = [int(index) + 2 for index in rows.index]
        for line, row in zip(lines, rows.itertuples(), strict=True):
            message = (
                f"{row.table} {row.id} {row.field} is corrected more than once (lines {', '.join(map(str, lines))}); "
                "keep one line"
            )
            yield Violation(source, line, "field", str(row.field), "contradictory", message)


def _stale(tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str) -> Iterator[Violation]:
    hashes = find_hashes(tables)
    frames = {name: tables[name].set_axis(row_ids(tables[name], name)) for name in corrections["table"].unique()}
    for row in corrections.itertuples():
        line, found = int(row.Index) + 2, frames[row.table].loc[row.id]
        present = format_cell(found[row.field])
        text = hashes.get(owner(row.id), "")
        if present != row.expected:
            message = f"{row.table} {row.id} {row.field}: expected {row.expected!r}, but the table holds {present!r}"
            yield Violation(source, line, "expected", str(row.expected), "stale", message)
        if row.field == "surface" and format_cell(found["start"]):
            message = f"{row.table} {row.id}: the surface is what the text has at its offsets; correct the value"
            yield Violation(source, line, "field", str(row.field), "fixed field", message)
        if row.sha256 and text and row.sha256 != text:
            message = f"{row.table} {row.id}: the text has changed since this correction was made"
            yield Violation(source, line, "sha256", str(row.sha256), "stale text", message)


def find_hashes(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the hash of the text of every report, by doc_id; empty where no text stands behind its facts."""
    return dict(zip(tables["documents"]["doc_id"], tables["documents"]["sha256"], strict=True))


def _corrected(frame: pd.DataFrame, name: str, rows: pd.DataFrame, source: str) -> tuple[pd.DataFrame, list[Violation]]:
    """Return a table with its corrections, and those whose value it does not allow."""
    positions = pd.Series(range(len(frame)), index=row_ids(frame, name))
    touched = frame.iloc[positions[rows["id"]].drop_duplicates()]
    cells = touched.map(format_cell).set_axis(row_ids(touched, name))
    for row in rows.itertuples():
        _move_bounds(cells, row, rows)
        cells.loc[row.id, row.field] = row.corrected
    typed, bad = type_cells(cells.astype("str"), name, source)
    wrong = []
    for violation in bad:
        own = rows[rows["id"].eq(cells.index[(violation.row or 2) - 2]) & rows["field"].eq(violation.column)]
        for row in own.itertuples():  # a bound that moved with its value is named by the value
            what = violation.message.rpartition("must be ")[2]
            message = f"{name} {row.id} {row.field}: {row.corrected!r} is not allowed; it must be {what}"
            line = int(row.Index) + 2
            wrong.append(Violation(source, line, "corrected", str(row.corrected), violation.rule, message))
    if wrong:
        return frame, wrong
    kept = frame.drop(index=touched.index)
    return fit_table(pd.concat([kept, typed], ignore_index=True), name), []


def _move_bounds(cells: pd.DataFrame, row: Any, rows: pd.DataFrame) -> None:
    """Let the bounds of an exact figure follow its corrected value, unless they are corrected themselves."""
    others = set(rows.loc[rows["id"] == row.id, "field"])
    if row.field != "value" or not set(BOUNDS) <= set(cells.columns) or others & set(BOUNDS):
        return
    for bound in BOUNDS:
        if cells.loc[row.id, bound] == row.expected:
            cells.loc[row.id, bound] = row.corrected


def _with_line(
    violation: Violation, tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str
) -> Violation:
    """Return a broken reference as a fault of the correction that broke it."""
    name = violation.file.removesuffix(".csv")
    row_id = row_ids(tables[name], name).iloc[(violation.row or 2) - 2]
    made = corrections[corrections["id"].eq(row_id) & corrections["field"].eq(violation.column)]
    line = int(made.index[0]) + 2 if len(made) else None
    return violation._replace(file=source, row=line, message=f"{name} {row_id}: {violation.message}")


def owner(row_id: str) -> str:
    """Return the doc_id of the id of any row of a report.

    Examples
    --------
    >>> owner("songxian_2024@1016"), owner("songxian_2024"), owner("songxian_2024|A1")
    ('songxian_2024', 'songxian_2024', 'songxian_2024')
    """
    for sign in "@#|":
        row_id = row_id.split(sign, 1)[0]
    return row_id


def format_cell(value: object) -> str:
    """Return a cell as it stands in the CSV file, which is what `expected` is compared with."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if value is None or pd.isna(value):
        return ""
    return format_number(value) if isinstance(value, float) else str(value)
