"""The sample: which reports there are, when they were signed and published, and which of them enter the tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.stats.frame import Result, note
from analysis.stats.lateness import is_on_time
from analysis.stats.selection import describe_documents, select_reports

COLUMNS = ["doc_id", "place", "province", "issuer_type", "genre", "level", "report_year", "dated", "published",
           "on_time", "n_chars", "n_masked", "coverage", "use", "reason"]  # fmt: skip


def build_sample(
    documents: pd.DataFrame, observations: pd.DataFrame | None = None, *, years: Sequence[int] | None = None
) -> Result:
    """Describe every document: what it is, when it was made public, and whether it enters the tables.

    Parameters
    ----------
    documents, observations : DataFrame
        The extracted and the tidy table.
    years : sequence of int, optional
        Only these report years.

    Returns
    -------
    Result
        One row a document: doc_id, place, province, issuer_type, genre, level, report_year, dated, published, on_time
        (yes, no, unknown: published by 1 April of the next year; a signature is no publication), n_chars, n_masked,
        coverage, use (kept, shown, set_aside), reason. Parts: ``full`` (the full reports),
        ``others`` (openings and partial texts) and ``counts`` (coverage, genre, issuer_type, n, n_kept).
    """
    log = select_reports(documents, observations, years=years).log
    rows = describe_documents(documents, observations).merge(log[["doc_id", "use", "reason"]], on="doc_id")
    rows["on_time"] = [is_on_time(*pair) for pair in zip(rows["published"], rows["report_year"], strict=True)]
    rows = rows.loc[rows["reason"] != "year", COLUMNS].sort_values("doc_id", ignore_index=True)
    counts = (
        rows.groupby(["coverage", "genre", "issuer_type"], sort=True)
        .agg(n=("doc_id", "size"), n_kept=("use", lambda use: int((use == "kept").sum())))
        .reset_index()
    )
    whole = rows["coverage"] == "full"
    full, others = (rows[chosen].reset_index(drop=True) for chosen in (whole, ~whole))
    told = note("sample", n=len(full), others=len(others))
    return Result(rows, (), (told,), {"full": full, "others": others, "counts": counts})
