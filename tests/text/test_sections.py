"""The outline: headings, levels and roles."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.extract import extract_text
from analysis.text.chrome import find_chrome
from analysis.text.outline import find_headings
from analysis.text.parts import Section, section_at
from analysis.text.reading import Text, lines, make_text, read_text
from analysis.text.roles import inner_role, match_role, top_role
from analysis.text.sections import find_sections

PROJECT = Path(__file__).resolve().parents[2]
WRITTEN = sorted((PROJECT / "tests" / "reports").glob("*.txt"))
GOLD = PROJECT / "data" / "gold"


def outlined(text: str) -> tuple[Text, tuple[Section, ...]]:
    view = make_text(text)
    return view, find_sections(view, find_chrome(view))


def headings(text: str) -> list[tuple[int, str, str]]:
    view, sections = outlined(text)
    return [(s.level, s.role, view.text[s.start : s.end]) for s in sections if s.end > s.start]


def found(text: str) -> list[str]:
    view = make_text(text)
    return [view.text[heading.start : heading.end] for heading in find_headings(view, lines(view))]


def roles(text: str) -> list[tuple[str, str]]:
    """Return the role of each sentence."""
    view, sections = outlined(text)
    sentences = [s for s in view.text.replace("\n", "。").split("。") if s.strip()]
    return [(sentence, section_at(sections, view.text.index(sentence)).role) for sentence in sentences]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_outline_of_reports_in_many_styles(path: Path) -> None:
    view = read_text(path)
    sections = find_sections(view, find_chrome(view))
    ours = [
        (str(s.level), s.label, s.role, view.text[s.start + len(s.label) : s.end]) for s in sections if s.end > s.start
    ]
    with path.with_suffix(".outline.csv").open(encoding="utf-8", newline="") as file:
        expected = [tuple(row.values()) for row in csv.DictReader(file)]
    assert ours == expected


FULL_WIDTH = str.maketrans(",:;()0123456789%", "，：；（）０１２３４５６７８９％")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_full_width_signs_change_no_span(path: Path) -> None:
    text = read_text(path).text
    spans = [[(s.start, s.end, s.level, s.role) for s in outlined(t)[1]] for t in (text, text.translate(FULL_WIDTH))]
    assert spans[0] == spans[1]


def table(name: str, doc_id: str) -> list[dict[str, str]]:
    with (GOLD / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["doc_id"] == doc_id]


def test_outline_and_roles_of_the_real_reports(reports: Path) -> None:
    right = total = characters = correct = 0
    for path in sorted(reports.glob("00*.txt")):
        view = read_text(path)
        sections = find_sections(view, find_chrome(view))
        ours = {(s.start, s.end, s.level, s.label, s.parent_start) for s in sections if s.end > s.start}
        gold = {
            (int(r["start"]), int(r["end"]), int(r["level"]), r["label"], int(p) if (p := r["parent_start"]) else None)
            for r in table("sections", path.stem)
            if r["end"] > r["start"]
        }
        right, total = right + len(ours & gold), total + len(ours) + len(gold)
        for row in table("roles", path.stem):
            span = range(int(row["start"]), int(row["end"]))
            characters += len(span)
            correct += sum(section_at(sections, at).role == row["role"] for at in span)
    assert 2 * right / total >= 0.95
    assert correct / characters >= 0.95


PIECES = st.sampled_from(
    [
        "一、",
        "二、",
        "(一)",
        "(二)",
        "1.",
        "2、",
        "一是",
        "二是",
        "主要做法",
        "存在的问题",
        "下一步",
        "原因是",
        "加强领导",
        "12件",
    ]
    + [
        "。",
        ",",
        ";",
        ":",
        "\n",
        "\n\n",
        " ",
        "**",
        "2024年",
        "特此报告",
        "- 2 -",
        "县人民政府",
        "2024年1月2日",
        "首页 > 公开",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_sections_are_a_partition_of_any_text(text: str) -> None:
    view, sections = outlined(text)
    if not text.strip(" \n"):
        assert not sections
        return
    starts = [section.start for section in sections]
    assert starts == sorted(set(starts))
    assert all(section.start <= section.end <= section.body_end <= len(view) for section in sections)
    by_start = {section.start: section for section in sections}
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        if section.level == 0:
            assert section.body_end == (following.start if following else len(view))
        if section.parent_start is not None:
            parent = by_start[section.parent_start]
            assert parent.level == section.level - 1
            assert parent.start < section.start <= section.body_end <= parent.body_end


def test_a_short_first_sentence_is_the_heading() -> None:
    assert found("(一)强化统筹,压实责任。召开会议3次。") == ["(一)强化统筹,压实责任"]


def test_a_long_first_sentence_is_headed_by_its_first_clause() -> None:
    text = "2.加强协作配合,加大联合执法力度,根据各地实际把适合基层办理的事项依法交给乡镇。\n3.完善制度。好。"
    assert found(text)[0] == "2.加强协作配合"


def test_a_sentence_with_a_figure_is_no_heading() -> None:
    assert found("一是收到申请,办结47件。二是好。再说。")[0] == "一是收到申请"


def test_quoted_marks_do_not_end_a_heading() -> None:
    assert found("二是落实“谁执法、谁普法。”责任制。开展活动。") == ["二是落实“谁执法、谁普法。”责任制"]


@pytest.mark.parametrize(
    "text",
    [
        "获得一、二、三等奖各一项",
        "按照条例第(一)项规定办理",
        "投入1.5亿元建设平台",
        "统一是前提,其次看执行",
        "2024.12.4开展宣传",
        "办结率达1、2季度之和",
    ],
)
def test_numerals_that_only_look_like_labels(text: str) -> None:
    assert found(text) == []


def test_labels_inside_a_line_follow_one_another() -> None:
    assert found("一是甲项工作不够扎实,二是乙项工作不够扎实") == ["一是甲项工作不够扎实", "二是乙项工作不够扎实"]
    assert found("以下:一、甲项做法 (一)子项甲。再说。(二)子项乙。再说。二、乙项做法 好") == [
        "一、甲项做法", "(一)子项甲", "(二)子项乙", "二、乙项做法"
    ]  # fmt: skip


def test_numbers_may_run_on_across_parts() -> None:
    text = "一、甲\n(一)子甲\n1.做法一。好。\n2.做法二。好。\n(二)子乙\n3.做法三。好。\n"
    assert [(level, words) for level, _, words in headings(text)] == [
        (1, "一、甲"), (2, "(一)子甲"), (3, "1.做法一"), (3, "2.做法二"), (2, "(二)子乙"), (3, "3.做法三")
    ]  # fmt: skip


def test_level_is_depth_not_kind_of_label() -> None:
    text = "一、甲\n一是做法一。好。\n二、乙\n(一)子项。一是做法二。好。\n"
    assert [level for level, _, _ in headings(text)] == [1, 2, 1, 2, 3]


def test_roles_change_without_a_heading() -> None:
    text = (
        "2023年,我县工作有序。\n一、主要做法\n做了很多。\n一年来取得了一些成绩,但与要求相比仍有差距。一是人手不足;二是经费不够。\n"
        "2024年,我县将继续抓好落实。\n一是补充人手。二是争取经费。\n特此报告。\n云岭县人民政府\n2024年1月5日\n"
    )
    assert [section.role for section in outlined(text)[1] if section.level == 0] == [
        "preamble",
        "problem",
        "plan",
        "other",
    ]
    assert headings(text)[1:] == [
        (2, "problem", "一是人手不足"), (2, "problem", "二是经费不够"),
        (2, "plan", "一是补充人手"), (2, "plan", "二是争取经费"),
    ]  # fmt: skip


def test_this_years_measures_are_no_plan() -> None:
    text = "2023年,我县情况如下。\n一、做法\n好。\n2023年,我县将继续教育纳入考核。\n2024年,我县将继续努力。\n"
    assert [role for _, role in roles(text)] == ["preamble", "achievement", "achievement", "achievement", "plan"]


def test_causes_and_remedies_inside_a_part_on_problems() -> None:
    text = "一、不足、原因和措施\n监督机制不健全。存在问题的原因是人员较少。针对这一问题,已培训。\n二、下步打算\n好。\n"
    view, sections = outlined(text)
    assert roles(text)[1:4] == [
        ("监督机制不健全", "problem"), ("存在问题的原因是人员较少", "cause"), ("针对这一问题,已培训", "remedy")
    ]  # fmt: skip
    assert [(s.level, s.label, s.parent_start, s.role) for s in sections[1:3]] == [
        (2, "", 0, "cause"),
        (2, "", 0, "remedy"),
    ]


def test_what_is_planned_inside_a_list_does_not_end_the_part() -> None:
    text = "一、做法\n(一)甲。好。\n下一步,将扩大范围。\n(二)乙。好。\n"
    assert headings(text)[-1] == (2, "achievement", "(二)乙")
    assert ("下一步,将扩大范围", "plan") in roles(text)


def test_a_page_number_does_not_end_a_part() -> None:
    text = "现将情况报告如下:\n一、做法\n(一)甲。好。\n- 2 -\n还有更好的。\n(二)乙。好。\n"
    assert ("还有更好的", "achievement") in roles(text)
    assert ("- 2 -", "chrome") in roles(text)


@pytest.mark.parametrize("label", ["1.", "一、", "(1)", "01 "])
def test_a_year_right_behind_a_label_is_no_part_of_its_number(label: str) -> None:
    following = label.replace("1", "2").replace("一", "二")
    text = f"现将情况报告如下:\n{label}2023年工作情况\n①修订制度。好。\n{following}2024年工作打算\n努力。\n"
    found = headings(text)
    assert [words for _, _, words in found] == [f"{label}2023年工作情况", "①修订制度", f"{following}2024年工作打算"]
    assert [role for _, role, _ in found] == ["achievement", "achievement", "plan"]


LAPSES = [
    ("办案9件。但乡镇持证率仅为六成,案卷制作仍显粗糙。", "但乡镇持证率仅为六成,案卷制作仍显粗糙"),
    ("办案9件。美中不足的是,快检设备更新缓慢。", "美中不足的是,快检设备更新缓慢"),
    ("办案9件。执法力量不足的问题仍然突出。", "执法力量不足的问题仍然突出"),
    ("办案9件。与先进地区相比,非现场监管仍显薄弱。", "与先进地区相比,非现场监管仍显薄弱"),
    ("办案9件。不过,法制审核人员紧缺。文书说理不充分。", "文书说理不充分"),
]


@pytest.mark.parametrize(("body", "lapse"), LAPSES)
def test_a_shortcoming_among_achievements_is_a_problem_and_the_part_goes_on_behind_it(body: str, lapse: str) -> None:
    text = f"现将情况报告如下:\n一、做法\n(一)规范执法。{body}\n又办案3件。\n(二)强化培训。培训2次。\n"
    assert {(lapse, "problem"), ("又办案3件", "achievement"), ("培训2次", "achievement")} <= set(roles(text))
    assert [role for _, role, _ in headings(text)] == ["achievement"] * 3


@pytest.mark.parametrize(
    "sentence",
    [
        "但全年未发生一起败诉案件。",
        "针对执法力量不足的问题,招录3人。",
        "不过,通过整改,文书不规范问题已全部解决。",
        "检查中发现问题隐患30处,全部整改到位。",
    ],
)
def test_what_was_done_about_shortcomings_is_none(sentence: str) -> None:
    text = f"现将情况报告如下:\n一、做法\n(一)规范执法。办案9件。{sentence}\n"
    assert (sentence.rstrip("。"), "achievement") in roles(text)


TOP = {
    "problem": (
        "存在的问题及不足 面临的困难和问题 当前存在的主要问题 推进法治政府建设存在的不足和原因 主要问题 问题分析 "
        "不足之处 工作中存在的问题与短板 短板和弱项 工作中的薄弱环节 存在不足及下步打算 存在问题和改进措施"
    ),
    "plan": (
        "下一年度推进法治政府建设的主要安排 2024年推进法治政府建设工作安排 今后努力方向 未来工作展望 工作思路和打算 "
        "2024年工作要点 下一步重点工作 接下来的工作 2024年法治政府建设重点工作 2024年工作重点"
    ),
    "achievement": (
        "党政主要负责人履行第一责任人职责情况 着力解决执法领域突出问题 坚持问题导向,补齐短板 强化工作部署 "
        "推进法治政府建设的主要举措和成效 落实工作计划,压实责任 2023年工作开展情况 认真落实年度工作安排 "
        "补齐基层执法短板 中央督察反馈问题整改情况 着眼未来发展,提升服务"
    ),
    "cause": "原因分析 问题产生的原因",
    "remedy": "整改措施 对策建议",
    "honours": "荣誉表彰情况",
    "other": "其他需要报告的情况",
}


@pytest.mark.parametrize(("role", "words"), [(role, words) for role in TOP for words in TOP[role].split(" ")])
def test_top_headings_name_their_role(role: str, words: str) -> None:
    assert top_role(words, "preamble", "achievement", False, 2023) == role
    if role == "achievement":
        assert inner_role(words, "achievement") == "achievement"


def test_what_a_heading_leaves_open_follows_from_the_part_before() -> None:
    assert top_role("加强组织领导", "preamble", "achievement", False, 2023) == "achievement"
    assert top_role("加强组织领导", "preamble", "problem", False, 2023) == "plan"
    assert top_role("2024年法治建设", "preamble", "achievement", False, 2023) == "plan"


def test_headings_inside_a_plan_stay_plans() -> None:
    assert inner_role("解决存在的问题", "plan") == "plan"
    assert match_role("sentence", "针对存在的问题,加强培训。", "plan") == ""


INSERTED = st.sampled_from(
    [
        "一、主要做法",
        "(三)强化组织领导,压实工作责任",
        "2.规范执法行为。",
        "存在的问题和不足",
        "提升行政执法水平",
        "当前位置:首页 > 政务公开 > 法治政府建设",
        "发布时间:2024-02-01 来源:县司法局 浏览次数:",
        "- 3 -",
        "第 4 页 共 9 页",
        "【打印本页】 【关闭窗口】",
        "责任编辑:王某",
        "function share() { return false; }",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(WRITTEN), INSERTED, st.floats(0, 1, exclude_max=True))
def test_a_line_more_changes_no_figure(path: Path, line: str, where: float) -> None:
    """A heading or a line of the page anywhere between two paragraphs leaves every figure as it was."""
    text = read_text(path).text
    rows = text.split("\n")
    at = int(where * len(rows))
    figures = [
        [(m["surface"], m["value"], m["unit"]) for m in extract_text(found, "report")["mentions"]]
        for found in (text, "\n".join([*rows[:at], line, *rows[at:]]))
    ]
    assert figures[0] == figures[1]
