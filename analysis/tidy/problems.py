"""Shortcomings with their causes, and announcements with remedies: statements joined to one coding."""

from __future__ import annotations

import pandas as pd

from analysis import codebook
from analysis.errors import TableError, Violation
from analysis.tables import fit_table

ROLES = {"problems": ("problem", "cause"), "plans": ("remedy", "plan")}
PLACE = ["adcode", "province", "report_year"]
ATTRIBUTE = "attr:"
CODER_RANK = {"human": 0, "llm": 1, "rules": 2}


def check_categories(codes: pd.DataFrame) -> None:
    """Check that every code is a category, a cause or an attribute of the codebook.

    Raises
    ------
    TableError
        A code is not known; all are listed.
    """
    known = {row["id"] for name in ("tidy/categories", "tidy/causes") for row in codebook.read_rows(name)}
    known |= {ATTRIBUTE + row["attribute"] for row in codebook.read_rows("text/attribute_triggers")}
    wrong = [
        Violation("codes", None, "category", row.category, "unknown category",
                  f"{row.statement_id}, coder {row.coder}: there is no category {row.category!r}")
        for row in codes[~codes["category"].isin(known)].itertuples()
    ]  # fmt: skip
    if wrong:
        remedy = f"The categories are: {', '.join(sorted(known))}. Nothing was written."
        raise TableError(f"{len(wrong)} code(s) are not in the codebook.", wrong, remedy)


def choose_codes(codes: pd.DataFrame) -> pd.DataFrame:
    """Keep one coding a statement: adjudicated before independent, a person before a machine, then by coder's name."""
    rank = codes.assign(
        adjudicated=(codes["round"] != "adjudicated").astype(int),
        kind=codes["coder_type"].map(CODER_RANK).fillna(len(CODER_RANK)),
    ).sort_values(["statement_id", "adjudicated", "kind", "coder"], kind="stable")
    first = rank.drop_duplicates("statement_id")[["statement_id", "coder", "round"]]
    return codes.merge(first, on=["statement_id", "coder", "round"])


def build_problems(
    statements: pd.DataFrame, codes: pd.DataFrame, documents: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Build the tables ``problems`` and ``plans``, one row a statement and category.

    Parameters
    ----------
    statements, codes, documents : DataFrame
        Extracted tables. Codes whose category begins with ``attr:`` are attributes (uneven, hedged, level_named).

    Returns
    -------
    problems, plans : DataFrame
        Columns of the contract; a statement nobody coded has an empty category.

    Raises
    ------
    TableError
        A code is not a category, cause or attribute of the codebook.
    """
    check_categories(codes)
    is_attribute = codes["category"].str.startswith(ATTRIBUTE)
    attributes = (
        codes[is_attribute]
        .assign(attributes=codes["category"].str.removeprefix(ATTRIBUTE))
        .groupby("statement_id")["attributes"]
        .agg(lambda names: "|".join(sorted(set(names))))
    )
    chosen = choose_codes(codes[~is_attribute])[["statement_id", "category", "primary", "coder"]]
    joined = (
        statements.merge(chosen, on="statement_id", how="left")
        .merge(documents[["doc_id", *PLACE]], on="doc_id", how="left")
        .merge(attributes.rename("attributes"), on="statement_id", how="left")
    )
    joined["primary"] = joined["primary"].astype("object").where(joined["primary"].notna(), False).astype("bool")
    columns = ["statement_id", "category", "doc_id", *PLACE, "role", "heading", "parent_id", "primary", "coder",
               "attributes"]  # fmt: skip
    problems, plans = (joined.loc[joined["role"].isin(roles), columns] for roles in ROLES.values())
    return fit_table(problems, "problems"), fit_table(plans, "plans")
