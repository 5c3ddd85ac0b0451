"""Counts x of n reports, and a share or an interval only where the frame and the number of reports allow one."""

from __future__ import annotations

import pandas as pd

from analysis.stats.frame import Counts, Frame, Refusal, needed, refuse
from analysis.stats.intervals import INTERVAL_COLUMNS, NONE, Interval, interval_share
from analysis.stats.response import add_states


def add_shares(
    counted: pd.DataFrame, frame: Frame, counts: Counts, *, years: int, repeated: bool, subset: bool = False,
    states: pd.DataFrame | None = None, by: str | None = None,
) -> tuple[pd.DataFrame, list[Refusal]]:  # fmt: skip
    """Add shares and intervals to counts.

    Parameters
    ----------
    counted : DataFrame
        Columns n, n_at_risk, n_reports (reports looked at, at risk or not).
    frame : Frame
        convenience: no interval; a share only of as many reports as the rules ask for.
    counts : Counts
        What a refusal says of the documents.
    years : int
        Years the reports of a row are from; each unit of the frame should have one report in each.
    repeated : bool
        Whether a unit has several reports in a row; a probability sample then gets no interval.
    subset : bool
        Whether rows are parts of the population whose size is not known; they get no interval.
    states : DataFrame, optional
        What became of every report that is due, see `analysis.stats.response.find_states`: bounds are then over these,
        and whatever is masked or was not read is missing, not out of the population.
    by : str, optional
        The column of `counted` and `states` within whose values rows are counted.

    Returns
    -------
    counted : DataFrame
        With share (0 to 1, of the reports at risk), low, high, interval_kind, assumes_zh, assumes_en; with states also
        the columns of `analysis.stats.response.add_states`.
    refusals : list of Refusal
        At most one.
    """
    counted = counted.reset_index(drop=True)
    if states is not None and not subset:
        counted = add_states(counted, states, by)
    inferred = frame.declared and not subset
    enough = counted["n_at_risk"].ge(needed("share_reports")) | inferred
    counted["share"] = (counted["n"] / counted["n_at_risk"].where(counted["n_at_risk"] > 0)).where(enough)
    refused = _refuse_shares(counted, frame, counts, years if repeated else 1)
    intervals = [NONE] * len(counted)
    if inferred and not refused:
        intervals = [_interval(row, frame, years) for row in counted.itertuples()]
    made = pd.DataFrame(intervals, index=counted.index, columns=INTERVAL_COLUMNS)
    return counted.join(made), refused


def _refuse_shares(counted: pd.DataFrame, frame: Frame, counts: Counts, years: int) -> list[Refusal]:
    if counted.empty:
        return []
    if not counted["share"].notna().any():
        return [refuse("shares", "share_reports", int(counted["n_at_risk"].max()), counts)]
    if not frame.declared:
        return [refuse("share_intervals", "frame", 0, counts)]
    if frame.sampling == "probability" and years > 1:
        return [refuse("share_intervals", "one_year", years, counts)]
    return []


def _interval(row: object, frame: Frame, years: int) -> Interval:
    n, at_risk, looked_at = (int(getattr(row, name)) for name in ("n", "n_at_risk", "n_reports"))
    size = getattr(row, "n_due", (frame.reports(years) or 0) - (looked_at - at_risk))
    return interval_share(n, at_risk, frame, reports=int(size))


def break_down(
    counted: pd.DataFrame, by: str, frame: Frame, counts: Counts, states: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[Refusal]]:  # fmt: skip
    """Add shares and intervals to counts within the cells of a breakdown; small cells keep their counts only.

    Parameters
    ----------
    counted : DataFrame
        Columns of `add_shares` and the breakdown's own.
    by : str
        The breakdown: report_year, province or issuer_type.
    frame : Frame
        Within a year the frame is the same; within a province or issuer type its size is not known, unless `states`
        lists the reports due by province.
    counts : Counts
        What a refusal says of the documents.
    states : DataFrame, optional
        See `add_shares`.

    Returns
    -------
    counted : DataFrame
        Cells below the minimum have no share and no interval.
    refusals : list of Refusal
        One if any cell is below it.
    """
    known = ("report_year",) if states is None else ("report_year", "province")
    table, _ = add_shares(counted, frame, counts, years=1, repeated=False, subset=by not in known, states=states, by=by)
    cells = table.groupby(by)["n_reports"].max()
    small = table[by].map(cells).lt(needed("cell_reports"))
    table[["share", "low", "high"]] = table[["share", "low", "high"]].mask(small)
    table["interval_kind"] = table["interval_kind"].mask(small, "none")
    table[["assumes_zh", "assumes_en"]] = table[["assumes_zh", "assumes_en"]].mask(small, "")
    if not small.any():
        return table, []
    return table, [refuse("breakdown", "cell_reports", int(cells.min()), counts)]
