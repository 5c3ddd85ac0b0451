"""One report in every format: the same figures, the same fields, each with its page, paragraph or element."""

from __future__ import annotations

import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.extract import Report, read_view
from analysis.formats import decode_file, find_kept, keep_text, read_file
from analysis.formats.decoded import Decoded
from analysis.text.reading import Text, make_text, read_text
from tests.conftest import PROJECT, REPORTS
from tests.formats.make import MAKERS, as_docx, as_html, as_pdf, samples

COLUMNS = (
    "value", "low", "high", "unit", "qualifier", "status", "form", "direction", "per", "measure", "action", "period",
    "organ", "role", "masked",
)  # fmt: skip
FIELDS = ("title", "issuer", "issuer_type", "genre", "county", "report_year", "dated", "coverage")
TEXT = (PROJECT / "tests/reports/yunling.txt").read_text(encoding="utf-8")


def as_view(found: Decoded) -> Text:
    return make_text(found.text, "", found.furniture, found.places, found.wounds, found.reader)


def bare(text: object) -> object:
    return "".join(text.split()) if isinstance(text, str) else text


def figures(report: Report) -> Counter[tuple[object, ...]]:
    """What the report says, blanks apart: a page or a printed line has others than the text."""
    return Counter(
        (bare(mention["surface"]), *(bare(mention[name]) for name in COLUMNS))
        for mention in report.mentions
        if mention["role"] != "chrome"
    )


def check_format(file: Path, form: str) -> None:
    text = read_text(file).text
    plain = read_view(make_text(text), "r")
    day = f"{(plain.document['report_year'] or 2024) + 1}-03-20"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fpdf says of every tabulator that the font has no glyph for it
        data = MAKERS[form](text, day)
    report = read_view(as_view(decode_file(data, file.name)), "r")
    assert figures(report) == figures(plain)
    assert [report.document[name] for name in FIELDS] == [plain.document[name] for name in FIELDS]
    assert [bare(report.view.text[one.start : one.end]) for one in report.statements] == [
        bare(plain.view.text[one.start : one.end]) for one in plain.statements
    ]
    assert all(report.view.text[m["start"] : m["end"]] == m["surface"] for m in report.mentions)


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("file", samples(PROJECT), ids=lambda file: file.stem)
def test_a_sample_says_the_same_in_every_format(file: Path, form: str) -> None:
    check_format(file, form)


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("stem", REPORTS)
def test_a_real_report_says_the_same_in_every_format(reports: Path, stem: str, form: str) -> None:
    check_format(reports / f"{stem}.txt", form)


@pytest.mark.parametrize("form", MAKERS)
def test_one_file_is_one_text(form: str) -> None:
    data = MAKERS[form](TEXT, "2024-03-20")
    assert decode_file(data, "a") == decode_file(data, "b.txt")


def test_the_site_around_a_report_is_chrome_and_the_report_is_not() -> None:
    view = as_view(decode_file(as_html(TEXT), "a.html"))
    report = read_view(view, "r")
    inside = "".join(view.text[s.start : s.body_end] for s in report.sections if s.role != "chrome")
    assert "网站标识码" not in inside and "政务公开" not in inside and "微博" not in inside
    assert "网站标识码" in view.text and "2025-03-20" in view.text  # kept, not lost
    assert report.document["published"] == "2025-03-20"
    assert "受理999件" not in view.text  # what a script holds is not shown


def test_a_page_of_a_pdf_is_known_and_a_sentence_goes_on_over_its_end() -> None:
    data = as_pdf(TEXT * 3)
    found = decode_file(data, "a.pdf")
    assert [place for _, place in found.places][:3] == ["page:1", "page:2", "page:3"]
    start = found.places[1][0]
    assert "\n" not in found.text[start - 1 : start + 1] or found.text[start - 2] in "。;:"
    assert [found.text[slice(*span)] for span in found.furniture][:2] == ["法治建设文件汇编", "— 1 —"]
    assert "法治建设文件汇编" not in found.text[: found.furniture[0][0]]


def test_tables_of_a_page_are_kept_row_by_row() -> None:
    table = "<table><tr><th>事项</th><th>件数</th></tr><tr><td>行政复议</td><td>12件</td></tr></table>"
    page = as_html(TEXT).replace(b'</div>\n<div class="share">', (table + '</div>\n<div class="share">').encode())
    found = decode_file(page, "a.html")
    assert "\n事项 件数\n行政复议 12件\n" in found.text
    assert [place for at, place in found.places if found.text.startswith("行政复议 12件", at)][0].endswith("/tr[2]")


LEVELS = """
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>
"""


def paragraph(text: str, level: int | None = None) -> str:
    number = "" if level is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
    return f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_the_numbers_that_word_adds_are_written_out() -> None:
    body = (
        paragraph("云岭县2023年度法治政府建设情况报告")
        + paragraph("主要做法", 0) + paragraph("加强领导", 1) + paragraph("召开会议12次。", 2)
        + paragraph("培训3次。", 2) + paragraph("规范执法", 1) + paragraph("办案5件。", 2)
        + paragraph("存在问题", 0) + paragraph("力量不足", 1)
        + f"<w:tbl><w:tr><w:tc>{paragraph('复议')}</w:tc><w:tc>{paragraph('8件')}</w:tc></w:tr></w:tbl>"
        + "<w:p><w:del><w:r><w:delText>删去99件</w:delText></w:r></w:del>"
        + "<w:ins><w:r><w:t>增加一句。</w:t></w:r></w:ins></w:p>"
    )  # fmt: skip
    found = decode_file(as_docx("", numbering=LEVELS, document=body), "a.docx")
    assert found.text.split("\n") == [
        "云岭县2023年度法治政府建设情况报告", "一、主要做法", "（一）加强领导", "1. 召开会议12次。", "2. 培训3次。",
        "（二）规范执法", "1. 办案5件。", "二、存在问题", "（一）力量不足", "复议 8件", "增加一句。",
    ]  # fmt: skip
    assert [place for _, place in found.places][-2:] == ["row:1.1", "paragraph:11"]


@pytest.mark.parametrize(
    ("declared", "encoded"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("utf-8", "gb18030"), ("gb2312", "utf-8")]
)
def test_a_page_is_decoded_by_what_it_holds_where_its_head_is_wrong(declared: str, encoded: str) -> None:
    page = as_html(TEXT).decode().replace('charset="utf-8"', f'charset="{declared}"').encode(encoded)
    assert decode_file(page, "a.htm").text == decode_file(as_html(TEXT), "a.htm").text


def test_the_header_of_the_transfer_names_the_encoding() -> None:
    page = as_html(TEXT).decode().replace('<meta charset="utf-8">', "").encode("big5hkscs", errors="ignore")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=Big5\r\n\r\n"
    assert "2023" in decode_file(head + page, "a.html").text


def test_what_a_page_hides_is_furniture() -> None:
    page = as_html(TEXT).replace(b"<p style", '<p style="display: none">某某娱乐城888元</p><p style'.encode(), 1)
    found = decode_file(page, "a.html")
    assert "某某娱乐城888元" in [found.text[slice(*span)] for span in found.furniture]


def test_a_decoded_text_is_kept_under_its_hash_with_its_places(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(as_pdf(TEXT))
    view = read_file(tmp_path / "a.pdf")
    keep_text(view, tmp_path / "kept")
    again = find_kept(view.sha256, tmp_path / "kept")
    assert again is not None and (again.text, again.places) == (view.text, view.places)
    assert (tmp_path / "kept" / f"{view.sha256}.txt").read_text(encoding="utf-8") == view.text
    (tmp_path / "kept" / f"{view.sha256}.txt").write_text("changed", encoding="utf-8")
    assert find_kept(view.sha256, tmp_path / "kept") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64 + "WordDocument".encode("utf-16-le"), "old kind .*docx"),
        (b"{\\rtf1 text}", "rich text.*docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (as_docx(TEXT)[:200], "cut off or damaged"),
        (as_pdf(TEXT)[:1000], "cut off or damaged"),
        (as_docx("", document="<w:p/>"), "without text"),
        (b"\x89PNG\r\n\x1a\n", "OCR"),
        (b"<html><body><script>fill()</script></body></html>", "without any text"),
    ],
    ids=["doc", "rtf", "locked", "cut docx", "cut pdf", "empty docx", "picture", "empty page"],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        decode_file(data, "报告.txt")
    assert "报告.txt" in str(caught.value)


def test_threads_of_one_process_get_their_own_file() -> None:
    said = "云岭县2023年法治政府建设情况报告\n办结复议案件{}件。\n"
    pages = {str(number): as_html(said.format(number)) for number in range(100, 140)}
    with ThreadPoolExecutor(8) as threads:
        texts = threads.map(lambda item: decode_file(item[1], f"{item[0]}.html").text, pages.items())
        assert all(f"案件{number}件" in text for number, text in zip(pages, texts, strict=True))
