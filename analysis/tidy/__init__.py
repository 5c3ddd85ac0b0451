"""Facts to panel: codebook, units, periods, corrections, conflicts and checks, by rules that stand in the codebook."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis import paths
from analysis.errors import ParameterError
from analysis.parsing import parse_table
from analysis.progress import watch
from analysis.tables import append_rows, empty_table
from analysis.tidy.checks import build_checks
from analysis.tidy.correcting import Change, check_corrections, make_corrections
from analysis.tidy.corrections import apply_corrections
from analysis.tidy.coverage import build_coverage
from analysis.tidy.due import build_due, read_frame
from analysis.tidy.matches import build_matches
from analysis.tidy.observations import build_observations
from analysis.tidy.problems import build_problems
from analysis.tidy.sets import add_codings, find_sets, load_sets, read_sets
from analysis.tidy.units import build_units, find_relaying

__all__ = [
    "add_codings", "build_observed", "build_tidy", "correct", "find_sets", "load_sets", "read_corrections",
    "read_frame", "read_sets",
]  # fmt: skip

#: What `build_tidy` returns, in this order.
_TIDY: Final = (
    "matches", "observations", "observation_mentions", "problems", "plans", "coverage", "checks", "audit", "units",
    "due",
)  # fmt: skip


def read_corrections(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the file of corrections, in the order of its lines; a file that is not there is no correction."""
    path = Path(path)
    return parse_table(path.read_bytes(), "corrections", path.name) if path.exists() else empty_table("corrections")


def correct(
    id: str,
    changes: Mapping[str, Any],
    *,
    reason: str,
    who: str,
    when: str | date,
    table: str = "",
    facts: Mapping[str, pd.DataFrame] | str | os.PathLike[str] | None = None,
    corrections: pd.DataFrame | str | os.PathLike[str] | None = None,
    write: bool = False,
) -> pd.DataFrame:
    """Correct a fact, in a script or notebook: make the lines of the file of corrections, and add them if asked to.

    Parameters
    ----------
    id : str
        A mention_id, statement_id or doc_id; of a row with a key of several columns these, joined by ``|``.
    changes : mapping
        By field, what should stand there, e.g. ``{"value": 136}``; a number also as printed (``"17.5万"``).
    reason, who : str
        Why, and who says so.
    when : str or date
        The date of the correction. There is no default: the clock decides nothing here.
    table : str
        The table, where a figure and a statement have one id and both have the field.
    facts : mapping of str to DataFrame, or path, optional
        Extracted tables, a set or a folder of sets; by default data/extracted/.
    corrections : DataFrame or path, optional
        The corrections there are; by default data/corrections.csv.
    write : bool
        Whether to add the lines to the file. No other line of it changes.

    Returns
    -------
    DataFrame
        Table ``corrections``: the new lines, with what stands there now as ``expected`` and the hash of the text.

    Raises
    ------
    CorrectionError
        `build_tidy` would refuse a line: no such row or field, a value that the table does not allow, a cell that is
        corrected already or holds it already. Nothing is written.
    ParameterError
        It should be written, and ``corrections`` is a DataFrame.
    """
    if write and isinstance(corrections, pd.DataFrame):
        raise ParameterError("corrections is a DataFrame, which has no file to write to. Give the path of the file.")
    if not isinstance(facts, Mapping):
        facts = read_sets([paths.extracted() if facts is None else facts])
    place = paths.corrections() if corrections is None else corrections
    former = place if isinstance(place, pd.DataFrame) else read_corrections(place)
    wanted = [Change(id, field, value, reason, table) for field, value in changes.items()]
    made, wrong = make_corrections(facts, wanted, former, who=who, when=str(when))
    check_corrections(wrong)
    if write and not isinstance(place, pd.DataFrame):
        append_rows(made, "corrections", Path(place))
    return made


def build_tidy(
    tables: Mapping[str, pd.DataFrame], corrections: pd.DataFrame | None = None, convention: str = "last_digit",
    frame: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Build every tidy table from extracted tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted tables, as `read_sets` returns them.
    corrections : DataFrame, optional
        Table ``corrections``; see `analysis.tidy.corrections.apply_corrections`.
    convention : {"last_digit", "leading_digit", "strict"}
        How far an approximate figure may reach.
    frame : DataFrame, optional
        Table ``frame``, which reports should exist; see `analysis.tidy.due.build_due`.

    Returns
    -------
    dict of str to DataFrame
        matches, observations, observation_mentions, problems, plans, coverage, checks, audit, units, due.

    Raises
    ------
    CorrectionError
        A correction does not fit; all are listed.
    TableError
        The frame does not fit; all rows are listed.
    """
    facts, audit = apply_corrections(tables, empty_table("corrections") if corrections is None else corrections)
    frame = empty_table("frame") if frame is None else frame
    built = dict(watch(_build_each(facts, audit, convention, frame), len(_TIDY), "tables"))
    return {name: built[name] for name in _TIDY}


def _build_each(
    facts: Mapping[str, pd.DataFrame], audit: pd.DataFrame, convention: str, frame: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the tidy tables of corrected facts, each as soon as it is built."""
    observed = build_observed(facts, audit, convention)
    yield from observed.items()
    problems, plans = build_problems(facts["statements"], facts["codes"], facts["documents"])
    yield from {"problems": problems, "plans": plans}.items()
    yield "coverage", build_coverage(facts, observed["matches"], observed["observations"])
    relaying = find_relaying(observed["observations"])
    yield from {"audit": audit, "units": build_units(facts["documents"], relaying)}.items()
    yield "due", build_due(frame, facts["documents"], relaying)


def build_observed(facts: Mapping[str, pd.DataFrame], audit: pd.DataFrame, convention: str) -> dict[str, pd.DataFrame]:
    """Build the tidy tables that tell of figures: matches, observations, observation_mentions, checks.

    Parameters
    ----------
    facts : mapping of str to DataFrame
        The extracted tables `mentions` and `documents`, corrected.
    audit : DataFrame
        The tidy table `audit`: what was corrected.
    convention : {"last_digit", "leading_digit", "strict"}
    """
    matches = build_matches(facts["mentions"], facts["documents"])
    observations, links = build_observations(facts["mentions"], matches, facts["documents"], convention)
    observations = _flag_corrected(observations, audit)
    checks = build_checks(observations, facts["mentions"], matches)
    return {"matches": matches, "observations": _with_bases(observations, checks), "observation_mentions": links,
            "checks": checks}  # fmt: skip


def _flag_corrected(observations: pd.DataFrame, audit: pd.DataFrame) -> pd.DataFrame:
    corrected = set(audit.loc[audit["table"] == "mentions", "id"])
    touched = observations["mention_ids"].map(lambda ids: not corrected.isdisjoint(ids.split("|")))
    flags = observations["flags"].where(~touched, observations["flags"] + "|corrected").str.strip("|")
    return observations.assign(flags=flags)


def _with_bases(observations: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Give a rate the base its report prints: the one on which it was confirmed; an inferred base is none."""
    printed = checks[(checks["check"] == "rate") & (checks["verdict"] == "confirmed")]
    bases = dict(zip(printed["mention_id"], printed["base"], strict=True))
    first = (mentions.split("|")[0] for mentions in observations["mention_ids"])
    return observations.assign(base=pd.Series([bases.get(mention, "") for mention in first], dtype="str"))
