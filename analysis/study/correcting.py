"""Corrections of a data set: one cell from the command line, many from a sheet; the file of corrections only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.coding.review import read_review, select_figures, write_review
from analysis.errors import CorrectionError, InputError, ParameterError
from analysis.evidence import find_texts, show
from analysis.files import shown
from analysis.study import find_data
from analysis.study.made import build_tables, read_facts
from analysis.study.plan import DataSet
from analysis.tables import append_rows
from analysis.tidy import read_corrections
from analysis.tidy.correcting import Change, check_corrections, correctable, find_rows, make_corrections
from analysis.tidy.corrections import find_misfits, format_cell, owner


def show_correctable(data: str, id: str) -> str:
    """Return a row with its sentence, where the text is at hand, and every field of it that can be corrected."""
    chosen = find_data(data)
    facts = read_facts(chosen)
    said = _shown(chosen, facts, read_corrections(chosen.corrections), id)
    for name, row in find_rows(facts, id).items():
        said += f"\n\n{name} {id}"
        said += "".join(f"\n  {field} = {format_cell(row[field])}" for field in correctable(name))
    return said


def correct_fact(
    data: str, id: str, changes: Mapping[str, str], *, reason: str, who: str, when: str, table: str = "",
    explain: bool = False,
) -> str:  # fmt: skip
    """Correct fields of one row of a data set and say what was done; with `explain` nothing is written.

    Raises
    ------
    CorrectionError
        `tidy` would refuse a correction; nothing is written.
    ParameterError
        There is no such data set.
    """
    chosen = find_data(data)
    facts, former = read_facts(chosen), read_corrections(chosen.corrections)
    wanted = [Change(id, field, value, reason, table) for field, value in changes.items()]
    made, wrong = make_corrections(facts, wanted, former, who=who, when=when)
    check_corrections(wrong)
    said = _shown(chosen, facts, pd.concat([former, made], ignore_index=True), id)
    return f"{said}\n\n{_added(chosen, facts, former, made, explain)}"


def sample_review(
    data: str, *, indicators: Sequence[str] = (), reports: Sequence[str] = (), flags: Sequence[str] = (),
    sheet: Path | None = None,
) -> str:  # fmt: skip
    """Write the sheet of the figures to review and say where it stands; see `analysis.coding.review.select_figures`.

    Raises
    ------
    ParameterError, InputError
        There is no such data set or figure, or a former sheet would be lost.
    """
    chosen = find_data(data)
    path = sheet or chosen.corrections.parent / "review" / f"{data}.xlsx"
    if path.exists():
        raise InputError(f"{shown(path)} is there already and may hold answers. Read it, move it away, or name another "
                         "with -o.")  # fmt: skip
    facts = read_facts(chosen)
    try:
        tidy = build_tables(chosen, facts)
    except CorrectionError as error:
        raise CorrectionError(error.headline, error.violations, "Mend the file of corrections first.") from None
    figures = select_figures({**facts, **tidy}, indicators=indicators, reports=reports, flags=flags)
    texts = find_texts(facts["documents"], chosen.texts)
    write_review(path, figures, facts, texts)
    bare = {owner(name) for name in figures} - set(texts)
    without = f" {len(bare)} report(s) stand in it without sentences: their texts are not at hand." if bare else ""
    words = "" if len(bare) == len({owner(name) for name in figures}) else " It holds the reports' words: keep it."
    return (f"{len(figures)} figures stand in {shown(path)}.{without}{words} Fill it in, then run `fazhi review read "
            f"{shown(path)} --data {data} --who NAME --when DATE`.")  # fmt: skip


def finish_review(data: str, sheet: Path, *, who: str, when: str, explain: bool = False) -> str:
    """Read a filled review sheet into the file of corrections and say what was added.

    Raises
    ------
    InputError, TableError
        The workbook cannot be read, or rows of it cannot be used; all are listed and nothing is written.
    """
    chosen = find_data(data)
    facts, former = read_facts(chosen), read_corrections(chosen.corrections)
    made = read_review(sheet, facts, former, who=who, when=when)
    return _added(chosen, facts, former, made, explain)


def _added(
    data: DataSet, facts: Mapping[str, pd.DataFrame], former: pd.DataFrame, made: pd.DataFrame, explain: bool
) -> str:
    """Add corrections to the file of a data set and say which, and whether older ones would stop `tidy`."""
    if not explain:
        append_rows(made, "corrections", data.corrections)
    lines = [f"{row.table} {row.id} {row.field}: {row.expected or '(empty)'} -> {row.corrected or '(empty)'}"
             for row in made.itertuples()]  # fmt: skip
    place = shown(data.corrections)
    lines.append(f"{len(made)} line(s) {'would be' if explain else 'were'} added to {place}."
                 + ("" if explain else " They count from the next `fazhi tidy` or `fazhi run`."))  # fmt: skip
    if old := find_misfits(facts, former):
        lines.append(f"{len(old)} older line(s) of {place} do not fit, and `fazhi tidy` will stop at them:")
        lines += [f"  {violation}" for violation in old]
    return "\n".join(lines)


def _shown(data: DataSet, facts: Mapping[str, pd.DataFrame], corrections: pd.DataFrame, id: str) -> str:
    """Return what `show` says of a row, or of its report where the row has no page of its own."""
    own = facts["documents"]["doc_id"].eq(owner(id))
    name = owner(id) if "|" in id and own.any() else id
    return str(show(name, facts, corrections, find_texts(facts["documents"][own], data.texts)))


def parse_changes(given: Sequence[str]) -> dict[str, str]:
    """Return what stands behind each FIELD=VALUE of a command.

    Raises
    ------
    ParameterError
        One has no equal sign or no field, or a field stands twice.
    """
    changes: dict[str, str] = {}
    for text in given:
        field, sign, value = text.partition("=")
        if not sign or not field.strip():
            raise ParameterError(f"{text!r} is no FIELD=VALUE; write e.g. value=136 (value= empties the cell).")
        if field.strip() in changes:
            raise ParameterError(f"{field.strip()} is given twice; give it once.")
        changes[field.strip()] = value
    return changes
