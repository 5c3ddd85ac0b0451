"""Printed or admitted: whether reports that name a shortcoming print the figure that would show it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.codebook import read_frame
from analysis.errors import ParameterError
from analysis.stats.frame import Result, label_pair, note
from analysis.stats.recurrence import find_units
from analysis.stats.selection import select_reports
from analysis.stats.values import choose_indicators, find_at_risk


def estimate_admitted(
    coverage: pd.DataFrame,
    problems: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    indicator: str = "head_of_agency_appearance_rate",
    category: str = "administrative_disputes",
    years: Sequence[int] | None = None,
    codebook: pd.DataFrame | None = None,
    categories: pd.DataFrame | None = None,
) -> Result:
    """Set printing a figure against naming its subject as a problem, in counts of county reports.

    Parameters
    ----------
    coverage, problems : DataFrame
        Tidy tables.
    documents : DataFrame
        The extracted table `documents`.
    indicator : str
        Id of the figure.
    category : str
        Problem category of its subject; a report admits it if any of its problem statements has this category.
    years : list of int, optional
        Report years; all by default.
    codebook, categories : DataFrame, optional
        tidy/indicators.csv and tidy/categories.csv by default.

    Returns
    -------
    Result
        table: printed and admitted (bool), n of n_at_risk reports, doc_ids joined by |; four rows. The caption says it
        in a sentence. No test: the cells describe these reports.

    Raises
    ------
    ParameterError
        An unknown indicator or category.
    """
    figure = choose_indicators([indicator], read_frame("tidy/indicators") if codebook is None else codebook)
    known = read_frame("tidy/categories") if categories is None else categories
    subject = known[known["id"] == category]
    if subject.empty:
        raise ParameterError(f"category is {category!r}; the codebook has {', '.join(known['id'])}.")
    kept, _, log = select_reports(documents, years=years, departments="none", townships=False, levels=("county",))
    at_risk = find_at_risk(coverage, kept, [indicator])
    named = find_units(problems, kept, "problem", "statements")
    admitting = set(named.loc[named["category"] == category, "doc_id"])
    printed = set(at_risk.loc[at_risk["status"] != "not_reported", "doc_id"])
    rows = []
    for prints in (True, False):
        for admits in (True, False):
            ids = [name for name in at_risk["doc_id"] if (name in printed, name in admitting) == (prints, admits)]
            rows.append({"printed": prints, "admitted": admits, "n": len(ids), "n_at_risk": len(at_risk),
                         "doc_ids": "|".join(sorted(ids))})  # fmt: skip
    both, only_printed, only_admitted, neither = (row["n"] for row in rows)
    said = note(
        "admitted", n=len(at_risk), both=both, printed=only_printed, admitted=only_admitted, neither=neither,
        figure=label_pair(figure), subject=label_pair(subject),
    )  # fmt: skip
    return Result(pd.DataFrame(rows), (), (said,), {"set_aside": log})
