"""What a text suffered on its way is recognised, and costs what it destroyed and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from analysis.codebook import read_rows
from analysis.extract import Rows, extract_text
from tests.conftest import PROJECT

TEXT = (PROJECT / "tests/reports/yunling.txt").read_text(encoding="utf-8")
LONG = TEXT.replace("9件。", "9件。" + "各项工作有序推进。" * 200)
CASINO = "澳门新葡京娱乐城官网注册送38元彩金，首存100送50，返水1.5%。"


def traditional(text: str) -> str:
    return text.translate({ord(row["simplified"]): row["traditional"] for row in read_rows("text/traditional")})


def read(text: str) -> Rows:
    return extract_text(text, "r")


def figures(rows: Rows) -> Counter[tuple[object, ...]]:
    used = (mention for mention in rows["mentions"] if mention["role"] != "chrome")
    return Counter((m["value"], m["low"], m["high"], m["unit"], m["role"]) for m in used)


def values(rows: Rows) -> Counter[object]:
    return Counter(mention["value"] for mention in rows["mentions"] if mention["value"] is not None)


#: How a text was damaged, the wound, and the values of the figures that are lost.
WOUNDS = (
    ("a mask", lambda text: text.replace("812人", "**人"), "masked", [812]),
    ("a name masked", lambda text: text.replace("云岭县紧扣", "**县紧扣"), "masked", []),
    ("a damaged character", lambda text: text.replace("812人", "8\ufffd2人"), "garbled", [812]),
    ("damage elsewhere", lambda text: text.replace("身兼数职", "身兼\ufffd\ufffd职"), "garbled", []),
    ("a lost dash", lambda text: text.replace("平稳中有升", "有升，落实纲要（20212025年）"), "lost_marks", []),
    ("lost brackets", lambda text: text.replace("平稳中有升", "平稳中有升，按云政发202312号文"), "lost_marks", []),
    ("traditional characters", traditional, "traditional", []),
    ("an end cut off", lambda _: LONG[: LONG.index("难以保证")], "cut_off", [20, 10, 30]),
    ("an advertisement on a line", lambda text: text.replace("（三）规范", CASINO + "\n（三）规范"), "advertising", []),
    ("one above the title", lambda text: CASINO + "\n" + text, "advertising", []),
    ("one below all", lambda text: text + CASINO, "advertising", []),
    ("one behind the title", lambda text: text.replace("情况的报告", "情况的报告_新葡京官网"), "advertising", []),
    ("one after a sentence", lambda text: text.replace("废止9件。", "废止9件。" + CASINO), "advertising", []),
    ("one among shortcomings", lambda text: text.replace("难以保证。", "难以保证。" + CASINO), "advertising", []),
    ("one within a sentence", lambda text: text.replace("9件。", "9件" + CASINO[:-1] + "，余同。"), "advertising", []),
    ("a betting site", lambda text: text.replace("9件。", "9件。kaiyun体育ａｐｐ下载，送88元。"), "advertising", []),
    ("papers for sale", lambda text: text.replace("9件。", "9件。代开发票加微信：8812345。"), "advertising", []),
    ("a hidden link", lambda text: text.replace("9件。", "9件。<a href='x'>真人视讯www.x1.com</a>"), "advertising", []),
)  # fmt: skip


@pytest.mark.parametrize(("damage", "wound", "lost"), [row[1:] for row in WOUNDS], ids=[row[0] for row in WOUNDS])
def test_a_wound_is_recognised_and_costs_what_it_destroyed(damage, wound: str, lost: list[float]) -> None:
    whole, wounded = read(TEXT), read(damage(TEXT))
    assert wound in wounded["documents"][0]["wounds"].split("|")
    assert wound not in whole["documents"][0]["wounds"].split("|")
    assert values(whole) - values(wounded) == Counter(lost)
    assert not values(wounded) - values(whole)


@pytest.mark.parametrize("damage", [row[1] for row in WOUNDS if row[2] == "advertising"])
def test_nothing_of_an_advertisement_is_read(damage) -> None:
    whole, wounded = read(TEXT), read(damage(TEXT))
    assert figures(wounded) == figures(whole)
    text = damage(TEXT)
    assert [text[row["start"] : row["end"]] for row in wounded["statements"]] == [
        TEXT[row["start"] : row["end"]] for row in whole["statements"]
    ]
    for field in ("title", "issuer", "county", "report_year", "dated", "coverage"):
        assert wounded["documents"][0][field] == whole["documents"][0][field], field
    assert all(text[m["start"] : m["end"]] == m["surface"] for m in wounded["mentions"])


@pytest.mark.parametrize(
    "sentence",
    [
        "查处利用百家乐网站注册会员的赌博案件12起。",
        "侦办博彩平台app非法经营案12起。",
        "取缔代开发票微信群12个。",
        "开展防范网络诈骗宣传12场，卸载棋牌平台app。",
        "政务微信公众号注册用户12万人。",
        "检查娱乐场所12家次。",
    ],
)
def test_what_a_report_says_of_such_things_counts(sentence: str) -> None:
    rows = read(TEXT.replace("废止9件。", f"废止9件。{sentence}"))
    assert "advertising" not in rows["documents"][0]["wounds"].split("|")
    assert values(rows) - values(read(TEXT)) == Counter([120_000 if "万" in sentence else 12])


def test_a_page_that_is_only_links_is_recognised() -> None:
    links = "\n".join(f"云岭县第{n}号文件解读" for n in range(30))
    assert "links_only" in read(links)["documents"][0]["wounds"].split("|")
