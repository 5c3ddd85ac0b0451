"""Whatever a text holds: reading it never fails, offsets hold, and time grows with its length."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.extract import extract_text
from analysis.text.reading import make_text

PIECES = (
    "一、", "（一）", "1.", "①", "一是", "首先，", "第一，", "一要", "存在的问题", "下一步", "究其原因",
    "原因分析", "2023年", "全县", "县政府", "办理", "行政复议案件", "12件", "３５．２％", "近三十万人次",
    "不少于60学时", "分别为", "其中", "同比下降", "万", "余", "第3名", "三分之二", "**", "＊＊", "《", "》",
    "“", "”", "（", "）", "、", "，", "。", "；", "：", "\n", "　　", " ", "|", "来源：", "发布时间：",
    "娱乐城", "官网注册", "索引号", "打印", "关闭", "<p>", "</p>", "法治", "意识", "不强", "薄弱", "报告", "x", "\t",
)  # fmt: skip
ANY_TEXT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=60).map("".join),
)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_reading_never_fails_and_offsets_hold(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    try:
        rows = extract_text(text, "x")
    except InputError:
        assert not make_text(text).folded.strip()
        return
    mentions, sections = rows["mentions"], rows["sections"]
    assert all(text[row["start"] : row["end"]] == row["surface"] for row in mentions)
    assert all(one["end"] <= other["start"] for one, other in zip(mentions, mentions[1:], strict=False))
    starts = [row["start"] for row in sections]
    assert starts == sorted(starts)
    assert all(0 <= row["start"] <= row["end"] <= row["body_end"] <= len(text) for row in sections)
    assert all(0 <= row["start"] < row["end"] <= len(text) for row in rows["statements"])


REPEATED = (
    "1234567890", "**", "（(", "一", "，", "　 ", "一是", "1.", "、1件", "“", "<", "；", "\n",
    "一、1件“（**，\n", "一、加强领导\n", "一是执法力量不足，", "2023年", "来源：\n", "|", "《", "《》",
    "（一）", "分别为1、2、", "其中12件、", "每村1名，", "县政府", "娱乐城", "娱乐城官网", "百家乐注册，" + "法治" * 40,
)  # fmt: skip


def seconds(piece: str, length: int) -> float:
    text = "某县2023年法治政府建设情况报告\n" + (piece * (length // len(piece) + 1))[:length]
    times = []
    for _ in range(2):
        start = process_time()
        extract_text(text, "x")
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize("piece", REPEATED)
def test_time_grows_with_the_length(piece: str) -> None:
    # Four times the text takes four times as long; sixteen times would be the square.
    short, long = seconds(piece, 3_000), seconds(piece, 12_000)
    assert long < 0.1 or long / short < 9
