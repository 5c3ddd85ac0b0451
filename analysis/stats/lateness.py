"""How many reports were published in time, as far as their dates of publication are known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.stats.frame import Frame, Result, needed, note, phrase, refuse
from analysis.stats.response import find_states, frame_notes
from analysis.stats.selection import count_documents, select_population

#: The Regulation of 2019 asks for publication by this day of the next year; it is in force since 15 April 2019.
DUE = "-04-01"
FIRST_YEAR = 2019
COLUMNS = ["report_year", "n", "n_known", "n_unknown", "n_reports", "share", "low", "high", "interval_kind",
           "assumes_zh", "assumes_en"]  # fmt: skip


def is_on_time(published: str, year: object) -> str:
    """Return yes, no or unknown: whether a report on a year was published by 1 April of the next.

    Examples
    --------
    >>> is_on_time("2025-04-01", 2024), is_on_time("2025-04-02", 2024), is_on_time("", 2024)
    ('yes', 'no', 'unknown')
    """
    if not published or pd.isna(year):
        return "unknown"
    return "yes" if published <= f"{int(str(year)) + 1}{DUE}" else "no"


def estimate_lateness(
    documents: pd.DataFrame, observations: pd.DataFrame | None = None, *, years: Sequence[int] | None = None,
    frame: Frame | None = None,
) -> Result:  # fmt: skip
    """Count by year the reports published by 1 April of the next, among those whose date of publication is known.

    A report that was revised was published when its first version was. A date of signature is no date of publication.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    observations : DataFrame, optional
        The tidy table, which tells the departments that relay a county's figures.
    years : sequence of int, optional
        Report years; all by default.
    frame : Frame, optional
        What the reports stand for; a convenience corpus by default.

    Returns
    -------
    Result
        table: one row a report year: n (in time) of n_known full reports, n_unknown, n_reports; share of n_known (0 to
        1; empty below 20 unless a population is declared), low and high over n_reports (bounds for the unknown dates).
        Where a frame lists the reports due: n_due, due_low, due_high, bounds over all of these. Empty, with a refusal,
        where no date is known.

    Raises
    ------
    ParameterError
        Years of which there is no report.
    """
    frame = frame or Frame()
    kept, _, log = select_population(documents, observations, frame, years)
    counts = count_documents(documents, kept)
    dated = kept.assign(published=_first_published(documents, kept, log))
    on_time = pd.Series([is_on_time(*pair) for pair in zip(dated["published"], dated["report_year"], strict=True)])
    if not on_time.ne("unknown").any():
        return Result(pd.DataFrame(columns=COLUMNS), (refuse("lateness", "publication_dates", 0, counts),))
    marks = pd.DataFrame({"report_year": dated["report_year"], "n": on_time.eq("yes"),
                          "n_known": on_time.ne("unknown"), "n_unknown": on_time.eq("unknown"),
                          "n_reports": True})  # fmt: skip
    table = marks.groupby("report_year").sum().astype("int64").reset_index()
    enough = table["n_known"].ge(needed("share_reports")) | frame.declared
    table["share"] = (table["n"] / table["n_known"].where(table["n_known"] > 0)).where(enough)
    table["low"] = (table["n"] / table["n_reports"]).where(enough)
    table["high"] = ((table["n"] + table["n_unknown"]) / table["n_reports"]).where(enough)
    table["interval_kind"] = pd.Series("none", index=table.index).mask(enough, "nonresponse_bounds")
    for column, text in zip(("assumes_zh", "assumes_en"), phrase("assumes_undated"), strict=True):
        table[column] = pd.Series("", index=table.index).mask(enough, text)
    notes = [note("lateness")]
    states = find_states(frame, kept, years)
    if states is not None:
        due = states.groupby("report_year").size()
        table["n_due"] = table["report_year"].map(due).astype("int64")
        table["due_low"] = table["n"] / table["n_due"]
        table["due_high"] = (table["n"] + table["n_due"] - table["n_known"]) / table["n_due"]
        notes += [note("lateness_due"), *frame_notes(frame, states)]
    if table["report_year"].lt(FIRST_YEAR).any():
        notes.append(note("before_duty"))
    refusals = () if enough.any() else (refuse("lateness", "share_reports", int(table["n_known"].max()), counts),)
    return Result(table[[*COLUMNS, *(name for name in table if name not in COLUMNS)]], refusals, tuple(notes))


def _first_published(documents: pd.DataFrame, kept: pd.DataFrame, log: pd.DataFrame) -> pd.Series:
    """Return when each report was first published: the earliest known date of its versions, "" where none is."""
    speaks = log["kept_doc_id"].where(log["reason"].eq("version"), log["doc_id"])
    dates = log["doc_id"].map(documents.set_index("doc_id")["published"])
    known = dates[dates != ""].groupby(speaks).min()
    return kept["doc_id"].map(lambda doc_id: known.get(doc_id, ""))
