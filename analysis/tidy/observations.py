"""Figures as observations: one row a document, indicator, period, organ and component, disagreements kept."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from analysis import codebook
from analysis.tables import fit_table
from analysis.tidy.bounds import find_bounds
from analysis.tidy.lineage import find_unit

KEY = ["doc_id", "indicator", "period", "organ", "component"]
PLACE = ["adcode", "county", "unit_type", "prefecture", "province", "issuer_type", "genre", "coverage", "report_year"]
NUMBERS = ["value", "low", "high", "low_conv", "high_conv"]
COPIED = [*PLACE, *NUMBERS, "low_open", "high_open", "exactness", "form", "stage", "period_start", "period_end"]
RELAYED = {"county_government", "departments", "townships", "all_organs"}
Row = dict[str, Any]
YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?$")


def build_observations(
    mentions: pd.DataFrame, matches: pd.DataFrame, documents: pd.DataFrame, convention: str = "last_digit"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn matched mentions into observations.

    Equal figures of one key are one observation; unequal ones are variants 1, 2, ... of which an exact one that lies
    within the bounds of all others stands for them. What remains unequal where the codebook expects a single figure is
    flagged ``conflict``. Components are added up only where the codebook calls them exclusive (``combine = sum``).

    Parameters
    ----------
    mentions, matches, documents : DataFrame
        Extracted mentions and documents, and the table ``matches``.
    convention : str
        See `analysis.tidy.bounds.find_bounds`.

    Returns
    -------
    observations, observation_mentions : DataFrame
        Tables of these names.
    """
    used = matches.loc[matches["used"], ["mention_id", "indicator", "stage", "component"]]
    facts = used.merge(mentions, on="mention_id").merge(
        documents[["doc_id", "dated", "published", *PLACE]], on="doc_id"
    )
    facts = _with_bounds(_as_percent(_with_periods(facts)), convention).sort_values([*KEY, "mention_id"], kind="stable")
    rows: list[Row] = []
    links: list[dict[str, str]] = []
    columns = [*KEY, *COPIED, "mention_id", "unit", "direction", "period_basis", "partial"]
    plain = facts[columns].astype("object").itertuples(index=False, name=None)
    figures = (dict(zip(columns, figure, strict=True)) for figure in plain)
    for key, group in groupby(figures, key=itemgetter(*KEY)):
        variants = _variants(list(group))
        for number, variant in enumerate(variants, start=1):
            rows.append(_observation(dict(zip(KEY, key, strict=True)), number, variant, len(variants)))
            links += _links(rows[-1]["observation_id"], variant)
    sums, sum_links = _sums(rows)
    return fit_table([*rows, *sums], "observations"), fit_table([*links, *sum_links], "observation_mentions")


def _with_periods(facts: pd.DataFrame) -> pd.DataFrame:
    """Turn the year of a report that was signed or published before its year's end into the year to that date."""
    date = facts["published"].mask(facts["published"] == "", facts["dated"])
    year = facts["report_year"].astype("str")
    partial = (date != "") & (date < year + "-12-31") & (facts["period"] == "year:" + year)
    period = facts["period"].mask(partial, "ytd:" + date)
    spans = [find_span(one) for one in period]
    return facts.assign(
        period=period,
        partial=partial | period.str.startswith("ytd:"),
        period_start=[start for start, _ in spans],
        period_end=[end for _, end in spans],
    )


def find_span(period: str) -> tuple[str, str]:
    """Return the first and the last day of a period, empty where it does not say.

    Examples
    --------
    >>> find_span("span:2022-2024"), find_span("ytd:2025-11-20"), find_span("since:?")
    (('2022-01-01', '2024-12-31'), ('2025-01-01', '2025-11-20'), ('', ''))
    """
    kind, _, what = period.partition(":")
    if kind == "ytd":
        return f"{what[:4]}-01-01", what
    years = YEARS.search(what)
    if not years:
        return "", ""
    first, last = f"{years[1]}-01-01", f"{years[2] or years[1]}-12-31"
    return ("" if kind == "asof" else first), ("" if kind == "since" else last)


def _as_percent(facts: pd.DataFrame) -> pd.DataFrame:
    """Turn a fraction that stands for a rate or a share into a percentage: 五分之一 is 20."""
    fraction = (facts["unit"] == "") & facts["form"].isin(["rate", "share"])
    numbers = ["value", "low", "high"]
    facts[numbers] = facts[numbers].mask(fraction, facts[numbers] * 100)
    return facts.assign(unit=facts["unit"].mask(fraction, "%"))


def _with_bounds(facts: pd.DataFrame, convention: str) -> pd.DataFrame:
    columns = ["surface", "qualifier", "value", "low", "high", "form"]
    bounds = [find_bounds(**figure, convention=convention) for figure in facts[columns].to_dict("records")]
    facts = facts.assign(
        low_conv=[bound.low for bound in bounds],
        high_conv=[bound.high for bound in bounds],
        low_open=[bound.low_open for bound in bounds],
        high_open=[bound.high_open for bound in bounds],
        exactness=[bound.exactness for bound in bounds],
    )
    return _signed(facts)


def _signed(facts: pd.DataFrame) -> pd.DataFrame:
    """Give changes their sign: down is negative, a direction that is not stated leaves no value."""
    change, down = facts["form"] == "change", facts["direction"] == "down"
    for low, high in (("low", "high"), ("low_conv", "high_conv")):
        facts[[low, high]] = facts[[low, high]].mask(change & down, -facts[[high, low]].to_numpy())
    facts[["low_open", "high_open"]] = facts[["low_open", "high_open"]].mask(
        change & down, facts[["high_open", "low_open"]].to_numpy()
    )
    facts["value"] = facts["value"].mask(change & down, -facts["value"])
    facts[NUMBERS] = facts[NUMBERS].mask(change & (facts["direction"] == ""), np.nan)
    return facts


def _variants(figures: list[Row]) -> list[list[Row]]:
    """Split the figures of one key into groups of equal ones, or take an exact one for all that it lies within."""
    distinct: dict[str, list[Row]] = {}
    for figure in figures:
        distinct.setdefault(repr((figure["value"], figure["low"], figure["high"])), []).append(figure)
    groups = list(distinct.values())
    for group in groups:
        value = group[0]["value"]
        if group[0]["exactness"] == "exact" and all(
            other[0]["low_conv"] <= value <= other[0]["high_conv"] for other in groups
        ):
            return [[*group, *(figure for other in groups if other is not group for figure in other)]]
    return groups


def _observation(key: Row, variant: int, figures: list[Row], n_variants: int) -> Row:
    first, indicator = figures[0], codebook.rows_by("tidy/indicators")[key["indicator"]]
    stated = [figure["period_basis"] for figure in figures if figure["period_basis"] in {"stated", "heading"}]
    flags = {
        "conflict": n_variants > 1 and indicator["combine"] != "none",
        "partial_year": first["partial"],
        "assumed_period": not stated,
        "relayed": first["issuer_type"] == "department" and key["organ"] in RELAYED,
        "unit_by_measure": (first["unit"], indicator["unit_class"]) in _units_by_measure(),
    }
    return {
        **{name: first[name] for name in COPIED},
        **key,
        "variant": variant,
        "observation_id": "~".join([*key.values(), str(variant)]),
        "adcode_now": find_unit(first["adcode"], first["report_year"]).adcode_now,
        "unit": indicator["unit"] or first["unit"],
        "direction": first["direction"],
        "period_basis": stated[0] if stated else "assumed",
        "n_mentions": len(figures),
        "mention_ids": "|".join(figure["mention_id"] for figure in figures),
        "flags": "|".join(flag for flag, raised in flags.items() if raised),
    }


@cache
def _units_by_measure() -> frozenset[tuple[str, str]]:
    rows = codebook.read_rows("tidy/unit_equivalents")
    return frozenset((row["unit"], row["unit_class"]) for row in rows if row["flag"] == "unit_by_measure")


def _links(observation_id: str, figures: list[Row]) -> list[dict[str, str]]:
    return [
        {
            "observation_id": observation_id,
            "mention_id": figure["mention_id"],
            "use": "duplicate" if number else "value",
        }
        for number, figure in enumerate(figures)
    ]


def _sums(rows: list[Row]) -> tuple[list[Row], list[dict[str, str]]]:
    """Add up exclusive components where no total is printed and no component is printed twice."""
    sums: list[Row] = []
    links: list[dict[str, str]] = []
    indicators = codebook.rows_by("tidy/indicators")
    for (_, indicator, *_), group in groupby(rows, key=lambda row: tuple(row[name] for name in KEY[:4])):
        parts = list(group)
        components = [part["component"] for part in parts]
        if indicators[indicator]["combine"] != "sum" or "" in components or len(set(components)) < max(2, len(parts)):
            continue
        sums.append(_sum(parts))
        mentions = sums[-1]["mention_ids"].split("|")
        links += [
            {"observation_id": sums[-1]["observation_id"], "mention_id": mention, "use": "total"}
            for mention in mentions
        ]
    return sums, links


def _sum(parts: list[Row]) -> Row:
    first, exactness = parts[0], {part["exactness"] for part in parts}
    flags = dict.fromkeys(flag for part in parts for flag in part["flags"].split("|") if flag)
    return {
        **first,
        **{name: sum(part[name] for part in parts) for name in NUMBERS},
        "component": "",
        "variant": 1,
        "observation_id": "~".join([*(first[name] for name in KEY[:4]), "", "1"]),
        "low_open": any(part["low_open"] for part in parts),
        "high_open": any(part["high_open"] for part in parts),
        "exactness": exactness.pop() if len(exactness) == 1 else "bounded",
        "n_mentions": sum(part["n_mentions"] for part in parts),
        "mention_ids": "|".join(part["mention_ids"] for part in parts),
        "flags": "|".join([*flags, "summed"]),
    }
