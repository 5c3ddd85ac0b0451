"""The paper run: what was chosen, numbered, with captions, numbers for the text and what all of it rests on."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import StudyError
from analysis.figures.save import save_figure, save_table
from analysis.figures.style import Drawing
from analysis.study.paper import write_papers
from analysis.study.plan import Item, Plan, Run, read_plan

ABOUT = {
    "run": "first", "data": {"id": "own", "zh": "一份", "en": "One", "invented": False}, "parameters": {"years": []},
    "frame": {"sampling": "convenience"}, "inputs": {"own/mentions": "0f0f"}, "lock": "abcd",
}  # fmt: skip
TABLE = pd.DataFrame({"category": ["awareness", "talent"], "n": [3, 4], "share": [0.75, 2 / 3], "place": ["甲", "乙"]})


def draw(table, lang):
    drawing = Drawing(84, 40)
    drawing.caption = {"zh": "两类问题。", "en": "Two kinds of problems."}[lang]
    return drawing


class Refused:
    def record(self):
        return {"rule": "frame", "needed": 1, "had": 0, "zh": "未作估计：份额。", "en": "Not estimated: shares."}


class Result:
    table = TABLE
    refusals = (Refused(),)
    notes = ({"id": "n", "zh": "共四份。", "en": "Four reports."},)


@pytest.fixture
def paper(root):
    """Return the folder of a paper made of one run with a figure and two tables, one of them in the appendix."""
    folder = root / "figures" / "first"
    save_figure("picture", draw, TABLE, folder=folder, record=ABOUT)
    save_table("counts", Result(), folder=folder, record=ABOUT)
    more = TABLE[["category", "n"]].assign(doc_ids="a_report|" * 20_000)  # as of a whole country
    save_table("more", more, folder=folder, record=ABOUT, columns=["category", "n"])
    items = (
        Item("first", "counts", "频次", "Frequency"),
        Item("first", "picture", "一图", "A picture"),
        Item("first", "more", "附表", "More", appendix=True),
        Item("first", "counts", "一句", "In a sentence", sentence=True),
        Item("first", "absent", "没有", "Absent"),
    )
    told = write_papers(Plan({}, (Run("first", "first"),), {"own": items}), "5eed")
    assert told == ["paper own: first/absent is not there; its run failed or saves no such item"]
    return root / "figures" / "paper" / "own"


def test_tables_and_figures_are_numbered_apart_and_the_appendix_has_numbers_of_its_own(paper):
    names = {path.name for path in paper.iterdir()}
    assert {"table_1.zh.tex", "table_1.en.docx", "table_1.csv", "figure_1.zh.pdf", "figure_1.en.svg", "figure_1.csv",
            "table_A1.en.tex", "captions.zh.md", "captions.en.md", "numbers.tex", "index.html"} <= names  # fmt: skip
    first = (paper.parents[1] / "first" / "counts.zh.tex").read_bytes()
    assert (paper / "table_1.zh.tex").read_bytes() == first


def test_captions_say_what_is_shown_what_belongs_to_it_and_what_was_not_estimated(paper):
    english = (paper / "captions.en.md").read_text(encoding="utf-8")
    assert english.splitlines()[0] == "**Table 1. Frequency** Four reports. Not estimated: shares."
    assert "**Figure 1. A picture** Two kinds of problems." in english
    assert "**表A1 附表**" in (paper / "captions.zh.md").read_text(encoding="utf-8")


def test_a_sentence_has_a_caption_and_neither_number_nor_files(paper):
    english = (paper / "captions.en.md").read_text(encoding="utf-8")
    assert "**In a sentence** Four reports. Not estimated: shares." in english
    assert not list(paper.glob("sentence*"))


def test_every_number_of_a_table_has_a_name(paper):
    numbers = (paper / "numbers.tex").read_text(encoding="utf-8")
    assert r"\@namedef{fazhi@counts/awareness/n}{3}" in numbers
    assert r"\@namedef{fazhi@counts/talent/share}{0.67}" in numbers
    assert "甲" not in numbers
    assert r"\PackageError" in numbers


def test_source_data_of_more_rows_than_a_text_quotes_is_named_instead(paper, root, monkeypatch):
    monkeypatch.setattr("analysis.study.paper.QUOTED", 1)
    write_papers(Plan({}, (Run("first", "first"),), {"own": (Item("first", "counts", "频次", "Frequency"),)}), "5eed")
    numbers = (paper / "numbers.tex").read_text(encoding="utf-8")
    assert "% counts: 2 rows of source data, too many for TeX; see table_1.csv" in numbers
    assert r"\@namedef{fazhi@counts" not in numbers


def test_the_index_says_how_much_was_looked_at_what_was_refused_and_what_it_rests_on(paper):
    index = (paper / "index.html").read_text(encoding="utf-8")
    assert "problem categories<td>2" in index
    assert "figures and tables<td>3" in index
    assert "refusals<td>1" in index
    assert "(subsets)<td>1:" in index
    assert "Not estimated: shares." in index
    assert "5eed" in index
    assert "own/mentions" in index
    assert str(paper.parents[2]) not in index


def test_the_same_runs_give_the_same_paper(paper):
    before = {path.name: path.read_bytes() for path in paper.iterdir()}
    items = (Item("first", "counts", "频次", "Frequency"),)
    write_papers(Plan({}, (Run("first", "first"),), {"own": items}), "5eed")
    assert not (paper / "figure_1.csv").exists()
    assert (paper / "table_1.csv").read_bytes() == before["table_1.csv"]


def test_an_item_of_a_run_that_does_not_exist_is_named(root):
    (root / "study.toml").write_text(
        '[data.own]\nlabel_zh = "一"\nlabel_en = "one"\nextracted = ["x"]\ntidy = "t"\ncorrections = "c"\n'
        '[[run]]\nid = "first"\n[[paper.own]]\nrun = "second"\nname = "a"\nzh = "一"\nen = "a"\n',
        encoding="utf-8",
    )
    with pytest.raises(StudyError, match="there is no run 'second'; runs are first"):
        read_plan(root / "study.toml")


def test_what_an_item_has_is_named_where_one_is_wrong(root):
    (root / "study.toml").write_text(
        '[[run]]\nid = "first"\n[[paper.own]]\nrun = "first"\ntitle = "a"\n', encoding="utf-8"
    )
    with pytest.raises(StudyError, match="an item has run, name, zh, en and"):
        read_plan(root / "study.toml")
