from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.stats import frame
from analysis.stats.frame import Counts, Frame, Result, needed, note, phrase, read_rules, read_texts, refuse

WORDS = {"labels": ("甲、乙", "A, B"), "categories": 3}


def test_a_corpus_that_was_found_stands_for_nothing():
    assert not Frame().declared
    assert Frame().reports(3) is None


@pytest.mark.parametrize(
    "given", [("x", "census", None), ("x", "probability", 0), ("x", "quota", 60), ("x", "census", 60, "town")]
)
def test_a_frame_that_is_not_whole_is_refused_by_name(given):
    with pytest.raises(ParameterError, match="size|sampling|level"):
        Frame(*given)


def test_a_refusal_says_what_was_needed_had_shown_and_how_to_go_on():
    refusal = refuse("series", "series_years", 1, Counts(5, 50, 0), labels=("法律援助", "legal aid"))
    assert refusal.text("en") == (
        "Not estimated: slopes of units' own series of legal aid. Needs at least 5 yearly values of one unit and genre "
        "without a change of definition between them; here 1 in the longest series (5 full reports; 50 openings and "
        "0 other documents not counted). Shown instead: the observed points by year. To obtain it: add the full "
        "reports of the same units for more years."
    )
    assert refusal.text("zh").startswith("未作估计：单位自身序列的斜率（法律援助）。要求")
    assert "（全文5份；仅开头50份、其他类型0份不计）" in refusal.text("zh")
    assert refusal.record() == {
        "rule": "series_years", "needed": 5, "had": 1, "zh": refusal.text("zh"), "en": refusal.text("en")
    }  # fmt: skip


@pytest.mark.parametrize("analysis", [name for name in read_texts("refusals") if name != "template"])
def test_every_refusal_reads_in_both_languages_under_every_rule(analysis):
    for rule in read_texts("rules"):
        refusal = refuse(analysis, rule, 3, Counts(), **WORDS)
        for language in ("zh", "en"):
            assert not {"{", "}"} & set(refusal.text(language))
        assert "。" in refusal.text("zh")
        assert refusal.text("en").isascii()


@pytest.mark.parametrize("name", list(read_texts("notes")))
def test_every_caption_has_both_languages(name):
    zh, en = phrase(name)
    assert zh
    assert not zh.isascii()
    assert en.isascii()


def test_no_text_is_left_over():
    """Every rule, refusal and caption is asked for by its name, or by the beginning of a name that is put together."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(frame.__file__).parent.glob("*.py")))
    begun = set(re.findall(r'f"([a-z_]+_)\{', code))
    names = [name for text in ("rules", "refusals", "notes") for name in read_texts(text)]
    assert not [name for name in names if f'"{name}"' not in code and not name.startswith(tuple(begun))]


def test_a_caption_takes_pairs_of_words_by_language():
    said = note("coders", coders=("甲", "A"))
    assert said["zh"].startswith("类别编码来自：甲；")
    assert said["en"].startswith("Categories as coded by: A;")


def test_the_minimum_data_stand_in_one_table():
    rules = read_rules().set_index("rule")
    least = {"series_years": 5, "panel_units": 30, "panel_years": 3, "shift_points": 4, "rank_disclosers": 20,
             "cell_reports": 20, "cooccurrence_reports": 100, "positives": 10, "clusters": 10}  # fmt: skip
    assert rules.loc[list(least), "needed"].to_dict() == least
    assert needed("series_years") == 5
    assert not rules[["zh", "en"]].apply(lambda text: text.str.contains("{", regex=False)).any(axis=None)


def test_a_part_becomes_the_table_and_keeps_what_is_said():
    result = Result(pd.DataFrame({"a": [1]}), (), (note("slopes"),), {"other": pd.DataFrame({"b": [2]})})
    part = result.part("other")
    assert part.table["b"].tolist() == [2]
    assert part.text("en") == result.text("en")
    with pytest.raises(ParameterError, match="no part 'others'. It has: other"):
        result.part("others")


def test_a_result_shows_table_refusals_and_captions():
    refusal = refuse("series", "series_years", 1, Counts(), **WORDS)
    shown = Result(pd.DataFrame({"a": ["<b>"]}), (refusal,), (note("slopes"),))._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "Not estimated: slopes" in shown
    assert "Theil-Sen" in shown
