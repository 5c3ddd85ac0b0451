"""How far coders agree: four numbers that answer four questions, never one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, stats

from analysis.codebook import read_frame
from analysis.stats.frame import Counts, Note, Refusal, Result, needed, note, phrase, refuse
from analysis.stats.measures import alpha, cross_tables, masi, positive_agreement, precision, recall
from analysis.stats.selection import require_columns
from analysis.tidy.units import has_flag

KINDS = {1: "human_human", 2: "machine_human", 3: "same_model", 4: "different_model"}
ATTRIBUTE = "attr:"
AGREEMENT_COLUMNS = [
    "number", "comparison_zh", "comparison_en", "coder_a", "coder_b", "category", "label_zh", "label_en", "coefficient",
    "value", "low", "high", "n", "n_statements", "n_reports", "prevalence", "estimable", "interval_kind",
    "assumes_zh", "assumes_en",
]  # fmt: skip
Measure = Callable[[np.ndarray], np.ndarray]
#: Bootstrap tables held at once.
AT_ONCE = 20


class Coding(NamedTuple):
    """What one coder gave to each statement in one round."""

    coder: str
    coder_type: str
    model: str
    adjudicated: bool
    labels: dict[str, frozenset[str]]


def estimate_agreement(
    codes: pd.DataFrame,
    statements: pd.DataFrame,
    *,
    role: str = "problem",
    tuning_reports: Sequence[str] = (),
    replications: int = 1000,
    seed: int = 0,
    categories: pd.DataFrame | None = None,
) -> Result:
    """Compare coders pair by pair, and never mix what the pairs are.

    (1) two people, independently: reliability. (2) a machine against adjudicated human codes: accuracy. (3) the same
    model twice: stability. (4) different machines: consistency, which says nothing about reliability. Adjudicated
    codes enter (2) only. Compared are statements that both coded; a statement's codes are a set.

    Parameters
    ----------
    codes : DataFrame
        The extracted table `codes` (and files in data/codes): statement_id, category, coder, coder_type, round, and,
        if known, coder_model.
    statements : DataFrame
        The extracted table `statements`: statement_id, doc_id, role.
    role : str
        Which statements.
    tuning_reports : list of str
        Documents on which the machine was tuned; left out of (2).
    replications, seed : int
        Of the bootstrap, which draws whole reports.
    categories : DataFrame, optional
        tidy/categories.csv (or tidy/causes.csv) by default.

    Returns
    -------
    Result
        table: one row a pair, category (empty: all together) and coefficient (alpha, alpha_masi, positive_agreement;
        precision and recall in (2)), n positives, prevalence; without a value where there are fewer than 10
        positives, and without an interval below 10 reports. parts: available (which of the four numbers exist).
    """
    require_columns(codes, ["statement_id", "category", "coder", "coder_type", "round"], "codes")
    name = "tidy/causes" if role == "cause" else "tidy/categories"
    listed = read_frame(name) if categories is None else categories
    wanted = statements[statements["role"] == role].set_index("statement_id")["doc_id"]
    codings = find_codings(codes[codes["statement_id"].isin(wanted.index)])
    pairs = [pair for pair in map(_kind, combinations(codings, 2)) if pair]
    rows: list[dict[str, object]] = []
    for number, one, other in sorted(pairs, key=lambda pair: (pair[0], pair[1].coder, pair[2].coder)):
        both = [name for name in one.labels if name in other.labels]
        if number == 2:
            both = [name for name in both if wanted[name] not in set(tuning_reports)]
        if both:
            rng = np.random.default_rng(seed)
            rows += _compare(number, one, other, both, wanted, listed, replications, rng)
    table = pd.DataFrame(rows, columns=AGREEMENT_COLUMNS)
    available = _available(table)
    refusals = tuple(_refuse(table, available, wanted))
    return Result(table, refusals, tuple(_notes(table, codes, codings)), {"available": available})


def find_codings(codes: pd.DataFrame) -> list[Coding]:
    """Return what each coder gave in each round; attributes are no categories."""
    rows = codes[~codes["category"].str.startswith(ATTRIBUTE)]
    model = rows["coder_model"] if "coder_model" in rows else pd.Series("", index=rows.index)
    rows = rows.assign(model=model.where(model != "", rows["coder"]), adjudicated=rows["round"].eq("adjudicated"))
    found = []
    for (coder, kind, adjudicated), group in rows.groupby(["coder", "coder_type", "adjudicated"], sort=True):
        labels = group.groupby("statement_id", sort=True)["category"].agg(frozenset).to_dict()
        found.append(Coding(str(coder), str(kind), str(group["model"].iloc[0]), bool(adjudicated), labels))
    return found


def _kind(pair: tuple[Coding, Coding]) -> tuple[int, Coding, Coding] | None:
    """Return which of the four numbers a pair stands for, the machine first; None if it stands for none."""
    one, other = sorted(pair, key=lambda coding: coding.coder_type == "human")
    human = [coding.coder_type == "human" for coding in (one, other)]
    if human == [False, True]:
        return (2, one, other) if other.adjudicated and not one.adjudicated else None
    if one.adjudicated or other.adjudicated or one.coder == other.coder:
        return None
    if all(human):
        return 1, one, other
    return (3 if one.model == other.model else 4), one, other


def _compare(
    number: int, one: Coding, other: Coding, both: list[str], reports: pd.Series, listed: pd.DataFrame,
    replications: int, rng: np.random.Generator,
) -> list[dict[str, object]]:  # fmt: skip
    """Return the rows of one pair; whole reports are drawn in the bootstrap, the same ones for every measure."""
    report, names = pd.factorize(reports[both].to_numpy(), sort=True)
    draws = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=replications)
    said = phrase(KINDS[number])
    about = {"number": number, "comparison_zh": said[0], "comparison_en": said[1], "coder_a": one.coder,
             "coder_b": other.coder, "n_statements": len(both), "n_reports": len(names)}  # fmt: skip

    def tables(mark: Callable[[frozenset[str]], object], codes: Sequence[object]) -> sparse.csr_array:
        first, second = ([mark(coding.labels[name]) for name in both] for coding in (one, other))
        return cross_tables(first, second, codes, report)

    sets = sorted({coding.labels[name] for coding in (one, other) for name in both}, key=sorted)
    apart = np.array([[masi(a, b) for b in sets] for a in sets])
    everything = phrase("all_categories")
    rows = [{**about, "category": "", "label_zh": everything[0], "label_en": everything[1], "n": len(both),
             **_estimate("alpha_masi", lambda table: alpha(table, apart), tables(frozenset, sets), draws, len(both)),
             "prevalence": np.nan}]  # fmt: skip
    measures: dict[str, Measure] = {"alpha": alpha, "positive_agreement": positive_agreement}
    if number == 2:
        measures |= {"precision": precision, "recall": recall}
    for row in listed[listed["id"].isin(frozenset().union(*sets))].to_dict("records"):
        marked = tables(partial(_has, row["id"]), (False, True))
        total = marked.sum(axis=0).reshape(2, 2)
        positives = int(total.sum() - total[0, 0])
        prevalence = float(total[1].sum() + total[:, 1].sum()) / (2 * len(both))
        rows += [
            {**about, "category": row["id"], "label_zh": row["label_zh"], "label_en": row["label_en"], "n": positives,
             **_estimate(measure, function, marked, draws, positives), "prevalence": prevalence}
            for measure, function in measures.items()
        ]  # fmt: skip
    return rows


def _has(category: str, labels: frozenset[str]) -> bool:
    return category in labels


def _estimate(
    measure: str, function: Measure, tables: sparse.csr_array, draws: np.ndarray, positives: int
) -> dict[str, object]:
    """Return a measure with an interval, as far as the minimum data allow.

    The interval is Student's t with the standard error of the bootstrap over reports: with few reports the percentiles
    of the bootstrap cover too little (tests/validation).
    """
    codes, n_reports = math.isqrt(tables.shape[1]), tables.shape[0]
    value = float(function(tables.sum(axis=0).reshape(codes, codes))) if positives >= needed("positives") else np.nan
    row: dict[str, object] = {"coefficient": measure, "value": value, "estimable": not np.isnan(value), "low": np.nan,
                              "high": np.nan, "interval_kind": "none", "assumes_zh": "", "assumes_en": ""}  # fmt: skip
    if np.isnan(value) or n_reports < needed("clusters"):
        return row
    parts = (draws[start : start + AT_ONCE] @ tables for start in range(0, len(draws), AT_ONCE))
    drawn, freedom = np.concatenate([function(part.reshape(-1, codes, codes)) for part in parts]), n_reports - 1
    error = float(np.nanstd(drawn, ddof=1)) * np.sqrt(n_reports / freedom)
    width = float(stats.t.ppf(0.975, freedom)) * error
    least = -1.0 if measure.startswith("alpha") else 0.0
    said = phrase("assumes_bootstrap")
    return row | {"low": max(value - width, least), "high": min(value + width, 1.0), "interval_kind": "sampling",
                  "assumes_zh": said[0], "assumes_en": said[1]}  # fmt: skip


def _available(table: pd.DataFrame) -> pd.DataFrame:
    pairs = table.drop_duplicates(["number", "coder_a", "coder_b"]).groupby("number").size()
    rows = [
        {"number": number, "comparison_zh": phrase(kind)[0], "comparison_en": phrase(kind)[1],
         "n_pairs": int(pairs.get(number, 0)), "exists": number in pairs.index}
        for number, kind in KINDS.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _refuse(table: pd.DataFrame, available: pd.DataFrame, reports: pd.Series) -> list[Refusal]:
    counts = Counts(full=int(reports.nunique()))
    lacking = available[~available["exists"]]
    refusals = [
        refuse(f"agreement_{KINDS[int(row.number)]}", "coders", 0, counts) for row in lacking.itertuples()
    ]  # fmt: skip
    rare = table[table["category"].ne("") & table["n"].lt(needed("positives"))]
    if len(rare):
        refusals.append(refuse("agreement_rare", "positives", int(rare["n"].max()), counts,
                               categories=int(rare["category"].nunique())))  # fmt: skip
    few = table[table["n_reports"].lt(needed("clusters")) & table["estimable"]]
    if len(few):
        refusals.append(refuse("agreement_intervals", "clusters", int(few["n_reports"].max()), counts))
    return refusals


def _notes(table: pd.DataFrame, codes: pd.DataFrame, codings: list[Coding]) -> list[Note]:
    notes = [note("agreement_apart")]
    if set(table["number"]) == {4}:
        notes.append(note("consistency_only"))
    if table.empty and codings:
        notes.append(note("one_coding", coders=", ".join(sorted({coding.coder for coding in codings}))))
    machines = codes[codes["coder_type"] != "human"]
    if "saw" in codes and has_flag(machines["saw"], "triggers").any():
        notes.append(note("saw_triggers"))
    return notes
