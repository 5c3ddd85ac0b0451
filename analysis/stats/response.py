"""Which reports are due and what became of each: silence, a report that was read, told from absence."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import Frame, Note, Result, note, phrase, refuse
from analysis.stats.intervals import INTERVAL_COLUMNS, NONE, Interval
from analysis.stats.selection import check_choice, count_documents, select_reports

#: What becomes of a report that is due, as columns of counts.
STATES = ("read", "part", "gone", "not_found", "under_way", "not_searched")
#: The statuses of the search in the order in which they stand for a unit and year of which several reports are due.
STATUSES = {"found": "part", "published_but_gone": "gone", "searched": "under_way", "not_searched": "not_searched",
            "not_found": "not_found"}  # fmt: skip
GROUPS = ("report_year", "province", "prefecture", "issuer_type")


def find_states(frame: Frame, kept: pd.DataFrame, years: Sequence[int] | None) -> pd.DataFrame | None:
    """Return what became of the report of every unit and year that is due; None where no frame lists them.

    Parameters
    ----------
    frame : Frame
        With the reports that are due, see `Frame.over`.
    kept : DataFrame
        The reports that count, as `analysis.stats.selection.select_reports` keeps them.
    years : sequence of int, optional
        Report years; all by default.

    Returns
    -------
    DataFrame
        unit_id, report_year, province, prefecture and state: read (a report counts), part (found, but not read whole
        or not the place's own), gone, not_found, under_way, not_searched.

    Raises
    ------
    ParameterError
        Reports that count are of units and years that the frame does not have.
    """
    if frame.due is None:
        return None
    due = frame.due[frame.due["report_year"].isin(list(years))] if years else frame.due
    order = {status: place for place, status in enumerate(STATUSES)}
    rows = due.assign(_order=due["status"].map(order)).sort_values(["unit_id", "report_year", "_order"], kind="stable")
    rows = rows.drop_duplicates(["unit_id", "report_year"], ignore_index=True)
    counted = set(zip(kept["unit_id"], kept["report_year"], strict=True))
    own = list(zip(rows["unit_id"], rows["report_year"], strict=True))
    if lost := sorted(counted - set(own)):
        raise ParameterError(
            f"{len(lost)} reports are of a unit and year that the frame does not have, the first of {lost[0][0]} in "
            f"{lost[0][1]}. Add them to the frame, or look at reports of its population only."
        )
    rows["state"] = rows["status"].map(STATUSES).mask([key in counted for key in own], "read")
    return rows[["unit_id", "report_year", "province", "prefecture", "state"]]


def count_states(states: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count the reports that are due and what became of them, over all or within the values of a column.

    Returns
    -------
    DataFrame
        n_due and n_ with each state; one row, or one a value of `by`, which is then the index.
    """
    key = states[by] if by else pd.Series(0, index=states.index)
    counted = pd.crosstab(key, states["state"]).reindex(columns=list(STATES), fill_value=0)
    counted.columns = [f"n_{state}" for state in STATES]
    return counted.assign(n_due=counted.sum(axis=1))[["n_due", *counted.columns]]


def add_states(counted: pd.DataFrame, states: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Add to counts of items how many reports are due for them, are silent, or cannot tell.

    Parameters
    ----------
    counted : DataFrame
        Columns n (print it), n_at_risk and, where known, n_not_applicable; the breakdown's own.
    states : DataFrame
        As `find_states` returns it.
    by : {"report_year", "province"}, optional
        The breakdown of `counted`.

    Returns
    -------
    DataFrame
        With n_due (reports to which the item applies or may apply), n_silent (read, and do not print it), n_part,
        n_gone, n_not_found, n_under_way, n_not_searched.
    """
    numbers = count_states(states, by).drop(columns="n_read")
    keys = counted[by] if by else pd.Series(0, index=counted.index)
    made = numbers.reindex(keys).fillna(0).astype("int64").set_axis(counted.index)
    made["n_due"] -= counted.get("n_not_applicable", 0)
    made.insert(1, "n_silent", counted["n_at_risk"] - counted["n"])
    return counted.join(made)


def frame_notes(frame: Frame, states: pd.DataFrame | None) -> list[Note]:
    """Return the caption that names the frame, and how many reports were searched for and found."""
    if states is None:
        return []
    number = count_states(states).iloc[0]
    missing = {name: int(number[f"n_{name}"]) for name in ("gone", "not_found", "part")}
    unsearched = int(number["n_not_searched"] + number["n_under_way"])
    due = int(number["n_due"])
    listed = phrase("listed_units")
    words = (frame.population_zh or frame.population or listed[0], frame.population or listed[1])
    return [note("frame", population=words, units=int(states["unit_id"].nunique()), due=due, searched=due - unsearched,
                 found=int(number["n_read"] + number["n_part"]), unsearched=unsearched, **missing)]  # fmt: skip


def estimate_response(
    due: pd.DataFrame, documents: pd.DataFrame, *, years: Sequence[int] | None = None, by: str = "report_year"
) -> Result:
    """Count what became of the reports that are due, and bound the share that is to be found.

    Parameters
    ----------
    due : DataFrame
        The tidy table `due`.
    documents : DataFrame
        The extracted table `documents`, of which a refusal says how many there are.
    years : sequence of int, optional
        Report years; all by default.
    by : {"report_year", "province", "prefecture", "issuer_type"}
        One row a value of this.

    Returns
    -------
    Result
        table: n_due, n_read (found and read whole), n_part (found, not read whole), n_gone (was public, cannot be had),
        n_not_found, n_under_way, n_not_searched, n (found), share of those due, and low and high: none or all of those
        not searched to the end may be found. parts: open, the reports due that were not found. Empty, with a refusal,
        without a frame.

    Raises
    ------
    ParameterError
        An unknown breakdown.
    """
    check_choice("by", by, GROUPS)
    rows = due[due["report_year"].isin(list(years))] if years else due
    if rows.empty:
        columns = [by, "n", "n_due", *(f"n_{state}" for state in STATES), "share", *INTERVAL_COLUMNS]
        refused = refuse("response", "due", 0, count_documents(documents, select_reports(documents).kept))
        return Result(pd.DataFrame(columns=columns), (refused,), (), {"open": rows})
    state = rows["status"].map(STATUSES).mask(rows["coverage"].eq("full"), "read")
    table = count_states(rows.assign(state=state), by)
    if by in ("province", "prefecture"):
        table = table.loc[rows.groupby(by)["adcode"].min().sort_values(kind="stable").index]
    table = table.reset_index()
    table["n"] = table["n_read"] + table["n_part"]
    table["share"] = table["n"] / table["n_due"]
    bounds = [_bound(row.n, row.n_under_way + row.n_not_searched, row.n_due) for row in table.itertuples()]
    table = table.join(pd.DataFrame(bounds, columns=INTERVAL_COLUMNS))
    shown = ["place", "prefecture", "province", "report_year", "issuer_type", "status", "searched_on"]
    missing = rows.loc[rows["status"] != "found", ["unit_id", *shown]]
    said = note("response", n=len(rows), found=int(table["n"].sum()), read=int(table["n_read"].sum()))
    return Result(table, (), (said,), {"open": missing.reset_index(drop=True)})


def _bound(n: int, unknown: int, n_due: int) -> Interval:
    if not unknown:
        return NONE
    return Interval(n / n_due, (n + unknown) / n_due, "nonresponse_bounds", *phrase("assumes_unsearched"))
