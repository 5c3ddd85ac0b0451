"""Matrices: what each report discloses, and which mandated contents it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from analysis import codebook
from analysis.errors import ParameterError
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
    needs,
    swatch,
)  # fmt: skip
from analysis.figures.heat import draw_heat
from analysis.figures.labels import caption, label, labels_of, report_names, value_text, word
from analysis.figures.lettering import balance, text_height, text_width
from analysis.figures.style import GREY, MEDIUM, PALE, SMALL, TINY, WIDE, Drawing

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
    "components_only": ("#f5e6a8", "", ""),
    "conflict": ("#e69f00", "", ""),
    "masked": ("#ffffff", "//////", ""),
    "not_reported": ("#ffffff", "", ""),
    "not_read": ("#f0f0f0", "....", ""),
    "not_applicable": ("#d5d5d5", "", "\u2013"),
}
DISCLOSED = ("exact", "rounded", "approximate", "bounded", "vague", "components_only", "conflict")
AT_RISK = (*DISCLOSED, "not_reported")
TEXT_REPORTS, MAX_REPORTS = 8, 64
ROWS_A_BLOCK = 46
GAP = 4.0  # mm between two blocks

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

    @property
    def size(self) -> float:
        """Size of the letters in the cells, in points."""
        return SMALL if self.cell >= 11 else TINY

    def left(self, block: int) -> float:
        """Where the cells of a block begin."""
        width = (self.page - 2 * MARGIN - GAP * (self.blocks - 1)) / self.blocks
        return MARGIN + block * (width + GAP) + self.label_width


@needs("indicator", "status")
def plot_disclosure_matrix(table: pd.DataFrame, lang: str = "zh", *, values: bool | None = None) -> Drawing:
    """Draw what each report discloses: indicators by domain, one column a report, status as colour, value as text.

    Parameters
    ----------
    table : DataFrame or Result
        One row a report and indicator, as `estimate_disclosure` gives it: doc_id, indicator, status; for the cell
        texts value, low, high, unit; for the labels domain, label_zh, label_en, county, report_year, issuer_type.
    lang : {"zh", "en"}
    values : bool, optional
        Whether the values stand in the cells. By default they do for up to 8 reports. More than 64 reports are drawn
        as counts by year: n that disclose of n at risk (masked, unread and inapplicable cells are not at risk).

    Returns
    -------
    Drawing
    """
    if len(reports := _reports(table, lang)) > MAX_REPORTS:
        return _matrix_by_year(table, lang)
    with_text = len(reports) <= TEXT_REPORTS if values is None else values
    texts = labels_of(table, "indicator", lang)
    if "form" in table:
        amounts = table.loc[table["form"] == "amount", ["indicator", "unit"]].drop_duplicates("indicator")
        for key, unit in amounts.itertuples(index=False):
            texts[key] += word("unit_after", lang, unit=label("unit", unit, lang))
    cells: Cells = {
        (row["indicator"], row["doc_id"]): (row["status"], value_text(row, lang) if with_text else "")
        for row in _known(table).to_dict("records")
    }
    drawing = _draw(_groups(table, "indicator", "domain", lang), texts, reports, cells, lang)
    drawing.caption = caption("disclosure_matrix", lang, _reports_sentence(table, reports, lang))
    return drawing


@needs("doc_id", "item", "status")
def plot_contents(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw which mandated contents each report has; required ones stand apart from derived ones.

    Parameters
    ----------
    table : DataFrame or Result
        One row a report and content, as `estimate_mandated` gives it: doc_id, item, status (present, partial, absent,
        not_read, not_applicable); item_zh, item_en, required; county, report_year, issuer_type. More than 64 reports
        are drawn as counts by year.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing
    """
    if len(reports := _reports(table, lang)) > MAX_REPORTS:
        return _matrix_by_year(table, lang, "item", "required")
    cells: Cells = {(row["item"], row["doc_id"]): (row["status"], "") for row in _known(table).to_dict("records")}
    groups = _groups(table, "item", "required", lang)
    drawing = _draw(groups, labels_of(table, "item", lang), reports, cells, lang)
    drawing.caption = caption("contents", lang, _reports_sentence(table, reports, lang))
    return drawing


def _known(table: pd.DataFrame) -> pd.DataFrame:
    if unknown := sorted(set(table["status"]) - set(CELLS)):
        raise ParameterError(f"status {', '.join(unknown)} cannot be drawn; it must be one of {', '.join(CELLS)}.")
    return table


def _reports(table: pd.DataFrame, lang: str) -> dict[str, str]:
    if "doc_id" not in table:
        raise ParameterError("A matrix of reports needs the column doc_id; for counts by year use plot_frequency.")
    return report_names(table, lang, "\n")


def _reports_sentence(table: pd.DataFrame, reports: Mapping[str, str], lang: str) -> str:
    years = sorted({str(year) for year in table["report_year"]}) if "report_year" in table else []
    return word("n_reports", lang, n=len(reports), years="\u2013".join(dict.fromkeys((years[0], years[-1])))
                if years else "").replace("()", "").replace("\uff08\uff09", "")  # fmt: skip


def _groups(table: pd.DataFrame, column: str, group: str, lang: str) -> list[tuple[str, list[str]]]:
    """Return the rows by group: headings in the order of their ids, rows in the codebook's order or the table's."""
    keys = table[column].astype("str").drop_duplicates().tolist()
    if group not in table:
        return [("", keys)]
    listed = {row["id"]: place for place, row in enumerate(codebook.read_rows("tidy/indicators"))}
    place = {key: listed.get(key, number) for number, key in enumerate(keys)}
    of = dict(zip(table[column].astype("str"), table[group].astype("str"), strict=True))
    return [
        (label(group, heading, lang), sorted((key for key in keys if of[key] == heading), key=place.__getitem__))
        for heading in sorted(set(of.values()), key=_heading_order)
    ]


def _heading_order(heading: str) -> tuple[int, str]:
    required = ("yes", "conditional", "derived", "no")
    return (required.index(heading) if heading in required else len(required), heading)


def _draw(
    groups: Sequence[tuple[str, list[str]]], texts: dict[str, str], reports: dict[str, str], cells: Cells, lang: str
) -> Drawing:
    grid = _grid(sum(len(keys) + 1 for _, keys in groups), texts, len(reports))
    columns, size, turned = fit_columns(list(reports.values()), grid.cell)
    cells = {key: (status, _fold(text or CELLS[status][2], grid)) for key, (status, text) in cells.items()}
    parts = _split(_rows(groups, texts, cells, grid), grid.blocks)
    top = MARGIN + column_height(columns, turned, size)
    height = max(sum(row.height for row in part) for part in parts)
    keys, width = _legend(cells, lang), grid.page - 2 * MARGIN
    drawing = Drawing(grid.page, top + height + 3 + legend_height(keys, width) + MARGIN)
    for number, part in enumerate(parts):
        depth = sum(row.height for row in part)
        block = millimetres(drawing, grid.left(number), top, grid.cell * len(reports), depth)
        _fill(block, part, list(reports), cells, grid)
        label_columns(block, [(place + 0.5) * grid.cell for place in range(len(reports))], columns, turned, size)
    add_legend(drawing, MARGIN, top + height + 3, width, keys)
    return drawing


def _grid(count: int, texts: Mapping[str, str], reports: int) -> Grid:
    blocks = 2 if count > ROWS_A_BLOCK and reports <= TEXT_REPORTS else 1
    page = WIDE if blocks == 2 or reports > 5 else MEDIUM
    width = (page - 2 * MARGIN - GAP * (blocks - 1)) / blocks
    least = 2.0 if reports > TEXT_REPORTS else 12.0 if blocks == 1 else 8.4
    longest = max(text_width(text, SMALL) for text in texts.values()) + 2
    label_width = min(longest, max(40.0, width - reports * least))
    return Grid(page, blocks, label_width, min((width - label_width) / reports, 16.0))


def _fold(text: str, grid: Grid) -> str:
    """Break a range that is too wide for its cell after the dash; drop what a cell of 2 mm cannot hold."""
    if grid.cell < 2.6:
        return ""
    wide = text_width(text, grid.size) > grid.cell - 0.8
    return text.replace("\u2013", "\u2013\n") if wide and len(text) > 1 else text


def _rows(groups: Sequence[tuple[str, list[str]]], texts: Mapping[str, str], cells: Cells, grid: Grid) -> list[Row]:
    rows = []
    folded = {key for (key, _), (_, text) in cells.items() if "\n" in text}
    for heading, keys in groups:
        if heading:
            rows.append(Row("", heading, 4.4))
        for key in keys:
            text = balance(texts[key], grid.label_width - 2, SMALL)
            least = text_height("\n", grid.size, 1.1) if key in folded else 3.4
            rows.append(Row(key, text, max(text_height(text, SMALL, 1.1) + 0.8, least)))
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


def _fill(axes: Axes, rows: Sequence[Row], docs: Sequence[str], cells: Cells, grid: Grid) -> None:
    patches: dict[str, list[Rectangle]] = {}
    positions, names, y = [], [], 0.0
    for row in rows:
        if not row.key:
            axes.text(-grid.label_width, y + row.height - 0.9, row.text, color=GREY, ha="left", va="bottom")
        for place, doc in enumerate(docs if row.key else ()):
            status, text = cells.get((row.key, doc), ("not_applicable", ""))
            patches.setdefault(status, []).append(Rectangle((place * grid.cell, y), grid.cell, row.height))
            if text:
                size = _fit(text, grid.cell - 0.8, grid.size)
                axes.text((place + 0.5) * grid.cell, y + row.height / 2, text, ha="center", va="center", fontsize=size,
                          linespacing=1.0, color=ink_on(CELLS[status][0]))  # fmt: skip
        if row.key:
            positions.append(y + row.height / 2)
            names.append(row.text)
        y += row.height
    for status, rectangles in patches.items():
        face, hatch, _ = CELLS[status]
        axes.add_collection(PatchCollection(rectangles, facecolor=face, edgecolor=GREY if hatch else PALE,
                                            hatch=hatch or None, linewidth=0.0, clip_on=False))  # fmt: skip
    for rectangles in patches.values():
        axes.add_collection(PatchCollection(rectangles, facecolor="none", edgecolor=PALE, linewidth=0.4, clip_on=False))
    label_rows(axes, positions, names)


def _fit(text: str, width: float, size: float) -> float:
    """Return the size at which a text fits a width, never below 4.5 points."""
    return max(min(size, size * width / text_width(text, size)), 4.5)


def _legend(cells: Cells, lang: str) -> list[Key]:
    seen = {status for status, _ in cells.values()}
    return [
        swatch(label("status", status, lang), face, hatch, mark=mark)
        for status, (face, hatch, mark) in CELLS.items()
        if status in seen
    ]


def _matrix_by_year(table: pd.DataFrame, lang: str, column: str = "indicator", group: str = "domain") -> Drawing:
    if "report_year" not in table:
        raise ParameterError(f"More than {MAX_REPORTS} reports are drawn by year; the table has no report_year.")
    disclosed = table["status"].isin([*DISCLOSED, "present"])
    counted = table.assign(n=disclosed, n_at_risk=disclosed | table["status"].isin([*AT_RISK, "partial", "absent"]))
    cells = counted.groupby([column, "report_year"], sort=False)[["n", "n_at_risk"]].sum().reset_index()
    drawing = draw_heat(cells, column, labels_of(table, column, lang), _groups(table, column, group, lang), lang)
    drawing.caption = caption("disclosure_by_year" if column == "indicator" else "contents_by_year", lang)
    return drawing
