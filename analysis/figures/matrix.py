"""Matrices: what each report discloses, and which mandated contents it has."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis import codebook
from analysis.errors import ParameterError
from analysis.figures.canvas import needs
from analysis.figures.grid import CELLS, TEXT_REPORTS, Cells, draw_grid
from analysis.figures.heat import READ, add_read, draw_heat
from analysis.figures.labels import (
    caption,
    label,
    labels_of,
    opening_capital,
    report_names,
    value_text,
    with_unit,
    word,
)  # fmt: skip
from analysis.figures.links import find_link
from analysis.figures.style import Drawing

DISCLOSED = ("exact", "rounded", "approximate", "bounded", "vague", "components_only", "conflict")
AT_RISK = (*DISCLOSED, "not_reported")
MAX_REPORTS = 40


@needs("indicator", "status")
def plot_disclosure_matrix(
    table: pd.DataFrame, lang: str = "zh", *, values: bool | None = None, due: pd.DataFrame | None = None
) -> Drawing:
    """Draw what each report discloses: indicators by domain, one column a report, status as colour, value as text.

    Parameters
    ----------
    table : DataFrame or Result
        One row a report and indicator, as `estimate_disclosure` gives it: doc_id, indicator, status; for the cell
        texts value, low, high, unit; for the labels domain, label_zh, label_en, county, report_year, issuer_type.
    lang : {"zh", "en"}
    values : bool, optional
        Whether the values stand in the cells. By default they do for up to 8 reports. More than 40 reports are drawn
        as counts by year: n that disclose of n at risk (masked, unread and inapplicable cells are not at risk).
    due : DataFrame, optional
        The part ``due`` of the same result, where a frame lists the reports due: counts by year begin with those read.

    Returns
    -------
    Drawing
    """
    if len(reports := _reports(table, lang)) > MAX_REPORTS:
        return _matrix_by_year(table, lang, due)
    with_text = len(reports) <= TEXT_REPORTS if values is None else values
    texts = labels_of(table, "indicator", lang)
    if "form" in table:
        amounts = table.loc[table["form"] == "amount", ["indicator", "unit"]].drop_duplicates("indicator")
        for key, unit in amounts.itertuples(index=False):
            texts[key] = with_unit(texts[key], unit, lang)
    cells: Cells = {
        (row["indicator"], row["doc_id"]): (row["status"], value_text(row, lang) if with_text else "")
        for row in _known(table).to_dict("records")
    }
    drawing = draw_grid(
        _groups(table, "indicator", "domain", lang), texts, reports, cells, lang, _links(table, "indicator")
    )
    drawing.caption = caption("disclosure_matrix", lang, _reports_sentence(table, reports, lang))
    return drawing


@needs("doc_id", "item", "status")
def plot_contents(table: pd.DataFrame, lang: str = "zh", *, due: pd.DataFrame | None = None) -> Drawing:
    """Draw which mandated contents each report has; required ones stand apart from derived ones.

    Parameters
    ----------
    table : DataFrame or Result
        One row a report and content, as `estimate_mandated` gives it: doc_id, item, status (present, partial, absent,
        not_read, not_applicable); item_zh, item_en, required; county, report_year, issuer_type. More than 40 reports
        are drawn as counts by year.
    lang : {"zh", "en"}
    due : DataFrame, optional
        See `plot_disclosure_matrix`.

    Returns
    -------
    Drawing
    """
    if len(reports := _reports(table, lang)) > MAX_REPORTS:
        return _matrix_by_year(table, lang, due, "item", "required")
    cells: Cells = {(row["item"], row["doc_id"]): (row["status"], "") for row in _known(table).to_dict("records")}
    groups = _groups(table, "item", "required", lang)
    drawing = draw_grid(groups, labels_of(table, "item", lang), reports, cells, lang, _links(table, "item"))
    drawing.caption = caption("contents", lang, _reports_sentence(table, reports, lang))
    return drawing


def _links(table: pd.DataFrame, column: str) -> dict[tuple[str, str], str | None]:
    return {(row[column], row["doc_id"]): find_link({str(name): value for name, value in row.items()})
            for row in table.to_dict("records")}  # fmt: skip


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
        (
            opening_capital(label(group, heading, lang)),
            sorted((key for key in keys if of[key] == heading), key=place.__getitem__),
        )
        for heading in sorted(set(of.values()), key=_heading_order)
    ]


def _heading_order(heading: str) -> tuple[int, str]:
    required = ("yes", "conditional", "derived", "no")
    return (required.index(heading) if heading in required else len(required), heading)


def _matrix_by_year(
    table: pd.DataFrame, lang: str, due: pd.DataFrame | None, column: str = "indicator", group: str = "domain"
) -> Drawing:
    if "report_year" not in table:
        raise ParameterError(f"More than {MAX_REPORTS} reports are drawn by year; the table has no report_year.")
    disclosed = table["status"].isin([*DISCLOSED, "present"])
    counted = table.assign(n=disclosed, n_at_risk=disclosed | table["status"].isin([*AT_RISK, "partial", "absent"]))
    cells = counted.groupby([column, "report_year"], sort=False)[["n", "n_at_risk"]].sum().reset_index()
    names, groups = labels_of(table, column, lang), _groups(table, column, group, lang)
    if due is not None:
        cells, names = add_read(cells, column, names, due, lang)
        groups = [("", [READ]), *groups]
    drawing = draw_heat(cells, column, names, groups, lang)
    drawing.caption = caption("disclosure_by_year" if column == "indicator" else "contents_by_year", lang)
    return drawing
