"""Mentions: what a figure counts, its form, status, distribution, period, organ. All sentences are invented."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.measures import LONGEST
from analysis.text.mentions import find_mentions
from analysis.text.parts import Section
from analysis.text.reading import make_text
from analysis.text.sections import find_sections

YEAR = {"report_year": 2024, "issuer_type": "government"}


def mentions(text: str, **metadata: object) -> list[dict[str, Any]]:
    view = make_text(text)
    return find_mentions(view, find_sections(view, ()), YEAR | metadata)


def counted(text: str, **metadata: object) -> list[dict[str, Any]]:
    return [mention for mention in mentions(text, **metadata) if mention["status"] != "named"]


def planned(text: str) -> list[dict[str, Any]]:
    view = make_text(text)
    return find_mentions(view, (Section(0, 0, len(text), 0, "", None, "plan"),), YEAR)


_REVIEWED = [("制定规范性文件", "制定"), ("规范性文件 新制定", "制定"), ("规范性文件 合法性审核", "")]
_VILLAGES = [("民主法治示范村创建率", "创建"), ("民主法治示范村 新增省级示范村", "新增")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("办理援助案件317件、公证事项318件。", [("办理援助案件", "办理"), ("公证事项", "办理")]),
        ("审查规范性文件5件,协议63件。", [("审查规范性文件", "审查"), ("协议", "审查")]),
        ("审查规范性文件5件,决策事项6项。", [("审查规范性文件", "审查"), ("规范性文件 决策事项", "审查")]),
        ("新制定规范性文件4件。新制定2件,合法性审核2件。", _REVIEWED),
        ("对6个镇街和10个部门开展督察。", [("镇街开展督察", "督察"), ("镇街开展督察 部门开展督察", "督察")]),
        ("代表建议85件、委员提案91件全部办结。", [("代表建议 全部办结", "办结"), ("提案 全部办结", "办结")]),
        ("民主法治示范村创建率100%,新增省级示范村2个。", _VILLAGES),
        ("收到复议申请63件,其中涉公安31件。", [("收到复议申请", "收到"), ("其中 复议申请 涉公安", "收到")]),
        ("法律援助受理案件418件,办结402件。", [("法律援助 受理案件", "受理"), ("法律援助 办结", "办结")]),
        ("推行“双随机”监管,29个部门建库,抽查26次。", [("部门建库", ""), ("双随机 部门建库 抽查", "抽查")]),
        ("累计立案413件,办结397件。", [("立案", "立案"), ("立案 办结", "办结")]),
        (
            "办理行政复议案件141件,调解75件,调解率60.5%。",
            [("办理行政复议案件", "办理"), ("行政复议案件 调解", "调解"), ("行政复议案件 调解率", "调解")],
        ),
        ("受理事务372件,办结488件。", [("受理事务", "受理"), ("事务 办结", "办结")]),
        ("组织律师120名参与值班。", [("组织律师 参与值班", "组织")]),
        ("选拔45名司法协理员。", [("选拔 司法协理员", "选拔")]),
        ("组织73家单位参加法律知识考试。", [("组织 单位参加法律知识考试", "组织")]),
        ("29.07%的案件以撤诉方式化解。", [("案件以撤诉方式化解", "化解")]),
        ("受理法律援助案件30件,满意率99%。", [("受理法律援助案件", "受理"), ("法律援助案件 满意率", "满意")]),
        ("督促整改隐患12处。", [("督促整改隐患", "整改")]),
        ("新增商事调解中心2家。", [("新增商事调解中心", "新增")]),
        (
            "现行有效规范性文件86件,其中县政府60件、乡镇26件。",
            [
                ("现行有效规范性文件", "现行有效"),
                ("其中 规范性文件 县政府", "现行有效"),
                ("其中 规范性文件 乡镇", "现行有效"),
            ],
        ),
        ("合法性审核规范性文件10件。", [("合法性审核规范性文件", "合法性审核")]),
        ("收到复议申请58件(去年同期40件)。", [("收到复议申请", "收到"), ("收到复议申请", "收到")]),
        ("共审结复议申请135件(含上年结转),纠错率19.2%。", [("审结复议申请", "审结"), ("复议申请 纠错率", "纠错")]),
        ("受理村民纠纷12起,村规民约修订2项。", [("受理村民纠纷", "受理"), ("村规民约修订", "修订")]),
        (
            "审查规范性文件12份,信息公开申请答复6份,协议3份。",
            [("审查规范性文件", "审查"), ("信息公开申请答复", "审查"), ("协议", "审查")],
        ),
        (
            "清理、修改规范性文件35件,其中废止9件。",
            [("清理、修改规范性文件", "清理"), ("其中 规范性文件 废止", "废止")],
        ),
        (
            "审核决策、合同分别为12件、15件,意见分别为3条、4条。",
            [("审核决策", "审核"), ("审核合同", "审核"), ("审核决策 意见", "审核"), ("审核合同 意见", "审核")],
        ),
        ("培训骨干10名,****演练2次。", [("培训骨干", "培训"), ("演练", "")]),
        ("审查文件(含纪要8份)共计43份。", [("含纪要", ""), ("审查文件", "审查")]),
        (
            "查处案件39件(其中简易程序11件),强制措施8件。",
            [("查处案件", "查处"), ("其中 简易程序", "查处"), ("强制措施", "查处")],
        ),
        (
            "全年审查文件、合同、协议37件、64件、22件。",
            [("审查文件", "审查"), ("审查合同", "审查"), ("审查协议", "审查")],
        ),
        (
            "作出撤销、确认违法决定分别为12件、8件。",
            [("作出撤销决定", "撤销"), ("作出确认违法决定", "确认违法")],
        ),
        (
            "行政处罚、行政强制案卷分别为20卷、9卷。",
            [("行政处罚案卷", ""), ("行政强制案卷", "")],
        ),
        ("代表、委员满意率分别为97%、96%。", [("代表满意率", "满意"), ("委员满意率", "满意")]),
        ("清理现行文件205件,废止38件。", [("清理现行文件", "清理"), ("现行文件 废止", "废止")]),
        (
            "出庭应诉率95%,比上年的81%上升14个百分点。",
            [("出庭应诉率", "出庭应诉"), ("出庭应诉率", "出庭应诉"), ("出庭应诉率 上升", "上升")],
        ),
        ("出庭应诉率95%,败诉率8%。", [("出庭应诉率", "出庭应诉"), ("败诉率", "败诉")]),
        (
            "对6个乡镇、9个部门开展法治督察,反馈问题137个,截至12月底已整改129个。",
            [
                ("乡镇开展法治督察", "开展"),
                ("部门开展法治督察", "开展"),
                ("乡镇开展法治督察 部门开展法治督察 反馈问题", "反馈"),
                ("乡镇开展法治督察 部门开展法治督察 问题 整改", "整改"),
            ],
        ),
        (
            "开展合法性审查186件,其中规范性文件23件。",
            [("开展合法性审查", "开展"), ("其中 合法性审查 规范性文件", "开展")],
        ),
        ("972名人民调解员走村串寨,共调处纠纷46件。", [("人民调解员走村串寨", ""), ("人民调解员 调处纠纷", "调处")]),
        (
            "审查文件63件,同比增加41件,其中合同6件。",
            [("审查文件", "审查"), ("文件 审查 同比增加", "增加"), ("其中 合同", "审查")],
        ),
        ("常委会会议专题学习******法治思想5次。", [("常委会会议 学习法治思想", "学习")]),
    ],
)
def test_noun_and_verb(text: str, words: list[tuple[str, str]]) -> None:
    assert [(mention["measure"], mention["action"]) for mention in counted(text)] == words


def test_a_figure_without_subject_takes_the_heading_of_its_section() -> None:
    text = "一、主要工作\n(一)完善人民调解机制。\n夯实基础。评查卷宗300本。\n"
    (mention,) = counted(text)
    assert mention["measure"] == "人民调解 评查卷宗"


def test_a_subject_does_not_reach_across_sections() -> None:
    text = "一、主要工作\n(一)普法有声有色。\n开展法治宣传5场。\n(二)执行有力度。\n挽回损失3万元。\n"
    assert [mention["measure"] for mention in counted(text)] == ["开展法治宣传", "挽回损失"]


@pytest.mark.parametrize(
    ("text", "form", "direction"),
    [
        ("受理案件12件", "flow", ""),
        ("追回资金300万元", "amount", ""),
        ("出庭应诉率100%", "rate", ""),
        ("满意率提升至98%", "rate", ""),
        ("提升群众满意度达98%", "rate", ""),
        ("占受理总数的38%", "share", ""),
        ("女性占比达35.6%", "share", ""),
        ("占全市的三分之一", "share", ""),
        ("案件同比下降10.9%", "change", "down"),
        ("案件同比增长约128.78%", "change", "up"),
        ("发案数同比40%", "change", ""),
        ("压缩办理时限70%以上", "change", "down"),
        ("减少检查频次30%", "change", "down"),
        ("审结率较上年提高了5.97%", "change", "up"),
        ("败诉率下降3.4个百分点", "change", "down"),
        ("比2019年增加842件", "change", "up"),
        ("新增执法人员45人", "flow", ""),
        ("全省排名提升25个位次", "change", "up"),
        ("排名较上年后退2位", "change", "down"),
        ("考核位居全市第三", "rank", ""),
        ("现有调解员1840名", "stock", ""),
        ("登记特殊人群6032名", "stock", ""),
        ("97名律师担任村(社区)法律顾问", "stock", ""),
        ("设立人民调解组织179个", "stock", ""),
        ("新设立法律援助站7个", "flow", ""),
        ("云岭县共有行政村156个", "stock", ""),
        ("配备专职人员的乡镇有12个", "stock", ""),
        ("500余人参加培训", "flow", ""),
        ("有3个案例入选", "flow", ""),
        ("共有8个集体受到表彰", "flow", ""),
        ("纳入管理的对象有52人", "stock", ""),
        ("目前已建成司法所7个", "stock", ""),
        ("2021年以来累计建成司法所7个", "stock", ""),
        ("聘有律师12名", "stock", ""),
        ("尚有未结案件12件", "stock", ""),
        ("案件总数达12件", "flow", ""),
        ("新增持证执法人员3名", "flow", ""),
        ("共有行政应诉案件2件", "flow", ""),
        ("共有规范性文件2件", "stock", ""),
        ("提高幅度达12%", "change", "up"),
        ("税费减免占比12%", "share", ""),
        ("案件同比减5.3%", "change", "down"),
    ],
)
def test_form_and_direction(text: str, form: str, direction: str) -> None:
    (mention,) = counted(text + "。")
    assert (mention["form"], mention["direction"]) == (form, direction)


def test_linked_figures_share_form_and_direction() -> None:
    found = counted("收案和结案同比分别增长20.98%和17.33%。")
    assert [(mention["form"], mention["direction"], mention["per"]) for mention in found] == [("change", "up", "")] * 2


def test_who_acts_is_a_stock() -> None:
    found = counted("2023年全县61个调解组织418名人民调解员受理纠纷2215件。")
    assert [(mention["form"], mention["period"]) for mention in found] == [
        ("stock", "asof:2023"),
        ("stock", "asof:2023"),
        ("flow", "year:2023"),
    ]
    assert found[2]["measure"] == "人民调解员 受理纠纷"


def test_a_change_may_pass_a_hundred_percent() -> None:
    (change,) = counted("案件同比增长超90%。")
    (rate,) = counted("满意率超90%。")
    assert (change["low"], change["high"]) == (90, None)
    assert (rate["low"], rate["high"]) == (90, 100)


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("每年至少分别组织2次观摩", "each_body"),
        ("县、乡两级每年均开展2次以上学习", "each_body"),
        ("执法人员每人每年接受不少于60学时培训", "each_person"),
        ("人均培训40学时", "each_person"),
        ("每村配备1名法律顾问", "each_village"),
        ("每月开展宣传8场", "each_month"),
        ("每季度召开会议1次", "each_month"),
        ("每天出动警力46名", "each_month"),
        ("各1次", "each_body"),
        ("各级党委每年至少听取一次汇报", "each_body"),
        ("组织各乡镇开展宣传50场", ""),
        ("邀请律师分别到14个村授课", ""),
        ("满意率均达100%", ""),
        ("每年开展宣传2次", ""),
        ("平均办理时间3天", ""),
        ("开展宣传5场", ""),
    ],
)
def test_distributive_figures(text: str, per: str) -> None:
    (mention,) = counted(text + "。")
    assert mention["per"] == per


def test_a_distributive_word_ends_with_its_figure_but_reaches_along_a_list() -> None:
    found = counted("每村配备1名法律顾问、2名调解员,开展讲座30场。")
    assert [mention["per"] for mention in found] == ["each_village", "each_village", ""]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("受理案件12件", "reported"),
        ("重大处罚决定15日内备案", "norm"),
        ("公开征求意见不少于30日", "norm"),
        ("每年至少组织2次观摩", "norm"),
        ("力争新建公共法律服务站5个", "target"),
        ("明确年度重点任务56项", "target"),
        ("完成重点任务84项", "reported"),
        ("举办模拟法庭26场", "reported"),
        ("2025年,建成法治广场3个", "target"),
        ("每个行政村至少有1名法律明白人", "reported"),
    ],
)
def test_status(text: str, status: str) -> None:
    (mention,) = counted(text + "。")
    assert mention["status"] == status


def test_a_plan_holds_targets_and_norms_of_the_next_year() -> None:
    found = planned("招录干部不少于20人,规范率达到100%,每人每年接受培训不少于60学时。")
    assert [(mention["status"], mention["period"]) for mention in found] == [
        ("target", "plan:2025"),
        ("target", "plan:2025"),
        ("norm", "plan:2025"),
    ]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("受理案件12件", ["year:2024"]),
        ("2024年受理案件12件,办结10件", ["year:2024", "year:2024"]),
        ("2023年受理案件12件", ["year:2023"]),
        ("近三年共出台文件24件,清理144件", ["span:2022-2024", "span:2022-2024"]),
        ("评查近3年来卷宗400份,批办建议176件", ["span:2022-2024", "year:2024"]),
        ("2022年至2024年培训60场", ["span:2022-2024"]),
        ("2021年以来培育骨干1860人", ["since:2021"]),
        ("中心自运行以来接待职工80人次,调解8件", ["since:?", "since:?"]),
        ("今年以来办件39795件", ["year:2024"]),
        ("截至目前,联合检查109次,合并35次", ["to_date", "to_date"]),
        ("截至11月底,办结案件30件", ["ytd:2024-11-30"]),
        ("今年1—9月,办结案件30件", ["ytd:2024-09-30"]),
        ("今年前5个月,办结案件30件", ["ytd:2024-05-31"]),
        ("前三季度办结案件30件,第四季度12件", ["ytd:2024-09-30", "quarter:2024Q4"]),
        ("提前5个工作日办结", ["year:2024"]),
        ("2023年12月至2024年11月,接待群众60批", ["span:2023-2024"]),
        ("去年全年处罚320件,今年处罚290件", ["year:2023", "year:2024"]),
        ("上年度遗留案件6件,结转上年度案件1件", ["year:2024", "year:2024"]),
        ("五年间累计培训3200人次", ["span:2020-2024"]),
        ("截至2024年12月31日,办结案件30件", ["year:2024"]),
        ("截至2024年底,现有调解员30名", ["asof:2024"]),
        ("上年办理案件66件", ["year:2023"]),
        ("受理案件32件(去年同期57件)", ["year:2024", "year:2023"]),
        ("受理案件76件(2019年65件),审结79件", ["year:2024", "year:2019", "year:2024"]),
        ("同比2023年下降3%,比2019年增加84件", ["year:2024", "year:2024"]),
        ("对上年度败诉案件的4家单位开展督察", ["year:2024"]),
        ("上半年检查12次,第三季度整治3次", ["half:2024H1", "quarter:2024Q3"]),
        ("“十四五”期间建成广场12个", ["plan_cycle:2021-2025"]),
        ("现有调解员30名", ["asof:2024"]),
        ("参保率全市第一", ["asof:2024"]),
        ("获全省评比第一名", ["year:2024"]),
        ("重大处罚决定15日内备案", ["asof:2024"]),
        ("出台《三年行动方案(2022-2024年)》5件", ["year:2024"]),
        ("到2026年,建成站点5个", ["plan:2026"]),
    ],
)
def test_periods(text: str, periods: list[str]) -> None:
    assert [mention["period"] for mention in counted(text + "。")] == periods


def test_how_the_period_is_known() -> None:
    text = (
        "一、2024年工作成效\n(一)调解有力。\n化解纠纷30起。\n二、其他工作\n(一)普法有声。\n宣讲5场。2024年宣讲6场。\n"
    )
    assert [mention["period_basis"] for mention in counted(text)] == ["heading", "assumed", "stated"]


def test_a_report_before_the_year_has_ended_is_of_part_of_the_year() -> None:
    (mention,) = counted("受理案件12件。", published="2024-11-20")
    assert (mention["period"], mention["period_basis"]) == ("ytd:2024-11-20", "assumed")


def test_without_a_year_nothing_is_assumed() -> None:
    first, second = counted("受理案件12件。2023年办结8件。", report_year=None)
    assert (first["period"], first["period_basis"]) == ("", "")
    assert (second["period"], second["period_basis"]) == ("year:2023", "stated")


@pytest.mark.parametrize(
    ("text", "issuer_type", "organs"),
    [
        ("办理案件12件", "government", [""]),
        ("县政府行政应诉案件18件,已结11件,开展培训2场", "government", ["county_government"] * 3),
        (
            "清理规范性文件86件,其中县政府60件、县政府部门13件、乡镇13件",
            "government",
            ["", "county_government", "departments", "townships"],
        ),
        ("县政府常务会议学法8次", "government", ["county_government"]),
        ("检察院批准逮捕266人", "government", ["procuratorate"]),
        ("上诉率7.07%", "government", ["court"]),
        ("调解法院移交案件53件", "government", [""]),
        ("办理案件12件", "department", ["reporting_body"]),
        ("全县办理案件12件", "department", [""]),
        ("联合县公安局检查12次,移送公安机关线索3条", "department", ["reporting_body"] * 2),
        ("局党组会议研究议题6次", "department", ["reporting_body"]),
        ("局党组会议研究议题6次", "government", ["party_bodies"]),
        ("全县办理法律援助案件320件,法律援助中心接待咨询900人次", "department", ["", ""]),
        ("指导各乡镇办理处罚案件210件", "department", ["townships"]),
        ("对18个乡镇开展督察,发现问题77个", "department", ["reporting_body"] * 2),
        ("召开县委全面依法治县委员会会议2次,印发要点1份", "department", ["party_bodies", "reporting_body"]),
        ("在全市考核中排名第2位", "department", ["reporting_body"]),
        ("协助区人大常委会开展调研2次", "department", ["reporting_body"]),
        ("县政府印发文件5件。对上年文件逐件清理,废止3件", "government", ["county_government", ""]),
        ("办理复议案件38件(其中县政府3件),审结30件", "government", ["", "county_government", ""]),
    ],
)
def test_organs(text: str, issuer_type: str, organs: list[str]) -> None:
    assert [mention["organ"] for mention in counted(text + "。", issuer_type=issuer_type)] == organs


@pytest.mark.parametrize(
    ("text", "organs"),
    [
        ("2024年,区党工委听取法治工作汇报5次", ["party_bodies"]),
        ("充分发挥区党工委的核心作用,定期听取汇报。2024年,共听取法治工作汇报5次", ["party_bodies"]),
        ("县政府定期听取汇报。全年编印手册400册", [""]),
        ("云陵县政府完成年初确定的38项任务", ["county_government"]),
        ("县政府聘请法律顾问6名,参与决策论证22次,出具意见58份", ["county_government", "", ""]),
        ("县政府聘请法律顾问6名,制定文件3件", ["county_government"] * 2),
        ("县政府常务会议学法7次,比2023年增加2次", ["county_government"] * 2),
        ("县法院判决行政机关败诉8件,败诉率13.8%,比上一年度降低2.1个百分点", ["court", "", ""]),
        ("法院法定审限内结案率和息诉率分别提高到99.4%和83.1%", ["court"] * 2),
        ("县法院审结案件310件。接待群众来访26批", ["court", ""]),
        ("县法院审结案件310件。调解结案120件", ["court"] * 2),
        ("区政府党组会议、常务会议研究议题4次", ["county_government"]),
        ("全县各级党政主要负责人136人述法", ["all_organs"]),
        ("街道政务服务大厅受理事项860件", [""]),
        ("各镇综合执法队立案125件", ["townships"]),
        ("各镇街办理案件30件", ["townships"]),
        ("该镇化解纠纷52起", ["townships"]),
        ("乡镇(街道)调委会调解纠纷430起", [""]),
        ("县市场监管局查办案件86件,群众满意率达98%", ["departments", ""]),
    ],
)
def test_who_acts_in_a_county(text: str, organs: list[str]) -> None:
    assert [mention["organ"] for mention in counted(text + "。", county="云陵县")] == organs


@pytest.mark.parametrize(
    ("issuer", "text", "organs"),
    [
        ("云陵县住房和城乡建设局", "市住建局督查2次,县住房城乡建设局检查工地120个", ["", "reporting_body"]),
        ("云陵县人力资源和社会保障局", "县人社局认定工伤210件,劳动监察大队立案35件", ["reporting_body"] * 2),
        ("云陵县公安局", "法制大队审核案件1260件", ["reporting_body"]),
        ("云陵县教育局", "县公安交警大队查处违法20起", ["departments"]),
        ("云陵县人民政府办公室", "县民政局救助46人", ["departments"]),
        ("云陵县农业农村局", "县农业综合执法大队立案22件", ["reporting_body"]),
        ("云陵县司法局", "公证处办理公证310件,各级调解组织调解纠纷86件", ["reporting_body", ""]),
        ("云陵县教育局", "完成率列全市第4位,比上年前移6位", ["reporting_body"] * 2),
    ],
)
def test_who_acts_in_a_department(issuer: str, text: str, organs: list[str]) -> None:
    found = counted(text + "。", issuer_type="department", issuer=issuer, county="云陵县")
    assert [mention["organ"] for mention in found] == organs


def test_a_named_row_carries_nothing_that_could_be_used() -> None:
    (mention,) = mentions("落实行政执法三项制度。")
    assert mention["status"] == "named"
    assert [mention[field] for field in ("form", "direction", "per", "period", "period_basis", "organ")] == [""] * 6


def test_zeros_in_words() -> None:
    first, zero = counted("县政府行政应诉案件18件,无败诉案件。")
    assert (zero["surface"], zero["value"], zero["low"], zero["high"], zero["unit"]) == ("无败诉案件", 0, 0, 0, "件")
    assert (zero["form"], zero["status"], zero["organ"]) == ("flow", "reported", "county_government")
    assert "败诉" in zero["measure"]
    assert first["value"] == 18


def test_masks() -> None:
    masked, near, clear = counted("抽查5****中心,其中****街道检查7家,整改9处。")
    assert (masked["masked"], masked["value"], masked["unit"]) == (True, None, "")
    assert (near["masked"], near["context_masked"], near["value"]) == (False, True, 7)
    assert (clear["masked"], clear["context_masked"]) == (False, False)


def test_page_chrome_holds_no_mention() -> None:
    text = "浏览次数:128次\n受理案件12件。\n"
    sections = (Section(0, 0, 10, 0, "", None, "chrome"), Section(10, 10, len(text), 0, "", None, "achievement"))
    found = find_mentions(make_text(text), sections, YEAR)
    assert [(mention["surface"], mention["role"]) for mention in found] == [("12件", "achievement")]


@given(
    st.text(
        alphabet="0123456789一二三十百万两近超约不少于至以上件人次个年月第全市其中占率和、,。;:办理受理案件同比下降每村各均(*)“”《》\n",
        max_size=150,
    )
)
def test_any_text_gives_ordered_short_and_whole_rows(text: str) -> None:
    view = make_text(text)
    end = 0
    for mention in find_mentions(view, find_sections(view, ()), YEAR):
        assert end <= mention["start"] < mention["end"]
        assert view.text[mention["start"] : mention["end"]] == mention["surface"]
        assert len(str(mention["measure"])) <= LONGEST
        end = mention["end"]


def test_a_heading_more_changes_no_figure() -> None:
    text = "受理案件12件,办结10件,满意率98%以上。\n"
    plain = [(mention["surface"], mention["value"], mention["low"]) for mention in mentions(text)]
    headed = [(mention["surface"], mention["value"], mention["low"]) for mention in mentions("一、主要工作\n" + text)]
    assert plain == headed
