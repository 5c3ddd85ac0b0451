"""Every headline number again under the other choices that could have been made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.codebook import read_frame
from analysis.errors import ParameterError
from analysis.stats.comparisons import estimate_comparison
from analysis.stats.frame import Frame, Refusal, Result, note, phrase
from analysis.stats.recurrence import estimate_recurrence
from analysis.stats.shared import LEAST, estimate_shared_wording
from analysis.stats.values import choose_indicators

COMPARISON_SCENARIOS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "strict_bounds": {"approx": "strict"},
    "without_assumed_periods": {"assumed_periods": False},
    "without_unstated_organ": {"unstated_organ": False},
}
RECURRENCE_SCENARIOS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "all_statements": {"units": "statements"},
    "primary_codes_only": {"primary_only": True},
}
SENSITIVITY_COLUMNS = ["headline", "id", "label_zh", "label_en", "scenario", "scenario_zh", "scenario_en", "group",
                       "n", "n_at_risk", "value", "low", "high", "interval_kind"]  # fmt: skip
GROUP = ["report_year", "issuer_type", "genre", "level", "organ", "base", "component"]


def estimate_sensitivity(
    observations: pd.DataFrame,
    coverage: pd.DataFrame,
    documents: pd.DataFrame,
    problems: pd.DataFrame | None = None,
    *,
    indicators: Sequence[str] = (),
    categories: Sequence[str] = (),
    years: Sequence[int] | None = None,
    frame: Frame | None = None,
    codebook: pd.DataFrame | None = None,
    category_list: pd.DataFrame | None = None,
    alternatives: Mapping[str, pd.DataFrame] | None = None,
    wording: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> Result:
    """Repeat headline numbers under every other choice, one row a number and choice.

    For an indicator the number is the mean of the disclosers in the largest group of comparable reports, with its
    bounds: conventional or strict bounds of approximate figures, without figures whose period is assumed, without
    figures whose organ is not stated, under other choices of the codebook. For a problem category it is the number of
    reports that name it: headings only, all statements, primary codes only. For shared wording it is the number of
    pairs of reports that share a passage of a role: of 13 characters, of 10, of 20.

    Parameters
    ----------
    observations, coverage, problems : DataFrame
        Tidy tables; problems only where categories are named.
    documents : DataFrame
        The extracted table `documents`.
    indicators, categories : list of str
        Ids of the codebook.
    years : list of int, optional
        Report years; all by default.
    frame : Frame, optional
        What the reports stand for.
    codebook, category_list : DataFrame, optional
        tidy/indicators.csv and tidy/categories.csv by default.
    alternatives : mapping of str to DataFrame, optional
        Table `observations` as built under other choices of the codebook, by the name of the choice, e.g.
        ``leading_digit`` (see `analysis.tidy.build_tidy`, convention).
    wording : tuple of DataFrame, optional
        The extracted tables `reuse` and `sections`; where they are given, the shared wording is counted too.

    Returns
    -------
    Result
        table: headline (mean of disclosers, reports naming, pairs sharing), id, scenario, group (which reports), n,
        n_at_risk, value (the mean in the indicator's unit, the share of reports, the characters shared), low, high,
        interval_kind. Values only where the rules allow them; n and n_at_risk always.
    """
    codebook = read_frame("tidy/indicators") if codebook is None else codebook
    made: list[pd.DataFrame] = []
    refusals: tuple[Refusal, ...] = ()
    if indicators:
        choices = [(name, observations, choice) for name, choice in COMPARISON_SCENARIOS.items()]
        choices += [(name, rows, {}) for name, rows in (alternatives or {}).items()]
        results = {
            name: estimate_comparison(rows, coverage, documents, list(indicators), years=years, frame=frame,
                                      codebook=codebook, **choice)
            for name, rows, choice in choices
        }  # fmt: skip
        refusals = results["baseline"].refusals
        made += [_means(results, about) for about in choose_indicators(indicators, codebook).to_dict("records")]
    if categories and problems is not None:
        counted = {
            name: estimate_recurrence(problems, documents, years=years, frame=frame, categories=category_list, **choice)
            for name, choice in RECURRENCE_SCENARIOS.items()
        }
        refusals += counted["baseline"].refusals
        made += [_reports(counted, category) for category in categories]
    if wording is not None:
        made.append(_pairs(*wording, documents, years))
    table = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=SENSITIVITY_COLUMNS)
    return Result(table[SENSITIVITY_COLUMNS], refusals, (note("sensitivity"),))


def _means(results: Mapping[str, Result], about: Mapping[str, Any]) -> pd.DataFrame:
    """Return the mean of the disclosers in the largest comparable group, under every choice."""
    summaries = {name: result.parts["summary"] for name, result in results.items()}
    own = summaries["baseline"].query("indicator == @about['id']")
    largest = {} if own.empty else own.loc[own["n"].idxmax(), GROUP].to_dict()
    rows = []
    for name, summary in summaries.items():
        same = summary[summary["indicator"].eq(about["id"])]
        for column, value in largest.items():
            same = same[same[column].eq(value)]
        found = same.iloc[0] if len(same) else {}
        bounds = "worst" if found.get("interval_kind", "none") != "none" else "mean"
        at_risk = int(own["n_at_risk"].max()) if len(own) else 0
        measured = "measurement" if pd.notna(found.get("mean_low", np.nan)) else "none"
        rows.append({
            **_scenario(name), "headline": "mean_of_disclosers", "id": about["id"], "label_zh": about["label_zh"],
            "label_en": about["label_en"], "group": " · ".join(str(value) for value in largest.values() if value != ""),
            "n": int(found.get("n", 0)), "n_at_risk": int(found.get("n_at_risk", at_risk)),
            "value": found.get("mean", np.nan), "low": found.get(f"{bounds}_low", np.nan),
            "high": found.get(f"{bounds}_high", np.nan),
            "interval_kind": "nonresponse_bounds" if bounds == "worst" else measured,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _reports(counted: Mapping[str, Result], category: str) -> pd.DataFrame:
    """Return the reports that name a category, under every choice.

    Raises
    ------
    ParameterError
        The category is not in the codebook.
    """
    rows = []
    for name, result in counted.items():
        found = result.table[result.table["category"] == category]
        if found.empty:
            known = ", ".join(result.table["category"])
            raise ParameterError(f"categories names {category!r}; the codebook (tidy/categories.csv) has {known}.")
        row = found.iloc[0].to_dict()
        kept = {key: row[key] for key in ("label_zh", "label_en", "n", "n_at_risk", "low", "high", "interval_kind")}
        rows.append({**_scenario(name), "headline": "reports_naming", "id": category, "group": "", **kept,
                     "value": row["share"]})  # fmt: skip
    return pd.DataFrame(rows)


def _pairs(
    reuse: pd.DataFrame, sections: pd.DataFrame, documents: pd.DataFrame, years: Sequence[int] | None
) -> pd.DataFrame:  # fmt: skip
    """Return the pairs of reports that share a passage of each role, by the fewest characters of a passage."""
    lengths = estimate_shared_wording(reuse, sections, documents, years=years).parts["lengths"]
    rows = [
        {**_scenario("baseline" if row.least == LEAST else f"least_{row.least}"), "headline": "pairs_sharing",
         "id": row.role, **dict(zip(("label_zh", "label_en"), phrase(f"role_{row.role}"), strict=True)), "group": "",
         "n": row.n_pairs, "n_at_risk": row.n_at_risk, "value": float(row.n_chars), "low": np.nan, "high": np.nan,
         "interval_kind": "none"}
        for row in lengths.itertuples()
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=SENSITIVITY_COLUMNS)
    return table.assign(_first=table["scenario"] != "baseline").sort_values(["id", "_first"], kind="stable")


def _scenario(name: str) -> dict[str, str]:
    said = phrase(f"scenario_{name}")
    return {"scenario": name, "scenario_zh": said[0], "scenario_en": said[1]}
