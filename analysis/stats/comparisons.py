"""Figures of many places side by side, and a summary only where the reports can carry one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.codebook import read_frame
from analysis.errors import ParameterError
from analysis.stats.bases import add_population, add_process
from analysis.stats.frame import Counts, Frame, Note, Refusal, Result, label_pair, needed, note, phrase, refuse
from analysis.stats.intervals import bound_mean, close_bounds, natural_bounds
from analysis.stats.ranks import rank_units
from analysis.stats.response import find_states, frame_notes
from analysis.stats.selection import check_choice, count_documents, select_reports
from analysis.stats.values import at_ceiling, build_values, choose_indicators, find_at_risk

RISK_KEY = ["indicator", "report_year", "issuer_type", "genre", "level"]
GROUP_KEY = [*RISK_KEY, "period", "year", "stage", "organ", "base", "component", "form", "unit"]
QUANTILES = {"min": 0.0, "q10": 0.1, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9, "max": 1.0}
BOUNDS = ["worst_low", "worst_high", "monotone_low", "monotone_high"]
INTERVALS = ("none", "process")


def estimate_comparison(
    observations: pd.DataFrame,
    coverage: pd.DataFrame,
    documents: pd.DataFrame,
    indicators: Sequence[str] | str,
    *,
    years: Sequence[int] | None = None,
    frame: Frame | None = None,
    approx: str = "last_digit",
    assumed_periods: bool = True,
    unstated_organ: bool = True,
    interval: str = "none",
    per_10k: bool = False,
    covariates: pd.DataFrame | None = None,
    ranks: bool = False,
    not_below: Sequence[str] = (),
    codebook: pd.DataFrame | None = None,
) -> Result:
    """Set the figures of some indicators side by side and summarise those that are comparable.

    Comparable are figures of one indicator at equal period, stage, organ, base and component, in full reports of one
    issuer type, genre and level, one report a unit and year. Everything else is listed with the reason it is left
    out. Nothing is ordered by size.

    Parameters
    ----------
    observations, coverage : DataFrame
        Tidy tables.
    documents : DataFrame
        The extracted table `documents`.
    indicators : list of str
        Ids of the codebook.
    years : list of int, optional
        Report years; all by default.
    frame : Frame, optional
        What the reports stand for; a convenience corpus by default.
    approx : {"last_digit", "strict"}
        Bounds of "more than 400": up to 500 by convention, or open.
    assumed_periods, unstated_organ : bool
        Whether figures whose period is assumed, or whose organ is not stated, may enter a summary.
    interval : {"none", "process"}
        "process" adds exact Poisson intervals to counts, and exact binomial ones to rates whose numerator and
        denominator are both printed.
    per_10k : bool
        Add counts per 10,000 residents, for counts driven by persons and where covariates give a sourced population.
    covariates : DataFrame, optional
        Columns adcode, variable, year, value, source; the variable ``population_resident`` in persons.
    ranks : bool
        Ask for ranks; they are given for a census with 20 disclosers or more, and refused otherwise.
    not_below : list of str
        Indicators for which the monotone bound assumes the silent to be not below the disclosers (loss rates).
    codebook : DataFrame, optional
        tidy/indicators.csv by default.

    Returns
    -------
    Result
        table: one row a figure (value, low, high in `unit`; hollow: from an opening; in_summary, left_out). parts:
        summary (n disclosers of n_at_risk, quantiles, mean of the disclosers, worst-case and monotone bounds; where a
        frame lists the reports due, n_due and due_worst_low ... due_monotone_high, bounds of the mean over all of
        these),
        set_aside (documents and why), ranks if they were asked for and allowed.

    Raises
    ------
    ParameterError
        An unknown indicator, year or option, or a table without the columns of the contract.
    """
    frame = frame or Frame()
    check_choice("interval", interval, INTERVALS)
    codebook = read_frame("tidy/indicators") if codebook is None else codebook
    chosen = choose_indicators(indicators, codebook)
    if unknown := sorted(set(not_below) - set(chosen["id"])):
        raise ParameterError(f"not_below names {', '.join(unknown)}, which indicators does not ask for.")
    kept, shown, log = select_reports(documents, observations, years=years, departments="relaying", townships=False)
    counts = count_documents(documents, kept)
    values = build_values(
        observations, coverage, pd.concat([kept, shown]), chosen, approx=approx, assumed_periods=assumed_periods,
        unstated_organ=unstated_organ,
    )  # fmt: skip
    at_risk = find_at_risk(coverage, kept, chosen["id"])
    summary, refusals = summarise_values(values, at_risk, chosen, counts, not_below)
    states = find_states(frame, kept[kept["level"] == frame.level], years)
    if states is not None:
        summary = _add_due(summary, states.groupby("report_year").size(), frame.level, not_below)
    notes = [*_notes(values, summary, approx), *frame_notes(frame, states)]
    if interval == "process":
        values = add_process(values, observations, codebook)
        notes.append(note("process"))
    if per_10k:
        values, lacking = add_population(values, covariates, codebook, counts)
        refusals += lacking
        notes.append(note("per_10k"))
    parts = {"summary": summary, "set_aside": log}
    if ranks:
        parts["ranks"], refused = rank_units(values, chosen, frame, counts)
        refusals += refused
        notes.append(note("ranks"))
    return Result(values, tuple(refusals), tuple(notes), parts)


def summarise_values(
    values: pd.DataFrame, at_risk: pd.DataFrame, chosen: pd.DataFrame, counts: Counts, not_below: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Summarise comparable figures by group, as far as the minimum data allow.

    Parameters
    ----------
    values : DataFrame
        As `build_values` returns them.
    at_risk : DataFrame
        As `find_at_risk` returns it.
    chosen : DataFrame
        Codebook rows of the indicators, in the order wanted.
    counts : Counts
        What a refusal says of the documents.
    not_below : sequence of str
        Indicators whose silent reports are assumed to be not below the disclosers.

    Returns
    -------
    summary : DataFrame
        One row a group: n disclosers of n_at_risk always; quantiles, mean (of the disclosers), worst-case and
        monotone bounds where the rules allow them.
    refusals : list of Refusal
        One a rule, naming all indicators it stopped.
    """
    used = values[values["in_summary"]]
    risk = at_risk.rename(columns={"item": "indicator"}).groupby(RISK_KEY, dropna=False)["doc_id"].nunique()
    table = _count_groups(used, risk)
    shares = at_ceiling(used).groupby(used["indicator"]).sum() / used.groupby("indicator")["value"].count()
    ceiling = (100 * shares).where(used.groupby("indicator")["form"].first().isin(["rate", "share"]))
    table["ceiling"] = table["indicator"].map(ceiling).gt(needed("ceiling"))
    bounded = (table["n_at_risk"] >= needed("group_reports")) & ~table["ceiling"]
    summarised = bounded & (table["n"] >= needed("group_disclosers"))
    table = table.merge(_moments(used), on=GROUP_KEY, how="left", validate="one_to_one")
    own = [*QUANTILES, "mean"]
    table[own] = table[own].where(summarised)
    table[["mean_low", "mean_high"]] = table[["mean_low", "mean_high"]].where(bounded)
    table = _add_bounds(table, not_below)
    about = chosen.set_index("id")[["label_zh", "label_en"]]
    most = risk.groupby("indicator").max().reindex(about.index).fillna(0)
    table = _ordered(table.join(about, on="indicator"), list(about.index))
    return table, _refuse_groups(table, most, ceiling, about, counts)


def _count_groups(used: pd.DataFrame, risk: pd.Series) -> pd.DataFrame:
    table = used.groupby(GROUP_KEY, dropna=False, sort=False)["doc_id"].nunique().rename("n").reset_index()
    table = table.merge(risk.rename("n_at_risk").reset_index(), on=RISK_KEY, how="left")
    table["n_at_risk"] = table["n_at_risk"].fillna(0).astype("int64").clip(lower=table["n"])
    return table


def _moments(used: pd.DataFrame) -> pd.DataFrame:
    low, high = close_bounds(used)
    frame = used[[*GROUP_KEY, "value"]].assign(mean_low=low, mean_high=high)
    groups = frame.groupby(GROUP_KEY, dropna=False, sort=False)
    found = {name: groups["value"].quantile(share) for name, share in QUANTILES.items()}
    found |= {"n_values": groups["value"].count(), "mean": groups["value"].mean()}
    found |= {name: groups[name].mean() for name in ("mean_low", "mean_high")}
    return pd.DataFrame(found).reset_index()


def _add_bounds(table: pd.DataFrame, not_below: Sequence[str]) -> pd.DataFrame:
    """Add bounds on the mean over all reports at risk, for what has a greatest possible value."""
    rows = []
    for row in table.itertuples():
        bounds = _bound_group(row, int(row.n_at_risk), not_below)
        kind = "nonresponse_bounds" if not np.isnan(bounds["worst_low"]) else "none"
        assumed = "assumes_not_below" if row.indicator in not_below else "assumes_not_above"
        said = phrase(assumed) if kind != "none" else ("", "")
        rows.append({**bounds, "interval_kind": kind, "assumes_zh": said[0], "assumes_en": said[1]})
    made = pd.DataFrame(rows, index=table.index, columns=[*BOUNDS, "interval_kind", "assumes_zh", "assumes_en"])
    return table.join(made).replace({"mean_high": {np.inf: np.nan}})


def _bound_group(row: Any, n_at_risk: int, not_below: Sequence[str]) -> dict[str, float]:
    """Bound the mean over so many reports of which a group of disclosers is a part; empty where nothing bounds it."""
    floor, top = natural_bounds(str(row.form), str(row.unit))
    if not np.isfinite(top) or pd.isna(row.mean_low):
        return dict.fromkeys(BOUNDS, np.nan)
    return bound_mean(float(row.mean_low), float(row.mean_high), int(row.n), n_at_risk, floor=floor, top=top,
                      not_below=row.indicator in not_below)  # fmt: skip


def _add_due(table: pd.DataFrame, due: pd.Series, level: str, not_below: Sequence[str]) -> pd.DataFrame:
    """Add the number of reports due in a group's year, and bounds of the mean over all of them."""
    n_due = table["report_year"].map(due).where(table["level"] == level)
    rows = [
        dict.fromkeys(BOUNDS, np.nan) if pd.isna(number) else _bound_group(row, int(number), not_below)
        for row, number in zip(table.itertuples(), n_due, strict=True)
    ]
    made = pd.DataFrame(rows, index=table.index, columns=BOUNDS).add_prefix("due_")
    return table.assign(n_due=n_due.astype("Int64")).join(made)


def _ordered(table: pd.DataFrame, indicators: list[str]) -> pd.DataFrame:
    order = {name: place for place, name in enumerate(indicators)}
    sort = table.assign(_order=table["indicator"].map(order)).sort_values(
        ["_order", *GROUP_KEY[1:]], kind="stable", ignore_index=True
    )
    columns = ["indicator", "label_zh", "label_en", *GROUP_KEY[1:], "n", "n_at_risk", "n_values", "ceiling"]
    columns += [*QUANTILES, "mean", "mean_low", "mean_high", *BOUNDS, "interval_kind", "assumes_zh", "assumes_en"]
    return sort[columns]


def _refuse_groups(
    table: pd.DataFrame, at_risk: pd.Series, ceiling: pd.Series, about: pd.DataFrame, counts: Counts
) -> list[Refusal]:
    """Return one refusal a rule for the indicators no group of which can be summarised."""
    stopped: dict[str, dict[str, float]] = {}
    for indicator in about.index:
        groups = table[table["indicator"] == indicator]
        had = {"group_reports": float(at_risk[indicator]), "group_disclosers": float(max([0, *groups["n"]]))}
        if short := [rule for rule, found in had.items() if found < needed(rule)]:
            stopped.setdefault(short[0], {})[indicator] = had[short[0]]
        elif groups["ceiling"].any():
            stopped.setdefault("ceiling", {})[indicator] = float(round(ceiling[indicator]))
    return [
        refuse("summary", rule, max(found.values()), counts, labels=label_pair(about.loc[list(found)]))
        for rule, found in stopped.items()
    ]


def _notes(values: pd.DataFrame, summary: pd.DataFrame, approx: str) -> list[Note]:
    notes = [note("values_order"), note(f"approx_{approx}")]
    if values["hollow"].any():
        notes.append(note("hollow", n=int(values.loc[values["hollow"], "doc_id"].nunique())))
    assumed = int((values["in_summary"] & values["period_basis"].eq("assumed")).sum())
    if assumed:
        notes.append(note("assumed_periods", n=assumed, total=int(values["in_summary"].sum())))
    if summary["mean"].notna().any():
        notes.append(note("mean_of_disclosers"))
    return notes
