"""Shortcomings of the invented counties, how their reports list them, and what invented coders make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from analysis.invented.reports import Report
from analysis.invented.world import Array, Row, World, chance, parameters, pick

Truth = dict[str, tuple[str, tuple[str, ...]]]


def draw_problems(world: World) -> Array:
    """Draw which shortcomings every unit would name every year.

    Returns
    -------
    ndarray of bool
        units x years x categories of ``parameters.toml``: what was named last year is likelier to be named again, and
        between ``fewest`` and ``most`` are named in a year.
    """
    known = parameters()["problems"]
    base, trend = (np.array([kind[part] for kind in known["categories"].values()]) for part in ("base", "trend"))
    named = np.zeros((len(world.places), len(world.years), len(base)), dtype=bool)
    for unit, place in enumerate(world.places):
        rng = world.stream("problems", place["adcode"])
        own = rng.normal(0, known["unit_sd"], len(base))
        before = np.zeros(len(base))
        for number, year in enumerate(world.years):
            wish = chance(base + trend * (year - parameters()["base_year"]) + own + known["again"] * before)
            urge = wish - rng.random(len(base))
            count = int(np.clip((urge > 0).sum(), known["fewest"], known["most"]))
            named[unit, number, np.argsort(-urge, kind="stable")[:count]] = True
            before = named[unit, number].astype(float)
    return named


def build_statements(world: World, report: Report, roles: list[str], named: Array) -> tuple[list[Row], Truth]:
    """Return the statements of a report with the category and the attributes each of them truly has."""
    rng, known = world.stream("statements", report.doc_id), parameters()
    categories = np.array(list(known["problems"]["categories"]))
    own = rng.permutation(categories[named[report.unit, report.year]])
    rows: list[Row] = []
    truth: Truth = {}

    def add(role: str, category: str, parent: str = "") -> str:
        statement = f"{report.doc_id}#{len(rows) + 1}"
        put = known["problems"]["attributes"] if role == "problem" else {}
        attributes = tuple(name for name, share in put.items() if rng.random() < share)
        rows.append({"statement_id": statement, "doc_id": report.doc_id, "role": role, "heading": not parent,
                     "parent_id": parent})  # fmt: skip
        truth[statement] = category, attributes
        return statement

    for category in own if "problem" in roles else ():
        heading = add("problem", str(category))
        for _ in range(min(int(rng.poisson(known["problems"]["child_share"])), 2)):
            same = rng.random() < known["problems"]["child_same"]
            add("problem", str(category if same else rng.choice(categories)), heading)
    for role in ("cause", "remedy", "plan"):
        for _ in range(1 + int(rng.poisson(known["statements"][role])) if role in roles else 0):
            add(role, pick(rng, known["causes"]) if role == "cause" else str(rng.choice(own)))
    return rows, truth


def build_codes(world: World, report: Report, statements: list[Row], truth: Truth) -> Iterator[Row]:
    """Code the statements of a report: every coder has a set of reports and errors of its own."""
    for coder in parameters()["coders"]:
        if world.stream("sample", coder["sample"], report.doc_id).random() >= coder["share"]:
            continue
        rng = world.stream("coder", coder["coder"], report.doc_id)
        for statement in statements:
            if statement["role"] in coder["roles"] and rng.random() >= coder["missed"]:
                yield from _coded(rng, coder, statement, *truth[statement["statement_id"]])


def _coded(
    rng: np.random.Generator, coder: Mapping[str, Any], statement: Row, true: str, attributes: tuple[str, ...]
) -> Iterator[Row]:
    known, cause = parameters(), statement["role"] == "cause"
    names = list(known["causes"] if cause else known["problems"]["categories"])
    confused = names if cause else known["problems"]["categories"][true]["confused"]
    first = true if rng.random() < coder["accuracy"] else str(rng.choice(confused))
    row = {"statement_id": statement["statement_id"], "primary": False}
    row |= {name: coder.get(name, "") for name in ("coder", "coder_type", "coder_model", "round", "saw")}
    yield row | {"category": first, "primary": True}
    second = str(rng.choice(names))
    if rng.random() < coder["second"] and second != first and not cause:
        yield row | {"category": second}
    for name in attributes if coder["attributes"] else ():
        yield row | {"category": f"attr:{name}"}
