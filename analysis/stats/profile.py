"""One unit by itself: what its reports print, admit, announce and hold, year after year, with the ids behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import pandas as pd

from analysis.codebook import read_frame
from analysis.errors import ParameterError
from analysis.stats.disclosure import estimate_disclosure, estimate_mandated
from analysis.stats.frame import Result, note, refuse
from analysis.stats.recurrence import find_units, listed_categories, mark_categories
from analysis.stats.sample import build_sample
from analysis.stats.selection import check_years, count_documents, describe_documents, require_columns, select_reports

TABLES = ("documents", "observations", "coverage", "problems", "plans", "checks", "due")
VALUES = ["indicator", "report_year", "status", "value", "low", "high", "unit", "stage", "organ", "component",
          "period", "period_basis", "base", "flags", "coverage", "doc_id", "observation_id", "mention_ids"]  # fmt: skip
STATEMENTS = ["report_year", "role", "category", "label_zh", "label_en", "heading", "attributes", "coder", "coverage",
              "doc_id", "statement_id"]  # fmt: skip
SINCE = ["category", "label_zh", "label_en", "first_year", "last_year", "n", "n_at_risk", "n_before", "years",
         "statement_ids"]  # fmt: skip
CHECKS = ["report_year", "check", "indicator", "stated", "expected", "base", "k", "verdict", "note_zh", "note_en",
          "doc_id", "mention_id", "check_id"]  # fmt: skip
DUE = ["report_year", "issuer_type", "status", "searched_on", "doc_id"]


def build_profile(
    tables: Mapping[str, pd.DataFrame], unit: str, *, tier: str = "core", years: Sequence[int] | None = None
) -> Result:
    """Lay out what one unit reports, over all its reports at hand, with the id of the evidence in every row.

    What a report leaves out is said of full reports only, one a year; figures, problems and plans are those of every
    document of the unit. Nothing is compared: a single unit has no rank, no share and no interval.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted and tidy tables by name, as a study has them: documents, observations, coverage, problems, plans,
        checks, due.
    unit : str
        A unit_id, division code, or name of a place.
    tier : {"core", "extended", "context", "all"}
        Which indicators can be missing; figures of all indicators are listed.
    years : sequence of int, optional
        Report years; all by default.

    Returns
    -------
    Result
        table: one row a full report and indicator, as of `estimate_disclosure`. parts: reports (as `build_sample`),
        due (reports that should exist, and what the search brought; empty without a frame), values (one row an
        observation: status, value and bounds in `unit`, stage, organ, component, period, base; observation_id and
        mention_ids), problems (one row a category that is named: first_year and last_year, n of n_at_risk full
        reports that name it, n_before full reports of earlier years that do not, years, statement_ids), marks
        (category by full report), statements (problems and causes), plans (plans and remedies; one row a statement
        and category), contents (as `estimate_mandated`), checks.

    Raises
    ------
    ParameterError
        No such unit, a name that several units have, an unknown tier, years of which there is no report, or a table
        that is missing.
    """
    if missing := [name for name in TABLES if name not in tables]:
        raise ParameterError(f"tables lacks {', '.join(missing)}; pass all tables, as `open_study(...).tables`.")
    documents, observations = tables["documents"], tables["observations"]
    about = describe_documents(documents, observations)
    unit_id = find_unit(about, unit)
    chosen = about.loc[about["unit_id"].eq(unit_id) & about["genre"].ne("plan"), "doc_id"]
    own = {name: tables[name][tables[name]["doc_id"].isin(chosen)] for name in TABLES if name != "due"}
    documents, observations = own["documents"], own["observations"]
    check_years(documents, years)
    kept = select_reports(documents, observations, years=years).kept
    disclosure = estimate_disclosure(own["coverage"], observations, documents, tier=tier, years=years)
    contents = estimate_mandated(own["coverage"], documents, observations, required="all", years=years)
    statements = _statements(own["problems"], documents, years)
    marks = _marks(own["problems"], kept)
    parts = {
        "reports": build_sample(documents, observations, years=years).table,
        "due": _due(tables["due"], unit_id, years),
        "values": _values(observations, years),
        "problems": _since(marks, statements),
        "marks": marks,
        "statements": statements,
        "plans": _statements(own["plans"], documents, years),
        "contents": contents.table,
        "checks": _checks(own["checks"], documents, years),
    }
    refusals = (refuse("profile", "units_beside", 1, count_documents(documents, kept)),)
    told = [note("profile", n=len(kept), documents=len(documents)), *disclosure.notes[:1]]
    told += [note("profile_since", n=len(kept))] if len(parts["problems"]) else []
    return Result(disclosure.table, refusals, tuple(told), parts)


def find_unit(about: pd.DataFrame, unit: str) -> str:
    """Return the unit_id of a unit called by its unit_id, division code, or the name of its place or county.

    Parameters
    ----------
    about : DataFrame
        As `analysis.stats.selection.describe_documents` returns it.
    unit : str

    Raises
    ------
    ParameterError
        No document is of such a unit, or documents of several units are.
    """
    require_columns(about, ["unit_id", "place", "county", "adcode"], "documents")
    for column in ("unit_id", "adcode", "place", "county"):
        found = about[about[column].eq(unit) & about["unit_id"].ne("")].drop_duplicates("unit_id")
        if len(found) == 1:
            return str(found["unit_id"].iloc[0])
        if len(found) > 1 and unit:
            named = ", ".join(
                f"{row.unit_id} ({row.province}{row.prefecture}{row.place})" for row in found.itertuples()
            )
            raise ParameterError(f"unit is {unit!r}, which several units are called: {named}. Give the unit_id.")
    known = list(dict.fromkeys([*about["place"], *about["unit_id"]]))
    near = get_close_matches(unit, known, 3, 0.3) or known[:3]
    raise ParameterError(
        f"unit is {unit!r}; no report is of such a unit. It must be a unit_id, division code or name of a place, e.g. "
        f"{', '.join(near)}; the table units has all."
    )


def _of_years(rows: pd.DataFrame, years: Sequence[int] | None) -> pd.DataFrame:
    return rows[rows["report_year"].isin(list(years))] if years else rows


def _due(due: pd.DataFrame, unit_id: str, years: Sequence[int] | None) -> pd.DataFrame:
    rows = _of_years(due[due["unit_id"].eq(unit_id)], years)
    return rows[DUE].sort_values(["report_year", "issuer_type", "doc_id"], kind="stable", ignore_index=True)


def _values(observations: pd.DataFrame, years: Sequence[int] | None) -> pd.DataFrame:
    """Return the figures in the order of the codebook, then by year; contradictory ones are all there."""
    rows = _of_years(observations, years).rename(columns={"exactness": "status"})
    rows = rows.assign(mention_ids=rows["mention_ids"].astype("str"))
    order = {name: place for place, name in enumerate(read_frame("tidy/indicators")["id"])}
    rows = rows.assign(_order=rows["indicator"].map(order))
    return rows.sort_values(["_order", "report_year", "observation_id"], kind="stable", ignore_index=True)[VALUES]


def _labels() -> pd.DataFrame:
    listed = pd.concat([read_frame("tidy/categories"), read_frame("tidy/causes")])
    return listed[["id", "label_zh", "label_en"]].rename(columns={"id": "category"}).drop_duplicates("category")


def _statements(rows: pd.DataFrame, documents: pd.DataFrame, years: Sequence[int] | None) -> pd.DataFrame:
    rows = (
        _of_years(rows, years)
        .merge(documents[["doc_id", "coverage"]], on="doc_id")
        .merge(_labels(), on="category", how="left")
    )
    rows[["label_zh", "label_en"]] = rows[["label_zh", "label_en"]].fillna("")
    place = pd.to_numeric(rows["statement_id"].str.extract(r"[@#](\d+)$")[0])
    order = ["report_year", "doc_id", "_place", "primary", "category"]
    rows = rows.assign(_place=place).sort_values(order, ascending=[True, True, True, False, True], kind="stable")
    return rows[STATEMENTS].reset_index(drop=True)


def _marks(problems: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    units = find_units(problems, kept, "problem", "statements")
    return mark_categories(units, kept, listed_categories(None, "problem", units))


def _since(marks: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Return the categories that full reports name, the one that was named first at the top."""
    named = marks[marks["named"]]
    by_category = named.groupby("category", sort=False)["report_year"]
    table = by_category.agg(first_year="min", last_year="max", n="size").reset_index()
    table["years"] = table["category"].map(by_category.agg(lambda years: "|".join(map(str, sorted(years)))))
    years = marks.drop_duplicates("doc_id")["report_year"]
    table["n_at_risk"] = len(years)
    table["n_before"] = [int((years < first).sum()) for first in table["first_year"]]
    problems = statements[statements["role"].eq("problem") & statements["doc_id"].isin(named["doc_id"])]
    ids = problems.groupby("category", sort=False)["statement_id"].agg("|".join)
    table["statement_ids"] = table["category"].map(ids)
    table = table.merge(marks.drop_duplicates("category")[["category", "label_zh", "label_en"]], on="category")
    return table.sort_values(["first_year"], kind="stable", ignore_index=True)[SINCE]


def _checks(checks: pd.DataFrame, documents: pd.DataFrame, years: Sequence[int] | None) -> pd.DataFrame:
    rows = _of_years(checks.merge(documents[["doc_id", "report_year"]], on="doc_id"), years)
    return rows.sort_values(["report_year", "doc_id", "check_id"], kind="stable", ignore_index=True)[CHECKS]
