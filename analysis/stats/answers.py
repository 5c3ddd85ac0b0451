"""Which plans may answer which problems: candidates for people to code, never a rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import Frame, Result, note
from analysis.stats.recurrence import find_units
from analysis.stats.selection import select_reports

#: What a coder fills in: whether the plan answers the problem (yes, partly, no, unclear), who says so, and why.
TO_FILL = ["answers", "coder", "remark"]
COLUMNS = ["problem_id", "plan_id", "problem_doc", "plan_doc", "place", "year", "relation", "rank", "shared_categories",
           "similarity_codes", "similarity_wording", *TO_FILL]  # fmt: skip
RELATIONS = {"same_report": 0, "next_report": 1}


def find_answers(
    problems: pd.DataFrame,
    plans: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    words: Mapping[str, str] | None = None,
    most: int = 3,
    years: Sequence[int] | None = None,
    frame: Frame | None = None,
) -> Result:
    """Set every problem beside the plans that are most like it, in the same report and in the next year's.

    Similarity is no answer: the table is a coding sheet whose last columns are empty, and no rate is made of it.

    Parameters
    ----------
    problems, plans : DataFrame
        Tidy tables; counted are the top-level statements of the reports that `estimate_recurrence` counts.
    documents : DataFrame
        The extracted table `documents`.
    words : mapping of str to str, optional
        What statements say, by statement_id, where the texts are at hand.
    most : int
        Candidates of a problem in one report.
    years : list of int, optional
        Report years; all by default.
    frame : Frame, optional
        What the reports stand for; its level is the one that is counted.

    Returns
    -------
    Result
        table: one row a problem and plan: problem_id, plan_id (statements), relation (same_report, next_report), rank,
        shared_categories (joined by |), similarity_codes (Jaccard index of their categories, 0 to 1),
        similarity_wording (Dice index of their pairs of characters; empty without texts), and what a coder fills in.
        Most alike first: by codes, then by wording. parts: without (problems for which no plan shares anything).

    Raises
    ------
    ParameterError
        most is below 1, or years of which there is no report.

    References
    ----------
    Dice (1945), Ecology 26(3), on the index of pairs.
    """
    if most < 1:
        raise ParameterError(f"most is {most}; it must be 1 or more.")
    level = (frame or Frame()).level
    kept = select_reports(documents, years=years, departments="none", townships=False, levels=(level,)).kept
    asked, offered = _describe(problems, kept, "problem"), _describe(plans, kept, "plan")
    same = asked.assign(key=asked["doc_id"], relation="same_report")
    following = kept.set_index(["unit_id", "report_year"])["doc_id"].to_dict()
    coming = [following.get((unit, year + 1), "") for unit, year in zip(asked["unit_id"], asked["year"], strict=True)]
    later = asked.assign(key=coming, relation="next_report")
    pairs = pd.concat([same, later[later["key"] != ""]]).merge(
        offered[["doc_id", "statement_id", "categories"]], left_on="key", right_on="doc_id", suffixes=("", "_plan")
    )
    table = _rank(_compare(pairs, words or {}), most)
    lonely = asked.loc[~asked["statement_id"].isin(table["problem_id"]), ["statement_id", "doc_id", "place", "year"]]
    told = note("answers", n=len(table), problems=len(asked), without=len(lonely), most=most,
                plans=len(offered), uncoded=int((offered["categories"].map(len) == 0).sum()))  # fmt: skip
    return Result(table, (), (told,), {"without": lonely.reset_index(drop=True)})


def _describe(statements: pd.DataFrame, kept: pd.DataFrame, role: str) -> pd.DataFrame:
    """Return the top-level statements of a role with the set of their categories and the report they stand in."""
    rows = find_units(statements, kept, role)
    grouped = rows.groupby(["doc_id", "statement_id"], sort=True)["category"].agg(lambda found: frozenset(found) - {""})
    about = kept[["doc_id", "unit_id", "place", "report_year"]].rename(columns={"report_year": "year"})
    return grouped.rename("categories").reset_index().merge(about, on="doc_id")


def _compare(pairs: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    both = list(zip(pairs["categories"], pairs["categories_plan"], strict=True))
    ids = zip(pairs["statement_id"], pairs["statement_id_plan"], strict=True)
    return pairs.assign(
        shared_categories=["|".join(sorted(one & other)) for one, other in both],
        similarity_codes=[len(one & other) / len(one | other) if one | other else 0.0 for one, other in both],
        similarity_wording=pd.Series(
            [dice(words[one], words[other]) if one in words and other in words else None for one, other in ids],
            index=pairs.index, dtype="Float64",
        ),
    )  # fmt: skip


def dice(one: str, other: str) -> float:
    """Return the Dice index of the pairs of adjoining characters of two texts, 0 to 1.

    >>> dice("night", "nacht")
    0.25
    """
    pairs = [Counter(zip(text, text[1:], strict=False)) for text in (one, other)]
    total = sum(pairs[0].values()) + sum(pairs[1].values())
    return 2 * sum((pairs[0] & pairs[1]).values()) / total if total else 0.0


def _rank(pairs: pd.DataFrame, most: int) -> pd.DataFrame:
    alike = pairs[(pairs["similarity_codes"] > 0) | (pairs["similarity_wording"].fillna(0) > 0)]
    order = alike.assign(_relation=alike["relation"].map(RELATIONS)).sort_values(
        ["doc_id", "statement_id", "_relation", "similarity_codes", "similarity_wording", "statement_id_plan"],
        ascending=[True, True, True, False, False, True],
    )
    ranks = order.groupby(["statement_id", "relation"]).cumcount() + 1
    chosen = order.assign(rank=ranks, **dict.fromkeys(TO_FILL, ""))[ranks <= most]
    named = {"statement_id": "problem_id", "statement_id_plan": "plan_id", "doc_id": "problem_doc", "key": "plan_doc"}
    return chosen.rename(columns=named)[COLUMNS].reset_index(drop=True)
