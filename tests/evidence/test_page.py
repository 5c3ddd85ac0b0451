"""The evidence page as written: all that is known stands in its data, inert, with nothing from elsewhere.

What a browser makes of it is tried in test_browser.py.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.evidence import write_evidence

from .conftest import DOC, HOSTILE, TEXT

VOID = {"meta", "input"}
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


class Data:
    """What a page holds as data, its reports by id and its phrases in words."""

    def __init__(self, source: str) -> None:
        blocks = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', source, flags=re.DOTALL)
        self.common, self.shared, *reports = map(json.loads, blocks)
        self.reports = {line["id"]: data for line, data in zip(self.common["reports"], reports, strict=True)}
        self.lines = {line["id"]: line for line in self.common["reports"]}

    def say(self, number: int) -> Any:
        return self.common["phrases"][number]

    def key(self, kind: str, number: int) -> str:
        return str(self.common[kind][number][0])

    def figure(self, name: str, doc: str = DOC) -> dict[str, Any]:
        (found,) = [row for row in self.reports[doc]["figures"] if doc + row["id"] == name]
        return found


@pytest.fixture(scope="module")
def data(source: str) -> Data:
    return Data(source)


def at(words: str) -> str:
    return f"{DOC}@{TEXT.index(words)}"


def test_the_text_stands_in_the_page_character_by_character(data: Data) -> None:
    assert data.reports[DOC]["text"] == TEXT
    assert data.reports["elsewhere"]["text"] is None


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("12件", "exact"),
        ("25%", "rounded"),
        ("400余件", "bounded"),
        ("三个", "named"),
        ("77棵", "unmatched"),
        ("**件", "masked"),
        ("不少于60学时", "aside"),
    ],
)
def test_a_figure_has_its_place_and_what_became_of_it(words: str, state: str, data: Data) -> None:
    figure = data.figure(at(words))
    assert TEXT[slice(*figure["at"])] == words
    assert data.key("states", figure.get("state", 0)) == state


def test_a_hostile_report_is_only_text(source: str, page: Page) -> None:
    scripts = [attrs for attrs, _ in page.having("script") if attrs.get("type") != "application/json"]
    assert len(scripts) == 1
    assert not page.having("img")
    assert HOSTILE not in source
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]


def test_no_data_closes_its_element(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    text = TEXT.replace("执法力量薄弱", "</script><b>\u2028<!--<script>")
    source = written(facts, tidy, {DOC: text}, tmp_path)
    assert Data(source).reports[DOC]["text"] == text
    Page(source)


def test_only_its_own_script_and_style_count_and_nothing_may_be_fetched(source: str, page: Page) -> None:
    (script,) = [text for attrs, text in page.having("script") if attrs.get("type") != "application/json"]
    ((_, style),) = page.having("style")
    ((_, policy),) = [(name, attrs) for name, attrs in page.tags if attrs.get("http-equiv")]
    rules = str(policy["content"]).split("; ")
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    none = ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
    assert rules == [*none, f"style-src 'sha256-{digests[0]}'", f"script-src 'sha256-{digests[1]}'"]
    assert not re.search(r"https?://|@import|url\(", source)
    assert not [attrs for _, attrs in page.tags if {"src", "style"} & set(attrs)]


def test_the_script_reads_no_markup(page: Page) -> None:
    (script,) = [text for attrs, text in page.having("script") if attrs.get("type") != "application/json"]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|fetch\(|import\(", script
    )


def test_what_has_no_place_keeps_its_reason_and_is_counted(data: Data, page: Page) -> None:
    assert data.say(data.figure(f"{DOC}#1")["place"]) == ["没有位置", "no offsets"]
    assert data.say(data.figure(f"{DOC}@3")["place"])[1] == "the text at its offsets is another"
    (counts,) = page.having("p", class_="counts")
    for said in ("没有位置unplaced 3", "未归入指标unmatched 3", "未编码陈述uncoded statements 1", "更正过corrected 0"):
        assert said in counts[1]


def test_an_unmatched_figure_says_what_it_counts_and_why(data: Data) -> None:
    figure = data.figure(at("77棵"))
    assert figure["counted"] == "种植果树 · 种植"
    assert data.say(figure["why"]) == ["没有触发词", "no trigger fits"]


def test_statements_have_their_codes_or_say_that_they_have_none(data: Data) -> None:
    coded, bare = data.reports[DOC]["statements"]
    assert [data.key("categories", number) for number, _, _ in coded["codes"]] == ["enforcement_workforce"]
    assert "uncoded" not in coded
    assert bare["uncoded"] == 1


def test_a_category_stands_once_with_all_who_give_it(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    codes = pd.concat([facts["codes"], facts["codes"].assign(coder="someone", primary=False)], ignore_index=True)
    data = Data(written({**facts, "codes": codes}, tidy, {DOC: TEXT}, tmp_path))
    ((_, primary, coders),) = data.reports[DOC]["statements"][0]["codes"]
    assert (primary, coders) == (1, "rules, someone")


def test_a_check_has_both_figures_and_contradicts_them(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    check = {
        "check_id": f"{DOC}~rate~@1", "doc_id": DOC, "check": "rate", "verdict": "impossible", "base": "", "fits": "",
        "mention_id": at("25%"), "others": at("12件"), "indicator": "", "stated": 25.0, "expected": 30.5,
        "note_zh": "不<可>能", "note_en": "cannot & will not",
    }  # fmt: skip
    data = Data(written(facts, {**tidy, "checks": pd.DataFrame([check])}, {DOC: TEXT}, tmp_path))
    (row,) = data.reports[DOC]["checks"]
    assert [DOC + row["figure"], *(DOC + other for other in row["others"])] == [at("25%"), at("12件")]
    assert (row["stated"], row["expected"]) == ("25", "30.5")
    assert data.say(row["note"]) == ["不<可>能", "cannot & will not"]
    for words in ("25%", "12件"):
        assert [data.key("signs", sign) for sign in data.figure(at(words))["signs"]] == ["contradicted"]
    assert "signs" not in data.figure(at("400余件"))


def test_a_correction_marks_its_figure(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    row = {"table": "mentions", "id": at("12件"), "field": "value", "old": "12", "new": "21", "reason": "误印"}
    audit = pd.DataFrame([row | {"who": "某人", "when": "2024-05-01"}])
    figure = Data(written(facts, {**tidy, "audit": audit}, {DOC: TEXT}, tmp_path)).figure(at("12件"))
    assert figure["changes"] == [[at("12件"), "value", "12", "21", "误印", "某人", "2024-05-01"]]
    assert figure["signs"] == [0]


def test_mandated_contents_have_their_place(data: Data) -> None:
    found = {data.key("items", item): (data.key("statuses", status), places)
             for item, status, _, places in data.reports[DOC]["contents"]}  # fmt: skip
    status, (place,) = found["B2a"]
    assert (status, data.key("kinds", place[0])) == ("present", "section")
    assert TEXT[place[2] : place[3]].startswith("二、存在不足")
    status, places = found["D1"]
    assert status == "present"
    assert (data.key("kinds", places[0][0]), DOC + places[0][1]) == ("figure", at("12件"))
    assert data.key("kinds", found["A1"][1][0][0]) == "field"
    assert found["B5"] == ("absent", [])


def test_shared_wording_stands_once_with_both_places(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    passage = {"doc_a": DOC, "start_a": 3, "end_a": 9, "doc_b": "elsewhere", "start_b": 5, "end_b": 11, "n_chars": 6}
    reuse = pd.DataFrame([passage | {"similarity": 1.0, "role": "problem", "formula": "unknown"}])
    data = Data(written({**facts, "reuse": reuse}, tidy, {DOC: TEXT}, tmp_path))
    ((one, start_a, end_a, other, start_b, end_b, n_chars, role, formula),) = data.shared
    assert (data.key("roles", role), data.say(formula)[1]) == ("problem", "unknown")
    assert [data.common["reports"][number]["id"] for number in (one, other)] == [DOC, "elsewhere"]
    assert (start_a, end_a, start_b, end_b, n_chars) == (3, 9, 5, 11, 6)


def test_everything_said_in_one_language_is_said_in_the_other(page: Page, data: Data) -> None:
    assert len(page.having("span", class_="zh")) == len(page.having("span", class_="en")) > 20
    pairs = [pair for pair in data.common["phrases"] if isinstance(pair, list)] + [*data.common["words"].values()]
    assert len(pairs) > 100
    assert all(all(pair) for pair in pairs)


def test_without_the_text_facts_keep_their_offsets_and_say_how_to_add_it(
    facts: Frames, tidy: Frames, tmp_path: Path
) -> None:
    source = written(facts, tidy, {}, tmp_path)
    data = Data(source)
    start = TEXT.index("12件")
    figure = data.figure(at("12件"))
    assert (figure["at"], figure["surface"]) == ([start, start + 3], "12件")
    assert "into data/raw/" in data.say(data.reports[DOC]["hint"])[1]
    assert "name no text" in data.say(data.reports["elsewhere"]["hint"])[1]
    assert "执法力量薄弱" not in source
    assert "do not publish" not in "".join(text for _, text in Page(source).having("header"))


def test_the_same_tables_make_the_same_bytes(facts: Frames, tidy: Frames, source: str, tmp_path: Path) -> None:
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in facts.items()}
    assert written(turned, tidy, {DOC: TEXT}, tmp_path) == source


def test_a_figure_in_conflict_says_so(facts: Frames, tidy: Frames, tmp_path: Path) -> None:
    observations = tidy["observations"].assign(flags="conflict")
    data = Data(written(facts, {**tidy, "observations": observations}, {DOC: TEXT}, tmp_path))
    figure = data.figure(at("12件"))
    assert data.key("states", figure["state"]) == "conflict"
    assert [data.key("signs", sign) for sign in figure["signs"]] == ["contradicted"]
