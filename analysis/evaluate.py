"""An extraction against gold: what is found and right, and every error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.errors import InputError
from analysis.scores import Pair, Record, Score, score_document

Frames = Mapping[str, pd.DataFrame]

GOLD_TABLES: Final = ("documents", "mentions", "sections", "roles", "statements")
_METRICS: Final = ("metric", "n", "right", "value", "low", "high")
_ERRORS: Final = ("doc_id", "table", "start", "end", "kind", "field", "gold", "found", "surface")


def read_gold(folder: Path) -> dict[str, pd.DataFrame]:
    """Read hand-made gold tables.

    Parameters
    ----------
    folder : Path
        Holds ``mentions.csv`` and any of ``documents.csv``, ``sections.csv``, ``roles.csv``, ``statements.csv``; the
        indicators and categories are columns of these (``indicator``; ``primary``, ``secondary``) or tables of their
        own: ``mentions_indicators.csv`` and ``codes.csv``.

    Returns
    -------
    dict of DataFrame
        Columns as printed, all text; ``start`` and ``end`` as integers.

    Raises
    ------
    InputError
        The folder holds no ``mentions.csv``, or a table lacks ``doc_id``.
    """
    tables = {name: frame for name in GOLD_TABLES if (frame := _read_csv(folder, name)) is not None}
    if "mentions" not in tables:
        raise InputError(f"{folder.name} has no mentions.csv. Name the folder that holds the gold tables.")
    for name, frame in tables.items():
        if "doc_id" not in frame.columns:
            raise InputError(f"{name}.csv in {folder.name} has no column doc_id: it is no gold table.")
        tables[name] = frame.astype({column: "int64" for column in ("start", "end") if column in frame.columns})
    indicators, codes = _read_csv(folder, "mentions_indicators"), _read_csv(folder, "codes")
    if indicators is not None:
        known = dict(zip(indicators["mention_id"], indicators["indicator"], strict=True))
        tables["mentions"]["indicator"] = [known.get(mention, "") for mention in tables["mentions"]["mention_id"]]
    if codes is not None and "statements" in tables:
        _add_codes(tables["statements"], codes)
    return tables


def _read_csv(folder: Path, name: str) -> pd.DataFrame | None:
    path = folder / f"{name}.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8") if path.is_file() else None


def _add_codes(statements: pd.DataFrame, codes: pd.DataFrame) -> None:
    """Add the columns primary and secondary: one category each, attributes left out, an adjudicated one first."""
    codes = codes[~codes["category"].str.contains(":")].sort_values("coder", kind="stable")
    for column, primary in (("primary", "true"), ("secondary", "false")):
        chosen = codes[codes["primary"] == primary].drop_duplicates("statement_id")
        category = dict(zip(chosen["statement_id"], chosen["category"], strict=True))
        statements[column] = [category.get(statement, "") for statement in statements["statement_id"]]


def evaluate(
    gold: Frames, found: Frames, matches: pd.DataFrame | None = None, *, seed: int = 20240101, resamples: int = 2000
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score an extraction, by the documents that are in both.

    Parameters
    ----------
    gold : mapping of DataFrame
        As `read_gold` returns them; ``mentions`` may have a column ``indicator``.
    found : mapping of DataFrame
        Extracted tables: ``documents``, ``mentions``, ``sections``, ``statements``, ``codes``; what is missing is not
        scored.
    matches : DataFrame, optional
        Table ``matches``; with it indicators are scored.
    seed, resamples : int
        Of the bootstrap.

    Returns
    -------
    metrics : DataFrame
        ``metric``, ``n``, ``right``, ``value`` (right / n), ``low`` and ``high``: a 95 % percentile bootstrap that
        draws whole reports, empty below two reports. Of an F1, ``n`` counts gold and found rows and ``right`` the
        found ones twice. Of ``named_rows_used``, ``right`` counts the rows wrongly used: 0 is best.
    errors : DataFrame
        One row each miss, false row and wrong field: ``doc_id``, ``table``, ``start``, ``end``, ``kind``, ``field``,
        ``gold``, ``found``, ``surface``.

    Raises
    ------
    InputError
        No document is in both.

    Notes
    -----
    Positives are gold mentions that are neither ``named`` nor masked. A found mention of status ``named``, or on a
    masked gold span, is ignored; any other that is on no positive span is false. Units count by their class. Indicators
    are not scored where gold has ``per``: such a figure is of one body or person and enters no indicator. Statements
    are found where they overlap a gold one by 0.8 of the longer, without final punctuation.
    """
    documents = _common(gold["mentions"] if "documents" not in gold else gold["documents"], found["documents"])
    scores: list[Score] = []
    errors: list[Record] = []
    indicators = _indicators(matches)
    for doc_id in documents:
        for item in score_document(Pair(doc_id, _of(gold, doc_id), _of(found, doc_id), indicators)):
            if isinstance(item, Score):
                scores.append(item)
            else:
                errors.append({"doc_id": doc_id} | item)
    frame = pd.DataFrame(errors, columns=list(_ERRORS)).astype({"start": "Int64", "end": "Int64"})
    return _summarise(scores, seed, resamples), frame


def _common(gold: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    both = sorted(set(gold["doc_id"]) & set(found["doc_id"]))
    if not both:
        raise InputError(
            "No document is both in the gold and in the extraction. "
            f"Gold has {', '.join(sorted(set(gold['doc_id']))[:3])}; extract these reports first."
        )
    return both


def _of(tables: Frames, doc_id: str) -> dict[str, list[Record]]:
    """Return the rows of one document; codes, which hang on statements, by their statement."""
    rows = {}
    for name, frame in tables.items():
        if "doc_id" in frame.columns:
            rows[name] = frame[frame["doc_id"] == doc_id].to_dict("records")
    if "codes" in tables and "statements" in tables:
        known = {row["statement_id"] for row in rows["statements"]} if rows["statements"] else set()
        codes = tables["codes"]
        rows["codes"] = codes[codes["statement_id"].isin(known)].to_dict("records")
    return rows


def _indicators(matches: pd.DataFrame | None) -> dict[str, str] | None:
    return None if matches is None else dict(zip(matches["mention_id"], matches["indicator"], strict=True))


def _summarise(scores: Iterable[Score], seed: int, resamples: int) -> pd.DataFrame:
    """Add up scores and draw whole reports with replacement for the intervals."""
    frame = pd.DataFrame([(score.metric, score.doc_id, score.n, score.right) for score in scores])
    frame.columns = pd.Index(["metric", "doc_id", "n", "right"])
    counts = frame.groupby(["metric", "doc_id"], sort=True)[["n", "right"]].sum()
    documents = sorted(set(frame["doc_id"]))
    draws = np.random.default_rng(seed).integers(0, len(documents), size=(resamples, len(documents)))
    rows = []
    for metric in sorted(set(frame["metric"])):
        own = counts.loc[metric].reindex(documents, fill_value=0)
        n, right = own["n"].to_numpy(), own["right"].to_numpy()
        low = high = np.nan
        if (n > 0).sum() > 1:
            drawn, hit = n[draws].sum(axis=1), right[draws].sum(axis=1)
            low, high = np.percentile(hit[drawn > 0] / drawn[drawn > 0], [2.5, 97.5])
        value = right.sum() / n.sum() if n.sum() else np.nan
        rows.append((metric, int(n.sum()), int(right.sum()), value, low, high))
    return pd.DataFrame(rows, columns=list(_METRICS))
