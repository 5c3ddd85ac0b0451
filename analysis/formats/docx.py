"""A Word file (.docx) as text: its paragraphs and rows of tables in order, with the numbers that Word adds itself."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.parsers.expat import ExpatError

import lxml.html
import mammoth
from lxml import etree

from analysis import bounds
from analysis.errors import InputError
from analysis.formats.decoded import Block, Decoded, clean, join_blocks
from analysis.formats.html import find_blocks
from analysis.formats.numbering import W, write_numbers

#: Changes with every change of the text this module makes from a Word file.
READER: Final = "docx 1"

_BODY: Final = "word/document.xml"
_NUMBERING: Final = "word/numbering.xml"
_STYLES: Final = "word/styles.xml"
#: The parts that hold words or say how they are numbered; pictures, programs and links elsewhere are left out.
_NEEDED: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/_rels/document\.xml\.rels"
    r"|word/(?:document|numbering|styles|footnotes|endnotes|(?:header|footer)\d*)\.xml"
)
_RUNNING: Final = re.compile(r"word/(?:header|footer)\d*\.xml")
_ROW: Final = re.compile(r"/table\[(\d+)\](?:/t(?:head|body|foot)\[\d+\])?/tr\[(\d+)\]$")


def read_docx(data: bytes, name: str) -> Decoded:
    """Return a Word file as text, one line a paragraph or row of a table; running heads stand at the end.

    The library `mammoth` finds the paragraphs, rows and notes, without what was struck out; the numbers that Word adds
    to headings and lists are written out before (`analysis.formats.numbering`).

    Raises
    ------
    InputError
        It is damaged, holds no text, or is made to harm: too large unpacked, or with definitions of its own.
    """
    parts = _unpacked(data, name)
    try:
        trees = {part: _parsed(content) for part, content in parts.items() if part.endswith(".xml")}
        write_numbers(trees[_BODY], trees.get(_NUMBERING), trees.get(_STYLES))
        parts[_BODY] = etree.tostring(trees[_BODY], encoding="UTF-8", xml_declaration=True)
        page = mammoth.convert_to_html(_packed(parts), convert_image=mammoth.images.img_element(lambda _: {})).value
    except (
        etree.LxmlError, ExpatError, KeyError, ValueError, AttributeError, TypeError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise InputError(f"{name} is a Word file that is damaged ({type(error).__name__}). Save it again.") from None
    blocks = [*_numbered(page), *_running_heads(trees)]
    if not any(block.text and not block.furniture for block in blocks):
        raise InputError(f"{name} is a Word file without text; it may hold pictures of pages. Read them with OCR.")
    return join_blocks(blocks, READER)


def _unpacked(data: bytes, name: str) -> dict[str, bytes]:
    """Return the parts that are needed, after a look at the sizes that the file itself gives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            total = sum(part.file_size for part in listed)
            if len(listed) > bounds.PARTS or total > bounds.UNPACKED or total > bounds.RATIO * len(data):
                raise InputError(
                    f"{name} is a Word file that unpacks to {total / 2**20:.0f} MB in {len(listed)} parts: made to "
                    "harm. Remove it."
                )
            # A part is read up to the size it gives, and no further.
            parts = {part.filename: archive.read(part) for part in listed if _NEEDED.fullmatch(part.filename)}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as error:
        raise InputError(f"{name} is a Word file that is cut off or damaged ({error}). Get it again.") from None
    for part, content in parts.items():
        if b"<!" in content.replace(b"\x00", b"").replace(b"<!--", b"").replace(b"<![CDATA[", b""):
            raise InputError(f"{name} holds definitions of its own ({part}), as no Word file does: made to harm.")
    return parts


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    packed.seek(0)
    return packed


def _numbered(page: str) -> Iterator[Block]:
    """Yield the paragraphs and rows of a page that mammoth made, with their numbers."""
    if not page.strip():
        return
    parser = lxml.html.HTMLParser(no_network=True, encoding="utf-8")
    tree = lxml.html.document_fromstring(clean(page).encode(), parser=parser)
    for number, block in enumerate(find_blocks(tree), start=1):
        row = _ROW.search(block.place)
        yield block._replace(place=f"row:{row[1]}.{row[2]}" if row else f"paragraph:{number}")


def _running_heads(trees: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the running heads and feet, each once."""
    words = [
        "".join(text.text or "" for text in paragraph.iter(f"{W}t"))
        for part, tree in sorted(trees.items())
        if _RUNNING.fullmatch(part)
        for paragraph in tree.iter(f"{W}p")
    ]
    for text in dict.fromkeys(words):
        yield Block(text, "paragraph:head", True)
