"""Changes of definition: no trend crosses one without a step."""

from __future__ import annotations

from fnmatch import fnmatch

import pandas as pd

from analysis.errors import CodebookError
from analysis.stats.frame import phrase

BREAK_COLUMNS = ["indicator", "date", "year", "province", "what_zh", "what_en", "verified", "mixed"]


def find_breaks(breaks: pd.DataFrame, indicators: list[str]) -> pd.DataFrame:
    """Return the changes of definition that concern some indicators, one row an indicator and break.

    Parameters
    ----------
    breaks : DataFrame
        tidy/breaks.csv: indicator (an id or a pattern with ``*``), date (YYYY, YYYY-MM or YYYY-MM-DD), province (empty:
        everywhere), what_zh, what_en, verified (yes, no).
    indicators : list of str
        Ids.

    Returns
    -------
    DataFrame
        indicator, date, year (the first full year of the new definition), province, what_zh, what_en (not printed
        where the source is not verified), verified (bool), mixed (bool: the year before `year` holds both).

    Raises
    ------
    CodebookError
        A date that is none.
    """
    unverified = phrase("break_unverified")
    rows = []
    for row in breaks.to_dict("records"):
        year, mixed = _first_year(str(row["date"]))
        verified = row["verified"] == "yes"
        what = {f"what_{lang}": row[f"what_{lang}"] if verified else unverified[place]
                for place, lang in enumerate(("zh", "en"))}  # fmt: skip
        rows += [
            {"indicator": name, "date": str(row["date"]), "year": year, "province": row["province"], **what,
             "verified": verified, "mixed": mixed}
            for name in indicators if any(fnmatch(name, part) for part in str(row["indicator"]).split("|"))
        ]  # fmt: skip
    found = pd.DataFrame(rows, columns=BREAK_COLUMNS).drop_duplicates(["indicator", "date", "province"])
    order = {name: place for place, name in enumerate(indicators)}
    found = found.assign(_order=found["indicator"].map(order))
    found = found.sort_values(["_order", "date", "province"], kind="stable", ignore_index=True)
    return found.drop(columns="_order")


def _first_year(date: str) -> tuple[int, bool]:
    """Return the first full year of a new definition, and whether the year before it holds both definitions."""
    parts = date.split("-")
    if not (1 <= len(parts) <= 3 and all(part.isdigit() for part in parts) and len(parts[0]) == 4):
        raise CodebookError(f"codebook/tidy/breaks.csv: the date {date!r} is not YYYY, YYYY-MM or YYYY-MM-DD.")
    starts_year = parts[1:] in (["01"], ["01", "01"])
    return int(parts[0]) + (0 if starts_year else 1), not starts_year


def number_segments(rows: pd.DataFrame, breaks: pd.DataFrame) -> pd.Series:
    """Return for each figure how many changes of definition lie before it; missing in a year that holds both.

    Parameters
    ----------
    rows : DataFrame
        Columns indicator, province, year.
    breaks : DataFrame
        As `find_breaks` returns them.
    """
    segment = pd.Series(0, index=rows.index, dtype="Int64")
    for row in breaks.itertuples():
        concerned = rows["indicator"].eq(row.indicator)
        if row.province:
            concerned &= rows["province"].eq(row.province)
        segment = segment.mask(concerned & rows["year"].ge(row.year).fillna(False), segment + 1)
        if row.mixed:
            segment = segment.mask(concerned & rows["year"].eq(row.year - 1).fillna(False))
    return segment
