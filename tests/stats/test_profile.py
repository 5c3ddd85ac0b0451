import pytest

from analysis.errors import ParameterError
from analysis.stats.profile import TABLES, build_profile
from tests.stats.panel import covered, document, observation, problem, table

CODE = "990001"
INDICATOR = "legal_aid_cases_accepted"


def figure(doc_id, year, value, **given):
    made = observation(doc_id, "cases", value, report_year=year, **given)
    return made | {"indicator": INDICATOR, "mention_ids": f"{doc_id}#1"}


def build(unit=CODE, documents=(), **options):
    """Return the profile of a unit with full reports on 2021-2023, an opening on 2024, and a neighbour."""
    reports = [document(f"r{year}", adcode=CODE, county="甲县", report_year=year) for year in (2021, 2022, 2023)]
    reports += [document("r2024", adcode=CODE, county="甲县", report_year=2024, coverage="opening")]
    reports += [document("near", adcode="990002", county="乙县"), *documents]
    rows = {
        "documents": reports,
        "observations": [
            figure("r2022", 2022, 31), figure("r2023", 2023, 40), figure("r2023", 2023, 44, variant=2),
            figure("r2024", 2024, 50, coverage="opening"), figure("near", 2024, 9),
        ],
        "coverage": [
            covered("r2021", INDICATOR, "not_reported"), covered("r2022", INDICATOR),
            covered("r2023", INDICATOR, "conflict"),
            covered("r2021", "A1", "absent", "mandated"),
        ],
        "problems": [
            problem("r2022", 1, "digital", report_year=2022), problem("r2023", 1, "digital", report_year=2023),
            problem("r2023", 2, "publicity", report_year=2023), problem("near", 1, "leadership"),
            problem("r2023", 3, "", role="cause", report_year=2023),
        ],
        "plans": [problem("r2023", 4, "digital", role="plan", report_year=2023)],
        "checks": [
            {"check_id": f"{doc_id}~rate~#1", "doc_id": doc_id, "check": "rate", "mention_id": f"{doc_id}#1",
             "verdict": "confirmed"}
            for doc_id in ("r2023", "near")
        ],
        "due": [
            {"unit_id": CODE, "place": "甲县", "level": "county", "report_year": 2020, "status": "not_found"},
            {"unit_id": "990002", "place": "乙县", "level": "county", "report_year": 2024, "status": "found"},
        ],
    }  # fmt: skip
    return build_profile({name: table(name, rows[name]) for name in rows}, unit, **options)


@pytest.mark.parametrize("unit", [CODE, "甲县"])
def test_a_unit_is_found_by_its_code_or_name_and_nothing_of_others_is_in_its_profile(unit):
    result = build(unit)
    assert set(result.table["doc_id"]) == {"r2021", "r2022", "r2023"}
    for name in ("reports", "values", "statements", "plans", "contents", "checks", "marks"):
        assert "near" not in set(result.parts[name]["doc_id"]), name
    assert result.parts["due"]["report_year"].tolist() == [2020]


def test_a_figure_has_its_status_by_year_and_silence_is_said_of_full_reports_only():
    result = build()
    rows = result.table[result.table["indicator"] == INDICATOR].set_index("report_year")
    assert rows["status"].to_dict() == {2021: "not_reported", 2022: "exact", 2023: "conflict"}
    assert rows.loc[2023, ["low", "high"]].tolist() == [40, 44]
    values = result.parts["values"]
    assert values[["report_year", "value", "mention_ids"]].to_numpy().tolist() == [
        [2022, 31, "r2022#1"], [2023, 40, "r2023#1"], [2023, 44, "r2023#1"], [2024, 50, "r2024#1"]
    ]  # fmt: skip


def test_since_when_a_problem_is_named_counts_the_full_reports_before():
    rows = build().parts["problems"].set_index("category")
    assert list(rows.index) == ["digital", "publicity"]
    assert rows.loc["digital", ["first_year", "last_year", "n", "n_at_risk", "n_before"]].tolist() == [
        2022,
        2023,
        2,
        3,
        1,
    ]
    assert rows.loc["digital", "years"] == "2022|2023"
    assert rows.loc["digital", "statement_ids"] == "r2022#1|r2023#1"
    assert rows.loc["publicity", "n_before"] == 2


def test_plans_and_causes_stand_apart_from_problems_and_uncoded_statements_are_kept():
    result = build()
    assert result.parts["plans"]["statement_id"].tolist() == ["r2023#4"]
    assert result.parts["statements"][["statement_id", "role"]].to_numpy().tolist() == [
        ["r2022#1", "problem"], ["r2023#1", "problem"], ["r2023#2", "problem"], ["r2023#3", "cause"]
    ]  # fmt: skip


def test_one_unit_is_never_compared_and_only_years_asked_for_are_in_it():
    result = build(years=[2023])
    (refusal,) = result.refusals
    assert (refusal.rule, refusal.had, refusal.full) == ("units_beside", 1, 1)
    assert not {"share", "interval_kind", "rank"} & {name for part in result.parts.values() for name in part}
    assert set(result.table["report_year"]) == set(result.parts["values"]["report_year"]) == {2023}


def test_a_unit_of_which_only_an_opening_was_read_is_silent_about_nothing():
    result = build("丙县", [document("open", adcode="990003", county="丙县", coverage="opening")])
    assert result.table.empty
    assert result.parts["problems"].empty
    assert result.parts["reports"]["reason"].tolist() == ["opening"]


@pytest.mark.parametrize(
    ("unit", "says"), [("甲市", "no report is of such a unit"), ("", "no report"), ("乙县", "several units are called")]
)
def test_a_unit_that_cannot_be_told_is_an_error_that_names_others(unit, says):
    namesake = document("namesake", adcode="990009", county="乙县", prefecture="丁市")
    with pytest.raises(ParameterError, match=says):
        build(unit, [namesake])


def test_a_table_that_is_missing_is_named():
    with pytest.raises(ParameterError, match=r"tables lacks observations, .*due"):
        build_profile({"documents": table("documents", [])}, CODE)
    assert len(TABLES) == 7
