"""A saved web page as text: all that it shows, in order, and what of it is no part of the report."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import lxml.html
import trafilatura
from lxml import etree

from analysis import bounds
from analysis.errors import InputError
from analysis.formats.decoded import Block, Decoded, clean, join_blocks
from analysis.text.chrome import is_title
from analysis.text.reading import decode, make_text

#: Changes with every change of the text this module makes from a page.
READER: Final = "html 1"

_SILENT: Final = frozenset({"script", "style", "noscript", "template", "head", "iframe", "object", "svg", "textarea"})
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "o:p",
    ]
)
_CELLS: Final = frozenset({"td", "th"})
#: What hides an element from whoever looks at the page, as injected links are hidden.
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,}", re.IGNORECASE
)
_META: Final = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_-]+)", re.IGNORECASE)
_HEADER: Final = re.compile(rb"^content-type:[^\r\n]*?charset\s*=\s*\"?([A-Za-z0-9_-]+)", re.IGNORECASE | re.MULTILINE)
_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_WRAPPED: Final = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n][ \t\r\n]*(?=[{_WIDE}])")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_BLANKS: Final = re.compile(r"\s+")
_OUTER: Final = " \u00a0\u200b\u3000\ufeff"
#: Parts the cells of a row until the row is complete; no page holds it, see `clean`.
_BETWEEN: Final = "\x00"
#: A cell longer than this lays out the page and is no cell of a table of facts.
_CELL: Final = 200
#: A line as long as this is told to be of the main text by its words alone.
_TELLING: Final = 16


def read_html(data: bytes, name: str) -> Decoded:
    """Return a saved page as text, one line a paragraph or row of a table.

    What the page shows is all there, in its order. What the library `trafilatura` leaves out above the first and below
    the last line of the main text is furniture, and so is what the page hides; what stands between is kept, whatever
    the library says of it.

    Parameters
    ----------
    data : bytes
        The page; also with the header of its transfer before it.
    name : str
        What to call it in a message.

    Raises
    ------
    InputError
        It is too large, nested too deeply, or holds no text.
    """
    if len(data) > bounds.PAGE:
        raise InputError(f"{name} is a web page of {len(data) / 2**20:.0f} MB; it may have {bounds.PAGE // 2**20} MB.")
    declared, data = _declared(data)
    return _read(clean(decode(data, name, declared)), name)


def read_mhtml(data: bytes, name: str) -> Decoded:
    """Return a page that a browser saved as one file (.mht, .mhtml); see `read_html`."""
    message = email.message_from_bytes(data[: bounds.FILE], policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                charset = str(part.get_content_charset() or "").encode("ascii", "ignore")
                return read_html(b"HTTP/1.1 200\nContent-Type: text/html; charset=%s\n\n" % charset + content, name)
    raise InputError(f"{name} is a web archive without a page in it. Save the page of the report again as .html.")


def _declared(data: bytes) -> tuple[str, bytes]:
    """Return the encoding that the header of the transfer, the XML declaration or the page names, and the page."""
    header = b""
    if re.match(rb"HTTP/\d", data):
        header, _, data = data.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
    head = data[:4096]
    found = _HEADER.search(header) or _DECLARED.search(head) or _META.search(head)
    return (found[1].decode("ascii").lower() if found else ""), data


def _read(page: str, name: str) -> Decoded:
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    content = re.sub(r"<\?xml[^>]{0,200}\?>", "", page, count=1).encode("utf-8")
    try:
        tree = lxml.html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise InputError(f"{name} is a web page without any text. Save the page of the report again.") from None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise InputError(
            f"{name} is nested more than {bounds.LEVELS} levels deep: damaged, or made to harm. Save it as .txt."
        )
    blocks = list(find_blocks(tree))
    if not any(block.text for block in blocks):
        raise InputError(f"{name} is a web page without any text; it may be filled by a script. Save it as .txt.")
    return join_blocks(_marked(blocks, _main_text(tree)), READER, _wounds(tree))


def _main_text(tree: Any) -> str:
    """Return what the library takes for the main text; nothing where it finds none or fails."""
    try:
        return trafilatura.extract(tree, fast=True, favor_recall=True, include_comments=False) or ""
    except Exception:  # whatever it trips over, the text is there all the same
        return ""


def find_blocks(tree: Any) -> Iterator[Block]:
    """Yield what a page shows, line by line, with the path of the element each stands in; then what it hides there."""
    walk = etree.iterwalk(tree, events=("start", "end"))
    path: list[str] = []
    counts: list[Counter[str]] = [Counter()]
    shown: list[str] = []
    hidden: list[str] = []
    place, row, cover = "", 0, 0  # of the waiting words; levels at which a row, a hidden element began

    def flush() -> Iterator[Block]:
        for words, furniture in ((shown, False), (hidden, True)):
            if line := _plain("".join(words)):
                yield Block(line, f"element:{place}", furniture)
            words.clear()

    for event, element in walk:
        tag = str(element.tag)
        inline = tag in _INLINE or bool(row)
        if event == "start":
            counts[-1][tag] += 1
            path.append(tag if len(path) < 2 else f"{tag}[{counts[-1][tag]}]")
            counts.append(Counter())
            if not inline:
                yield from flush()
                place = "/" + "/".join(path)
            if tag in _SILENT:
                walk.skip_subtree()
                continue
            if tag == "tr" and not row and _is_row(element):
                row = len(path)
            if not cover and (_HIDDEN.search(element.get("style", "")) or "hidden" in element.attrib):
                cover = len(path)
            (hidden if cover else shown).append(element.text or "")
            continue
        if tag in _CELLS and row:
            shown.append(_BETWEEN)
        if row == len(path):
            row = 0
        if cover == len(path):
            cover = 0
        path.pop()
        counts.pop()
        if not (tag in _INLINE or row):
            yield from flush()
            place = "/" + "/".join(path)
        (hidden if cover else shown).append(" " + (element.tail or "") if row else element.tail or "")
    yield from flush()


def _is_row(row: Any) -> bool:
    """Say whether a row is one of a table of facts: short cells and no table inside."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2 or row.find(".//table") is not None:
        return False
    return all(len(_BLANKS.sub("", "".join(cell.itertext()))) <= _CELL for cell in cells)


def _plain(words: str) -> str:
    """Return the words of one line as a browser shows them: blanks run together, no line end between characters."""
    cells = (_SPACES.sub(" ", _WRAPPED.sub("", cell)).strip(_OUTER) for cell in words.split(_BETWEEN))
    return " ".join(cell for cell in cells if cell)


def _marked(blocks: Sequence[Block], main: str) -> Iterator[Block]:
    """Yield the blocks, those around the main text marked as furniture; a title of a report never is."""
    lines = {_BLANKS.sub("", line) for line in main.replace("|", " ").split("\n")} - {""}
    whole = "\n".join(lines)
    bare = [_BLANKS.sub("", block.text) for block in blocks]
    told = [
        index
        for index, line in enumerate(bare)
        if not blocks[index].furniture and (line in lines or (len(line) >= _TELLING and line in whole))
    ]
    first, last = (told[0], told[-1]) if told else (0, len(blocks) - 1)
    while first and is_title(make_text(blocks[first - 1].text).folded.strip()):
        first -= 1
    for index, block in enumerate(blocks):
        yield block._replace(furniture=block.furniture or not first <= index <= last)


def _wounds(tree: Any) -> tuple[str, ...]:
    """Return what the page itself tells to be wrong: it is made of links."""
    shown = sum(len(_BLANKS.sub("", text)) for text in tree.itertext() if isinstance(text, str))
    linked = sum(len(_BLANKS.sub("", "".join(link.itertext()))) for link in tree.iter("a"))
    return ("links_only",) if shown and linked > 0.8 * shown else ()
