"""How right extraction is on one's own corpus: precision and recall from an audit with known probabilities.

The design is two-phase: reports are drawn at random within strata, then figures within strata over all reports drawn,
numerals from which nothing was taken among them; so every numeral of the corpus has a known probability of being
audited, and what was missed can be estimated as well as what was taken (Saerndal, Swensson and Wretman 1992, Model
Assisted Survey Sampling, chapter 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
    truth = rows["truth"].where(~rows["truth"].isin(NO_INDICATOR), "")
    rows = rows.assign(truth=truth, right=truth.eq(rows["indicator"]) & truth.ne(""))
    rows["same"] = np.isclose(rows["value"], rows["truth_value"], rtol=_CLOSE, atol=0, equal_nan=True)
    made = [
        {"measure": measure, "indicator": indicator, **_share(rows, base, hit)._asdict(), **about}
        for indicator in ("", *sorted({*rows["indicator"], *truth} - {""}))
        for measure, base, hit in _measures(rows, indicator)
        if base.any()
    ]
    return fit_table(made, "audit_accuracy")


def _measures(rows: pd.DataFrame, indicator: str) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    """Yield each measure with what stands in its denominator and what in its numerator."""
    given, true = (rows[name].eq(indicator) if indicator else rows[name].ne("") for name in ("indicator", "truth"))
    yield PRECISION, given, rows["right"]
    yield RECALL, true, rows["right"]
    yield VALUE, given & rows["right"], rows["same"]


def _share(rows: pd.DataFrame, base: pd.Series, hit: pd.Series) -> Share:
    """Return a weighted share of a part of the sample."""
    n, n_reports = int(base.sum()), int(rows.loc[base, "doc_id"].nunique())
    if n < needed("positives"):
        return Share(np.nan, np.nan, np.nan, n, n_reports)
    weight = base / (rows["p_report"] * rows["p_figure"])
    share = float((weight * hit).sum() / weight.sum())
    linear = weight * (hit - share) / weight.sum()
    all_drawn = bool(rows["p_report"].ge(1).all())
    drawn = int(rows["n_drawn"].iloc[0])
    if not all_drawn and drawn < needed("clusters"):
        return Share(share, np.nan, np.nan, n, n_reports)
    freedom = n - 1 if all_drawn else drawn - rows["report_stratum"].nunique()
    low, high = interval_design(share, variance_two_phase(rows, linear), weight[base].to_numpy(), freedom)
    return Share(share, low, high, n, n_reports)


def variance_two_phase(rows: pd.DataFrame, linear: pd.Series) -> float:
    """Return the variance of a weighted total under the two-phase design.

    Parameters
    ----------
    rows : DataFrame
        doc_id, report_stratum, n_report_stratum, p_report; stratum, n_stratum, p_figure.
    linear : Series
        Weighted values, one a row: the total is their sum.

    Returns
    -------
    float
        From the totals of reports with the correction for finite strata, and the share of the second phase that the
        first does not already hold.
    """
    variance = 0.0
    for (_, size, p), own in linear.groupby([rows["report_stratum"], rows["n_report_stratum"], rows["p_report"]]):
        drawn = max(round(float(size) * float(p)), 1)
        totals = own.groupby(rows.loc[own.index, "doc_id"]).sum()
        squares = float((totals**2).sum()) - float(totals.sum()) ** 2 / drawn
        variance += (1 - float(p)) * drawn / max(drawn - 1, 1) * squares
    second = linear * np.sqrt(rows["p_report"])
    for (_, p), own in second.groupby([rows["stratum"], rows["p_figure"]]):
        if len(own) > 1:
            variance += (1 - float(p)) * len(own) * float(own.var(ddof=1))
    return variance


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
