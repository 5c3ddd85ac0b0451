"""Tables as text: the same under every pandas, aligned for letters of two widths."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.figures.texttable import display_table, table_text, text_columns


def test_columns_are_aligned_for_east_asian_letters():
    frame = pd.DataFrame({"place": ["虚构县", "Ab"], "value": [12.5, 3.0]})
    lines = table_text(frame, "en").split("\n")
    assert lines[2:] == ["虚构县  12.50", "Ab       3.00"]
    assert len({text_columns(line) for line in lines[1:]}) == 1


def test_whole_numbers_have_no_decimals_and_missing_ones_are_empty():
    frame = pd.DataFrame({"a": [1.0, None], "b": [0.126, -0.001], "c": pd.array([3, None], dtype="Int64")})
    assert display_table(frame, "en").to_numpy().tolist() == [["1", "0.13", "3"], ["", "0.00", ""]]
    assert display_table(frame, "en", decimals=3)["b"].tolist() == ["0.126", "-0.001"]


def test_figures_of_reports_get_no_digits_they_were_not_printed_with():
    frame = pd.DataFrame({"indicator": ["a", "b"], "value": [372.0, 8.51], "mean": [372.0, 8.51]})
    assert display_table(frame, "en")["value"].tolist() == ["372", "8.51"]
    assert display_table(frame, "en")["mean"].tolist() == ["372.00", "8.51"]
    assert display_table(frame[["value"]], "en")["value"].tolist() == ["372.00", "8.51"]
    frame = pd.DataFrame({"stated": [60.5, 488.0], "expected": [53.1915, 372.0]})
    assert display_table(frame, "en").to_numpy().tolist() == [["60.5", "53.19"], ["488", "372"]]


def test_values_of_vocabularies_are_translated_and_the_other_language_left_out():
    frame = pd.DataFrame({"status": ["masked"], "what_zh": ["甲"], "what_en": ["A"], "hollow": [True]})
    assert display_table(frame, "zh").iloc[0].tolist() == ["被遮盖", "甲", "是"]
    assert display_table(frame, "en").iloc[0].tolist() == ["masked", "A", "yes"]


def test_two_columns_never_share_a_head():
    frame = pd.DataFrame({"mention_id": ["a"], "mention_ids": ["b"], "what": ["c"]})
    assert list(display_table(frame, "zh")) == ["mention_id", "mention_ids", "变化内容"]


def test_names_are_printed_in_the_place_of_ids():
    frame = pd.DataFrame({"indicator": ["a", "b"], "label_zh": ["甲", ""], "label_en": ["A", ""], "n": [1, 2]})
    assert display_table(frame, "zh").to_dict("list") == {"指标": ["甲", "b"], "n": ["1", "2"]}
    frame = pd.DataFrame({"item": ["a"], "item_zh": ["内容甲"], "item_en": ["item A"], "label_zh": ["甲"]})
    assert display_table(frame, "zh").to_dict("list") == {"内容": ["内容甲"]}
    assert display_table(frame, "en").to_dict("list") == {"content": ["item A"]}


def test_lists_periods_places_and_groups_are_words_too():
    frame = pd.DataFrame({"flags": ["conflict|relayed"], "period": ["year:2024"], "place": ["嵩县"],
                          "group": ["2024 \u00b7 government \u00b7 annual_report"],
                          "reason": ["department"]})  # fmt: skip
    assert display_table(frame, "en").iloc[0].tolist() == [
        "conflict, relayed by a department", "2024", "Songxian", "2024 \u00b7 government \u00b7 annual report",
        "a department's report, not the county's",
    ]  # fmt: skip


def test_rows_and_columns_stay_as_given():
    frame = pd.DataFrame({"b": ["z", "a"], "a": ["1", "2"]})
    assert table_text(frame, "en").split("\n") == ["b  a", "-  -", "z  1", "a  2"]


def test_an_empty_table_is_its_heads():
    assert table_text(pd.DataFrame({"n": pd.Series([], dtype="int64")}), "en").split("\n") == ["n", "-"]


def test_no_line_ends_in_a_blank():
    frame = pd.DataFrame({"a": ["x", ""], "b": ["", "longer"]})
    assert all(line == line.rstrip() for line in table_text(frame, "en").split("\n"))


def test_an_unknown_language_is_an_error():
    with pytest.raises(ParameterError):
        table_text(pd.DataFrame({"a": [1]}), "fr")
