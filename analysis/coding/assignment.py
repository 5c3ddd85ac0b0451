"""Who codes what: whole reports drawn at random, a set share of them by two people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.coding.sampling import draw_reports
from analysis.errors import InputError, ParameterError
from analysis.tables import fit_table

ROLES = ("problem", "cause")


def draw_coding(
    documents: pd.DataFrame,
    statements: pd.DataFrame,
    coders: Sequence[str],
    *,
    reports: int = 20,
    overlap: float = 0.25,
    roles: Sequence[str] = ROLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw the reports that people code, at random within types of issuer, and share them out.

    Parameters
    ----------
    documents : DataFrame
        Table ``documents``, of the reports whose texts are at hand; only those with a statement can be drawn.
    statements : DataFrame
        Table ``statements``.
    coders : list of str
        Two names (or one, without an overlap).
    reports : int
        Reports to draw; all where there are fewer.
    overlap : float
        Share of the reports drawn that both code, from 0 to 1; at least one report where it is above 0.
    roles : list of {"problem", "cause", "remedy", "plan"}
        Which statements are coded.
    seed : int
        Of the draw and of who codes which.

    Returns
    -------
    DataFrame
        Table ``coding_sample``: one row a report, with the probability of being drawn and its coders.

    Raises
    ------
    ParameterError
        Not one or two different coders, an overlap outside 0 to 1 or with one coder, fewer than 2 reports.
    InputError
        No report has such a statement.
    """
    _check(coders, reports, overlap)
    own = statements[statements["role"].isin(roles)]
    able = documents[documents["doc_id"].isin(own["doc_id"])]
    if able.empty:
        raise InputError(f"No report whose text is at hand has a statement of role {' or '.join(roles)}.")
    rng = np.random.default_rng(seed)
    drawn = draw_reports(able, reports, rng)
    shared = int(np.ceil(overlap * len(drawn)))
    order = drawn.iloc[rng.permutation(len(drawn))].assign(
        coders=[
            "|".join(coders) if place < shared else coders[(place - shared) % len(coders)]
            for place in range(len(drawn))
        ],
        roles="|".join(roles),
        seed=seed,
    )
    counts = own["doc_id"].value_counts()
    return fit_table(order.assign(n_statements=order["doc_id"].map(counts)), "coding_sample")


def _check(coders: Sequence[str], reports: int, overlap: float) -> None:
    if not 1 <= len(coders) <= 2 or len(set(coders)) < len(coders):
        raise ParameterError(f"coders is {', '.join(coders) or 'empty'}; give two different names, or one.")
    if wrong := [name for name in coders if not name.isidentifier() or name in {"rules", "gold"}]:
        raise ParameterError(f"coder {wrong[0]!r}: a name is letters, digits and _, and not rules or gold.")
    if not 0 <= overlap <= 1 or (overlap and len(coders) < 2):
        raise ParameterError(f"overlap is {overlap:g}; it must be from 0 to 1, and 0 with one coder.")
    if reports < 2:
        raise ParameterError(f"reports is {reports}; draw at least 2.")
