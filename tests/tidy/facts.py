"""Facts written for the tests: a county that does not exist and what it prints."""

import math

from analysis.tables import empty_table, fit_table

NAN = math.nan


def document(doc_id="a", **more):
    row = {
        "doc_id": doc_id, "issuer_type": "government", "genre": "annual_report", "coverage": "full", "county": "云溪县",
        "unit_type": "county", "province": "虚构省", "report_year": 2024,
    }  # fmt: skip
    return row | more


def figure(start, surface, value, measure, action="", doc_id="a", **more):
    unit = surface.lstrip("0123456789.约超近万余")
    row = {
        "mention_id": f"{doc_id}@{start}", "doc_id": doc_id, "start": start, "end": start + len(surface),
        "surface": surface, "value": value, "low": value, "high": value, "unit": unit, "status": "reported",
        "form": "rate" if unit == "%" else "flow", "measure": measure, "action": action, "period": "year:2024",
        "period_basis": "stated", "role": "achievement",
    }  # fmt: skip
    return row | more


def tables(figures, documents=None, **more):
    found = {
        "documents": fit_table(documents or [document()], "documents"),
        "mentions": fit_table(figures, "mentions"),
        **{name: empty_table(name) for name in ("sections", "statements", "codes", "contents")},
    }
    return found | {name: fit_table(rows, name) for name, rows in more.items()}
