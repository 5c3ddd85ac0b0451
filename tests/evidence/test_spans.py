"""A text cut into pieces is still the text, and every figure knows its sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.evidence.spans import Quote, cut_text, place_figures, quote
from analysis.text.reading import make_text


@given(
    st.text("一二。\n<&a12件", max_size=40),
    st.lists(st.tuples(st.integers(0, 45), st.integers(0, 8)), max_size=6),
    st.data(),
)
def test_pieces_are_the_text(text: str, spans: list[tuple[int, int]], data: st.DataObject) -> None:
    some = [(start, start + size) for start, size in spans]
    sections = sorted(data.draw(st.lists(st.sampled_from(some), max_size=3))) if some else []
    passages = cut_text(text, sections, some, some)
    assert "".join(piece.text for passage in passages for piece in passage.pieces) == text
    opened = [piece.figure for passage in passages for piece in passage.pieces if piece.opens]
    assert len(opened) == len(set(opened))


def test_a_piece_knows_its_section_heading_statement_and_figure() -> None:
    text = "一、甲\n办结12件。乙"
    (passage,) = cut_text(text, [(0, 3)], [(4, 10)], [(6, 9)])
    assert passage.section == 0
    assert [(piece.text, piece.figure, piece.statement, piece.heading) for piece in passage.pieces] == [
        ("一、甲", None, None, True),
        ("\n", None, None, False),
        ("办结", None, 0, False),
        ("12件", 0, 0, False),
        ("。", None, 0, False),
        ("乙", None, None, False),
    ]


def test_what_stands_before_the_first_section_belongs_to_none() -> None:
    assert [passage.section for passage in cut_text("甲乙", [(1, 2)], [], [])] == [None, 0]


def test_of_statements_in_each_other_the_inner_one_is_shown() -> None:
    (passage,) = cut_text("甲乙丙", [(0, 0)], [(0, 3), (1, 2)], [])
    assert [piece.statement for piece in passage.pieces] == [0, 1, 0]


def test_a_figure_cut_by_a_statement_opens_once() -> None:
    (passage,) = cut_text("甲12件乙", [(0, 0)], [(0, 2)], [(1, 4)])
    assert [(piece.text, piece.figure, piece.opens) for piece in passage.pieces][1:3] == [
        ("1", 0, True),
        ("2件", 0, False),
    ]


def test_a_quote_ends_with_its_sentence_or_where_it_gets_long() -> None:
    text = "甲。　受理12件；办结"
    folded = make_text(text).folded
    assert quote(text, folded, 5, 8) == Quote("受理", "12件", "；")
    assert quote("甲乙丙12件丁戊", "甲乙丙12件丁戊", 3, 6, (2, 1)) == Quote("…乙丙", "12件", "丁…")


def test_a_figure_without_a_place_says_why() -> None:
    rows = [
        {"start": 0, "end": 2, "surface": "12"},
        {"start": 1, "end": 3, "surface": "2件"},
        {"start": 2, "end": 3, "surface": "人"},
        {"start": 9, "end": 12, "surface": "12件"},
        {"start": None, "end": None, "surface": "12"},
    ]
    assert place_figures(rows, "12件") == ["", "overlaps", "differs", "differs", "no_offsets"]
    assert place_figures(rows, None) == ["", "", "", "", "no_offsets"]
