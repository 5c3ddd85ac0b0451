import pytest

from analysis.tidy import build_tidy
from analysis.tidy.observations import find_span
from tests.tidy.facts import NAN, document, figure, tables


def observe(*figures, **more):
    return build_tidy(tables(list(figures), **more))["observations"]


def test_equal_figures_are_one_observation_with_two_mentions():
    rows = observe(figure(1, "141件", 141, "行政复议案件", "审结"), figure(9, "141件", 141, "行政复议案件", "审结"))
    assert rows[["value", "n_mentions", "mention_ids"]].values.tolist() == [[141, 2, "a@1|a@9"]]


def test_unequal_figures_are_variants_in_conflict():
    rows = observe(figure(1, "141件", 141, "行政复议案件", "审结"), figure(9, "124件", 124, "行政复议案件", "审结"))
    assert rows["variant"].tolist() == [1, 2]
    assert rows["flags"].tolist() == ["conflict", "conflict"]


def test_an_exact_figure_stands_for_a_vaguer_one_it_agrees_with():
    rows = observe(
        figure(1, "3000余件", 3000, "化解矛盾纠纷", "化解", unit="件", high=NAN, qualifier="余"),
        figure(9, "3021件", 3021, "化解矛盾纠纷", "化解"),
    )
    assert rows[["value", "exactness", "n_mentions", "flags"]].values.tolist() == [[3021, "exact", 2, ""]]


def test_organs_are_kept_apart():
    rows = observe(
        figure(1, "100%", 100, "负责人出庭应诉率", organ="county_government"),
        figure(9, "99.3%", 99.3, "负责人出庭应诉率", organ="departments"),
    )
    assert rows["organ"].tolist() == ["county_government", "departments"]
    assert (rows["flags"] == "").all()


def test_exclusive_components_are_added_up_and_flagged():
    rows = observe(figure(1, "24件", 24, "政府规范性文件", "制定"), figure(9, "17件", 17, "部门规范性文件", "制定"))
    total = rows[rows["component"] == ""].iloc[0]
    assert (total["value"], total["flags"]) == (41, "summed")


def test_overlapping_kinds_are_never_added_up():
    tidy = build_tidy(
        tables([
            figure(1, "47场", 47, "送法下乡宣传活动", "开展"), figure(9, "60场", 60, "法治文艺宣传活动", "举办"),
        ])
    )  # fmt: skip
    assert (tidy["observations"]["component"] != "").all()
    status = tidy["coverage"].set_index("item")["status"]
    assert status["legal_publicity_activities"] == "components_only"


def test_the_year_of_a_report_made_before_its_end_is_a_partial_year():
    rows = observe(figure(1, "141件", 141, "行政复议案件", "审结"), documents=[document(published="2024-11-20")])
    assert rows[["period", "flags", "period_end"]].values.tolist() == [["ytd:2024-11-20", "partial_year", "2024-11-20"]]


@pytest.mark.parametrize(("direction", "value"), [("up", 10.9), ("down", -10.9), ("", NAN)])
def test_a_change_carries_its_sign_or_no_value(direction, value):
    rows = observe(figure(1, "10.9%", 10.9, "警情同比", form="change", direction=direction))
    assert rows["value"].tolist() == pytest.approx([value], nan_ok=True)
    if direction == "down":
        assert rows["low_conv"].iloc[0] < rows["value"].iloc[0] < rows["high_conv"].iloc[0]


def test_a_department_that_speaks_for_the_county_is_flagged():
    rows = observe(
        figure(1, "18件", 18, "行政应诉案件", organ="county_government"),
        documents=[document(issuer_type="department", genre="department_report")],
    )
    assert rows["flags"].tolist() == ["relayed"]


def test_a_period_that_was_only_assumed_is_flagged():
    rows = observe(figure(1, "141件", 141, "行政复议案件", "审结", period_basis="assumed"))
    assert rows["flags"].tolist() == ["assumed_period"]


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("year:2024", ("2024-01-01", "2024-12-31")),
        ("since:2021", ("2021-01-01", "")),
        ("asof:2024", ("", "2024-12-31")),
        ("to_date", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_period_has_a_first_and_a_last_day_where_it_says_so(period, span):
    assert find_span(period) == span


def test_no_figure_at_all_gives_empty_tables():
    tidy = build_tidy(tables([]))
    assert len(tidy["observations"]) == 0
    assert set(tidy["coverage"]["status"]) >= {"not_reported"}


def test_a_fraction_stands_for_a_percentage_where_a_rate_is_meant():
    fifth = figure(1, "五分之一", 0.2, "行政复议案件 调解率", form="rate", unit="", low=0.2, high=0.2)
    (row,) = observe(fifth).to_dict("records")
    assert (row["value"], row["low"], row["high"], row["unit"]) == (20, 20, 20, "%")
