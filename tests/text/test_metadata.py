"""Whose report it is, about which year, when it was dated and published, and how much of it is at hand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from analysis.text.chrome import find_chrome
from analysis.text.issuers import joint_type, organ_type
from analysis.text.metadata import Metadata, find_metadata
from analysis.text.reading import Text, make_text, read_text
from analysis.text.sections import find_sections

PROJECT = Path(__file__).resolve().parents[2]


def read(view: Text) -> Metadata:
    chrome = find_chrome(view)
    return find_metadata(view, find_sections(view, chrome), chrome)


def fields(text: str) -> dict[str, Any]:
    return read(make_text(text)).fields


WRITTEN: dict[str, dict[str, Any]] = {
    "yunling": {
        "title": "云岭县人民政府关于2023年度法治政府建设情况的报告",
        "issuer": "云岭县人民政府",
        "issuer_type": "government",
        "genre": "annual_report",
        "prefecture": "青屿市",
        "addressee": "青屿市人民政府",
        "county": "云岭县",
        "unit_type": "county",
        "report_year": 2023,
        "dated": "2024-01-16",
    },
    "wanghu": {
        "title": "望湖区2024年法治政府建设年度报告",
        "issuer": "望湖区人民政府",
        "issuer_type": "government",
        "genre": "annual_report",
        "county": "望湖区",
        "unit_type": "district",
        "report_year": 2024,
        "dated": "2025-01-20",
        "published": "2025-02-14",
    },
    "hewan_education": {
        "title": "河湾县教育局2022年法治政府建设工作总结",
        "issuer": "河湾县教育局",
        "issuer_type": "department",
        "genre": "department_report",
        "addressee": "县委依法治县办",
        "county": "河湾县",
        "unit_type": "county",
        "report_year": 2022,
        "dated": "2023-01-09",
    },
    "qinghe_town": {
        "title": "河湾县青禾镇人民政府2024年度法治政府建设报告",
        "issuer": "河湾县青禾镇人民政府",
        "issuer_type": "township",
        "genre": "annual_report",
        "county": "河湾县",
        "unit_type": "county",
        "report_year": 2024,
    },
    "cangping": {
        "title": "中共沧坪县委 沧坪县人民政府关于2021年度法治政府建设工作的报告",
        "issuer": "中共沧坪县委 沧坪县人民政府",
        "issuer_type": "party_and_government",
        "genre": "annual_report",
        "prefecture": "青屿市",
        "addressee": "中共青屿市委、青屿市人民政府",
        "county": "沧坪县",
        "unit_type": "county",
        "report_year": 2021,
        "dated": "2022-02-28",
        "n_masked": 2,
    },
    "beiping_zone": {
        "title": "虚构省青屿市北屏高新技术产业开发区管理委员会2023年法治政府建设情况报告",
        "issuer": "虚构省青屿市北屏高新技术产业开发区管理委员会",
        "issuer_type": "management_committee",
        "genre": "annual_report",
        "county": "青屿市北屏高新技术产业开发区",
        "unit_type": "functional_zone",
        "prefecture": "青屿市",
        "province": "虚构省",
        "report_year": 2023,
    },
}


@pytest.mark.parametrize("name", WRITTEN)
def test_metadata_of_reports_in_many_styles(name: str) -> None:
    view = read_text(PROJECT / "tests" / "reports" / f"{name}.txt")
    found = read(view).fields
    expected = dict.fromkeys(found, "") | {"coverage": "full", "n_chars": len(view), "n_masked": 0} | WRITTEN[name]
    assert found == expected


def test_metadata_of_the_real_reports(reports: Path) -> None:
    with (PROJECT / "data" / "gold" / "documents.csv").open(encoding="utf-8", newline="") as file:
        gold = {row["doc_id"]: row for row in csv.DictReader(file)}
    for path in sorted(reports.glob("00*.txt")):
        found = read(read_text(path)).fields
        for name, value in found.items():
            assert str(value) == gold[path.stem].get(name, str(value)), (path.stem, name)


def test_every_field_has_its_evidence_in_the_text() -> None:
    view = read_text(PROJECT / "tests" / "reports" / "yunling.txt")
    metadata = read(view)
    shown = {item.field: view.folded[item.start : item.end] for item in metadata.evidence}
    assert shown["dated"] == "二〇二四年一月十六日"
    assert shown["county"] == "云岭县"
    assert shown["report_year"] == "2023"
    filled = {name for name, value in metadata.fields.items() if value not in ("", None)}
    assert filled - {"n_chars", "n_masked"} == set(shown)


LEAD = "现将我县法治政府建设情况报告如下:\n一、主要做法\n(一)加强领导。好。\n"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("关于法治建设工作情况的汇报和2022年工作计划\n发布时间:2022-03-01\n" + LEAD, 2021),
        ("2023年,我县有序推进。" + LEAD, 2023),
        ("近年来,我县有序推进。" + LEAD + "二、2025年工作打算\n抓落实。\n", 2024),
        ("今年以来,我县有序推进。" + LEAD + "云岭县人民政府\n2024年2月1日\n", 2023),
        ("今年以来,我县有序推进。" + LEAD + "云岭县人民政府\n2023年12月20日\n", 2023),
        ("近年来,我县依据《纲要(2021—2025年)》推进。" + LEAD, None),
    ],
    ids=["plan in the title", "opening", "plan", "signature in spring", "signature in winter", "none"],
)
def test_the_year_reported_on(text: str, year: int | None) -> None:
    assert fields(text)["report_year"] == year


def test_the_clock_of_a_page_is_no_date_of_publication() -> None:
    text = (
        "今天是:2019年10月31日 星期四\n首页 > 公开\n静海区2020年法治政府建设情况报告\n来源:司法局 更新时间:2021/03/29\n"
        + LEAD
    )
    assert fields(text)["published"] == "2021-03-29"


def test_a_date_below_the_title_is_the_date_signed() -> None:
    assert fields("云岭县2023年法治政府建设情况报告\n(2024年1月10日)\n" + LEAD)["dated"] == "2024-01-10"


@pytest.mark.parametrize(
    ("text", "issuer_type"),
    [
        ("现将我局2023年法治政府建设情况报告如下:\n一、做法\n全县好。\n", "department"),
        ("现将县司法局2023年法治政府建设情况报告如下:\n一、做法\n全县好。我县好。\n", "department"),
        ("现将我镇2023年法治政府建设情况报告如下:\n一、做法\n县政府好。\n", "township"),
        (LEAD, "government"),
        ("一、做法\n依法行政。\n", ""),
    ],
)
def test_the_issuer_type_where_no_issuer_is_named(text: str, issuer_type: str) -> None:
    found = fields(text)
    assert (found["issuer"], found["issuer_type"]) == ("", issuer_type)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("中共云岭县委", "party_committee"),
        ("中共云岭县委员会", "party_committee"),
        ("中共云岭县委全面依法治县委员会办公室", "party_committee"),
        ("云岭县发展和改革委员会", "department"),
        ("望湖区水岸街道办事处", "township"),
        ("云岭县石门镇人民政府", "township"),
        ("北屏经济开发区管委会", "management_committee"),
        ("云岭县2023年度", ""),
    ],
)
def test_types_of_organs(name: str, kind: str) -> None:
    assert organ_type(name) == kind


def test_types_of_joint_issuers() -> None:
    assert joint_type(["government", "party_committee"]) == "party_and_government"
    assert joint_type(["party_committee"]) == "party_committee"
    assert joint_type(["township", "township"]) == "township"


def test_organs_without_a_blank_between_them() -> None:
    found = fields("中共望湖区石门镇委员会望湖区石门镇人民政府关于2025年法治政府建设情况的报告\n" + LEAD)
    assert found["issuer"] == "中共望湖区石门镇委员会 望湖区石门镇人民政府"
    assert found["issuer_type"] == "township"


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("云岭县2023年行政复议工作情况报告", "reconsideration_report"),
        ("云岭县关于法治督察反馈问题整改情况的报告", "inspection_reply"),
        ("云岭县2024年法治政府建设工作要点", "plan"),
        ("云岭县2023年度依法行政工作总结", "annual_report"),
        ("中共云岭县委关于2023年度法治建设情况的报告", "party_report"),
        ("云岭县财政局2023年度法治政府建设报告", "department_report"),
    ],
)
def test_genres(title: str, genre: str) -> None:
    assert fields(f"{title}\n2023年,有序推进。\n一、做法\n好。\n")["genre"] == genre


def test_what_is_no_such_report_is_other() -> None:
    assert fields("云岭县旅游情况\n风景很好。\n")["genre"] == "other"


@pytest.mark.parametrize(
    ("tail", "coverage"),
    [
        ("抓落实。\n二、下步打算\n抓培训。\n", "full"),
        ("抓落实。\n云岭县人民政府\n2024年1月2日\n", "full"),
        ("抓落实。\n", "opening"),
        ("抓落实。" + "办理案件若干。\n" * 300, "full"),
        ("抓落实。\n" + "办理案件若干。\n" * 300 + "全年共受", "partial"),
    ],
    ids=["plans", "signature", "short", "long", "breaks off"],
)
def test_coverage(tail: str, coverage: str) -> None:
    assert fields(LEAD + tail)["coverage"] == coverage


def test_what_the_text_does_not_say_is_empty() -> None:
    found = fields("各项工作有序推进。\n")
    assert found.pop("coverage") == "opening"
    assert found.pop("genre") == "other"
    assert found.pop("n_chars") == 10
    assert found.pop("n_masked") == 0
    assert found.pop("report_year") is None
    assert set(found.values()) == {""}


def test_a_report_whose_first_part_is_on_reconsideration_cases_is_one_on_them() -> None:
    text = "2023年,全县工作情况如下:\n一、行政复议案件情况\n受理56件。\n二、行政应诉案件情况\n应诉33件。\n"
    assert fields(text)["genre"] == "reconsideration_report"
