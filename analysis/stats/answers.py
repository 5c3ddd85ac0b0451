"""Which plans may answer which problems, and what became of plans: candidates for people to code, never a rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import Frame, Result, note
from analysis.stats.recurrence import find_units
from analysis.stats.selection import select_reports

#: What a coder fills in: whether the plan answers the problem (yes, partly, no, unclear), who says so, and why.
TO_FILL = ["answers", "coder", "remark"]
ALIKE = ["rank", "basis", "shared_categories", "similarity_codes", "similarity_wording"]
COLUMNS = ["problem_id", "plan_id", "problem_doc", "plan_doc", "place", "year", "relation", *ALIKE, *TO_FILL]
RELATIONS = ("same_report", "next_report")
#: What a coder fills in: whether the plan was carried out (yes, partly, no, unclear), where the next report says so.
TO_FILL_PROMISES = ["kept", "where", "coder", "remark"]
PROMISE_COLUMNS = ["plan_id", "statement_id", "plan_doc", "next_doc", "place", "year", "relation", *ALIKE,
                   *TO_FILL_PROMISES]  # fmt: skip
NUMBER = r"[@#](\d+)$"  # where a statement stands in its report, at the end of its id
AGAIN = ("promised_again", "named_as_problem")


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

    Similarity is no answer: the table is a coding sheet whose last columns are empty, and no rate is made of it. Where
    plans carry no category and the texts are not at hand, those at the same place of their list are the candidates.

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
        basis (codes, wording, order: why it is listed), shared_categories (joined by |), similarity_codes (Jaccard
        index of their categories, 0 to 1), similarity_wording (Dice index of their pairs of characters; empty without
        texts), and what a coder fills in. Most alike first: by codes, then by wording, then by order. parts: without
        (problems beside which no plan stands).

    Raises
    ------
    ParameterError
        most is below 1, or years of which there is no report.

    References
    ----------
    Dice (1945), Ecology 26(3), on the index of pairs.
    """
    kept = _select(documents, years, frame, most)
    asked, offered = _describe(problems, kept, "problem"), _describe(plans, kept, "plan")
    same = asked.assign(key=asked["doc_id"], relation="same_report")
    both = pd.concat([same, _beside_next(asked, kept).assign(relation="next_report")])
    named = {"statement_id": "problem_id", "statement_id_other": "plan_id", "doc_id": "problem_doc", "key": "plan_doc"}
    table = _rank(_pair(both, offered, words or {}), RELATIONS, most).rename(columns=named)
    table = table.assign(**dict.fromkeys(TO_FILL, ""))[COLUMNS]
    lonely = asked.loc[~asked["statement_id"].isin(table["problem_id"]), ["statement_id", "doc_id", "place", "year"]]
    told = note("answers", n=len(table), problems=len(asked), without=len(lonely), most=most,
                plans=len(offered), uncoded=int((offered["categories"].map(len) == 0).sum()))  # fmt: skip
    return Result(table, (), (told,), {"without": lonely.reset_index(drop=True)})


def find_promises(
    problems: pd.DataFrame,
    plans: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    words: Mapping[str, str] | None = None,
    most: int = 3,
    years: Sequence[int] | None = None,
    frame: Frame | None = None,
) -> Result:
    """Set every plan beside what the next year's report says in its plans and problems, for people to code.

    Whether a plan was carried out stands in the achievements of the next report, and people say so: a plan that is made
    again, or the subject of which is named as a problem, is a hint and no more, and no rate is made of it.

    Parameters
    ----------
    problems, plans, documents, words, most, years, frame
        As for `find_answers`.

    Returns
    -------
    Result
        table: one row a plan and candidate: plan_id, statement_id (of the next report), relation (promised_again,
        named_as_problem), rank, basis and likeness as `find_answers` gives them, and what a coder fills in. parts:
        without (plans after which no report with plans or problems followed).

    Raises
    ------
    ParameterError
        most is below 1, or years of which there is no report.
    """
    kept = _select(documents, years, frame, most)
    made, named = _describe(plans, kept, "plan"), _describe(problems, kept, "problem")
    later = _beside_next(made, kept)
    pairs = [
        _pair(later.assign(relation=kind), other, words or {}) for kind, other in zip(AGAIN, (made, named), strict=True)
    ]
    titles = {"statement_id": "plan_id", "statement_id_other": "statement_id", "doc_id": "plan_doc", "key": "next_doc"}
    table = _rank(pd.concat(pairs), AGAIN, most).rename(columns=titles)
    table = table.assign(**dict.fromkeys(TO_FILL_PROMISES, ""))[PROMISE_COLUMNS]
    lonely = made.loc[~made["statement_id"].isin(table["plan_id"]), ["statement_id", "doc_id", "place", "year"]]
    told = note("promises", n=len(table), plans=len(made), without=len(lonely), most=most)
    return Result(table, (), (told,), {"without": lonely.reset_index(drop=True)})


def _select(documents: pd.DataFrame, years: Sequence[int] | None, frame: Frame | None, most: int) -> pd.DataFrame:
    if most < 1:
        raise ParameterError(f"most is {most}; it must be 1 or more.")
    level = (frame or Frame()).level
    return select_reports(documents, years=years, departments="none", townships=False, levels=(level,)).kept


def _beside_next(statements: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return the statements of reports that another of the same unit follows in the next year, which is the key."""
    following = kept.set_index(["unit_id", "report_year"])["doc_id"].to_dict()
    own = zip(statements["unit_id"], statements["year"], strict=True)
    later = statements.assign(key=[following.get((unit, year + 1), "") for unit, year in own])
    return later[later["key"] != ""]


def _describe(statements: pd.DataFrame, kept: pd.DataFrame, role: str) -> pd.DataFrame:
    """Return the top-level statements of a role with the set of their categories and the report they stand in."""
    rows = find_units(statements, kept, role)
    grouped = rows.groupby(["doc_id", "statement_id"], sort=True)["category"].agg(lambda found: frozenset(found) - {""})
    about = kept[["doc_id", "unit_id", "place", "report_year"]].rename(columns={"report_year": "year"})
    found = grouped.rename("categories").reset_index().merge(about, on="doc_id")
    number = found["statement_id"].str.extract(NUMBER)[0].astype("float64").groupby(found["doc_id"])
    return found.assign(order=(number.rank() - 0.5) / number.transform("size"))


def _pair(asked: pd.DataFrame, offered: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Return every statement with each of those offered in the report that is its key, and how alike they are."""
    pairs = asked.merge(
        offered[["doc_id", "statement_id", "categories", "order"]], left_on="key", right_on="doc_id",
        suffixes=("", "_other"),
    )  # fmt: skip
    both = list(zip(pairs["categories"], pairs["categories_other"], strict=True))
    ids = zip(pairs["statement_id"], pairs["statement_id_other"], strict=True)
    return pairs.assign(
        distance=(pairs["order"] - pairs["order_other"]).abs(),
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


def _rank(pairs: pd.DataFrame, relations: Sequence[str], most: int) -> pd.DataFrame:
    """Return the most alike of each statement and relation; where nothing is known, what stands at its place."""
    by_codes, by_wording = pairs["similarity_codes"] > 0, pairs["similarity_wording"].fillna(0) > 0
    alike = by_codes | by_wording
    any_alike = alike.groupby([pairs["statement_id"], pairs["relation"]]).transform("any")
    uncoded = (pairs["categories"].map(len) == 0) | (pairs["categories_other"].map(len) == 0)
    unknown = uncoded & pairs["similarity_wording"].isna() & ~any_alike
    place = {name: number for number, name in enumerate(relations)}
    chosen = pairs.assign(
        basis=np.select([by_codes, by_wording], ["codes", "wording"], "order"), _relation=pairs["relation"].map(place)
    )[alike | unknown]
    keys = ["doc_id", "statement_id", "_relation", "similarity_codes", "similarity_wording", "distance"]
    order = chosen.sort_values(
        [*keys, "statement_id_other"], ascending=["similarity" not in key for key in [*keys, ""]]
    )
    ranks = order.groupby(["statement_id", "relation"]).cumcount() + 1
    return order.assign(rank=ranks)[ranks <= most].reset_index(drop=True)
