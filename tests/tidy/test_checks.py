import pytest

from analysis.tidy import build_tidy
from tests.tidy.facts import figure, tables


def check(*figures):
    return build_tidy(tables(list(figures)))["checks"].set_index("check")


MEDIATED = figure(20, "75件", 75, "行政复议案件 调解", "调解")


def test_a_rate_that_its_own_counts_contradict_is_impossible_and_implies_another_base():
    row = check(
        figure(1, "141件", 141, "行政复议案件", "办理"), MEDIATED, figure(30, "60.5%", 60.5, "行政复议案件 调解率")
    ).loc["rate"]
    assert (row["verdict"], row["k"], row["implied_base"]) == ("impossible", 75, 124.0)
    assert row["expected"] == pytest.approx(53.19)
    assert "124" in row["note_zh"]
    assert "124" in row["note_en"]


def test_the_base_that_fits_is_named_and_given_to_the_observation():
    tidy = build_tidy(
        tables([
            figure(1, "151件", 151, "行政复议案件", "受理"), figure(5, "135件", 135, "行政复议案件", "审结"),
            figure(20, "29件", 29, "行政复议纠错案件"), figure(30, "19.2%", 19.2, "行政复议直接纠错率"),
        ])
    )  # fmt: skip
    row = tidy["checks"].set_index("check").loc["rate"]
    assert (row["verdict"], row["base"], row["fits"]) == ("confirmed", "reconsideration_cases_accepted", "rounded")
    rate = tidy["observations"].set_index("indicator").loc["reconsideration_correction_rate"]
    assert rate["base"] == "reconsideration_cases_accepted"


def test_a_rate_with_a_base_alone_is_put_to_the_grim_test():
    row = check(figure(1, "141件", 141, "行政复议案件", "审结"), figure(9, "8.51%", 8.51, "行政复议直接纠错率")).loc[
        "rate"
    ]
    assert (row["verdict"], row["k"], row["chance"]) == ("confirmed", 12, 0.0142)
    row = check(figure(1, "12件", 12, "行政复议案件", "审结"), figure(9, "8.51%", 8.51, "行政复议直接纠错率")).loc[
        "rate"
    ]
    assert row["verdict"] == "impossible"


def test_a_hundred_percent_says_nothing():
    row = check(figure(1, "12件", 12, "行政复议案件", "审结"), figure(9, "100%", 100, "行政复议直接纠错率")).loc["rate"]
    assert row["verdict"] == "uninformative"


def test_a_fraction_is_no_count_to_compute_a_rate_from():
    handled, rate = figure(1, "141件", 141, "行政复议案件", "办理"), figure(30, "25%", 25, "行政复议案件 调解率")
    quarter = figure(20, "四分之一", 0.25, "行政复议案件 调解", "调解", unit="件")
    assert check(handled, figure(20, "35件", 35, "行政复议案件 调解", "调解"), rate).loc["rate", "k"] == 35
    assert check(handled, quarter, rate).loc["rate", "verdict"] == "uninformative"


def test_more_closed_than_accepted_is_explained_by_carry_over():
    row = check(figure(1, "372件", 372, "法律援助案件", "受理"), figure(9, "488件", 488, "法律援助案件", "办结")).loc[
        "stages"
    ]
    assert (row["verdict"], row["k"]) == ("explained", 116)


def in_force(start, number, whose=""):
    return figure(start, f"{number}件", number, f"现行有效行政规范性文件 {whose}", form="stock")


@pytest.mark.parametrize(
    ("total", "verdict"), [(86, "confirmed"), (90, "uninformative"), (80, "impossible"), (50, "impossible")]
)
def test_parts_against_their_whole(total, verdict):
    row = check(in_force(1, total), in_force(5, 60, "县政府"), in_force(9, 13, "乡镇"), in_force(13, 13, "部门")).loc[
        "parts"
    ]
    assert row["verdict"] == verdict


def test_truncated_shares_are_confirmed():
    whole = figure(1, "151件", 151, "行政复议案件", "受理")
    part = figure(5, "77件", 77, "涉林业类案件")
    share = figure(9, "50.99%", 50.99, "涉林业类案件占比", form="share")
    row = check(whole, part, share).loc["share"]
    assert (row["verdict"], row["k"]) == ("confirmed", 77)


def test_a_share_that_fits_no_pair_proves_nothing():
    part = figure(5, "77件", 77, "涉林业类案件")
    share = figure(9, "12.34%", 12.34, "涉林业类案件占比", form="share")
    assert check(part, share).loc["share", "verdict"] == "uninformative"


@pytest.mark.parametrize(("stated", "verdict"), [(128.78, "confirmed"), (128.79, "confirmed"), (130.0, "implausible")])
def test_a_stated_change_against_its_own_base(stated, verdict):
    now = figure(1, "151件", 151, "行政复议案件", "受理")
    before = figure(5, "66件", 66, "行政复议案件", "受理", period="year:2023")
    change = figure(9, f"{stated}%", stated, "行政复议案件受理同比", form="change", direction="up")
    assert check(now, before, change).loc["change", "verdict"] == verdict
