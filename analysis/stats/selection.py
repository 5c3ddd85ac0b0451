"""One report for each unit and year: which document speaks for a place, and what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import Counts, Frame, phrase
from analysis.tidy.units import REPORT_GENRES, choose_reports, describe_units, find_relaying

DEPARTMENTS = ("own", "relaying", "none")
DOCUMENT_COLUMNS = [
    "doc_id", "unit_id", "place", "county", "prefecture", "province", "adcode", "level", "issuer_type", "genre",
    "report_year", "coverage",
]  # fmt: skip


def require_columns(frame: pd.DataFrame, columns: Sequence[str], table: str) -> None:
    """Raise a ParameterError that names the columns a table lacks."""
    missing = [column for column in columns if column not in frame]
    if missing:
        raise ParameterError(
            f"The table {table} has no column {', '.join(missing)}. Pass the table as `fazhi tidy` or `fazhi extract` "
            "writes it."
        )


def check_choice(name: str, value: object, allowed: Sequence[object]) -> None:
    """Raise a ParameterError if a parameter is not one of what is allowed."""
    if value not in allowed:
        raise ParameterError(f"{name} is {value!r}; it must be one of {', '.join(repr(item) for item in allowed)}.")


def describe_documents(documents: pd.DataFrame, observations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Add to documents the unit they speak for, its level, a readable name, and whether a department relays.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    observations : DataFrame, optional
        The tidy table `observations`; its flag ``relayed`` tells a department's report that gives the county's own
        figures.

    Returns
    -------
    DataFrame
        As `analysis.tidy.units.describe_units` returns it.
    """
    require_columns(documents, ["doc_id", "issuer_type", "genre", "coverage", "report_year"], "documents")
    return describe_units(documents, _relaying(observations))


def _relaying(observations: pd.DataFrame | None) -> set[str]:
    if observations is None or observations.empty:
        return set()
    require_columns(observations, ["doc_id", "flags"], "observations")
    return find_relaying(observations)


class Selection(NamedTuple):
    """The reports that speak for their unit and year, those only shown as hollow marks, and a log of all documents."""

    kept: pd.DataFrame
    shown: pd.DataFrame
    log: pd.DataFrame


def select_reports(
    documents: pd.DataFrame,
    observations: pd.DataFrame | None = None,
    *,
    years: Sequence[int] | None = None,
    genres: Sequence[str] = REPORT_GENRES,
    departments: str = "own",
    townships: bool = True,
    levels: Sequence[str] = (),
) -> Selection:
    """Choose one report for each unit and year, by a rule stated beforehand.

    The rule is that of `analysis.tidy.units.choose_reports`. A department that does not relay, and a township, is a
    unit of its own. Only full reports are kept: an opening is evidence neither of silence nor of disclosure, and may
    only be shown; so may a document of another genre (a reconsideration report) where no report speaks. A plan reports
    nothing.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    observations : DataFrame, optional
        The tidy table `observations`, for the flag ``relayed``.
    years : list of int, optional
        Report years; all by default.
    genres : sequence of str
        Genres that are a unit's report on a year.
    departments : {"own", "relaying", "none"}
        Which reports of departments count: all, as units of their own; only those that relay a county's figures; none.
    townships : bool
        Whether townships count.
    levels : sequence of str
        Levels that count (county, prefecture, province); all by default.

    Returns
    -------
    Selection
        kept and shown: documents with the columns of `describe_documents`. log: one row a document: doc_id, unit_id,
        report_year, use (kept, shown, set_aside), reason (id), kept_doc_id (what speaks instead), kept (bool),
        reason_zh, reason_en.

    Raises
    ------
    ParameterError
        An unknown option, or years of which there is no document.
    """
    check_choice("departments", departments, DEPARTMENTS)
    frame = describe_documents(documents, observations)
    check_years(frame, years)
    department = frame["issuer_type"].eq("department")
    unwanted = [
        (frame["genre"].eq("plan"), "genre"),
        (frame["report_year"].isna(), "no_year"),
        (~frame["report_year"].isin(list(years or frame["report_year"].dropna().unique())), "year"),
        (department & ((departments == "none") | (~frame["relaying"] & (departments == "relaying"))), "department"),
        (frame["issuer_type"].eq("township") & (not townships), "township"),
        (~frame["level"].isin(list(levels)) & bool(levels), "level"),
    ]
    reason = pd.Series("", index=frame.index)
    for holds, name in unwanted:
        reason = reason.mask((reason == "") & holds, name)
    frame = frame.assign(**dict(choose_reports(frame, reason, genres).items()))
    log = _with_reasons(frame[["doc_id", "unit_id", "report_year", "use", "reason", "kept_doc_id"]])
    kept, shown = (frame[frame["use"] == use].reset_index(drop=True) for use in ("kept", "shown"))
    return Selection(kept, shown, log)


def _with_reasons(log: pd.DataFrame) -> pd.DataFrame:
    texts = {reason: phrase(f"reason_{reason}") for reason in sorted(set(log["reason"]) - {""})} | {"": ("", "")}
    return log.assign(
        kept=log["use"].eq("kept"),
        reason_zh=log["reason"].map(lambda reason: texts[reason][0]),
        reason_en=log["reason"].map(lambda reason: texts[reason][1]),
    ).reset_index(drop=True)


def select_population(
    documents: pd.DataFrame, observations: pd.DataFrame | None, frame: Frame, years: Sequence[int] | None
) -> Selection:
    """Choose the reports of a declared population; all reports of any issuer where none is declared."""
    if not frame.declared:
        return select_reports(documents, observations, years=years)
    return select_reports(
        documents, observations, years=years, departments="relaying", townships=False, levels=(frame.level,)
    )


def check_years(documents: pd.DataFrame, years: Sequence[int] | None) -> None:
    """Raise a ParameterError if no document is of one of these years, or they are no list."""
    if isinstance(years, (int, str)):
        raise ParameterError(f"years is {years!r}; it must be a list of years, such as [{years}].")
    if years is None or documents.empty or documents["report_year"].isin(list(years)).any():
        return
    known = ", ".join(str(int(year)) for year in sorted(documents["report_year"].dropna().unique()))
    raise ParameterError(f"years is {list(years)}; the documents are of {known or 'no year'}.")


def count_documents(documents: pd.DataFrame, kept: pd.DataFrame) -> Counts:
    """Count full reports kept, openings, and other documents, as a refusal states them."""
    openings = int(documents["coverage"].eq("opening").sum())
    return Counts(full=len(kept), openings=openings, others=max(len(documents) - len(kept) - openings, 0))


def find_departments(documents: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Return the full reports that a log of `select_reports` sets aside because a department wrote them, described."""
    left_out = log.loc[log["reason"] == "department", "doc_id"]
    about = describe_documents(documents)
    return about[about["doc_id"].isin(left_out) & about["coverage"].eq("full")]
