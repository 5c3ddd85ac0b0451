"""A frame is started from the list of divisions, and kept up: rows are added, what a person filled in stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

import pandas as pd

from analysis.contract import specs
from analysis.errors import ParameterError
from analysis.tables import fit_table
from analysis.text.divisions import COUNTY_LEVELS, Place, read_places, short_name, stem
from analysis.tidy.due import BODIES, answering, describe_rows, find_reports
from analysis.tidy.lineage import find_unit

LEVELS = {"county": COUNTY_LEVELS, "prefecture": ("prefecture",)}
FILLED_IN = ("searched_on", "where", "doc_id", "note")
_KEY = ["unit_id", "report_year", "issuer_type"]


class Kept(NamedTuple):
    """A frame, and what was changed in it, one sentence a row."""

    frame: pd.DataFrame
    changes: tuple[str, ...]


def start_frame(
    years: Sequence[int], *, provinces: Sequence[str] = (), prefectures: Sequence[str] = (),
    adcodes: Sequence[str] = (), level: str = "county", issuer_types: Sequence[str] = ("",),
    departments: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """List which reports should exist: every unit of some places in every year, as the list of divisions has it.

    Parameters
    ----------
    years : sequence of int
        Report years, from 2010 on. A unit stands in the years in which it existed, under the code it had then.
    provinces, prefectures, adcodes : sequence of str
        Names (湖南省 or 湖南, 长沙市), and codes that single units have or had; what any of them takes is listed.
    level : {"county", "prefecture"}
        Which units report.
    issuer_types : sequence of str
        Whose reports: one row each; "" is the place's report, whoever issues it.
    departments : sequence of str
        With the issuer type ``department``: their names without the place's, e.g. 司法局.

    Returns
    -------
    DataFrame
        Table ``frame``, every row not_searched.

    Raises
    ------
    ParameterError
        A place, level, year or issuer type is not known, departments are not named, or nothing was chosen.
    """
    if level not in LEVELS:
        raise ParameterError(f"level is {level!r}; it must be one of {', '.join(LEVELS)}.")
    _check_issuers(issuer_types, departments)
    first = min(place.first for place in read_places())
    if not years or min(years) < first:
        raise ParameterError(f"years is {list(years)}; name report years from {first} on, where the list begins.")
    wanted = {*_names(provinces, "province"), *_names(prefectures, "prefecture"), *_units(adcodes)}
    units = [place for place in read_places() if place.level in LEVELS[level] and wanted & _belongs(place)]
    if not units:
        raise ParameterError(f"No {level} was chosen. Name a province, a prefecture or codes of units of this level "
            "(--province, --prefecture, --adcode).")  # fmt: skip
    rows = [row for year in sorted(set(years)) for place in units if place.first <= year <= place.last
            for row in _rows(place, year, issuer_types, departments)]  # fmt: skip
    return fit_table(rows, "frame")


def _check_issuers(issuer_types: Sequence[str], departments: Sequence[str]) -> None:
    allowed = next(column.allowed for column in specs()["frame"].columns if column.name == "issuer_type")
    allowed = tuple(name for name in ("", *allowed) if name != "township")
    if unknown := sorted(set(issuer_types) - set(allowed)):
        raise ParameterError(
            f"issuer_types has {', '.join(unknown)}; it can have {', '.join(name or repr(name) for name in allowed)}. "
            "The list of divisions has no townships: write their rows into the frame."
        )
    if ("department" in issuer_types) != bool(departments):
        raise ParameterError("Departments need both: the issuer type department, and their names in departments.")


def _rows(place: Place, year: int, issuer_types: Sequence[str], departments: Sequence[str]) -> Iterable[dict[str, Any]]:
    own = place.level == "prefecture"
    row = {"adcode": place.adcode, "county": "" if own else place.name, "province": place.province,
           "prefecture": place.name if own else place.prefecture, "report_year": year,
           "status": "not_searched"}  # fmt: skip
    for issuer_type in issuer_types:
        for name in departments if issuer_type in BODIES else ("",):
            yield row | {"issuer_type": issuer_type, "issuer": place.name + name if name else ""}


def _belongs(place: Place) -> set[str]:
    """Return the unit of a division and the names of what it lies in."""
    unit_id = find_unit(place.adcode, place.first).unit_id
    return {unit_id, place.province, f"{place.province}{place.prefecture or place.name}"}


def _names(names: Iterable[str], kind: str) -> set[str]:
    """Return full names of provinces, or of prefectures behind that of their province."""
    found: set[str] = set()
    listed = [place for place in read_places() if place.level == kind]
    for name in names:
        fitting = {place for place in listed if name in (place.name, short_name(place.name), stem(place.name))}
        if not fitting:
            near = get_close_matches(name, {place.name for place in listed}, 3, 0.3)
            raise ParameterError(f"There is no {kind} {name!r} in the list of divisions. Near it: {', '.join(near)}.")
        found |= {place.name if kind == "province" else f"{place.province}{place.name}" for place in fitting}
    return found


def _units(adcodes: Sequence[str]) -> set[str]:
    """Return the units that have or had some codes."""
    rows = [place for place in read_places() if place.adcode in adcodes]
    if unknown := sorted(set(adcodes) - {place.adcode for place in rows}):
        raise ParameterError(f"adcodes has {', '.join(unknown)}, which the list of divisions does not have.")
    return {find_unit(place.adcode, place.first).unit_id for place in rows}


def extend_frame(frame: pd.DataFrame, new: pd.DataFrame) -> Kept:
    """Add the rows of a new frame whose unit, year and issuer the old one does not have; its own rows stay as they are.

    Parameters
    ----------
    frame, new : DataFrame
        Tables ``frame``. A unit is the same under another code or name.
    """
    if frame.empty:
        return Kept(fit_table(new, "frame"), (f"{len(new)} rows added",) if len(new) else ())
    there = set(describe_rows(frame)[_KEY].itertuples(index=False, name=None))
    fresh = [key not in there for key in describe_rows(new)[_KEY].itertuples(index=False, name=None)]
    added = new[fresh]
    return Kept(fit_table(pd.concat([frame, added]), "frame"), (f"{len(added)} rows added",) if len(added) else ())


def update_frame(frame: pd.DataFrame, documents: pd.DataFrame, relaying: set[str]) -> Kept:
    """Mark as found what the corpus has, in rows nobody has filled in; name the rows that say something else.

    Parameters
    ----------
    frame : DataFrame
        Table ``frame``.
    documents : DataFrame
        The extracted table `documents`.
    relaying : set of str
        See `analysis.tidy.units.describe_units`.
    """
    _, reports = find_reports(documents, relaying)
    cells, changes = frame.reset_index(drop=True).copy(), []
    for at, row in enumerate(describe_rows(cells).itertuples()):
        found = None if pd.isna(row.report_year) else answering(row, reports)
        if found is None or row.status == "found":
            continue
        where = f"{row.issuer or row.place} {row.report_year}"
        if row.status == "not_searched" and not (cells.loc[at, list(FILLED_IN)] != "").any():
            cells.loc[at, ["status", "doc_id", "where"]] = ["found", found.doc_id, found.source]
            changes.append(f"{where}: found, {found.doc_id}")
        else:
            changes.append(f"{where}: left as it was filled in ({row.status}), but the corpus has {found.doc_id}")
    return Kept(fit_table(cells, "frame"), tuple(changes))
