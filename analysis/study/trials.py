"""What an indicator or a category takes of the facts at hand, and what it narrowly misses."""

from __future__ import annotations

from difflib import get_close_matches

import pandas as pd

from analysis import codebook, paths
from analysis.errors import CodebookError
from analysis.figures.texttable import table_text
from analysis.tidy import read_sets
from analysis.tidy.matches import build_matches, fold, triggers

SEEN = ["mention_id", "surface", "measure", "action", "form"]


def try_codebook(name: str) -> str:
    """Try an indicator or a category on the facts in data/extracted.

    Returns
    -------
    str
        For an indicator: its triggers, the figures it takes, and the near misses: figures whose measure holds one of
        its triggers and that went elsewhere or nowhere, with the reason. For a category: its triggers and the coded
        statements, which stand on disk as codes and places, without their words.

    Raises
    ------
    CodebookError
        There is no such id; the nearest ones are named.
    """
    indicators, categories = codebook.rows_by("tidy/indicators"), codebook.rows_by("tidy/categories")
    facts = read_sets([paths.extracted()])
    if name in indicators:
        return _indicator(name, facts)
    if name in categories:
        return _category(name, facts)
    close = get_close_matches(name, [*indicators, *categories], n=5, cutoff=0.4)
    raise CodebookError(f"There is no indicator or category {name!r}. Near it: {', '.join(close) or 'none'}.")


def _indicator(name: str, facts: dict[str, pd.DataFrame]) -> str:
    matches = build_matches(facts["mentions"], facts["documents"])
    figures = facts["mentions"][SEEN].merge(matches, on="mention_id")
    words = {trigger.words for trigger in triggers() if trigger.indicator == name}
    takes = figures["indicator"] == name
    near = ~takes & figures["measure"].map(lambda measure: any(word in fold(measure) for word in words))
    rows = [row for row in codebook.read_rows("tidy/triggers") if row["indicator"] == name]
    parts = [
        f"{name}: {codebook.label(name, 'zh')} · {codebook.label(name, 'en')}",
        table_text(pd.DataFrame(rows, dtype="str").drop(columns="indicator")) if rows else "no trigger",
        f"takes {int(takes.sum())}:",
        table_text(figures.loc[takes, [*SEEN, "rule", "component", "used", "reason"]]),
        f"near misses {int((near & (figures['reason'] != 'named')).sum())}:",
        table_text(figures.loc[near & (figures["reason"] != "named"), [*SEEN, "indicator", "reason", "runner_up"]]),
    ]
    return "\n".join(parts)


def _category(name: str, facts: dict[str, pd.DataFrame]) -> str:
    rows = [row for row in codebook.read_rows("text/category_triggers") if row["category"] == name]
    coded = facts["codes"].query("category == @name")[["statement_id", "coder", "primary"]]
    shared = facts["codes"].merge(coded[["statement_id"]].drop_duplicates(), on="statement_id")
    other = (
        shared.loc[shared["category"] != name, "category"].value_counts().rename_axis("category").reset_index(name="n")
    )
    parts = [
        f"{name}: {codebook.label(name, 'zh')} · {codebook.label(name, 'en')}",
        table_text(pd.DataFrame(rows, dtype="str").drop(columns="category")) if rows else "no trigger",
        f"takes {coded['statement_id'].nunique()} statements:",
        table_text(coded),
        "the same statements are also coded:",
        table_text(other),
    ]
    return "\n".join(parts)
