"""Tables of four reports about counties that do not exist, with a fifth whose words try every format."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.exports import FORMATS, About, write_export
from analysis.tables import empty_table, fit_table
from analysis.tidy import build_tidy, read_sets
from tests.conftest import PROJECT

SAMPLES = PROJECT / "data" / "samples" / "held_out"
ABOUT = About("held_out", "四份虚构县的报告", "Four invented reports & more_", "MIT", invented=True)
HOSTILE = [
    {"doc_id": "h1", "title": "=cmd|' /C calc'!A0", "issuer": "@SUM(1,2)", "addressee": "#N/A", "source": "-1+2",
     "dated": "1899-12-31", "published": "2024-02-29", "n_chars": 0, "report_year": -5},
    {"doc_id": "h2", "title": "'引号\n换行,\"双引号\"", "issuer": "\tTab", "addressee": "_x0041_ \x07铃",
     "source": "字" * 3000, "dated": "1900-01-01", "adcode": "010203", "county": " 首尾有空格 ",
     "prefecture": "50% of $3 & #1_a {b} ~^\\c"},
    {"doc_id": "h3", "title": "+86", "issuer": "http://example.org/a?b=c&d", "source": "https://example.org/1"},
]  # fmt: skip
#: What is printed of the documents: a page has no room for more.
COLUMNS = ["doc_id", "title", "issuer", "prefecture", "coverage"]
NUMBERS = [-0.1, 1e-7, 68350000.0, 0.1 + 0.2, 2.0**53]


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    """Return extracted and tidy tables; the hostile rows keep the contract, nothing else."""
    facts = read_sets([SAMPLES / "extracted"])
    tidy = build_tidy(facts)
    documents = [{"coverage": "opening", **row} for row in HOSTILE]
    figures = [
        {"mention_id": f"h1#{n}", "doc_id": "h1", "surface": f"-{n}", "value": value, "status": "reported",
         "measure": "=1+1", "extractor": "hand", "masked": n == 1}
        for n, value in enumerate(NUMBERS, start=1)
    ]  # fmt: skip
    added = {"documents": documents, "mentions": figures}
    for name, rows in added.items():
        facts[name] = fit_table(pd.concat([facts[name], fit_table(rows, name)]), name)
    return {**facts, **tidy, "audit_accuracy": empty_table("audit_accuracy")}


@pytest.fixture(scope="session")
def exported(tables, tmp_path_factory) -> dict[str, Path]:
    """Return the folder of every format, written once."""
    folder = tmp_path_factory.mktemp("exports")
    for form in FORMATS:
        chosen, columns = tables, None
        if form in {"tex", "docx"}:
            chosen, columns = {"documents": tables["documents"]}, COLUMNS
        write_export(chosen, form, folder / form, about=ABOUT, columns=columns)
    return {form: folder / form for form in FORMATS}
