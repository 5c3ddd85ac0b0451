"""What reports print and what they leave out: never a verdict on what they had to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.codebook import read_frame
from analysis.stats.disclosers import fit_disclosers
from analysis.stats.frame import Frame, Note, Result, note
from analysis.stats.response import count_states, find_states, frame_notes
from analysis.stats.selection import DOCUMENT_COLUMNS, check_choice, count_documents, require_columns, select_population
from analysis.stats.shares import add_shares, break_down
from analysis.stats.values import NOT_AT_RISK, choose_indicators, choose_tier, collapse_variants

NOT_PRINTED = ("not_reported", "absent")
TIERS = ("core", "extended", "context", "all")
BREAKDOWNS = ("report_year", "issuer_type", "province")
REQUIRED = {"required": ("yes", "conditional"), "derived": ("derived", "no"), "all": ()}
EXACTNESS = ("exact", "rounded", "approximate", "bounded", "vague", "masked")
VALUE_COLUMNS = ["value", "low", "high", "low_conv", "high_conv", "low_open", "high_open", "exactness"]


def estimate_disclosure(
    coverage: pd.DataFrame,
    observations: pd.DataFrame,
    documents: pd.DataFrame,
    indicators: Sequence[str] | None = None,
    *,
    tier: str = "core",
    years: Sequence[int] | None = None,
    by: str | None = None,
    predictors: Sequence[str] | None = None,
    frame: Frame | None = None,
    codebook: pd.DataFrame | None = None,
) -> Result:
    """Lay out which full report prints which indicator, with its figure and the status of its coverage.

    Openings are not in it: they are evidence neither of silence nor of disclosure. An indicator that is behind a
    mask, in a part not read, or outside the issuer's mandate is not at risk of being disclosed.

    Parameters
    ----------
    coverage, observations : DataFrame
        Tidy tables.
    documents : DataFrame
        The extracted table `documents`.
    indicators : list of str, optional
        Ids of the codebook; by default all active ones of the tier.
    tier : {"core", "extended", "context", "all"}
        Used where no indicators are named.
    years : list of int, optional
        Report years; all by default.
    by : {"report_year", "issuer_type", "province"}, optional
        Add a breakdown; cells below the minimum keep their counts and get no share.
    predictors : sequence of {"issuer_type", "report_year", "province"}, optional
        Add a model of who prints; see `analysis.stats.disclosers.fit_disclosers`.
    frame : Frame, optional
        What the reports stand for; a convenience corpus by default.
    codebook : DataFrame, optional
        tidy/indicators.csv by default.

    Returns
    -------
    Result
        table: one row a report and indicator: status, value, low, high (in `unit`), n_values. parts: items (n
        disclosed of n_at_risk an indicator, share and interval where allowed), reports (n of n_at_risk a report),
        by (if asked for), model and model_items (if asked for), due (where a frame lists them: by year, n_due reports
        and what became of them), set_aside. With such a frame items tell silence (n_silent) from absence (n_part,
        n_gone, n_not_found, n_under_way, n_not_searched), and bounds are over all reports due.

    Raises
    ------
    ParameterError
        An unknown indicator, tier, year, breakdown or predictor.
    """
    frame = frame or Frame()
    check_choice("tier", tier, TIERS)
    check_choice("by", by, (None, *BREAKDOWNS))
    codebook = read_frame("tidy/indicators") if codebook is None else codebook
    chosen = choose_tier(tier, codebook) if indicators is None else choose_indicators(indicators, codebook)
    kept, _, log = select_population(documents, observations, frame, years)
    counts = count_documents(documents, kept)
    states = find_states(frame, kept, years)
    table = _matrix(coverage, observations, kept, chosen)
    items, refusals = add_shares(count_items(table, "indicator"), frame, counts, states=states, **_repetition(kept))
    parts = {"items": items, "reports": _count_reports(table), "set_aside": log, **_due(states)}
    if by:
        parts["by"], refused = break_down(count_items(table, "indicator", by), by, frame, counts, states)
        refusals += refused
    notes = [note("matrix", n=counts.full, items=len(chosen)), *_openings_note(counts.openings)]
    notes += frame_notes(frame, states)
    if predictors is not None:
        model = fit_disclosers(coverage, documents, kept, chosen, predictors, frame)
        parts |= {"model": model.table, "model_items": model.items}
        refusals += model.refusals
        notes += model.notes
    return Result(table, tuple(refusals), tuple(notes), parts)


def _openings_note(openings: int) -> list[Note]:
    return [note("openings_out", n=openings)] if openings else []


def _matrix(
    coverage: pd.DataFrame, observations: pd.DataFrame, kept: pd.DataFrame, chosen: pd.DataFrame
) -> pd.DataFrame:
    require_columns(coverage, ["doc_id", "item", "status"], "coverage")
    about = chosen[["id", "label_zh", "label_en", "domain", "form", "unit"]].rename(columns={"id": "indicator"})
    grid = _repeated(kept[DOCUMENT_COLUMNS]).merge(_repeated(about), how="cross")
    rows = coverage.loc[coverage["item"].isin(chosen["id"]), ["doc_id", "item", "status"]]
    rows = rows.rename(columns={"item": "indicator"})
    grid = grid.merge(rows, on=["doc_id", "indicator"], how="left").fillna({"status": "not_reported"})
    figures = _headline_figures(observations[observations["indicator"].isin(chosen["id"])])
    grid = grid.merge(figures, on=["doc_id", "indicator"], how="left")
    grid["n_values"] = grid["n_values"].fillna(0).astype("int64")
    grid[["exactness", "period", "organ", "component"]] = grid[["exactness", "period", "organ", "component"]].fillna("")
    grid["printed"] = ~grid["status"].isin([*NOT_AT_RISK, *NOT_PRINTED])
    order = {name: place for place, name in enumerate(chosen["id"])}
    grid = grid.assign(_order=grid["indicator"].map(order))
    grid = grid.sort_values(["report_year", "adcode", "doc_id", "_order"], kind="stable", ignore_index=True)
    return grid.drop(columns="_order")


def _repeated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows that are repeated many times with each text held once."""
    return rows.astype({name: "category" for name in rows if rows[name].dtype == "str"})


def _headline_figures(observations: pd.DataFrame) -> pd.DataFrame:
    """Return one figure a document and indicator: the report's own year first, an explicit total before a part."""
    rows = collapse_variants(observations)
    year = rows["report_year"].astype("str")
    rows["_own"] = ~(rows["period"].eq("year:" + year) | rows["period"].eq("asof:" + year))
    rows["_part"] = rows["component"].ne("")
    rows["n_values"] = rows.groupby(["doc_id", "indicator"])["period"].transform("size")
    rows = rows.sort_values(["doc_id", "indicator", "_own", "_part", "period", "organ", "component", "base"])
    first = rows.drop_duplicates(["doc_id", "indicator"])
    return first[["doc_id", "indicator", "period", "organ", "component", *VALUE_COLUMNS, "n_values"]]


def count_items(table: pd.DataFrame, item: str, by: str | None = None) -> pd.DataFrame:
    """Count how many of the reports at risk print each item.

    Parameters
    ----------
    table : DataFrame
        One row a report and item: status, printed (bool), label_zh, label_en.
    item : str
        Column of the item.
    by : str, optional
        Count within the values of this column.

    Returns
    -------
    DataFrame
        item, n (printed), n_at_risk, n_reports (looked at), n_masked, n_not_read, n_not_applicable; in the order of
        the table.
    """
    rows = table.assign(n_at_risk=~table["status"].isin(NOT_AT_RISK), n=table["printed"], n_reports=True)
    for status in NOT_AT_RISK:
        rows[f"n_{status}"] = rows["status"].eq(status)
    counts = ["n", "n_at_risk", "n_reports", *(f"n_{status}" for status in NOT_AT_RISK)]
    keys = [*([by] if by else []), item]
    groups = rows.groupby([*keys, "label_zh", "label_en"], sort=False, dropna=False)
    counted = groups[counts].sum().astype("int64").reset_index()
    return counted.sort_values(by, kind="stable", ignore_index=True) if by else counted


def _count_reports(table: pd.DataFrame) -> pd.DataFrame:
    rows = table.assign(n=table["printed"], n_at_risk=~table["status"].isin(NOT_AT_RISK))
    groups = rows.groupby(DOCUMENT_COLUMNS, sort=False, dropna=False)[["n", "n_at_risk"]]
    return groups.sum().astype("int64").reset_index()


def estimate_mandated(
    coverage: pd.DataFrame,
    documents: pd.DataFrame,
    observations: pd.DataFrame | None = None,
    *,
    required: str = "required",
    years: Sequence[int] | None = None,
    by: str | None = None,
    frame: Frame | None = None,
    mandated: pd.DataFrame | None = None,
) -> Result:
    """Lay out which full report has which content that the rules on such reports ask for.

    Parameters
    ----------
    coverage : DataFrame
        Tidy table; rows whose item is a mandated content have status present, partial, absent or not at risk.
    documents : DataFrame
        The extracted table `documents`.
    observations : DataFrame, optional
        The tidy table, which tells the departments that relay a county's figures.
    required : {"required", "derived", "all"}
        Contents the regulation names (some under a condition), contents derived from other texts, or both. The two
        are never counted together.
    years : list of int, optional
        Report years; all by default.
    by : {"report_year", "issuer_type", "province"}, optional
        Add a breakdown of the items.
    frame : Frame, optional
        What the reports stand for.
    mandated : DataFrame, optional
        tidy/mandated.csv by default.

    Returns
    -------
    Result
        table: one row a report and item: status, group, required, item_zh, item_en. parts: items (n present, n_partial,
        n_at_risk), set_aside, by, due (see `estimate_disclosure`).

    Raises
    ------
    ParameterError
        An unknown option, or years of which there is no report.
    """
    frame = frame or Frame()
    check_choice("required", required, tuple(REQUIRED))
    check_choice("by", by, (None, *BREAKDOWNS))
    mandated = read_frame("tidy/mandated") if mandated is None else mandated
    wanted = REQUIRED[required] or tuple(mandated["required"].unique())
    items = mandated[mandated["required"].isin(wanted)].reset_index(drop=True)
    kept, _, log = select_population(documents, observations, frame, years)
    counts = count_documents(documents, kept)
    about = items.rename(columns={"question_zh": "label_zh", "question_en": "label_en"})
    about = about[["item", "label_zh", "label_en", "group", "required"]]
    table = _repeated(kept[DOCUMENT_COLUMNS]).merge(_repeated(about), how="cross")
    rows = coverage.loc[coverage["item"].isin(items["item"]), ["doc_id", "item", "status"]]
    table = table.merge(rows, on=["doc_id", "item"], how="left")
    table["status"] = table["status"].fillna("not_read")
    table["printed"] = table["status"].eq("present")
    counted = count_items(table, "item")
    partial = table[table["status"] == "partial"].groupby("item")["doc_id"].nunique()
    counted.insert(4, "n_partial", counted["item"].map(partial).fillna(0).astype("int64"))
    states = find_states(frame, kept, years)
    shares, refusals = add_shares(counted, frame, counts, states=states, **_repetition(kept))
    parts = {"items": shares, "set_aside": log, **_due(states)}
    if by:
        parts["by"], refused = break_down(count_items(table, "item", by), by, frame, counts, states)
        refusals += refused
    table = table.assign(item_zh=table["label_zh"], item_en=table["label_en"])
    notes = [note(f"mandated_{required}", n=counts.full), *_openings_note(counts.openings)]
    notes += frame_notes(frame, states)
    return Result(table, tuple(refusals), tuple(notes), parts)


def _due(states: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Return by year how many reports are due and what became of them, where a frame lists them."""
    return {} if states is None else {"due": count_states(states, "report_year").reset_index()}


def _repetition(kept: pd.DataFrame) -> dict[str, Any]:
    years = max(int(kept["report_year"].nunique()), 1)
    return {"years": years, "repeated": bool(kept["unit_id"].duplicated().any())}


def estimate_wording(observations: pd.DataFrame, documents: pd.DataFrame) -> Result:
    """Count how exactly figures are worded, full reports apart from openings.

    Parameters
    ----------
    observations : DataFrame
        The tidy table: figures that were matched to an indicator, as reported.
    documents : DataFrame
        The extracted table `documents`.

    Returns
    -------
    Result
        table: group (full, opening, partial), exactness, n of n_total figures. parts: rates (group, n_100 of n_rates
        percentages printed as exactly 100).
    """
    require_columns(observations, ["doc_id", "exactness", "form", "unit", "value", "flags"], "observations")
    groups = observations["doc_id"].map(documents.set_index("doc_id")["coverage"])
    rows = observations.assign(group=groups)[groups.notna()]
    order = pd.CategoricalDtype(["full", "partial", "opening"], ordered=True)
    rows["group"] = rows["group"].astype(order)
    rows["exactness"] = rows["exactness"].astype(pd.CategoricalDtype(EXACTNESS, ordered=True))
    table = rows.groupby(["group", "exactness"], observed=True).size().rename("n").reset_index()
    table["n_total"] = table.groupby("group", observed=True)["n"].transform("sum")
    rates = rows[rows["form"].isin(["rate", "share"]) & rows["unit"].eq("%") & rows["value"].notna()]
    at_top = rates.assign(n_100=rates["value"].eq(100)).groupby("group", observed=True)
    hundred = at_top.agg(n_100=("n_100", "sum"), n_rates=("n_100", "size")).reset_index()
    notes = [note("wording", n=len(rows), documents=int(rows["doc_id"].nunique()))]
    notes.append(note("wording_rates", n=int(hundred["n_100"].sum()), rates=int(hundred["n_rates"].sum())))
    text = {"group": "str", "exactness": "str"}
    return Result(table.astype(text), (), tuple(notes), {"rates": hundred.astype({"group": "str"})})
