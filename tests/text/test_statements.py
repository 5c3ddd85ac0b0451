"""Problems, causes, remedies and plans; their categories; contents that need words."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

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
        # what follows for those whom it meets
        ("送审时间过紧,审核人员没有时间研究", ["送审时间过紧,审核人员没有时间研究"]),
        ("证明事项清理不彻底,群众仍要两头开具", ["证明事项清理不彻底,群众仍要两头开具"]),
        ("裁量标准不统一,当事人权益得不到保障", ["裁量标准不统一,当事人权益得不到保障"]),
        ("公开目录不全,群众无法监督", ["公开目录不全,群众无法监督"]),
        ("移送渠道不畅,往往不了了之", ["移送渠道不畅,往往不了了之"]),
        ("证据固定不及时,一旦进入诉讼便十分被动", ["证据固定不及时,一旦进入诉讼便十分被动"]),
        ("考核没有硬约束,干多干少一个样", ["考核没有硬约束,干多干少一个样"]),
        ("抽查结果运用不足,抽查归抽查、处罚归处罚", ["抽查结果运用不足,抽查归抽查、处罚归处罚"]),
        # what only happens then, and how somebody acts
        ("村规民约内容雷同,真遇纠纷时手忙脚乱", ["村规民约内容雷同,真遇纠纷时手忙脚乱"]),
        ("个别案件取证粗放,移送后又被退回", ["个别案件取证粗放,移送后又被退回"]),
        ("讲座内容陈旧,参与率不高", ["讲座内容陈旧,参与率不高"]),
        ("监督手段匮乏,主要靠一年一次的评查", ["监督手段匮乏", "主要靠一年一次的评查"]),
        ("会前学法不深入,部分单位以传阅代替", ["会前学法不深入", "部分单位以传阅代替"]),
        # a figure of the kind of the lack, and one that is of another kind
        ("执法队伍老化,五十岁以上的占六成", ["执法队伍老化,五十岁以上的占六成"]),
        ("答复质量不高,有的不到一页纸", ["答复质量不高,有的不到一页纸"]),
        ("案件办理周期长,平均要四个月", ["案件办理周期长,平均要四个月"]),
        ("执法人员年龄偏大,持证率只有七成", ["执法人员年龄偏大", "持证率只有七成"]),
        # what was set up, and what contradicts it
        ("平台上线两年,录入率只有四成", ["平台上线两年,录入率只有四成"]),
        ("人员划转了,编制没有跟着走", ["人员划转了,编制没有跟着走"]),
        ("签约率达到百分之百,但到村服务的不到三成", ["签约率达到百分之百,但到村服务的不到三成"]),
        ("讲成绩多,讲问题少", ["讲成绩多,讲问题少"]),
        # lacks and conduct of their own
        ("少数干部怕担责,把审查当成走过场", ["少数干部怕担责", "把审查当成走过场"]),
        ("文书制作粗糙,说理性不强", ["文书制作粗糙", "说理性不强"]),
        ("群众法治意识不强,村级调解员紧缺", ["群众法治意识不强", "村级调解员紧缺"]),
        ("普法方式陈旧,群众知晓率不高", ["普法方式陈旧", "群众知晓率不高"]),
        # pairs, what somebody thinks, and all that follows from one lack
        ("有的案件不是先查清事实,而是先定数额,说理不充分", ["有的案件不是先查清事实,而是先定数额", "说理不充分"]),
        ("个别站所认为送审麻烦,费时,审核留痕不全", ["个别站所认为送审麻烦,费时", "审核留痕不全"]),
        ("少数站长认为学法耽误时间,书本用不上,村里也没人看", ["少数站长认为学法耽误时间,书本用不上,村里也没人看"]),
        (
            "由于车辆老旧,油料不足,夜间巡查排不开,导致偷采屡禁不绝",
            ["由于车辆老旧,油料不足,夜间巡查排不开,导致偷采屡禁不绝"],
        ),
        ("承诺事项逾期较多,这在涉农领域较为常见", ["承诺事项逾期较多,这在涉农领域较为常见"]),
        ("会议不记录表决,即使记了,也不归档", ["会议不记录表决,即使记了,也不归档"]),
        ("重复信访的增多,反映出答复不够细致", ["重复信访的增多,反映出答复不够细致"]),
        ("对逾期不改的商户,缺少约束手段", ["对逾期不改的商户,缺少约束手段"]),
        ("林权纠纷占来访总量的四成,取证难、周期长", ["林权纠纷占来访总量的四成,取证难、周期长"]),
        ("普法覆盖不够,特别是偏远山区和渔业社区", ["普法覆盖不够,特别是偏远山区和渔业社区"]),
        (
            "以我镇为例,调解员有36人,平均年龄58岁,初中以下占30人",
            ["以我镇为例,调解员有36人,平均年龄58岁,初中以下占30人"],
        ),
        ("反馈不及时,导致签约仓促,条款漏洞多", ["反馈不及时,导致签约仓促,条款漏洞多"]),
        ("反馈不及时,导致签约仓促,有的单位不送审", ["反馈不及时,导致签约仓促", "有的单位不送审"]),
        ("制度建了不少,却没有一项管用", ["制度建了不少,却没有一项管用"]),
        ("调解卷宗不全,回访工作难以开展", ["调解卷宗不全,回访工作难以开展"]),
        # what opens the clause behind it
        ("且按照新的分工,镇级执法力量不足", ["按照新的分工,镇级执法力量不足"]),
        ("个别单位为应付考核,把旧台账改头换面", ["个别单位为应付考核,把旧台账改头换面"]),
        ("由于编制所限,经费紧张等原因,监督力量薄弱", ["由于编制所限,经费紧张等原因,监督力量薄弱"]),
        ("普法内容多是写在墙上,讲解力度不够", ["普法内容多是写在墙上", "讲解力度不够"]),
        # a lack of its own behind 而, and one that only turns from the clause before
        (
            "执法队员年龄偏大,而学过法律的只有1名,审核力量薄弱",
            ["执法队员年龄偏大", "学过法律的只有1名", "审核力量薄弱"],
        ),
        ("应报备的没有按时报备,而清理工作也未形成常态", ["应报备的没有按时报备", "清理工作也未形成常态"]),
        ("案件逐年上升,而执法人员只有3名", ["案件逐年上升,而执法人员只有3名"]),
        ("只管开会,而对会议质量重视不够", ["只管开会,而对会议质量重视不够"]),
        # what is hard because of how things stand, and what is hard beside a lack
        ("村组居住分散,集中宣讲难度较大", ["村组居住分散,集中宣讲难度较大"]),
        ("私搭乱建时有发生,监管难度较大", ["私搭乱建时有发生", "监管难度较大"]),
        # figures in a row up to the one that tells a lack
        (
            "全镇诉讼案件34件,负责人出庭21件,出庭率不高",
            ["全镇诉讼案件34件,负责人出庭21件,出庭率不高"],
        ),
        # what somebody thinks ends where a fault is said to exist
        (
            "认为普法是司法所的事,与自己关系不大,工作中存在凭经验办事的现象",
            ["认为普法是司法所的事,与自己关系不大", "工作中存在凭经验办事的现象"],
        ),
        ("依法行政的力度还不够大,存在一抓就紧的现象", ["依法行政的力度还不够大", "存在一抓就紧的现象"]),
        ("重审批、轻监管,重处罚、轻服务的问题还存在", ["重审批、轻监管,重处罚、轻服务的问题还存在"]),
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


@pytest.mark.parametrize(
    "sentence",
    [
        "司法所承担着调解、普法、安置帮教等七项职能。",
        "《松陵县调解工作规划》明确提出,三年内建成三级网络。",
        "各级工作中还存在不少缺点和不足。",
        "我们必须进一步增强责任感。",
        "以上问题,我们将逐项改进。",
    ],
)
def test_what_names_no_lack_of_its_own_is_no_problem(sentence: str) -> None:
    assert problems(f"一是人才短缺。{sentence}\n二是宣传不够。专职人员少。\n") == ["人才短缺", "宣传不够", "专职人员少"]


def test_a_lack_told_with_its_reason_is_a_problem_and_turns_to_no_causes() -> None:
    text = "一是人才短缺。由于待遇偏低,专业人员流失严重。还有的存在临时顶岗现象。\n"
    assert problems(text) == ["人才短缺", "由于待遇偏低,专业人员流失严重", "还有的存在临时顶岗现象"]


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


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("主要是执法车辆不足。受编制限制,人员年龄偏大。\n", ["problem:执法车辆不足", "cause:受编制限制,人员年龄偏大"]),
        ("(一)普法不深。主要是经费偏少。\n", ["problem:普法不深", "cause:经费偏少"]),
        ("还存在一些问题如台账不全,公示不及时,有待改进。\n", ["problem:台账不全", "problem:公示不及时,有待改进"]),
        (
            "文书送达拖沓,主要原因在于人手紧缺,流程设计不合理。卷宗缺页。\n",
            ["problem:文书送达拖沓", "cause:人手紧缺", "cause:流程设计不合理", "problem:卷宗缺页"],
        ),
        ("产生上述问题,原因在于人手紧缺。\n", ["cause:人手紧缺"]),
        (
            "(一)普法不深。\n三、问题的原因\n(一)执法力量明显不足\n(二)培训跟不上\n",
            ["problem:普法不深", "cause:执法力量明显不足", "cause:培训跟不上"],
        ),
        ("(一)在审查方面\n1.人员不足。\n2.期限过短。\n", ["problem:人员不足", "problem:期限过短"]),
        ("1.窗口前置问题,材料反复提交。\n", ["problem:窗口前置问题,材料反复提交"]),
        ("执法是治理的重要手段。文书不规范。\n", ["problem:文书不规范"]),
    ],
)
def test_problems_and_causes_of_a_part(part: str, expected: list[str]) -> None:
    assert [f"{role}:{words}" for words, role, _ in stated(HEAD + part)] == expected


def test_lacks_among_achievements_behind_but() -> None:
    text = "临溪县2022年法治政府建设报告\n一、工作开展情况\n职能划转完成,但人员不足,车辆老旧。全年办案63件。\n"
    assert [words for words, role, _ in stated(text) if role == "problem"] == [
        "职能划转完成,但人员不足",
        "车辆老旧",
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


def test_a_trigger_hides_what_lies_inside_it() -> None:
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


@pytest.mark.parametrize(
    ("item", "below", "category"),
    [
        ("执法程序不规范", "音像记录保存不规范", "enforcement_conduct"),
        ("村级法治基础薄弱", "农家书屋常年锁门", "grassroots"),
        ("负责人出庭应诉不积极", "庭上只念稿子", "administrative_disputes"),
        ("执法力量不足", "执法车辆老旧", "resources"),
    ],
)
def test_a_word_of_several_fields_has_that_of_its_item(item: str, below: str, category: str) -> None:
    view = make_text(f"{item}。{below}。")
    statements = [
        Statement(0, len(item), "problem", True, None),
        Statement(len(item) + 1, len(item) + 1 + len(below), "problem", False, 0),
    ]
    assert [code.category for code in find_codes(view, statements) if code.start and code.primary] == [category]


class Marked(NamedTuple):
    """A statement of tests/text/statements.csv: its span, role, category, and whether it is a heading."""

    start: int
    end: int
    role: str
    heading: bool
    category: str


MARK = re.compile(r"\{(\*?)(\w+):?(\w*)\|([^}]*)\}")
#: Invented reports, statements marked by hand before any of them was read by the program.
INVENTED = list(csv.DictReader((Path(__file__).parent / "statements.csv").open(encoding="utf-8", newline="")))


def marked(report: dict[str, str]) -> tuple[str, list[Marked]]:
    text, found, at = "", [], 0
    for match in MARK.finditer(report["marked"]):
        text += report["marked"][at : match.start()]
        found.append(Marked(len(text), len(text) + len(match[4]), match[2], match[1] == "*", match[3]))
        text, at = text + match[4], match.end()
    return text + report["marked"][at:], [row for row in found if row.role in ("problem", "cause")]


def compared(report: dict[str, str]) -> tuple[list[str], list[str], int]:
    """Return the words not found as marked, those found and coded otherwise, and how many statements were found."""
    text, expected = marked(report)
    view = make_text(text)
    found = find_statements(view, find_sections(view, find_chrome(view)))
    ours = [statement for statement in found if statement.role in ("problem", "cause")]
    category = {code.start: code.category for code in find_codes(view, ours) if code.primary}
    missed, miscoded = [], []
    for row in expected:
        near = [s for s in ours if s.role == row.role and overlap(s.start, s.end, row.start, row.end) >= 0.8]
        if not near:
            missed.append(text[row.start : row.end])
        elif category[near[0].start] != row.category:
            miscoded.append(text[row.start : row.end])
    return missed, miscoded, len(ours)


def overlap(start: int, end: int, first: int, last: int) -> float:
    return (min(end, last) - max(start, first)) / (max(end, last) - min(start, first))


@pytest.mark.parametrize("report", INVENTED, ids=[row["report"] for row in INVENTED])
def test_statements_of_invented_reports(report: dict[str, str]) -> None:
    missed, miscoded, _ = compared(report)
    assert "|".join(missed + miscoded) == report["known_wrong"]


def test_most_statements_of_invented_reports_are_found_and_coded() -> None:
    expected = found = missed = miscoded = 0
    for report in INVENTED:
        lost, wrong, count = compared(report)
        expected += len(marked(report)[1])
        found, missed, miscoded = found + count, missed + len(lost), miscoded + len(wrong)
    right = expected - missed
    assert 2 * right / (found + expected) >= 0.95
    assert (right - miscoded) / right >= 0.92


@pytest.mark.parametrize(
    "told",
    [
        "究其原因,主要是{0},{1}。",
        "造成这些问题的原因,一是{0};二是{1}。",
        "之所以存在这些问题,是因为{0},{1}。",
        "剖析成因,主观上{0},客观上{1}。",
        "以上不足,既有{0}的主观原因,也有{1}的客观原因。",
        "存在上述问题,归根结底是{0},{1}。",
        "这些问题,有的源于{0},有的缘于{1}。",
        "追根溯源,还是{0},{1}。",
        "问题的根源在于{0},{1}。",
        "这既有{0}的因素,也与{1}有关。",
    ],
)
def test_words_that_lead_to_causes_are_left_out(told: str) -> None:
    causes = ["少数干部思想认识不到位", "县级财力投入有限"]
    text = HEAD + "(一)执法力量薄弱。持证的少。" + told.format(*causes) + "\n(二)普法形式单一。\n"
    assert [words for words, role, _ in stated(text) if role == "cause"] == causes
    assert [words for words, role, _ in stated(text) if role == "problem"] == [
        "执法力量薄弱",
        "持证的少",
        "普法形式单一",
    ]


#: Ways to admit a shortcoming or to tell its cause, coded by hand without what stands around them.
ADMITTED = list(csv.DictReader((Path(__file__).parent / "categories.csv").open(encoding="utf-8", newline="")))


@pytest.mark.parametrize("role", ["problem", "cause"])
def test_categories_of_shortcomings_in_many_words(role: str) -> None:
    rows = [row for row in ADMITTED if row["role"] == role]
    found = {row["statement"]: coded(row["statement"], role)[0][0] for row in rows}
    assert found == {row["statement"]: row["known_wrong"] or row["category"] for row in rows}
    assert sum(not row["known_wrong"] for row in rows) >= 0.95 * len(rows)


LACKS = ["执法人员年龄偏大", "办案经费不足", "普法形式单一"]


@pytest.mark.parametrize(
    "turn",
    [
        "回望全年,成绩可圈可点,问题也不容回避。",
        "对照示范县创建标准,我县工作仍有欠账。",
        "总结经验的同时,我们更要直面问题。",
        "不可否认,我局法治工作还有许多需要改进的地方。",
        "自查发现,以下几个方面还需下更大力气:",
        "我们深知,成绩属于过去,与人民群众的新期待相比还有较大提升空间。",
        "过去一年,我们的工作还有不少缺憾。",
        "冷静分析,不足之处主要有以下几点:",
        "成绩来之不易,但环境整治工作中还存在诸多问题。",
    ],
)
@pytest.mark.parametrize(
    "frame",
    [
        "一、主要做法\n召开会议12次。\n三、存在的问题\n{turn}{0},{1};{2}。\n四、计划\n抓落实。\n",
        "2023年,我县召开会议12次,办理案件30件。{turn}{0},{1};{2}。下一步,我们将抓落实。\n",
        "一、加强领导\n召开会议12次。\n二、规范执法\n检查企业30家。\n{turn}{0},{1};{2}。\n下一步,我们将抓落实。\n",
        "一、做法\n(一)加强领导。召开会议12次。\n{turn}一是{0}。二是{1}。三是{2}。\n下一步,我们将抓落实。\n",
    ],
    ids=["headed", "one paragraph", "own paragraph", "items"],
)
def test_any_words_may_turn_to_shortcomings(turn: str, frame: str) -> None:
    text = "松陵县2023年法治政府建设报告\n" + frame.format(*LACKS, turn=turn)
    assert [words for words, role, _ in stated(text) if role == "problem"] == LACKS


@pytest.mark.parametrize(
    "sentence", ["检查发现问题46个,全部解决。", "针对存在的突出问题开展整改。", "企业反映的困难及时化解。"]
)
def test_shortcomings_that_were_dealt_with_turn_nothing(sentence: str) -> None:
    text = f"松陵县2023年法治政府建设报告\n一、做法\n召开会议12次。\n{sentence}人员不足的单位增配3名。\n"
    assert stated(text) == []


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("乡镇执法队伍法治意识不强", "awareness"),
        ("缺少熟悉环境监测的执法人员", "enforcement_workforce"),
        ("复议案件中的数据无法共享", "digital"),
        ("执法监督流于形式", "enforcement_supervision"),
        ("队伍素质参差不齐", "enforcement_workforce"),
        ("与上级要求还有差距", "unspecific"),
    ],
)
def test_what_stands_nearest_to_the_lack_is_its_subject(words: str, category: str) -> None:
    assert coded(words)[0] == (category, True)


def test_two_lacks_give_two_categories() -> None:
    assert coded("执法人员不足,执法程序不规范") == [("enforcement_workforce", True), ("enforcement_conduct", False)]


def test_a_weak_trigger_gives_way_to_the_item_and_an_item_without_any_to_what_stands_below_it() -> None:
    view = make_text("矛盾调解不力,机制不顺。甲乙丙丁,复议质量不高,应诉不积极")
    spans = [(0, 6, None), (7, 11, 0), (12, 16, None), (17, 23, 12), (24, 29, 12)]
    statements = [Statement(start, end, "problem", parent is None, parent) for start, end, parent in spans]
    shown = {code.start: code.category for code in find_codes(view, statements)}
    assert shown[7] == "social_disputes"
    assert shown[12] == "administrative_disputes"


def test_a_paragraph_may_turn_to_causes() -> None:
    text = "一是执法力量薄弱。持证的少。究其原因,主要是认识不足,经费短缺。\n二是宣传不够。\n"
    assert [(words, role) for words, role, _ in stated(HEAD + text)] == [
        ("执法力量薄弱", "problem"),
        ("持证的少", "problem"),
        ("认识不足", "cause"),
        ("经费短缺", "cause"),
        ("宣传不够", "problem"),
    ]


def test_a_heading_on_the_causes_of_problems_names_causes() -> None:
    text = HEAD + "(一)人才短缺。\n三、存在问题的原因\n(一)待遇偏低。\n"
    assert [(words, role) for words, role, _ in stated(text)] == [("人才短缺", "problem"), ("待遇偏低", "cause")]


def test_what_follows_from_an_item_belongs_to_it() -> None:
    assert problems("一是监督机制不健全,导致执法随意。二是宣传不够。\n") == ["监督机制不健全,导致执法随意", "宣传不够"]


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
