"""Which shortcomings reports name, counted by report: x of n, never by the length of a report's list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.codebook import read_frame
from analysis.stats.frame import Frame, Note, Result, needed, note, refuse
from analysis.stats.response import find_states, frame_notes
from analysis.stats.selection import (
    DOCUMENT_COLUMNS,
    Selection,
    check_choice,
    count_documents,
    find_departments,
    require_columns,
    select_reports,
)
from analysis.stats.shares import add_shares, break_down

ROLES = {"problem": "tidy/categories", "cause": "tidy/causes"}
UNITS = ("headings", "statements")
BREAKDOWNS = ("report_year", "province", "issuer_type")
PAIR_COLUMNS = ["category_a", "label_a_zh", "label_a_en", "category_b", "label_b_zh", "label_b_en", "n_both",
                "n_a", "n_b", "n_reports", "expected", "p_value", "p_adjusted"]  # fmt: skip


def estimate_recurrence(
    problems: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    role: str = "problem",
    units: str = "headings",
    primary_only: bool = False,
    years: Sequence[int] | None = None,
    by: str | None = None,
    frame: Frame | None = None,
    categories: pd.DataFrame | None = None,
) -> Result:
    """Count the reports that name each category at least once.

    Counted are full reports of counties (or of the level of the frame), one a unit and year, never a department's. The
    unit is the numbered top-level problem (its children elaborate it), so that a long list does not count more than a
    short one; in a report without numbered problems, every statement that stands on its own.

    Parameters
    ----------
    problems : DataFrame
        The tidy table `problems`: one coding a statement, one row a category.
    documents : DataFrame
        The extracted table `documents`.
    role : {"problem", "cause"}
        Causes have their own list of categories.
    units : {"headings", "statements"}
        Top-level problems, or every statement, as a sensitivity.
    primary_only : bool
        Leave out secondary categories of a statement.
    years : list of int, optional
        Report years; all by default.
    by : {"report_year", "province", "issuer_type"}, optional
        Add a breakdown; cells below 20 reports keep their counts and get no share.
    frame : Frame, optional
        What the reports stand for; a convenience corpus by default.
    categories : DataFrame, optional
        tidy/categories.csv or tidy/causes.csv by default.

    Returns
    -------
    Result
        table: one row a category: n (reports that name it) of n_at_risk, n_statements, share and interval where
        allowed, doc_ids; with a frame of reports due the columns of `analysis.stats.response.add_states`. parts: marks
        (category x report, complete; counted is false for full reports of departments, which are shown and not
        counted), lengths (n_statements a report), by, set_aside.

    Raises
    ------
    ParameterError
        An unknown option, or years of which there is no report.
    """
    frame = frame or Frame()
    check_choice("role", role, tuple(ROLES))
    check_choice("units", units, UNITS)
    check_choice("by", by, (None, *BREAKDOWNS))
    chosen = select_counted(documents, years, frame)
    kept, counts = chosen.kept, count_documents(documents, chosen.kept)
    rows = find_units(problems, kept, role, units, primary_only)
    listed = listed_categories(categories, role, rows)
    marks = mark_categories(rows, kept, listed)
    repeated = {"years": max(int(kept["report_year"].nunique()), 1), "repeated": kept["unit_id"].duplicated().any()}
    states = find_states(frame, kept, years)
    table, refusals = add_shares(_count(marks), frame, counts, states=states, **repeated)
    outside = find_departments(documents, chosen.log)
    apart = mark_categories(find_units(problems, outside, role, units, primary_only), outside, listed)
    shown = pd.concat([marks.assign(counted=True), apart.assign(counted=False)], ignore_index=True)
    parts = {"marks": shown, "lengths": _lengths(rows, kept), "set_aside": chosen.log}
    if by:
        parts["by"], refused = break_down(_count(marks, by), by, frame, counts, states)
        refusals += refused
    notes = [*_notes(rows, units, counts.full), *frame_notes(frame, states)]
    return Result(table, tuple(refusals), tuple(notes), parts)


def select_counted(documents: pd.DataFrame, years: Sequence[int] | None, frame: Frame) -> Selection:
    """Select the reports that count: of the level of the frame, one a unit and year, no department's or township's."""
    return select_reports(documents, years=years, departments="none", townships=False, levels=(frame.level,))


def listed_categories(categories: pd.DataFrame | None, role: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the active categories of the codebook, then those that were coded and are not in it."""
    known = read_frame(ROLES[role]) if categories is None else categories
    active = known[known["status"].ne("retired")] if "status" in known else known
    others = sorted(set(rows["category"]) - set(active["id"]) - {""})
    extra = pd.DataFrame({"id": others, "label_zh": others, "label_en": others})
    listed = pd.concat([active[["id", "label_zh", "label_en"]], extra], ignore_index=True)
    return listed.rename(columns={"id": "category"})


def find_units(
    problems: pd.DataFrame, kept: pd.DataFrame, role: str, units: str = "headings", primary_only: bool = False
) -> pd.DataFrame:
    """Return the coded statements that count, of the reports kept.

    Parameters
    ----------
    problems : DataFrame
        Columns statement_id, category, doc_id, role, heading, parent_id, primary.
    kept : DataFrame
        Reports, by doc_id.
    role : {"problem", "cause"}
        Which statements.
    units : {"headings", "statements"}
        Top-level headings (in a report without headings, statements without a parent), or all statements.
    primary_only : bool
        Leave out secondary categories.
    """
    require_columns(
        problems, ["statement_id", "category", "doc_id", "role", "heading", "parent_id", "primary"], "problems"
    )
    rows = problems[problems["role"].eq(role) & problems["doc_id"].isin(kept["doc_id"])]
    if units == "headings":
        alone = rows["parent_id"].eq("")
        top = rows["heading"] & alone
        has_top, has_alone = (kind.groupby(rows["doc_id"]).transform("any") for kind in (top, alone))
        rows = rows[top | (~has_top & alone) | (~has_top & ~has_alone)]
    rows = rows[rows["primary"] | rows["category"].eq("")] if primary_only else rows
    return rows.sort_values(["doc_id", "statement_id", "category"], kind="stable", ignore_index=True)


def mark_categories(rows: pd.DataFrame, kept: pd.DataFrame, categories: pd.DataFrame) -> pd.DataFrame:
    """Return one row a category and report: named (bool) and n_statements, zero where it is not named."""
    grid = categories.merge(kept[DOCUMENT_COLUMNS], how="cross")
    counted = rows.groupby(["category", "doc_id"])["statement_id"].nunique().rename("n_statements").reset_index()
    grid = grid.merge(counted, on=["category", "doc_id"], how="left")
    grid["n_statements"] = grid["n_statements"].fillna(0).astype("int64")
    return grid.assign(named=grid["n_statements"] > 0)


def _count(marks: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    keys = [*([by] if by else []), "category", "label_zh", "label_en"]
    groups = marks.groupby(keys, sort=False, dropna=False)
    counted = groups.agg(n=("named", "sum"), n_at_risk=("named", "size"), n_statements=("n_statements", "sum"))
    named = marks[marks["named"]].groupby(keys, sort=False, dropna=False)["doc_id"]
    counted["doc_ids"] = named.agg(lambda ids: "|".join(sorted(ids))).reindex(counted.index).fillna("")
    counted["n_reports"] = counted["n_at_risk"]
    counted = counted.reset_index()
    return counted.sort_values(by, kind="stable", ignore_index=True) if by else counted


def _lengths(rows: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    counted = rows.groupby("doc_id")["statement_id"].nunique()
    table = kept[DOCUMENT_COLUMNS].copy()
    table["n_statements"] = table["doc_id"].map(counted).fillna(0).astype("int64")
    return table


def _notes(rows: pd.DataFrame, units: str, n: int) -> list[Note]:
    notes = [note(f"units_{units}", n=n, statements=int(rows["statement_id"].nunique()))]
    silent = n - int(rows["doc_id"].nunique())
    if silent:
        notes.append(note("no_statements", n=silent))
    uncoded = int(rows.loc[rows["category"].eq(""), "statement_id"].nunique())
    if uncoded:
        notes.append(note("uncoded", n=uncoded))
    if "coder" in rows and (coders := sorted(set(rows["coder"]) - {""})):
        notes.append(note("coders", coders=", ".join(coders)))
    return notes


def estimate_cooccurrence(
    problems: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    years: Sequence[int] | None = None,
    permutations: int = 999,
    seed: int = 0,
    frame: Frame | None = None,
    categories: pd.DataFrame | None = None,
) -> Result:
    """Test which categories stand together in a report more or less often than its length and their frequency explain.

    Only primary categories of top-level problems are used: secondary codes and children make pairs mechanically. Each
    pair is set against matrices in which every report names as many categories and every category is named as often
    as in truth (curveball algorithm), and corrected for the number of pairs by the greatest deviation (maxT).

    Parameters
    ----------
    problems, documents : DataFrame
        As for `estimate_recurrence`.
    years : list of int, optional
        Report years; all by default.
    permutations : int
        Number of matrices.
    seed : int
        Of the random numbers.
    frame : Frame, optional
        Of a declared frame only reports at its level are used; the test concerns the reports at hand.
    categories : DataFrame, optional
        tidy/categories.csv by default.

    Returns
    -------
    Result
        table: one row a pair of categories: n_both, expected, p_value, p_adjusted; empty, with a refusal, below 100
        full reports.

    References
    ----------
    Strona, Nappo, Boccacci, Fattorini and San-Miguel-Ayanz (2014), Nature Communications 5:4114.
    Westfall and Young (1993), Resampling-based multiple testing.
    """
    chosen = select_counted(documents, years, frame or Frame())
    kept, counts = chosen.kept, count_documents(documents, chosen.kept)
    parts = {"set_aside": chosen.log}
    if len(kept) < needed("cooccurrence_reports"):
        refused = refuse("cooccurrence", "cooccurrence_reports", len(kept), counts)
        return Result(pd.DataFrame(columns=PAIR_COLUMNS), (refused,), (), parts)
    rows = find_units(problems, kept, "problem", "headings", primary_only=True)
    marks = mark_categories(rows, kept, listed_categories(categories, "problem", rows))
    wide = marks.pivot(index="category", columns="doc_id", values="named").reindex(marks["category"].unique())
    wide = wide[wide.any(axis=1)]
    labels = marks.drop_duplicates("category").set_index("category")[["label_zh", "label_en"]]
    table = _pair_table(wide, *_permute(wide.to_numpy(dtype=bool), permutations, seed), labels)
    notes = [note("cooccurrence", permutations=permutations, seed=seed, n=len(kept))]
    if kept["unit_id"].duplicated().any():
        notes.append(note("cooccurrence_scope"))
    return Result(table, (), tuple(notes), parts)


def _permute(observed: np.ndarray, permutations: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return observed counts of pairs, and counts in matrices with the same margins, one row a matrix."""
    rng = np.random.default_rng(seed)
    pairs = np.triu_indices(len(observed), 1)
    matrix = observed.copy()
    trades = 5 * len(matrix)
    trade_rows(matrix, 10 * trades, rng)
    drawn = np.empty((permutations, len(pairs[0])))
    for number in range(permutations):
        trade_rows(matrix, trades, rng)
        drawn[number] = np.inner(named := matrix.astype("float64"), named)[pairs]  # of whole numbers it is slow
    together = (observed.astype("int64") @ observed.T.astype("int64"))[pairs]
    return together, drawn, np.column_stack(pairs)


def trade_rows(matrix: np.ndarray, trades: int, rng: np.random.Generator) -> None:
    """Shuffle a 0-1 matrix in place by trades between rows; all row and column sums stay as they are."""
    if len(matrix) < 2:
        return
    first, second = rng.integers(len(matrix), size=trades), rng.integers(len(matrix) - 1, size=trades)
    for one, other in zip(first, second + (second >= first), strict=True):
        row, partner = matrix[one], matrix[other]
        differ = np.flatnonzero(row != partner)
        taken = rng.permutation(differ)[: np.count_nonzero(row[differ])]
        partner[differ] = True
        partner[taken] = False
        row[differ] = False
        row[taken] = True


def _pair_table(
    wide: pd.DataFrame, together: np.ndarray, drawn: np.ndarray, pairs: np.ndarray, labels: pd.DataFrame
) -> pd.DataFrame:
    # The observed matrix is one of the random ones under the null: only if it is counted among them is p exact.
    counts = np.vstack([together, drawn])
    above, below = (counts >= together).mean(axis=0), (counts <= together).mean(axis=0)
    mean, spread = counts.mean(axis=0), counts.std(axis=0)
    deviation = np.abs(counts - mean) / np.where(spread > 0, spread, np.inf)
    table = pd.DataFrame(
        {"n_both": together, "n_reports": wide.shape[1], "expected": mean,
         "p_value": np.minimum(1, 2 * np.minimum(above, below)),
         "p_adjusted": (deviation.max(axis=1, initial=0, keepdims=True) >= deviation[0]).mean(axis=0)}
    )  # fmt: skip
    for side, name in enumerate("ab"):
        table[f"category_{name}"] = wide.index.to_numpy()[pairs[:, side]]
        table[f"n_{name}"] = wide.sum(axis=1).to_numpy()[pairs[:, side]]
        for language in ("zh", "en"):
            table[f"label_{name}_{language}"] = table[f"category_{name}"].map(labels[f"label_{language}"])
    return table[PAIR_COLUMNS]
