import pytest

from analysis.tidy import build_tidy
from tests.tidy.facts import NAN, document, figure, tables


def status(item, *figures, **more):
    coverage = build_tidy(tables(list(figures), **more))["coverage"]
    return coverage.set_index("item").loc[item, "status"]


CLOSED = "reconsideration_cases_closed"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([], "not_reported"),
        ([figure(1, "141件", 141, "行政复议案件", "审结")], "exact"),
        ([figure(1, "1.3万件", 13000, "行政复议案件", "审结", unit="件")], "rounded"),
        (
            [figure(1, "约50件", 50, "行政复议案件", "审结", unit="件", low=NAN, high=NAN, qualifier="约")],
            "approximate",
        ),
        ([figure(1, "400余件", 400, "行政复议案件", "审结", unit="件", high=NAN, qualifier="余")], "bounded"),
        ([figure(1, "数十件", NAN, "行政复议案件", "审结", unit="件")], "vague"),
        ([figure(1, "5**件", NAN, "行政复议案件", "审结", unit="件", masked=True)], "masked"),
        ([figure(1, "7件", 7, "行政复议案件", "审结"), figure(9, "8件", 8, "行政复议案件", "审结")], "conflict"),
    ],
)
def test_how_an_indicator_is_disclosed(figures, expected):
    assert status(CLOSED, *figures) == expected


def test_an_opening_is_no_evidence_of_silence():
    assert status(CLOSED, documents=[document(coverage="opening")]) == "not_read"


def test_an_item_outside_the_mandate_is_not_applicable():
    department = [document(issuer_type="department", genre="department_report")]
    assert status("rule_of_law_meetings_held", documents=department) == "not_applicable"


def test_mandated_contents_are_found_in_fields_sections_and_contents():
    more = {
        "documents": [document(dated="2025-02-05")],
        "sections": [{"doc_id": "a", "start": 0, "end": 5, "body_end": 9, "level": 1, "role": "problem"}],
        "contents": [{"doc_id": "a", "item": "B3", "status": "partial", "coder": "hand"}],
    }
    assert status("A4a", **more) == "present"
    assert status("A4b", **more) == "absent"
    assert status("B2a", **more) == "present"
    assert status("B3", **more) == "partial"
    assert status("B4", **more) == "absent"
