"""A report in every format a county publishes in, made from its text when a test needs it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

from analysis.figures.lettering import FONT

HEAD = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>云岭县人民政府门户网站</title>
<script>var figure = "受理999件";</script><style>p {{ margin: 1em }}</style></head>
<body><div class="top"><ul><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li>
<li><a href="/fw">办事服务</a></li></ul>
<form><input type="text" value="请输入关键字"></form></div>
<div class="nav">当前位置:<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; 法治政府建设</div>
<div class="content"><div class="info"><span>发布时间:{published}</span>
<span>来源:云岭县司法局</span> <span>浏览次数:1234</span></div>
"""
FOOT = """</div>
<div class="share">分享到:<a href="#">微信</a> <a href="#">微博</a> <a href="#">打印本页</a>
<a href="#">关闭窗口</a></div>
<div class="foot"><p>主办:云岭县人民政府 承办:云岭县政务公开办公室</p>
<p>网站标识码:0000000000 地址:云岭县人民路1号 邮编:000000</p>
<p><a href="/map">网站地图</a> <a href="/us">关于我们</a></p></div></body></html>
"""
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def lines_of(text: str) -> list[str]:
    return [line.strip(" \u3000\t\r") for line in text.split("\n") if line.strip(" \u3000\t\r")]


def as_html(text: str, charset: str = "utf-8", published: str = "2025-03-20") -> bytes:
    """Return a page of a site, the report among menus, share buttons and the site's foot."""
    body = "\n".join(f'<p style="text-indent: 2em"><span>　　{escape(line)}</span></p>' for line in lines_of(text))
    page = HEAD.format(charset=charset, published=published) + body + FOOT
    return page.encode("gb18030" if charset == "gb2312" else charset)


def as_pdf(text: str, *, running: bool = True) -> bytes:
    """Pages with a running head and page numbers; paragraphs are indented and wrapped wherever the line is full."""
    from fpdf import FPDF

    class Pages(FPDF):
        def header(self) -> None:
            if running:
                self.set_font("cjk", size=9)
                self.text(90, 15, "法治建设文件汇编")

        def footer(self) -> None:
            if running:
                self.set_font("cjk", size=9)
                self.text(100, 285, f"— {self.page_no()} —")

    pages = Pages(format="A4")
    pages.add_font("cjk", fname=str(FONT))
    pages.set_auto_page_break(False)
    left, right, size, step = 28.0, 182.0, 16, 9.0
    pages.add_page()
    y = 30.0
    for line in lines_of(text):
        pages.set_font("cjk", size=size)
        rest, x = line, left + 2 * size * 0.3528
        while rest:
            if y > 268:
                pages.add_page()
                pages.set_font("cjk", size=size)
                y = 30.0
            count = _fitting(pages, rest, right - x)
            count += len(rest[count:]) - len(rest[count:].lstrip(" "))
            pages.text(x, y, rest[:count])
            rest, x, y = rest[count:], left, y + step
    return bytes(pages.output())


def _fitting(pages: object, words: str, width: float) -> int:
    """How many characters a line takes; no number is parted, no mark begins a line, as printing does it."""
    count = len(words)
    while count > 1 and pages.get_string_width(words[:count]) > width:  # type: ignore[attr-defined]
        count -= 1
    if count == len(words):
        return count
    while count > 1 and (words[count] in "，。；、：）】》”％%,.;:)!？" or _parted(words, count)):
        count -= 1
    return count


def _parted(words: str, count: int) -> bool:
    one, other = words[count - 1], words[count]
    return (one.isascii() and not one.isspace()) and (other.isascii() and not other.isspace())


def as_docx(text: str, *, numbering: str = "", document: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """A Word file, one paragraph a line; `document` is the body's XML where a test needs another."""
    body = document or "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines_of(text))
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    if numbering:
        parts["word/numbering.xml"] = f'<w:numbering xmlns:w="{WORD}">{numbering}</w:numbering>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
        for name, data in (extra or {}).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def as_mhtml(text: str, published: str = "2025-03-20") -> bytes:
    page = as_html(text, "gb2312", published)
    return (
        (
            b"From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/related; boundary="--x"\r\n\r\n'
            b'----x\r\nContent-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        )
        + page
        + b"\r\n----x--\r\n"
    )


MAKERS: dict[str, Callable[[str, str], bytes]] = {
    "html": lambda text, day: as_html(text, "utf-8", day),
    "html-gb": lambda text, day: as_html(text, "gb2312", day),
    "mhtml": as_mhtml,
    "pdf": lambda text, _: as_pdf(text),
    "docx": lambda text, _: as_docx(text),
    "gb18030": lambda text, _: text.encode("gb18030"),
}


def samples(project: Path) -> list[Path]:
    return sorted([*(project / "tests" / "reports").glob("*.txt"), *(project / "data/samples").glob("*/reports/*.txt")])
