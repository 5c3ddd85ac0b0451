"""Shared wording: how much of what two reports say in one role is the same, and whether that is more than usual."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.frame import Counts, Refusal, Result, needed, note, refuse
from analysis.stats.selection import check_choice, count_documents, select_reports

ROLES = ("preamble", "achievement", "problem", "cause", "remedy", "plan", "honours")
LEAST = 13
LENGTHS = (10, LEAST, 20)
PAIR = ["role", "doc_a", "doc_b"]
COLUMNS = [*PAIR, "place_a", "place_b", "year_a", "year_b", "relation", "n_passages", "longest", "n_chars", "chars_a",
           "chars_b", "share", "n_pairs", "expected", "excess"]  # fmt: skip
PASSAGE_COLUMNS = [*PAIR, "start_a", "end_a", "start_b", "end_b", "n_chars", "formula", "place_a", "place_b",
                   "relation"]  # fmt: skip


def estimate_shared_wording(
    reuse: pd.DataFrame,
    sections: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    roles: Sequence[str] = ("problem", "plan"),
    least: int = LEAST,
    years: Sequence[int] | None = None,
) -> Result:
    """Measure the wording that reports share, role by role, net of what is known to be formula.

    Parameters
    ----------
    reuse, sections, documents : DataFrame
        Extracted tables.
    roles : sequence of str
        Roles compared; a problem is compared with problems only.
    least : int
        The fewest characters of a passage; the part lengths shows 10 and 20 beside it.
    years : list of int, optional
        Report years; all by default.

    Returns
    -------
    Result
        table: one row a role and pair that shares anything: relation (own_years: one unit in two years; vertical: a
        unit and the one above it; horizontal), n_passages, longest and n_chars (characters), chars_a and chars_b
        (characters of that role net of formula), share (0 to 1, of both reports' characters), and, where enough
        reports of the same role, year and province stand behind it, n_pairs, expected (mean share of those pairs) and
        excess.
        parts: passages (positions, n_chars, formula), lengths (least, role, n_pairs of n_at_risk pairs,
        n_passages, n_chars), set_aside. Nothing is inferred about who wrote first.

    Raises
    ------
    ParameterError
        An unknown role, a length the table cannot tell, or years of which there is no report.

    References
    ----------
    Wilkerson, Smith and Stramp (2015), American Journal of Political Science 59(4), on shared passages as a measure.
    """
    for role in roles:
        check_choice("roles", role, ROLES)
    if least < min(LENGTHS):
        raise ParameterError(f"least is {least}; passages of fewer than {min(LENGTHS)} characters are not kept.")
    kept, shown, log = select_reports(documents, years=years)
    reports = pd.concat([kept, shown])
    about = reports[reports["coverage"].eq("full")].set_index("doc_id")
    rows = reuse[reuse["role"].isin(list(roles)) & reuse["doc_a"].isin(about.index) & reuse["doc_b"].isin(about.index)]
    length = _lengths(sections, rows, about, roles)
    own = rows[rows["formula"].ne("true")]
    pairs = _describe(_measure(own[own["n_chars"] >= least], length), about)
    pairs, refusals = _add_expected(pairs, length, about, roles, count_documents(documents, kept))
    order = [list(roles).index(role) for role in pairs["role"]]
    pairs = pairs.assign(_order=order).sort_values(["_order", "doc_a", "doc_b"], ignore_index=True)[COLUMNS]
    passages = _describe(rows[rows["n_chars"] >= least], about)[PASSAGE_COLUMNS].reset_index(drop=True)
    counted = [_count(own, length, role, shortest) for role in roles for shortest in sorted({*LENGTHS, least})]
    notes = [note("shared_wording", n=len(about), least=least)]
    if rows["formula"].eq("unknown").any():
        notes.append(note("formula_unknown"))
    parts = {"passages": passages, "lengths": pd.DataFrame(counted), "set_aside": log}
    return Result(pairs, tuple(refusals), tuple(notes), parts)


def _lengths(
    sections: pd.DataFrame, rows: pd.DataFrame, about: pd.DataFrame, roles: Sequence[str]
) -> pd.DataFrame:  # fmt: skip
    """Return the characters of each role in each report, net of known formula, by doc_id and role."""
    own = sections[sections["doc_id"].isin(about.index)].sort_values(["doc_id", "start"])
    following = own.groupby("doc_id")["start"].shift(-1)
    ends = following.fillna(own["doc_id"].map(about["n_chars"])).astype("float64")
    total = (ends - own["start"]).groupby([own["doc_id"], own["role"]]).sum().unstack("role")
    total = total.reindex(index=about.index, columns=list(roles)).fillna(0)
    formula = rows[rows["formula"].eq("true")]
    for (doc_id, role), length in _covered(formula).items():
        total.loc[doc_id, role] -= length
    return total


def _covered(rows: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Return how many characters of each report and role lie in any of the passages."""
    sides = [rows[[f"doc_{side}", "role", f"start_{side}", f"end_{side}"]].set_axis(
        ["doc_id", "role", "start", "end"], axis=1) for side in "ab"]  # fmt: skip
    both = pd.concat(sides).sort_values(["doc_id", "role", "start", "end"])
    covered: dict[tuple[str, str], int] = {}
    for key, spans in both.groupby(["doc_id", "role"], sort=False):
        furthest = spans["end"].cummax().shift(fill_value=0)
        covered[key] = int((spans["end"] - np.maximum(spans["start"], furthest)).clip(lower=0).sum())
    return covered


def _measure(rows: pd.DataFrame, length: pd.DataFrame) -> pd.DataFrame:
    made = []
    for key, passages in rows.groupby(PAIR, sort=False):
        role, one, other = key
        inside = _covered(passages)
        chars = length.loc[one, role], length.loc[other, role]
        made.append({
            **dict(zip(PAIR, key, strict=True)), "n_passages": len(passages), "longest": int(passages["n_chars"].max()),
            "n_chars": int(passages["n_chars"].sum()), "chars_a": int(chars[0]), "chars_b": int(chars[1]),
            "share": (inside[(one, role)] + inside[(other, role)]) / sum(chars),
        })  # fmt: skip
    columns = [*PAIR, "n_passages", "longest", "n_chars", "chars_a", "chars_b", "share"]
    return pd.DataFrame(made, columns=columns)


def _describe(rows: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    named = rows.assign(**{
        f"{new}_{side}": rows[f"doc_{side}"].map(about[old])
        for side in "ab" for new, old in (("place", "place"), ("year", "report_year"))
    })  # fmt: skip
    return named.assign(relation=[_relation(about, *pair) for pair in zip(rows["doc_a"], rows["doc_b"], strict=True)])


def _relation(about: pd.DataFrame, one: str, other: str) -> str:
    if about.at[one, "unit_id"] == about.at[other, "unit_id"]:
        return "own_years"
    codes = sorted((re.sub("(00)+$", "", str(about.at[doc_id, "adcode"])) for doc_id in (one, other)), key=len)
    return "vertical" if codes[0] and codes[0] != codes[1] and codes[1].startswith(codes[0]) else "horizontal"


def _add_expected(
    pairs: pd.DataFrame, length: pd.DataFrame, about: pd.DataFrame, roles: Sequence[str], counts: Counts
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Add the mean share of all pairs of different units in one role, year and province, also of those without any."""
    placed = about[["report_year", "province", "unit_id"]]
    others = pairs[pairs["relation"] != "own_years"]
    ends = [placed.loc[others[f"doc_{side}"], ["report_year", "province"]].to_numpy() for side in "ab"]
    alike = [tuple(one) == tuple(other) for one, other in zip(*ends, strict=True)]
    keys = [others["role"], *(others["doc_a"].map(about[name]) for name in ("report_year", "province"))]
    total = others["share"].where(alike, 0.0).groupby(keys, dropna=False).sum().to_dict()
    expected: dict[tuple[str, object, object], tuple[int, float]] = {}
    largest = 0
    for (year, province), group in placed.groupby(["report_year", "province"], dropna=False):
        for role in roles:
            units = group.loc[length.loc[group.index, role] > 0, "unit_id"].value_counts()
            largest = max(largest, n_able := int(units.sum()))
            among = (n_able**2 - int((units**2).sum())) // 2
            if n_able >= needed("wording_reports") and among:
                expected[role, year, province] = among, total.get((role, year, province), 0.0) / among
    n, mean = [], []
    for row in pairs.itertuples():
        same = about.at[row.doc_a, "province"] == about.at[row.doc_b, "province"] and row.year_a == row.year_b
        found = expected.get((row.role, row.year_a, about.at[row.doc_a, "province"])) if same else None
        n.append(found[0] if found else 0)
        mean.append(found[1] if found else np.nan)
    pairs = pairs.assign(n_pairs=n, expected=mean)
    pairs["excess"] = pairs["share"] - pairs["expected"]
    if expected:
        return pairs, []
    return pairs, [refuse("shared_wording", "wording_reports", largest, counts)]


def _count(rows: pd.DataFrame, length: pd.DataFrame, role: str, least: int) -> dict[str, object]:
    able = int((length[role] > 0).sum())
    used = rows[rows["role"].eq(role) & rows["n_chars"].ge(least)]
    return {"role": role, "least": least, "n_passages": len(used), "n_pairs": len(used[PAIR].drop_duplicates()),
            "n_at_risk": able * (able - 1) // 2, "n_chars": int(used["n_chars"].sum())}  # fmt: skip
