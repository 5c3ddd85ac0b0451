"""What kind of file some bytes are, by what stands in them; a name may lie."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from analysis.errors import InputError

#: How files begin that are recognised by a mark.
_MARKS: Final = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "bitmap"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"SQLite format 3\x00", "database"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
#: A part that a packed format always has.
_PARTS: Final = (
    ("word/document.xml", "docx"),
    ("OFD.xml", "ofd"),
    ("xl/workbook.xml", "sheet"),
    ("ppt/presentation.xml", "slides"),
    ("content.xml", "odt"),
)
_HEAD: Final = 4096
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAGS: Final = re.compile(rb"<(?:p|div|table|span|meta|title|h[1-6]|br|td)\b[^<>]*>", re.IGNORECASE)
_PAGES: Final = (".htm", ".html", ".shtml", ".xhtml", ".mht", ".mhtml")

#: What to do with a kind that is not read.
ASIDE: Final = {
    "doc": "a Word or WPS file of the old kind (.doc, .wps). Open it and save it as .docx or .txt.",
    "ole": "an old Office file. Open it and save it as .docx or .txt.",
    "locked": "a Word file with a password. Open it with the password and save it without one.",
    "rtf": "a rich text file (.rtf). Open it and save it as .docx or .txt.",
    "ofd": "an OFD file, the national format for fixed pages. Open it with an OFD reader and save it as .txt or .pdf.",
    "odt": "an OpenDocument file. Open it and save it as .docx or .txt.",
    "sheet": "a workbook under another name. If it is a table of reports, let its name end in .xlsx.",
    "slides": "a file of slides. Export the report as .txt.",
    "wordxml": "a Word file of the kind of 2003 (XML). Open it and save it as .docx or .txt.",
    "archive": "an archive. Unpack it and put the reports it holds beside it.",
    "image": "a picture. Read it with OCR, check the figures by eye, and save the text as .txt.",
    "database": "a database. Export each report as .txt.",
    "program": "a program, no report. Remove it.",
}


def find_kind(data: bytes, name: str) -> str:
    """Return the kind of a file: text, html, mhtml, pdf, zip (see `find_packed`), or one of `ASIDE`.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name; it decides only between a text and a web page without a head.

    Examples
    --------
    >>> find_kind(b"%PDF-1.7", "report.txt"), find_kind(b"<!DOCTYPE html><p>", "a"), find_kind(b"<p>1</p>", "a.txt")
    ('pdf', 'html', 'text')
    """
    head = data[:_HEAD]
    if b"%PDF" in head[:1024]:
        return "pdf"
    for mark, kind in _MARKS:
        if head.startswith(mark):
            if kind == "bitmap":
                return "image" if b"\x00" in head else "text"
            if kind == "program":
                return "program" if b"\x00" in head else "text"
            return _office(data) if kind == "ole" else kind
    if b'progid="Word.Document"' in head:
        return "wordxml"
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if re.match(rb"HTTP/\d", plain):
        plain = re.split(rb"\r?\n\r?\n", plain, maxsplit=1)[-1]
    if _HTML.match(plain):
        return "html"
    if re.search(rb"^MIME-Version:", plain, re.MULTILINE | re.IGNORECASE) and b"multipart/" in plain.lower():
        return "mhtml"
    return "html" if name.lower().endswith(_PAGES) and _TAGS.search(plain) else "text"


def looks_readable(head: bytes) -> bool:
    """Say whether a file of an unknown ending begins as a web page, a PDF or a packed file."""
    return find_kind(head, "") in {"html", "mhtml", "pdf", "zip"}


def find_packed(data: bytes) -> str:
    """Return the kind of a packed file by the parts it holds: docx, one of `ASIDE`, or broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        return "broken"
    return next((kind for part, kind in _PARTS if part in names), "archive")


def _office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "locked"
    return "doc" if "WordDocument".encode("utf-16-le") in data else "ole"


def refuse(kind: str, name: str) -> InputError:
    """Return the error that says what a file is and what to do with it."""
    if kind == "broken":
        return InputError(f"{name} is a Word file or an archive that is cut off or damaged. Get it again.")
    return InputError(f"{name} is {ASIDE[kind]}")
