from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from firthmodels import detect_separation

from analysis.errors import ParameterError
from analysis.stats.disclosers import LENGTH, _design, _firth, _telling
from analysis.stats.disclosure import estimate_disclosure
from analysis.stats.frame import Frame
from tests.stats.panel import CODEBOOK, covered, document, table

ITEMS = ("cases", "won", "offices")


def corpus(units=60, *, effect=1.0, years=(2023, 2024), always="", seed=0, **kinds):
    """Return documents and coverage: joint reports print with odds exp(effect) times those of a government."""
    rng = np.random.default_rng(seed)
    documents, coverage = [], []
    for unit in range(units):
        own = rng.normal(0, 0.5)
        for year in years:
            kind = kinds.get("kind") if unit < kinds.get("n", 0) else ("government", "party_and_government")[unit % 2]
            doc_id = f"u{unit:03d}_{year}"
            documents.append(document(doc_id, adcode=f"99{unit:04d}", county=f"县{unit}", issuer_type=kind,
                                      report_year=year, n_chars=int(rng.integers(3000, 9000))))  # fmt: skip
            for place, item in enumerate(ITEMS):
                odds = own + place - 1 + effect * (kind == "party_and_government")
                printed = rng.random() < 1 / (1 + np.exp(-odds)) or kind == always
                coverage.append(covered(doc_id, item, "exact" if printed else "not_reported"))
    return table("documents", documents), table("coverage", coverage)


def estimate(documents, coverage, **options):
    observations = table("observations", [])
    options = {"frame": Frame("counties", "census", 500), "codebook": CODEBOOK, "indicators": ITEMS,
               "predictors": ["issuer_type", "report_year"]} | options  # fmt: skip
    return estimate_disclosure(coverage, observations, documents, **options).part("model")


def test_estimates_are_those_of_a_logit_with_a_dummy_for_each_indicator():
    documents, coverage = corpus()
    table_ = estimate(documents, coverage).table
    rows = coverage.merge(documents, on="doc_id")
    x = pd.get_dummies(rows["item"], dtype="float64").assign(
        joint=rows["issuer_type"].eq("party_and_government") * 1.0, later=rows["report_year"].eq(2024) * 1.0
    )
    own = sm.GLM(rows["status"].eq("exact") * 1.0, x, family=sm.families.Binomial()).fit(tol=1e-12)
    found = table_[table_["model"] == "without_length"].set_index("term")["estimate"]
    assert found["party_and_government"] == pytest.approx(own.params["joint"], abs=1e-6)
    assert found["2024"] == pytest.approx(own.params["later"], abs=1e-6)
    length = table_[table_["model"] == "with_length"]
    assert list(length["predictor"]) == ["issuer_type", "report_year", "log_length"]
    assert table_["interval_kind"].eq("process").all()
    assert table_["method"].eq("likelihood").all()


@pytest.mark.parametrize("apart", [True, False])
def test_the_shortest_and_longest_of_each_kind_tell_of_separation_by_length_what_all_do(apart):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"indicator": rng.choice(list("ab"), 400), "report_year": rng.choice(["1", "2"], 400),
                         LENGTH: rng.normal(8, 1, 400)})  # fmt: skip
    rows["printed"] = rows[LENGTH] > (8 if apart else 8 + rng.normal(0, 1, 400))
    x, y = _design(rows.assign(doc_id=rows.index), ["report_year"], "with_length").x.toarray(), rows["printed"] * 1.0
    chosen = _telling(rows, ["report_year"])
    assert len(chosen) <= 16
    for places in (chosen, rows.index):
        assert detect_separation(x[places], y[places], fit_intercept=False).separation == apart


def test_the_interval_holds_the_odds_ratio_the_reports_were_made_with():
    documents, coverage = corpus(300, effect=1.0, seed=2)
    row = estimate(documents, coverage).table.query("term == 'party_and_government'").iloc[0]
    assert row["low"] < np.exp(0.95) < row["high"]  # a little below exp(1): the units' own levels are not in the model
    assert row["high"] / row["low"] < 2.5


def test_firth_of_two_groups_adds_half_a_report_to_each_cell():
    """Firth (1993), Biometrika 80(1), section 3: for a saturated logit the penalty adds one half to every cell."""
    x = np.column_stack([np.ones(40), np.repeat([0.0, 1.0], 20)])
    y = np.r_[np.ones(8), np.zeros(12), np.ones(20)]
    estimate_, score, _ = _firth(x, y)
    assert estimate_[1] == pytest.approx(np.log((20.5 * 12.5) / (0.5 * 8.5)), abs=1e-3)
    assert x.T @ score == pytest.approx(np.zeros(2), abs=1e-3)


def test_a_kind_that_prints_everything_gets_a_finite_estimate_and_says_how():
    documents, coverage = corpus(always="party_and_government")
    result = estimate(documents, coverage)
    row = result.table.query("term == 'party_and_government'").iloc[0]
    assert row["method"] == "firth"
    assert 1 < row["low"] < row["ratio"] < np.inf
    assert "firth" in {said["id"] for said in result.notes}


def test_an_indicator_that_all_print_is_left_out_by_name():
    documents, coverage = corpus()
    coverage.loc[coverage["item"] == "won", "status"] = "exact"
    result = estimate(documents, coverage)
    assert dict(zip(result.parts["model_items"]["indicator"], result.parts["model_items"]["used"], strict=True)) == {
        "cases": True, "won": False, "offices": True,
    }  # fmt: skip
    assert "Cases won" in result.text("en")


def test_reports_of_a_kind_that_few_units_publish_stay_out_by_name():
    documents, coverage = corpus(kind="party_committee", n=4)
    result = estimate(documents, coverage)
    assert "party_committee" not in set(result.table["term"])
    assert "8 reports of the kind party committee" in result.text("en")


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"frame": Frame()}, "frame"),
        ({"years": [2024], "predictors": ["report_year"]}, "kinds"),
    ],
)
def test_what_the_reports_cannot_carry_is_refused(given, rule):
    assert rule in {refusal.rule for refusal in estimate(*corpus(), **given).refusals}


def test_a_dozen_provinces_are_too_few_to_compare():
    documents, coverage = corpus(160)
    documents["province"] = [f"省{number // 2 % 12}" for number in range(len(documents))]
    (refusal,) = estimate(documents, coverage, predictors=["issuer_type", "province"]).refusals
    assert (refusal.rule, refusal.had) == ("provinces", 12)


def test_few_units_are_refused():
    (refusal,) = estimate(*corpus(12)).refusals
    assert (refusal.rule, refusal.had) == ("model_units", 12)


def test_an_unknown_predictor_is_named_with_what_is_allowed():
    with pytest.raises(ParameterError, match="'wealth'; it must be one of 'issuer_type'"):
        estimate(*corpus(12), predictors=["wealth"])
