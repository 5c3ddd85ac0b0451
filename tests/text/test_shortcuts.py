"""What spares work changes nothing: each shortcut against the plain way it stands for."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import read_rows
from analysis.text.bearers import Bearers
from analysis.text.bodies import subject_pattern, subject_quickly
from analysis.text.folding import fold
from analysis.text.patterns import longest
from analysis.text.reading import make_text
from analysis.text.shortcuts import begun, needed
from analysis.text.surroundings import CLAUSE_ENDS, FULL_STOPS, SENTENCE_ENDS, Surroundings
from analysis.text.vocabulary import ending, particles

with (Path(__file__).parent / "clauses.csv").open(encoding="utf-8", newline="") as _file:
    CLAUSES = sorted({fold(row["text"]) for row in csv.DictReader(_file)})
BODIES = [fold(row["example"]) for row in read_rows("text/bearers") if row["example"]]


@given(st.lists(st.text("受理办结", min_size=1, max_size=4), min_size=1), st.text("受理办结", max_size=30))
def test_alternatives_that_share_a_beginning_find_the_longest_word(words: list[str], text: str) -> None:
    plain = "|".join(sorted(words, key=len, reverse=True))
    assert re.findall(longest(words), text) == re.findall(plain, text)


@pytest.mark.parametrize("row", read_rows("text/periods"), ids=lambda row: row["example"])
def test_a_time_expression_holds_what_its_pattern_needs(row: dict[str, str]) -> None:
    match = re.search(row["pattern"], fold(row["example"]))
    assert match is not None
    assert any(word in match[0] for word in needed(row["pattern"]))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?:(?P<y>20)年)?上半年", ("上半年",)),
        ("(?:本|今)年(?!初)末?|去年", ("年", "去年")),
        ("(?:问题|短板)(和不足)?分析?", ("问题", "短板")),
        ("去年|[今本]?", ("",)),
        ("近[一二]年来?", ("近",)),
        (r"\d{1,2}月(?:底)?", ("月",)),
        ("的?", ("",)),
    ],
)
def test_what_a_pattern_needs(pattern: str, words: tuple[str, ...]) -> None:
    assert needed(pattern) == words


@given(st.text("一二、.是 ", max_size=40))
def test_a_pattern_that_begins_with_a_character_finds_what_it_found(text: str) -> None:
    for row in read_rows("text/outline"):
        spans, quickly = ([*re.finditer(pattern, text)] for pattern in (row["pattern"], begun(row["pattern"])))
        assert [match.span() for match in spans] == [match.span() for match in quickly]


def test_no_clause_that_names_a_body_is_refused() -> None:
    starts = [(text, match.end()) for text in (*CLAUSES, *BODIES) for match in re.finditer(f"^|[{CLAUSE_ENDS}]", text)]
    named = [start for start in starts if subject_pattern().match(*start)]
    assert len(named) > len(BODIES) / 4
    assert all(subject_quickly().match(*start) for start in named)


def test_who_acts_does_not_depend_on_the_order_of_asking() -> None:
    text = "\n".join(CLAUSES)
    places = [match.start() for match in re.finditer(r"\d+[件次人个]", text)]
    ends = [match.end() for match in re.finditer(r"\d+[件次人个]", text)]

    def organs(order: list[int]) -> dict[int, str]:
        bearers = Bearers(text, ends, {"issuer_type": "government"})
        return {place: bearers.organ(place, "", "") for place in order}

    assert len(places) > 100
    assert organs(places) == organs(places[::-1])


@given(st.text("受理 ,:;。\n件", max_size=400), st.integers(0, 400))
def test_a_stretch_begins_behind_the_last_mark(text: str, place: int) -> None:
    place = min(place, len(text))
    around = Surroundings(make_text(text))
    for marks in (CLAUSE_ENDS, SENTENCE_ENDS, FULL_STOPS):
        before, after = around.text[:place], around.text[place:]
        assert around.start_of(place, marks) == max(before.rfind(mark) for mark in marks) + 1
        ends = [at for at, character in enumerate(after) if character in marks]
        assert around.end_of(place, marks) == place + (ends[0] if ends else len(after))


@given(st.text("达到至为了提高升件", max_size=6))
def test_the_longest_ending_is_found(words: str) -> None:
    assert ending(words, "level") == max(
        (word for word in particles("level") if words.endswith(word)), key=len, default=""
    )
