"""Which invented reports exist, and what is in them besides figures and shortcomings: sections and contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from analysis.invented.world import Row, World, parameters


@dataclass(frozen=True)
class Report:
    """One invented report: its row in documents, its place in the arrays, how much of them it prints.

    ``keep`` is the share of its usual figures that a document of its kind prints, ``part`` the share of the year that
    had passed when it was published.
    """

    row: Row
    unit: int
    year: int
    keep: float
    part: float

    @property
    def doc_id(self) -> str:
        """The report's identifier."""
        return str(self.row["doc_id"])


def draw_reports(world: World) -> Iterator[Report]:
    """Draw the reports of every unit and year; some do not exist, some stand beside another."""
    for unit, place in enumerate(world.places):
        for number, year in enumerate(world.years):
            if world.stream("exists", place["adcode"], year).random() >= parameters()["documents"]["exists"]:
                continue
            for kind in parameters()["kinds"]:
                rng = world.stream("report", kind["name"], place["adcode"], year)
                if rng.random() < kind["share"]:
                    yield _report(world, rng, kind, unit, number)


def _report(world: World, rng: np.random.Generator, kind: Mapping[str, Any], unit: int, number: int) -> Report:
    place, year, known = world.places[unit], world.years[number], parameters()
    issuer_type = kind.get("issuer_type") or world.habits["issuer"][unit]
    chance = rng.random()
    opening, cut = kind.get("openings", 0.0), kind.get("partial", 0.0)
    coverage = "opening" if chance < opening else "partial" if chance < opening + cut else "full"
    dated, published, part = _dates(rng, year)
    words = {"county": place["county"], "year": year}
    row = {
        **place,
        "doc_id": f"inv_{place['adcode']}_{year}{kind.get('suffix', '')}",
        "title": known["titles"][issuer_type].format_map(words),
        "issuer": known["issuers"][issuer_type].format_map(words),
        "issuer_type": issuer_type,
        "genre": kind["genre"],
        "report_year": year,
        "dated": dated,
        "published": published,
        "coverage": coverage,
        "source": known["source"],
    }
    return Report(row, unit, number, kind["keep"], part)


def _dates(rng: np.random.Generator, year: int) -> tuple[str, str, float]:
    """Draw the day of signature, the day of publication and the share of the year that had passed by then."""
    known = parameters()["documents"]
    early, late, unpublished, undated = rng.random(4)
    if early < known["partial_year"]:
        published = date(year, 11, 15) + timedelta(days=int(rng.integers(0, 40)))
        part = published.timetuple().tm_yday / 365
    else:
        first, days = (date(year + 1, 4, 1), 80) if late < known["late"] else (date(year + 1, 1, 20), 70)
        published, part = first + timedelta(days=int(rng.integers(0, days))), 1.0
    dated = published - timedelta(days=int(rng.integers(2, 14)))
    shown = early < known["partial_year"] or unpublished >= known["unpublished"]
    return "" if undated < known["undated"] else str(dated), str(published) if shown else "", part


def draw_roles(world: World, report: Report) -> list[str]:
    """Draw which sections a report has, in their order."""
    rng = world.stream("sections", report.doc_id)
    return [section["role"] for section in parameters()["sections"] if rng.random() < section["share"]]


def build_sections(report: Report, roles: list[str]) -> list[Row]:
    """Return the sections of a report; with no text behind them their offsets are their order."""
    words = parameters()["section_labels"]
    rows = []
    for order, role in enumerate(roles):
        level = 0 if role == "preamble" else 1
        label = words["numbers"][order - 1] + words["mark"] if level else ""
        rows.append({"doc_id": report.doc_id, "start": order, "end": order + 1, "body_end": order + 1,
                     "level": level, "label": label, "role": role})  # fmt: skip
    return rows


def draw_contents(world: World, report: Report) -> list[Row]:
    """Draw the mandated contents that only words could show, as a reader would note them."""
    rng, rows = world.stream("contents", report.doc_id), []
    for content in parameters()["contents"]:
        present = content["present"] + content["trend"] * (world.years[report.year] - parameters()["base_year"])
        drawn = rng.random()
        status = "present" if drawn < present else "partial" if drawn < present + content["partial"] else "absent"
        rows.append({"doc_id": report.doc_id, "item": content["item"], "status": status, "coder": "hand"})
    return rows
