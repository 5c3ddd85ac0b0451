"""The torture folder: files as careless and as hostile as they come, each with what must become of it."""

from __future__ import annotations

import io
import os
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyarrow
import pyarrow.parquet

from analysis import bounds
from tests.conftest import PROJECT
from tests.formats.make import MAKERS, WORD, as_docx, as_html, as_pdf

REPORT: Final = (PROJECT / "tests/reports/yunling.txt").read_text(encoding="utf-8")
READ, ASIDE, IGNORED, EITHER = "read", "set_aside", "ignored", "read or set_aside"


def extraction(root: Path, output: str) -> list[str]:
    """Return the command that extracts ``root/in`` into ``root/output`` by two processes."""
    folders = [str(root / "in"), "-o", str(root / output)]
    return [sys.executable, "-m", "analysis", "extract", *folders, "--workers", "2"]


def report(place: str) -> str:
    """A report of a county of its own, so that no two are duplicates."""
    return REPORT.replace("云岭", place)


def bomb(size: int) -> bytes:
    """A Word file whose body unpacks to `size` bytes."""
    body = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>'.encode() + b"0" * size
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return packed.getvalue()


def lying_bomb() -> bytes:
    """A Word file that says it is small and is not."""
    data = bytearray(bomb(300 << 20))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(mark) + at
        data[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(data)


ENTITIES: Final = (
    '<!DOCTYPE lolz [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def entity_docx(encoding: str = "utf-8", body: str = "&j;", definitions: str = ENTITIES) -> bytes:
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?>{definitions}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>'
        f"{body}</w:t></w:r></w:p></w:body></w:document>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_docx(REPORT))) as whole, zipfile.ZipFile(packed, "w") as archive:
        for part in whole.namelist():
            archive.writestr(part, document.encode(encoding) if part.endswith("document.xml") else whole.read(part))
    return packed.getvalue()


SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED: Final = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sharedStrings+xml"/></Types>'
)


def workbook(rows: str = "", strings: bytes = b"") -> bytes:
    """A workbook of two columns with given XML of its rows, and of the strings that they share."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["text", "id"])
    book.active.append([report("己癸"), "a"])
    plain, packed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    if rows:
        sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
        parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    if strings:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", SHARED.encode())
        parts["xl/sharedStrings.xml"] = strings
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def shared(text: str, encoding: str = "utf-8", definitions: str = "") -> bytes:
    """The part of a workbook that holds its strings: one of them."""
    part = f'<?xml version="1.0" encoding="{encoding}"?>{definitions}<sst xmlns="{SHEET}"><si><t>{text}</t></si></sst>'
    return part.encode(encoding)


def one_string(rows: int) -> str:
    """Rows that all show one string."""
    return "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, rows + 1))


def parquet(table: pyarrow.Table) -> bytes:
    packed = io.BytesIO()
    pyarrow.parquet.write_table(table, packed, compression="zstd")
    return packed.getvalue()


def repeated(size: int, rows: int) -> bytes:
    """A Parquet file of one text that stands in every row, and once in the file."""
    places = pyarrow.array([0] * rows, pyarrow.int32())
    return parquet(pyarrow.table({"text": pyarrow.DictionaryArray.from_arrays(places, pyarrow.array(["0" * size]))}))


TEXT_CELL: Final = '<c t="inlineStr"><is><t>text</t></is></c>'

#: Tables of reports, each of which is set aside: name and content.
TABLES: Final[tuple[tuple[str, Callable[[], bytes]], ...]] = (
    ("bomb.xlsx", lambda: workbook(strings=shared("0" * (300 << 20)))),
    ("entities.xlsx", lambda: workbook(strings=shared("&j;", definitions=ENTITIES))),
    ("entities-utf16.xlsx", lambda: workbook(strings=shared("&j;", "utf-16", ENTITIES))),
    ("reads-a-file.xlsx", lambda: workbook(strings=shared("&x;", definitions=READS_FILE))),
    ("entities-far-down.xlsx", lambda: workbook(strings=b"<!--" + b" " * bounds.PROLOG + b"-->" + shared("x"))),
    ("one-string-in-every-row.xlsx", lambda: workbook(one_string(3_000), shared("0" * (1 << 20)))),
    ("last-row-far-away.xlsx", lambda: workbook('<row r="99999999999"><c r="A99999999999"><v>0</v></c></row>')),
    ("last-column.xlsx", lambda: workbook("".join(f'<row><c r="XFD{n}"><v>0</v></c></row>' for n in range(1, 1_500)))),
    ("deep.xlsx", lambda: workbook("<row>" * 300_000)),
    ("cut.xlsx", lambda: workbook()[:2_000]),
    ("locked.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9),
    ("formula.xlsx", lambda: workbook(f"<row>{TEXT_CELL}</row><row><c><f>1+1</f></c></row>")),
    ("one-text-in-every-row.parquet", lambda: repeated(8 << 20, 200_000)),
    ("large-cell.parquet", lambda: repeated(200 << 20, 1)),
    ("many-rows.parquet", lambda: parquet(pyarrow.table({"text": pyarrow.nulls(1_500_000, pyarrow.string())}))),
    ("cut.parquet", lambda: parquet(pyarrow.table({"text": [REPORT]}))[:-9]),
    ("random.parquet", lambda: b"PAR1" + zlib.compress(bytes(range(256)) * 90) + b"PAR1"),
    ("deep.jsonl", lambda: b'{"text": ' + b"[" * 200_000),
    ("number.jsonl", lambda: b'{"text": ' + b"9" * 20_000 + b"}"),
    ("many-values.jsonl", lambda: b'{"text": [' + b"{}," * 12_000_000 + b"{}]}"),
    ("many-cells.csv", lambda: b"text" + b"," * 21_000_000),
    ("cut.csv", lambda: b'text,id\n"cut off'),
    ("wrong-year.csv", lambda: f"text,report_year\n{report('庚甲').splitlines()[0]},=1+1\n".encode()),
)  # fmt: skip


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of one page made of given objects; the first is object 4, the content."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>"
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *objects]
    data = b"%PDF-1.7\n"
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(parts) + 1, table, len(parts) + 1, len(data),
    )  # fmt: skip


def stream(content: bytes, filters: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), filters, content)


def pdf_bomb() -> bytes:
    """A page whose content is packed three times over."""
    content = b"q " * (400 << 19)
    for _ in range(3):
        content = zlib.compress(content, 9)
    return pdf_of(stream(content, b"/Filter[/FlateDecode/FlateDecode/FlateDecode]"))


def locked_pdf() -> bytes:
    from fpdf import FPDF

    pages = FPDF()
    pages.set_encryption(owner_password="owner", user_password="user")
    pages.add_page()
    pages.set_font("helvetica")
    pages.cell(text="secret 12")
    return bytes(pages.output())


def nested(tag: str, depth: int) -> bytes:
    return f"<html><body>{f'<{tag}>' * depth}办结案件12件。{f'</{tag}>' * depth}</body></html>".encode()


HUGE_LINE: Final = "受理案件12件," * 50_000

#: Name, content (made only when wanted), and what must become of it.
FILES: Final[tuple[tuple[str, Callable[[], bytes], str], ...]] = (
    ("good.txt", lambda: REPORT.encode(), READ),
    *((f"good-{form}.txt", lambda form=form, n=n: MAKERS[form](report(f"甲{n}乙"), "2024-03-01"), READ)
      for n, form in enumerate(MAKERS)),
    # empty, cut off, binary, of another kind than its name says
    ("empty.txt", lambda: b"", ASIDE),
    ("empty.pdf", lambda: b"", ASIDE),
    ("empty.docx", lambda: b"", ASIDE),
    ("empty.html", lambda: b"<html></html>", ASIDE),
    ("blank.txt", lambda: " \n\t　\n".encode(), ASIDE),
    ("zero-width.txt", lambda: "\u200b\u200b\ufeff".encode(), EITHER),
    ("cut.txt", lambda: report("丙丁").encode()[:1501], READ),
    ("cut-gb.txt", lambda: report("丙戊").encode("gb18030")[:1001], READ),
    ("cut.pdf", lambda: as_pdf(report("丙己"))[:5000], ASIDE),
    ("cut.docx", lambda: as_docx(report("丙庚"))[:1500], ASIDE),
    ("cut-page.html", lambda: as_html(report("丙辛"))[:3000], READ),
    ("binary.txt", lambda: bytes(range(256)) * 40, ASIDE),
    ("random.pdf", lambda: zlib.compress(bytes(range(256)) * 90), ASIDE),
    ("program.txt", lambda: b"MZ\x90\x00\x03" + bytes(500), ASIDE),
    ("picture.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), ASIDE),
    ("pdf-as.txt", lambda: as_pdf(report("丙壬")), READ),
    ("docx-as.pdf", lambda: as_docx(report("丙癸")), READ),
    ("html-as.docx", lambda: as_html(report("丁甲")), READ),
    ("text-as.docx", lambda: report("丁乙").encode(), READ),
    ("html-without-ending", lambda: as_html(report("丁丙")), READ),
    ("page.aspx", lambda: as_html(report("丁丁")), READ),
    ("old.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 9, ASIDE),
    ("old.wps", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ASIDE),
    ("rich.rtf", lambda: b"{\\rtf1\\ansi text}", ASIDE),
    ("archive.zip", lambda: zipped({"a.txt": b"12"}), ASIDE),
    ("fixed.ofd", lambda: zipped({"OFD.xml": b"<x/>"}), ASIDE),
    ("database.txt", lambda: b"SQLite format 3\x00" + bytes(500), ASIDE),
    ("data.exe", lambda: b"x", IGNORED),
    # too much of it
    ("large.txt", lambda: "受理案件12件。\n".encode() * (bounds.FILE // 22), EITHER),
    ("too-large.txt", lambda: b"0" * (bounds.FILE + 1), ASIDE),
    ("large.html", lambda: b"<html><p>" + b"0 " * (bounds.PAGE // 2 + 9), ASIDE),
    ("long-line.txt", lambda: (report("丁戊") + HUGE_LINE).encode(), EITHER),
    ("digits.txt", lambda: b"1" * 300_000, EITHER),
    ("masks.txt", lambda: ("受理" + "*" * 300_000 + "件").encode(), EITHER),
    ("brackets.txt", lambda: "（《“".encode() * 50_000, EITHER),
    ("bomb.docx", lambda: bomb(300 << 20), ASIDE),
    ("lying-bomb.docx", lying_bomb, ASIDE),
    ("many-parts.docx", lambda: zipped({f"word/{n}.xml": b"" for n in range(bounds.PARTS)} | BODY), ASIDE),
    ("bomb.pdf", pdf_bomb, ASIDE),
    ("many-pages.pdf", lambda: many_pages(bounds.PAGES + 1), ASIDE),
    ("loop.pdf", lambda: pdf_of(stream(b"")).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"), ASIDE),
    # made to harm
    ("entities.docx", entity_docx, ASIDE),
    ("entities-utf16.docx", lambda: entity_docx("utf-16"), ASIDE),
    ("reads-a-file.docx", lambda: entity_docx(body="&x;", definitions=READS_FILE), ASIDE),
    ("entities-page.html", lambda: (ENTITIES + "<html><body><p>&j;办结案件12件。</p></body></html>").encode(), EITHER),
    ("links-out.docx", lambda: as_docx(report("丁己"), extra={"word/_rels/document.xml.rels": LINKS_OUT}), READ),
    ("links-out-page.html", lambda: as_html(report("丁庚")).replace(b"</head>", PULLS_IN + b"</head>"), READ),
    ("deep-div.html", lambda: nested("div", 20_000), ASIDE),
    ("deep-table.html", lambda: nested("table><tr><td", 5_000), ASIDE),
    ("deep-bold.html", lambda: nested("b", 100_000), ASIDE),
    ("deep.docx", lambda: as_docx("", document="<w:sdt><w:sdtContent>" * 3000), ASIDE),
    ("locked.pdf", locked_pdf, ASIDE),
    ("locked.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9, ASIDE),
    ("scan.pdf", lambda: pdf_of(stream(b"0 0 10 10 re f")), ASIDE),
    # characters
    ("surrogates-page.html", lambda: as_html(report("丁辛")).replace("办".encode(), b"&#xD800;", 1), READ),
    ("surrogates.txt", lambda: report("丁壬").encode() + b"\xed\xa0\x80" * 3, READ),
    ("nul.txt", lambda: report("丁癸").replace("办", "办\x00").encode(), READ),
    ("nul-page.html", lambda: as_html(report("戊甲").replace("办", "办\x00")), READ),
    ("bidi.txt", lambda: report("戊乙").replace("办结", "办\u202e结\u202c").encode(), READ),
    ("escapes.html", lambda: as_html(report("戊丙")).replace("办".encode(), b"&#27;[2J", 1), READ),
    ("controls.txt", lambda: report("戊丁").encode() + "\u009b2J".encode(), READ),
    ("utf-7.txt", lambda: b"+U8t7hnDo- 12", EITHER),
    ("big5.txt", lambda: "政府信息公開工作年度報告".encode("big5") * 20, ASIDE),
    ("mojibake.txt", lambda: report("戊戊").encode().decode("gb18030", "replace").encode(), EITHER),
    # names
    ("with blanks .txt", lambda: report("戊己").encode(), READ),
    ("云岭县 报告(最终)📄.txt", lambda: report("戊庚").encode(), READ),
    ("=cmd|' !A1.txt", lambda: report("戊辛").encode(), READ),
    ("-rf.txt", lambda: report("戊壬").encode(), READ),
    ("line\nend\x1b[2J.txt", lambda: report("戊癸").encode(), READ),
    ("\u202etxt.exe.txt", lambda: report("己甲").encode(), READ),
    (os.fsdecode(b"\xff\xfe\xfd.txt"), lambda: report("己乙").encode(), READ),
    ("a" * 240 + ".txt", lambda: report("己丙").encode(), READ),
    (" .txt", lambda: report("己丁").encode(), READ),
    ("<script>alert(1)<;script>.txt", lambda: report("己戊").encode(), READ),
    # what would run elsewhere
    ("script.txt", lambda: report("己己").replace("办结", "<script>alert(1)</script>办结").encode(), READ),
    ("script-page.html", lambda: as_html(report("己庚").replace("办结", "<script>alert(1)</script>办结")), READ),
    ("formula.txt", lambda: ("=HYPERLINK(1)&" + report("己辛")).encode(), READ),
    ("template.txt", lambda: report("己壬").replace("办结", "{{ 7*7 }}{% include 'x' %}${7*7}").encode(), READ),
)  # fmt: skip

BODY: Final = {"word/document.xml": b"<x/>"}
READS_FILE: Final = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LINKS_OUT: Final = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" Type='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://127.0.0.1:9/x.png" '
    b'TargetMode="External"/></Relationships>'
)
PULLS_IN: Final = (
    b'<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><script src="http://127.0.0.1:9/x.js"></script>'
    b'<meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/"><base href="http://127.0.0.1:9/">'
)


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return packed.getvalue()


def many_pages(count: int) -> bytes:
    from fpdf import FPDF

    pages = FPDF()
    for _ in range(count):
        pages.add_page()
    return bytes(pages.output())


def write_folder(folder: Path) -> dict[str, str]:
    """Fill a folder; return what must become of every file, by its path."""
    outside = folder.with_name("outside.txt")
    outside.write_text(report("外面"), encoding="utf-8")
    folder.mkdir()
    for name, content, _ in FILES:
        (folder / name).write_bytes(content())
    for name, content in TABLES:
        (folder / name).write_bytes(content())
    (folder / "good.xlsx").write_bytes(workbook())
    (folder / "link-out.txt").symlink_to(outside)
    (folder / "link-in.txt").symlink_to("good.txt")
    (folder / "link-to-nothing.txt").symlink_to("nothing")
    (folder / "link-to-itself.txt").symlink_to("link-to-itself.txt")
    (folder / "link-up").symlink_to("..")
    (folder / "link-round").symlink_to(".")
    (folder / "device.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "sub" / "deep" / "below.txt").write_text(report("里面"), encoding="utf-8")
    return {name: status for name, _, status in FILES} | {
        "link-out.txt": ASIDE, "link-in.txt": "duplicate", "link-to-nothing.txt": ASIDE, "link-to-itself.txt": ASIDE,
        "link-up": ASIDE, "link-round": IGNORED, "device.txt": ASIDE, "pipe.txt": ASIDE, "sub/deep/below.txt": READ,
        **{name: ASIDE for name, _ in TABLES}, "good.xlsx": "table", "good.xlsx#2": READ,
    }  # fmt: skip
