"""An invented panel, for the tutorial and the tests: no county, no report and no figure in it exists.

What it is drawn from stands in ``parameters.toml``, so an estimate can be held against the truth. Every part draws
from a random stream of its own, so that one more figure or report leaves the others as they were.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from analysis.invented.figures import build_mentions
from analysis.invented.reports import build_sections, draw_contents, draw_reports, draw_roles
from analysis.invented.statements import build_codes, build_statements, draw_problems
from analysis.invented.world import Row, World, build_world, parameters
from analysis.tables import fit_table, write_table, write_tables

__all__ = ["build_inputs", "build_invented", "build_truth", "parameters", "write_invented"]

YEARS = (2017, 2024)


def build_invented(seed: int = 2024, units: int = 60, years: tuple[int, int] = YEARS) -> dict[str, pd.DataFrame]:
    """Draw the extracted tables of the invented panel.

    Parameters
    ----------
    seed : int
        Equal seeds give equal tables.
    units : int
        Number of counties, at most as many as ``parameters.toml`` has names for (60).
    years : (int, int)
        First and last report year.

    Returns
    -------
    dict of str to DataFrame
        documents, sections, mentions, statements, codes, contents, as the contract has them. There is no text behind
        them: identifiers are ``doc_id#n``, offsets are empty, and those of sections are only their order.

    Raises
    ------
    ParameterError
        More counties than names, or years in the wrong order.
    """
    world = build_world(seed, units, years)
    named = draw_problems(world)
    rows: dict[str, list[Row]] = {
        name: [] for name in ("documents", "sections", "mentions", "statements", "codes", "contents")
    }
    for report in draw_reports(world):
        rows["documents"].append(report.row)
        rows["mentions"] += build_mentions(world, report)
        if report.row["coverage"] == "full":
            roles = draw_roles(world, report)
            statements, truth = build_statements(world, report, roles, named)
            rows["sections"] += build_sections(report, roles)
            rows["contents"] += draw_contents(world, report)
            rows["statements"] += statements
            rows["codes"] += build_codes(world, report, statements, truth)
    return {name: fit_table(found, name) for name, found in rows.items()}


def build_truth(seed: int = 2024, units: int = 60, years: tuple[int, int] = YEARS) -> pd.DataFrame:
    """Return what happened in every invented county and year, whether or not a report says so.

    Returns
    -------
    DataFrame
        adcode, year, figure (its name in ``parameters.toml``), indicator, organ, value (base units, whole years); for
        shortcomings figure and indicator are the category, value is 1 if it would be named and 0 if not.
    """
    world = build_world(seed, units, years)
    figures = {(figure["name"], figure["id"]): figure for figure in parameters()["figures"] if "id" in figure}
    named = draw_problems(world)
    columns = [(key, figure, world.values[key[0]]) for key, figure in figures.items()]
    columns += [((name, name), {}, named[:, :, at]) for at, name in enumerate(parameters()["problems"]["categories"])]
    rows = [
        {"adcode": place["adcode"], "year": year, "figure": name, "indicator": indicator,
         "organ": world.organ(figure, unit), "value": float(values[unit, number])}
        for (name, indicator), figure, values in columns
        for unit, place in enumerate(world.places)
        for number, year in enumerate(world.years)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def build_inputs(seed: int = 2024, units: int = 60, years: tuple[int, int] = YEARS) -> dict[str, pd.DataFrame]:
    """Return the input tables that go with the panel.

    Returns
    -------
    dict of str to DataFrame
        frame (which reports should exist and which were found) and covariates (resident population by year).
    """
    world, known = build_world(seed, units, years), parameters()
    found = {(report.unit, report.year) for report in draw_reports(world)}
    frame, covariates = [], []
    for unit, place in enumerate(world.places):
        for number, year in enumerate(world.years):
            status = "found" if (unit, number) in found else _search(world, place["adcode"], year)
            searched_on = "" if status == "not_searched" else known["searched_on"]
            frame.append({**{name: place[name] for name in ("adcode", "county", "prefecture", "province")},
                          "report_year": year, "status": status, "searched_on": searched_on,
                          "where": known["source"] if searched_on else ""})  # fmt: skip
            covariates.append({"adcode": place["adcode"], "year": year, "value": world.population[unit, number],
                               **known["places"]["covariate"], "source": known["source"]})  # fmt: skip
    return {"frame": fit_table(frame, "frame"), "covariates": fit_table(covariates, "covariates")}


def _search(world: World, adcode: str, year: int) -> str:
    """Draw what became of the search for a report that is not in the corpus."""
    known, draw = parameters()["documents"], world.stream("gone", adcode, year).random()
    if draw < known["gone"]:
        return "published_but_gone"
    return "not_searched" if draw >= 1 - known["not_searched"] else "not_found"


def write_invented(folder: str | os.PathLike[str], seed: int = 2024) -> None:
    """Write the whole panel below a folder: ``extracted/panel/*.csv``, ``frame.csv``, ``covariates.csv``."""
    write_tables(build_invented(seed), Path(folder) / "extracted" / "panel")
    for name, table in build_inputs(seed).items():
        write_table(table, name, folder)
