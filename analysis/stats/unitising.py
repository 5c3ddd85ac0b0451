"""Whether two readers cut the same statements out of a text, before anyone asks how they code them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from analysis.stats.frame import Counts, Result, needed, note, phrase, refuse
from analysis.stats.selection import require_columns

#: Share of the longer of two spans that both must cover, as `fazhi evaluate` has it.
OVERLAP = 0.8
UNITISING_COLUMNS = [
    "role", "n_one", "n_other", "n_matched", "n_reports", "precision", "recall", "value", "low", "high", "estimable",
    "interval_kind", "assumes_zh", "assumes_en",
]  # fmt: skip
_COLUMNS = ["statement_id", "doc_id", "start", "end", "role"]


def match_units(one: pd.DataFrame, other: pd.DataFrame, overlap: float = OVERLAP) -> pd.DataFrame:
    """Match the statements of two readers of the same texts.

    Parameters
    ----------
    one, other : DataFrame
        Table ``statements`` of each: statement_id, doc_id, start, end, role; offsets in the same texts.
    overlap : float
        Share of the longer span that both must cover.

    Returns
    -------
    DataFrame
        statement_id (of the first), other_id, doc_id, role: every statement in one pair at most, the best overlaps
        first. Give the codes of the second the ids of the first to compare codings on matched spans.
    """
    rows = [
        pair
        for (doc_id, role), mine in _spans(one).groupby(["doc_id", "role"], sort=True)
        for pair in _pairs(mine, _spans(other).query("doc_id == @doc_id and role == @role"), overlap)
    ]
    return pd.DataFrame(rows, columns=["statement_id", "other_id", "doc_id", "role"])


def _spans(frame: pd.DataFrame) -> pd.DataFrame:
    require_columns(frame, _COLUMNS, "statements")
    return frame.loc[frame["start"].notna() & frame["end"].notna(), _COLUMNS]


def _pairs(one: pd.DataFrame, other: pd.DataFrame, overlap: float) -> Iterator[tuple[str, str, str, str]]:
    """Yield the pairs of one report and role, the best overlap first."""
    found = []
    for mine in one.itertuples():
        for yours in other.itertuples():
            shared = min(mine.end, yours.end) - max(mine.start, yours.start)
            share = shared / max(mine.end - mine.start, yours.end - yours.start)
            if share >= overlap:
                found.append((-share, mine.statement_id, yours.statement_id, mine.doc_id, mine.role))
    used: set[tuple[int, str]] = set()
    for _, *pair in sorted(found):
        if used.isdisjoint({(0, pair[0]), (1, pair[1])}):
            used |= {(0, pair[0]), (1, pair[1])}
            yield pair[0], pair[1], pair[2], pair[3]


def estimate_unitising(
    one: pd.DataFrame, other: pd.DataFrame, *, overlap: float = OVERLAP, replications: int = 1000, seed: int = 0
) -> Result:
    """Estimate how far two readers find the same statements: F1 of matched spans, by role.

    Compared are the reports in which both have a statement.

    Parameters
    ----------
    one, other : DataFrame
        Table ``statements`` of each, of the same texts.
    overlap : float
        As for `match_units`.
    replications, seed : int
        Of the bootstrap, which draws whole reports.

    Returns
    -------
    Result
        table: one row a role (empty: all) with n_one, n_other, n_matched, precision (matched of the first's), recall
        (matched of the second's) and value, their F1; no value below 10 statements of either, no interval below 10
        reports.
    """
    matched = match_units(one, other, overlap)
    one, other = _spans(one), _spans(other)
    both = sorted(set(one["doc_id"]) & set(other["doc_id"]))
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(both), np.full(len(both), 1 / max(len(both), 1)), size=replications) if both else None
    rows = []
    for role in ("", *sorted(set(one["role"]) | set(other["role"]))):
        counts = np.array([
            frame.loc[frame["role"].eq(role) | (role == ""), "doc_id"].value_counts().reindex(both, fill_value=0)
            for frame in (one, other, matched)
        ]).T  # fmt: skip
        rows.append({"role": role, **_row(counts.astype("float64"), draws)})
    table = pd.DataFrame(rows, columns=UNITISING_COLUMNS)
    refusals = [refuse("unitising_intervals", "clusters", len(both), Counts(full=len(both)))]
    return Result(table, tuple(refusals if len(both) < needed("clusters") else ()), (note("unitising"),))


def _row(counts: np.ndarray, draws: np.ndarray | None) -> dict[str, object]:
    """Return the row of one role from the counts of each report: of one, of the other, matched."""
    mine, yours, matched = counts.sum(axis=0) if len(counts) else (0.0, 0.0, 0.0)
    row: dict[str, object] = {
        "n_one": int(mine), "n_other": int(yours), "n_matched": int(matched), "n_reports": len(counts),
        "precision": np.nan, "recall": np.nan, "value": np.nan, "low": np.nan, "high": np.nan,
        "estimable": min(mine, yours) >= needed("positives"), "interval_kind": "none", "assumes_zh": "",
        "assumes_en": "",
    }  # fmt: skip
    if not row["estimable"] or draws is None:
        return row
    value = 2 * matched / (mine + yours)
    row |= {"precision": matched / mine, "recall": matched / yours, "value": value}
    if len(counts) < needed("clusters"):
        return row
    drawn = draws @ counts
    freedom = len(counts) - 1
    error = float(np.nanstd(2 * drawn[:, 2] / (drawn[:, 0] + drawn[:, 1]), ddof=1)) * np.sqrt(len(counts) / freedom)
    width = float(stats.t.ppf(0.975, freedom)) * error
    said = phrase("assumes_bootstrap")
    return row | {"low": max(value - width, 0.0), "high": min(value + width, 1.0), "interval_kind": "sampling",
                  "assumes_zh": said[0], "assumes_en": said[1]}  # fmt: skip
