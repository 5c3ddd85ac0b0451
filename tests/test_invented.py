"""The invented panel: the files are what the seed gives, and what was put in can be found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import codebook, paths
from analysis.contract import check_foreign, check_table
from analysis.errors import ParameterError
from analysis.invented import build_inputs, build_invented, build_truth, parameters
from analysis.invented.figures import print_count
from analysis.tables import format_table
from analysis.tidy import build_tidy

FIGURES = {figure["name"]: figure for figure in parameters()["figures"]}
FOLDER = paths.PACKAGE.parent / "data" / "invented"


@pytest.fixture(scope="module")
def panel() -> dict[str, pd.DataFrame]:
    return build_invented()


@pytest.fixture(scope="module")
def tidy(panel: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return build_tidy(panel)


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return build_truth()


@pytest.fixture(scope="module")
def printed(tidy: dict[str, pd.DataFrame], truth: pd.DataFrame) -> pd.DataFrame:
    """Observations of a report's own whole year beside what happened, for indicators that are one figure."""
    rows = tidy["observations"]
    own = (rows["period"].str.split(":").str[1] == rows["report_year"].astype(str)) & (rows["variant"] == 1)
    rows = rows[own & ~rows["flags"].str.contains("conflict|partial_year")]
    single = truth.groupby("indicator")["figure"].transform("nunique") == 1
    named = truth[single].rename(columns={"year": "report_year", "value": "true"}).drop(columns="organ")
    return rows.merge(named.astype({"report_year": "Int64"}), on=["adcode", "indicator", "report_year"])


def test_shipped_files_are_what_the_seed_gives(panel):
    for name, table in panel.items():
        assert (FOLDER / "extracted" / "panel" / f"{name}.csv").read_bytes() == format_table(table, name), name
    for name, table in build_inputs().items():
        assert (FOLDER / f"{name}.csv").read_bytes() == format_table(table, name), name


def test_tables_keep_the_contract(panel):
    tables = {**panel, **build_inputs()}
    assert not [wrong for name, table in tables.items() for wrong in check_table(table, name)]
    assert not check_foreign(tables)


def test_places_do_not_exist_and_say_so(panel):
    places, documents = codebook.read_rows("text/places"), panel["documents"]
    known = {row[part] for row in places for part in ("name", "prefecture", "province", "adcode")}
    for column in ("county", "prefecture", "province", "adcode"):
        assert not known & set(documents[column])
    assert set(documents["source"]) == set(panel["mentions"]["extractor"]) == {"invented"}
    assert documents["adcode"].str.startswith("99").all()
    assert set(documents["unit_type"]) == {"county", "district", "county_level_city"}


def test_another_seed_is_another_panel(panel):
    small = build_invented(seed=1, units=4, years=(2020, 2021))
    assert set(small["documents"]["report_year"]) == {2020, 2021}
    assert small["documents"]["adcode"].nunique() == 4
    same = panel["mentions"].merge(small["mentions"], on="mention_id")
    assert (same["surface_x"] != same["surface_y"]).mean() > 0.5


@pytest.mark.parametrize("wrong", [{"units": 61}, {"units": 0}, {"years": (2024, 2017)}])
def test_impossible_sizes_are_refused(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        build_invented(**wrong)


def test_counts_are_printed_in_every_style():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame([print_count(rng, {"unit": "件"}, 43_217) for _ in range(800)])
    words = parameters()["words"]
    over = rows[rows["surface"].str.contains(words["over"][0])]
    assert (over["low"] <= 43_217).all() and over["high"].isna().all() and len(over) > 20
    near = rows[rows["surface"].str.startswith(words["near"])]
    assert (near["high"] > 43_217).all() and near["low"].isna().all() and len(near) > 2
    assert rows.loc[rows["masked"] == True, "value"].isna().all()  # noqa: E712
    assert {"4.32万件", "43217件"} <= set(rows["surface"])
    assert print_count(rng, {"unit": "件", "zero": "败诉案件"}, 0)["surface"] == "无败诉案件"


def test_about_one_report_in_twelve_is_missing(panel):
    documents, frame = panel["documents"], build_inputs()["frame"]
    share = documents.groupby(["adcode", "report_year"]).ngroups / len(frame)
    assert share == pytest.approx(parameters()["documents"]["exists"], abs=0.04)
    assert set(frame["status"]) == {"found", "published_but_gone", "not_found", "not_searched"}
    assert frame["status"].eq("found").sum() == documents.groupby(["adcode", "report_year"]).ngroups
    early = documents["published"].ne("") & (documents["published"] < documents["report_year"].astype(str) + "-12-31")
    assert 5 <= early.sum() <= 30
    assert set(documents["coverage"]) == {"full", "partial", "opening"}


def test_nearly_every_figure_matches_its_indicator(panel, tidy):
    rows = panel["mentions"].merge(tidy["matches"], on=["mention_id", "doc_id"])
    rows = rows[rows["status"] == "reported"]
    assert (rows["indicator"] != "").mean() >= 0.98
    for figure in FIGURES.values():
        own = rows[(rows["measure"] == figure.get("measure")) & (rows["action"] == figure.get("action", ""))]
        assert set(own["indicator"]) <= {figure.get("id"), ""}


def test_targets_norms_and_distributive_figures_are_used_nowhere(panel, tidy):
    rows = panel["mentions"].merge(tidy["matches"], on=["mention_id", "doc_id"])
    aside = rows[(rows["status"] != "reported") | (rows["per"] != "") | (rows["role"] == "plan")]
    assert len(aside) > 200 and not aside["used"].any()


def test_every_status_of_coverage_occurs(tidy):
    found = set(tidy["coverage"]["status"])
    assert found >= {
        "exact", "rounded", "approximate", "bounded", "vague", "components_only", "conflict", "masked", "not_reported",
        "not_read", "not_applicable", "present", "partial", "absent",
    }  # fmt: skip


def test_planted_contradictions_are_found(tidy):
    checks = tidy["checks"]
    found = checks.groupby(["check", "verdict"]).size()
    for kind in (("rate", "impossible"), ("parts", "impossible"), ("stages", "explained"), ("change", "implausible")):
        assert found.get(kind, 0) > 0, kind
    assert found["change", "confirmed"] > 3 * found["change", "implausible"]
    assert found["rate", "confirmed"] > 3 * found["rate", "impossible"]
    assert (checks["fits"] == "truncated").sum() > 10


def test_bounds_hold_what_happened(printed):
    counts = printed[printed["form"].isin(["flow", "stock", "amount"]) & printed["low_conv"].notna()]
    held = (counts["low_conv"] <= counts["true"]) & (counts["true"] <= counts["high_conv"])
    assert held.groupby(counts["exactness"]).mean()[["bounded", "exact", "rounded"]].min() > 0.97
    assert len(counts) > 4000


def _growth(printed: pd.DataFrame, name: str, years: range) -> tuple[float, float]:
    """Estimate growth a year within units, shocks taken out, with its standard error."""
    figure, base = FIGURES[name], parameters()["base_year"]
    rows = printed[(printed["figure"] == name) & printed["report_year"].isin(years) & (printed["value"] > 0)]
    rows = rows[~rows["doc_id"].str.contains("_sfj|_xw")]
    shock = rows["report_year"].astype(str).map(parameters()["shock"]).fillna(0.0) if figure.get("moved") else 0.0
    logs = np.log(rows["value"]) - shock
    x = (rows["report_year"] - base).astype(float)
    x, logs = x - x.groupby(rows["adcode"]).transform("mean"), logs - logs.groupby(rows["adcode"]).transform("mean")
    slope = float((x * logs).sum() / (x**2).sum())
    spread = float(((logs - slope * x) ** 2).sum() / (len(rows) - rows["adcode"].nunique() - 1))
    return slope, float(np.sqrt(spread / (x**2).sum()))


@pytest.mark.parametrize("name", ["aid_handled", "publicity", "mediation_accepted", "matters", "penalties"])
def test_growth_is_recovered(printed, name):
    slope, error = _growth(printed, name, range(2017, 2025))
    assert error < 0.015
    assert slope == pytest.approx(FIGURES[name]["growth"], abs=3 * error)


def test_step_of_2024_is_recovered(printed):
    rows = printed[(printed["figure"] == "reconsideration_received") & (printed["value"] > 0)]
    rows = rows.assign(log=np.log(rows["value"]))
    before, after = (rows[rows["report_year"] == year].set_index("adcode")["log"] for year in (2023, 2024))
    before, after = before.groupby(level=0).mean(), after.groupby(level=0).mean()
    change = (after - before).dropna() - FIGURES["reconsideration_received"]["growth"]
    factor = FIGURES["reconsideration_received"]["step"]["factor"]
    assert change.mean() == pytest.approx(np.log(factor), abs=3 * change.std() / np.sqrt(len(change)))
    assert change.mean() > 4 * change.std() / np.sqrt(len(change))


def test_mean_of_disclosers_is_too_good_and_worst_case_bounds_hold(printed, truth):
    for name, better in (("appearance_rate", 1), ("loss_rate", -1)):
        true = truth.loc[truth["figure"] == name, "value"].dropna()
        shown = printed.loc[printed["figure"] == name].drop_duplicates(["adcode", "report_year"])["value"].dropna()
        share = len(shown) / len(true)
        assert better * (shown.mean() - true.mean()) > 2.0
        assert share * shown.mean() < true.mean() < share * shown.mean() + (1 - share) * 100


def test_one_shortcoming_spreads_and_persists(panel, tidy, truth):
    named = tidy["problems"].query("role == 'problem' and heading")
    n = named.groupby("doc_id")["statement_id"].nunique()
    assert n.between(3, 6).all()
    digital = truth[truth["indicator"] == "digital"].pivot(index="adcode", columns="year", values="value")
    assert digital[[2023, 2024]].mean().mean() > digital[[2017, 2018]].mean().mean() + 0.2
    awareness = truth[truth["indicator"] == "awareness"].pivot(index="adcode", columns="year", values="value")
    again = awareness.iloc[:, 1:].to_numpy()[awareness.iloc[:, :-1].to_numpy() == 1].mean()
    fresh = awareness.iloc[:, 1:].to_numpy()[awareness.iloc[:, :-1].to_numpy() == 0].mean()
    assert again > fresh + 0.1
    shares = named[named["category"] == "digital"].groupby("report_year")["doc_id"].nunique()
    assert shares[2024] > 2 * shares[2017]


def test_coders_are_as_good_as_they_were_made(panel):
    codes = panel["codes"][panel["codes"]["primary"]].pivot(index="statement_id", columns="coder", values="category")
    problems = panel["statements"].query("role == 'problem'")["statement_id"]
    codes = codes.loc[codes.index.intersection(problems)].dropna(subset=["human_ab"])
    for coder in parameters()["coders"]:
        both = codes[["human_ab", coder["coder"]]].dropna() if coder["coder"] != "human_ab" else codes[["human_ab"]]
        right = (both.iloc[:, 0] == both.iloc[:, -1]).mean()
        assert right == pytest.approx(min(coder["accuracy"], 1.0), abs=0.06) or coder["coder"] == "human_ab"
    assert panel["codes"].groupby("coder")["round"].nunique().max() == 1
    assert panel["codes"]["category"].str.startswith("attr:").sum() > 500
