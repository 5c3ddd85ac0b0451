from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ParameterError, TableError
from analysis.tables import fit_table, format_table
from analysis.tidy import read_frame
from analysis.tidy.due import build_due
from analysis.tidy.frames import extend_frame, start_frame, update_frame

SONG = {"adcode": "410325", "county": "嵩县", "province": "河南省", "prefecture": "洛阳市", "unit_type": "county"}


def report(doc_id, year=2023, **given):
    row = {"doc_id": doc_id, "issuer_type": "government", "genre": "annual_report", "coverage": "full",
           "report_year": year, "source": f"https://{doc_id}", **SONG}  # fmt: skip
    return row | given


def due(rows, documents=()):
    frame = fit_table([{"status": "not_searched"} | row for row in rows], "frame")
    return build_due(frame, fit_table(list(documents), "documents"), set())


def wrong(rows, documents=()):
    """Return line, rule and message of everything that does not fit."""
    with pytest.raises(TableError) as error:
        due(rows, documents)
    return [(violation.row, violation.rule, violation.message) for violation in error.value.violations]


def test_every_row_becomes_a_report_that_is_due_with_what_the_corpus_has():
    rows = [{"adcode": "410325", "county": "嵩县", "report_year": year, "status": status}
            for year, status in ((2022, "not_found"), (2023, "found"), (2024, "published_but_gone"))]  # fmt: skip
    table = due(rows, [report("a"), report("b", issuer_type="party_committee", genre="party_report")])
    assert list(table["status"]) == ["not_found", "found", "published_but_gone"]
    assert list(table["doc_id"]) == ["", "a", ""]
    assert list(table["coverage"]) == ["", "full", ""]
    assert set(table["unit_id"]) == {"410325"}
    assert set(table["province"]) == {"河南省"}
    assert set(table["prefecture"]) == {"洛阳市"}


def test_no_frame_makes_nothing_due():
    assert due([], [report("a")]).empty


def test_whose_report_it_is_decides_which_one_answers():
    rows = [{"adcode": "410325", "county": "嵩县", "report_year": 2023, "status": "found", "issuer_type": kind}
            for kind in ("government", "party_committee")]  # fmt: skip
    rows.append(rows[0] | {"issuer_type": "department", "issuer": "嵩县司法局"})
    documents = [report("g"), report("p", issuer_type="party_committee", genre="party_report"),
                 report("d", issuer_type="department", issuer="嵩县司法局", genre="department_report")]  # fmt: skip
    table = due(rows, documents).set_index("issuer_type")
    assert table["doc_id"].to_dict() == {"government": "g", "party_committee": "p", "department": "d"}
    assert table.loc["department", "unit_id"] == "410325/司法局"


def test_a_zone_stands_by_its_name_and_parent():
    zone = {"county": "开封示范区", "parent_adcode": "410200", "report_year": 2023}
    document = report("z", county="开封示范区", adcode="", parent_adcode="410200", unit_type="functional_zone",
                      issuer_type="management_committee")  # fmt: skip
    row = due([zone | {"status": "found"}], [document]).iloc[0]
    assert (row["doc_id"], row["unit_id"]) == ("z", "410200:开封示范区")
    assert (row["prefecture"], row["province"]) == ("开封市", "河南省")


@pytest.mark.parametrize(
    ("row", "documents", "rule", "says"),
    [
        ({"adcode": "410999"}, [], "unknown adcode", "'410999' is not in the list"),
        ({"adcode": "310103", "report_year": 2012}, [], "not in that year", "卢湾区 2010-2010.*went to 310101"),
        ({"adcode": "110228", "report_year": 2018}, [], "not in that year", "in 2018 the unit was 110118 密云区"),
        ({"adcode": "410325", "county": "栾川县"}, [], "other place", "county is '栾川县', but 410325 in 2023 is 嵩县"),
        ({"adcode": "410325", "province": "河北省"}, [], "other place", "is 河南省"),
        ({"county": "嵩县"}, [], "place", "names no place"),
        ({"adcode": "410325", "issuer_type": "department"}, [], "issuer", "needs its name"),
        ({"adcode": "410325", "status": "lost"}, [], "one of searched", "status is 'lost'"),
        ({"adcode": "410325", "status": "found"}, [], "found without a report", "corpus has no such report"),
        ({"adcode": "410325", "status": "not_found"}, [report("a")], "report in the corpus", "has a; write found"),
        ({"adcode": "410325"}, [report("a")], "report in the corpus", "is not_searched, but the corpus has a"),
        ({"adcode": "410325", "status": "found", "doc_id": "b"}, [report("a")], "unknown report", "'b' is no report"),
        ({"adcode": "410325", "status": "not_found", "searched_on": "2024-02-30"}, [], "a date", "must be a date"),
        ({"adcode": "410325", "status": "not_found", "searched_on": "2022-05-01"}, [], "date", "before that year"),
        ({"adcode": "410325", "searched_on": "2024-05-01"}, [], "date", "say what came of it"),
        (
            {"adcode": "410325", "status": "found", "doc_id": "a", "searched_on": "2024-01-05"},
            [report("a", published="2024-03-01")], "date", "before it was published",
        ),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_named_with_its_line(row, documents, rule, says):
    (found,) = wrong([{"report_year": 2023} | row], documents)
    assert found[0] == 2
    assert found[1].startswith(rule)
    assert pd.Series([found[2]]).str.contains(says).item(), found[2]


def test_all_that_does_not_fit_is_listed_at_once():
    rows = [{"adcode": "410325", "report_year": 2021, "status": "gone"},
            {"adcode": "999999", "report_year": 2021, "county": "虚构县"},
            {"adcode": "410999", "report_year": 2021},
            {"adcode": "430424", "report_year": 2021, "status": "found"}]  # fmt: skip
    found = wrong(rows, [report("a", 2021), report("b", 2019)])
    assert [(line, rule.split(" ")[0]) for line, rule, _ in found] == [
        (2, "one"), (3, "unknown"), (4, "found"), (None, "report")
    ]  # fmt: skip
    assert "b (嵩县 2019), which the frame does not have" in found[-1][2]


def test_the_same_unit_under_its_old_and_its_new_code_is_one():
    rows = [{"adcode": "110118", "report_year": 2020}, {"adcode": "110118", "county": "密云区", "report_year": 2020}]
    ((line, rule, message),) = wrong(rows)
    assert (line, rule) == (3, "same unit twice")
    assert "stands in line 2 too" in message


def test_reports_of_other_levels_and_of_departments_are_outside_without_harm():
    rows = [{"adcode": "410325", "report_year": 2023, "status": "found"}]
    documents = [report("a"), report("d", issuer_type="department", issuer="嵩县司法局", genre="department_report"),
                 report("p", adcode="410300", county="", unit_type="prefecture"), report("y", None),
                 report("l", genre="plan", report_year=2022)]  # fmt: skip
    assert list(due(rows, documents)["doc_id"]) == ["a"]


# ---- starting and keeping up


def test_a_frame_has_the_units_that_existed_in_each_year():
    frame = start_frame([2010, 2011], provinces=["上海"])
    by_year = frame.groupby("report_year")["county"].agg(set)
    assert "卢湾区" in by_year[2010]
    assert "卢湾区" not in by_year[2011]
    assert set(frame["status"]) == {"not_searched"}
    assert not build_due(frame, fit_table([], "documents"), set()).empty


def test_a_unit_stands_under_the_code_of_each_year():
    frame = start_frame([2014, 2020], adcodes=["110118"])
    assert frame.set_index("report_year")["adcode"].to_dict() == {2014: "110228", 2020: "110118"}


def test_prefectures_and_departments_can_be_due():
    assert list(start_frame([2023], prefectures=["洛阳市"], level="prefecture")["adcode"]) == ["410300"]
    frame = start_frame([2023], adcodes=["410325"], issuer_types=("government", "department"), departments=("司法局",))
    assert list(frame["issuer"]) == ["", "嵩县司法局"] or list(frame["issuer"]) == ["嵩县司法局", ""]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"provinces": ["湖男"]}, "Near it: .*湖南省"),
        ({"adcodes": ["123456"]}, "adcodes has 123456"),
        ({"provinces": ["湖南"], "level": "town"}, "level is 'town'"),
        ({"provinces": ["湖南"], "years": [2009]}, "from 2010 on"),
        ({"provinces": ["湖南"], "issuer_types": ["township"]}, "has no townships"),
        ({"provinces": ["湖南"], "issuer_types": ["department"]}, "need both"),
        ({}, "No county was chosen"),
    ],
)
def test_what_cannot_be_started_is_said(wrong, says):
    with pytest.raises(ParameterError, match=says):
        start_frame(**{"years": [2023]} | wrong)


def test_rows_are_added_and_what_was_filled_in_stays():
    frame = start_frame([2022, 2023], adcodes=["410325"]).assign(status=["not_found", "not_searched"])
    more = extend_frame(frame, start_frame([2022, 2023, 2024], adcodes=["410325", "410324"]))
    assert more.changes == ("4 rows added",)
    own = more.frame[more.frame["adcode"] == "410325"].set_index("report_year")["status"].to_dict()
    assert own == {2022: "not_found", 2023: "not_searched", 2024: "not_searched"}
    assert extend_frame(more.frame, frame).changes == ()


def test_the_corpus_fills_in_only_what_nobody_has_filled_in():
    frame = start_frame([2021, 2022, 2023], adcodes=["410325"]).assign(
        status=["not_searched", "not_found", "not_searched"]
    )
    frame.loc[2, "note"] = "asked the bureau"
    kept = update_frame(frame, fit_table([report(f"a{year}", year) for year in (2021, 2022, 2023)], "documents"), set())
    assert list(kept.frame["status"]) == ["found", "not_found", "not_searched"]
    assert list(kept.frame["doc_id"]) == ["a2021", "", ""]
    assert kept.frame.loc[0, "where"] == "https://a2021"
    assert kept.changes == (
        "嵩县 2021: found, a2021", "嵩县 2022: left as it was filled in (not_found), but the corpus has a2022",
        "嵩县 2023: left as it was filled in (not_searched), but the corpus has a2023",
    )  # fmt: skip
    assert update_frame(kept.frame, fit_table([report("a2021", 2021)], "documents"), set()).changes == ()


def test_a_frame_is_read_in_the_order_of_its_lines_and_checked_later(tmp_path):
    path = tmp_path / "frame.csv"
    assert read_frame(path).empty
    rows = [{"adcode": "410325", "report_year": 2023, "status": "not_found"}]
    content = format_table(fit_table(rows, "frame"), "frame").decode()
    path.write_text(content.replace("not_found", "nowhere"), encoding="utf-8")
    assert list(read_frame(path)["status"]) == ["nowhere"]
    path.write_text(content.replace("2023", "23年"), encoding="utf-8")
    with pytest.raises(TableError, match="report_year is '23年'"):
        read_frame(path)
