"""The words of figures and tables in both languages: labels.toml beside this module, then the codebook's own labels."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import codebook
from analysis.errors import ParameterError

LANGUAGES = ("zh", "en")
LISTED = ("indicator", "item", "category")


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))


@cache
def _codebook(kind: str, lang: str) -> dict[str, str]:
    """Return the labels of the kinds that have a file of their own in the codebook."""
    match kind:
        case "item":
            return {row["item"]: row[f"question_{lang}"] for row in codebook.read_rows("tidy/mandated")}
        case "base":
            return {row["base"]: row[f"label_{lang}"] for row in codebook.read_rows("tidy/bases")}
        case "component":
            return {row["component"]: row[f"label_{lang}"] for row in codebook.read_rows("tidy/components")}
        case "unit":
            rows = codebook.read_rows("text/units") if lang == "en" else ()
            return {row["unit"]: row["label_en"] for row in rows if row["label_en"]}
    return {}


def check_language(lang: str) -> None:
    """Raise a ParameterError for a language there are no words in."""
    if lang not in LANGUAGES:
        raise ParameterError(f"lang is {lang!r}; it must be one of {', '.join(LANGUAGES)}.")


def label(kind: str, key: str, lang: str = "zh") -> str:
    """Return the label of a value, e.g. ``label("status", "masked", "en")``; the value itself where there is none.

    Parameters
    ----------
    kind : str
        What the value is one of: status, exactness, stage, indicator, category, item, base, unit, column, ...
    key : str
        The value as it stands in a table.
    lang : {"zh", "en"}

    Examples
    --------
    >>> label("status", "not_reported", "en")
    'not reported'
    >>> label("status", "something_new", "en")
    'something_new'
    """
    own = _own().get(kind, {}).get(key)
    if own is not None:
        return str(own[lang])
    found = _codebook(kind, lang).get(key) or codebook.label(f"{kind}:{key}", lang)
    return codebook.label(key, lang) if found == f"{kind}:{key}" else found


def word(key: str, lang: str, **values: object) -> str:
    """Return a word or sentence of labels.toml with its blanks filled in."""
    return str(_own()["words"][key][lang]).format(**values)


def caption(key: str, lang: str, *more: str) -> str:
    """Return a figure's caption: its sentence in labels.toml and any further sentences."""
    blank = " " if lang == "en" else ""
    return blank.join(part for part in (str(_own()["captions"][key][lang]), *more) if part)


def labels_of(table: pd.DataFrame, kind: str, lang: str, column: str = "") -> dict[str, str]:
    """Return the label of every value of a column.

    A column ``KIND_zh``, ``KIND_en`` of the table wins; for indicators, contents and categories also ``label_zh``,
    ``label_en``.
    """
    column = column or kind
    given = f"{kind}_{lang}"
    if given not in table and kind in LISTED:
        given = f"label_{lang}"
    if given in table:
        return {str(key): str(text) or str(key) for key, text in zip(table[column], table[given], strict=True)}
    return {str(key): label(kind, str(key), lang) for key in table[column].unique()}


def report_name(row: Mapping[str, Any], lang: str, between: str = " ", year: bool = True) -> str:
    """Return how a report is called in a figure: its place and year, with the issuer unless it is a government.

    Uses county, county_en, adcode, report_year, issuer_type; the doc_id where no place is known.
    """
    issuer = _text(row.get("issuer_type"))
    rest = [_text(row.get("report_year")) if year else ""]
    rest.append(label("issuer_short", issuer, lang) if issuer not in ("", "government") else "")
    return between.join(part for part in (place_name(row, lang), " ".join(filter(None, rest))) if part)


def place_name(row: Mapping[str, Any], lang: str) -> str:
    """Return the name of a report's place: the codebook's ``place:ADCODE`` or county_en in English, else county."""
    place = _text(row.get("place")) or _text(row.get("county")) or _text(row.get("doc_id"))
    if lang == "zh":
        return place
    for key in (_text(row.get("adcode")), place):
        if (listed := label("place", key, lang)) != key:
            return listed
    return _text(row.get("county_en")) or place


def period_text(row: Mapping[str, Any], lang: str) -> str:
    """Return the period of a value in words; empty where it is the report's own year and stated.

    Uses period (``year:2023``, ``ytd:2025-11-20``, ``span:2021-2023``, ...), report_year and period_basis.
    """
    kind, _, when = _text(row.get("period")).partition(":")
    assumed = word("assumed", lang) if row.get("period_basis") == "assumed" else ""
    if not kind or (kind == "year" and when == _text(row.get("report_year")) and not assumed):
        return ""
    when = when.replace("-", "\u2013") if kind in {"span", "plan"} else when.strip("?")
    return label("period_text", kind, lang).format(when=when) + assumed


def report_names(table: pd.DataFrame, lang: str, between: str = " ") -> dict[str, str]:
    """Return the name of every report of a table by doc_id; a year they all share is left out."""
    rows = table.drop_duplicates("doc_id").to_dict("records")
    year = "report_year" not in table or table["report_year"].nunique() > 1 or len(rows) == 1
    return {row["doc_id"]: report_name(row, lang, between, year) for row in rows}


def _text(value: object) -> str:
    return "" if value is None or (not isinstance(value, str) and pd.isna(value)) else str(value)


def short_number(value: float, lang: str) -> str:
    """Return a number as short as a cell needs it: at most four digits of a large one, with the scale word.

    Examples
    --------
    >>> short_number(6883800, "en"), short_number(98.5, "en"), short_number(1200, "en")
    ('6.884M', '98.5', '1,200')
    """
    if math.isnan(value):
        return ""
    for scale in _own()["scales"][lang]:
        if abs(value) >= scale["from"]:
            return f"{value / scale['divide']:.4g}{scale['word']}"
    return f"{value:,.10g}"


def axis_number(value: float, top: float, lang: str) -> str:
    """Return the number at a tick; all ticks of an axis that ends at ``top`` have the same scale word."""
    value = round(value, 9)
    for scale in _own()["scales"][lang]:
        if top >= scale["from"]:
            return f"{value / scale['divide']:.4g}{scale['word']}" if value else "0"
    return f"{value:,.10g}".replace("-", "\u2212")


def value_text(row: Mapping[str, Any], lang: str) -> str:
    """Return a disclosed value as what it is: 141, >400, \u224850, 12\u201314, with % for rates.

    Uses value, low, high, low_open, high_open, unit and status or exactness.
    """
    status = _text(row.get("status")) or _text(row.get("exactness"))
    value, low, high = (_number(row.get(name)) for name in ("value", "low", "high"))
    number = short_number(value, lang)
    if status == "components_only" or status == "masked" or (status == "vague" and math.isnan(value)):
        number = label("cell", status, lang)
    elif status == "approximate":
        number = "\u2248" + number
    elif status in {"bounded", "conflict"} or math.isnan(value):
        number = _range_text(row, value, low, high, lang) or number
    return number + ("%" if _text(row.get("unit")) == "%" and number[-1:].isdigit() else "")


def _range_text(row: Mapping[str, Any], value: float, low: float, high: float, lang: str) -> str:
    """Return what was printed: one bound if the value is one, else both ends."""
    if value == low != high or (math.isnan(high) and not math.isnan(low)):
        return (">" if row.get("low_open") is True else "\u2265") + short_number(low, lang)
    if value == high != low or (math.isnan(low) and not math.isnan(high)):
        return ("<" if row.get("high_open") is True else "\u2264") + short_number(high, lang)
    ends = [short_number(low, lang), short_number(high, lang)]
    if ends[0] == ends[1] and low != high:
        ends = [f"{low:,.10g}", f"{high:,.10g}"]
    return "\u2013".join(dict.fromkeys(ends)) if not math.isnan(low) else ""


def interval_sentences(table: pd.DataFrame, lang: str) -> list[str]:
    """Return the sentences of a caption that name the kinds of interval in a table and what they assume."""
    kinds = sorted(set(table["interval_kind"].astype("str")) - {""}) if "interval_kind" in table else ["none"]
    assumes = sorted(set(table[f"assumes_{lang}"].astype("str")) - {""}) if f"assumes_{lang}" in table else []
    sentences = [label("interval_sentence", kind, lang) for kind in kinds]
    return sentences + [word("assumes", lang, what=what.rstrip(".\u3002")) for what in assumes]


def _number(value: object) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type]
