"""Candidates of plans that answer problems: the like beside the like, most alike first, nothing filled in."""

from __future__ import annotations

import pytest

from analysis.errors import ParameterError
from analysis.stats.answers import TO_FILL, TO_FILL_PROMISES, dice, find_answers, find_promises
from tests.stats.panel import document, problem, table

PLACE = {"county": "甲县", "adcode": "990121"}
DOCUMENTS = table("documents", [document(f"a{year - 2000}", report_year=year, **PLACE) for year in (2023, 2024)])
PROBLEMS = table("problems", [problem("a23", 1, "talent"), problem("a23", 1, "digital", primary=False),
                              problem("a23", 2, "other")])  # fmt: skip


def plan(doc_id, number, category):
    return problem(doc_id, number, category) | {"role": "plan"}


PLANS = table("plans", [plan("a23", 7, "talent"), plan("a23", 8, "awareness"), plan("a24", 7, "digital"),
                        plan("a24", 8, "talent"), plan("a24", 8, "digital")])  # fmt: skip


def test_plans_of_the_same_report_come_first_then_the_next_years_most_alike_first():
    result = find_answers(PROBLEMS, PLANS, DOCUMENTS)
    rows = result.table[["problem_id", "plan_id", "relation", "rank", "similarity_codes"]]
    assert rows.values.tolist() == [
        ["a23#1", "a23#7", "same_report", 1, 0.5],
        ["a23#1", "a24#8", "next_report", 1, 1.0],
        ["a23#1", "a24#7", "next_report", 2, 0.5],
    ]
    assert list(result.parts["without"]["statement_id"]) == ["a23#2"]
    assert "no rate is made" in result.notes[0]["en"]


def test_nothing_is_filled_in_and_no_share_is_given():
    found = find_answers(PROBLEMS, PLANS, DOCUMENTS).table
    assert (found[TO_FILL] == "").all(axis=None)
    assert not {"share", "n_at_risk"} & set(found.columns)


def test_wording_finds_what_has_no_category_and_is_empty_without_texts():
    words = {"a23#2": "档案没有数字化", "a23#8": "推进档案数字化"}
    found = find_answers(PROBLEMS, PLANS, DOCUMENTS, words=words).table.set_index(["problem_id", "plan_id"])
    assert found.loc[("a23#2", "a23#8"), "similarity_wording"] == dice(words["a23#2"], words["a23#8"]) == 0.5
    assert found["similarity_wording"].isna().sum() == 3
    assert len(find_answers(PROBLEMS, PLANS, DOCUMENTS, most=1).table) == 2
    with pytest.raises(ParameterError, match="most is 0"):
        find_answers(PROBLEMS, PLANS, DOCUMENTS, most=0)


def test_plans_that_nobody_coded_are_listed_by_their_place_and_say_so():
    problems = table("problems", [problem("a24", number, "talent") for number in (1, 2, 3)])
    uncoded = table("plans", [plan("a24", number, "") for number in (11, 12, 13, 100)])
    found = find_answers(problems, uncoded, DOCUMENTS, most=1).table
    assert found[["problem_id", "plan_id"]].values.tolist() == [["a24#1", "a24#11"], ["a24#2", "a24#12"],
                                                                ["a24#3", "a24#100"]]  # fmt: skip
    assert set(found["basis"]) == {"order"}
    words = {"a24#1": "执法人员少", "a24#13": "增加执法人员", "a24#11": "", "a24#12": "", "a24#100": ""}
    first = find_answers(problems, uncoded, DOCUMENTS, words=words, most=1).table.iloc[0]
    assert (first["problem_id"], first["plan_id"], first["basis"]) == ("a24#1", "a24#13", "wording")


def test_promises_stand_beside_what_the_next_report_plans_and_admits_and_nothing_is_filled_in():
    problems = table("problems", [problem("a24", 1, "talent"), problem("a24", 2, "other")])
    result = find_promises(problems, PLANS, DOCUMENTS)
    rows = result.table[["plan_id", "statement_id", "relation", "basis"]]
    assert rows.values.tolist() == [
        ["a23#7", "a24#8", "promised_again", "codes"],
        ["a23#7", "a24#1", "named_as_problem", "codes"],
    ]
    assert (result.table[TO_FILL_PROMISES] == "").all(axis=None)
    assert sorted(result.parts["without"]["statement_id"]) == ["a23#8", "a24#7", "a24#8"]
    assert "no rate is made" in result.notes[0]["en"]
