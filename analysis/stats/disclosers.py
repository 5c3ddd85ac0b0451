"""Who prints what could be printed: a logit of disclosure on what a report is, one row a report and item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from firthmodels import FirthLogisticRegression, detect_separation
from scipy import sparse, stats
from scipy.special import expit

from analysis.codebook import label
from analysis.errors import ParameterError
from analysis.stats.frame import Counts, Frame, Note, Refusal, label_pair, needed, note, phrase, refuse
from analysis.stats.panels import cluster_covariance
from analysis.stats.selection import check_choice, count_documents
from analysis.stats.values import find_at_risk

PREDICTORS = ("issuer_type", "report_year", "province")
COLUMNS = ["model", "predictor", "term", "reference", "estimate", "ratio", "low", "high", "df", "n", "n_units",
           "n_rows", "method", "interval_kind", "assumes_zh", "assumes_en"]  # fmt: skip
LENGTH = "log_length"
STEPS, TOLERANCE = 100, 1e-10
UNSTATED = "unstated"


class Disclosers(NamedTuple):
    """The model, the indicators it looked at, why there is none if there is none, and what belongs below it."""

    table: pd.DataFrame
    items: pd.DataFrame
    refusals: list[Refusal]
    notes: list[Note]


def fit_disclosers(
    coverage: pd.DataFrame,
    documents: pd.DataFrame,
    kept: pd.DataFrame,
    chosen: pd.DataFrame,
    predictors: Sequence[str],
    frame: Frame,
    *,
    level: float = 0.95,
) -> Disclosers:
    """Compare the odds that a report prints an indicator between kinds of reports, within the indicator.

    One row a report and indicator at risk; a logit with an effect for every indicator, errors clustered by unit (CR2,
    Satterthwaite degrees of freedom). Fitted twice, without and with the logarithm of the report's length: length
    follows from the same choice to say much or little, so the second is no control and both are given. Where a group
    prints all or nothing, maximum likelihood has no finite solution and Firth's penalised likelihood takes its place.
    An indicator that every report prints, or none, says nothing of who prints and is left out by name; so are reports
    of a kind that fewer units than the rules ask for have published.

    Parameters
    ----------
    coverage, documents : DataFrame
        The tidy and the extracted table.
    kept : DataFrame
        The reports that speak for their unit and year, as `select_population` returns them.
    chosen : DataFrame
        Codebook rows of the indicators.
    predictors : sequence of {"issuer_type", "report_year", "province"}
        What reports are compared by; the reference is the first year, else the commonest value.
    frame : Frame
        Without a declared frame no model is fitted.
    level : float
        Confidence level.

    Returns
    -------
    Disclosers
        table: one row a model (without_length, with_length) and term: predictor, term (the value, or empty for
        log_length), reference, estimate (log odds), ratio (odds ratio) with low and high, df, n (reports with that
        value), n_units, n_rows, method (likelihood or firth). items: indicator, n, n_at_risk, used.

    Raises
    ------
    ParameterError
        An unknown predictor, or none.

    References
    ----------
    Firth (1993), Biometrika 80(1). Heinze and Schemper (2002), Statistics in Medicine 21(16). Konis (2007), Oxford,
    for the detection of separation. Pustejovsky and Tipton (2018), Journal of Business and Economic Statistics 36(4).
    """
    for name in predictors:
        check_choice("predictors", name, PREDICTORS)
    if not predictors:
        raise ParameterError(f"predictors is empty; name at least one of {', '.join(PREDICTORS)}.")
    counts = count_documents(documents, kept)
    units = kept["unit_id"].nunique()
    kept, rare = _without_rare_kinds(kept, predictors) if units >= needed("model_units") else (kept, [])
    rows, items = _rows(coverage, documents, kept, chosen)
    used = [name for name in predictors if rows[name].nunique() > 1]
    if refusal := _refuse(rows, used, predictors, frame, counts):
        return Disclosers(pd.DataFrame(columns=COLUMNS), items, [refusal], [])
    notes = [note("disclosers", n=rows["doc_id"].nunique(), items=int(items["used"].sum()))]
    made = [_fit(rows, used, "without_length", level)]
    long = rows[rows[LENGTH].notna()].reset_index(drop=True)
    if long["unit_id"].nunique() >= needed("model_units"):
        made.append(_fit(long, used, "with_length", level))
    else:
        notes.append(note("no_length"))
    table = pd.concat(made, ignore_index=True)
    left = items[~items["used"]]
    if len(left):
        notes.append(note("constant_items", n=len(left), labels=label_pair(left)))
    notes += [note("rare_kind", n=n, kind=kind, needed=needed("clusters")) for kind, n in rare]
    if table["method"].eq("firth").any():
        notes.append(note("firth"))
    return Disclosers(table[COLUMNS], items, [], notes)


def _without_rare_kinds(
    kept: pd.DataFrame, predictors: Sequence[str]
) -> tuple[pd.DataFrame, list[tuple[tuple[str, str], int]]]:
    """Return the reports without those of kinds that too few units stand for; these kinds, and how many reports."""
    kept = kept.astype(dict.fromkeys(predictors, "str")).replace(dict.fromkeys(predictors, {"": UNSTATED}))
    rare = []
    for name in predictors:
        few = kept.groupby(name)["unit_id"].transform("nunique").lt(needed("clusters"))
        found = kept.loc[few, name].value_counts().sort_index()
        rare += [((label(f"{name}:{kind}", "zh"), label(f"{name}:{kind}", "en")), n) for kind, n in found.items()]
        kept = kept[~few]
    return kept.reset_index(drop=True), rare


def _rows(
    coverage: pd.DataFrame, documents: pd.DataFrame, kept: pd.DataFrame, chosen: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a report and indicator at risk that some reports print and some do not, and all indicators."""
    rows = find_at_risk(coverage, kept[["doc_id", "unit_id", *PREDICTORS]], list(chosen["id"]))
    rows = rows.rename(columns={"item": "indicator"})
    length = documents.set_index("doc_id")["n_chars"] if "n_chars" in documents else pd.Series(dtype="float64")
    rows["printed"] = rows["status"].ne("not_reported")
    rows[LENGTH] = np.log(rows["doc_id"].map(length).astype("float64"))
    counted = rows.groupby("indicator")["printed"].agg(n="sum", n_at_risk="size")
    items = chosen.rename(columns={"id": "indicator"})[["indicator", "label_zh", "label_en"]]
    items = items.join(counted, on="indicator").fillna({"n": 0, "n_at_risk": 0})
    items = items.astype({"n": "int64", "n_at_risk": "int64"})
    items["used"] = items["n"].between(1, items["n_at_risk"] - 1)
    return rows[rows["indicator"].isin(items.loc[items["used"], "indicator"])].reset_index(drop=True), items


def _refuse(
    rows: pd.DataFrame, used: Sequence[str], predictors: Sequence[str], frame: Frame, counts: Counts
) -> Refusal | None:
    words = {"labels": (phrase_list(predictors, 0), phrase_list(predictors, 1))}
    if not frame.declared:
        return refuse("disclosers", "frame", 0, counts, **words)
    units = rows["unit_id"].nunique()
    if units < needed("model_units"):
        return refuse("disclosers", "model_units", units, counts, **words)
    if not used:
        return refuse("disclosers", "kinds", 1, counts, **words)
    if "province" in used and rows["province"].nunique() < needed("provinces"):
        return refuse("disclosers", "provinces", rows["province"].nunique(), counts, **words)
    return None


def phrase_list(names: Sequence[str], place: int) -> str:
    """Return what reports are compared by, as a list in Chinese (0) or English (1)."""
    return ("、", ", ")[place].join(phrase(f"predictor_{name}")[place] for name in names)


class _Design(NamedTuple):
    x: sparse.csr_array
    terms: pd.DataFrame


def _fit(rows: pd.DataFrame, predictors: Sequence[str], model: str, level: float) -> pd.DataFrame:
    design = _design(rows, predictors, model)
    y = rows["printed"].to_numpy("float64")
    telling = _telling(rows, predictors)
    separated = detect_separation(design.x[telling].toarray(), y[telling], fit_intercept=False).separation
    estimate, residuals, weight = _firth(design.x.toarray(), y) if separated else _likelihood(design.x, y)
    root = np.sqrt(weight)
    clusters = pd.factorize(rows["unit_id"])[0]
    covariance, df = cluster_covariance(sparse.diags_array(root) @ design.x, residuals / root, clusters)
    last = slice(len(estimate) - len(design.terms), None)
    error, df = np.sqrt(np.diag(covariance))[last], df[last]
    width = stats.t.ppf(0.5 + level / 2, df) * error
    said = dict(zip(("assumes_zh", "assumes_en"), phrase("assumes_disclosers"), strict=True))
    estimate = estimate[last]
    return design.terms.assign(
        model=model, estimate=estimate, ratio=np.exp(estimate), low=np.exp(estimate - width),
        high=np.exp(estimate + width), df=df, n_units=clusters.max() + 1, n_rows=len(rows), interval_kind="process",
        method="firth" if separated else "likelihood", **said,
    )  # fmt: skip


def _design(rows: pd.DataFrame, predictors: Sequence[str], model: str) -> _Design:
    """Return an effect for every indicator, then the terms: every value of a predictor but its commonest."""
    effects = pd.factorize(rows["indicator"], sort=True)[0]
    columns = [sparse.coo_array((np.ones(len(rows)), (np.arange(len(rows)), effects)))]
    terms = []
    for name in predictors:
        reports = rows.groupby(name)["doc_id"].nunique().sort_index()
        reference = str(reports.index[0] if name == "report_year" else reports.idxmax())
        for value in reports.index.drop(reference):
            columns.append(sparse.coo_array(rows[name].eq(value).to_numpy("float64")[:, None]))
            terms.append({"predictor": name, "term": value, "reference": reference, "n": int(reports[value])})
    if model == "with_length":
        columns.append(sparse.coo_array((rows[LENGTH] - rows[LENGTH].mean()).to_numpy()[:, None]))
        terms.append({"predictor": LENGTH, "term": "", "reference": "", "n": int(rows["doc_id"].nunique())})
    return _Design(sparse.hstack(columns, format="csr"), pd.DataFrame(terms))


def _telling(rows: pd.DataFrame, predictors: Sequence[str]) -> np.ndarray:
    """Return which rows tell whether groups are separated: of those alike in all but length the shortest and longest.

    What separates is linear in length: where it holds of both, it holds of all between.
    """
    alike, by_length = ["indicator", *predictors, "printed"], rows.sort_values(LENGTH, kind="stable")
    return np.union1d(*(by_length.drop_duplicates(alike, keep=end).index for end in ("first", "last")))


def _likelihood(x: sparse.csr_array, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the estimates of maximum likelihood by Newton's method, residuals and weights."""
    estimate = np.zeros(x.shape[1])
    for _ in range(STEPS):
        chance = expit(x @ estimate)
        weight = chance * (1 - chance)
        step = np.linalg.solve((x.T @ (sparse.diags_array(weight) @ x)).toarray(), x.T @ (y - chance))
        estimate = estimate + step
        if np.abs(step).max() < TOLERANCE:
            break
    chance = expit(x @ estimate)
    return estimate, y - chance, chance * (1 - chance)


def _firth(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Firth's estimates; what takes the residual's place in the score is y - p + h (1/2 - p), h the leverage."""
    fit = FirthLogisticRegression(fit_intercept=False, max_iter=STEPS, backend="numpy").fit(x, y)
    chance = fit.predict_proba(x)[:, 1]
    weight = chance * (1 - chance)
    scaled = x * np.sqrt(weight)[:, None]
    leverage = np.einsum("ij,jk,ik->i", scaled, np.linalg.inv(scaled.T @ scaled), scaled, optimize=True)
    return np.asarray(fit.coef_).ravel(), y - chance + leverage * (0.5 - chance), weight
