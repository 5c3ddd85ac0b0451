"""What the font can write and how wide that is."""

from __future__ import annotations

import pytest

from analysis.figures.lettering import balance, find_missing, printable, text_height, text_width, wrap
from analysis.figures.style import MM, Drawing, styled


@pytest.mark.parametrize("text", ["Rate of heads of agencies", "行政机关负责人出庭应诉率", "办结12,345件(45.6%)"])
def test_widths_agree_with_the_renderer(text):
    drawing = Drawing(150, 20)
    written = drawing.write(5, 5, text, 10)
    with styled():
        drawing.canvas.draw()
        pixels = written.get_window_extent(drawing.canvas.get_renderer()).width
    assert text_width(text, 10) == pytest.approx(pixels / drawing.dpi / MM, rel=0.06)


def test_lines_break_between_words_and_between_han_letters():
    assert wrap("one two three", 12, 8).split("\n") == ["one two", "three"]
    lines = wrap("一二三四五六七八", 10, 8).split("\n")
    assert [len(line) for line in lines] == [3, 3, 2]


def test_nothing_is_cut_off():
    text = "Reconsideration cases settled by mediation, conciliation or withdrawal"
    for width in (8, 15, 40):
        lines = wrap(text, width, 7).split("\n")
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert max(text_width(line, 7) for line in lines) <= width


def test_marks_do_not_begin_a_line():
    lines = wrap("一二三，四五六，七八九。", 8.5, 8).split("\n")
    assert not any(line.startswith(("，", "。")) for line in lines)


def test_balance_leaves_no_letter_alone_and_breaks_no_word():
    text = "服务发展营商环境与职能履行不足"
    width = text_width(text, 7) * 0.95
    assert len(wrap(text, width, 7).split("\n")[1]) == 1
    assert len(balance(text, width, 7).split("\n")[1]) > 5
    assert sorted(len(line) for line in balance("一二三四五六七", 8, 7).split("\n")) == [2, 2, 3]
    assert balance("one\ntwo", 20, 7) == "one\ntwo"
    assert balance("a Demonstration", 20, 7).split("\n") in (["a Demonstration"], ["a", "Demonstration"])


def test_height_counts_lines():
    assert text_height("a\nb", 10) == 2 * text_height("a", 10)


def test_missing_characters():
    assert find_missing("政\n\ue000a\ue000") == "\ue000"
    assert printable("政a") == "政a"
