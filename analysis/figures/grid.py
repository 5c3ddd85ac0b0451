"""The cells of a matrix on a page: rows in groups, one column a report, status as face and hatch, value as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from analysis.figures.canvas import (
    MARGIN,
    Key,
    add_legend,
    column_height,
    fit_columns,
    ink_on,
    label_columns,
    label_rows,
    legend_height,
    millimetres,
    swatch,
    widest,
)  # fmt: skip
from analysis.figures.labels import label
from analysis.figures.lettering import balance, text_height, text_width
from analysis.figures.style import GREY, MEDIUM, PALE, SMALL, WIDE, Drawing

# Face, hatch and mark of a cell. The blue fades with certainty; what is not a value is never blue.
CELLS: dict[str, tuple[str, str, str]] = {
    "present": ("#08519c", "", "\u25cf"),
    "partial": ("#9ecae1", "", "\u25cb"),
    "absent": ("#ffffff", "", ""),
    "exact": ("#08519c", "", ""),
    "rounded": ("#3182bd", "", ""),
    "approximate": ("#6baed6", "", ""),
    "bounded": ("#9ecae1", "", ""),
    "vague": ("#c6dbef", "", ""),
    "components_only": ("#f5e6a8", "|||", ""),
    "conflict": ("#e69f00", "\\\\\\", ""),
    "masked": ("#ffffff", "//////", ""),
    "not_reported": ("#ffffff", "", ""),
    "not_read": ("#f0f0f0", "....", ""),
    "not_applicable": ("#d5d5d5", "", "\u2013"),
}
TEXT_REPORTS = 8  # of more reports the cells hold no text
ROWS_A_BLOCK = 46
GAP = 4.0  # mm between two blocks
AIR = 0.8  # mm of white beside the text of a cell
LEAST_LABEL = 36.0  # mm that the labels of rows keep

Cells = dict[tuple[str, str], tuple[str, str]]  # (row, report) -> (status, text)


@dataclass(frozen=True)
class Row:
    """One row of a matrix: an indicator or content, or the heading of a group (``key`` empty)."""

    key: str
    text: str
    height: float


@dataclass(frozen=True)
class Grid:
    """How a matrix is laid out on its page; lengths in mm."""

    page: float
    blocks: int
    label_width: float
    cell: float

    def left(self, block: int) -> float:
        """Where the cells of a block begin."""
        width = (self.page - 2 * MARGIN - GAP * (self.blocks - 1)) / self.blocks
        return MARGIN + block * (width + GAP) + self.label_width


def draw_grid(
    groups: Sequence[tuple[str, list[str]]], texts: dict[str, str], reports: dict[str, str], cells: Cells, lang: str,
    links: Mapping[tuple[str, str], str | None],
) -> Drawing:  # fmt: skip
    """Draw a matrix: ``groups`` are headings with the rows below each, ``cells`` status and text of every cell."""
    wide = widest(_fold(text, 0.0) for _, text in cells.values()) + AIR
    grid = _grid(sum(len(keys) + 1 for _, keys in groups), texts, len(reports), wide)
    columns, turned = fit_columns(list(reports.values()), grid.cell)
    cells = {key: (status, _fold(text or CELLS[status][2], grid.cell)) for key, (status, text) in cells.items()}
    parts = _split(_rows(groups, texts, cells, grid), grid.blocks)
    top = MARGIN + column_height(columns, turned)
    height = max(sum(row.height for row in part) for part in parts)
    keys, width = _legend(cells, lang), grid.page - 2 * MARGIN
    drawing = Drawing(grid.page, top + height + 3 + legend_height(keys, width) + MARGIN)
    for number, part in enumerate(parts):
        depth = sum(row.height for row in part)
        block = millimetres(drawing, grid.left(number), top, grid.cell * len(reports), depth)
        _fill(block, part, list(reports), cells, grid, links)
        label_columns(block, [(place + 0.5) * grid.cell for place in range(len(reports))], columns, turned)
    add_legend(drawing, MARGIN, top + height + 3, width, keys)
    return drawing


def _grid(count: int, texts: Mapping[str, str], reports: int, wide: float) -> Grid:
    """Return the layout of so many rows and reports, every cell as wide as the widest text in one."""
    half = (WIDE - 2 * MARGIN - GAP) / 2
    fits = reports <= TEXT_REPORTS and LEAST_LABEL + reports * (wide - AIR) <= half
    blocks = 2 if count > ROWS_A_BLOCK and fits else 1
    page = WIDE if blocks == 2 or reports > 5 else MEDIUM
    width = half if blocks == 2 else page - 2 * MARGIN
    least = max(2.9 if reports > TEXT_REPORTS else 12.0 if blocks == 1 else 6.0, wide)
    longest = max(text_width(text, SMALL) for text in texts.values()) + 2
    label_width = min(longest, max(LEAST_LABEL, width - reports * least))
    return Grid(page, blocks, label_width, min((width - label_width) / reports, 18.0))


def _fold(text: str, cell: float) -> str:
    """Break a range that is too wide for its cell after the dash."""
    wide = text_width(text, SMALL) > cell - AIR
    return text.replace("\u2013", "\u2013\n") if wide and len(text) > 1 else text


def _rows(groups: Sequence[tuple[str, list[str]]], texts: Mapping[str, str], cells: Cells, grid: Grid) -> list[Row]:
    rows = []
    blank = 0.9 if grid.blocks == 1 else 0.2
    folded = {key for (key, _), (_, text) in cells.items() if "\n" in text}
    for heading, keys in groups:
        if heading:
            rows.append(Row("", heading, 3.5 + blank))
        for key in keys:
            text = balance(texts[key], grid.label_width - 2, SMALL)
            least = text_height("\n", SMALL, 1.1) if key in folded else 0.0
            rows.append(Row(key, text, max(text_height(text, SMALL, 1.1) + blank, least)))
    return rows


def _split(rows: list[Row], blocks: int) -> list[list[Row]]:
    """Cut the rows into blocks of nearly equal height; a heading never ends one."""
    if blocks == 1:
        return [rows]
    half, height, cut = sum(row.height for row in rows) / 2, 0.0, 0
    while height < half:
        height += rows[cut].height
        cut += 1
    while not rows[cut - 1].key:
        cut -= 1
    return [rows[:cut], rows[cut:]]


def _fill(
    axes: Axes, rows: Sequence[Row], docs: Sequence[str], cells: Cells, grid: Grid,
    links: Mapping[tuple[str, str], str | None],
) -> None:  # fmt: skip
    patches: dict[str, list[Rectangle]] = {}
    urls: dict[str, list[str | None]] = {}
    positions, names, y = [], [], 0.0
    for row in rows:
        if not row.key:
            axes.text(-grid.label_width, y + row.height - 0.9, row.text, color=GREY, ha="left", va="bottom")
        for place, doc in enumerate(docs if row.key else ()):
            status, text = cells.get((row.key, doc), ("not_applicable", ""))
            patches.setdefault(status, []).append(Rectangle((place * grid.cell, y), grid.cell, row.height))
            urls.setdefault(status, []).append(links.get((row.key, doc)))
            if text:
                face, hatch, _ = CELLS[status]
                room = {"facecolor": face, "edgecolor": "none", "pad": 0.3} if hatch else None  # no line through words
                axes.text((place + 0.5) * grid.cell, y + row.height / 2, text, ha="center", fontsize=SMALL,
                          va="center" if "\n" in text else "center_baseline", linespacing=1.0,
                          color=ink_on(face), bbox=room)  # fmt: skip
        if row.key:
            positions.append(y + row.height / 2)
            names.append(row.text)
        y += row.height
    for status, rectangles in patches.items():
        face, hatch, _ = CELLS[status]
        axes.add_collection(PatchCollection(rectangles, facecolor=face, edgecolor=GREY if hatch else PALE,
                                            hatch=hatch or None, linewidth=0.0, clip_on=False,
                                            urls=urls[status]))  # fmt: skip
    for rectangles in patches.values():
        axes.add_collection(PatchCollection(rectangles, facecolor="none", edgecolor=PALE, linewidth=0.4, clip_on=False))
    label_rows(axes, positions, names)


def _legend(cells: Cells, lang: str) -> list[Key]:
    seen = {status for status, _ in cells.values()}
    return [
        swatch(label("status", status, lang), face, hatch, mark=mark)
        for status, (face, hatch, mark) in CELLS.items()
        if status in seen
    ]
