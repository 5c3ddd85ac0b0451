"""Coding sheets for people and their way back: statements in random order, with context and without any code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.coding.sampling import shuffled
from analysis.coding.sheets import (
    ANSWERS,
    Contexts,
    active,
    build_codebook,
    build_lists,
    build_notes,
    check_rows,
    choices,
    chosen,
    digest,
    labels,
    make_field,
)
from analysis.coding.workbook import Sheet, read_sheet, write_workbook
from analysis.errors import InputError, TableError, Violation
from analysis.tables import fit_table

LISTS = {"problem": "tidy/categories", "cause": "tidy/causes", "remedy": "tidy/categories", "plan": "tidy/categories"}
SHOWN = ("statement_id", "report", "heading", "before", "statement", "after")
CATEGORIES = ("primary", "second", "third")
ATTRIBUTES = ("uneven", "hedged", "level_named")
DEFINITIONS = ("id", "label_zh", "label_en", "definition_zh", "definition_en", "include", "exclude")
ROUNDS = ("independent", "adjudicated")


def find_assigned(sample: pd.DataFrame, statements: pd.DataFrame, coder: str) -> pd.DataFrame:
    """Return the statements that a coder codes.

    Parameters
    ----------
    sample : DataFrame
        Table ``coding_sample``.
    statements : DataFrame
        Table ``statements``.
    coder : str
        One of the coders of the sample.

    Raises
    ------
    InputError
        The sample has no such coder, or the statements of its reports are no longer those of the draw.
    """
    names = sorted({name for cell in sample["coders"] for name in cell.split("|")})
    if coder not in names:
        raise InputError(f"{coder!r} is no coder of this sample; its coders are {', '.join(names)}.")
    own = sample[[coder in cell.split("|") for cell in sample["coders"]]]
    roles = set(sample["roles"].iloc[0].split("|"))
    rows = statements[statements["doc_id"].isin(own["doc_id"]) & statements["role"].isin(roles)]
    now = own["doc_id"].map(rows["doc_id"].value_counts()).fillna(0)
    if (moved := own.loc[now.ne(own["n_statements"]), "doc_id"]).size:
        raise InputError(
            f"{len(moved)} report(s) have other statements now than when the sample was drawn: {', '.join(moved[:3])}. "
            "Extract as at the draw, or draw a new sample; codings already made stay in data/codes."
        )
    return rows.sort_values("statement_id", ignore_index=True)


def write_coding(
    path: Path,
    sample: pd.DataFrame,
    coder: str,
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    seed: int = 0,
) -> int:
    """Write the sheet of one coder and return how many statements stand in it.

    The statements are in random order, each with what stands around it; the definitions of the codebook are on a sheet
    of their own, without triggers. Nothing a machine or another coder has given is in the file.

    Raises
    ------
    InputError
        The sample does not know the coder, or the text of one of the reports is not at hand.
    """
    rows = find_assigned(sample, tables["statements"], coder)
    if lost := sorted(set(rows["doc_id"]) - set(texts)):
        raise InputError(f"The texts of {', '.join(lost[:3])} are not at hand, and a coding sheet shows sentences.")
    write_statements(path, rows, Contexts(tables, texts), "coding", np.random.default_rng([seed, *coder.encode()]))
    return len(rows)


def write_statements(
    path: Path,
    rows: pd.DataFrame,
    contexts: Contexts,
    kind: str,
    rng: np.random.Generator,
    given: Mapping[str, str] | None = None,
) -> None:
    """Write statements in random order as a sheet to be coded; ``given`` is what others gave, for adjudication only."""
    made = []
    for statement in rows.itertuples():
        row = contexts.of(statement.doc_id, int(statement.start), int(statement.end))
        row |= {"statement_id": statement.statement_id, "statement": row.pop("marked"), "role": statement.role}
        made.append(row | {"check": digest(row, SHOWN), "codes": (given or {}).get(statement.statement_id, "")})
    made = shuffled(made, rng)
    files = dict.fromkeys(LISTS[role] for role in LISTS if role in set(rows["role"]))
    lists, ranges = build_lists({**{name: choices(active(name)) for name in files},
                                 "yes": [labels()["choices"]["yes"]]})  # fmt: skip
    by_role = {role: ranges[name] for role, name in LISTS.items() if name in ranges}
    fields = [
        make_field("statement_id", 24),
        make_field("report", 16),
        make_field("heading", 22),
        make_field("before", 36),
        make_field("statement", 50, strong=True),
        make_field("after", 36),
        *([make_field("codes", 40)] if given else []),
        *(make_field(name, 30, fill_in=True, choices=by_role) for name in CATEGORIES),
        *(make_field(name, 10, fill_in=True, choices=dict.fromkeys(LISTS, ranges["yes"])) for name in ATTRIBUTES),
        make_field("remark", 24, fill_in=True),
        make_field("check", 4, hidden=True),
    ]
    definitions = [row for name in files for row in active(name)]
    answers = Sheet(ANSWERS, fields, made, [row["role"] for row in made], frozen="B2")
    write_workbook(path, [answers, build_codebook(definitions, DEFINITIONS), build_notes(kind), lists])


def read_coding(
    path: Path, rows: pd.DataFrame, coder: str, *, round: str = "independent", saw: str = "codebook"
) -> pd.DataFrame:
    """Read a filled coding sheet back into codes.

    Parameters
    ----------
    path : Path
        The workbook.
    rows : DataFrame
        The statements it was written for, as `find_assigned` returns them.
    coder : str
        Who filled it in.
    round : {"independent", "adjudicated"}
        Adjudicated codes never enter agreement.
    saw : str
        What the coder had in sight, as the table ``codes`` has it.

    Returns
    -------
    DataFrame
        Table ``codes``: coder_type human; the first category primary; attributes as ``attr:...``.

    Raises
    ------
    InputError
        The workbook cannot be read.
    TableError
        Rows are missing, doubled, unknown, changed or not coded, or a category is unknown; all are listed and nothing
        is read.
    """
    cells = read_sheet(path, ANSWERS, [*SHOWN, *CATEGORIES, *ATTRIBUTES, "check"])
    roles = dict(zip(rows["statement_id"], rows["role"], strict=True))
    wrong = [*check_rows(cells, roles, "statement_id", SHOWN, path.name), *_wrong_codes(cells, roles, path.name)]
    if wrong:
        raise TableError(
            f"{len(wrong)} row(s) of {path.name} do not fit.", wrong,
            "Nothing was read. Correct these rows in the sheet and read it again.",
        )  # fmt: skip
    made = [
        {"statement_id": row["statement_id"], "category": category, "primary": primary, "coder": coder,
         "coder_type": "human", "round": round, "saw": saw}
        for row in cells
        for category, primary in _given(row)
    ]  # fmt: skip
    return fit_table(made, "codes")


def _given(row: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Yield what was chosen for one statement, each with whether it is the main category."""
    yield from ((chosen(row[name]), name == CATEGORIES[0]) for name in CATEGORIES if row[name])
    yield from ((f"attr:{name}", False) for name in ATTRIBUTES if row[name])


def _wrong_codes(cells: Sequence[Mapping[str, str]], roles: Mapping[str, str], source: str) -> Iterator[Violation]:
    known = {role: {row["id"] for row in active(name)} for role, name in LISTS.items()}
    for row in cells:
        line, name = int(row["line"]), row["statement_id"]
        given = [(column, chosen(row[column])) for column in CATEGORIES if row[column]]
        if not row[CATEGORIES[0]]:
            yield Violation(source, line, CATEGORIES[0], "", "empty", f"{name} has no main category; choose one")
        for column, category in given:
            if name in roles and category not in known[roles[name]]:
                message = f"{name}: there is no category {category!r} for a {roles[name]}; choose one from the list"
                yield Violation(source, line, column, category, "unknown category", message)
        if len({category for _, category in given}) < len(given):
            yield Violation(source, line, "second", "", "duplicate", f"{name} has one category twice; empty one cell")
        for column in ATTRIBUTES:
            if row[column] and chosen(row[column]) != "yes":
                message = f"{name}: {column} is {row[column]!r}; it must be yes or empty"
                yield Violation(source, line, column, row[column], "unknown answer", message)
