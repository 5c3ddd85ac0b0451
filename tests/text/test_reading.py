"""Decoding and the folded view."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import bounds
from analysis.errors import InputError
from analysis.text import reading
from analysis.text.mentions import find_mentions
from analysis.text.reading import lines, make_text, read_text
from analysis.text.sections import find_sections

TEXT = "云岭县2023年受理行政复议申请12件,办结率为91.7%。\n一是加强领导;二是改进作风。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"], ids=str
)
def test_one_text_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT.encode(encoding))
    view = read_text(file)
    assert view.text == TEXT
    assert view.sha256 == hashlib.sha256(TEXT.encode("utf-8")).hexdigest()
    assert view.source_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_characters_beyond_gbk_are_read() -> None:
    rare = TEXT + "北京市瀍河区浉河区㙟"
    assert reading.decode(rare.encode("gb18030"), "a.txt") == rare


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"\xff\xfe" + b"\x01\xd8" * 40, "begins as utf-16 but is not"),
        ("政府信息公開工作年度報告".encode("big5"), "Big5"),
        (TEXT.encode("utf-8")[:-2] + b"\xe4\xb8", "damaged"),
    ],
    ids=["empty", "blank", "binary", "half", "big5", "cut"],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(data)
    with pytest.raises(InputError, match=said) as caught:
        read_text(file)
    assert "report.txt" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_that_breaks_off_inside_a_character_is_read_up_to_it(encoding: str) -> None:
    data = (TEXT * 20 + "县").encode(encoding)
    assert reading.decode(data[:-1], "a.txt") == TEXT * 20 + "\ufffd"


def test_a_damaged_byte_is_marked_and_the_rest_is_read() -> None:
    before, after = (TEXT * 20).encode(), (TEXT * 20).encode()
    assert reading.decode(before + b"\xff" + after, "a.txt") == f"{TEXT * 20}\ufffd{TEXT * 20}"


def test_a_damaged_character_costs_the_figure_it_touches_and_no_other() -> None:
    view = make_text("2023年,云岭县受理案件1\ufffd2件,办结案件30件。")
    found = {
        mention["surface"]: mention["masked"]
        for mention in find_mentions(view, find_sections(view, ()), {"report_year": 2023})
    }
    assert found["30件"] is False
    assert all(masked for surface, masked in found.items() if "\ufffd" in surface or surface == "2件")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as stream:
        stream.truncate(bounds.FILE + 1)
    with pytest.raises(InputError, match="large.txt has 50 MB; it may have 50 MB"):
        read_text(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt cannot be read: No such file"):
        read_text(tmp_path / "none.txt")


def test_only_crlf_and_the_mark_are_changed() -> None:
    view = make_text("\ufeff一\r\n二\r三　４\u200b5")
    assert view.text == "一\n二\r三　４\u200b5"
    assert view.folded == "一\n二\n三 4 5"


def test_signs_fold_to_one_another() -> None:
    assert make_text("（１）．：；％～﹪○•‐").folded == "(1).:;%~%〇·-"


@given(st.text(max_size=200))
def test_the_folded_view_never_moves_a_character(text: str) -> None:
    view = make_text(text)
    assert len(view.folded) == len(view.text)
    assert make_text(view.folded).folded == view.folded


def test_masks_are_runs_of_asterisks_of_either_width() -> None:
    view = make_text("深入学习******思想,抽查5＊＊次,评分*")
    assert view.masks == ((4, 10), (16, 18))
    assert view.masked(15, 16)
    assert not view.masked(11, 15)


def test_lines_have_no_outer_blanks() -> None:
    view = make_text("　 标题 \n\n\t正文。  ")
    assert [view.text[start:end] for start, end in lines(view)] == ["标题", "正文。"]


def test_markup_is_blank_on_the_folded_view() -> None:
    view = make_text('云岭县<b>好</b>。<script>show("a", 1);</script>\n&nbsp;&nbsp;一、做法<br/>办结12件')
    assert len(view.folded) == len(view.text)
    assert view.folded.split() == ["云岭县", "好", "。", "一、做法", "办结12件"]
    assert [view.text[slice(*span)] for span in lines(view)][-1] == "办结12件"


def test_traditional_characters_are_simplified() -> None:
    assert make_text("存在的問題:執法隊伍薄弱,辦結複議案件").folded == "存在的问题:执法队伍薄弱,办结复议案件"
    assert make_text("乾县、於潜镇").folded[:2] == "乾县"


WRAPPED = """\
    2023年,云岭县坚持以习近平新时代中国特色社会主义思想为指
导,全面贯彻党的二十大精神,深入学习贯彻习近平法治思想,扎实
推进依法行政,法治政府建设水平稳步提升。现将有关情况报告如下:
    一、存在的问题
    一是少数领导干部运用法治思维和法治方式解决问题的能力还不够
强,依法决策的意识有待提高;二是执法队伍建设还需加强,部分执法
人员业务素质不高。全县组织开展行政执法人员业务培训,全年共计12
期,参训人员达到860人次,行政执法人员持证上岗率达到百分之九十
五以上。
    二、下步打算
    抓落实。
"""


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    view = make_text(WRAPPED)
    assert len(view.folded) == len(view.text)
    assert len(lines(view)) == 5
    short = "一、加强组织领导\n召开会议3次。\n二、规范行政执法\n办结案件5件。\n"
    assert make_text(short).folded == short


@given(st.text(alphabet="一二三县,。:;<>a/&nbsp;\n 12", max_size=400))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(make_text(text).folded) == len(make_text(text).text)
