"""The frame of a data set: started, kept up with the corpus, and handed to a person as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.coding.frames import read_frame_sheet, write_frame
from analysis.errors import InputError, ParameterError
from analysis.files import shown, write_bytes
from analysis.study.made import read_facts
from analysis.study.plan import DataSet, read_plan
from analysis.tables import format_table
from analysis.tidy import build_tidy, find_sets, read_corrections, read_frame
from analysis.tidy.corrections import apply_corrections
from analysis.tidy.frames import Kept, extend_frame, start_frame, update_frame
from analysis.tidy.units import find_relaying


def start_search(data: str, years: Sequence[int], **places: Any) -> tuple[str, ...]:
    """Start the frame of a data set, or add places and years to it, and mark what the corpus has.

    Parameters
    ----------
    data : str
        A data set of study.toml that names the file of its frame.
    years : sequence of int
        Report years.
    **places
        See `analysis.tidy.frames.start_frame`.

    Returns
    -------
    tuple of str
        What was changed, one sentence a row; what was filled in by a person stays as it is.

    Raises
    ------
    ParameterError
        There is no such data set, place or year.
    """
    chosen, path = _frame_of(data)
    added = extend_frame(read_frame(path), start_frame(years, **places))
    found = _update(chosen, added)
    write_bytes(path, format_table(found.frame, "frame"))
    return (*added.changes, *found.changes, f"{shown(path)} has {len(found.frame)} rows")


def update_search(data: str) -> tuple[str, ...]:
    """Mark as found what the corpus has, in rows nobody has filled in; see `analysis.tidy.frames.update_frame`.

    Raises
    ------
    InputError
        The data set has no frame yet.
    """
    chosen, path = _frame_of(data, there=True)
    found = _update(chosen, Kept(read_frame(path), ()))
    write_bytes(path, format_table(found.frame, "frame"))
    return (*found.changes, f"{shown(path)} has {len(found.frame)} rows")


def write_search(data: str, sheet: Path | None = None) -> str:
    """Write the frame of a data set as a workbook beside it, for a person to fill in.

    Raises
    ------
    InputError
        The data set has no frame yet.
    """
    _, path = _frame_of(data, there=True)
    frame, sheet = read_frame(path), sheet or path.with_suffix(".xlsx")
    write_frame(sheet, frame)
    return (
        f"{len(frame)} rows stand in {shown(sheet)}. Fill in what came of each search, then run "
        f"`fazhi frame read {shown(sheet)} --data {data}`."
    )


def read_search(data: str, sheet: Path) -> tuple[str, ...]:
    """Read a filled workbook back into the frame of a data set; returns what was changed.

    Raises
    ------
    InputError
        The data set has no frame yet, or the workbook cannot be read.
    TableError
        Rows do not fit; all are listed and nothing is read.
    """
    _, path = _frame_of(data, there=True)
    kept = read_frame_sheet(sheet, read_frame(path))
    write_bytes(path, format_table(kept.frame, "frame"))
    return (*kept.changes, f"{shown(path)} has {len(kept.frame)} rows")


def _frame_of(data: str, there: bool = False) -> tuple[DataSet, Path]:
    plan = read_plan()
    if data not in plan.data:
        raise ParameterError(f"There is no data set {data!r}. study.toml has: {', '.join(plan.data)}.")
    chosen = plan.data[data]
    if chosen.frame_file is None:
        raise InputError(f"[data.{data}] in study.toml names no file of its frame. Add to [data.{data}.frame]: "
                         'file = "data/frame.csv"')  # fmt: skip
    if there and not chosen.frame_file.exists():
        raise InputError(
            f"There is no {shown(chosen.frame_file)} yet. Start it: `fazhi frame start --data {data} ...`."
        )
    return chosen, chosen.frame_file


def _update(data: DataSet, kept: Kept) -> Kept:
    """Mark what the corpus has; before there is a corpus, nothing is."""
    if not any(find_sets(folder) for folder in data.extracted):
        return Kept(kept.frame, ())
    facts, _ = apply_corrections(read_facts(data), read_corrections(data.corrections))
    observations = build_tidy(facts, convention=data.convention)["observations"]
    return update_frame(kept.frame, facts["documents"], find_relaying(observations))
