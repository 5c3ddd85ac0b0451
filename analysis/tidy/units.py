"""Units: which place or body a report speaks for, through time, and which report speaks for a unit and year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.tables import fit_table
from analysis.text.divisions import COUNTY_LEVELS, short_name
from analysis.tidy.lineage import Unit, find_unit

REPORT_GENRES = ("annual_report", "party_report", "department_report", "inspection_reply")
PRECEDENCE = {"party_and_government": 0, "government": 1, "management_committee": 1, "party_committee": 2}
COUNTY_TYPES = (*COUNTY_LEVELS, "functional_zone")
PLACE_COLUMNS = ("adcode", "parent_adcode", "county", "prefecture", "province", "unit_type", "issuer", "title")


def has_flag(flags: pd.Series, flag: str) -> pd.Series:
    """Return which cells of a |-list hold a flag."""
    return ("|" + flags.astype("str") + "|").str.contains(f"|{flag}|", regex=False)


def find_relaying(observations: pd.DataFrame) -> set[str]:
    """Return the documents of departments that give their county's own figures (flag ``relayed``)."""
    return set(observations.loc[has_flag(observations["flags"], "relayed"), "doc_id"])


def describe_units(documents: pd.DataFrame, relaying: set[str]) -> pd.DataFrame:
    """Add to documents the unit they speak for, its level, a readable name, and whether a department relays.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    relaying : set of str
        The documents of departments that give the county's own figures and so speak for it.

    Returns
    -------
    DataFrame
        documents with relaying (bool), level (county, prefecture, province, township or empty), unit_id and place (a
        name, made unique by the higher place where two units share it), sorted by doc_id. A place is one unit through
        changes of code, name and rank, see `analysis.tidy.lineage.find_unit`; a zone is its parent's unit_id and its
        name, a department or township its place's unit_id and its own name.
    """
    frame = documents.copy()
    for column in PLACE_COLUMNS:
        if column not in frame:
            frame[column] = ""
    frame["relaying"] = frame["doc_id"].isin(relaying)
    rows = list(frame[["doc_id", "issuer_type", "report_year", "relaying", *PLACE_COLUMNS]].itertuples(index=False))
    frame["level"] = [_level(row) for row in rows]
    frame["unit_id"] = pd.Series([_unit(row) for row in rows], index=frame.index, dtype="str")
    frame["place"] = _places(frame)
    return frame.sort_values("doc_id", kind="stable", ignore_index=True)


def _level(row: Any) -> str:
    if row.issuer_type == "township":
        return "township"
    if row.unit_type:
        return "county" if row.unit_type in COUNTY_TYPES else "prefecture"
    if (row.adcode and not row.adcode.endswith("00")) or row.county:
        return "county"
    if (row.adcode and not row.adcode.endswith("0000")) or row.prefecture:
        return "prefecture"
    return "province" if row.province else ""


def _lineage(code: str, row: Any) -> Unit:
    return find_unit(code, None if pd.isna(row.report_year) else int(row.report_year))


def _place(row: Any) -> str:
    """Return the unit of the place a report is about, "" where no place is known."""
    if row.adcode:
        return _lineage(row.adcode, row).unit_id
    if row.parent_adcode and row.county:
        return f"{_lineage(row.parent_adcode, row).unit_id}:{row.county}"
    names = "/".join([row.province, row.prefecture, row.county])
    return names if names.strip("/") else ""


def is_body(row: Any) -> bool:
    """Say whether a report speaks for its issuer alone, not for the place."""
    return row.issuer_type == "township" or (row.issuer_type == "department" and not row.relaying)


def _unit(row: Any) -> str:
    place = _place(row)
    if not place:
        return str(row.doc_id)
    return f"{place}/{_own_name(row) or row.doc_id}" if is_body(row) else place


def _own_name(row: Any) -> str:
    """Return a body's name without that of its place, which may change: 密云县司法局, 密云区司法局."""
    for name in (row.county, short_name(row.county), row.prefecture):
        if name and row.issuer.startswith(name) and row.issuer != name:
            return str(row.issuer.removeprefix(name))
    return str(row.issuer)


def _places(frame: pd.DataFrame) -> pd.Series:
    name = frame["county"].where(frame["county"] != "", frame["prefecture"])
    name = name.where(name != "", frame["province"]).where(lambda given: given != "", frame["issuer"])
    name = name.where(name != "", frame["doc_id"])
    higher = frame["prefecture"].where(frame["prefecture"] != "", frame["province"])
    place = frame["unit_id"].str.split("/").str[0]
    shared = place.groupby(name).transform("nunique") > 1
    return name.where(~shared | (higher == "") | (higher == name), higher + name)


def choose_reports(frame: pd.DataFrame, reason: pd.Series, genres: Sequence[str] = REPORT_GENRES) -> pd.DataFrame:
    """Choose the report that speaks for each unit and year, by a rule stated beforehand.

    A joint report of party and government comes before the government's (a management committee counts as the
    government of its zone), the government's before the party's, the party's before that of a department which relays.
    Of several by one type of issuer the one published last speaks, else the one signed last, else the first doc_id.
    A full report comes before an opening or a part, a report on the year before another genre.

    Parameters
    ----------
    frame : DataFrame
        As `describe_units` returns it.
    reason : Series of str
        Why a document is out of the question; empty where it is not.
    genres : sequence of str
        Genres that are a unit's report on a year.

    Returns
    -------
    DataFrame
        use (kept, shown, set_aside), reason and kept_doc_id (the document that speaks), with the index of `frame`.
        ``version``: what speaks is another version by the same issuer; ``superseded``: it is another issuer's report.
    """
    other = frame["genre"].ne("") & ~frame["genre"].isin(list(genres))
    why_hollow = frame["coverage"].where(frame["coverage"].isin(["opening", "partial"]), "")
    why_hollow = why_hollow.mask((why_hollow == "") & frame["genre"].eq(""), "no_genre").mask(other, "genre")
    rank = frame["issuer_type"].map(PRECEDENCE).fillna(len(PRECEDENCE))
    eligible = frame.assign(other=other, hollow=why_hollow != "", rank=rank)[reason == ""]
    for column in ("published", "dated"):
        eligible[column] = eligible.get(column, "")
    order = ["unit_id", "report_year", "other", "hollow", "rank", "published", "dated", "doc_id"]
    ordered = eligible.sort_values(
        order, kind="stable", ascending=[name not in {"published", "dated"} for name in order]
    )
    speaks = ordered.groupby(["unit_id", "report_year"], sort=False)["doc_id"].transform("first")
    speaks = speaks.reindex(frame.index).fillna("")
    kinds = dict(zip(frame["doc_id"], zip(frame["issuer"], frame["genre"], strict=True), strict=True))
    alike = [
        bool(kinds[own][0]) and kinds.get(other) == kinds[own]
        for own, other in zip(frame["doc_id"], speaks, strict=True)
    ]
    beside = (reason == "") & (speaks != frame["doc_id"])
    reason = reason.mask(beside, pd.Series(alike, index=frame.index).map({True: "version", False: "superseded"}))
    shown = (reason == "") & (why_hollow != "")
    use = pd.Series("kept", index=frame.index).mask(reason != "", "set_aside").mask(shown, "shown")
    return pd.DataFrame({"use": use, "reason": reason.mask(shown, why_hollow), "kept_doc_id": speaks})


def describe_reports(documents: pd.DataFrame, relaying: set[str]) -> pd.DataFrame:
    """Return documents as `describe_units` does, with the columns of `choose_reports`; a plan reports on no year."""
    frame = describe_units(documents, relaying)
    reason = pd.Series("", index=frame.index).mask(frame["genre"].eq("plan"), "genre")
    reason = reason.mask((reason == "") & frame["report_year"].isna(), "no_year")
    return frame.assign(**dict(choose_reports(frame, reason).items()))


def build_units(documents: pd.DataFrame, relaying: set[str]) -> pd.DataFrame:
    """Return the table `units`: for each document the unit it speaks for, and whether it is the one that speaks.

    Parameters
    ----------
    documents : DataFrame
        The extracted table `documents`.
    relaying : set of str
        See `describe_units`.
    """
    rows = describe_reports(documents, relaying)
    lineages = [_lineage(row.adcode or row.parent_adcode, row) for row in rows.itertuples()]
    rows["adcode_now"] = [unit.adcode_now for unit in lineages]
    rows["place_unit"] = [_above(row) for row in rows.itertuples()]
    rows["merged_into"] = ["|".join(unit.merged_into) for unit in lineages]
    rows["absorbed"] = ["|".join(f"{year}:{unit_id}" for year, unit_id in unit.absorbed) for unit in lineages]
    kept = ["doc_id", "unit_id", "place", "level", "report_year", "issuer_type", "adcode", "adcode_now", "place_unit",
            "merged_into", "absorbed", "use", "reason", "kept_doc_id"]  # fmt: skip
    return fit_table(rows[kept], "units")


def _above(row: Any) -> str:
    """Return the unit a body or zone belongs to: a department's or township's place, a zone's parent."""
    if is_body(row):
        return _place(row)
    return _lineage(row.parent_adcode, row).unit_id if row.parent_adcode and not row.adcode else ""
