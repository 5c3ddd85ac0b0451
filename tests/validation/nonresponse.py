"""Whether bounds over the reports due hold when those missing differ: `python -m tests.validation.nonresponse`.

Takes minutes and is no part of the suite; it writes nonresponse.csv beside itself, which the suite checks. Every year
of an invented population is one replication. What a report prints, whether it is published, found and dated hangs on
one and the same disposition of its unit, so that the reports at hand are not like the others; and figures go through
the functions that real ones go through.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.comparisons import estimate_comparison
from analysis.stats.disclosure import estimate_disclosure
from analysis.stats.frame import Frame
from analysis.stats.lateness import estimate_lateness
from analysis.stats.recurrence import estimate_recurrence
from tests.stats.panel import CATEGORIES, CODEBOOK, table
from tests.validation.coverage import Row, figures, result

COLUMNS = ["method", "setting", "nominal", "replications", "value", "mc_error"]
RESULTS = Path(__file__).parent / "nonresponse.csv"
REPLICATIONS = 500
UNITS = 30
BLOCK = 100
#: How much a report's being found hangs on the unit's disposition: the worse, the rather, not at all, the less.
SETTINGS = {"the bad are missing": 1.5, "missing at random": 0.0, "the good are missing": -1.5}


class Population:
    """Units over years: what they would print, whether anybody could read it, and the tables a study would have."""

    def __init__(self, rng: np.random.Generator, years: np.ndarray, slope: float) -> None:
        n = len(years) * UNITS
        self.year = np.repeat(years, UNITS)
        good = rng.normal(0, 1, n)
        self.prints = rng.random(n) < chance(0.3 + good)
        self.names = rng.random(n) < chance(-0.3 - good)
        self.rate = 100 * chance(1 + good)
        self.in_time = rng.random(n) < chance(0.5 + good)
        found = rng.random(n) < chance(1.6 + slope * good)
        missing = np.array(["published_but_gone", "not_found", "searched", "not_searched"])
        status = np.where(found, "found", rng.choice(missing, n, p=[0.25, 0.45, 0.1, 0.2]))
        coverage = np.where(rng.random(n) < chance(-3 - slope * good), "opening", "full")
        self.read = found & (coverage == "full")
        unit = np.array([f"99{number % UNITS:04d}" for number in range(n)])
        doc_id = np.array([f"d{number:06d}" for number in range(n)])
        dated = rng.random(n) < chance(1.5 + slope * good)
        published = [f"{year + 1}-{'03' if in_time else '05'}-15" if known else ""
                     for year, in_time, known in zip(self.year, self.in_time, dated, strict=True)]  # fmt: skip
        every = pd.DataFrame({"doc_id": doc_id, "adcode": unit, "report_year": self.year, "coverage": coverage,
                              "published": published})  # fmt: skip
        every = every.assign(issuer_type="government", genre="annual_report", unit_type="county", county="县",
                             province="虚构省", source="simulated")  # fmt: skip
        self.documents = table("documents", every[found])
        due = every[["adcode", "report_year", "province"]].assign(unit_id=unit, level="county", status=status)
        self.frame = Frame("invented").over(table("due", due))
        masked = rng.random(n) < chance(-3 - slope * good)
        state = np.where(masked, "masked", np.where(self.prints, "exact", "not_reported"))
        covered = pd.DataFrame({"doc_id": doc_id, "item": "win_rate", "status": state})
        self.coverage = table("coverage", covered.assign(item_type="indicator", n_mentions=1)[found])
        shown = found & self.prints & ~masked & (coverage == "full")
        rows = figures(every[shown], "win_rate", self.rate[shown])
        self.observations = table("observations", rows)
        problems = every[found & self.names].assign(
            category="talent", role="problem", heading=True, primary=True, coder="rules"
        )
        self.problems = table("problems", problems.assign(statement_id=problems["doc_id"] + "#1"))

    def truth(self, values: np.ndarray) -> pd.Series:
        """Return by year the mean over all units, found or not."""
        return pd.Series(values, dtype="float64").groupby(self.year).mean()


def chance(logit: np.ndarray | float) -> np.ndarray | float:
    """Return the probability of a logit."""
    return 1 / (1 + np.exp(-np.asarray(logit)))


def held(truth: pd.Series, rows: pd.DataFrame, low: str, high: str) -> list[bool]:
    """Return of every year whether the truth lies between two columns."""
    rows = rows.set_index("report_year")
    own = truth.reindex(rows.index)
    return ((rows[low] <= own + 1e-9) & (rows[high] >= own - 1e-9)).tolist()


def simulate(setting: str, slope: float) -> Iterator[Row]:
    """Yield how often bounds hold, and how often the share of the reports read is within five points of the truth."""
    hits: dict[str, list[bool]] = {}
    rng = np.random.default_rng([6, list(SETTINGS).index(setting)])
    for start in range(0, REPLICATIONS, BLOCK):
        own = Population(rng, np.arange(1000 + start, 1000 + start + BLOCK), slope)
        for name, found in study(own).items():
            hits.setdefault(name, []).extend(found)
    for name, found in hits.items():
        yield result(name, setting, float("nan") if name.startswith("naive") else 1.0, np.array(found))


def study(own: Population) -> dict[str, list[bool]]:
    """Return of every year of a population which bounds hold."""
    disclosed = estimate_disclosure(own.coverage, own.observations, own.documents, ["win_rate"], codebook=CODEBOOK,
                                    frame=own.frame, by="report_year").parts["by"]  # fmt: skip
    named = estimate_recurrence(own.problems, own.documents, frame=own.frame, categories=CATEGORIES, by="report_year")
    named_rows = named.parts["by"].query("category == 'talent'")
    late = estimate_lateness(own.documents, frame=own.frame).table
    summary = estimate_comparison(own.observations, own.coverage, own.documents, ["win_rate"], codebook=CODEBOOK,
                                  frame=own.frame).parts["summary"]  # fmt: skip
    bounded = summary.dropna(subset=["due_worst_low"])
    prints, names, in_time, rate = (own.truth(values) for values in (own.prints, own.names, own.in_time, own.rate))
    read = pd.DataFrame({"read": own.read, "in_time": own.in_time, "year": own.year})
    of_read = read[read["read"]].groupby("year")["in_time"].mean()
    shares = disclosed.dropna(subset=["low"])
    return {
        "disclosure_bounds": held(prints, shares, "low", "high"),
        "recurrence_bounds": held(names, named_rows.dropna(subset=["low"]), "low", "high"),
        "lateness_bounds": held(of_read, late, "low", "high"),
        "lateness_due_bounds": held(in_time, late, "due_low", "due_high"),
        "mean_due_bounds": held(rate, bounded, "due_worst_low", "due_worst_high"),
        "mean_due_monotone": held(rate, bounded, "due_monotone_low", "due_monotone_high"),
        "naive_within_5_points": (
            (shares["share"] - prints.reindex(shares["report_year"]).to_numpy()).abs() <= 0.05
        ).tolist(),
    }


def main() -> None:
    """Run every setting, print it and write nonresponse.csv."""
    rows = []
    for setting, slope in SETTINGS.items():
        for row in simulate(setting, slope):
            rows.append(row)
            print(f"{row['method']:24}{setting:24}{row['value']:8.4f}  ({row['replications']} years)", flush=True)
    pd.DataFrame(rows, columns=COLUMNS).round(6).to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
