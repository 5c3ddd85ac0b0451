"""The table of units: whom a report speaks for, and which report speaks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.contract import check_table
from analysis.tidy.units import build_units
from tests.stats.panel import document, table


def units(*rows: dict[str, Any], relaying: tuple[str, ...] = ()) -> pd.DataFrame:
    found = build_units(table("documents", rows), set(relaying))
    assert check_table(found, "units") == []
    return found.set_index("doc_id")


def bureau(doc_id: str, **given: Any) -> dict[str, Any]:
    return document(doc_id, issuer_type="department", genre="department_report", **given)


def test_one_report_speaks_for_a_unit_and_year_and_the_others_say_which() -> None:
    place = {"adcode": "110118", "county": "密云区"}
    found = units(
        document("a", issuer_type="party_committee", genre="party_report", **place),
        document("b", issuer="密云区人民政府", published="2025-03-01", **place),
        document("c", issuer="密云区人民政府", published="2025-04-01", **place),
        document("d", issuer="密云区人民政府", published="2024-03-01", **place | {"report_year": 2023}),
        bureau("e", issuer="密云区司法局", **place),
        document("f", issuer_type="township", issuer="密云区某镇人民政府", **place),
        document("g", genre="plan", **place),
    )
    assert found["use"].to_dict() == {
        "a": "set_aside", "b": "set_aside", "c": "kept", "d": "kept", "e": "kept", "f": "kept", "g": "set_aside"
    }  # fmt: skip
    assert found["reason"].to_dict() == {
        "a": "superseded", "b": "version", "c": "", "d": "", "e": "", "f": "", "g": "genre"
    }  # fmt: skip
    assert found.loc[["a", "b"], "kept_doc_id"].tolist() == ["c", "c"]
    assert found.loc[["e", "f"], "unit_id"].tolist() == ["110228/司法局", "110228/某镇人民政府"]
    assert found.loc[["e", "f"], "place_unit"].tolist() == ["110228", "110228"]


def test_the_later_signed_of_two_versions_speaks_where_no_date_of_publication_is_known() -> None:
    place = {"adcode": "990001", "issuer": "甲县人民政府"}
    found = units(document("a", dated="2025-02-01", **place), document("b", dated="2025-01-01", **place))
    assert found["use"].to_dict() == {"a": "kept", "b": "set_aside"}


def test_a_bureau_that_relays_speaks_for_its_county_only_where_nobody_else_does() -> None:
    alone = units(bureau("a", adcode="990001"), relaying=("a",))
    assert alone.loc["a", ["unit_id", "use", "place_unit"]].tolist() == ["990001", "kept", ""]
    beside = units(bureau("a", adcode="990001"), document("b", adcode="990001"), relaying=("a",))
    assert beside.loc["a", ["use", "reason", "kept_doc_id"]].tolist() == ["set_aside", "superseded", "b"]


def test_a_body_is_one_through_the_renaming_of_its_county() -> None:
    found = units(
        bureau("a", adcode="110228", county="密云县", issuer="密云县司法局", report_year=2014),
        bureau("b", adcode="110118", county="密云区", issuer="密云区司法局", report_year=2016),
    )
    assert found["unit_id"].tolist() == ["110228/司法局"] * 2


def test_reports_of_merged_counties_are_reports_of_different_units() -> None:
    before = {"report_year": 2010}
    found = units(
        document("a", adcode="310103", county="卢湾区", **before),
        document("b", adcode="310101", county="黄浦区", **before),
        document("c", adcode="310101", county="黄浦区", report_year=2012),
    )
    assert found["use"].tolist() == ["kept"] * 3
    assert found["unit_id"].tolist() == ["310103", "310101", "310101"]
    assert found.loc["a", ["merged_into", "adcode_now"]].tolist() == ["310101", ""]
    assert found.loc["c", "absorbed"] == "2011:310103"


def test_a_zone_is_its_own_unit_below_its_parent_and_follows_its_parent() -> None:
    zone = {"adcode": "", "county": "某开发区", "unit_type": "functional_zone", "issuer_type": "management_committee"}
    found = units(
        document("a", parent_adcode="110228", report_year=2014, **zone),
        document("b", parent_adcode="110118", report_year=2016, **zone),
        document("c", adcode="110118", county="密云区", report_year=2016),
    )
    assert found["unit_id"].tolist() == ["110228:某开发区", "110228:某开发区", "110228"]
    assert found["place_unit"].tolist() == ["110228", "110228", ""]
    assert found["use"].tolist() == ["kept"] * 3
