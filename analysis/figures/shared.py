"""Shared wording: the passages that pairs of reports have in common, by length; no word of them is shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.errors import ParameterError
from analysis.figures.canvas import line_key, needs
from analysis.figures.labels import caption, label, word
from analysis.figures.links import find_link
from analysis.figures.rows import draw_rows
from analysis.figures.style import BLUE, Drawing

#: Beyond so many pairs a row is a role and relation instead of a pair.
MAX_PAIRS = 30
DOT: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 4.0, "color": BLUE}


@needs("role", "doc_a", "doc_b", "n_chars", "formula", "place_a", "place_b", "relation")
def plot_shared_wording(table: pd.DataFrame, lang: str = "zh") -> Drawing:
    """Draw every shared passage as a point at its length, one row a role and pair; known formula is hollow.

    Parameters
    ----------
    table : DataFrame or Result
        One row a passage, as the part ``passages`` of `estimate_shared_wording` gives it: role, doc_a, doc_b, n_chars
        (characters), formula, place_a, place_b, relation. More than 30 pairs are drawn as one row a role and relation.
    lang : {"zh", "en"}

    Returns
    -------
    Drawing

    Raises
    ------
    ParameterError
        There is no passage.
    """
    if table.empty:
        raise ParameterError(word("no_rows", lang))
    many = len(table[["role", "doc_a", "doc_b"]].drop_duplicates()) > MAX_PAIRS
    keys = ["role", "relation"] if many else ["role", "doc_a", "doc_b"]
    groups = [group for _, group in table.groupby(keys, sort=False)]
    names = [_name(group.iloc[0], many, lang) for group in groups]
    counts = [word("passages", lang, n=len(group), chars=int(group["n_chars"].sum())) for group in groups]
    known = table["formula"].eq("true")
    legend = [line_key(word("one_passage", lang), **DOT)]
    if known.any():
        legend.append(line_key(word("known_formula", lang), **{**DOT, "markerfacecolor": "white"}))
    ends = (0.0, float(table["n_chars"].max()) * 1.08)
    drawing, axes, places = draw_rows(names, counts, legend, ends, word("characters_axis", lang))
    for group, place in zip(groups, places, strict=True):
        for row in group.to_dict("records"):
            face = "white" if row["formula"] == "true" else BLUE
            axes.plot([row["n_chars"]], [place], **{**DOT, "markerfacecolor": face}, alpha=0.6, url=find_link(row))
    drawing.caption = caption("shared_wording", lang)
    return drawing


def _name(row: pd.Series, many: bool, lang: str) -> str:
    role = label("role", str(row["role"]), lang)
    if many:
        return word("list", lang).join((role, label("relation", str(row["relation"]), lang)))
    one, other = (label("place", str(row[f"place_{side}"]), lang) for side in "ab")
    return word("pair", lang, role=role, a=one, b=other)
