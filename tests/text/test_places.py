"""Places: names, codes by year, and which of them a report is about."""

from __future__ import annotations

import pytest

from analysis.codebook import read_rows
from analysis.text.divisions import complete_place, printed_names, short_name
from analysis.text.places import FoundPlace, choose, find_place, find_places
from analysis.text.reading import make_text
from analysis.text.zones import find_unlisted, find_zone


def named(text: str) -> list[str]:
    return [naming.name for naming in find_places(make_text(text), ())]


def place(text: str, year: int = 2024, title: int = 0) -> tuple[str, str, str]:
    view = make_text(text)
    found = find_place(view, find_places(view, [(0, title, 12)]), year)
    return found.county, found.prefecture, found.adcode


def test_the_list_is_well_formed() -> None:
    rows = read_rows("text/places")
    assert len({(row["adcode"], row["name"], row["from"]) for row in rows}) == len(rows)
    assert all(len(row["adcode"]) == 6 and row["from"] <= (row["to"] or "9999") for row in rows)
    prefectures = {(row["province"], row["name"]) for row in rows if row["level"] == "prefecture"}
    assert {(r["province"], r["prefecture"]) for r in rows if r["prefecture"]} <= prefectures
    assert {row["province"] for row in rows if row["province"]} <= {r["name"] for r in rows if r["level"] == "province"}


def test_the_code_is_that_of_the_report_year() -> None:
    view = make_text("重庆市开县,重庆市开州区")
    old, new = choose(view, "county", "开县", 2014), choose(view, "county", "开州区", 2020)
    assert (old and old.adcode, new and new.adcode) == ("500234", "500154")
    assert choose(view, "county", "开县", 2024) is None


def test_short_names_of_autonomous_counties() -> None:
    assert short_name("石柱土家族自治县") == "石柱县"
    assert printed_names()["新晃县"] == ("county", "新晃侗族自治县")
    assert named("2022年,金平县依法行政") == ["金平苗族瑶族傣族自治县"]


@pytest.mark.parametrize(
    "text",
    [
        "推动规范县级文件",
        "清单县级部门全覆盖",
        "中央、省、市和县委要求",
        "健康县城建设",
        "推进新城区建设和老城区改造",
        "各县、区、市",
        "我县和全县",
    ],
)
def test_pieces_of_other_words_are_no_places(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("中共嵩县县委", "嵩县"),
        ("现将嵩县情况报告如下", "嵩县"),
        ("《道县重大决策办法》", "道县"),
        ("阳泉市城区人民政府", "城区"),
    ],
)
def test_short_names_where_they_are_names(text: str, name: str) -> None:
    assert named(text)[-1] == name


def test_a_county_named_only_in_passing_is_found_by_weight() -> None:
    text = "我县出台《滨海县办法》《滨海县规定》,滨海县好。县司法局赴安吉县考察。"
    assert place(text) == ("滨海县", "盐城市", "320922")


def test_one_naming_without_weight_is_not_enough() -> None:
    assert place("我县组织赴安吉县考察学习。") == ("", "", "")


def test_names_of_several_places_need_their_prefecture() -> None:
    assert place("鼓楼区人民政府,我区鼓楼区好") == ("鼓楼区", "", "")
    assert place("徐州市鼓楼区人民政府,我区鼓楼区好") == ("鼓楼区", "徐州市", "320302")


def test_a_prefecture_before_a_county_only_says_where_it_is() -> None:
    title = "柳州市城中区人民政府关于2023年法治政府建设情况的报告"
    assert place(title + "\n我区好。", title=len(title)) == ("城中区", "柳州市", "450202")


def test_reports_of_prefectures_and_provinces_have_no_county() -> None:
    title = "淮安市人民政府关于2017年度法治政府建设情况的报告"
    assert place(title + "\n盱眙县、金湖县好,盱眙县更好。", 2017, len(title)) == ("", "淮安市", "320800")
    title = "新疆维吾尔自治区人民政府关于2017年法治政府建设工作的报告"
    assert place(title + "\n全区好。", 2017, len(title)) == ("", "", "")


def test_zones_have_their_parents_code_and_none_of_their_own() -> None:
    view = make_text("中共开封市示范区工委 开封市示范区管委会")
    found = find_zone(view, view.text, find_places(view, ()), 2024)
    assert found is not None
    assert (found.county, found.unit_type, found.adcode, found.parent_adcode) == (
        "开封市示范区",
        "functional_zone",
        "",
        "410200",
    )
    assert (found.prefecture, found.province) == ("开封市", "河南省")


def test_a_department_that_is_called_a_committee_is_no_zone() -> None:
    view = make_text("重庆市荣昌区新区建设管理委员会")
    assert find_zone(view, view.text, find_places(view, ()), 2021) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云岭县人民政府关于2023年的报告", ("云岭县", "county", "", "")),
        ("虚构省青屿市望湖区2024年报告", ("望湖区", "district", "青屿市", "虚构省")),
        ("中共沧坪县委员会", ("沧坪县", "county", "", "")),
    ],
)
def test_counties_that_no_list_knows(text: str, expected: tuple[str, ...]) -> None:
    view = make_text(text)
    found = find_unlisted(view, [(0, len(view))], [], FoundPlace())
    assert found is not None
    assert (found.county, found.unit_type, found.prefecture, found.province) == expected
    assert found.adcode == ""


@pytest.mark.parametrize(
    "text", ["我县2023年法治报告", "法治示范区建设情况", "关于全县工作的报告", "中共县委", "区司法局2024年报告"]
)
def test_what_is_no_name_of_a_county(text: str) -> None:
    view = make_text(text)
    assert find_unlisted(view, [(0, len(view))], [], FoundPlace()) is None


def test_a_name_in_running_text_must_come_again() -> None:
    view = make_text("2023年,云岭县好")
    assert find_unlisted(view, [], [(5, len(view))], FoundPlace()) is None
    again = make_text("2023年,云岭县好。云岭县")
    assert find_unlisted(again, [], [(6, 10)], FoundPlace()) is not None


def test_a_place_a_person_gave_is_completed_and_never_changed() -> None:
    assert complete_place({"adcode": "410325"}, 2024)["county"] == "嵩县"
    assert complete_place({"county": "鼓楼区", "prefecture": "徐州市"}, 2024)["adcode"] == "320302"
    assert complete_place({"county": "嵩县", "province": "虚构省"}, 2024)["adcode"] == ""
    zone = complete_place({"county": "某开发区", "unit_type": "functional_zone", "prefecture": "开封市"}, 2024)
    assert (zone["adcode"], zone["parent_adcode"], zone["county"]) == ("", "410200", "某开发区")
