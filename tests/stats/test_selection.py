from __future__ import annotations

import pytest

from analysis.errors import ParameterError
from analysis.stats.frame import Frame
from analysis.stats.selection import count_documents, describe_documents, select_population, select_reports
from tests.stats.panel import document, observation, table

PLACE = {"adcode": "990001", "county": "甲县"}


def select(*rows, observations=(), **options):
    return select_reports(table("documents", rows), table("observations", observations), **options)


def used(selection):
    return dict(zip(selection.log["doc_id"], selection.log["use"], strict=True))


def why(selection):
    return {row.doc_id: row.reason for row in selection.log.itertuples() if row.reason}


def test_of_reports_of_one_place_and_year_the_joint_one_speaks_then_government_then_party():
    party = document("a", issuer_type="party_committee", genre="party_report", **PLACE)
    government = document("b", **PLACE)
    joint = document("c", issuer_type="party_and_government", **PLACE)
    assert list(select(party, government, joint).kept["doc_id"]) == ["c"]
    chosen = select(party, government)
    assert list(chosen.kept["doc_id"]) == ["b"]
    assert why(chosen) == {"a": "superseded"}
    assert chosen.log.set_index("doc_id").loc["a", "kept_doc_id"] == "b"


def test_another_year_or_another_place_is_another_unit_year():
    rows = [document("a", **PLACE), document("b", report_year=2023, **PLACE), document("c")]
    assert len(select(*rows).kept) == 3


def test_a_bureau_speaks_for_the_county_only_if_it_relays_and_nobody_else_does():
    bureau = document("a", issuer_type="department", genre="department_report", issuer="甲县司法局", **PLACE)
    relayed = [observation("a", flags="relayed")]
    assert describe_documents(table("documents", [bureau]))["unit_id"].item() == "990001/司法局"
    alone = select(bureau, observations=relayed, departments="relaying")
    assert alone.kept["unit_id"].item() == "990001"
    beside = select(bureau, document("b", **PLACE), observations=relayed, departments="relaying")
    assert why(beside) == {"a": "superseded"}
    assert why(select(bureau, departments="relaying")) == {"a": "department"}
    assert why(select(bureau, observations=relayed, departments="none")) == {"a": "department"}


def test_an_opening_is_only_shown_and_only_where_no_full_report_speaks():
    chosen = select(document("a", coverage="opening", **PLACE), document("b", coverage="partial"))
    assert used(chosen) == {"a": "shown", "b": "shown"}
    assert why(chosen) == {"a": "opening", "b": "partial"}
    assert chosen.kept.empty
    beside = select(document("a", coverage="opening", **PLACE), document("z", **PLACE))
    assert used(beside) == {"a": "set_aside", "z": "kept"}


def test_what_is_no_report_on_a_year_is_set_aside_with_its_reason():
    rows = [document("a", genre="plan"), document("b", report_year=None), document("c", genre="reconsideration_report")]
    chosen = select(*rows)
    assert why(chosen) == {"a": "genre", "b": "no_year", "c": "genre"}
    assert set(chosen.log["reason_en"]) > {"the report's year is not known"}
    assert chosen.log["reason_zh"].ne("").all()


def test_a_document_of_another_genre_is_shown_only_where_no_report_speaks():
    other = document("a", genre="reconsideration_report", **PLACE)
    assert used(select(other)) == {"a": "shown"}
    assert why(select(other, document("b", coverage="opening", **PLACE))) == {"a": "superseded", "b": "opening"}


def test_a_declared_population_holds_reports_of_its_level_only():
    rows = [document("a"), document("b", unit_type="prefecture"), document("c", issuer_type="department", issuer="局")]
    documents = table("documents", rows)
    assert len(select_population(documents, None, Frame(), None).kept) == 3
    census = select_population(documents, None, Frame("prefectures", "census", 5, level="prefecture"), None)
    assert list(census.kept["doc_id"]) == ["b"]


def test_levels_and_townships_are_told_apart():
    rows = [
        document("a"), document("b", unit_type="prefecture", adcode="990100", county=""),
        document("c", issuer_type="township", issuer="丙镇"),
        document("d", unit_type="", adcode="", county="", prefecture=""),
    ]  # fmt: skip
    described = describe_documents(table("documents", rows)).set_index("doc_id")
    assert described["level"].to_dict() == {"a": "county", "b": "prefecture", "c": "township", "d": "province"}
    chosen = select(*rows, townships=False, levels=("county",))
    assert list(chosen.kept["doc_id"]) == ["a"]
    assert why(chosen) == {"b": "level", "c": "township", "d": "level"}


def test_a_unit_is_followed_through_a_change_of_code_and_a_zone_gets_no_code():
    rows = [document("a", adcode="110228", report_year=2014), document("b", adcode="110118"),
            document("c", adcode="", parent_adcode="990100", county="丙新区", unit_type="functional_zone")]  # fmt: skip
    described = describe_documents(table("documents", rows)).set_index("doc_id")
    assert described["unit_id"].to_dict() == {"a": "110228", "b": "110228", "c": "990100:丙新区"}


def test_places_of_one_name_are_told_apart_by_the_higher_place():
    rows = [document("a", county="鼓楼区", prefecture="甲市"), document("b", county="鼓楼区", prefecture="乙市"),
            document("c", county="丙县")]  # fmt: skip
    places = describe_documents(table("documents", rows))["place"].tolist()
    assert places == ["甲市鼓楼区", "乙市鼓楼区", "丙县"]


def test_years_of_which_there_is_no_report_are_an_error_that_names_those_there_are():
    assert why(select(document("a"), document("b", report_year=2023), years=[2024])) == {"b": "year"}
    with pytest.raises(ParameterError, match=r"years is \[1999\]; the documents are of 2024"):
        select(document("a"), years=[1999])


def test_counts_for_a_refusal_tell_openings_from_other_documents():
    documents = table("documents", [document("a"), document("b", coverage="opening"), document("c", genre="plan")])
    counts = count_documents(documents, select_reports(documents).kept)
    assert (counts.full, counts.openings, counts.others) == (1, 1, 1)
