"""What a browser makes of the evidence page from a file, without a network: one run of Chromium an address."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from analysis.evidence import write_evidence

from .conftest import DOC, HOSTILE, TEXT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)")
Frames = dict[str, pd.DataFrame]


class Shown(HTMLParser):
    """The elements of a page as the browser has them: attributes and text of each, without scripts and styles."""

    VOID = {"meta", "input", "br", "link"}

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[int] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in self.VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.elements[self.open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(self.elements[index][0] in {"script", "style"} for index in self.open):
            for index in self.open:
                self.elements[index][2].append(data)

    def having(self, tag: str, name: str = "", value: str = "") -> list[tuple[dict[str, str], str]]:
        """Return attributes and text of the elements of which an attribute has a word."""
        return [
            (attrs, "".join(texts))
            for found, attrs, texts in self.elements
            if found == tag and (not name or value in attrs.get(name, "").split(" "))
        ]


@pytest.fixture(scope="module")
def path(facts: Frames, tidy: Frames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    passage = {"doc_a": DOC, "start_a": 3, "end_a": 9, "doc_b": "elsewhere", "start_b": 5, "end_b": 11, "n_chars": 6}
    reuse = pd.DataFrame([passage | {"similarity": 1.0, "role": "problem", "formula": "unknown"}])
    folder = tmp_path_factory.mktemp("page")
    return write_evidence({**facts, "reuse": reuse}, tidy, {DOC: TEXT}, folder / "evidence.html")


@pytest.fixture(scope="module")
def corrected(facts: Frames, tidy: Frames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    row = {"table": "mentions", "id": at("12件"), "field": "value", "old": "12", "new": "21", "reason": "误印"}
    audit = pd.DataFrame([row | {"who": "某人", "when": "2024-05-01"}])
    folder = tmp_path_factory.mktemp("corrected")
    return write_evidence(facts, {**tidy, "audit": audit}, {DOC: TEXT}, folder / "evidence.html")


def opened(path: Path, address: str) -> Shown:
    """Return what the page is once its script has run; whatever the script or the policy complains of fails."""
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    private = f"--user-data-dir={path.parent / 'profile'}"
    done = subprocess.run([*command, private, path.as_uri() + address], capture_output=True, encoding="utf-8",
                          timeout=120)  # fmt: skip
    assert not re.findall(r"CONSOLE.*", done.stderr)
    return Shown(done.stdout)


def at(words: str) -> str:
    return f"{DOC}@{TEXT.index(words)}"


def link(name: str) -> str:
    return f"#{quote(name, safe='')}"


def test_a_link_opens_the_report_at_its_figure(path: Path) -> None:
    page = opened(path, link(at("12件")))
    assert "".join(text for _, text in page.having("p", "class", "body")) == TEXT
    marks = {text: attrs for attrs, text in page.having("a", "data-figure", at("12件")) if "id" in attrs}
    assert marks["12件"]["aria-current"] == "true"
    states = {text: attrs["class"].split()[1] for attrs, text in page.having("a", "class", "m") if attrs.get("id")}
    assert states["77棵"] == "s-unmatched"
    assert states["**件"] == "s-masked"
    assert HOSTILE in "".join(text for _, text in page.having("p", "class", "body"))
    assert not page.having("img")


def test_an_observation_and_an_indicator_lead_to_their_figure(path: Path) -> None:
    for name in (f"{DOC}~reconsideration_cases_closed~year:2023~~", f"reconsideration_cases_closed@{DOC}"):
        page = opened(path, link(name))
        current = [text for attrs, text in page.having("a", "class", "hit") if attrs.get("id")]
        assert current == ["12件"]


def test_an_indicator_that_is_not_printed_says_so(path: Path) -> None:
    page = opened(path, f"?lang=en#doc={quote(DOC)}&indicator=reconsideration_cases_accepted")
    ((attrs, said),) = page.having("p", "id", "silent")
    assert "hidden" not in attrs
    assert "does not print one" in said
    assert len(page.having("a", "class", "out")) >= 7


def test_filters_list_figures_of_all_reports(path: Path) -> None:
    page = opened(path, "?lang=en#status=unmatched&view=figures")
    shown = [text for attrs, text in page.having("a", "class", "s-unmatched") if attrs.get("href")]
    assert len(shown) == 3
    assert "77棵" in shown
    page = opened(path, "#unit=elsewhere&view=figures")
    assert not [text for _, text in page.having("td") if "77棵" in text]


def test_without_the_text_facts_stand_with_how_to_add_it(path: Path) -> None:
    page = opened(path, "?lang=en#elsewhere")
    assert not page.having("p", "class", "body")
    assert any("put the report into data/raw/" in text for _, text in page.having("p", "class", "note"))
    assert [text for _, text in page.having("ol", "class", "side") if "5件" in text]


def test_shared_wording_stands_side_by_side(path: Path) -> None:
    page = opened(path, link(f"{DOC}@3|elsewhere@5"))
    ((_, row),) = page.having("tr", "class", "hit")
    assert TEXT[3:9] in row
    assert "5–11" in row


def test_contents_and_statements_have_their_place(path: Path) -> None:
    page = opened(path, f"#doc={quote(DOC)}&item=B2a")
    ((_, row),) = page.having("tr", "class", "hit")
    start = TEXT.index("二、")
    assert f"{start}–{len(TEXT)}" in row
    page = opened(path, link(at("宣传形式")))
    ((_, row),) = page.having("li", "class", "hit")
    assert "宣传形式单一" in row


def test_a_corrected_figure_shows_what_was_changed_by_whom(corrected: Path) -> None:
    page = opened(corrected, link(at("12件")))
    ((attrs, row),) = page.having("li", "class", "hit")
    assert attrs["data-figure"] == at("12件")
    assert "value: 12 → 21 (误印, 某人, 2024-05-01)" in row
    assert [text for attrs, text in page.having("a", "class", "s-corrected") if attrs.get("id")] == ["12件"]


def test_an_unknown_id_is_named(path: Path) -> None:
    page = opened(path, "?lang=en#nobody%4099")
    assert any("no nobody@99" in text for _, text in page.having("p", "class", "note"))


def test_the_language_is_that_of_the_address(path: Path) -> None:
    for address, lang in (("", "zh-CN"), ("?lang=en", "en")):
        ((attrs, _),) = opened(path, address).having("html")
        assert attrs["lang"] == lang
