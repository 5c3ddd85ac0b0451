"""A printed table as a Word document: three rules, heads repeated on every page, the same table the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import _Cell

from analysis.figures.texttable import BROAD, column_shares
from analysis.files import without_clock

WESTERN, EASTERN = "Times New Roman", "SimSun"
POINTS = 9
SIDE = 20  # mm of margin


def word_bytes(shown: pd.DataFrame, numeric: Sequence[bool], note: str = "") -> bytes:
    """Return a table of texts as the bytes of a .docx file.

    Parameters
    ----------
    shown : DataFrame
        Texts, heads as columns, as `display_table` returns them.
    numeric : sequence of bool
        Which columns stand on the right.
    note : str
        A line below the table, e.g. that the data are invented.
    """
    document = Document()
    document.core_properties.author = document.core_properties.comments = ""
    section = document.sections[0]
    if len(shown.columns) >= BROAD:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Mm(SIDE)
    font = document.styles["Normal"].font
    font.name, font.size = WESTERN, Pt(POINTS)
    font.element.rPr.rFonts.set(qn("w:eastAsia"), EASTERN)
    table = document.add_table(rows=len(shown) + 1, cols=len(shown.columns))
    table.autofit = False
    room = (section.page_width or 0) - 2 * Mm(SIDE)
    shares = column_shares(shown)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(int(room * share))
    rows = [list(shown.columns), *shown.itertuples(index=False)]
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text, right, share in zip(row.cells, texts, numeric, shares, strict=True):
            cell.width = Emu(int(room * share))
            _write(cell, str(text), right)
            _rule(cell, top=number == 0, bottom=number in (0, len(rows) - 1))
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    if note:
        document.add_paragraph(note)
    buffer = io.BytesIO()
    document.save(buffer)
    return without_clock(buffer.getvalue())


def _write(cell: _Cell, text: str, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.add_run("".join(character for character in text if character.isprintable()))


def _rule(cell: _Cell, *, top: bool, bottom: bool) -> None:
    borders = OxmlElement("w:tcBorders")
    for side in [name for name, drawn in (("top", top), ("bottom", bottom)) if drawn]:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)
