"""New lines for the file of corrections: what stands there now, the text it was read in, and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from analysis.contract import Column, spec, stage_tables
from analysis.errors import CorrectionError, Violation
from analysis.parsing import type_cells
from analysis.tables import format_number
from analysis.text.numbers import parse_number
from analysis.text.reading import tame
from analysis.tidy.corrections import FIXED, find_hashes, find_misfits, format_cell, owner, row_ids


class Change(NamedTuple):
    """One cell that a person wants to change; ``table`` may be empty where the id and the field tell it."""

    id: str
    field: str
    corrected: Any
    reason: str
    table: str = ""


def make_corrections(
    tables: Mapping[str, pd.DataFrame], changes: Sequence[Change], former: pd.DataFrame, *, who: str, when: str
) -> tuple[pd.DataFrame, list[Violation]]:
    """Make the corrections that some changes amount to, and say which of them would stop `tidy`.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted tables, nothing corrected.
    changes : sequence of Change
        A number may be written as a report prints it (``17.5万``, ``1,286``); it becomes base units.
    former : DataFrame
        Table ``corrections`` as it stands.
    who, when : str
        Who corrects; the date, YYYY-MM-DD.

    Returns
    -------
    corrections : DataFrame
        Table ``corrections``, one row a change in their order: expected is what the tables hold, sha256 that of the
        text the row was read in.
    violations : list of Violation
        What does not fit; ``row`` is the number of the change, from 0.
    """
    hashes, made, wrong = find_hashes(tables), [], []
    for number, change in enumerate(changes):
        table, message = _table_of(tables, change)
        found = _row(tables, table, change.id)
        if message:
            wrong.append(Violation(change.id, number, "id", change.id, "unknown", message))
        column = (
            next((column for column in spec(table).columns if column.name == change.field), None) if table else None
        )
        expected = "" if found is None or column is None else format_cell(found[change.field])
        corrected = _as_cell(change.corrected, column)
        if found is not None and column is not None and corrected == expected:
            message = f"{table} {change.id} {change.field} is {expected!r} already; there is nothing to correct"
            wrong.append(Violation(change.id, number, "corrected", corrected, "no change", message))
        made.append({"table": table or "-", "id": change.id, "field": change.field, "expected": expected,
                     "corrected": corrected, "sha256": hashes.get(owner(change.id), ""),
                     "reason": tame(change.reason.strip()), "who": tame(who.strip()), "when": when})  # fmt: skip
    typed, bad = type_cells(pd.DataFrame(made, columns=spec("corrections").names, dtype="str"), "corrections")
    wrong += [one._replace(file=made[(one.row or 2) - 2]["id"], row=(one.row or 2) - 2) for one in bad]
    told = {violation.row for violation in wrong}
    misfits = find_misfits(tables, pd.concat([former, typed], ignore_index=True))
    for violation in misfits:
        number = (violation.row or 2) - 2 - len(former)
        if number >= 0 and number not in told:
            wrong.append(violation._replace(file=made[number]["id"], row=number))
    return typed, sorted(wrong, key=lambda violation: violation.row or 0)


def check_corrections(wrong: Sequence[Violation]) -> None:
    """Raise what is wrong with new corrections, all of it."""
    if wrong:
        named = [violation._replace(row=None) for violation in wrong]
        headline = f"This cannot be corrected so, for {len(wrong)} reason(s)."
        raise CorrectionError(headline, named, "Nothing was written. Mend what is named and try again.")


def correctable(name: str) -> list[str]:
    """Return the columns of a table that can be corrected."""
    return [column for column in spec(name).names if column not in FIXED and column not in spec(name).key]


def find_rows(tables: Mapping[str, pd.DataFrame], row_id: str) -> dict[str, pd.Series]:
    """Return the row that an id names, by table: a figure and a statement may have one id."""
    found = ((name, _row(tables, name, row_id)) for name in stage_tables("extracted") if name in tables)
    return {name: row for name, row in found if row is not None}


def _row(tables: Mapping[str, pd.DataFrame], name: str, row_id: str) -> pd.Series | None:
    if name not in tables:
        return None
    frame = tables[name]
    near = frame[frame[spec(name).key[0]].eq(row_id.split("|")[0])]
    own = near[row_ids(near, name).eq(row_id)]
    return None if own.empty else own.iloc[0]


def _table_of(tables: Mapping[str, pd.DataFrame], change: Change) -> tuple[str, str]:
    """Return the table in which a change lies, or an empty name with the reason why none or several could be meant."""
    if change.table:
        known = change.table in tables and change.table in stage_tables("extracted")
        return (change.table, "") if known else ("", f"there is no table {change.table!r} to correct")
    names = list(find_rows(tables, change.id))
    if not names:
        return "", f"no extracted table has a row {change.id!r}; `fazhi show {change.id}` names the nearest"
    fits = [name for name in names if change.field in correctable(name)]
    if len(fits) == 1:
        return fits[0], ""
    if fits:
        return "", f"{change.id} has a field {change.field!r} in {' and '.join(fits)}; name the table (--table)"
    fields = "; ".join(f"{name}: {', '.join(correctable(name))}" for name in names)
    return "", f"{change.id} has no field {change.field!r} that can be corrected. There are {fields}"


def _as_cell(value: Any, column: Column | None) -> str:
    """Return a value as it will stand in the file: a number in base units, words that no spreadsheet evaluates."""
    cell = value.strip() if isinstance(value, str) else format_cell(value)
    if column is None or not cell:
        return cell
    if column.type in {"integer", "number"}:
        number = parse_number(cell)
        return cell if number is None else format_number(number)
    if column.type == "boolean":
        return cell.lower()
    return cell if column.name == "surface" else tame(cell)
