"""Whether models of panels and of disclosure do what they say, on data whose truth is known.

Units differ, counts are overdispersed, units fall silent, and rates are cut off instead of rounded.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.stats.disclosers import fit_disclosers
from analysis.stats.fractional import fit_fractional, rate_rows
from analysis.stats.frame import Frame
from analysis.stats.panels import fit_poisson, panel_rows
from analysis.stats.selection import select_population
from analysis.stats.wild import draw_scores
from tests.stats.panel import CODEBOOK, table
from tests.validation.coverage import REPLICATIONS, Row, reports, result

EFFECT_SPREAD, RISE = 0.6, 0.08
PRECISION = 15  # of the beta distribution of a rate around its mean
CENSUS = Frame("counties", "census", 60)
ITEMS, UNIT_SPREAD = ("cases", "won", "offices", "win_rate"), 0.6


def panel_models() -> Iterator[Row]:
    """Year effects and a level shift with units that differ, overdispersed counts and units that fall silent."""
    rng = np.random.default_rng(3)
    for units, years, dispersion in ((30, 3, 0.1), (30, 8, 0.3), (60, 8, 0.1)):
        hits = {"panel_year_effect": [], "level_shift": []}
        for _ in range(REPLICATIONS):
            frame = _panel(units, years, dispersion, rng)
            year = frame["year"].to_numpy()
            step = (year >= years // 2).astype("float64")
            designs = {"panel_year_effect": (_dummies(frame), years - 1, _truth(years))}
            if years >= 8:
                designs["level_shift"] = (pd.DataFrame({"trend": year - year.mean(), "step": step}), "step", 0.3)
            for name, (design, term, true) in designs.items():
                found = fit_poisson(frame, design).table.set_index("term").loc[term]
                hits[name].append(found["low"] <= true <= found["high"])
        for name, held in hits.items():
            if held:
                yield result(name, f"{units} units, {years} years, dispersion {dispersion}", 0.95, np.array(held))


def few_units() -> Iterator[Row]:
    """The last year's effect in fewer units than CR2 is used for: the wild bootstrap of scores, and CR2 beside it."""
    for units, years, dispersion in ((10, 3, 0.1), (10, 8, 0.3), (20, 8, 0.3)):
        rng = np.random.default_rng(8)
        held: dict[str, list[bool]] = {"wild_year_effect": [], "few_units_cr2": []}
        for seed in range(REPLICATIONS):
            frame = _panel(units, years, dispersion, rng)
            design = _dummies(frame)
            if len(design.columns) < years - 1:
                continue  # a year in which no unit printed anything
            scores = draw_scores(frame, design, draws=399, seed=seed)
            held["wild_year_effect"].append(scores.p_value(years - 2, _truth(years)) >= 0.05)
            row = fit_poisson(frame, design).table.iloc[-1]
            held["few_units_cr2"].append(row["low"] <= _truth(years) <= row["high"])
        for name, hits in held.items():
            yield result(name, f"{units} units, {years} years, dispersion {dispersion}", 0.95, np.array(hits))


def _truth(years: int) -> float:
    return 0.05 * (years - 1) + 0.3


def _dummies(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.get_dummies(frame["year"], drop_first=True, dtype="float64")


def _panel(units: int, years: int, dispersion: float, rng: np.random.Generator) -> pd.DataFrame:
    level = rng.lognormal(4, 0.8, units)[:, None]
    year = np.arange(years)[None, :]
    mean = (
        level * np.exp(0.05 * year + 0.3 * (year >= years // 2)) * rng.gamma(1 / dispersion, dispersion, (units, years))
    )
    frame = pd.DataFrame({"unit_id": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units),
                          "value": rng.poisson(mean).ravel().astype("float64")})  # fmt: skip
    return panel_rows(frame[rng.random(len(frame)) >= 0.2])


def rates_over_time() -> Iterator[Row]:
    """The last year's effect on rates where weak units are silent in early years: correlated random effects and means.

    The truth is the change of the expected rate, averaged over the units that print it in two years or more.
    """
    for units, years in ((30, 3), (30, 8)):
        rng = np.random.default_rng(9)
        held: dict[str, list[bool]] = {"fractional_year_effect": [], "naive_change_of_means": []}
        for _ in range(REPLICATIONS):
            frame, truth = _rates(units, years, rng)
            design = _dummies(frame)
            row = fit_fractional(frame, design, list(design)).table.iloc[-1]
            held["fractional_year_effect"].append(row["low"] <= truth <= row["high"])
            last, first = (frame.loc[frame["year"] == year, "value"] for year in (years - 1, 0))
            error = np.sqrt(last.var() / len(last) + first.var() / len(first))
            held["naive_change_of_means"].append(abs(last.mean() - first.mean() - truth) <= 1.96 * error)
        for name, hits in held.items():
            yield result(name, f"{units} units, {years} years, weak units silent early", 0.95, np.array(hits))


def _rates(units: int, years: int, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    while True:
        effect, year = rng.normal(0, EFFECT_SPREAD, (units, 1)), np.arange(years)[None, :]
        mean = stats.norm.cdf(0.6 + effect + RISE * year)
        base = rng.poisson(40, mean.shape) + 5
        share = rng.binomial(base, rng.beta(PRECISION * mean, PRECISION * (1 - mean))) / base
        printed = rng.random(mean.shape) < stats.norm.cdf(0.5 + 0.9 * effect + 0.25 * (years / 2 - year) * effect)
        frame = pd.DataFrame({"unit_id": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units),
                              "value": np.floor(1000 * share).ravel() / 10})  # fmt: skip
        frame = rate_rows(frame[printed.ravel()])
        if frame["year"].nunique() == years:
            used = frame["unit_id"].unique()
            return frame, 100 * float((mean[used, -1] - mean[used, 0]).mean())


def disclosure_models() -> Iterator[Row]:
    """The odds ratio between two kinds of reports, where reports of one unit are alike and the kind is the unit's."""
    for units, years in ((30, 3),):
        rng = np.random.default_rng(10)
        number = np.arange(units * years)
        documents = reports(units * years, 2020 + number % years).assign(
            adcode=[f"99{unit:06d}" for unit in number // years],
            issuer_type=np.where(number // years % 2, "government", "party_and_government"),
        )
        kept, _, _ = select_population(documents, table("observations", []), CENSUS, None)
        government = documents["issuer_type"].eq("government").to_numpy()[:, None]
        truth, held = _odds_ratio(), []
        for _ in range(REPLICATIONS):
            own = np.repeat(rng.normal(0, UNIT_SPREAD, units), years)[:, None]
            printed = rng.random((len(documents), len(ITEMS))) < _chance(own, government)
            rows = pd.DataFrame({"doc_id": np.repeat(documents["doc_id"].to_numpy(), len(ITEMS)),
                                 "item": np.tile(ITEMS, len(documents)), "item_type": "indicator",
                                 "status": np.where(printed.ravel(), "exact", "not_reported")})  # fmt: skip
            chosen = CODEBOOK[CODEBOOK["id"].isin(ITEMS)]
            row = fit_disclosers(rows, documents, kept, chosen, ["issuer_type"], CENSUS).table.iloc[0]
            value = truth if row["term"] == "government" else 1 / truth
            held.append(row["low"] <= value <= row["high"])
        yield result("disclosure_odds_ratio", f"{units} units, {years} years, {len(ITEMS)} items", 0.95, np.array(held))


def _chance(own: np.ndarray, government: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(own + 0.7 * government + np.linspace(-1, 1, len(ITEMS)))))


def _odds_ratio() -> float:
    """Return the odds ratio of the population, within items: nearer to 1 than a unit's own, whose effect is hidden."""
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    expected = [weights @ _chance(UNIT_SPREAD * points[:, None], kind) / weights.sum() for kind in (0.0, 1.0)]
    items = np.tile(np.eye(len(ITEMS)), (2, 1))
    design = np.column_stack([items, np.repeat([0.0, 1.0], len(ITEMS))])
    fit = sm.GLM(np.concatenate(expected), design, family=sm.families.Binomial()).fit(tol=1e-12)
    return float(np.exp(fit.params[-1]))
