"""A PDF with a text layer as text: its lines in reading order, wrapped ones joined, the page of each kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from analysis import bounds
from analysis.errors import InputError
from analysis.formats.decoded import Decoded, Span, clean
from analysis.text.chrome import opens_part
from analysis.text.reading import make_text

#: Changes with every change of the text this module makes from a PDF.
READER: Final = "pdf 1"

#: A page without so many characters has no text layer.
_FEW: Final = 10
#: Lines at the upper and lower end of a page that can be a running head or foot.
_EDGE: Final = 2
#: Share of the pages that a running head stands on, and how far it may move, in parts of the page's height.
_RUNNING: Final = 0.4
_STAYS: Final = 0.02
#: A first line set in type this much smaller than the text is a running head, also on the only page.
_SMALL: Final = 0.75
#: What a line may fall short of the right edge and go on, besides what could not be parted at the head of the next;
#: how far a paragraph's first line is indented: in characters.
_SHORT: Final = 1.2
_INDENT: Final = 1.2
#: How far apart two lines of one paragraph may stand, in steps from line to line.
_APART: Final = 1.4
_WHOLE: Final = re.compile(r"[\x21-\x7e＊]{1,40}[，。；、：）】》”%％]*|.")
_NUMBER: Final = re.compile(
    r"[-—–_·•\s|/(]*(?:第\s*)?\d{1,4}(?:\s*[/,-]\s*\d{1,4})?\s*页?(?:共\s*\d+\s*页)?[-—–_·•\s|)]*"
)
_ENDS: Final = "。；：！;:!"
_DIGITS: Final = re.compile(r"\d+")
_LATIN: Final = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class _Line:
    """A printed line: its characters, its box in points from the upper left corner, the width of a character."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    furniture: bool = False


class _Edges(NamedTuple):
    """Where the lines of a page begin and end, how far it is from one to the next, whether paragraphs are indented."""

    left: float
    right: float
    step: float
    indents: bool


def read_pdf(data: bytes, name: str) -> Decoded:
    """Return the text layer of a PDF, one line a paragraph; running heads and page numbers stand at the end.

    Lines that reach the right edge are joined with the next unless it is indented, set in another size, set apart, or
    begins a part. A line that stands at one height on many pages is a running head; a number alone at the edge of a
    page is its number. Both are furniture, behind the report, so that a sentence goes on over the end of a page.

    Raises
    ------
    InputError
        It is damaged, locked, has too many pages, or no page has a text layer.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError(f"{name} is a PDF with a password. Open it with the password and print it anew.") from None
        raise InputError(f"{name} is a PDF that is cut off or damaged. Get it again.") from None
    if len(document) > bounds.PAGES:
        raise InputError(f"{name} is a PDF of {len(document)} pages; it may have {bounds.PAGES}. Take the report out.")
    pages = [_lines(document, number) for number in range(len(document))]
    bare = [number for number, page in enumerate(pages) if sum(len(line.text) for line in page) < _FEW]
    if len(bare) == len(pages):
        raise InputError(
            f"{name} is a PDF without a text layer: a scan. Read it with OCR, check the figures by eye, and save the "
            "text as .txt."
        )
    return _joined(_marked(pages), ("pages_without_text",) if bare else ())


def _lines(document: Any, number: int) -> list[_Line]:
    """Return the lines of a page in reading order; a page that cannot be read has none."""
    try:
        page = document[number]
        height = page.get_height()
        text_page = page.get_textpage()
        found = list(_printed(text_page, number + 1, height))
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError:
        return []
    return _in_rows(_ordered(found))


def _printed(text_page: Any, number: int, height: float) -> Iterator[_Line]:
    """Yield the lines of a page as the stream of the page brings them."""
    characters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []

    def line() -> Iterator[_Line]:
        text = clean("".join(characters)).lstrip(" \u3000\u00a0")  # a blank at its end may part two words
        if text and boxes:
            left, bottom, right, top = (
                min(box[0] for box in boxes), min(box[1] for box in boxes),
                max(box[2] for box in boxes), max(box[3] for box in boxes),
            )  # fmt: skip
            size = max(box[2] - box[0] for box in boxes)
            yield _Line(number, text, left, height - top, right, height - bottom, size)
        characters.clear()
        boxes.clear()

    for index in range(text_page.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if character in "\r\n":
            yield from line()
        elif character != "\x02":  # a hyphen that pdfium takes for one of a broken word
            characters.append(character)
            if not character.isspace() and pdfium.FPDFText_IsGenerated(text_page, index) != 1:
                boxes.append(text_page.get_charbox(index, loose=True))
    yield from line()


def _ordered(lines: list[_Line]) -> list[_Line]:
    """Return lines in reading order: that of the stream where it reads down the page, else from the top.

    A step up to the right is the next column; any other step up means that the stream is in no order.
    """
    steps = [(one, other) for one, other in pairwise(lines) if other.bottom < one.top and other.left < one.right]
    return sorted(lines, key=lambda line: (line.top, line.left)) if steps else lines


def _in_rows(lines: Sequence[_Line]) -> list[_Line]:
    """Put together what stands on one line, as the cells of a row do."""
    rows: list[_Line] = []
    for line in lines:
        last = rows[-1] if rows else None
        if last and line.left >= last.right - 1 and abs(_middle(line) - _middle(last)) < min(line.size, last.size) / 2:
            gap = " " if line.left - last.right > line.size / 4 else ""
            box = min(last.top, line.top), line.right, max(last.bottom, line.bottom)
            rows[-1] = replace(last, text=f"{last.text}{gap}{line.text}", top=box[0], right=box[1], bottom=box[2])
        else:
            rows.append(line)
    return rows


def _middle(line: _Line) -> float:
    return (line.top + line.bottom) / 2


def _marked(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """Return all lines, running heads and page numbers marked as furniture."""
    edges = []
    for page in pages:
        by_height = sorted(page, key=lambda line: line.top)
        edges.append({id(line): line for line in (*by_height[:_EDGE], *by_height[-_EDGE:])})
    heads: Counter[tuple[str, int]] = Counter()
    for edge in edges:
        heads.update({spot for line in edge.values() for spot in _spots(line)})
    often = max(2, _RUNNING * sum(map(bool, pages)))
    heights = [line.bottom - line.top for page in pages for line in page for _ in line.text]
    small = _SMALL * (median(heights) if heights else 0)

    def runs(line: _Line, page: Sequence[_Line]) -> bool:
        first = all(other.top > line.bottom + line.size or other is line for other in page)
        return _is_number(line) or heads[_spots(line)[0]] >= often or (first and line.bottom - line.top < small)

    return [
        replace(line, furniture=id(line) in edge and runs(line, page))
        for page, edge in zip(pages, edges, strict=True)
        for line in page
    ]


def _is_number(line: _Line) -> bool:
    return bool(_NUMBER.fullmatch(make_text(line.text).folded))


def _spots(line: _Line) -> tuple[tuple[str, int], ...]:
    """Return what a line says, numbers apart, with where it stands: a running head does so on every page."""
    at = round(line.top / (_STAYS * 842))
    return tuple((_DIGITS.sub("0", line.text.replace(" ", "")), place) for place in (at, at - 1, at + 1))


def _joined(lines: Sequence[_Line], wounds: tuple[str, ...]) -> Decoded:
    """Return the lines as a text, wrapped ones joined, furniture at the end."""
    flow = [line for line in lines if not line.furniture]
    edges = {page: _edges([line for line in flow if line.page == page]) for page in {line.page for line in flow}}
    text = ""
    places: list[tuple[int, str]] = []
    for last, line in zip([None, *flow], flow, strict=False):
        if last is not None:
            goes_on = _goes_on(last, line, edges[last.page], edges[line.page])
            text = text + _between(last.text, line.text) if goes_on else f"{text.rstrip()}\n"
        place = f"page:{line.page}"
        if not places or places[-1][1] != place:
            places.append((len(text), place))
        text += line.text
    text = text.rstrip()
    furniture: list[Span] = []
    for line in lines:
        if line.furniture:
            text += "\n"
            places.append((len(text), f"page:{line.page}"))
            furniture.append((len(text), len(text) + len(line.text.rstrip())))
            text += line.text.rstrip()
    return Decoded(text, tuple(places), tuple(furniture), wounds, READER)


def _edges(lines: Sequence[_Line]) -> _Edges:
    steps = [other.top - one.top for one, other in pairwise(lines) if other.top > one.top]
    left = min(line.left for line in lines)
    indented = sum(_INDENT * line.size < line.left - left < 3 * line.size for line in lines)
    return _Edges(left, max(line.right for line in lines), median(steps) if steps else 0, 10 * indented > len(lines))


def _goes_on(last: _Line, line: _Line, edges: _Edges, next_edges: _Edges) -> bool:
    """Say whether a line is the rest of the paragraph that the line above belongs to."""
    width = max(last.size, line.size)
    whole = _WHOLE.match(line.text)
    reaches = last.right + (_SHORT + len(whole[0] if whole else "")) * width > edges.right
    midway = edges.indents and last.text.rstrip()[-1:] not in _ENDS
    begun = last.left <= edges.left + 3 * width
    indented = line.left > next_edges.left + _INDENT * width
    height, other = last.bottom - last.top, line.bottom - line.top
    alike = abs(height - other) < 0.15 * height
    near = last.page != line.page or line.top - last.top < _APART * edges.step
    labelled = opens_part(make_text(line.text).folded)
    return (reaches or midway) and begun and not indented and alike and near and not labelled


def _between(one: str, other: str) -> str:
    """Return what stands between two lines of a paragraph: a blank between words of letters, else nothing."""
    return " " if _LATIN.match(one[-1:]) and _LATIN.match(other) else ""
