"""Whether what rests on people's work is right, on data whose truth is known.

Audits of a corpus with errors that cluster in reports, and corrections of machine codes by a coded subsample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.coding.audit import draw_figures
from analysis.coding.candidates import COLUMNS as CANDIDATE
from analysis.coding.sampling import draw_reports
from analysis.stats.accuracy import estimate_accuracy
from analysis.stats.correction import correct_share
from analysis.tables import fit_table
from tests.validation.coverage import Row, reports, result

REPLICATIONS = 2000
AUDITS = 1000
INDICATORS = ("cases", "won", "offices", "rare")


def corpus(
    size: int, rng: np.random.Generator, wrong: float = 0.1, missed: float = 0.15
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return reports of three types, and every numeral of them with what extraction says and what is true.

    Errors are more frequent in some reports than in others: their rates are drawn anew for each report.
    """
    kinds = np.array(["government", "department", "township"])
    documents = reports(size).assign(issuer_type=kinds[np.minimum(np.arange(size) * 5 // size, 2)])
    rows = []
    for doc_id in documents["doc_id"]:
        bad, lost = rng.beta(2, 2 / wrong - 2), rng.beta(2, 2 / missed - 2)
        number = int(rng.integers(20, 60))
        truth = rng.choice([*INDICATORS, ""], number, p=[0.25, 0.15, 0.1, 0.02, 0.48])
        found = np.where(rng.random(number) < lost, "", truth)
        false = rng.random(number) < bad
        found = np.where(false & (found != ""), rng.choice(INDICATORS, number), found)
        found = np.where((rng.random(number) < bad / 2) & (truth == ""), "cases", found)
        kind = np.where(found != "", "taken", rng.choice(["read", "digits", "words"], number, p=[0.5, 0.3, 0.2]))
        rows.append(pd.DataFrame({"doc_id": doc_id, "start": range(number), "kind": kind, "indicator": found,
                                  "value": 1.0, "truth": np.where(truth == "", "none", truth)}))  # fmt: skip
    numerals = pd.concat(rows, ignore_index=True).assign(end=lambda frame: frame["start"] + 1)
    return documents, numerals


def true_rates(numerals: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return precision and recall in the whole corpus."""
    right = numerals["indicator"].eq(numerals["truth"])
    rates = {}
    for name in ("", *INDICATORS):
        given = numerals["indicator"].eq(name) if name else numerals["indicator"].ne("")
        true = numerals["truth"].eq(name) if name else numerals["truth"].ne("none")
        rates |= {("precision", name): right[given].mean(), ("recall", name): right[true].mean()}
    return rates


def audit(
    documents: pd.DataFrame, numerals: pd.DataFrame, n_reports: int, figures: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw an audit as `fazhi audit sample` does, judge it without error, and return the accuracy."""
    drawn = draw_reports(documents, n_reports, rng)
    inside = numerals[numerals["doc_id"].isin(drawn["doc_id"])]
    sample = draw_figures(inside[list(CANDIDATE)], drawn, figures, rng)
    judged = sample.merge(numerals[["doc_id", "start", "truth"]], on=["doc_id", "start"])
    about = {"n_population": len(documents), "n_without_text": 0, "seed": 0, "sha256": "0" * 64, "truth_value": 1.0}
    return estimate_accuracy(fit_table(judged.assign(**about), "audit_sample"))


def audits(
    replications: int = AUDITS,
    settings: Sequence[tuple[int, int, int]] = ((300, 30, 200), (300, 60, 400), (40, 40, 300)),
) -> Iterator[Row]:
    """How often the interval of an audit holds the rate of the corpus; settings are reports, drawn, figures."""
    for size, n_reports, figures in settings:
        rng = np.random.default_rng(6)
        documents, numerals = corpus(size, rng)
        truth = true_rates(numerals)
        held: dict[tuple[str, str], list[bool]] = {}
        values: dict[tuple[str, str], list[float]] = {}
        for _ in range(replications):
            for row in audit(documents, numerals, n_reports, figures, rng).itertuples():
                key = (row.measure, row.indicator)
                if key in truth and not np.isnan(row.low):
                    held.setdefault(key, []).append(row.low <= truth[key] <= row.high)
                    values.setdefault(key, []).append(row.value)
        for key, hits in sorted(held.items()):
            setting = f"{n_reports} of {size} reports, {figures} figures, {key[1] or 'all'}"
            yield result(f"audit_{key[0]}", setting, 0.95, np.array(hits))
            yield bias(f"audit_{key[0]}_bias", setting, np.array(values[key]) - truth[key])


def corrections(replications: int = REPLICATIONS) -> Iterator[Row]:
    """How often the corrected interval holds the share that people would have found, and how far the machine is off."""
    settings = ((400, 60, 0.3, 0.8, 0.9), (400, 30, 0.5, 0.7, 0.9), (400, 100, 0.1, 0.8, 0.97), (40, 20, 0.4, 0.8, 0.9))
    for size, n, share, sensitivity, specificity in settings:
        rng = np.random.default_rng(7)
        documents = reports(size)
        truth = rng.random(size) < share
        machine = np.where(truth, rng.random(size) < sensitivity, rng.random(size) > specificity)
        marks = documents[["doc_id"]].assign(category="a", label_zh="a", label_en="a", machine=machine, silent=False)
        held, values = [], []
        for _ in range(replications):
            drawn = draw_reports(documents, n, rng)
            human = pd.Series(truth, dtype="boolean").where(documents["doc_id"].isin(drawn["doc_id"]))
            row = correct_share(marks.assign(human=human), dict(zip(drawn["doc_id"], drawn["p_report"], strict=True)))
            if row["estimable"]:
                held.append(row["low"] <= truth.mean() <= row["high"])
                values.append(row["value"])
        setting = f"{n} of {size} coded, share {share}, sensitivity {sensitivity}, specificity {specificity}"
        yield result("corrected_share", setting, 0.95, np.array(held))
        yield bias("corrected_bias", setting, np.array(values) - truth.mean())
        yield bias("machine_bias", setting, np.full(2, machine.mean() - truth.mean()))


def bias(method: str, setting: str, errors: np.ndarray) -> Row:
    """Return the mean of some errors with its Monte Carlo error."""
    return {"method": method, "setting": setting, "nominal": 0.0, "replications": len(errors),
            "value": float(errors.mean()), "mc_error": float(errors.std() / np.sqrt(len(errors)))}  # fmt: skip
