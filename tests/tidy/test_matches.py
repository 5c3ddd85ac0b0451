import pytest

from analysis import codebook
from analysis.errors import CodebookError
from analysis.tidy.matches import build_matches, find_component, match_figure, triggers
from tests.tidy.facts import document, figure, tables

PLAIN = {"action": "", "unit": "件", "form": "flow", "role": "achievement", "organ": "", "issuer_type": "government"}


def match(measure, **more):
    return match_figure(PLAIN | {"measure": measure} | more)


@pytest.mark.parametrize(
    ("measure", "more", "indicator"),
    [
        ("行政复议案件", {"action": "受理"}, "reconsideration_cases_accepted"),
        ("行政复议案件", {"action": "审结"}, "reconsideration_cases_closed"),
        ("行政复议案件", {"action": "办理"}, "reconsideration_cases_handled"),
        ("法律援助案件", {"action": "办结"}, "legal_aid_cases_closed"),
        ("行政复议直接纠错率", {"unit": "%", "form": "rate"}, "reconsideration_correction_rate"),
        ("行政机关负责人出庭应诉率", {"unit": "%", "form": "rate"}, "head_of_agency_appearance_rate"),
    ],
)
def test_the_verb_decides_the_stage(measure, more, indicator):
    assert match(measure, **more).indicator == indicator


def test_quotation_marks_and_blanks_do_not_hide_a_trigger():
    assert match("行政 “复议” 案件", action="审结").indicator == "reconsideration_cases_closed"


def test_a_unit_of_another_class_is_refused_with_the_reason():
    found = match("行政复议案件", action="审结", unit="%")
    assert (found.indicator, found.reason) == ("", "unit_class")


def test_a_trigger_that_names_its_units_takes_them_of_whatever_class():
    assert match("解答法律咨询", action="解答", unit="次").indicator == "legal_consultations"
    assert match("解答法律咨询", action="解答", unit="份").indicator == ""


def test_the_action_decides_where_the_measure_carries_an_earlier_verb():
    assert match("收到行政复议申请 受理", action="受理").indicator == "reconsideration_cases_accepted"
    assert match("收到行政复议申请", action="收到").indicator == "reconsideration_applications_received"


def test_what_the_codebook_does_not_know_stays_unmatched():
    assert match("路灯更换", action="更换", unit="盏").reason == "no_trigger"


def test_a_masked_figure_without_unit_is_matched_and_not_used():
    facts = tables([figure(5, "5", float("nan"), "“双随机”抽查", "抽查", unit="", masked=True)])
    matches = build_matches(facts["mentions"], facts["documents"])
    assert matches["indicator"].tolist() == ["double_random_inspections"]
    assert matches[["used", "reason"]].values.tolist() == [[False, "masked"]]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, ""),
        ({"status": "target"}, "target"),
        ({"status": "norm"}, "norm"),
        ({"status": "named"}, "named"),
        ({"per": "each_body"}, "per"),
        ({"role": "plan"}, "plan"),
        ({"period": "plan:2025"}, "plan"),
    ],
)
def test_only_what_is_reported_of_the_past_is_used(more, reason):
    facts = tables([figure(5, "141件", 141, "行政复议案件", "审结", **more)])
    matches = build_matches(facts["mentions"], facts["documents"])
    assert matches["reason"].tolist() == [reason]
    assert matches["used"].tolist() == [reason == ""]


@pytest.mark.parametrize("status", ["target", "norm"])
@pytest.mark.parametrize("role", ["achievement", "plan"])
def test_what_is_no_measurement_gets_no_indicator_and_keeps_the_candidate(status, role):
    facts = tables([figure(5, "141件", 141, "行政复议案件", "审结", status=status, role=role)])
    (row,) = build_matches(facts["mentions"], facts["documents"]).to_dict("records")
    assert (row["indicator"], row["runner_up"], row["used"]) == ("", "reconsideration_cases_closed", False)
    assert (row["stage"], row["component"]) == ("", "")


def test_a_state_is_no_flow():
    assert match("建成法治文化公园", unit="个", form="flow").indicator == "rule_of_law_culture_sites"
    assert match("建成法治文化公园", unit="个", form="stock").reason == "form"


def test_a_trigger_of_an_indicator_that_does_not_exist_is_named_with_its_line(monkeypatch):
    row = {"indicator": "no_such_id", "trigger": "x", "require": "", "exclude": "", "context": ""}
    real = codebook.read_rows
    monkeypatch.setattr(codebook, "read_rows", lambda name: (row,) if name == "tidy/triggers" else real(name))
    triggers.cache_clear()
    with pytest.raises(CodebookError, match=r"triggers.csv, line 2: there is no indicator 'no_such_id'"):
        triggers()
    monkeypatch.undo()
    triggers.cache_clear()


def test_a_total_has_no_component_and_a_part_is_marked_beside_it():
    total = figure(1, "30件", 30, "现行有效行政规范性文件", form="stock")
    part = figure(9, "12件", 12, "现行有效行政规范性文件 乡镇", form="stock")
    facts = tables([total, part], [document()])
    matches = build_matches(facts["mentions"], facts["documents"])
    assert matches[["component", "part"]].values.tolist() == [["", False], ["townships", True]]
    assert find_component("normative_documents_in_force", "乡镇规范性文件") == "townships"
