"""Evidence that is too much for one page: an index, pages by province and year, and what leads from one to another."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.errors import FazhiError
from analysis.evidence import page as module
from analysis.evidence import show, write_evidence, write_evidence_parts
from analysis.extract import Extraction
from analysis.partitions import tidy_partitions, write_extracted
from analysis.tables import fit_table
from analysis.tidy import build_tidy, read_sets

from .test_browser import CHROMIUM, opened
from .test_page import Data

REPORT = (
    "{county}人民政府关于{year}年法治政府建设情况的报告\n一、主要成效\n{year}年,{county}办结行政复议案件{n}件,受理法律援助案件{n}余件。\n"
    "二、存在不足\n乡镇综合执法队伍力量薄弱，人员流动频繁。\n{county}人民政府\n"
)
PLACES = {"a": ("河南省", "云岭县"), "b": ("河南省", "松川县"), "c": ("江苏省", "望湖县")}
#: Bytes that two of the reports need, and not all six.
SMALL = 4_000
Frames = dict[str, pd.DataFrame]


def needs_browser(test: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)")(test)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six reports of two provinces and two years, extracted and tidied whole and in partitions."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "raw").mkdir()
    rows = ["file,province,county,report_year"]
    for year in (2022, 2023):
        for number, (name, (province, county)) in enumerate(PLACES.items()):
            text = REPORT.format(county=county, year=year, n=10 * number + year % 10)
            (folder / "raw" / f"{name}{year}.txt").write_text(text, encoding="utf-8", newline="\n")
            rows.append(f"{name}{year}.txt,{province},{county},{year}")
    (folder / "raw" / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Extraction(folder / "raw") as extraction:
        extraction.read()
        extraction.write(folder / "whole")
        write_extracted(extraction, folder / "parts")
    tidy_partitions(folder / "parts", folder / "tidy")
    return folder


@pytest.fixture(scope="module")
def index(corpus: Path) -> Path:
    figures = corpus / "figures"
    return write_evidence_parts(corpus / "parts", corpus / "tidy", [corpus / "raw"], figures / "evidence_parts.html")


def common(path: Path) -> dict[str, Any]:
    found = re.search(r'id="common">(.*?)</script>', path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in [path, *sorted(path.with_suffix("").iterdir())]}


def whole(corpus: Path) -> tuple[Frames, Frames, dict[str, str]]:
    facts = read_sets([corpus / "whole"])
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (corpus / "raw").glob("*.txt")}
    return facts, build_tidy(facts), texts


def test_every_report_stands_on_the_page_of_its_province_and_year(index: Path, corpus: Path) -> None:
    seen = {}
    for file in sorted(index.with_suffix("").glob("*.html")):
        data = Data(file.read_text(encoding="utf-8"))
        assert all(line["text"] for line in data.lines.values())
        seen[file.name] = sorted(data.reports)
    assert seen == {
        "江苏省_2022.html": ["c2022"], "江苏省_2023.html": ["c2023"],
        "河南省_2022.html": ["a2022", "b2022"], "河南省_2023.html": ["a2023", "b2023"],
    }  # fmt: skip
    with (index.with_suffix("") / "reports.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["doc_id"]: row["page"] for row in rows} == {doc: name for name, docs in seen.items() for doc in docs}


def test_the_index_counts_what_its_pages_hold(index: Path) -> None:
    known = common(index)
    for page in known["pages"]:
        found = common(index.with_suffix("") / f"{''.join(page['province'][:1])}_{page['year']}.html")
        assert page["counts"] == [
            sum(counts) for counts in zip(*(line["counts"] for line in found["reports"]), strict=True)
        ]
        assert [known["units"][unit][1] for _, unit in page["reports"]] == [
            line["place"][0] for line in found["reports"]
        ]
    indicators = {known["indicators"][at][0]: n for page in known["pages"] for at, n in page["found"]["indicator"]}
    assert indicators["reconsideration_cases_closed"] == 2


def test_tables_in_partitions_and_tables_of_one_folder_make_the_same_pages(
    index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", SMALL)
    own = write_evidence_parts(corpus / "parts", corpus / "tidy", [corpus / "raw"], corpus / "one" / "evidence.html")
    other = write_evidence(*whole(corpus), corpus / "other" / "evidence.html")
    assert files(own) == files(other)
    assert len(files(own)) == 6


def test_a_page_holds_what_it_may_and_at_least_one_report(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    path = write_evidence(*whole(corpus), corpus / "tiny" / "evidence.html")
    assert sorted(file for file in files(path) if "2023" in file) == [
        "江苏省_2023.html", "河南省_2023.html", "河南省_2023_2.html",
    ]  # fmt: skip
    assert {(page["file"].count("_2.html"), page["part"]) for page in common(path)["pages"]} >= {(0, 1), (1, 2)}


def test_one_page_is_enough_again_and_the_former_pages_go(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    path = write_evidence(*whole(corpus), corpus / "again" / "evidence.html")
    monkeypatch.undo()
    assert write_evidence(*whole(corpus), path) == path
    assert [file.name for file in path.parent.iterdir() if not file.name.startswith(".")] == ["evidence.html"]


def test_no_file_of_anybody_else_is_touched(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "evidence.html"
    path.with_suffix("").mkdir()
    (tmp_path / "evidence" / "mine.html").write_text("mine", encoding="utf-8")
    write_evidence(*whole(corpus), path)
    monkeypatch.setattr(module, "MOST", 1)
    with pytest.raises(FazhiError, match=r"mine\.html, which would be lost"):
        write_evidence(*whole(corpus), path)
    assert (tmp_path / "evidence" / "mine.html").read_text(encoding="utf-8") == "mine"


def test_shared_wording_leads_from_page_to_page(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts, tidy, texts = whole(corpus)
    start = texts["a2022"].index("乡镇")
    passage = {"start_a": start, "end_a": start + 18, "start_b": start, "end_b": start + 18, "n_chars": 17}
    rows = [passage | {"doc_a": "a2022", "doc_b": other, "similarity": 1.0, "role": "problem", "formula": "unknown"}
            for other in ("a2023", "b2022")]  # fmt: skip
    monkeypatch.setattr(module, "MOST", SMALL)
    path = write_evidence({**facts, "reuse": fit_table(rows, "reuse")}, tidy, texts, tmp_path / "evidence.html")
    first, second = (Data((tmp_path / "evidence" / f"河南省_{year}.html").read_text("utf-8")) for year in (2022, 2023))
    assert [row[:1] + row[3:4] for row in first.shared] == [[0, 2], [0, 1]]
    assert (first.common["others"], second.common["others"]) == (["a2023"], ["a2022"])
    if CHROMIUM:
        page = opened(path, f"#a2022%40{start}%7Ca2023%40{start}")
        ((_, row),) = page.having("tr", "class", "hit")
        assert "力量薄弱" in row and "on another page" in row
        (link,) = [attrs["href"] for attrs, text in page.having("a") if "on another page" in text]
        assert link.startswith("../evidence.html?lang=zh#doc=a2023&at=")


@needs_browser
def test_an_address_of_a_figure_leads_through_the_index_to_its_page(index: Path) -> None:
    for address, marked in (
        ("?lang=en#a2023~reconsideration_cases_closed~year%3A2023~~", ["3件"]),
        ("?lang=en#doc=c2022&indicator=reconsideration_cases_closed", ["22件"]),
        ("#reconsideration_cases_closed@b2023", ["13件"]),
    ):
        page = opened(index, address)
        assert [text for attrs, text in page.having("a", "class", "hit") if attrs.get("id")] == marked
        ((attrs, _),) = page.having("html")
        assert attrs["data-lang"] == ("en" if "en" in address else "zh")


@needs_browser
def test_the_index_lists_the_pages_that_hold_what_is_asked_for(index: Path) -> None:
    page = opened(index, "?lang=en#indicator=reconsideration_cases_closed&year=2023")
    links = [attrs["href"] for attrs, _ in page.having("a") if attrs.get("href", "").startswith("evidence_parts/")]
    assert len(links) == 2 and all("_2023.html?lang=en#" in link and "year=2023" in link for link in links)
    page = opened(index, "?lang=en#indicator=reconsideration_cases_closed&name=%E6%B1%9F%E8%8B%8F")
    links = [attrs["href"] for attrs, _ in page.having("a") if attrs.get("href", "").startswith("evidence_parts/")]
    assert [link.endswith("#indicator=reconsideration_cases_closed") for link in links] == [True, True]
    page = opened(index, "?lang=en#indicator=petitions_received")
    assert any("Nothing passes" in text for _, text in page.having("p", "class", "note"))


@needs_browser
def test_the_index_finds_a_unit(index: Path) -> None:
    page = opened(index, "?lang=en#name=%E6%9D%BE%E5%B7%9D")
    links = [attrs["href"] for attrs, _ in page.having("a") if "doc=" in attrs.get("href", "")]
    assert [link.rpartition("doc=")[2] for link in links] == ["b2022", "b2023"]
    page = opened(index, "?lang=en#nobody%4099")
    assert any("no nobody@99" in text for _, text in page.having("p", "class", "note"))


def test_show_names_the_page(index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAZHI_ROOT", str(corpus))
    for name in ("b2023", "reconsideration_cases_closed@b2023"):
        said = str(show(name, corpus / "parts"))
        assert f"figures/evidence_parts/河南省_2023.html#{name}" in said
    facts, _, texts = whole(corpus)
    other = facts["documents"].assign(sha256="0" * 64)  # another corpus may have a report of the same name
    assert "evidence_parts" not in str(show("b2023", {**facts, "documents": other}, texts=texts))
