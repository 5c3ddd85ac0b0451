"""A report of a county that does not exist, its rows found by searching the text, and one that has no text."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import pytest

from analysis.contract import stage_tables
from analysis.tables import empty_table, fit_table
from analysis.tidy import build_tidy

HOSTILE = '<script>alert("1")</script>'
TEXT = (
    "云岭县2023年度法治政府建设情况报告\n"
    "一、主要成效\n"
    f"办结行政复议案件12件,{HOSTILE}纠错率25%;受理法律援助案件400余件,三个区域试点。\n"
    "种植果树77棵,调解**件。培训每人不少于60学时。\n"
    "二、存在不足\n"
    "执法力量薄弱。宣传形式单一。\n"
)
DOC = "yun<ling>"
DEFAULTS = {
    "status": "reported",
    "form": "flow",
    "period": "year:2023",
    "period_basis": "stated",
    "role": "achievement",
}


def mention(surface: str, value: float | None, unit: str, measure: str, **more: Any) -> dict[str, Any]:
    start = TEXT.find(surface)
    numbers = {"value": value, "low": value, "high": value}
    row = DEFAULTS | {"doc_id": DOC, "start": start, "end": start + len(surface), "surface": surface, "unit": unit}
    return row | numbers | {"measure": measure, "mention_id": f"{DOC}@{start}", "extractor": "test"} | more


def section(start: int, end: int, body_end: int, level: int, role: str) -> dict[str, Any]:
    return {"doc_id": DOC, "start": start, "end": end, "body_end": body_end, "level": level, "role": role}


def build_facts() -> dict[str, pd.DataFrame]:
    first, second = TEXT.index("一、"), TEXT.index("二、")
    lack, form = TEXT.index("执法力量"), TEXT.index("宣传形式")
    rows: dict[str, list[dict[str, Any]]] = {
        "documents": [
            {
                "doc_id": DOC,
                "county": "云岭县",
                "province": "虚构省",
                "issuer": '云岭县"><img src=x onerror=alert(1)>',
                "issuer_type": "government",
                "genre": "annual_report",
                "unit_type": "county",
                "report_year": 2023,
                "coverage": "full",
                "source": "yunling.txt",
                "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
            },
            {"doc_id": "elsewhere", "county": "松川县", "report_year": 2022, "coverage": "opening", "source": "-"},
        ],
        "sections": [
            section(0, 0, first, 0, "preamble"),
            section(first, first + 6, second, 1, "achievement"),
            section(second, second + 6, len(TEXT), 1, "problem"),
        ],
        "mentions": [
            mention("12件", 12, "件", "办结行政复议案件", action="办结"),
            mention("25%", 25, "%", '纠错率"><img src=x onerror=alert(2)>', form="rate"),
            mention("400余件", 400, "件", "受理法律援助案件", action="受理", high=None),
            mention("三个", 3, "个", "", status="named", period="", period_basis=""),
            mention("77棵", 77, "棵", "种植果树", action="种植"),
            mention("**件", None, "件", "调解", masked=True),
            mention("不少于60学时", 60, "学时", "培训", status="norm", per="each_person", high=None),
            mention("12件", 12, "件", "没有位置", mention_id=f"{DOC}#1", start=None, end=None),
            mention("13件", 13, "件", "别处", mention_id=f"{DOC}@3", start=3, end=6),
            DEFAULTS
            | {"mention_id": "elsewhere#1", "doc_id": "elsewhere", "surface": "5件", "value": 5, "low": 5, "high": 5}
            | {"unit": "件", "measure": "受理法律援助案件", "action": "受理", "extractor": "hand"},
        ],
        "statements": [
            {"statement_id": f"{DOC}@{lack}", "doc_id": DOC, "start": lack, "end": lack + 6, "role": "problem"},
            {"statement_id": f"{DOC}@{form}", "doc_id": DOC, "start": form, "end": form + 6, "role": "problem"},
        ],
        "codes": [
            {"statement_id": f"{DOC}@{lack}", "category": "enforcement_workforce", "coder": "rules", "primary": True}
            | {"coder_type": "rules", "round": "independent"}
        ],
    }
    return {
        name: fit_table(rows[name], name) if name in rows else empty_table(name) for name in stage_tables("extracted")
    }


@pytest.fixture(scope="session")
def facts() -> dict[str, pd.DataFrame]:
    return build_facts()


@pytest.fixture(scope="session")
def tidy(facts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return build_tidy(facts)
