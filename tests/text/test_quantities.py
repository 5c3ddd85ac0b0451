"""Quantities: spans, values, bounds, what stays out, names, masks. All sentences are invented.

Properties stand in ``test_number_properties.py``.
"""

from __future__ import annotations

import pytest

from analysis.text.quantities import Quantity, find_quantities
from analysis.text.reading import make_text


def found(text: str) -> list[Quantity]:
    return find_quantities(make_text(text))


def counted(text: str) -> list[Quantity]:
    return [quantity for quantity in found(text) if not quantity.named]


@pytest.mark.parametrize(
    ("text", "surface", "value", "low", "high", "unit"),
    [
        ("云岭县受理复议申请1,236件。", "1,236件", 1236, 1236, 1236, "件"),
        ("云岭县受理复议申请１，２３６件。", "１，２３６件", 1236, 1236, 1236, "件"),
        ("接访1 286批次。", "1 286批次", 1286, 1286, 1286, "批次"),
        ("网上办件1.3 万 件。", "1.3 万 件", 13000, 13000, 13000, "件"),
        ("上传数据0.57万条", "0.57万条", 5700, 5700, 5700, "条"),
        ("上传数据18.85万余条", "18.85万余条", 188500, 188500, None, "条"),
        ("涉及金额6835余万元", "6835余万元", 68_350_000, 68_350_000, None, "元"),
        ("涉案二百八十余万元", "二百八十余万元", 2_800_000, 2_800_000, None, "元"),
        ("收回资金近亿元", "近亿元", 1e8, None, 1e8, "元"),
        ("受众万余人", "万余人", 10000, 10000, None, "人"),
        ("发放手册上万份", "上万份", 10000, 10000, None, "份"),
        ("巡讲百余场", "百余场", 100, 100, None, "场"),
        ("巡讲近百余场", "近百余场", 100, None, None, "场"),
        ("接待群众10多万人次", "10多万人次", 100_000, 100_000, None, "人次"),
        ("走访十几个村", "十几个", 10, 10, None, "个"),
        ("约谈10来家企业", "10来家", 10, None, None, "家"),
        ("浏览近三十万人次", "近三十万人次", 300_000, None, 300_000, "人次"),
        ("培训不少于60学时", "不少于60学时", 60, 60, None, "学时"),
        ("受众超10万人", "超10万人", 100_000, 100_000, None, "人"),
        ("开展2次以上学习", "2次以上", 2, 2, None, "次"),
        ("15日内备案", "15日内", 15, None, 15, "日"),
        ("不超过5个工作日", "不超过5个工作日", 5, None, 5, "工作日"),
        ("纠错率约19.2%", "约19.2%", 19.2, None, None, "%"),
        ("满意率98%以上", "98%以上", 98, 98, 100, "%"),
        ("满意率超过98%", "超过98%", 98, 98, 100, "%"),
        ("增长超120%", "超120%", 120, 120, None, "%"),
        ("满意率99.6﹪", "99.6﹪", 99.6, 99.6, 99.6, "%"),
        ("占百分之八十", "百分之八十", 80, 80, 80, "%"),
        ("八成以上的村", "八成以上", 80, 80, 100, "%"),
        ("差错率3‰", "3‰", 0.3, 0.3, 0.3, "%"),
        ("占全市的1/4左右", "1/4左右", 0.25, None, None, ""),
        ("近三分之一的企业", "近三分之一", 1 / 3, None, 1 / 3, ""),
        ("下降3.2个百分点", "3.2个百分点", 3.2, 3.2, 3.2, "百分点"),
        ("是上年的2.5倍", "2.5倍", 2.5, 2.5, 2.5, "倍"),
        ("举办两期培训", "两期", 2, 2, 2, "期"),
        ("举办法治讲座十二场", "十二场", 12, 12, 12, "场"),
        ("邀请8位专家", "8位", 8, 8, 8, "名"),
        ("巡演50余场(次)", "50余场(次)", 50, 50, None, "场次"),
        ("提出意见120余条（项）", "120余条（项）", 120, 120, None, "条"),
        ("检查32户次", "32户次", 32, 32, 32, "户次"),
        ("整治面积3万余亩", "3万余亩", 30000, 30000, None, "亩"),
        ("拆除违建1200㎡", "1200㎡", 1200, 1200, 1200, "平方米"),
        ("投入资金1000万,", "1000万", 10_000_000, 10_000_000, 10_000_000, "元"),
        ("一是行政处罚2100,占", "2100", 2100, 2100, 2100, ""),
        ("每年至少分别组织2次观摩", "2次", 2, 2, None, "次"),
        ("废水约占5.9%,", "5.9%", 5.9, None, None, "%"),
        ("条约谈判5次", "5次", 5, 5, 5, "次"),
        ("签约5家律所", "5家", 5, 5, 5, "家"),
        ("修订村规民约2项", "2项", 2, 2, 2, "项"),
        ("排名较上年前移3位", "3位", 3, 3, 3, "位"),
        ("\n3.16个乡镇挂牌", "16个", 16, 16, 16, "个"),
        ("总量达8.2万亿人民币", "8.2万亿人民币", 8.2e12, 8.2e12, 8.2e12, "元"),
        ("经济损失约15.6亿元", "约15.6亿元", 1.56e9, None, None, "元"),
        ("征集约300条", "约300条", 300, None, None, "条"),
        ("发放扇子800余把", "800余把", 800, 800, None, "把"),
        ("提高0.5百分点", "0.5百分点", 0.5, 0.5, 0.5, "百分点"),
        ("提高超3个百分点", "超3个百分点", 3, 3, None, "百分点"),
        ("发电3.2万千瓦时", "3.2万千瓦时", 32_000, 32_000, 32_000, "千瓦时"),
        ("投入12万5千4百元", "12万5千4百元", 125_400, 125_400, 125_400, "元"),
        ("投入一百二十三点四五亿元", "一百二十三点四五亿元", 1.2345e10, 1.2345e10, 1.2345e10, "元"),
        ("合格率98. 5%", "98. 5%", 98.5, 98.5, 98.5, "%"),
        ("占比为两成半,", "两成半", 25, 25, 25, "%"),
        ("满意率百分百", "百分百", 100, 100, 100, "%"),
        ("收入翻了一番多", "一番多", 1, 1, None, "番"),
        ("是上年的3倍多", "3倍多", 3, 3, None, "倍"),
        ("历时3个多月", "3个多月", 3, 3, None, "月"),
        ("用时1个半小时", "1个半小时", 1.5, 1.5, 1.5, "小时"),
        ("每次不少于半天", "不少于半天", 0.5, 0.5, None, "天"),
        ("村级干部20(次)", "20(次)", 20, 20, 20, "次"),
        ("先后部署3波次行动", "3波次", 3, 3, 3, "波次"),
        ("冻结资金逾2亿元(人民币)", "逾2亿元", 2e8, 2e8, None, "元"),
        ("完成百余件", "百余件", 100, 100, None, "件"),
        ("每年上百场", "上百场", 100, 100, None, "场"),
        ("总量迈上百万亿元台阶", "百万亿元", 1e14, 1e14, 1e14, "元"),
        ("投诉不止3次", "不止3次", 3, 3, None, "次"),
        ("未超过100人", "未超过100人", 100, None, 100, "人"),
        ("3次(含)以上", "3次(含)以上", 3, 3, None, "次"),
        ("到场100人上下", "100人上下", 100, None, None, "人"),
        ("全省排名在去年提升32位的基础上", "32位", 32, 32, 32, "位"),
    ],
)
def test_span_value_bounds_unit(
    text: str, surface: str, value: float, low: float | None, high: float | None, unit: str
) -> None:
    (quantity,) = counted(text)
    assert quantity.surface == surface == text[quantity.start : quantity.end]
    assert quantity.value == pytest.approx(value)
    assert quantity.low == (None if low is None else pytest.approx(low))
    assert quantity.high == (None if high is None else pytest.approx(high))
    assert quantity.unit == unit


@pytest.mark.parametrize(
    ("text", "surface", "low", "high"),
    [
        ("派出3至5名律师", "3至5名", 3, 5),
        ("派出3名至5名律师", "3名至5名", 3, 5),
        ("降低20%-30%", "20%-30%", 20, 30),
        ("补助3~5万元", "3~5万元", 30000, 50000),
        ("三至五成的案件", "三至五成", 30, 50),
        ("用时两三个月", "两三个月", 2, 3),
        ("到场七八百人", "七八百人", 700, 800),
        ("还有三五家", "三五家", 3, 5),
    ],
)
def test_ranges_have_bounds_and_no_value(text: str, surface: str, low: float, high: float) -> None:
    (quantity,) = counted(text)
    assert (quantity.surface, quantity.value, quantity.low, quantity.high) == (surface, None, low, high)


@pytest.mark.parametrize("surface", ["数十场", "几百件", "若干件", "数百余人", "成千上万人", "成百上千家"])
def test_vague_quantities_have_nothing(surface: str) -> None:
    (quantity,) = counted(f"开展活动{surface}")
    assert (quantity.surface, quantity.kind) == (surface, "vague")
    assert (quantity.value, quantity.low, quantity.high) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "surface", "value", "high"),
    [
        ("考核位列全省第3位", "第3位", 3, 3),
        ("获全市第二名", "第二名", 2, 2),
        ("参保率全市第一,", "第一", 1, 1),
        ("由上年的第8位上升", "第8位", 8, 8),
        ("排名全省第十的好成绩", "第十", 10, 10),
        ("进入全省前十,", "前十", None, 10),
        ("排名全市前三名", "前三名", None, 3),
    ],
)
def test_ranks(text: str, surface: str, value: float | None, high: float) -> None:
    (quantity,) = counted(text)
    assert (quantity.surface, quantity.value, quantity.high) == (surface, value, high)
    assert (quantity.kind, quantity.unit) == ("rank", "位")


@pytest.mark.parametrize(
    "text",
    [
        "2023年,2021-2025年,2021—2025年",
        "(20212025年)",
        "2025730日",
        "截至11月30日,每月1-20日",
        "9时30分,11:55,8:30—17:30。",
        "第十条、第3条、第3至5条、第二批、第3次会议",
        "国发〔2021〕33号",
        "党的二十届三中全会",
        "市委六届五次、六次全会",
        "县人大五次会议",
        "一是加强领导;二是改进作风;(三)统筹;1.推进;2、落实",
        "“十四五”规划,八五普法,四五六",
        "近三年来,近3个月,过去6个月",
        "电话0555-1234567,邮编:323000",
        "12345热线,96110,推行“353”工作法、“1+6+N”模式,3+X",
        "双随机、一公开,一网通办,一窗受理,一站式",
        "A4纸,G20,5G网络,PM2.5",
        "三门峡市,七台河市,五家渠,千家万户",
        "百名法学家百场报告会",
        "十分重视,九分落实",
        "12.4宪法宣传日,6·26禁毒日",
        "安全第一、预防为主,第一责任人,第一方阵",
        "万元以上,单位:亿元",
        "3年时间,18岁以上,二〇二四年",
        "生产日期:20250307,QQ:123456789,电话:135****,信用代码:925301****",
        "9点30分左右,两周来,10天来,3个多月以来",
        "上半月,前半个月,大半天,近两个半月",
        "把普法工作放在第一位,把安全摆在第一位",
    ],
)
def test_what_is_no_quantity_stays_out(text: str) -> None:
    assert [quantity.surface for quantity in counted(text)] == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("打通“最后一公里”", "一公里"),
        ("打造15分钟医保服务圈", "15分钟"),
        ("24小时自助服务", "24小时"),
        ("5A级景区", "5A级"),
        ("获一等奖", "一等奖"),
        ("“四类警情”", "四类"),
        ("落实行政执法三项制度", "三项"),
        ("通过集中、巡回、上门三种形式", "三种"),
        ("审批与监管三个方面", "三个"),
        ("两级法院", "两级"),
        ("作为一项任务", "一项"),
        ("由一个部门负责", "一个"),
        ("高效办成一件事", "一件事"),
        ("最多跑一次", "一次"),
        ("《关于办好10件实事的意见》", "10件"),
        ("7×24小时", "24小时"),
        ("四个意识", "四个"),
        ("三轮车整治", "三轮"),
        ("四套班子", "四套"),
        ("三级以上医院", "三级以上"),
        ("100天行动", "100天"),
        ("五个一工程", "五个"),
        ("七个一批", "一批"),
        ("四位一体推进", "四位"),
        ("二次退回补充侦查", "二次"),
        ("百分百负责", "百分百"),
        ("执行8小时工作制", "8小时"),
    ],
)
def test_numerals_in_names(text: str, surface: str) -> None:
    named = [quantity.surface for quantity in found(text) if quantity.named]
    assert surface in named
    assert counted(text) == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("举办领导干部培训班四批次,", "四批次"),
        ("建立联席会议等九项制度", "九项"),
        ("建立五项机制", "五项"),
        ("开展两轮巡演", "两轮"),
        ("七个乡镇挂牌", "七个"),
        ("每村一名法律顾问", "一名"),
        ("每年至少听取一次汇报", "一次"),
        ("开展执法检查一次,", "一次"),
        ("组织法治讲座一期", "一期"),
        ("三名干部", "三名"),
        ("受理仲裁案件二〇六件", "二〇六件"),
    ],
)
def test_chinese_numerals_that_count(text: str, surface: str) -> None:
    assert [quantity.surface for quantity in counted(text)] == [surface]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("抽查5******中心", "5"),
        ("受理***3件", "3件"),
        ("受理12件***", "12件"),
        ("受理12**件", "12"),
        ("抽查５＊＊＊＊次", "５"),
        ("办结率**.5%", "5%"),
        ("金额12.**万元", "12"),
        ("受理5××件", "5"),
        ("受理××8件", "8件"),
        ("受理5XX件", "5"),
        ("受理3□□件", "3"),
    ],
)
def test_a_mask_takes_the_value(text: str, surface: str) -> None:
    (quantity,) = counted(text)
    assert (quantity.surface, quantity.masked) == (surface, True)
    assert (quantity.value, quantity.low, quantity.high) == (None, None, None)


@pytest.mark.parametrize("text", ["由12件至15件", "从20%到30%", "由12名至15名"])
def test_what_was_and_what_became_of_it_are_no_range(text: str) -> None:
    assert [quantity.kind == "range" for quantity in counted(text)] == [False, False]


@pytest.mark.parametrize("text", ["2024******法院联合成立", "受理****件", "******一是加强领导", "受理××件,办结XX件"])
def test_a_mask_makes_no_quantity(text: str) -> None:
    assert counted(text) == []


def test_a_single_asterisk_is_no_mask() -> None:
    assert [quantity.masked for quantity in counted("受理12件*")] == [False]


def test_several_in_a_row() -> None:
    surfaces = [quantity.surface for quantity in counted("刑事5件6人,民事3起、2起,分别为12件、15件和20件")]
    assert surfaces == ["5件", "6人", "3起", "2起", "12件", "15件", "20件"]


def test_two_units_that_make_no_unit_are_not_split() -> None:
    assert [quantity.surface for quantity in found("0分半月")] == ["0分"]
