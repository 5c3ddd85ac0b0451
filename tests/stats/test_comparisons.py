from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.stats.comparisons import estimate_comparison
from analysis.stats.frame import Frame
from tests.stats.panel import CODEBOOK, covered, document, make_panel, observation, table

CENSUS = Frame("invented counties", "census", 60)


def compare(documents, observations, coverage=None, indicators=("cases",), **options):
    if coverage is None:
        coverage = [covered(row["doc_id"], row["indicator"]) for row in observations]
    return estimate_comparison(
        table("observations", observations), table("coverage", coverage), table("documents", documents),
        list(indicators), codebook=CODEBOOK, **options,
    )  # fmt: skip


def rates(values, silent=0, **given):
    """Return documents, observations and coverage of counties that print a rate, and of others that do not."""
    documents = [document(f"d{n:02d}") for n in range(len(values) + silent)]
    observations = [observation(f"d{n:02d}", "win_rate", value, **given) for n, value in enumerate(values)]
    coverage = [covered(row["doc_id"], "win_rate") for row in observations]
    coverage += [covered(row["doc_id"], "win_rate", "not_reported") for row in documents[len(values) :]]
    return documents, observations, coverage


def test_few_reports_are_listed_and_not_summarised():
    result = compare([document("a"), document("b")], [observation("a"), observation("b", value=20)])
    assert sorted(result.table["value"]) == [10, 20]
    summary = result.parts["summary"].iloc[0]
    assert (summary["n"], summary["n_at_risk"]) == (2, 2)
    assert summary[["median", "mean", "worst_low"]].isna().all()
    (refusal,) = result.refusals
    assert (refusal.rule, refusal.needed, refusal.had) == ("group_reports", 20, 2)
    assert "Cases closed" in refusal.text("en")


def test_the_mean_of_disclosers_stands_beside_what_the_silent_could_make_of_it():
    result = compare(*rates([60 + n for n in range(24)], silent=8), indicators=["win_rate"])
    row = result.parts["summary"].iloc[0]
    assert (row["n"], row["n_at_risk"]) == (24, 32)
    assert row["mean"] == row["median"] == 71.5
    assert (row["worst_low"], row["worst_high"]) == (0.75 * 71.5, 0.75 * 71.5 + 25)
    assert (row["monotone_low"], row["monotone_high"]) == (row["worst_low"], 71.5)
    assert row["interval_kind"] == "nonresponse_bounds"
    assert result.refusals == ()
    below = compare(*rates([1.0] * 24, silent=8), indicators=["win_rate"], not_below=["win_rate"])
    assert below.parts["summary"].iloc[0]["monotone_low"] == 1
    with pytest.raises(ParameterError, match="not_below names cases"):
        compare(*rates([1.0] * 24), indicators=["win_rate"], not_below=["cases"])


def test_bounds_need_reports_and_a_mean_needs_disclosers():
    result = compare(*rates([60.0 + n for n in range(5)], silent=20), indicators=["win_rate"])
    row = result.parts["summary"].iloc[0]
    assert np.isnan(row["mean"])
    assert row["worst_low"] == pytest.approx(0.2 * 62)
    assert [refusal.rule for refusal in result.refusals] == ["group_disclosers"]


def test_a_rate_that_is_100_almost_everywhere_is_only_disclosed_or_not():
    result = compare(*rates([100.0] * 13 + [80 + n / 2 for n in range(12)], silent=5), indicators=["win_rate"])
    row = result.parts["summary"].iloc[0]
    assert row["ceiling"]
    assert (row["n"], row["n_at_risk"]) == (25, 30)
    assert row[["mean", "median", "worst_low"]].isna().all()
    (refusal,) = result.refusals
    assert (refusal.rule, refusal.had) == ("ceiling", 52)


def test_masked_unread_and_inapplicable_reports_are_not_at_risk():
    documents, observations, coverage = rates([50.0] * 2, silent=3)
    for row, status in zip(coverage[2:], ("masked", "not_read", "not_applicable"), strict=True):
        row["status"] = status
    summary = compare(documents, observations, coverage, ["win_rate"]).parts["summary"]
    assert summary["n_at_risk"].item() == 2


def test_nothing_is_pooled_over_stage_organ_base_issuer_genre_or_year():
    documents = [document("a"), document("b"), document("c", issuer_type="party_and_government"),
                 document("d", genre="inspection_reply"), document("e", report_year=2023), document("f")]  # fmt: skip
    rows = [observation("a", "win_rate", base="closed"), observation("b", "win_rate", base="accepted"),
            observation("c", "win_rate", base="closed"), observation("d", "win_rate", base="closed"),
            observation("e", "win_rate", base="closed", report_year=2023),
            observation("f", "win_rate", base="closed", organ="all_organs")]  # fmt: skip
    summary = compare(documents, rows, indicators=["win_rate"]).parts["summary"]
    assert len(summary) == 6
    assert set(summary["n"]) == {1}


def test_openings_are_listed_hollow_and_counted_nowhere():
    documents = [document("a"), document("b", coverage="opening")]
    result = compare(documents, [observation("a"), observation("b")])
    assert result.table.set_index("doc_id")["hollow"].to_dict() == {"a": False, "b": True}
    assert result.parts["summary"]["n"].item() == 1
    assert result.refusals[0].openings == 1
    assert any("hollow" in said["id"] for said in result.notes)


def test_a_process_interval_comes_on_request_and_only_for_counts_and_printed_bases():
    rows = [observation("a", "cases", 141), observation("a", "won", 75), observation("a", "win_rate", 53.1),
            observation("b", "win_rate", 60.5), observation("a", "offices", 10)]  # fmt: skip
    names = ["cases", "won", "win_rate", "offices"]
    result = compare([document("a"), document("b")], rows, indicators=names, interval="process")
    found = result.table.set_index(["indicator", "doc_id"])
    assert found.loc[("cases", "a"), "process_low"] == pytest.approx(stats.chi2.ppf(0.025, 2 * 141) / 2)
    rate = found.loc[("win_rate", "a")]
    assert (rate["base_k"], rate["base_n"]) == (75, 141)
    assert rate["process_low"] == pytest.approx(44.61, abs=0.01)
    assert found.loc[[("win_rate", "b"), ("offices", "a")], "process_low"].isna().all()
    assert "process_low" not in compare([document("a")], rows[:1]).table
    with pytest.raises(ParameterError, match="interval is 'wilson'"):
        compare([document("a")], rows[:1], interval="wilson")


def test_a_base_that_contradicts_the_printed_rate_is_no_base():
    rows = [observation("a", "cases", 141), observation("a", "won", 75), observation("a", "win_rate", 60.5)]
    result = compare([document("a")], rows, indicators=["win_rate"], interval="process")
    assert result.table["base_n"].isna().all()


def test_per_10000_needs_a_count_of_persons_and_a_sourced_population():
    documents = [document("a", adcode="990001"), document("b", adcode="990002"), document("c", adcode="990003")]
    rows = [observation(doc_id, value=46) for doc_id in "abc"] + [observation("a", "won", 5)]
    people = pd.DataFrame(
        [("990001", 2024, 460_000, "yearbook"), ("990001", 2020, 500_000, "census"),
         ("990002", 2020, 230_000, "census"), ("990003", 2024, 100_000, "")],
        columns=["adcode", "year", "value", "source"],
    ).assign(variable="population_resident", unit="人")  # fmt: skip
    result = compare(documents, rows, indicators=["cases", "won"], per_10k=True, covariates=people)
    found = result.table.set_index(["indicator", "doc_id"])
    assert found.loc[("cases", "a"), "per_10k"] == pytest.approx(1)
    assert tuple(found.loc[("cases", "b"), ["per_10k", "population_year"]]) == (2, 2020)
    assert found.loc[[("cases", "c"), ("won", "a")], "per_10k"].isna().all()
    refused = {refusal.rule: refusal for refusal in result.refusals}
    assert refused["population"].had == 1
    assert "Cases won" in refused["person_driven"].text("en")
    without = compare(documents, rows, per_10k=True)
    assert without.table["per_10k"].isna().all()
    with pytest.raises(ParameterError, match="covariates has no column source"):
        compare(documents, rows, per_10k=True, covariates=people.drop(columns="source"))


def test_ranks_are_refused_without_a_census_or_with_few_disclosers():
    small = make_panel(10)
    tables = small["observations"], small["coverage"], small["documents"], ["cases"]
    found = estimate_comparison(*tables, ranks=True, codebook=CODEBOOK)
    assert found.parts["ranks"].empty
    assert "census" in {refusal.rule for refusal in found.refusals}
    census = estimate_comparison(*tables, ranks=True, codebook=CODEBOOK, frame=CENSUS)
    assert "rank_disclosers" in {refusal.rule for refusal in census.refusals}
    year = make_panel(30, [2024])
    one = estimate_comparison(
        year["observations"],
        year["coverage"],
        year["documents"],
        ["cases"],
        ranks=True,
        codebook=CODEBOOK,
        frame=CENSUS,
    )
    assert one.parts["ranks"].empty
    assert "rank_years" in {refusal.rule for refusal in one.refusals}


def test_ranks_of_a_census_are_ranges_that_the_silent_widen():
    data = make_panel(30, dispersion=0.02)
    ranks = estimate_comparison(
        data["observations"],
        data["coverage"],
        data["documents"],
        ["cases"],
        ranks=True,
        codebook=CODEBOOK,
        frame=CENSUS,
    ).parts["ranks"]
    last = ranks[ranks["period"] == "year:2024"]
    assert len(last) == 30
    assert set(last["n_silent"]) == {30}
    assert (last["rank_low"] <= last["rank"]).all()
    assert (last["rank_high"] >= last["rank"] + 30).all()
    assert last["dispersion"].gt(1).all()
    assert last["doc_id"].is_monotonic_increasing
    assert last.loc[last["value"].idxmax(), "rank"] == 1
    assert last["rank_high"].max() == 60
    scale, each = last["dispersion"].iloc[0], 1 - (1 - 0.95 ** (1 / 30)) / 2
    low, high = (
        scale * stats.chi2.ppf(tail, 2 * (last["value"] / scale + more)).reshape(-1) / 2
        for tail, more in ((1 - each, 0), (each, 1))
    )
    for row, lower, upper in zip(last.itertuples(), low, high, strict=True):
        assert row.rank_low == 1 + sum(other > upper for other in low)
        assert row.rank_high == 30 - sum(other < lower for other in high) + 30


def test_the_same_tables_give_the_same_result_whatever_their_order():
    data = make_panel(5, [2023, 2024])
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in data.items()}
    one, other = (
        estimate_comparison(found["observations"], found["coverage"], found["documents"], ["cases"], codebook=CODEBOOK)
        for found in (data, shuffled)
    )
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.parts["summary"], other.parts["summary"])


def test_tables_without_a_row_give_empty_tables_and_a_refusal():
    result = compare(
        [document("a")], [], indicators=["cases", "win_rate"], interval="process", per_10k=True, ranks=True
    )
    assert result.table.empty
    assert result.parts["summary"].empty
    result_en = result.text("en")
    assert "Not estimated: group mean, quantiles and bounds" in result_en
