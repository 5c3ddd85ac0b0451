"""People correct facts through one file, never in a table: expectation, correction, reason, author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.contract import spec, specs, stage_tables
from analysis.errors import CorrectionError, Violation
from analysis.tables import empty_table, fit_table, format_number

FIXED = {"start", "end", "sha256", "source_sha256"}


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
        A correction is stale (the table holds another value than expected), unknown (no such table, row or field),
        contradictory (two for one cell) or of the wrong type. All of them are listed; nothing is applied.
    """
    if corrections.empty:
        return dict(tables), empty_table("audit")
    wrong = [*_unknown(tables, corrections, source), *_contradictory(corrections, source)]
    known = corrections.drop(index=[violation.row - 2 for violation in wrong if violation.row])
    wrong += _stale(tables, known, source)
    corrected = {name: frame.copy() for name, frame in tables.items()} if not wrong else {}
    for name, rows in corrections.groupby("table") if not wrong else ():
        corrected[name], bad = _corrected(corrected[name], str(name), rows, source)
        wrong += bad
    if wrong:
        remedy = (
            "Nothing was written. Look at the row again, then give the present value as `expected` or delete the line."
        )
        raise CorrectionError(f"{len(wrong)} correction(s) do not fit.", wrong, remedy)
    audit = corrections.assign(old=corrections["expected"], new=corrections["corrected"])
    return corrected, fit_table(audit[[name for name in spec("audit").names if name in audit]], "audit")


def _ids(frame: pd.DataFrame, name: str) -> pd.Series:
    key = list(spec(name).key)
    cells = [frame[name].map(format_cell) for name in key]
    return pd.Series(["|".join(parts) for parts in zip(*cells, strict=True)], index=frame.index, dtype="str")


def _unknown(tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str) -> Iterator[Violation]:
    correctable = [name for name in stage_tables("extracted") if name in tables]
    ids = {name: set(_ids(tables[name], name)) for name in correctable}
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
    cell = corrections[["table", "id", "field"]]
    for row in corrections[cell.duplicated(keep=False)].itertuples():
        message = f"{row.table} {row.id} {row.field} is corrected more than once; keep one line"
        yield Violation(source, int(row.Index) + 2, "field", str(row.field), "contradictory", message)


def _stale(tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, source: str) -> Iterator[Violation]:
    hashes = dict(zip(tables["documents"]["doc_id"], tables["documents"]["sha256"], strict=True))
    frames = {name: tables[name].set_axis(_ids(tables[name], name)) for name in corrections["table"].unique()}
    for row in corrections.itertuples():
        line, found = int(row.Index) + 2, frames[row.table].loc[row.id]
        present = format_cell(found[row.field])
        text = hashes.get(found.get("doc_id", str(row.id).split("@")[0].split("#")[0]), "")
        if present != row.expected:
            message = f"{row.table} {row.id} {row.field}: expected {row.expected!r}, but the table holds {present!r}"
            yield Violation(source, line, "expected", str(row.expected), "stale", message)
        if row.sha256 and text and row.sha256 != text:
            message = f"{row.table} {row.id}: the text has changed since this correction was made"
            yield Violation(source, line, "sha256", str(row.sha256), "stale text", message)


def _corrected(frame: pd.DataFrame, name: str, rows: pd.DataFrame, source: str) -> tuple[pd.DataFrame, list[Violation]]:
    wrong, positions = [], pd.Series(range(len(frame)), index=_ids(frame, name))
    cells = frame.astype("object")
    for row in rows.itertuples():
        _move_bounds(cells, positions[row.id], row, rows)
        cells.iloc[positions[row.id], frame.columns.get_loc(row.field)] = row.corrected
        try:
            fit_table(cells.iloc[[positions[row.id]]], name)
        except (ValueError, TypeError):
            kind = next(column.type for column in spec(name).columns if column.name == row.field)
            message = f"{name} {row.id} {row.field}: {row.corrected!r} is not of type {kind}"
            wrong.append(Violation(source, int(row.Index) + 2, "corrected", str(row.corrected), "type", message))
    return (frame if wrong else fit_table(cells, name)), wrong


def _move_bounds(cells: pd.DataFrame, position: int, row: Any, rows: pd.DataFrame) -> None:
    """Let the bounds of an exact figure follow its corrected value, unless they are corrected themselves."""
    others = set(rows.loc[rows["id"] == row.id, "field"])
    if row.field != "value" or not {"low", "high"} <= set(cells.columns) or others & {"low", "high"}:
        return
    for bound in ("low", "high"):
        column = cells.columns.get_loc(bound)
        if format_cell(cells.iloc[position, column]) == row.expected:
            cells.iloc[position, column] = row.corrected


def format_cell(value: object) -> str:
    """Return a cell as it stands in the CSV file, which is what `expected` is compared with."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or pd.isna(value):
        return ""
    return format_number(value) if isinstance(value, float) else str(value)
