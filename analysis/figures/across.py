"""A tidy table as it is printed: as it stands, or with one column a report and how many say so of every row."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.errors import ParameterError
from analysis.figures.labels import labels_of, opening_capital, report_names, word
from analysis.figures.texttable import choose_columns, display_table, is_numeric, shown_columns

NAMED, NAMED_OUTSIDE = "\u25cf", "\u25cb"


def display_printed(
    table: pd.DataFrame, columns: Sequence[str] | None, across: str, lang: str, totals: pd.DataFrame | None,
    decimals: int,
) -> tuple[pd.DataFrame, list[bool]]:  # fmt: skip
    """Return a table as it is printed, across reports or not, and which columns are numbers."""
    if across:
        return display_across(table, columns or (), across, lang, totals, decimals)
    printed = choose_columns(table, columns, lang)
    numeric = [is_numeric(printed[column]) for column in shown_columns(printed, lang)]
    return display_table(printed, lang, decimals), numeric


def display_across(
    table: pd.DataFrame, rows: Sequence[str], cell: str, lang: str, totals: pd.DataFrame | None = None,
    decimals: int = 2,
) -> tuple[pd.DataFrame, list[bool]]:  # fmt: skip
    """Return a table of texts, one column a report and the whole at the end, and which columns are numbers.

    Parameters
    ----------
    table : DataFrame
        One row a report and value of what names the rows: doc_id (empty: all reports together) and what names a
        report (place, county, report_year, issuer_type); counted (false: a report outside the count, marked * and set
        hollow).
    rows : sequence of str
        The one column that names the rows, e.g. ``["item"]``.
    cell : str
        The column that fills the cells, e.g. ``status``. True is a dot, false empty.
    lang : {"zh", "en"}
    totals : DataFrame, optional
        Of every row n of n_at_risk, printed as the last column.
    decimals : int
        Digits after the point of a column of numbers.

    Returns
    -------
    tuple of DataFrame and list of bool

    Raises
    ------
    ParameterError
        Not one column names the rows, the table lacks a column, or has two rows for one report and row.
    """
    if len(rows) != 1:
        raise ParameterError(f"columns is {list(rows)}; across reports it must be the one column that names the rows.")
    row = rows[0]
    if lacking := [name for name in ("doc_id", row, cell) if name not in table]:
        raise ParameterError(f"A table across reports needs the columns {', '.join(lacking)}.")
    if table.duplicated([row, "doc_id"]).any():
        raise ParameterError(f"A table across reports has one row a report and {row}; this one has several.")
    table = table.assign(counted=table["counted"].astype("bool") if "counted" in table else True)
    texts = table.assign(cell=_cells(table, cell, lang, decimals)).pivot(index=row, columns="doc_id", values="cell")
    single = table[table["doc_id"] != ""]
    outside = set(single.loc[~single["counted"], "doc_id"])
    names = {doc: name + "*" * (doc in outside) for doc, name in report_names(single, lang).items()}
    doubled = {name for name in names.values() if list(names.values()).count(name) > 1}
    names = {doc: doc if name in doubled else name for doc, name in names.items()}
    named = labels_of(table, row, lang)
    shown = texts.reindex(index=list(named), columns=list(names)).fillna("").rename(columns=names)
    shown.insert(0, display_table(table[[row]].head(0), lang).columns[0], list(named.values()))
    if "" in texts:
        shown[opening_capital(word("all_together", lang))] = texts[""].reindex(list(named)).fillna("")
    if totals is not None:
        counts = totals.set_index(row)[["n", "n_at_risk"]].reindex(list(named))
        shown[opening_capital(word("in_all", lang))] = [
            word("x_of_n", lang, x=int(n), n=int(risk)) for n, risk in counts.itertuples(index=False)
        ]
    return shown.reset_index(drop=True), [False, *[is_numeric(table[cell])] * (len(shown.columns) - 1)]


def _cells(table: pd.DataFrame, cell: str, lang: str, decimals: int) -> list[str]:
    if pd.api.types.is_bool_dtype(table[cell]):
        marks = table["counted"].map({True: NAMED, False: NAMED_OUTSIDE})
        return marks.where(table[cell], "").tolist()
    return display_table(table[[cell]], lang, decimals).iloc[:, 0].tolist()
