"""The evidence page: every figure in its place, every word escaped, nothing lost, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from analysis.evidence import write_evidence

from .conftest import DOC, HOSTILE, TEXT

VOID = {"meta", "input", "br"}
Frames = dict[str, pd.DataFrame]


class Page(HTMLParser):
    """The tags of a page in order, with the text inside each and the classes around it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[int] = []
        self.feed(source)
        self.close()
        assert not self.open, "a tag is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")
        if tag not in VOID:
            self.open.append(len(self.tags) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags[self.open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for index in self.open:
            self.texts[index] += data

    def having(self, tag: str, **wanted: str) -> list[tuple[dict[str, str | None], str]]:
        """Return the attributes and text of tags one of whose classes, or whose attribute, is as wanted."""
        return [
            (attrs, text)
            for (name, attrs), text in zip(self.tags, self.texts, strict=True)
            if name == tag
            and all(value in (attrs.get(key.strip("_")) or "").split(" ") for key, value in wanted.items())
        ]


def written(facts: Frames, tidy: Frames, texts: dict[str, str], folder: Path) -> str:
    return write_evidence(facts, tidy, texts, folder / "evidence.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def source(facts: Frames, tidy: Frames, tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(facts, tidy, {DOC: TEXT}, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_the_text_stands_on_the_page_character_by_character(page: Page) -> None:
    assert "".join(text for _, text in page.having("p", class_="body")) == TEXT


def test_figures_are_marked_in_place_by_what_became_of_them(page: Page) -> None:
    marks = [(attrs["data-s"], text) for attrs, text in page.having("a", class_="m") if attrs.get("data-s")]
    assert marks == [
        ("exact", "12件"),
        ("rounded", "25%"),
        ("bounded", "400余件"),
        ("named", "三个"),
        ("unmatched", "77棵"),
        ("masked", "**件"),
        ("aside", "不少于60学时"),
    ]


def test_every_mark_leads_to_its_row_and_every_link_leads_somewhere(page: Page) -> None:
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] or "" for attrs, _ in page.having("a")]
    assert all(link.startswith("#") for link in links)
    assert {unquote(link[1:]) for link in links} <= set(ids)


def test_a_hostile_report_is_only_text(source: str, page: Page) -> None:
    assert len(page.having("script")) == 1
    assert not page.having("img")
    assert HOSTILE not in source
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]


def test_only_its_own_script_may_run_and_nothing_may_be_fetched(source: str, page: Page) -> None:
    ((_, script),) = page.having("script")
    ((_, policy),) = [(name, attrs) for name, attrs in page.tags if attrs.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in str(policy["content"])
    assert f"script-src 'sha256-{digest}'" in str(policy["content"])
    assert not re.search(r"https?://|@import|url\(", source)
    assert not [attrs for _, attrs in page.tags if "src" in attrs]


def test_what_has_no_place_is_listed_with_its_reason_and_counted(page: Page) -> None:
    listed = [text for _, text in page.having("li") if f"{DOC}#1" in text or f"{DOC}@3" in text]
    assert any("no offsets" in text and "没有位置" in text for text in listed)
    assert any("the text at its offsets is another" in text for text in listed)
    (counts,) = page.having("p", class_="counts")
    assert "没有位置unplaced 3" in counts[1]
    assert "未归入指标unmatched 3" in counts[1]
    assert "未编码陈述uncoded statements 1" in counts[1]


def test_unmatched_figures_stand_in_one_table_with_their_words(page: Page) -> None:
    rows = [text for _, text in page.having("tr", data_s="unmatched")] or [
        text for attrs, text in page.having("tr") if attrs.get("data-s") == "unmatched"
    ]
    (planted,) = [text for text in rows if "77棵" in text]
    for said in ("云岭县 2023", "种植果树", "种植", "no trigger fits", "种植果树77棵,调解**件。"):
        assert said in planted


def test_statements_have_their_words_and_codes_or_say_that_they_have_none(page: Page) -> None:
    statements = [text for attrs, text in page.having("li") if (attrs.get("id") or "").startswith("st:")]
    assert "执法力量薄弱" in statements[0]
    assert "no code" not in statements[0]
    assert "宣传形式单一" in statements[1]
    assert "no code" in statements[1]


def test_a_category_stands_once_with_all_who_give_it(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    codes = pd.concat([facts["codes"], facts["codes"].assign(coder="someone", primary=False)], ignore_index=True)
    page = Page(written({**facts, "codes": codes}, tidy, {DOC: TEXT}, tmp_path))
    ((_, text),) = page.having("span", class_="primary")
    assert text.endswith("rules, someone")


def test_checks_stand_in_both_languages(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    check = {
        "check_id": f"{DOC}~rate~@1",
        "doc_id": DOC,
        "check": "rate",
        "verdict": "impossible",
        "base": "",
        "fits": "",
    }
    check |= {"mention_id": facts["mentions"]["mention_id"][0], "others": "", "indicator": "", "note_zh": "不<可>能"}
    frame = pd.DataFrame([check | {"note_en": "cannot & will not"}])
    text = " ".join(Page(written(facts, {**tidy, "checks": frame}, {DOC: TEXT}, tmp_path)).texts)
    assert "不可能impossible" in text
    assert "不<可>能cannot & will not" in text


def test_everything_said_in_one_language_is_said_in_the_other(page: Page) -> None:
    assert len(page.having("span", class_="zh")) == len(page.having("span", class_="en")) > 50
    assert all(text for _, text in [*page.having("span", class_="zh"), *page.having("span", class_="en")])


def test_without_the_text_facts_stand_in_a_table_with_offsets(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    page = Page(written(facts, tidy, {}, tmp_path))
    assert not page.having("p", class_="body")
    rows = {attrs["id"]: text for attrs, text in page.having("tr") if "id" in attrs}
    start = TEXT.index("12件")
    assert f"{start}–{start + 3}" in str(rows[f"{DOC}@{start}"])
    notes = [text for _, text in page.having("p", class_="note")]
    assert "put the text with this SHA-256 into data/raw/" in notes[1]
    assert "name no text" in notes[0]
    assert "do not publish" not in " ".join(page.texts)


def test_the_same_tables_make_the_same_bytes(facts: Frames, tidy: Frames, source: str, tmp_path: Path) -> None:
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in facts.items()}
    assert written(turned, tidy, {DOC: TEXT}, tmp_path) == source


def test_a_figure_in_conflict_says_so(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    observations = tidy["observations"].assign(flags="conflict")
    page = Page(written(facts, {**tidy, "observations": observations}, {DOC: TEXT}, tmp_path))
    assert {attrs.get("data-s") for attrs, text in page.having("a", class_="m") if text == "12件"} >= {"conflict"}
