from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.stats.admitted import estimate_admitted
from analysis.stats.disclosure import estimate_disclosure, estimate_mandated, estimate_wording
from analysis.stats.frame import Frame
from tests.stats.panel import CATEGORIES, CODEBOOK, covered, document, make_panel, observation, problem, table

MANDATED = pd.DataFrame(
    [("B1", "成效", "results", "mandated", "yes"), ("B5", "其他", "other matters", "mandated", "conditional"),
     ("C06", "应急", "emergencies", "outline", "derived")],
    columns=["item", "question_zh", "question_en", "group", "required"],
)  # fmt: skip


def disclose(documents, observations=(), coverage=(), indicators=("cases", "won"), **options):
    return estimate_disclosure(
        table("coverage", coverage), table("observations", observations), table("documents", documents),
        None if indicators is None else list(indicators), codebook=CODEBOOK, **options,
    )  # fmt: skip


def mandated(documents, coverage, **options):
    return estimate_mandated(table("coverage", coverage), table("documents", documents), mandated=MANDATED, **options)


def test_every_full_report_has_a_cell_for_every_indicator_with_value_and_status():
    result = disclose(
        [document("a", adcode="990001"), document("b", adcode="990002")],
        [observation("a", value=141)],
        [covered("a", "cases"), covered("a", "won", "not_reported"), covered("b", "cases", "masked")],
    )
    cells = result.table.set_index(["doc_id", "indicator"])
    assert list(cells.index) == [("a", "cases"), ("a", "won"), ("b", "cases"), ("b", "won")]
    assert list(cells["status"]) == ["exact", "not_reported", "masked", "not_reported"]
    assert cells.loc[("a", "cases"), "value"] == 141
    assert list(cells["printed"]) == [True, False, False, False]


def test_openings_are_not_in_the_matrix_and_said_to_be_out():
    result = disclose([document("a"), document("b", coverage="opening")])
    assert set(result.table["doc_id"]) == {"a"}
    assert "1 openings are not in the table" in result.text("en")


def test_a_cell_shows_the_figure_of_the_reports_own_year_and_an_explicit_total():
    rows = [observation("a", value=3, component="filed"), observation("a", value=9, period="year:2023"),
            observation("a", value=5)]  # fmt: skip
    cell = disclose([document("a")], rows, [covered("a", "cases")], ["cases"]).table.iloc[0]
    assert (cell["value"], cell["n_values"]) == (5, 3)


def test_counts_leave_out_what_was_not_at_risk():
    documents = [document(name) for name in "abcd"]
    statuses = ["exact", "not_reported", "masked", "not_applicable"]
    coverage = [covered(name, "cases", status) for name, status in zip("abcd", statuses, strict=True)]
    result = disclose(documents, coverage=coverage, indicators=["cases"])
    row = result.parts["items"].iloc[0]
    assert (row["n"], row["n_at_risk"], row["n_masked"], row["n_not_applicable"]) == (1, 2, 1, 1)
    assert pd.isna(row["share"])
    assert [refusal.rule for refusal in result.refusals] == ["share_reports"]
    reports = result.parts["reports"].set_index("doc_id")["n_at_risk"].to_dict()
    assert reports == {"a": 1, "b": 1, "c": 0, "d": 0}


def test_shares_need_twenty_reports_and_intervals_a_declared_frame():
    data = make_panel(25, [2024], silent=0.4)
    tables = data["coverage"], data["observations"], data["documents"], ["cases"]
    found = estimate_disclosure(*tables, codebook=CODEBOOK)
    row = found.parts["items"].iloc[0]
    assert row["share"] == row["n"] / 25
    assert row["interval_kind"] == "none"
    assert [refusal.rule for refusal in found.refusals] == ["frame"]
    census = estimate_disclosure(*tables, codebook=CODEBOOK, frame=Frame("x", "census", 30)).parts["items"].iloc[0]
    assert (census["low"], census["high"]) == (row["n"] / 30, (row["n"] + 5) / 30)
    assert census["interval_kind"] == "nonresponse_bounds"
    sample = (
        estimate_disclosure(*tables, codebook=CODEBOOK, frame=Frame("x", "probability", 200)).parts["items"].iloc[0]
    )
    assert sample["interval_kind"] == "sampling"
    assert sample["low"] < row["share"] < sample["high"]


def test_a_sample_with_repeated_units_gets_no_interval():
    data = make_panel(25, [2023, 2024])
    found = estimate_disclosure(
        data["coverage"], data["observations"], data["documents"], ["cases"], codebook=CODEBOOK,
        frame=Frame("x", "probability", 200), by="report_year",
    )  # fmt: skip
    assert [refusal.rule for refusal in found.refusals] == ["one_year"]
    assert found.parts["items"]["interval_kind"].tolist() == ["none"]
    assert found.parts["by"]["interval_kind"].tolist() == ["sampling", "sampling"]


def test_small_cells_of_a_breakdown_keep_their_counts_only():
    data = make_panel(30, [2023, 2024])
    few = data["documents"][~((data["documents"]["report_year"] == 2023) & (data["documents"]["doc_id"] > "u010"))]
    found = estimate_disclosure(
        data["coverage"], data["observations"], few, ["cases"], by="report_year", codebook=CODEBOOK,
        frame=Frame("x", "census", 30),
    )  # fmt: skip
    cells = found.parts["by"].set_index("report_year")
    assert cells["n"].to_dict() == {2023: 10, 2024: 30}
    assert pd.isna(cells.loc[2023, "share"])
    assert cells.loc[2024, "share"] == 1
    assert "cell_reports" in {refusal.rule for refusal in found.refusals}


def test_a_tier_chooses_active_indicators_and_an_unknown_one_is_named():
    assert set(disclose([document("a")], indicators=None).table["indicator"]) == set(CODEBOOK["id"])
    with pytest.raises(ParameterError, match="tier is 'main'"):
        disclose([document("a")], indicators=None, tier="main")
    with pytest.raises(ParameterError, match="by is 'county'"):
        disclose([document("a")], by="county")


def test_required_and_derived_contents_are_never_counted_together():
    coverage = [covered("a", "B1", "present", "mandated"), covered("a", "B5", "absent", "mandated"),
                covered("a", "C06", "absent", "mandated")]  # fmt: skip
    required = mandated([document("a")], coverage)
    assert list(required.table["item"]) == ["B1", "B5"]
    assert required.parts["items"].set_index("item")["n"].to_dict() == {"B1": 1, "B5": 0}
    derived = mandated([document("a")], coverage, required="derived")
    assert list(derived.table["item"]) == ["C06"]
    assert "no regulation asks for them" in derived.text("en")
    assert len(mandated([document("a")], coverage, required="all").table) == 3


def test_contents_partial_unread_and_out_of_mandate_are_told_apart():
    documents = [document(name) for name in "abcd"] + [document("o", coverage="opening")]
    statuses = ["present", "partial", "absent", "not_applicable"]
    coverage = [covered(name, "B1", status, "mandated") for name, status in zip("abcd", statuses, strict=True)]
    result = mandated(documents, coverage)
    row = result.parts["items"].set_index("item").loc["B1"]
    assert (row["n"], row["n_partial"], row["n_at_risk"]) == (1, 1, 3)
    assert "o" not in set(result.table["doc_id"])


def test_a_department_keeps_its_row_in_the_tables_of_contents():
    bureau = document("b", issuer_type="department", issuer="甲县司法局", adcode="990001", genre="department_report")
    result = mandated([document("a", adcode="990001"), bureau], [covered("b", "B1", "not_applicable", "mandated")])
    assert set(result.table["doc_id"]) == {"a", "b"}


def test_the_wording_of_figures_is_counted_by_what_was_read():
    documents = [document("a"), document("b", coverage="opening")]
    rows = [observation("a", value=100), observation("a", "win_rate", 100),
            observation("a", "won", exactness="bounded"), observation("b", "win_rate", 99.3),
            observation("b", "cases", exactness="rounded")]  # fmt: skip
    result = estimate_wording(table("observations", rows), table("documents", documents))
    found = {(row.group, row.exactness): (row.n, row.n_total) for row in result.table.itertuples()}
    assert found == {("full", "exact"): (2, 3), ("full", "bounded"): (1, 3), ("opening", "exact"): (1, 2),
                     ("opening", "rounded"): (1, 2)}  # fmt: skip
    rates = result.parts["rates"].set_index("group")
    assert rates[["n_100", "n_rates"]].to_dict("index") == {
        "full": {"n_100": 1, "n_rates": 1}, "opening": {"n_100": 0, "n_rates": 1}
    }  # fmt: skip


def test_printed_and_admitted_are_crossed_in_counts_of_county_reports():
    documents = [document(name) for name in "abcd"]
    documents.append(document("e", issuer_type="department", issuer="局", genre="department_report"))
    statuses = dict(zip("abcd", ("exact", "not_reported", "not_reported", "masked"), strict=True))
    coverage = [covered(name, "win_rate", status) for name, status in statuses.items()]
    problems = [problem("b", 1, "reform"), problem("c", 1, "talent", heading=False), problem("e", 1, "reform")]
    result = estimate_admitted(
        table("coverage", coverage), table("problems", problems), table("documents", documents), indicator="win_rate",
        category="reform", codebook=CODEBOOK, categories=CATEGORIES,
    )  # fmt: skip
    found = {(row.printed, row.admitted): row.doc_ids for row in result.table.itertuples()}
    assert found == {(True, True): "", (True, False): "a", (False, True): "b", (False, False): "c"}
    assert set(result.table["n_at_risk"]) == {3}
    assert "Of 3 full county reports, 0 print" in result.text("en")
    with pytest.raises(ParameterError, match="category is 'reforms'"):
        estimate_admitted(
            table("coverage", coverage), table("problems", problems), table("documents", documents),
            indicator="win_rate", category="reforms", codebook=CODEBOOK, categories=CATEGORIES,
        )  # fmt: skip
