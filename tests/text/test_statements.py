"""Problems, causes, remedies and plans; their categories; contents that need words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.codebook import read_rows, rows_by
from analysis.text.chrome import find_chrome
from analysis.text.codes import find_codes, find_contents
from analysis.text.reading import make_text, read_text
from analysis.text.sections import find_sections
from analysis.text.statements import Statement, find_statements

PROJECT = Path(__file__).resolve().parents[2]
HEAD = "2023年,我县有序推进。\n一、做法\n好。\n二、存在的问题\n"


def stated(text: str) -> list[tuple[str, str, bool]]:
    view = make_text(text)
    sections = find_sections(view, find_chrome(view))
    return [(view.text[s.start : s.end], s.role, s.heading) for s in find_statements(view, sections)]


def problems(text: str) -> list[str]:
    return [words for words, role, _ in stated(HEAD + text) if role == "problem"]


def coded(words: str, role: str = "problem") -> list[tuple[str, bool]]:
    view = make_text(words)
    return [tuple(code)[1:] for code in find_codes(view, [Statement(0, len(words), role, True, None)])]  # type: ignore[misc]


def test_an_item_is_a_statement_and_so_is_each_lack_below_it() -> None:
    text = "一是执法力量薄弱。执法人员年龄偏大,执法装备更新滞后。二是宣传不够。普法形式单一。\n"
    assert problems(text) == ["执法力量薄弱", "执法人员年龄偏大", "执法装备更新滞后", "宣传不够", "普法形式单一"]


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("执法人员年龄偏大,执法装备更新滞后", ["执法人员年龄偏大", "执法装备更新滞后"]),
        ("高素质人才储备不足,难以满足执法需要", ["高素质人才储备不足,难以满足执法需要"]),
        ("个别单位重视程度不够,与上级要求还有差距", ["个别单位重视程度不够,与上级要求还有差距"]),
        ("特别是依法解决纠纷,处理历史遗留矛盾的能力还不够", ["依法解决纠纷,处理历史遗留矛盾的能力还不够"]),
        ("存在少数干部依法办事意识不强,运用法律手段不多", ["少数干部依法办事意识不强", "运用法律手段不多"]),
        ("普法形式有待进一步创新,普法效果需要提升", ["普法形式有待进一步创新", "普法效果需要提升"]),
        ("部分乡镇位置偏远,往来不便", ["部分乡镇位置偏远,往来不便"]),
    ],
)
def test_where_a_sentence_is_cut(sentence: str, pieces: list[str]) -> None:
    assert problems(f"一是工作不扎实。{sentence}。\n")[1:] == pieces


def test_full_width_commas_cut_too() -> None:
    assert problems("一是工作不扎实。执法人员年龄偏大，执法装备更新滞后。\n")[1:] == [
        "执法人员年龄偏大",
        "执法装备更新滞后",
    ]


def test_what_only_announces_is_left_out() -> None:
    text = "2023年,我县工作取得了一定成绩,但仍存在以下问题:\n(一)人才短缺。专职人员仅有3人。\n"
    assert problems(text) == ["人才短缺", "专职人员仅有3人"]


def test_without_numbers_no_statement_is_a_heading() -> None:
    text = (
        "我县存在的主要问题是:监督机制还不够健全,监督渠道不够畅通。存在问题的原因是:专业人才短缺。"
        "针对这一问题,开展了培训。\n"
    )
    assert stated(HEAD + text) == [
        ("监督机制还不够健全", "problem", False),
        ("监督渠道不够畅通", "problem", False),
        ("专业人才短缺", "cause", False),
        ("针对这一问题,开展了培训", "remedy", False),
    ]


def test_only_the_top_items_are_headings_and_children_name_them() -> None:
    text = HEAD + "(一)执法能力不足。一是人员不够。持证的少。\n三、下步打算\n1.抓培训。组织轮训。考试。\n"
    view = make_text(text)
    found = find_statements(view, find_sections(view, find_chrome(view)))
    words = {s.start: view.text[s.start : s.end] for s in found}
    shown = [(words[s.start], s.heading, words.get(s.parent_start or -1, "")) for s in found]
    assert shown == [
        ("执法能力不足", True, ""),
        ("人员不够", False, "执法能力不足"),
        ("持证的少", False, "执法能力不足"),
        ("抓培训", True, ""),
        ("组织轮训", False, "抓培训"),
    ]


def test_headings_that_only_name_a_part_are_no_statements() -> None:
    text = "(一)存在问题\n1.学法不系统。学用脱节。\n(二)原因分析\n1.重视不够。\n(三)整改措施\n1.加强学习。\n"
    assert [row for row in stated(HEAD.replace("存在的问题", "问题、原因和措施") + text) if row[2]] == [
        ("学法不系统", "problem", True),
        ("重视不够", "cause", True),
        ("加强学习", "remedy", True),
    ]


def test_achievements_yield_no_statement() -> None:
    assert stated("一、做法\n(一)解决执法不规范的问题。整改问题12个。\n") == []


def test_statements_of_the_real_reports(reports: Path) -> None:
    with (PROJECT / "data" / "gold" / "statements.csv").open(encoding="utf-8", newline="") as file:
        gold = [row for row in csv.DictReader(file) if row["role"] in ("problem", "cause")]
    right = count = 0
    for path in sorted(reports.glob("00*.txt")):
        view = read_text(path)
        found = find_statements(view, find_sections(view, find_chrome(view)))
        ours = [statement for statement in found if statement.role in ("problem", "cause")]
        count += len(ours)
        for row in (row for row in gold if row["doc_id"] == path.stem):
            start, end = int(row["start"]), int(row["end"])
            right += any(
                s.role == row["role"]
                and min(s.end, end) - max(s.start, start) >= 0.8 * (max(s.end, end) - min(s.start, start))
                for s in ours
            )
    assert 2 * right / (count + len(gold)) >= 0.95


def test_triggers_name_categories_that_exist() -> None:
    for role, table in (("problem", "tidy/categories"), ("cause", "tidy/causes")):
        known = rows_by(table)
        assert {row["category"] for row in read_rows("text/category_triggers") if row["role"] == role} <= set(known)
        assert "other" in known or role == "cause"


def test_the_longest_trigger_is_primary_and_hides_what_lies_inside_it() -> None:
    codes = dict(coded("少数领导干部法治意识不强"))
    assert codes["awareness"] is True
    assert "attr:hedged" in codes


def test_a_statement_without_trigger_is_other() -> None:
    assert coded("甲乙丙丁") == [("other", True)]


def test_what_elaborates_an_item_without_a_trigger_has_its_category() -> None:
    view = make_text("法治意识不强,甲乙丙丁")
    statements = [Statement(0, 6, "problem", True, None), Statement(7, 11, "problem", False, 0)]
    assert [code.category for code in find_codes(view, statements) if code.start == 7] == ["awareness"]
    statements = [Statement(0, 6, "problem", True, None), Statement(7, 11, "cause", False, 0)]
    assert [code.category for code in find_codes(view, statements) if code.start == 7] == ["other"]


def test_plans_are_not_coded() -> None:
    assert coded("加强法治意识教育", "plan") == []


def contents(text: str) -> dict[str, str]:
    view = make_text(text)
    return {c.item: c.status for c in find_contents(view, find_sections(view, find_chrome(view)))}


def test_contents_reported_promised_and_missing() -> None:
    head = "2023年,依据《法治政府建设实施纲要(2021—2025年)》推进。\n"
    body = (
        "一、党政主要负责人履行第一责任人职责情况\n好。\n二、问题和原因\n人少。\n"
        "三、下步打算\n推进应急预案编制。\n四、荣誉\n无。\n"
    )
    found = contents(head + body)
    assert {item: found[item] for item in ("A5", "B2b", "B3", "B5", "C06", "C05")} == {
        "A5": "present", "B2b": "partial", "B3": "present", "B5": "present", "C06": "partial", "C05": "absent"
    }  # fmt: skip
    assert contents("一、做法\n好。\n三、下步打算\n落实第一责任人职责。\n")["B3"] == "partial"


def test_every_content_the_checklist_asks_for_is_looked_for() -> None:
    asked = {
        part.removeprefix("content:")
        for row in read_rows("tidy/mandated")
        for part in row["evidence"].split(";")
        if part.startswith("content:")
    }
    assert asked == {row["item"] for row in read_rows("text/contents")}
