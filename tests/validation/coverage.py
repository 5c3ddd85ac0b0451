"""Whether intervals and bounds do what they say, on data whose truth is known.

Figures go through the functions that real ones go through, and with them come conflicts, partial years, a mix of organs
and rates that are cut off instead of rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.stats.agreement import estimate_agreement
from analysis.stats.comparisons import estimate_comparison
from analysis.stats.frame import Frame
from analysis.stats.intervals import interval_share
from analysis.stats.recurrence import estimate_cooccurrence
from tests.stats.panel import CATEGORIES, CODEBOOK, table

REPLICATIONS = 5000
Row = dict[str, Any]


def result(method: str, setting: str, nominal: float, hits: np.ndarray) -> Row:
    """Return a share of hits with its Monte Carlo error."""
    share = float(np.mean(hits))
    return {"method": method, "setting": setting, "nominal": nominal, "replications": len(hits), "value": share,
            "mc_error": float(np.sqrt(share * (1 - share) / len(hits)))}  # fmt: skip


def reports(n: int, year: np.ndarray | int = 2024) -> pd.DataFrame:
    """Return full reports of county governments that do not exist."""
    number = np.arange(n)
    rows = pd.DataFrame({"doc_id": [f"d{i:06d}" for i in number], "report_year": year})
    rows["adcode"] = [f"99{i:06d}" for i in number]
    return table("documents", rows.assign(issuer_type="government", genre="annual_report", unit_type="county",
                                          county="县", province="虚构省", coverage="full",
                                          source="simulated"))  # fmt: skip


def figures(documents: pd.DataFrame, indicator: str, value: np.ndarray, **given: Any) -> pd.DataFrame:
    """Return one exact figure a report."""
    about = CODEBOOK.set_index("id").loc[indicator]
    rows = documents[["doc_id", "report_year"]].assign(
        indicator=indicator, period="year:" + documents["report_year"].astype("str"), organ="county_government",
        variant=1, value=value, low=value, high=value, low_conv=value, high_conv=value, unit=about["unit"],
        form=about["form"], stage=about["stage"], exactness="exact", n_mentions=1, coverage="full", mention_ids="m",
        observation_id=indicator + documents["doc_id"], period_basis="stated",
    )  # fmt: skip
    return rows.assign(**given)


def covered(documents: pd.DataFrame, indicator: str, printed: np.ndarray) -> pd.DataFrame:
    """Return coverage of one indicator."""
    status = np.where(printed, "exact", "not_reported")
    rows = documents[["doc_id"]].assign(item=indicator, item_type="indicator", status=status, n_mentions=1)
    return table("coverage", rows)


def spoil(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make some figures contradict themselves, some of a year that had not ended, some of another organ."""
    kind = rng.choice(["", "conflict", "partial", "organ"], len(rows), p=[0.85, 0.05, 0.05, 0.05])
    second = rows[kind == "conflict"].assign(variant=2)
    wrong = second["value"] * rng.uniform(0.5, 1.5, len(second))
    second = second.assign(value=wrong, low=wrong, high=wrong, low_conv=wrong, high_conv=wrong)
    rows = rows.assign(flags=np.where(kind == "partial", "partial_year", ""),
                       organ=np.where(kind == "organ", "all_organs", rows["organ"]))  # fmt: skip
    return table("observations", pd.concat([rows, second]))


def process_intervals() -> Iterator[Row]:
    """Poisson intervals of counts, and binomial ones of printed rates, each report one replication."""
    rng = np.random.default_rng(1)
    documents = reports(REPLICATIONS)
    for mean in (2, 5, 20, 141):
        rows = spoil(figures(documents, "cases", rng.poisson(mean, REPLICATIONS).astype("float64")), rng)
        values = compare(rows, documents, ["cases"])
        usable = values[values["process_low"].notna()]
        yield result(
            "poisson_exact", f"mean {mean}", 0.95, usable["process_low"].le(mean) & usable["process_high"].ge(mean)
        )
    for n, p in ((11, 0.02), (50, 0.02), (50, 0.3), (141, 0.85)):
        won = rng.binomial(n, p, REPLICATIONS).astype("float64")
        rate = np.floor(1000 * won / n) / 10
        made = [figures(documents, "cases", np.full(REPLICATIONS, float(n))), figures(documents, "won", won)]
        rates = spoil(figures(documents, "win_rate", rate), rng)
        values = compare(table("observations", pd.concat([*made, rates])), documents, ["win_rate"])
        usable = values[values["process_low"].notna() & values["organ"].eq("county_government")]
        inside = usable["process_low"].le(100 * p) & usable["process_high"].ge(100 * p)
        yield result("binomial_exact", f"n {n}, p {p}, rates cut off", 0.95, inside)


def compare(observations: pd.DataFrame, documents: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the figures of a comparison with process intervals."""
    coverage = covered(documents, names[0], np.ones(len(documents), dtype=bool))
    return estimate_comparison(
        observations, coverage, documents, names, codebook=CODEBOOK, interval="process"
    ).table  # fmt: skip


def sampling_intervals() -> Iterator[Row]:
    """Intervals of shares in a finite population: all truths, all samples, so without Monte Carlo error."""
    for size, n in ((60, 20), (60, 50), (2850, 100)):
        frame = Frame("counties", "probability", size)
        for method in ("exact", "wilson"):
            ends = np.array([interval_share(x, n, frame, method=method)[:2] for x in range(n + 1)])
            truths = np.arange(size + 1)
            share = truths[:, None] / size
            inside = (ends[:, 0] <= share + 1e-12) & (ends[:, 1] >= share - 1e-12)
            chance = stats.hypergeom.pmf(np.arange(n + 1)[None, :], size, truths[:, None], n)
            held = (chance * inside).sum(axis=1)
            for name, value in (("least", held.min()), ("mean", held.mean())):
                yield {"method": f"share_{method}_{name}", "setting": f"{n} of {size}", "nominal": 0.95,
                       "replications": 0, "value": float(value), "mc_error": 0.0}  # fmt: skip


def selective_disclosure() -> Iterator[Row]:
    """A mean of printed rates when the bad are silent: 5,000 years of 30 counties, each year one replication."""
    units = 30
    rng = np.random.default_rng(2)
    years = np.repeat(np.arange(1000, 1000 + REPLICATIONS), units)
    documents = reports(len(years), years)
    cases = rng.poisson(60, len(years)) + 1
    won = rng.binomial(cases, rng.beta(6, 3, len(years)))
    truth = 100 * won / cases
    printed_rate = np.floor(10 * truth) / 10
    expected = pd.Series(truth).groupby(years).mean()
    for setting, chance in (
        ("silent when bad", stats.norm.cdf((truth - 55) / 10)),
        ("silent at random", np.full(len(years), 0.75)),
        ("silent when good", stats.norm.cdf((75 - truth) / 10)),
    ):
        printed = rng.random(len(years)) < chance
        rows = figures(documents[printed], "win_rate", printed_rate[printed])
        rows = rows.assign(low_conv=rows["value"] - 0.05, high_conv=rows["value"] + 0.1, exactness="rounded")
        result_ = estimate_comparison(
            spoil(rows, rng), covered(documents, "win_rate", printed), documents, ["win_rate"], codebook=CODEBOOK
        )
        groups = result_.parts["summary"]
        groups = groups[groups["organ"] == "county_government"].set_index("report_year")
        true = expected.reindex(groups.index.astype("int64"))
        used = result_.table[result_.table["in_summary"] & result_.table["organ"].eq("county_government")]
        by_year = used.groupby("report_year")["value"]
        half = stats.t.ppf(0.975, by_year.count() - 1) * by_year.std() / np.sqrt(by_year.count())
        naive = (by_year.mean() - true.to_numpy()).abs() <= half
        yield result("naive_mean_t", setting, 0.95, naive.to_numpy())
        for name in ("worst", "monotone"):
            low, high = (groups[f"{name}_{end}"].to_numpy("float64") for end in ("low", "high"))
            known = ~np.isnan(low)
            inside = (low <= true.to_numpy()) & (high >= true.to_numpy())
            yield result(f"{name}_bounds", setting, 1.0, inside[known])


def cooccurrence_test() -> Iterator[Row]:
    """How often any pair of categories is called significant where reports differ in length and nothing else."""
    rng = np.random.default_rng(4)
    documents = reports(100)
    names = np.array([f"c{i}" for i in range(10)])
    listed = pd.DataFrame({"id": names, "label_zh": names, "label_en": names})
    found = []
    for seed in range(REPLICATIONS):
        odds = rng.normal(0, 1, (len(documents), 1)) + np.linspace(0.5, -2, len(names))[None, :]
        doc, category = np.nonzero(rng.random(odds.shape) < 1 / (1 + np.exp(-odds)))
        rows = pd.DataFrame({"doc_id": documents["doc_id"].to_numpy()[doc], "category": names[category]})
        rows["statement_id"] = rows["doc_id"] + "#" + rows["category"]
        problems = table("problems", rows.assign(role="problem", heading=True, primary=True))
        pairs = estimate_cooccurrence(problems, documents, permutations=39, seed=seed, categories=listed).table
        found.append(pairs["p_adjusted"].min() <= 0.05)
    yield result("cooccurrence_false_alarm", "100 reports, 10 categories", 0.05, np.array(found))


def agreement_intervals() -> Iterator[Row]:
    """Bootstrap intervals of alpha over reports of different lengths, each with a difficulty of its own."""
    rng = np.random.default_rng(5)
    for n in (10, 30, 100):
        truth = _agreement(400_000, rng)[0]
        held = []
        for seed in range(2000):
            codes, statements = _agreement(n, rng)[1:]
            found = estimate_agreement(codes, statements, replications=400, seed=seed, categories=CATEGORIES).table
            row = found[(found["category"] == "talent") & (found["coefficient"] == "alpha")].iloc[0]
            if not np.isnan(row["low"]):
                held.append(row["low"] <= truth <= row["high"])
        yield result("alpha_interval", f"{n} reports", 0.95, np.array(held))


def _agreement(n: int, rng: np.random.Generator) -> tuple[float, pd.DataFrame, pd.DataFrame]:
    """Return the alpha of many reports, and codes and statements of a few."""
    length = rng.integers(3, 12, n)
    report = np.repeat(np.arange(n), length)
    error = rng.beta(2, 12, n)[report]
    positive = rng.random(len(report)) < 0.35
    coded = [np.where(rng.random(len(report)) < error, ~positive, positive) for _ in range(2)]
    both, one, other = (coded[0] & coded[1]).mean(), coded[0].mean(), coded[1].mean()
    p = (one + other) / 2
    value = 1 - (one + other - 2 * both) / (2 * p * (1 - p))
    names = pd.Series([f"r{r:03d}#{i}" for i, r in enumerate(report)]) if n <= 1000 else pd.Series([], dtype="str")
    codes = pd.concat(
        pd.DataFrame(
            {"statement_id": names, "category": np.where(mark[: len(names)], "talent", "reform"), "coder": coder}
        )
        for coder, mark in zip(("anna", "bert"), coded, strict=True)
    ).assign(coder_type="human", round="independent", coder_model="")
    statements = pd.DataFrame({"statement_id": names, "doc_id": names.str.split("#").str[0], "role": "problem"})
    return float(value), codes, statements
