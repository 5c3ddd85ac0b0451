"""Precision and recall of an audit: weights, intervals, what is not estimable, what a caption says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.stats.accuracy import count_changed, describe_accuracy, estimate_accuracy, interval_design
from analysis.tables import empty_table, fit_table
from tests.validation.people import audits, corrections


def sample(rows, **given):
    """Return an audited sample: rows of indicator, truth and weight of the second phase, one report each by default."""
    made = []
    for number, (indicator, truth, p) in enumerate(rows):
        made.append({
            "item": f"f{number:04d}", "doc_id": f"d{number:03d}", "start": 0, "end": 1, "sha256": "0" * 64,
            "report_stratum": "government", "n_report_stratum": 1000, "p_report": len(rows) / 1000,
            "stratum": f"s{p}", "n_stratum": 100, "p_figure": p, "indicator": indicator, "value": 1, "truth": truth,
            "truth_value": 1, "n_drawn": len(rows), "n_population": 1000, "n_without_text": 0, "seed": 0, **given,
        })  # fmt: skip
    return fit_table(made, "audit_sample")


def of(table, measure, indicator=""):
    return table.set_index(["measure", "indicator"]).loc[(measure, indicator)]


def test_figures_count_by_the_inverse_of_their_probability():
    rows = [("a", "a", 0.5)] * 30 + [("a", "none", 0.1)] * 10 + [("", "a", 0.05)] * 10 + [("", "no_figure", 0.05)] * 20
    table = estimate_accuracy(sample(rows))
    assert of(table, "precision")["value"] == pytest.approx(60 / (60 + 100))
    assert of(table, "recall", "a")["value"] == pytest.approx(60 / (60 + 200))
    assert of(table, "precision")["n"] == 40


def test_with_equal_weights_and_one_figure_a_report_the_interval_is_nearly_that_of_clopper_and_pearson():
    rows = [("a", "a", 0.5)] * 90 + [("a", "none", 0.5)] * 10
    row = of(estimate_accuracy(sample(rows)), "precision")
    low, high = proportion_confint(90, 100, method="beta")
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


def test_an_indicator_is_not_another_one_and_a_wrong_value_is_no_wrong_indicator():
    rows = [("a", "a", 1.0)] * 15 + [("a", "b", 1.0)] * 5 + [("b", "b", 1.0)] * 20
    judged = sample(rows)
    judged.loc[:3, "truth_value"] = 9.0
    table = estimate_accuracy(judged)
    assert of(table, "precision", "a")["value"] == 0.75
    assert of(table, "recall", "a")["value"] == 1
    assert of(table, "recall", "b")["value"] == 0.8
    assert of(table, "value", "a")["value"] == pytest.approx(11 / 15)


def test_below_ten_figures_nothing_is_estimated_and_below_ten_reports_no_interval():
    table = estimate_accuracy(sample([("a", "a", 1.0)] * 20 + [("b", "b", 1.0)] * 9))
    assert pd.isna(of(table, "precision", "b")["value"])
    assert of(table, "precision", "b")["n"] == 9
    few = estimate_accuracy(sample([("a", "a", 1.0)] * 30, n_drawn=5))
    assert of(few, "precision", "a")["value"] == 1
    assert pd.isna(of(few, "precision", "a")["low"])


def test_a_corpus_audited_whole_has_no_interval_to_speak_of():
    rows = [("a", "a", 1.0)] * 18 + [("a", "none", 1.0)] * 2
    row = of(estimate_accuracy(sample(rows, p_report=1.0, n_report_stratum=20, n_population=20)), "precision")
    assert row["low"] == row["value"] == row["high"] == 0.9


def test_errors_that_cluster_in_reports_widen_the_interval():
    rows = [("a", "a", 0.5)] * 90 + [("a", "none", 0.5)] * 10
    spread = sample(rows)
    clustered = spread.assign(doc_id=[f"d{number // 5:03d}" for number in range(100)], n_drawn=20, p_report=0.02)
    narrow, wide = (of(estimate_accuracy(one), "precision") for one in (spread, clustered))
    assert wide["high"] - wide["low"] > 1.3 * (narrow["high"] - narrow["low"])


def test_an_audit_that_is_not_finished_is_none():
    rows = [("a", "a", 1.0)] * 20 + [("a", "", 1.0)]
    assert estimate_accuracy(sample(rows)).empty
    assert estimate_accuracy(empty_table("audit_sample")).empty


@pytest.mark.parametrize("right", [0, 50])
def test_no_error_at_all_still_leaves_an_interval(right):
    low, high = interval_design(right / 50, 0.0, np.ones(50), 49)
    assert high - low == pytest.approx(1 - 0.025 ** (1 / 50), abs=1e-6)


def test_a_caption_says_what_was_found_and_what_it_rests_on():
    rows = [("legal_aid_cases_handled", "legal_aid_cases_handled", 0.5)] * 90
    rows += [("legal_aid_cases_handled", "none", 0.5)] * 10
    table = estimate_accuracy(sample(rows, n_without_text=3), n_changed=4)
    said = describe_accuracy(table, ["legal_aid_cases_handled"])
    assert said["en"].startswith("Audited: precision 0.90 (0.82–0.95), recall 1.00")
    assert "n = 100 figures in 100 of 1000 reports. 3 more have no text and are not covered. 4 of them" in said["en"]
    assert "; Legal aid" in said["en"]
    assert said["zh"].startswith("已抽查：准确率0.90")
    assert "Legal aid" not in describe_accuracy(table, [f"id{number}" for number in range(9)])["en"]
    assert describe_accuracy(table.head(0)) == {
        "id": "not_audited", "zh": "准确性未在本语料上抽查。", "en": "Accuracy not audited on this corpus.",
    }  # fmt: skip


def test_figures_that_are_read_otherwise_now_are_counted():
    drawn = sample([("a", "a", 1.0), ("a", "a", 1.0), ("", "none", 1.0), ("", "none", 1.0)])
    mentions = [{"mention_id": f"d{number:03d}@0", "doc_id": f"d{number:03d}", "start": 0, "end": 1, "value": value}
                for number, value in ((0, 1), (1, 2), (2, 5))]  # fmt: skip
    matches = [{"mention_id": row["mention_id"], "doc_id": row["doc_id"], "indicator": name}
               for row, name in zip(mentions, ("a", "a", "a"), strict=True)]  # fmt: skip
    tables = {"mentions": fit_table(mentions, "mentions"), "matches": fit_table(matches, "matches")}
    assert count_changed(drawn, tables) == 2


def test_simulated_audits_hold_the_truth_as_often_as_they_say():
    found = pd.DataFrame(audits(60, settings=[(120, 30, 200)]))
    everything = found[found["setting"].str.endswith("all")].set_index("method")
    for measure in ("precision", "recall"):
        assert everything.loc[f"audit_{measure}", "value"] >= 0.85
        row = everything.loc[f"audit_{measure}_bias"]
        assert abs(row["value"]) < 4 * row["mc_error"]


def test_simulated_corrections_take_the_bias_of_the_machine_out():
    found = pd.DataFrame(corrections(60))
    assert found.loc[found["method"].eq("corrected_share"), "value"].min() >= 0.85
    bias = found[found["method"].eq("corrected_bias")]
    assert (bias["value"].abs() < 4 * bias["mc_error"]).all()
    assert found.loc[found["method"].eq("machine_bias"), "value"].abs().max() > 0.05
