"""Facts to panel: codebook, units, periods, corrections, conflicts and checks, by rules that stand in the codebook."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis import paths
from analysis.contract import check_foreign, spec, stage_tables
from analysis.errors import FazhiError, ParameterError, TableError, Violation
from analysis.files import shown
from analysis.parsing import parse_table
from analysis.progress import watch
from analysis.tables import append_rows, empty_table, fit_table, read_tables
from analysis.tidy.checks import build_checks
from analysis.tidy.correcting import Change, check_corrections, make_corrections
from analysis.tidy.corrections import apply_corrections
from analysis.tidy.coverage import build_coverage
from analysis.tidy.due import build_due, read_frame
from analysis.tidy.matches import build_matches
from analysis.tidy.observations import build_observations
from analysis.tidy.problems import build_problems
from analysis.tidy.units import build_units, find_relaying

__all__ = ["add_codings", "build_tidy", "correct", "find_sets", "read_corrections", "read_frame", "read_sets"]

#: What `build_tidy` returns, in this order.
_TIDY: Final = (
    "matches", "observations", "observation_mentions", "problems", "plans", "coverage", "checks", "audit", "units",
    "due",
)  # fmt: skip


def find_sets(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the sets below a folder: its subfolders that hold a table of documents, or the folder itself, sorted."""
    folder = Path(folder)
    if (folder / "documents.csv").exists():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/documents.csv") if not path.parent.name.startswith("."))


def _find_partitioned(folder: Path) -> list[Path]:
    """Return the folder, or those of its subfolders, whose table of documents is itself a folder of partitions."""
    found = [path.parents[2] for path in folder.glob("documents/in_province=*/in_year=*")]
    found += [path.parents[2] for path in folder.glob("*/documents/in_province=*/in_year=*")]
    return [path for path in dict.fromkeys(found) if not path.name.startswith(".")]


def read_sets(folders: Iterable[str | os.PathLike[str]]) -> dict[str, pd.DataFrame]:
    """Read complete sets of extracted tables and join them.

    Parameters
    ----------
    folders : iterable of path
        Sets, or folders of sets.

    Returns
    -------
    dict of str to DataFrame
        Every extracted table by name.

    Raises
    ------
    FazhiError
        There is no set, or one of them lies in partitions (see `analysis.partitions`).
    TableError
        A table breaks the contract, or a report stands in two sets with rows that are not equal; all is listed.
    """
    folders = list(folders)
    if apart := [found for folder in folders for found in _find_partitioned(Path(folder))]:
        raise FazhiError(
            f"{shown(apart[0])} holds tables in partitions, which are not joined with other sets: they may not fit "
            "into memory. Nothing was read. Name that folder alone (`fazhi tidy`, `fazhi check`, `fazhi show ID`), or "
            f"give it a data set of its own in study.toml; to work with the sets beside it, move {apart[0].name} out "
            f"of {shown(apart[0].parent)}."
        )
    sets = [found for folder in folders for found in find_sets(folder)]
    if not sets:
        where = ", ".join(str(folder) for folder in folders)
        raise FazhiError(f"No facts: {where} holds no set of extracted tables (a folder with documents.csv). "
                         "Put reports into data/raw/ and run `fazhi run`, or name the folder of a set.")  # fmt: skip
    wrong: list[Violation] = []
    read: list[dict[str, pd.DataFrame]] = []
    for folder in sets:
        if not (folder / "mentions.csv").exists():
            message = "has documents.csv and no mentions.csv; its reports would seem to say nothing"
            wrong.append(Violation(folder.name, None, "mentions", "", "missing table", message))
        try:
            read.append(read_tables(folder, stage_tables("extracted")))
        except TableError as error:
            wrong += error.violations
    if not wrong:
        return _joined(sets, read)
    raise TableError(f"{len(wrong)} violation(s) in the extracted tables.", wrong, "Nothing was written.")


def _joined(sets: list[Path], read: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    wrong: list[Violation] = []
    tables: dict[str, pd.DataFrame] = {}
    for name in stage_tables("extracted"):
        key = list(spec(name).key)
        frames = [tables_of[name].assign(_set=folder.name) for folder, tables_of in zip(sets, read, strict=True)]
        frame = pd.concat(frames, ignore_index=True)
        frame = frame.drop_duplicates([column for column in frame.columns if column != "_set"], ignore_index=True)
        for row in frame[frame.duplicated(key, keep=False)].sort_values(key, kind="stable").to_dict("records"):
            if name == "inputs":
                break
            message = f"{' '.join(str(row[part]) for part in key)} stands in more than one set with unequal rows"
            wrong.append(Violation(f"{row['_set']}/{name}.csv", None, key[0], str(row[key[0]]), "two sets", message))
        tables[name] = fit_table(frame.drop(columns="_set").drop_duplicates(key), name)
    if wrong := wrong or check_foreign(tables):
        raise TableError(
            "The sets contradict each other.", wrong, "Remove the report from one of them. Nothing was written."
        )
    return tables


def add_codings(tables: Mapping[str, pd.DataFrame], folder: str | os.PathLike[str]) -> dict[str, pd.DataFrame]:
    """Add the codings of people, one file a coder or round, to the codes of the extracted tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted tables.
    folder : path
        Holds CSV files with the columns of the table ``codes``; it need not exist. They are never rewritten.

    Raises
    ------
    TableError
        A file breaks the contract, codes a statement that does not exist, or repeats a coding; all is listed.
    """
    given = {
        path.name: parse_table(path.read_bytes(), "codes", path.name) for path in sorted(Path(folder).glob("*.csv"))
    }
    known, key = set(tables["statements"]["statement_id"]), list(spec("codes").key)
    wrong = [
        Violation(name, int(row) + 2, "statement_id", value, "foreign key", f"there is no statement {value!r}")
        for name, codes in given.items()
        for row, value in codes.loc[~codes["statement_id"].isin(known), "statement_id"].items()
    ]
    codes = pd.concat([tables["codes"], *given.values()], ignore_index=True)
    for row in codes[codes.duplicated(key)].to_dict("records"):
        message = f"{' '.join(str(row[part]) for part in key)} stands in more than one file"
        wrong.append(Violation("codes", None, "statement_id", row["statement_id"], "unique key", message))
    if wrong:
        raise TableError(
            f"{len(wrong)} coding(s) do not fit.", wrong, "Nothing was written. Correct the files of codings."
        )
    return {**tables, "codes": fit_table(codes, "codes")}


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
    matches = build_matches(facts["mentions"], facts["documents"])
    yield "matches", matches
    observations, links = build_observations(facts["mentions"], matches, facts["documents"], convention)
    observations = _flag_corrected(observations, audit)
    yield "observation_mentions", links
    problems, plans = build_problems(facts["statements"], facts["codes"], facts["documents"])
    yield from {"problems": problems, "plans": plans}.items()
    checks = build_checks(observations, facts["mentions"], matches)
    relaying = find_relaying(observations)
    yield from {"checks": checks, "observations": _with_bases(observations, checks)}.items()
    yield "coverage", build_coverage(facts, matches, observations)
    yield from {"audit": audit, "units": build_units(facts["documents"], relaying)}.items()
    yield "due", build_due(frame, facts["documents"], relaying)


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
