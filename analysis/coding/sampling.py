"""Drawing with known probabilities: whole reports first, by stratum, then figures within them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

#: Fewer reports than these make no stratum of their own.
LEAST = 2
REST = "other"


def allocate(sizes: Mapping[str, int], total: int, shares: Mapping[str, float] | None = None) -> dict[str, int]:
    """Share out a sample among strata.

    Every stratum gets two, or all it has; the rest goes by ``shares`` (by size without them), one unit after the other
    to the stratum that is furthest behind (Sainte-Lague), and never more to a stratum than it has.

    Parameters
    ----------
    sizes : mapping of str to int
        Units of each stratum.
    total : int
        Units to draw; all where there are fewer. If it is below two a stratum, every stratum still gets its two.
    shares : mapping of str to float, optional
        Relative weights.

    Examples
    --------
    >>> allocate({"government": 80, "department": 20}, 10)
    {'government': 8, 'department': 2}
    >>> allocate({"a": 3, "b": 50}, 20, {"a": 1, "b": 1})
    {'a': 3, 'b': 17}
    """
    weights = shares or sizes
    given = {name: int(min(size, LEAST)) for name, size in sizes.items()}
    for _ in range(min(total, sum(sizes.values())) - sum(given.values())):
        free = [name for name, size in sizes.items() if given[name] < size]
        given[max(free, key=lambda name: (weights[name] / (given[name] + 0.5), name))] += 1
    return given


def draw_reports(documents: pd.DataFrame, number: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw reports at random without replacement within strata by type of issuer.

    Parameters
    ----------
    documents : DataFrame
        Reports that can be drawn: doc_id and issuer_type. Types with one report make the stratum ``other``.
    number : int
        Reports to draw; shared out in proportion to the strata, at least two each.

    Returns
    -------
    DataFrame
        doc_id, stratum, n_stratum (reports that could be drawn), p_report (probability of being drawn).
    """
    kinds = documents["issuer_type"].replace("", REST)
    sizes = kinds.value_counts()
    strata = kinds.where(kinds.map(sizes) >= LEAST, REST)
    listed = documents[["doc_id"]].assign(stratum=strata).sort_values(["stratum", "doc_id"], ignore_index=True)
    return draw(listed, allocate(_sizes(listed["stratum"]), number), rng).rename(columns={"p": "p_report"})


def draw(units: pd.DataFrame, wanted: Mapping[str, int], rng: np.random.Generator) -> pd.DataFrame:
    """Draw so many units of every stratum at random without replacement; adds n_stratum and p."""
    sizes = _sizes(units["stratum"])
    drawn: list[pd.DataFrame] = []
    for name in sorted(sizes):
        own = units[units["stratum"] == name]
        places = np.sort(rng.choice(len(own), wanted[name], replace=False))
        drawn.append(own.iloc[places].assign(n_stratum=sizes[name], p=wanted[name] / sizes[name]))
    return pd.concat(drawn, ignore_index=True) if drawn else units.assign(n_stratum=0, p=0.0)


def _sizes(strata: pd.Series) -> dict[str, int]:
    return {str(name): int(size) for name, size in strata.value_counts().sort_index().items()}


def shuffled(rows: Sequence[dict[str, str]], rng: np.random.Generator) -> list[dict[str, str]]:
    """Return rows in random order."""
    return [rows[place] for place in rng.permutation(len(rows))]
