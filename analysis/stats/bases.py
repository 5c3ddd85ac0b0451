"""What a figure is divided by: printed numerators and denominators, and a sourced resident population."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.frame import Counts, Refusal, label_pair, refuse
from analysis.stats.intervals import interval_count, interval_rate
from analysis.stats.selection import require_columns
from analysis.stats.values import collapse_variants, printed_unit

POPULATION = "population_resident"
CENSUS_YEAR = 2020
PROCESS_COLUMNS = ["base_k", "base_n", "process_low", "process_high", "process_assumes_zh", "process_assumes_en"]


def add_process(values: pd.DataFrame, observations: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Add exact process intervals to counts and to rates whose numerator and denominator are printed.

    Parameters
    ----------
    values : DataFrame
        As `build_values` returns them.
    observations : DataFrame
        The tidy table, in which numerators and denominators are looked up by document, period and organ.
    codebook : DataFrame
        Columns id, numerator (ids joined by +), denominators (ids joined by |).

    Returns
    -------
    DataFrame
        values with base_k, base_n, process_low, process_high (in the unit of value), process_assumes_zh and _en;
        empty where a figure is no exact count and no rate with a printed base.
    """
    printed = _printed_counts(observations)
    about = codebook.set_index("id")[["numerator", "denominators"]].to_dict("index")
    rows = [_process_row(row, printed, about) for row in values.itertuples()]
    return values.join(pd.DataFrame(rows, index=values.index, columns=PROCESS_COLUMNS))


def _printed_counts(observations: pd.DataFrame) -> dict[tuple[str, str, str, str], float]:
    frame = collapse_variants(observations)
    frame = frame[frame["exactness"].eq("exact") & frame["component"].eq("") & frame["value"].notna()]
    keys = zip(frame["doc_id"], frame["period"], frame["organ"], frame["indicator"], strict=True)
    return dict(zip(keys, frame["value"], strict=True))


def _process_row(
    row: object, printed: dict[tuple[str, str, str, str], float], about: dict[object, dict[str, str]]
) -> tuple[object, ...]:
    nothing = (np.nan, np.nan, np.nan, np.nan, "", "")
    value, form = getattr(row, "value", np.nan), getattr(row, "form", "")
    if pd.isna(value) or getattr(row, "exactness", "") not in {"exact", "rounded"}:
        return nothing
    if form == "flow" and getattr(row, "exactness", "") == "exact" and float(value).is_integer():
        found = interval_count(value)
        return (np.nan, np.nan, found.low, found.high, found.assumes_zh, found.assumes_en)
    if form not in {"rate", "share"} or getattr(row, "unit", "") != "%":
        return nothing
    base = _printed_base(row, printed, about[getattr(row, "indicator", "")])
    if base is None:
        return nothing
    found = interval_rate(*base)
    return (*base, found.low, found.high, found.assumes_zh, found.assumes_en)


def _printed_base(
    row: object, printed: dict[tuple[str, str, str, str], float], about: dict[str, str]
) -> tuple[float, float] | None:
    """Return the printed numerator and the printed denominator that give the printed rate, rounded or cut off."""
    place = tuple(getattr(row, name) for name in ("doc_id", "period", "organ"))
    parts = [printed.get((*place, name)) for name in about["numerator"].split("+") if name]
    if not parts or None in parts:
        return None
    k = float(sum(part for part in parts if part is not None))
    value = float(getattr(row, "value", np.nan))
    for name in about["denominators"].split("|"):
        n = printed.get((*place, name))
        if n and k <= n and -printed_unit(value) / 2 <= 100 * k / n - value < printed_unit(value):
            return k, n
    return None


def add_population(
    values: pd.DataFrame, covariates: pd.DataFrame | None, codebook: pd.DataFrame, counts: Counts
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Add counts per 10,000 residents where the count is driven by persons and the population has a source.

    The population is that of the same year, else that of the 2020 census, with its year beside it.

    Parameters
    ----------
    values : DataFrame
        As `build_values` returns them.
    covariates : DataFrame or None
        Columns adcode, variable, year, value, source.
    codebook : DataFrame
        Columns id, per_capita (yes or no).
    counts : Counts
        What a refusal says of the documents.

    Returns
    -------
    values : DataFrame
        With per_10k, per_10k_low, per_10k_high, population, population_year, population_source.
    refusals : list of Refusal
        For indicators that are not driven by persons, and for reports whose population is not known.
    """
    people = _read_population(covariates)
    allowed = codebook.loc[codebook["per_capita"] == "yes", "id"]
    driven = values["indicator"].isin(allowed) & values["form"].eq("flow")
    frame = values.merge(people, left_on=["adcode", "year"], right_on=["adcode", "population_year"], how="left")
    census = people[people["population_year"] == CENSUS_YEAR].set_index("adcode")
    unknown = frame["population"].isna()
    for column in ("population", "population_year", "population_source"):
        frame[column] = frame[column].mask(unknown, frame["adcode"].map(census[column]))
    frame.index = values.index
    frame["population"] = frame["population"].where(driven)
    for column, of in (("per_10k", "value"), ("per_10k_low", "low"), ("per_10k_high", "high")):
        frame[column] = 10_000 * frame[of] / frame["population"]
    refusals = []
    if not driven.all():
        others = values[~driven]
        named = int(others["indicator"].nunique())
        refusals.append(refuse("per_10k", "person_driven", named, counts, labels=label_pair(others)))
    lacking = driven & frame["population"].isna()
    if lacking.any():
        reports, labels = int(frame.loc[lacking, "doc_id"].nunique()), label_pair(values[lacking])
        refusals.append(refuse("per_10k", "population", reports, counts, labels=labels))
    return frame, refusals


def _read_population(covariates: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["adcode", "population_year", "population", "population_source"]
    if covariates is None:
        types = {"adcode": "str", "population_year": "Int64", "population": "float64", "population_source": "str"}
        return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in types.items()})
    require_columns(covariates, ["adcode", "variable", "year", "value", "source"], "covariates")
    rows = covariates[covariates["variable"].eq(POPULATION) & covariates["source"].ne("") & covariates["value"].gt(0)]
    rows = rows.rename(columns={"year": "population_year", "value": "population", "source": "population_source"})
    return rows[columns].astype({"population_year": "Int64"}).drop_duplicates(["adcode", "population_year"])
