"""The words of figures and tables in both languages: labels.toml beside this module, then the codebook's own labels."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import codebook
from analysis.errors import ParameterError
from analysis.stats.frame import read_texts

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
        case "place":
            rows = codebook.read_rows("labels")
            return {row["zh"]: row[lang] for row in rows if row["key"].startswith(("place:", "province:"))}
        case "reason" | "scenario":
            notes = read_texts("notes").items()
            return {key.removeprefix(f"{kind}_"): text[lang] for key, text in notes if key.startswith(f"{kind}_")}
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


def in_order(kind: str, keys: Iterable[str]) -> list[str]:
    """Return some values of one kind in the order in which labels.toml has them, others behind."""
    place = {key: number for number, key in enumerate(_own().get(kind, {}))}
    return sorted(keys, key=lambda key: (place.get(key, len(place)), key))


def word(key: str, lang: str, **values: object) -> str:
    """Return a word or sentence of labels.toml with its blanks filled in."""
    return str(_own()["words"][key][lang]).format(**values)


def caption(key: str, lang: str, *more: str, **values: object) -> str:
    """Return a figure's caption: its sentence in labels.toml with its blanks filled in, and any further sentences."""
    blank = " " if lang == "en" else ""
    return blank.join(part for part in (str(_own()["captions"][key][lang]).format(**values), *more) if part)


def opening_capital(text: str) -> str:
    """Return a heading with a capital letter at its beginning; every other letter stays.

    Examples
    --------
    >>> opening_capital("required by the Regulation")
    'Required by the Regulation'
    """
    return text[:1].upper() + text[1:]


def with_unit(title: str, unit: str, lang: str) -> str:
    """Return a title with its unit behind it, inside the parenthesis the title ends with if there is one."""
    if not unit:
        return title
    text = label("unit", unit, lang)
    if title[-1:] in word("unit_after", lang, unit="")[-1:]:
        return title[:-1] + word("unit_within", lang, unit=text) + title[-1]
    return title + word("unit_after", lang, unit=text)


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

    Uses place, county, prefecture, province, report_year, issuer_type; the doc_id where no place is known.
    """
    issuer = _text(row.get("issuer_type"))
    rest = [_text(row.get("report_year")) if year else ""]
    rest.append(label("issuer_short", issuer, lang) if issuer not in ("", "government") else "")
    return between.join(part for part in (place_name(row, lang), " ".join(filter(None, rest))) if part)


def place_name(row: Mapping[str, Any], lang: str) -> str:
    """Return the name of a report's place, the lowest that is known: in English by the codebook or county_en."""
    kinds = ("place", "county", "prefecture", "province")
    place = next((name for kind in kinds if (name := _text(row.get(kind)))), _text(row.get("doc_id")))
    if lang == "zh":
        return place
    named = label("place", place, lang)
    return (_text(row.get("county_en")) or place) if named == place else named


def period_text(row: Mapping[str, Any], lang: str) -> str:
    """Return the period of a value in words; empty where it is the report's own year.

    Uses period (``year:2023``, ``ytd:2025-11-20``, ``span:2021-2023``, ...), report_year and period_basis.
    """
    kind, _, when = _text(row.get("period")).partition(":")
    assumed = row.get("period_basis") == "assumed"
    if not kind or (kind == "year" and when == _text(row.get("report_year"))):
        return ""
    if kind in {"span", "plan", "plan_cycle"}:
        when = when.replace("-", "\u2013")
    kind = "since_unknown" if when == "?" else kind
    return label("period_text", kind, lang).format(when=when) + (word("assumed", lang) if assumed else "")


def is_assumed(row: Mapping[str, Any]) -> bool:
    """Tell whether a value's period is the report's own year, and only assumed to be."""
    return row.get("period_basis") == "assumed" and row.get("period") == f"year:{_text(row.get('report_year'))}"


def report_names(table: pd.DataFrame, lang: str, between: str = " ") -> dict[str, str]:
    """Return the name of every report by doc_id, in order of year and division code; a year they share is left out."""
    order = [name for name in ("report_year", "adcode", "doc_id") if name in table]
    rows = table.drop_duplicates("doc_id").sort_values(order, kind="stable").to_dict("records")
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
    inferred = sorted(set(kinds) - {"none", "measurement"})
    if inferred and "none" in kinds:
        kinds = [*inferred, *(kind for kind in kinds if kind == "measurement"), "none_beside"]
    assumes = sorted(set(table[f"assumes_{lang}"].astype("str")) - {""}) if f"assumes_{lang}" in table else []
    sentences = [label("interval_sentence", kind, lang) for kind in kinds]
    return sentences + [word("assumes", lang, what=what.rstrip(".\u3002")) for what in assumes]


def _number(value: object) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type]
