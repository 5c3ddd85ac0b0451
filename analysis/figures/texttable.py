"""Tables as people read them: translated heads and values, fixed decimals; as plain text or LaTeX."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd

from analysis.figures.canvas import HasTable, table_of
from analysis.figures.labels import LANGUAGES, check_language, label

# Columns whose values are words of a vocabulary, and which vocabulary that is.
VOCABULARIES = {
    "status": "status", "exactness": "status", "stage": "stage", "organ": "organ", "issuer_type": "issuer_type",
    "genre": "genre", "level": "level", "coverage": "coverage", "verdict": "verdict", "check": "check",
    "interval_kind": "interval_kind", "required": "required", "measure": "measure", "metric": "metric",
    "base": "base", "indicator": "indicator", "category": "category", "item": "item", "unit": "unit",
    "component": "component", "form": "form", "domain": "domain", "direction": "direction",
    "period_basis": "period_basis", "fits": "fits",
}  # fmt: skip
GAP = "  "


def display_table(table: pd.DataFrame | HasTable, lang: str = "zh", decimals: int = 2) -> pd.DataFrame:
    """Return a table of texts as it is printed: heads and values in one language, numbers with fixed decimals.

    Columns in the other language are left out. A column of whole numbers has no decimals; missing is empty.

    Parameters
    ----------
    table : DataFrame or Result
    lang : {"zh", "en"}
    decimals : int
        Digits after the point of a column that has any.
    """
    check_language(lang)
    frame = table_of(table)
    columns = shown_columns(frame, lang)
    heads = [label("column", column.removesuffix(f"_{lang}"), lang) for column in columns]
    heads = [column if heads.count(head) > 1 else head for column, head in zip(columns, heads, strict=True)]
    shown = {head: _cells(frame[column], column, lang, decimals) for column, head in zip(columns, heads, strict=True)}
    return pd.DataFrame(shown, dtype="str")


def table_text(table: pd.DataFrame | HasTable, lang: str = "zh", decimals: int = 2) -> str:
    """Return a table as plain text that is the same under every version of pandas, aligned for East Asian letters.

    Parameters
    ----------
    table : DataFrame or Result
        Rows and columns are printed as given; choose and order them before.
    lang : {"zh", "en"}
        Language of heads and values. Columns ending in the other language are left out.
    decimals : int
        Digits after the point of a column that has any.

    Returns
    -------
    str
        Numbers stand on the right of their column, texts on the left; lines have no blanks at their end.

    Examples
    --------
    >>> print(table_text(pd.DataFrame({"verdict": ["impossible", ""], "n": [1, 12]}), "en"))
    verdict      n
    ----------  --
    impossible   1
                12
    """
    frame = table_of(table)
    shown = display_table(frame, lang, decimals)
    right = [is_numeric(frame[column]) for column in shown_columns(frame, lang)]
    columns = [_align(head, shown[head].tolist(), side) for head, side in zip(shown, right, strict=True)]
    return "\n".join(GAP.join(cells).rstrip() for cells in zip(*columns, strict=True))


def shown_columns(table: pd.DataFrame, lang: str) -> list[str]:
    """Return the columns of a table without those in the other language."""
    others = tuple(f"_{other}" for other in LANGUAGES if other != lang)
    return [column for column in map(str, table.columns) if not column.endswith(others)]


def is_numeric(values: pd.Series) -> bool:
    """Tell whether a column holds numbers (truth values are words)."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _cells(values: pd.Series, column: str, lang: str, decimals: int) -> list[str]:
    if pd.api.types.is_bool_dtype(values):
        return [label("truth", str(bool(value)).lower(), lang) for value in values]
    if is_numeric(values):
        whole = bool((values.dropna() % 1 == 0).all())
        return [_number(value, 0 if whole else decimals) for value in values]
    kind = VOCABULARIES.get(column, "")
    texts = ["" if pd.isna(value) else str(value) for value in values]
    return [label(kind, text, lang) if kind and text else text for text in texts]


def _number(value: Any, decimals: int) -> str:
    if pd.isna(value):
        return ""
    text = f"{float(value):.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _align(head: str, cells: list[str], right: bool) -> list[str]:
    width = max(map(text_columns, (head, *cells)))
    rule = "-" * width
    return [_pad(head, width, right), rule, *(_pad(cell, width, right) for cell in cells)]


def _pad(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - text_columns(text))
    return blanks + text if right else text + blanks


def text_columns(text: str) -> int:
    """Return how many columns of a fixed-width font a text takes: Han letters and full-width signs take two.

    Examples
    --------
    >>> text_columns("ab"), text_columns(chr(0x4E2D))
    (2, 2)
    """
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)
