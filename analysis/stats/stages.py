"""Which step of a case each report counts, and what each rate is a rate of: the reason why figures do not compare."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis.codebook import read_frame
from analysis.errors import ParameterError
from analysis.stats.frame import Result, note
from analysis.stats.selection import DOCUMENT_COLUMNS, select_reports
from analysis.stats.values import build_values

STAGE_COLUMNS = ["family", "kind", *DOCUMENT_COLUMNS, "hollow", "indicator", "label_zh", "label_en", "stage", "base",
                 "organ", "component", "period", "value", "low", "high", "unit", "form", "status"]  # fmt: skip
WORD_KEY = ["doc_id", "place", "report_year", "hollow", "indicator", "label_zh", "label_en", "kind", "stage", "base"]
COUNT_KEY = ["family", "kind", "indicator", "label_zh", "label_en", "stage", "base"]


def estimate_stages(
    observations: pd.DataFrame,
    documents: pd.DataFrame,
    families: Sequence[str] = (),
    *,
    years: Sequence[int] | None = None,
    codebook: pd.DataFrame | None = None,
) -> Result:
    """List at which stage (accepted, handled, closed) each report counts its cases, and on which base its rates are.

    Parameters
    ----------
    observations : DataFrame
        Tidy table.
    documents : DataFrame
        The extracted table `documents`.
    families : list of str, optional
        Families of cases in the codebook, e.g. ``["reconsideration", "legal_aid"]``; all by default.
    years : list of int, optional
        Report years; all by default.
    codebook : DataFrame, optional
        tidy/indicators.csv by default: family, stage, numerator, denominators.

    Returns
    -------
    Result
        table: one row a figure by family, place and year: kind (stage: a count at a stage; base: a rate), base (empty:
        not stated), value in `unit`, hollow (not from a full report). parts: counts (n full reports that print an
        indicator at a stage or on a base, n_at_risk full reports), words (one row a report, indicator, stage and base:
        n_figures), set_aside.

    Raises
    ------
    ParameterError
        A family the codebook does not have.
    """
    codebook = read_frame("tidy/indicators") if codebook is None else codebook
    chosen = choose_families(codebook, families)
    kept, shown, log = select_reports(documents, observations, years=years, departments="relaying", townships=False)
    nothing = pd.DataFrame(columns=["doc_id", "item", "status"])
    values = build_values(observations, nothing, pd.concat([kept, shown]), chosen)
    values["family"] = values["indicator"].map(chosen.set_index("id")["family"])
    values["kind"] = values["form"].isin(["rate", "share"]).map({True: "base", False: "stage"})
    order = ["family", "report_year", "adcode", "doc_id", "kind"]
    table = values.sort_values(order, kind="stable", ignore_index=True)[STAGE_COLUMNS]
    counted = table[~table["hollow"]].groupby(COUNT_KEY, sort=True)["doc_id"].nunique().rename("n").reset_index()
    hollow = int(table.loc[table["hollow"], "doc_id"].nunique())
    words = table.groupby(WORD_KEY, sort=False, dropna=False).size().rename("n_figures").reset_index()
    parts = {"counts": counted.assign(n_at_risk=len(kept)), "words": words, "set_aside": log}
    return Result(table, (), (note("stages", n=len(kept), hollow=hollow),), parts)


def choose_families(codebook: pd.DataFrame, families: Sequence[str]) -> pd.DataFrame:
    """Return the codebook rows of counts with a stage and a family, and of the rates made of counts of that family.

    Raises
    ------
    ParameterError
        A family the codebook does not have.
    """
    families_of = dict(zip(codebook["id"], codebook["family"], strict=True))
    rates = codebook["form"].isin(["rate", "share"])
    parts = (codebook["numerator"] + "|" + codebook["denominators"]).map(lambda names: re.split(r"[|+]", names))
    of_rate = parts.map(lambda names: next((families_of[name] for name in names if families_of.get(name)), ""))
    family = codebook["family"].where(~rates, of_rate)
    chosen = codebook.assign(family=family)[family.ne("") & (rates | codebook["stage"].ne(""))]
    if unknown := sorted(set(families) - set(chosen["family"])):
        known = ", ".join(sorted(set(chosen["family"])))
        raise ParameterError(f"families names {', '.join(unknown)}; the codebook has {known}.")
    return chosen[chosen["family"].isin(list(families))] if families else chosen
