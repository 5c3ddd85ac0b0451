"""Shares from machine codes, corrected by the reports that people coded.

A machine's codes are wrong in ways that do not cancel out; the share of reports that it gives a category is biased
however many reports there are. Where a random sample of the reports was coded by people, with known probabilities, the
bias can be estimated and taken out: design-based supervised learning (Egami, Hinck, Stewart and Wei 2023, NeurIPS 36),
the design-based form of prediction-powered inference (Angelopoulos et al. 2023, Science 382). With the machine's code
as the only predictor it is post-stratification: of the reports to which the machine gives a category, and of those to
which it does not, people say which share names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import ParameterError
from analysis.stats.frame import Frame, Note, Refusal, Result, needed, note, phrase, refuse
from analysis.stats.recurrence import ROLES, find_units, listed_categories, mark_categories, select_counted
from analysis.stats.selection import check_choice, count_documents
from analysis.tidy.problems import build_problems

CORRECTED_COLUMNS = [
    "category", "label_zh", "label_en", "machine_n", "n_reports", "machine_share", "human_n", "n_coded",
    "n_machine_human", "n_machine_only", "n_human_only", "value", "low", "high", "estimable", "interval_kind",
    "assumes_zh", "assumes_en",
]  # fmt: skip
#: Reports that people must have coded among those with the machine's code, and among those without.
LEAST = 2


class Group(NamedTuple):
    """Reports to which a machine gave one answer: how many there are, the share people say yes of, and its interval."""

    size: int
    share: float
    low: float
    high: float


def estimate_corrected(
    codes: pd.DataFrame,
    statements: pd.DataFrame,
    documents: pd.DataFrame,
    sample: pd.DataFrame,
    *,
    machine: str = "",
    role: str = "problem",
    units: str = "headings",
    frame: Frame | None = None,
    categories: pd.DataFrame | None = None,
) -> Result:
    """Estimate which share of the reports names each category, from machine codes and a human subsample.

    Parameters
    ----------
    codes, statements, documents : DataFrame
        Extracted tables, the codings of people among the codes.
    sample : DataFrame
        Table ``coding_sample``: which reports people code and with which probability each was drawn.
    machine : str, optional
        The machine whose codes are corrected; by default the one that coded most statements.
    role : {"problem", "cause"}
    units : {"headings", "statements"}
        As for `estimate_recurrence`.
    frame : Frame, optional
        As for `estimate_recurrence`; says which level of reports is counted.
    categories : DataFrame, optional
        tidy/categories.csv or tidy/causes.csv by default.

    Returns
    -------
    Result
        table: one row a category: machine_n of n_reports (uncorrected), human_n of n_coded, the corrected share
        ``value`` with an interval of measurement, which is about these reports and no others; ``estimable`` is false,
        and there is no value, where people coded too few reports. part ``marks``: report by category, machine and
        human (empty: not coded); silent: the report has no statement, so that there is nothing to code.

    Raises
    ------
    ParameterError
        No codes of this machine, or an unknown option.

    Notes
    -----
    A report counts as coded by people if every statement that counts in it has a human code; adjudicated codes go
    before independent ones, and of two independent ones that of the first coder by name. Intervals of the two groups
    are Wilson's for Kish's effective size, corrected for the finite group, joined by the method of Zou and Donner
    (2008, Statistics in Medicine 27).
    """
    check_choice("role", role, tuple(ROLES))
    frame = frame or Frame()
    machine, machines = _of_machine(codes, machine)
    kept = select_counted(documents, None, frame).kept
    listed = listed_categories(categories, role, machines.head(0))
    humans = codes[codes["coder_type"].eq("human")]
    by_machine, by_human = (
        find_units(build_problems(statements, own, documents)[0], kept, role, units) for own in (machines, humans)
    )
    coded = _coded(by_human, sample)
    marks = mark_categories(by_machine, kept, listed)[["category", "label_zh", "label_en", "doc_id", "named"]]
    human = mark_categories(by_human, kept, listed)["named"].astype("boolean").where(marks["doc_id"].isin(coded))
    silent = ~marks["doc_id"].isin(by_machine["doc_id"])
    marks = marks.rename(columns={"named": "machine"}).assign(human=human, silent=silent)
    chance = dict(zip(sample["doc_id"], sample["p_report"], strict=True))
    rows = [correct_share(own, chance) for _, own in marks.groupby("category", sort=False)]
    table = pd.DataFrame(rows, columns=CORRECTED_COLUMNS)
    counts = count_documents(documents, kept)
    refusals: tuple[Refusal, ...] = ()
    if len(coded) < needed("coded_reports"):
        refusals = (refuse("correction", "coded_reports", len(coded), counts),)
    return Result(table, refusals, tuple(_notes(table, machine, len(coded))), {"marks": marks})


def _of_machine(codes: pd.DataFrame, machine: str) -> tuple[str, pd.DataFrame]:
    """Return the codes of one machine, with its name."""
    rows = codes[codes["coder_type"].ne("human") & codes["round"].ne("adjudicated")]
    counts = rows.groupby("coder")["statement_id"].nunique().sort_values(ascending=False, kind="stable")
    if machine not in (*counts.index, ""):
        raise ParameterError(
            f"machine is {machine!r}, which coded nothing. The machines are: {', '.join(counts.index)}."
        )
    name = machine or (str(counts.index[0]) if len(counts) else "")
    return name, rows[rows["coder"].eq(name)]


def _coded(rows: pd.DataFrame, sample: pd.DataFrame) -> set[str]:
    """Return the reports of the sample that people coded whole: no statement that counts is without a code."""
    whole = rows["category"].ne("").groupby(rows["doc_id"]).all()
    return set(whole.index[whole]) & set(sample["doc_id"])


def correct_share(marks: pd.DataFrame, chance: Mapping[str, float]) -> dict[str, object]:
    """Return the row of one category.

    Parameters
    ----------
    marks : DataFrame
        One row a report: category, label_zh, label_en, doc_id, machine (bool), human (boolean, empty: not coded),
        silent (bool).
    chance : mapping of str to float
        The probability of being drawn of each report that was.
    """
    coded = marks["human"].notna()
    human = marks["human"].fillna(False).astype("bool")
    first = marks.iloc[0]
    row: dict[str, object] = {
        **{name: first[name] for name in ("category", "label_zh", "label_en")},
        "machine_n": int(marks["machine"].sum()), "n_reports": len(marks), "machine_share": marks["machine"].mean(),
        "human_n": int(human.sum()), "n_coded": int(coded.sum()),
        "n_machine_human": int((human & marks["machine"]).sum()),
        "n_machine_only": int((coded & ~human & marks["machine"]).sum()),
        "n_human_only": int((human & ~marks["machine"]).sum()), "value": np.nan, "low": np.nan, "high": np.nan,
        "estimable": False, "interval_kind": "none", "assumes_zh": "", "assumes_en": "",
    }  # fmt: skip
    weights = 1 / marks["doc_id"].map(chance)
    sides = [marks["machine"], ~marks["machine"] & ~marks["silent"]]
    enough = all(int((coded & side).sum()) >= min(LEAST, int(side.sum())) for side in sides)
    if coded.sum() < needed("coded_reports") or not enough:
        return row
    groups = [group_share(human[coded & side], weights[coded & side], int(side.sum())) for side in sides if side.any()]
    groups.append(Group(int(marks["silent"].sum()), 0, 0, 0))
    low, value, high = combine_groups(groups)
    said = phrase("assumes_human")
    return row | {"value": value, "low": low, "high": high, "estimable": True, "interval_kind": "measurement",
                  "assumes_zh": said[0], "assumes_en": said[1]}  # fmt: skip


def group_share(human: pd.Series, weights: pd.Series, size: int) -> Group:
    """Return the share of a group that people say yes of, with Wilson's interval.

    Parameters
    ----------
    human : Series of bool
        What people say of the reports they coded.
    weights : Series
        The inverse of the probability of being drawn.
    size : int
        Reports of the group, coded or not; where all were coded the interval has no width.
    """
    share = float((weights * human).sum() / weights.sum())
    if len(human) == size:
        return Group(size, share, share, share)
    worth = float(weights.sum() ** 2 / (weights**2).sum()) * (size - 1) / (size - len(human))
    low, high = proportion_confint(share * worth, worth, method="wilson")
    return Group(size, share, float(low), float(high))


def combine_groups(groups: list[Group]) -> tuple[float, float, float]:
    """Return low, value and high of the share over all groups (Zou and Donner 2008).

    Examples
    --------
    >>> [round(end, 3) for end in combine_groups([Group(50, 0.9, 0.8, 0.95), Group(50, 0.1, 0.05, 0.2)])]
    [0.444, 0.5, 0.556]
    """
    size = sum(group.size for group in groups)
    parts = [(group.size / size, group) for group in groups]
    value = sum(part * group.share for part, group in parts)
    below = np.sqrt(sum((part * (group.share - group.low)) ** 2 for part, group in parts))
    above = np.sqrt(sum((part * (group.high - group.share)) ** 2 for part, group in parts))
    return float(max(value - below, 0)), float(value), float(min(value + above, 1))


def _notes(table: pd.DataFrame, machine: str, coded: int) -> list[Note]:
    if not table["estimable"].any():
        return [note("uncorrected", machine=machine)]
    notes = [note("corrected", machine=machine, coded=coded)]
    if left := int((~table["estimable"]).sum()):
        notes.append(note("partly_corrected", n=left))
    return notes
