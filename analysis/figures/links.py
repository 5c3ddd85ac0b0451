"""Where in the evidence a point of a figure leads: the part of an address behind its #, from a row of source data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

#: What an address may ask for, by the column of source data that holds it. A report has one year and one place.
OF_REPORT = {"doc_id": "doc"}
OF_MANY = {"year": "year", "report_year": "year", "province": "name"}
OF_BOTH = {
    "indicator": "indicator",
    "category": "category",
    "item": "item",
    "check": "check",
    "verdict": "verdict",
    "state": "status",
    "view": "view",
}
#: What an observation_id is made of, without its variant: of figures in conflict all are meant.
OBSERVATION = ("doc_id", "indicator", "period", "organ", "component")


def find_link(row: Mapping[str, Any]) -> str | None:
    """Return where a row leads: to an observation, a check or a pair of passages by its id, else to what is asked for.

    What is asked for is a report, indicator, category, mandated content, verdict, status and year, as far as known.

    None is returned where it leads nowhere, e.g. for a sign of a legend.

    Examples
    --------
    >>> find_link({"doc_id": "songxian 2024", "indicator": "legal_aid_cases_accepted", "report_year": 2024})
    'doc=songxian%202024&indicator=legal_aid_cases_accepted'
    >>> find_link({"doc_id": "a", "indicator": "b", "period": "year:2024", "organ": "", "component": ""})
    'a~b~year%3A2024~~'
    >>> find_link({"category": "publicity", "year": 2023.0})
    'category=publicity&year=2023'
    """
    if row.get("check_id"):
        return quote(str(row["check_id"]), safe="")
    if row.get("doc_a") and "start_a" in row:
        return quote("|".join(f"{row[f'doc_{side}']}@{row[f'start_{side}']}" for side in "ab"), safe="")
    if row.get("period") and row.get("indicator") and all(name in row for name in OBSERVATION):
        return quote("~".join(_plain(row[name]) for name in OBSERVATION), safe="")
    names = {**OF_BOTH, **(OF_REPORT if row.get("doc_id") else OF_MANY)}
    asked = {names[name]: _plain(row[name]) for name in names if name in row}
    if not any(asked.get(name) for name in ("doc", *OF_BOTH.values())):
        return None
    parts = [name for name in dict.fromkeys(["doc", *names.values()]) if asked.get(name)]
    return "&".join(f"{name}={quote(asked[name], safe='')}" for name in parts)


def _plain(value: Any) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
