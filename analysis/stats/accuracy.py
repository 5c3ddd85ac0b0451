"""How right extraction is on one's own corpus: precision and recall from an audit with known probabilities.

The design is two-phase: reports are drawn at random within strata, then figures within strata over all reports drawn,
numerals from which nothing was taken among them; so every numeral of the corpus has a known probability of being
audited, and what was missed can be estimated as well as what was taken (Saerndal, Swensson and Wretman 1992, Model
Assisted Survey Sampling, chapter 9).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.codebook import label
from analysis.stats.frame import Note, needed, note, phrase
from analysis.tables import fit_table

PRECISION, RECALL, VALUE = "precision", "recall", "value"
#: Judgements that are no indicator.
NO_INDICATOR = ("", "none", "no_figure")
#: More indicators than these are not written out in a caption.
SHOWN = 3
_CLOSE = 1e-9


class Share(NamedTuple):
    """A share with its interval and what it rests on."""

    value: float
    low: float
    high: float
    n: int
    n_reports: int


def estimate_accuracy(sample: pd.DataFrame, n_changed: int = 0) -> pd.DataFrame:
    """Estimate precision and recall per indicator, and how many values are right.

    Parameters
    ----------
    sample : DataFrame
        Table ``audit_sample``; rows that nobody has judged make it an audit that is not finished, and no estimate.
    n_changed : int
        Audited figures that are read otherwise now.

    Returns
    -------
    DataFrame
        Table ``audit_accuracy``: one row a measure and indicator. Weighted by the inverse of the probability of being
        drawn. Without a value below 10 figures in the denominator; without an interval where fewer than 10 of more
        reports were drawn.

    Notes
    -----
    The interval is that of Korn and Graubard (1998, Survey Methodology 24): Clopper and Pearson's for as many
    independent figures as the design is worth. The design variance is that of a ratio, linearised, from the totals of
    the reports within their strata and, as far as reports were all drawn, of the figures within theirs.
    """
    rows = sample[sample["doc_id"].ne("")]
    if rows.empty or rows["truth"].eq("").any():
        return fit_table([], "audit_accuracy")
    about = {name: int(rows[name].iloc[0]) for name in ("n_drawn", "n_population", "n_without_text")}
    about |= {"n_audited": len(rows), "n_changed": n_changed}
    design = read_design(rows)
    given = rows["indicator"].to_numpy()
    truth = rows["truth"].where(~rows["truth"].isin(NO_INDICATOR), "").to_numpy()
    right = (truth == given) & (truth != "")
    same = np.isclose(rows["value"], rows["truth_value"], rtol=_CLOSE, atol=0, equal_nan=True)
    made = []
    for indicator in ("", *sorted({*given, *truth} - {""})):
        taken, true = ((names == indicator) if indicator else (names != "") for names in (given, truth))
        for measure, base, hit in ((PRECISION, taken, right), (RECALL, true, right), (VALUE, taken & right, same)):
            if base.any():
                made.append(
                    {"measure": measure, "indicator": indicator, **_share(design, base, hit)._asdict(), **about}
                )
    return fit_table(made, "audit_accuracy")


def _share(design: Design, base: np.ndarray, hit: np.ndarray) -> Share:
    """Return a weighted share of a part of the sample."""
    n, n_reports = int(base.sum()), len(np.unique(design.report[base]))
    if n < needed("positives"):
        return Share(np.nan, np.nan, np.nan, n, n_reports)
    weight = base * design.weight
    share = float((weight * hit).sum() / weight.sum())
    if not design.all_drawn and design.drawn < needed("clusters"):
        return Share(share, np.nan, np.nan, n, n_reports)
    variance = variance_two_phase(design, weight * (hit - share) / weight.sum())
    freedom = n - 1 if design.all_drawn else design.drawn - len(design.strata)
    low, high = interval_design(share, variance, weight[base], freedom)
    return Share(share, low, high, n, n_reports)


class Design(NamedTuple):
    """How every figure of an audit was drawn.

    ``weight`` is the inverse of its probability, ``report`` and ``stratum`` are the numbers of its report and of its
    stratum; ``strata`` has for each stratum of reports which reports these are, how many were drawn and with which
    probability; ``p_report`` is of every figure, ``p_figure`` of every stratum of figures; ``drawn`` counts reports.
    """

    weight: np.ndarray
    report: np.ndarray
    strata: list[tuple[np.ndarray, int, float]]
    stratum: np.ndarray
    p_report: np.ndarray
    p_figure: np.ndarray
    drawn: int

    @property
    def all_drawn(self) -> bool:
        """Whether every report was drawn, so that only the second phase is left to chance."""
        return bool((self.p_report >= 1).all())


def read_design(rows: pd.DataFrame) -> Design:
    """Return the design of the rows of a table ``audit_sample``."""
    first = rows.drop_duplicates("doc_id")
    strata = []
    for own in first.groupby("report_stratum").indices.values():
        size, p = first[["n_report_stratum", "p_report"]].iloc[own[0]]
        strata.append((own, max(round(size * p), 1), float(p)))
    p_report, p_figure = rows["p_report"].to_numpy(), rows["p_figure"].to_numpy()
    return Design(
        1 / (p_report * p_figure), pd.factorize(rows["doc_id"])[0], strata, pd.factorize(rows["stratum"])[0], p_report,
        rows.drop_duplicates("stratum")["p_figure"].to_numpy(), int(rows["n_drawn"].iloc[0]),
    )  # fmt: skip


def variance_two_phase(design: Design, linear: np.ndarray) -> float:
    """Return the variance of a weighted total under the two-phase design.

    Parameters
    ----------
    design : Design
    linear : array
        Weighted values, one a figure: the total is their sum.

    Returns
    -------
    float
        From the totals of reports with the correction for finite strata, and the share of the second phase that the
        first does not already hold.
    """
    totals = np.bincount(design.report, linear)
    variance = 0.0
    for own, drawn, p in design.strata:
        squares = (totals[own] ** 2).sum() - totals[own].sum() ** 2 / drawn
        variance += (1 - p) * drawn / max(drawn - 1, 1) * squares
    second = linear * np.sqrt(design.p_report)
    n, sums, squares = (np.bincount(design.stratum, power) for power in (np.ones(len(second)), second, second**2))
    return float(variance + ((1 - design.p_figure) * n / np.maximum(n - 1, 1) * (squares - sums**2 / n)).sum())


def interval_design(
    share: float, variance: float, weights: np.ndarray, freedom: int, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of Korn and Graubard for a share from a complex design.

    Parameters
    ----------
    share, variance : float
        The estimate and its design variance.
    weights : array
        Of the figures in the denominator; where all or none are right, the variance is nought and the sample is worth
        Kish's effective size.
    freedom : int
        Degrees of freedom of the variance: reports drawn less strata.

    Examples
    --------
    >>> [round(end, 4) for end in interval_design(0.9, 0.9 * 0.1 / 100, np.ones(100), 99)]
    [0.8238, 0.951]
    """
    n, kish = len(weights), float(weights.sum() ** 2 / (weights**2).sum())
    if 0 < share < 1 and variance <= 0:
        return share, share
    worth = share * (1 - share) / variance if 0 < share < 1 else kish
    quantile = stats.t.ppf((1 + level) / 2, [max(n - 1, 1), max(freedom, 1)])
    worth = min(worth * float(quantile[0] / quantile[1]) ** 2, n)
    low, high = proportion_confint(share * worth, worth, alpha=1 - level, method="beta")
    return (0.0 if share == 0 else float(low)), (1.0 if share == 1 else float(high))


def count_changed(sample: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> int:
    """Return how many audited figures have another indicator or value now than when they were drawn."""
    now = tables["mentions"].merge(tables["matches"][["mention_id", "indicator"]], on="mention_id", how="left")
    now = now.loc[now["start"].notna(), ["doc_id", "start", "end", "indicator", "value"]]
    joined = sample.merge(now, on=["doc_id", "start", "end"], how="left", suffixes=("", "_now"))
    same = joined["indicator"].eq(joined["indicator_now"].fillna(""))
    same &= joined["indicator"].eq("") | np.isclose(joined["value"], joined["value_now"], equal_nan=True)
    return int((~same).sum())


def describe_accuracy(accuracy: pd.DataFrame, indicators: Collection[str] = ()) -> Note:
    """Say of an audit what a caption says: precision, recall and what they rest on, or that there was none.

    Parameters
    ----------
    accuracy : DataFrame
        Table ``audit_accuracy``; without a row the corpus was not audited.
    indicators : collection of str
        Indicators a figure shows; up to three are written out beside all together.
    """
    if accuracy.empty:
        return note("not_audited")
    found = {(row.indicator, row.measure): row for row in accuracy.itertuples()}
    asked = sorted(set(indicators) - {""})
    said = [_words(found, name) for name in ("", *(asked if len(asked) <= SHOWN else ()))]
    first = accuracy.iloc[0]
    made = note("audited", shares=("；".join(zh for zh, _ in said), "; ".join(en for _, en in said)),
                **{name: int(first[name]) for name in ("n_audited", "n_drawn", "n_population")})  # fmt: skip
    for name, count in (("audit_without_text", "n_without_text"), ("audit_changed", "n_changed")):
        if first[count]:
            more = note(name, n=int(first[count]))
            made |= {"zh": made["zh"] + more["zh"], "en": f"{made['en']} {more['en']}"}
    return made


def _words(found: Mapping[tuple[str, str], Any], indicator: str) -> tuple[str, str]:
    """Return precision and recall of an indicator in both languages."""
    parts = [note(f"audit_{measure}", said=_number(found.get((indicator, measure)))) for measure in (PRECISION, RECALL)]
    zh, en = "，".join(part["zh"] for part in parts), ", ".join(part["en"] for part in parts)
    return (label(indicator, "zh") + zh, f"{label(indicator, 'en')}: {en}") if indicator else (zh, en)


def _number(row: Any) -> tuple[str, str]:
    """Return a share with its interval in words."""
    if row is None or np.isnan(row.value):
        return phrase("not_estimable")
    ends = "" if np.isnan(row.low) else f" ({row.low:.2f}–{row.high:.2f})"
    return (f"{row.value:.2f}{ends}",) * 2
