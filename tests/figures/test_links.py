"""Every point of a figure leads to its evidence, on a page that runs nothing and fetches nothing."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest

from analysis.figures import plots
from analysis.figures.links import find_link
from analysis.figures.save import save_figure
from tests.figures import tables

PAGE = "../evidence_real.html"
LINK = re.compile(r'<a href="([^"]*)"')


@pytest.mark.parametrize(
    ("row", "link"),
    [
        ({"doc_id": "a b", "indicator": "x", "report_year": 2024}, "doc=a%20b&indicator=x"),
        ({"doc_id": "a", "category": "c", "year": 2024, "province": "p"}, "doc=a&category=c"),
        ({"doc_id": "a", "indicator": "x", "period": "", "organ": "", "component": ""}, "doc=a&indicator=x"),
        ({"doc_id": "a", "indicator": "x", "period": "year:2024", "organ": "o", "component": ""}, "a~x~year%3A2024~o~"),
        ({"item": "B2b", "report_year": 2023.0}, "item=B2b&year=2023"),
        ({"indicator": "x", "province": "某省"}, "indicator=x&name=%E6%9F%90%E7%9C%81"),
        ({"indicator": "x", "year": float("nan")}, "indicator=x"),
        ({"check_id": "a~rate~@1", "doc_id": "a", "verdict": "impossible"}, "a~rate~%401"),
        ({"verdict": "impossible", "check": "rate"}, "check=rate&verdict=impossible"),
        ({"doc_a": "a", "start_a": 3, "doc_b": "b", "start_b": 5}, "a%403%7Cb%405"),
        ({"category": "", "view": "statements"}, "view=statements"),
        ({"value": 1.0, "year": 2024}, None),
        ({}, None),
    ],
)
def test_a_row_leads_to_the_place_it_stands_for(row, link):
    assert find_link(row) == link


def drawn(plot, table, **options):
    linked = plot(table, "en", **options).render_linked().decode()
    return [unescape(link) for link in re.findall(r'<a xlink:href="([^"]*)"', linked)]


@pytest.mark.parametrize(
    ("plot", "table", "every"),
    [
        (plots.plot_disclosure_matrix, tables.disclosure(tables.five_reports(), 3), r"doc=\w+&indicator=\w+"),
        (plots.plot_disclosure_matrix, tables.disclosure(tables.panel_reports(60), 2), r"indicator=\w+&year=\d{4}"),
        (plots.plot_values, tables.values(tables.five_reports(), 2), r"\w+~\w+~\w+%3A[\d-]+~\w*~\w*|doc=\w+&indi.*"),
        (plots.plot_frequency, tables.frequency(60, "none"), r"category=\w+"),
        (plots.plot_frequency, tables.frequency(60, "none", (2023, 2024)), r"category=\w+&year=\d{4}"),
        (plots.plot_agreement, tables.agreement(2), r"category=\w+&view=statements|view=statements"),
        (plots.plot_agreement, tables.agreement(12), r"category=\w+|view=statements"),
        (plots.plot_extraction_accuracy, tables.accuracy(), r"doc=\w+|view=reports"),
        (plots.plot_rate_audit, tables.checks().assign(check_id="r0~rate~@1"), r"r0~rate~%401"),
        (plots.plot_shared_wording, tables.passages(4).assign(start_a=3, start_b=5), r"\w+%403%7C\w+%405"),
        (plots.plot_problem_marks, tables.marks(tables.five_reports()), r"doc=\w+&category=\w+"),
        (plots.plot_contents, tables.contents(tables.five_reports()), r"doc=\w+&item=\w+"),
        (plots.plot_comparison, tables.summary(), r"indicator=\w+(&year=\d{4})?"),
        (plots.plot_trend, tables.effects(), r"indicator=\w+&year=\d{4}"),
        (plots.plot_wording, tables.wording(), r"status=(exact|rounded|bounded|conflict|masked)"),
    ],
)  # fmt: skip
def test_points_lead_where_their_rows_do(plot, table, every):
    links = drawn(plot, table)
    assert links
    assert not [link for link in links if not re.fullmatch(every, link)]


def test_a_matrix_has_a_link_in_every_cell():
    table = tables.disclosure(tables.five_reports(), 3)
    assert len(set(drawn(plots.plot_disclosure_matrix, table))) == len(table)


def test_other_files_hold_no_link():
    drawing = plots.plot_disclosure_matrix(tables.disclosure(tables.five_reports(), 3), "en")
    assert b"<a " not in drawing.render("svg")
    assert b"</a>" not in drawing.render("svg")
    assert b"/URI" not in drawing.render("pdf")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    table = tables.disclosure(tables.five_reports(), 3)
    table["county"] = table["county"] + '<img src=x onerror="alert(1)">'
    save_figure("matrix", plots.plot_disclosure_matrix, table, folder=folder, formats=["svg"], evidence=PAGE)
    return {lang: (folder / f"matrix.{lang}.html").read_text(encoding="utf-8") for lang in ("zh", "en")}


def test_a_page_in_each_language_leads_to_the_evidence_in_that_language(pages):
    for lang, page in pages.items():
        links = [unescape(link) for link in LINK.findall(page)]
        assert f"{PAGE}?lang={lang}" in links
        assert len([link for link in links if link.startswith(f"{PAGE}?lang={lang}#doc=")]) == 2 * 15
        other = {"zh": "en", "en": "zh"}[lang]
        assert f"matrix.{other}.html" in links


def test_every_link_says_in_words_where_it_leads(pages):
    titles = re.findall(r'<a href="[^"]*#doc=[^"]*" aria-label="([^"]*)"><title>(.*?)</title>', pages["en"])
    assert len(titles) == 15
    assert all(label == title and " · " in title for label, title in titles)


def test_a_page_runs_nothing_and_fetches_nothing(pages):
    for page in pages.values():
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert policy is not None
        assert policy[1].startswith("default-src 'none'; base-uri 'none'; form-action 'none'; style-src")
        assert "script-src" not in policy[1]
        assert not re.search(r"<script|<img|<iframe|\son\w+=[\"']|javascript:|@import", page)
        addresses = {unquote(found) for found in re.findall(r'(?:href|src)="([^"#?]*)', page)}
        assert addresses <= {"", PAGE, "matrix.zh.html", "matrix.en.html"}


def test_without_a_page_of_evidence_there_is_no_page(tmp_path):
    done = save_figure("plain", plots.plot_wording, tables.wording(), folder=tmp_path, formats=["svg"])
    assert not [file for file in done.files if file.endswith(".html")]


def test_the_picture_is_the_same_with_and_without_a_page(tmp_path):
    table = tables.disclosure(tables.five_reports(), 3)
    for folder, page in ((tmp_path / "a", PAGE), (tmp_path / "b", "")):
        save_figure("matrix", plots.plot_disclosure_matrix, table, folder=folder, formats=["svg"], evidence=page)
    assert (tmp_path / "a" / "matrix.en.svg").read_bytes() == (tmp_path / "b" / "matrix.en.svg").read_bytes()
