"""From two independent codings to one settled one: what agrees is settled, what differs goes into a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.codebook import label
from analysis.coding.answers import read_coding, write_statements
from analysis.coding.sheets import Contexts
from analysis.errors import InputError
from analysis.tables import fit_table

#: The name under which settled codes stand in data/codes, and what its coders had in sight.
SETTLED, SAW = "settled", "codebook|other_codes"
DIFFERENCES = "adjudication"


class Compared(NamedTuple):
    """Statements that two people coded: the codes on which they agree, the others, and what each gave to those."""

    agreed: pd.DataFrame
    differing: list[str]
    given: Mapping[str, str]


def compare_codings(codes: pd.DataFrame, coders: Sequence[str]) -> Compared:
    """Compare the independent codes of two people, statement by statement: categories, the main one and attributes.

    Parameters
    ----------
    codes : DataFrame
        Table ``codes``.
    coders : list of str
        Two names.

    Raises
    ------
    InputError
        One of them coded nothing, or they have no statement in common.
    """
    rows = codes[codes["coder_type"].eq("human") & codes["round"].eq("independent") & codes["coder"].isin(coders)]
    if lost := sorted(set(coders) - set(rows["coder"])):
        raise InputError(f"{', '.join(lost)} coded nothing yet. Read both sheets first: `fazhi code read SHEET`.")
    marked = rows["category"].where(~rows["primary"], rows["category"] + " *")
    sets = marked.groupby([rows["statement_id"], rows["coder"]]).agg(frozenset).unstack().dropna()
    if sets.empty:
        raise InputError(f"{' and '.join(coders)} have no statement in common; draw a sample with an overlap.")
    same = sets[coders[0]] == sets[coders[1]]
    agreed = rows[rows["coder"].eq(coders[0]) & rows["statement_id"].isin(sets.index[same])]
    given = {
        str(statement): "\n".join(f"{coder}: {_said(row[coder])}" for coder in coders)
        for statement, row in sets[~same].iterrows()
    }
    return Compared(agreed.assign(coder=SETTLED, round="adjudicated", saw=SAW), sorted(given), given)


def _said(marked: frozenset[str]) -> str:
    """Return what one coder gave, the main category first."""
    ordered = sorted(marked, key=lambda name: (not name.endswith(" *"), name))
    return "; ".join(f"{name} {label(name.removesuffix(' *'))}" for name in ordered)


def write_adjudication(
    path: Path,
    compared: Compared,
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    seed: int = 0,
) -> int:
    """Write the sheet of the statements on which two people differ, with what each gave; return how many these are."""
    statements = tables["statements"]
    rows = statements[statements["statement_id"].isin(compared.differing)].sort_values("statement_id")
    if lost := sorted(set(rows["doc_id"]) - set(texts)):
        raise InputError(f"The texts of {', '.join(lost[:3])} are not at hand, and the sheet shows sentences.")
    rng = np.random.default_rng(seed)
    write_statements(path, rows, Contexts(tables, texts), DIFFERENCES, rng, compared.given)
    return len(rows)


def read_adjudication(path: Path, compared: Compared, statements: pd.DataFrame) -> pd.DataFrame:
    """Read the settled codes: those of the sheet and those on which both agree.

    Returns
    -------
    DataFrame
        Table ``codes`` with coder ``settled`` and round ``adjudicated``.

    Raises
    ------
    InputError, TableError
        As `analysis.coding.answers.read_coding`.
    """
    rows = statements[statements["statement_id"].isin(compared.differing)]
    chosen = read_coding(path, rows, SETTLED, round="adjudicated", saw=SAW)
    return fit_table(pd.concat([compared.agreed, chosen], ignore_index=True), "codes")
