"""Tables as people read them: translated heads and values, fixed decimals; as plain text or LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.errors import ParameterError
from analysis.figures.canvas import HasTable, table_of
from analysis.figures.labels import LANGUAGES, check_language, label, period_text, word

# Columns whose values are words of a vocabulary, and which vocabulary that is; `|` joins several values.
VOCABULARIES = {
    "status": "status", "exactness": "status", "stage": "stage", "organ": "organ", "issuer_type": "issuer_type",
    "genre": "genre", "level": "level", "coverage": "coverage", "verdict": "verdict", "check": "check",
    "interval_kind": "interval_kind", "required": "required", "coefficient": "coefficient", "metric": "metric",
    "base": "base", "indicator": "indicator", "category": "category", "category_a": "category",
    "category_b": "category", "item": "item", "item_type": "item_type", "unit": "unit", "component": "component",
    "form": "form", "domain": "domain", "direction": "direction", "period_basis": "period_basis", "fits": "fits",
    "unit_type": "unit_type", "role": "role", "per": "per", "tier": "tier", "flags": "flag", "attributes": "attribute",
    "coder": "coder", "coder_type": "coder_type", "round": "round", "saw": "saw", "use": "use", "reason": "reason",
    "left_out": "reason", "scenario": "scenario", "headline": "headline", "kind": "kind", "family": "family",
    "agrees": "truth", "on_time": "truth", "formula": "truth", "place": "place", "county": "place",
    "prefecture": "place", "province": "province", "group": "group", "term": "group", "reference": "group",
    "predictor": "predictor", "model": "model", "method": "method", "relation": "relation",
    "place_a": "place", "place_b": "place", "measure": "measure", "roles": "role", "wounds": "wound",
    "type": "type",
}  # fmt: skip
# What the columns of the vocabulary ``group`` hold: of any of these, joined by a middle dot.
GROUPED = ("issuer_type", "genre", "level", "organ", "base", "component", "province")
# Columns of names that belong to a column of ids; the names are printed in the place of the ids.
NAMES = {
    "indicator": "label", "item": "label", "category": "label", "id": "label", "category_a": "label_a",
    "category_b": "label_b",
}  # fmt: skip
GAP = "  "
TOGETHER = " \u00b7 "
COMPUTED = ("expected", "implied_base")
#: From so many columns on, a page lies on its side.
BROAD = 8
#: Letters that fit beside each other on a page, and on one that lies on its side.
UPRIGHT, LYING = 96, 140
#: The least and the most room of a column on a page, and the white beside its text, in letters.
NARROW, LONG, WHITE = 4, 28, 5
#: What no line is broken in.
UNBROKEN = re.compile(r"[!-~]+|[^\s!-~]")


def display_table(table: pd.DataFrame | HasTable, lang: str = "zh", decimals: int = 2) -> pd.DataFrame:
    """Return a table of texts as it is printed: heads and values in one language, numbers with fixed decimals.

    Columns in the other language are left out. Where the table has names of a column's values, as ``item_zh`` or
    ``label_zh`` for ``item``, they are printed in its place. A column of whole numbers, and a figure of a
    report, has no more decimals than it needs; missing is empty.

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
    shown = {head: _cells(frame, column, lang, decimals) for column, head in zip(columns, heads, strict=True)}
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
    """Return the columns of a table that are printed: none in the other language, no names of another column."""
    others = tuple(f"_{other}" for other in LANGUAGES if other != lang)
    names = {name for column in map(str, table.columns) for name in _names(table, column, lang)}
    return [column for column in map(str, table.columns) if not column.endswith(others) and column not in names]


def choose_columns(table: pd.DataFrame, columns: Sequence[str] | None, lang: str) -> pd.DataFrame:
    """Return some columns of a table in their order, with those that name their values.

    Raises
    ------
    ParameterError
        The table has no such column.
    """
    if columns is None:
        return table
    if missing := [column for column in columns if column not in table]:
        raise ParameterError(f"columns has {', '.join(missing)}; the table has {', '.join(table.columns)}.")
    names = [name for column in columns for name in _names(table, column, lang)]
    return table[list(dict.fromkeys([*columns, *names]))]


def _names(table: pd.DataFrame, column: str, lang: str) -> list[str]:
    """Return the columns that name a column's values in a language, the best first."""
    found = [f"{column}_{lang}", *([f"{NAMES[column]}_{lang}"] if column in NAMES else [])]
    return [name for name in found if name in table]


def is_numeric(values: pd.Series) -> bool:
    """Tell whether a column holds numbers (truth values are words)."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _cells(table: pd.DataFrame, column: str, lang: str, decimals: int) -> list[str]:
    values = table[column]
    if pd.api.types.is_bool_dtype(values):
        return [label("truth", str(bool(value)).lower(), lang) for value in values]
    if is_numeric(values):
        if _is_mixed(table, column):
            values = values.round(decimals) if column in COMPUTED else values
            return ["" if pd.isna(value) else f"{float(value):.10g}" for value in values]
        whole = bool((values.dropna() % 1 == 0).all())
        return [_number(value, 0 if whole else decimals) for value in values]
    texts = [_word(column, "" if pd.isna(value) else str(value), lang) for value in values]
    for name in reversed(_names(table, column, lang)):
        texts = [str(own) if own else text for own, text in zip(table[name], texts, strict=True)]
    return texts


def _is_mixed(table: pd.DataFrame, column: str) -> bool:
    """Tell whether a column holds counts beside rates, as reports print them or as computed from what they print."""
    figures = "value" in table and not {"indicator", "unit"}.isdisjoint(table.columns)
    return column in ("stated", *COMPUTED) or (figures and column in ("value", "low", "high"))


def _word(column: str, text: str, lang: str) -> str:
    """Return a value in words: of its vocabulary, each of several, a period, or what a group has alike."""
    kind = VOCABULARIES.get(column, "")
    if column == "period":
        return period_text({"period": text}, lang)
    if not kind or not text:
        return text
    if kind == "group" and (column != "group" or TOGETHER in text):
        return TOGETHER.join(_alike(part, lang) for part in text.split(TOGETHER))
    found = label(kind, text, lang)
    if found == text and "|" in text:
        return word("list", lang).join(label(kind, part, lang) for part in text.split("|"))
    return found


def _alike(text: str, lang: str) -> str:
    return next((found for kind in GROUPED if (found := label(kind, text, lang)) != text), text)


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


def column_lengths(shown: pd.DataFrame) -> list[int]:
    """Return how many columns of a fixed-width font the longest text of each column takes, its head among them."""
    return [max(map(text_columns, (str(head), *shown[head].astype("str")))) for head in shown]


def column_shares(shown: pd.DataFrame) -> list[float]:
    """Return the share of the page that each column takes: by its longest text, a long one folded, no word broken."""
    wanted = [min(max(length, NARROW), LONG) for length in column_lengths(shown)]
    pieces = [{piece for text in (head, *shown[head]) for piece in UNBROKEN.findall(str(text))} for head in shown]
    least = [min(max(NARROW, *map(text_columns, found)), LONG) for found in pieces]
    room = (UPRIGHT if len(wanted) < BROAD else LYING) - WHITE * len(wanted) - sum(least)
    part = min(max(room / max(sum(wanted) - sum(least), 1), 0), 1)
    widths = [own + part * (most - own) + WHITE for own, most in zip(least, wanted, strict=True)]
    return [width / sum(widths) for width in widths]
