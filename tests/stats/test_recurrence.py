from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.stats.frame import Frame
from analysis.stats.recurrence import estimate_cooccurrence, estimate_recurrence, trade_rows
from tests.stats.panel import CATEGORIES, document, problem, table


def recur(documents, problems, **options):
    return estimate_recurrence(
        table("problems", problems), table("documents", documents), categories=CATEGORIES, **options
    )


def named(result):
    return {row.category: row.n for row in result.table.itertuples() if row.n}


def test_a_report_counts_once_however_often_it_names_a_category():
    problems = [problem("a", 1, "talent"), problem("a", 2, "talent"), problem("b", 1, "digital")]
    result = recur([document("a"), document("b"), document("c")], problems)
    row = result.table.set_index("category").loc["talent"]
    assert (row["n"], row["n_at_risk"], row["n_statements"], row["doc_ids"]) == (1, 3, 2, "a")
    assert list(result.table["category"]) == list(CATEGORIES["id"])
    assert "1 reports have no such statement" in result.text("en")


def test_children_only_elaborate_their_heading():
    problems = [problem("a", 1, "talent"), problem("a", 2, "digital", heading=False, parent_id="a#1")]
    assert named(recur([document("a")], problems)) == {"talent": 1}
    assert named(recur([document("a")], problems, units="statements")) == {"talent": 1, "digital": 1}


def test_without_headings_statements_that_stand_alone_count():
    problems = [problem("a", 1, "talent", heading=False),
                problem("a", 2, "digital", heading=False, parent_id="a#1"),
                problem("b", 1, "reform", heading=False, parent_id="b#0")]  # fmt: skip
    assert named(recur([document("a"), document("b")], problems)) == {"talent": 1, "reform": 1}


def test_secondary_codes_count_unless_only_primary_ones_are_asked_for():
    problems = [problem("a", 1, "talent"), problem("a", 1, "digital", primary=False)]
    assert named(recur([document("a")], problems)) == {"talent": 1, "digital": 1}
    assert named(recur([document("a")], problems, primary_only=True)) == {"talent": 1}


def test_departments_townships_prefectures_and_openings_are_no_county_reports():
    documents = [
        document("a"), document("b", issuer_type="department", issuer="局"), document("c", coverage="opening"),
        document("d", issuer_type="township", issuer="镇"), document("e", unit_type="prefecture"),
    ]  # fmt: skip
    result = recur(documents, [problem(name, 1, "talent") for name in "abcde"])
    assert named(result) == {"talent": 1}
    assert result.table["n_at_risk"].unique().tolist() == [1]
    marks = result.parts["marks"].query("category == 'talent'").set_index("doc_id")
    assert marks["counted"].to_dict() == {"a": True, "b": False}
    assert marks["named"].all()
    reasons = result.parts["set_aside"].set_index("doc_id")["reason"].to_dict()
    assert reasons == {"a": "", "b": "department", "c": "opening", "d": "township", "e": "level"}


def test_the_marks_are_complete_and_a_category_outside_the_codebook_is_not_lost():
    result = recur([document("a"), document("b")], [problem("a", 1, "talent"), problem("b", 1, "weather")])
    marks = result.parts["marks"]
    assert len(marks) == 2 * 5
    assert marks["named"].sum() == 2
    assert "weather" in set(result.table["category"])


def test_few_reports_give_counts_and_no_share():
    result = recur([document("a")], [problem("a", 1, "talent")])
    assert result.table["share"].isna().all()
    assert set(result.table["interval_kind"]) == {"none"}
    assert [refusal.rule for refusal in result.refusals] == ["share_reports"]


def test_a_declared_census_bounds_the_share_of_all_units():
    documents = [document(f"d{n:02d}") for n in range(25)]
    problems = [problem(f"d{n:02d}", 1, "talent") for n in range(10)]
    row = recur(documents, problems, frame=Frame("x", "census", 30)).table.set_index("category").loc["talent"]
    assert (row["share"], row["low"], row["high"]) == (10 / 25, 10 / 30, 15 / 30)


def test_a_year_below_twenty_reports_keeps_its_counts_only():
    documents = [document(f"d{n:02d}", report_year=2023 if n < 5 else 2024) for n in range(30)]
    problems = [problem(f"d{n:02d}", 1, "talent") for n in range(0, 30, 2)]
    result = recur(documents, problems, by="report_year", frame=Frame("x", "census", 30))
    cells = result.parts["by"].query("category == 'talent'").set_index("report_year")
    assert cells["n"].to_dict() == {2023: 3, 2024: 12}
    assert pd.isna(cells.loc[2023, "share"])
    assert cells.loc[2024, "share"] == 12 / 25
    assert "cell_reports" in {refusal.rule for refusal in result.refusals}


def test_causes_have_their_own_statements():
    problems = [problem("a", 1, "talent"), problem("a", 2, "digital", role="cause", heading=False)]
    assert named(recur([document("a")], problems, role="cause")) == {"digital": 1}
    with pytest.raises(ParameterError, match="role is 'remedy'"):
        recur([document("a")], problems, role="remedy")


def test_statements_without_a_category_and_the_coders_are_said():
    text = recur([document("a")], [problem("a", 1, ""), problem("a", 2, "talent")]).text("en")
    assert "1 statements have no category" in text
    assert "Categories as coded by: rules" in text


def pairs(documents, problems, **options):
    return estimate_cooccurrence(
        table("problems", problems), table("documents", documents), categories=CATEGORIES, **options
    )


def test_co_occurrence_is_refused_below_a_hundred_reports():
    result = pairs([document("a")], [problem("a", 1, "talent")])
    assert result.table.empty
    assert (result.refusals[0].rule, result.refusals[0].had) == ("cooccurrence_reports", 1)


def test_trades_keep_both_margins_and_reach_every_matrix_equally_often():
    """Three reports that name one category each, each category once: six matrices, all as likely."""
    matrix, rng, seen = np.eye(3, dtype=bool), np.random.default_rng(0), Counter()
    for _ in range(6000):
        trade_rows(matrix, 15, rng)
        assert matrix.sum(axis=0).tolist() == matrix.sum(axis=1).tolist() == [1, 1, 1]
        seen[matrix.tobytes()] += 1
    assert len(seen) == 6
    assert max(abs(count - 1000) for count in seen.values()) < 150


def test_a_pair_that_goes_together_is_found_and_long_lists_alone_make_none():
    rng = np.random.default_rng(5)
    documents = [document(f"d{n:03d}") for n in range(150)]
    problems = []
    for row in documents:
        chosen = {"talent", "digital"} if rng.random() < 0.4 else set(rng.choice(CATEGORIES["id"], rng.integers(1, 3)))
        problems += [problem(row["doc_id"], n, name) for n, name in enumerate(sorted(chosen))]
    result = pairs(documents, problems, permutations=199)
    table = result.table.set_index(["category_a", "category_b"])
    assert len(table) == 6
    assert table.loc[("talent", "digital"), "p_adjusted"] < 0.05
    assert table.loc[("talent", "digital"), "n_both"] > table.loc[("talent", "digital"), "expected"]
    again = pairs(documents, problems, permutations=199)
    pd.testing.assert_frame_equal(result.table, again.table)

    loose = []
    for row in documents:
        size = int(rng.integers(1, 5))
        chosen = rng.choice(CATEGORIES["id"], size, replace=False)
        loose += [problem(row["doc_id"], n, name) for n, name in enumerate(chosen)]
    assert pairs(documents, loose, permutations=199).table["p_adjusted"].min() > 0.05
