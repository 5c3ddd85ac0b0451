"""Silence told from absence: denominators from the frame, bounds for what was not found, lateness from known dates."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.stats.comparisons import estimate_comparison
from analysis.stats.disclosure import estimate_disclosure, estimate_mandated
from analysis.stats.frame import Frame
from analysis.stats.lateness import estimate_lateness
from analysis.stats.recurrence import estimate_recurrence
from analysis.stats.response import estimate_response
from tests.stats.panel import CATEGORIES, CODEBOOK, covered, document, observation, problem, table
from tests.stats.test_disclosure import MANDATED

STATUSES = ("published_but_gone", "not_found", "searched", "not_searched")


def code(number):
    return f"99{number:04d}"


def place(number, **given):
    return document(f"d{number:02d}", adcode=code(number), county=f"县{number:02d}", **given)


def due_rows(found, statuses=(), coverage="full", **given):
    """Return rows of `due`: so many found, then one of each status."""
    rows = [{"unit_id": code(n), "place": f"县{n:02d}", "level": "county", "province": "虚构省", "report_year": 2024,
             "adcode": code(n), "status": status, "doc_id": f"d{n:02d}" if status == "found" else "",
             "coverage": coverage if status == "found" else ""} | given
            for n, status in enumerate([*["found"] * found, *statuses])]  # fmt: skip
    return table("due", rows)


def disclose(documents, coverage, due, observations=(), **options):
    return estimate_disclosure(
        table("coverage", coverage), table("observations", observations), table("documents", documents), ["cases"],
        codebook=CODEBOOK, frame=Frame("x").over(due), **options,
    )  # fmt: skip


def test_a_frame_over_reports_due_is_a_census_of_the_places_at_its_level():
    prefecture = due_rows(1, level="prefecture", unit_id="990000", adcode="990000")
    bureau = due_rows(1, unit_id=f"{code(0)}/司法局", issuer_type="department")
    frame = Frame("x").over(pd.concat([due_rows(2, STATUSES), prefecture, bureau]))
    assert (frame.sampling, frame.size, len(frame.due)) == ("census", 6, 6)
    assert Frame("x").over(table("due", [])).sampling == "convenience"
    assert frame.record()["due"]["found"] == 2


def test_silence_and_absence_are_counted_apart_and_add_up_to_the_reports_due():
    documents = [place(n) for n in range(24)] + [place(24, coverage="opening")]
    statuses = ["exact"] * 10 + ["not_reported"] * 11 + ["masked", "not_read", "not_applicable"]
    coverage = [covered(f"d{n:02d}", "cases", status) for n, status in enumerate(statuses)]
    row = disclose(documents, coverage, due_rows(25, STATUSES)).parts["items"].iloc[0]
    expected = {"n": 10, "n_silent": 11, "n_masked": 1, "n_not_read": 1, "n_part": 1, "n_gone": 1, "n_not_found": 1,
                "n_under_way": 1, "n_not_searched": 1}  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row["n_due"] == sum(expected.values()) == 29 - row["n_not_applicable"]
    assert row["share"] == 10 / 21
    assert (row["low"], row["high"]) == (10 / 28, 17 / 28)
    assert row["interval_kind"] == "nonresponse_bounds"


def test_all_kinds_of_shares_have_the_reports_due_as_denominators():
    documents, due = [place(n) for n in range(22)], due_rows(22, STATUSES)
    frame = Frame("x", population_zh="某").over(due)
    coverage = [covered(f"d{n:02d}", "B1", "present", "mandated") for n in range(22)]
    contents = estimate_mandated(table("coverage", coverage), table("documents", documents), frame=frame,
                                 mandated=MANDATED)  # fmt: skip
    row = contents.parts["items"].set_index("item").loc["B1"]
    assert (row["n_due"], row["low"], row["high"]) == (26, 22 / 26, 1)
    problems = table("problems", [problem(f"d{n:02d}", 1, "talent") for n in range(11)])
    named = estimate_recurrence(problems, table("documents", documents), frame=frame, categories=CATEGORIES,
                                by="province")  # fmt: skip
    row = named.table.set_index("category").loc["talent"]
    assert (row["share"], row["low"], row["high"]) == (0.5, 11 / 26, 15 / 26)
    cell = named.parts["by"].set_index("category").loc["talent"]
    assert (cell["n_due"], cell["low"], cell["interval_kind"]) == (26, 11 / 26, "nonresponse_bounds")
    for result in (contents, named):
        said = next(note for note in result.notes if note["id"] == "frame")
        assert said["en"].startswith(
            "Frame: x, 26 units, 26 reports due; 24 searched for, 22 found (0 of them not read"
        )
        assert said["zh"].startswith("总体：某，26个单位，应有报告26份；已查24份，找到22份")


def test_the_bounds_of_a_year_are_over_the_reports_due_in_it():
    documents = [place(n, report_year=year) | {"doc_id": f"d{n}_{year}"} for n in range(21) for year in (2023, 2024)]
    coverage = [covered(row["doc_id"], "cases") for row in documents]
    due = pd.concat([due_rows(21, report_year=2023), due_rows(21, STATUSES)])
    result = disclose(documents, coverage, due, by="report_year")
    cells = result.parts["by"].set_index("report_year")
    assert cells["n_due"].to_dict() == {2023: 21, 2024: 25}
    assert cells["low"].to_dict() == {2023: 1, 2024: 21 / 25}
    assert result.parts["due"].set_index("report_year")["n_gone"].to_dict() == {2023: 0, 2024: 1}
    only = disclose(documents, coverage, due, years=[2023]).parts["items"].iloc[0]
    assert (only["n_due"], only["low"], only["high"]) == (21, 1, 1)


def test_several_reports_of_a_unit_and_year_are_one_unit_and_year():
    both = [due_rows(1, issuer_type="government"),
            due_rows(0, ["not_found"], issuer_type="party_committee"),
            due_rows(0, ["not_found"], issuer_type="government", unit_id=code(5)),
            due_rows(0, ["published_but_gone"], issuer_type="party_committee", unit_id=code(5))]  # fmt: skip
    row = disclose([place(0)], [covered("d00", "cases")], pd.concat(both)).parts["items"].iloc[0]
    assert (row["n_due"], row["n"], row["n_gone"], row["n_not_found"]) == (2, 1, 1, 0)


def test_reports_of_places_the_frame_does_not_have_are_an_error():
    with pytest.raises(ParameterError, match="1 reports are of a unit and year that the frame does not have"):
        disclose([place(0), place(7)], [], due_rows(1))


def test_without_a_frame_nothing_changes():
    documents, coverage = [place(n) for n in range(25)], [covered(f"d{n:02d}", "cases") for n in range(25)]
    tables = table("coverage", coverage), table("observations", []), table("documents", documents), ["cases"]
    for frame in (Frame(), Frame("x", "census", 30)):
        result = estimate_disclosure(*tables, codebook=CODEBOOK, frame=frame)
        assert not {"n_due", "n_silent", "n_gone"} & set(result.parts["items"])
        assert "due" not in result.parts
        assert "frame" not in {note["id"] for note in result.notes}


def test_a_mean_is_bounded_over_all_reports_due():
    documents = [place(n) for n in range(25)]
    observations = [observation(f"d{n:02d}", "win_rate", 60.0) for n in range(20)]
    coverage = [covered(f"d{n:02d}", "win_rate", "exact" if n < 20 else "not_reported") for n in range(25)]
    frame = Frame("x").over(due_rows(25, STATUSES * 5))
    found = estimate_comparison(
        table("observations", observations), table("coverage", coverage), table("documents", documents), ["win_rate"],
        codebook=CODEBOOK, frame=frame,
    )  # fmt: skip
    row = found.parts["summary"].iloc[0]
    assert (row["n"], row["n_at_risk"], row["n_due"]) == (20, 25, 45)
    assert (row["worst_low"], row["worst_high"]) == (0.8 * 60, 0.8 * 60 + 20)
    assert row["due_worst_low"] == pytest.approx(20 / 45 * 60)
    assert row["due_worst_high"] == pytest.approx(20 / 45 * 60 + 25 / 45 * 100)
    assert (row["due_monotone_low"], row["due_monotone_high"]) == (row["due_worst_low"], 60)


# ---- what became of the search


def test_the_share_found_is_bounded_by_what_was_not_searched():
    documents = table("documents", [place(0)])
    due = pd.concat([due_rows(5, STATUSES), due_rows(1, coverage="opening", report_year=2023)])
    result = estimate_response(due, documents)
    rows = result.table.set_index("report_year")
    assert rows.loc[2024, ["n_due", "n", "n_read", "n_part", "n_gone"]].tolist() == [9, 5, 5, 0, 1]
    assert (rows.loc[2024, "low"], rows.loc[2024, "high"]) == (5 / 9, 7 / 9)
    assert rows.loc[2023, ["n", "n_read", "n_part"]].tolist() == [1, 0, 1]
    assert rows.loc[2023, "interval_kind"] == "none"
    assert set(result.parts["open"]["status"]) == set(STATUSES)
    assert list(estimate_response(due, documents, by="province").table["n_due"]) == [10]
    assert list(estimate_response(due, documents, years=[2023]).table["n_due"]) == [1]
    with pytest.raises(ParameterError, match="by is 'county'"):
        estimate_response(due, documents, by="county")


def test_without_a_frame_there_is_a_refusal_that_says_how_to_start_one():
    result = estimate_response(table("due", []), table("documents", [place(0), place(1, coverage="opening")]))
    (refusal,) = result.refusals
    assert refusal.rule == "due"
    assert "1 full reports; 1 openings" in refusal.text("en")
    assert "fazhi frame start" in refusal.text("en")


# ---- lateness


def late(*rows, **options):
    return estimate_lateness(table("documents", rows), **options)


def dated(in_time, too_late, unknown):
    """Return reports published in time, too late, and without a known date."""
    dates = ["2025-04-01"] * in_time + ["2025-04-02"] * too_late + [""] * unknown
    return [place(n, published=day, dated="2025-01-05") for n, day in enumerate(dates)]


def test_only_known_dates_of_publication_count_and_the_unknown_are_bounded():
    row = late(*dated(15, 10, 5)).table.iloc[0]
    assert (row["n"], row["n_known"], row["n_unknown"]) == (15, 25, 5)
    assert row["share"] == 15 / 25
    assert (row["low"], row["high"]) == (15 / 30, 20 / 30)
    assert row["interval_kind"] == "nonresponse_bounds"


def test_few_known_dates_are_counted_and_none_are_refused():
    result = late(*dated(2, 1, 0))
    assert result.table["share"].isna().all()
    assert [refusal.rule for refusal in result.refusals] == ["share_reports"]
    none = late(*dated(0, 0, 30))
    assert none.table.empty
    assert [refusal.rule for refusal in none.refusals] == ["publication_dates"]
    assert "published of manifest.csv" in none.text("en")


def test_a_frame_bounds_lateness_over_all_reports_due():
    row = late(*dated(15, 10, 5), frame=Frame("x").over(due_rows(30, STATUSES))).table.iloc[0]
    assert (row["low"], row["high"]) == (15 / 30, 20 / 30)
    assert (row["due_low"], row["due_high"], row["n_due"]) == (15 / 34, 24 / 34, 34)


def test_a_revised_report_was_published_when_its_first_version_was():
    issuer = {"issuer": "某县人民政府"}
    documents = [place(0, published="2025-03-20", **issuer) | {"doc_id": "first"},
                 place(0, published="2025-05-20", **issuer) | {"doc_id": "second"},
                 place(1, published="2025-05-20", **issuer)]  # fmt: skip
    row = late(*documents).table.iloc[0]
    assert (row["n"], row["n_known"]) == (1, 2)


def test_years_before_the_duty_are_said_to_be():
    assert "in force from 15 April 2019" in late(place(0, report_year=2018, published="2019-03-01")).text("en")
    assert "in force" not in late(place(0, report_year=2019, published="2020-03-01")).text("en")
