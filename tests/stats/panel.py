"""Tidy tables for tests: rows with defaults, and a small seeded panel of counties that do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from analysis.tables import fit_table

CODEBOOK = pd.DataFrame(
    [
        ("cases", "办结案件", "Cases closed", "flow", "件", "closed", "", "", "yes"),
        ("won", "胜诉案件", "Cases won", "flow", "件", "outcome", "", "", "no"),
        ("offices", "司法所", "Offices", "stock", "个", "", "", "", "no"),
        ("win_rate", "胜诉率", "Win rate", "rate", "%", "", "won", "heard|cases", "no"),
        ("cases_change", "办结案件同比", "Change of cases closed", "change", "%", "", "cases", "", "no"),
    ],
    columns=["id", "label_zh", "label_en", "form", "unit", "stage", "numerator", "denominators", "per_capita"],
).assign(domain="ch07_disputes", tier="core", status="active", family=["suits", "suits", "", "", ""])
CATEGORIES = pd.DataFrame(
    [(name, name, name.title()) for name in ("awareness", "talent", "digital", "reform")],
    columns=["id", "label_zh", "label_en"],
)


def document(doc_id: str, **given: Any) -> dict[str, Any]:
    """Return a full annual report of a county government on 2024; `given` changes it."""
    row = {
        "doc_id": doc_id, "issuer_type": "government", "genre": "annual_report", "county": f"{doc_id}县",
        "unit_type": "county", "prefecture": "甲市", "province": "虚构省", "adcode": f"99{crc32(doc_id.encode())}",
        "report_year": 2024, "coverage": "full", "source": "test",
    }  # fmt: skip
    return row | given


def observation(doc_id: str, indicator: str = "cases", value: float = 10, **given: Any) -> dict[str, Any]:
    """Return an exact figure of a report's own year; low, high and their conventional forms follow the value."""
    about = CODEBOOK.set_index("id").loc[indicator]
    year = given.get("report_year", 2024)
    ends = dict.fromkeys(("low", "high", "low_conv", "high_conv"), value)
    row = {
        "doc_id": doc_id, "indicator": indicator, "period": f"year:{year}", "organ": "county_government",
        "variant": 1, "report_year": year, "value": value, **ends, "unit": about["unit"], "form": about["form"],
        "stage": about["stage"], "exactness": "exact", "n_mentions": 1, "coverage": "full", "period_basis": "stated",
        "mention_ids": "m", "observation_id": f"{doc_id}/{indicator}/{given.get('variant', 1)}",
    }  # fmt: skip
    return row | given


def covered(doc_id: str, item: str, status: str = "exact", item_type: str = "indicator") -> dict[str, Any]:
    """Return a row of coverage."""
    return {"doc_id": doc_id, "item": item, "item_type": item_type, "status": status, "n_mentions": 1}


def problem(doc_id: str, number: int, category: str, **given: Any) -> dict[str, Any]:
    """Return a coded top-level problem."""
    row = {
        "statement_id": f"{doc_id}#{number}", "category": category, "doc_id": doc_id, "report_year": 2024,
        "role": "problem", "heading": True, "parent_id": "", "primary": True, "coder": "rules",
    }  # fmt: skip
    return row | given


def table(name: str, rows: pd.DataFrame | Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table of the contract."""
    return fit_table(rows if isinstance(rows, pd.DataFrame) else list(rows), name)


def make_panel(
    units: int = 40, years: Iterable[int] = range(2017, 2025), *, seed: int = 0, growth: float = 0.05,
    step: dict[int, float] | None = None, silent: float = 0.0, dispersion: float = 0.0,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Return documents, observations and coverage of counties that print one count a year.

    Counts are Poisson around a unit's own level times exp(growth) a year, times exp(step) from a year on; with
    dispersion, around a gamma variable of that variance. A share `silent` of the figures is not printed.
    """
    rng = np.random.default_rng(seed)
    years = list(years)
    documents, observations, coverage = [], [], []
    for unit in range(units):
        level = rng.lognormal(4, 0.8)
        for year in years:
            doc_id = f"u{unit:03d}_{year}"
            code = f"99{unit:04d}"
            documents.append(document(doc_id, adcode=code, county=f"县{unit:03d}", report_year=year))
            shift = sum(size for start, size in (step or {}).items() if year >= start)
            mean = level * np.exp(growth * (year - years[0]) + shift)
            if dispersion:
                mean *= rng.gamma(1 / dispersion, dispersion)
            value, printed = float(rng.poisson(mean)), rng.random() >= silent
            coverage.append(covered(doc_id, "cases", "exact" if printed else "not_reported"))
            if printed:
                observations.append(observation(doc_id, "cases", value, report_year=year, adcode_now=code))
    made = {"documents": documents, "observations": observations, "coverage": coverage}
    return {name: table(name, rows) for name, rows in made.items()}
