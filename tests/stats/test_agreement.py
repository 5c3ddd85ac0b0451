from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.stats.agreement import estimate_agreement
from analysis.stats.measures import alpha, cross_tables, masi, positive_agreement
from tests.stats.panel import CATEGORIES, table


def codings(**coders):
    """Return codes and statements; a coder is a pair of the type (with round) and the categories of each statement."""
    codes, statements = [], []
    for coder, (kind, given) in coders.items():
        coder_type, _, how = kind.partition("/")
        for number, labels in enumerate(given):
            codes += [
                {"statement_id": f"d{number % 12:02d}#{number}", "category": name, "coder": coder,
                 "coder_type": coder_type, "round": how or "independent", "coder_model": "m" if coder[0] == "m" else ""}
                for name in labels.split("|")
            ]  # fmt: skip
    for number in range(max(len(given) for _, given in coders.values())):
        doc_id = f"d{number % 12:02d}"
        statements.append({"statement_id": f"{doc_id}#{number}", "doc_id": doc_id, "role": "problem"})
    return table("codes", codes), table("statements", statements)


def agree(replications=200, **coders):
    codes, statements = codings(**coders)
    return estimate_agreement(codes, statements, replications=replications, categories=CATEGORIES)


ONE = ["talent", "digital", "talent", "reform"] * 12
OTHER = ["talent", "digital", "digital", "reform"] * 12


# Krippendorff (2011), Computing Krippendorff's alpha-reliability: A (binary) and B (nominal), two observers.
@pytest.mark.parametrize(
    ("one", "other", "published"), [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)]
)
def test_published_alphas(one, other, published):
    codes = sorted(set(one + other))
    table = cross_tables(list(one), list(other), codes, np.zeros(len(one), dtype="int64"))
    found = alpha(table.toarray().reshape(len(codes), len(codes)))
    assert found == pytest.approx(published, abs=5e-4)


def test_one_code_everywhere_tells_nothing_and_is_not_one():
    assert np.isnan(alpha(np.array([[12.0, 0], [0, 0]])))


@pytest.mark.parametrize(
    ("one", "other", "distance"), [("ab", "ab", 0), ("ab", "a", 2 / 3), ("ab", "bc", 1 - 1 / 9), ("a", "b", 1)]
)
def test_masi_distances_of_passonneau(one, other, distance):
    assert masi(frozenset(one), frozenset(other)) == pytest.approx(distance)


def test_positive_agreement_leaves_joint_absence_out():
    assert positive_agreement(np.array([[100, 1], [1, 4]])) == 0.8


def test_pairs_of_coders_are_never_mixed():
    result = agree(
        anna=("human", ONE), bert=("human", OTHER), gold=("human/adjudicated", ONE), m1=("llm", OTHER), m2=("llm", ONE),
        rules=("rules", ONE),
    )  # fmt: skip
    found = set(result.table[["number", "coder_a", "coder_b"]].itertuples(index=False, name=None))
    assert found == {
        (1, "anna", "bert"), (2, "m1", "gold"), (2, "m2", "gold"), (2, "rules", "gold"), (3, "m1", "m2"),
        (4, "m1", "rules"), (4, "m2", "rules"),
    }  # fmt: skip
    assert result.parts["available"]["exists"].all()
    assert set(result.table.loc[result.table["coefficient"] == "precision", "number"]) == {2}


def test_machines_alone_are_consistent_and_nothing_more():
    result = agree(rules=("rules", ONE), model=("llm", OTHER))
    assert set(result.table["number"]) == {4}
    assert result.parts["available"]["exists"].tolist() == [False, False, False, True]
    assert "consistency, not reliability. Human coding: none yet" in result.text("en")
    assert {refusal.analysis_en for refusal in result.refusals} >= {"agreement of human coders (reliability)"}


def test_precision_and_recall_are_those_of_the_machine():
    result = agree(m1=("llm", ["talent"] * 12 + ["digital"] * 12 + ["talent"] * 12),
                   gold=("human/adjudicated", ["talent"] * 12 + ["digital"] * 24))  # fmt: skip
    found = result.table.set_index(["category", "coefficient"])["value"]
    assert found["talent", "precision"] == 0.5
    assert found["talent", "recall"] == 1


def test_reports_used_for_tuning_are_left_out_of_accuracy_only():
    codes, statements = codings(m1=("llm", ONE), gold=("human/adjudicated", ONE), rules=("rules", ONE))
    result = estimate_agreement(
        codes, statements, replications=10, categories=CATEGORIES, tuning_reports=["d00", "d01"]
    )
    assert result.table.groupby("number")["n_reports"].max().to_dict() == {2: 10, 4: 12}


def test_rare_categories_are_not_estimable_and_say_so():
    result = agree(anna=("human", ["talent"] * 40 + ["reform"] * 9), bert=("human", ["talent"] * 40 + ["reform"] * 9))
    rows = result.table.set_index(["category", "coefficient"])
    assert not rows.loc[("reform", "alpha"), "estimable"]
    assert np.isnan(rows.loc[("reform", "alpha"), "value"])
    assert rows.loc[("reform", "alpha"), "n"] == 9
    assert rows.loc[("talent", "alpha"), "value"] == 1
    assert "positives" in {refusal.rule for refusal in result.refusals}


def test_the_bootstrap_draws_reports_and_is_refused_below_ten():
    result = agree(anna=("human", ONE), bert=("human", OTHER))
    row = result.table.set_index(["category", "coefficient"]).loc[("digital", "alpha")]
    assert row["low"] <= row["value"] <= row["high"]
    assert row["interval_kind"] == "sampling"
    pd.testing.assert_frame_equal(result.table, agree(anna=("human", ONE), bert=("human", OTHER)).table)
    codes, statements = codings(anna=("human", ONE), bert=("human", OTHER))
    few = statements[statements["doc_id"] < "d05"]
    small = estimate_agreement(codes, few, replications=50, categories=CATEGORIES)
    assert small.table["low"].isna().all()
    assert "clusters" in {refusal.rule for refusal in small.refusals}


def test_without_codes_everything_is_said_to_be_missing():
    result = estimate_agreement(table("codes", []), table("statements", []), categories=CATEGORIES)
    assert result.table.empty
    assert not result.parts["available"]["exists"].any()
    assert len(result.refusals) == 4
