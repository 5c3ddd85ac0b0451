"""Page chrome and titles."""

from __future__ import annotations

import pytest

from analysis.text.chrome import find_chrome, find_front
from analysis.text.reading import make_text

TITLE = "望湖区2024年法治政府建设年度报告"
BODY = (
    "2024年,望湖区认真履行职责,依法行政水平有新的提高,现将有关情况报告如下,请予审议并提出宝贵意见,以便改进。\n"
    "一、主要做法\n"
)


def marked(text: str) -> list[str]:
    view = make_text(text)
    return [line for start, end in find_chrome(view) for line in view.text[start:end].split("\n") if line.strip()]


def front(text: str) -> tuple[list[str], list[str]]:
    view = make_text(text)
    title, below = find_front(view, find_chrome(view))
    return [view.text[slice(*span)] for span in title], [view.text[slice(*span)] for span in below]


def test_a_title_printed_twice_is_chrome_the_first_time() -> None:
    text = f"首页 > 政务公开\n{TITLE}\n发布日期:2025-02-14 来源:区司法局\n{TITLE}\n{BODY}"
    assert marked(text) == ["首页 > 政务公开", TITLE, "发布日期:2025-02-14 来源:区司法局"]
    assert front(text) == ([TITLE], [])


def test_a_title_printed_once_stays_though_chrome_follows_it() -> None:
    text = f"首页 > 政务公开\n{TITLE}\n日期:2025-02-14\n字号:【大 中 小】\n{BODY}"
    assert marked(text) == ["首页 > 政务公开", "日期:2025-02-14", "字号:【大 中 小】"]
    assert front(text) == ([TITLE], [])


def test_two_titles_without_chrome_between_them() -> None:
    assert marked(f"{TITLE}\n{TITLE}\n{BODY}") == [TITLE]


def test_values_below_the_keys_of_a_record_are_chrome() -> None:
    text = f"[ 索 引 号 ]\nWH0230/2025\n[ 成文日期 ]\n2025-01-20\n{TITLE}\n{BODY}"
    assert marked(text) == ["[ 索 引 号 ]", "WH0230/2025", "[ 成文日期 ]", "2025-01-20"]


def test_the_foot_of_a_page_is_chrome_from_its_first_line() -> None:
    foot = ["扫一扫在手机打开", "点击右上角", "便可转发。"]
    assert marked(f"{TITLE}\n{BODY}我县将继续努力。\n望湖区人民政府\n" + "\n".join(foot)) == foot


@pytest.mark.parametrize(
    "buttons",
    [
        "【打印本页】【关闭窗口】",
        "我要打印 加入收藏 返回顶部",
        "[我要纠错] [打印] [返回列表]",
        "字号:[大 中 小] [打印] [关闭]",
        "加大字体 缩小字体 收藏 取消收藏 打印",
        "▲返回顶部",
        "分享到:微信 微博",
        "点赞 12 收藏 3",
    ],
)
def test_buttons_below_the_signature_are_chrome(buttons: str) -> None:
    assert marked(f"{TITLE}\n{BODY}我县将继续努力。\n望湖区人民政府\n2025年1月6日\n{buttons}\n") == [buttons]


@pytest.mark.parametrize("line", ["打印机3台", "关闭整改企业2家", "收藏馆法治讲座"])
def test_lines_that_only_begin_like_a_button_are_none(line: str) -> None:
    assert marked(f"{TITLE}\n{BODY}我县将继续努力。\n{line}\n") == []


def test_page_numbers_are_chrome_wherever_they_stand() -> None:
    assert marked(f"{TITLE}\n{BODY}(一)加强领导。\n- 3 -\n(二)规范执法。\n第 4 页 共 9 页\n") == [
        "- 3 -",
        "第 4 页 共 9 页",
    ]


@pytest.mark.parametrize("line", ["二、存在的问题", "点击“一件事”专区12万次,办件便捷。", "下一步,将推广微信办事。"])
def test_sentences_of_a_report_are_no_chrome(line: str) -> None:
    assert marked(f"{TITLE}\n{BODY}{line}\n{BODY}") == []


@pytest.mark.parametrize(
    ("line", "chrome"),
    [
        ("推送普法短视频36期,累计阅读量12万次。", False),
        ("发布普法文章45篇,点击量达8万次", False),
        ("信息来源:热线转办130件,网上信访40件。", False),
        ("浏览次数:123", True),
        ("阅读:22次 来源:县司法局", True),
        ("点击数 33", True),
        ("来源:县司法局", True),
    ],
)
def test_a_last_line_with_figures_of_the_report_is_no_counter(line: str, chrome: bool) -> None:
    assert marked(f"{TITLE}\n{BODY}{line}\n") == [line] * chrome


def test_a_report_without_anything_around_it() -> None:
    assert marked(BODY) == []
    assert front(BODY) == ([], [])


def test_titles_of_several_lines_and_what_stands_below() -> None:
    text = (
        "中共沧坪县委 沧坪县人民政府\n关于2021年度法治政府建设工作的\n报告\n沧委〔2022〕8号\n(2022年2月1日)\n市委:\n"
        + BODY
    )
    assert front(text) == (
        ["中共沧坪县委 沧坪县人民政府", "关于2021年度法治政府建设工作的", "报告"],
        ["沧委〔2022〕8号", "(2022年2月1日)"],
    )


def test_a_title_at_the_head_of_a_text_without_line_ends() -> None:
    assert front(f"{TITLE} {BODY}".replace("\n", " ")) == ([TITLE], [])
