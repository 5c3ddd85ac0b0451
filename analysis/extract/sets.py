"""What to look at in an extracted set, and whether it is what was shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from analysis.extract.batch import Extraction
from analysis.extract.cache import TABLES

#: Ids that one note names: a place may have hundreds of reports in a year.
_NAMED: Final = 5


def find_notes(frames: Mapping[str, pd.DataFrame], most: int | None = None) -> list[str]:
    """Return what a researcher should look at in a set.

    What was set aside, copies, the columns of tables that were used and ignored; reports without place or year;
    versions of one report (one issuer, genre, place and year, another text); several issuers for one place and year.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        At least documents and inputs of one set.
    most : int, optional
        How many notes of one kind are given, before one that says how many more there are and where they stand.
    """
    documents, inputs = frames["documents"], frames["inputs"]
    became = [
        f"{row['path']}: {row['status'].replace('_', ' ')}: {row['reason']}"
        for row in inputs.to_dict("records")
        if row["status"] in {"set_aside", "duplicate", "table"} or (row["status"] == "read" and row["reason"])
    ]
    placeless = documents[(documents["county"] == "") & (documents["unit_type"] != "prefecture")]
    nowhere = [
        f"{doc_id}: no county found. Name it in manifest.csv (columns file, county, province)."
        for doc_id in placeless["doc_id"]
    ]
    yearless = documents[documents["report_year"].isna()]
    timeless = [
        f"{doc_id}: no report year found. Give it in manifest.csv (columns file, report_year)."
        for doc_id in yearless["doc_id"]
    ]
    return [
        *_first(became, most, "inputs: the table inputs has each with its status and reason."),
        *_first(nowhere, most, "reports without a county: their cell of the table documents is empty."),
        *_first(timeless, most, "reports without a year: their cell of the table documents is empty."),
        *_first(_several(documents), most, "places and years with several reports: the tidy table units says of "
                "each what it is used for, or why not."),
    ]  # fmt: skip


def _first(notes: Sequence[str], most: int | None, rest: str) -> Sequence[str]:
    more = 0 if most is None else len(notes) - most
    return notes if more <= 0 else [*notes[:most], f"... and {more} more of {len(notes)} {rest}"]


def _several(documents: pd.DataFrame) -> list[str]:
    """Name the reports of which there are several for one place and year."""
    placed = documents[(documents["county"] != "") & documents["report_year"].notna()]
    notes = []
    for (_, county, year), group in placed.groupby(["province", "county", "report_year"], sort=True):
        if len(group) == 1:
            continue
        known = group[group["issuer"] != ""].groupby(["issuer", "genre"], sort=True)
        versions = [_listed(same["doc_id"]) for _, same in known if len(same) > 1]
        more = f"; and {len(versions) - _NAMED} more" if len(versions) > _NAMED else ""
        last = (
            f"; of versions by one issuer ({'; '.join(versions[:_NAMED])}{more}) the last published" if versions else ""
        )
        notes.append(
            f"{_listed(group['doc_id'])}: {len(group)} reports of {county} for {year}. All are kept; a comparison "
            f"takes one by issuer (joint, government, party, department){last}."
        )
    return notes


def _listed(doc_ids: pd.Series) -> str:
    more = f" and {len(doc_ids) - _NAMED} more" if len(doc_ids) > _NAMED else ""
    return ", ".join(doc_ids[:_NAMED]) + more


def verify_shipped(extraction: Extraction, shipped: Mapping[str, pd.DataFrame]) -> tuple[tuple[str, ...], list[str]]:
    """Compare freshly extracted reports with shipped ones of the same text.

    Parameters
    ----------
    extraction : Extraction
        Reports that were read.
    shipped : mapping of str to DataFrame
        The tables of a shipped set.

    Returns
    -------
    again : tuple of str
        The ids of the documents whose text stands in the shipped set.
    differences : list of str
        One line for every table of such a report that is not the same as shipped. Empty: all is verified.
    """
    theirs = shipped["documents"]
    known = {sha: doc_id for sha, doc_id in zip(theirs["sha256"], theirs["doc_id"], strict=True) if sha}
    again = {
        item.doc_id: known[item.sha256] for item in extraction.inputs if item.status == "read" and item.sha256 in known
    }
    frames = extraction.tables(again)
    differences = []
    for doc_id, shipped_id in sorted(again.items()):
        if doc_id != shipped_id:
            differences.append(f"{doc_id}: its text is shipped as {shipped_id}; the shipped facts stand.")
            continue
        for name in TABLES[:-1]:
            one, other = _of(frames, name, doc_id), _of(shipped, name, doc_id)
            if name == "documents":
                one, other = one.drop(columns="source"), other.drop(columns="source")
            if not one.equals(other):
                differences.append(f"{doc_id}: table {name} is not as shipped ({len(one)} rows, {len(other)} shipped).")
    return tuple(sorted(again)), differences


def _owner(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame["statement_id"].str.rsplit("@", n=1).str[0] if name == "codes" else frame["doc_id"]


def _of(frames: Mapping[str, pd.DataFrame], name: str, doc_id: str) -> pd.DataFrame:
    frame = frames[name]
    return frame[_owner(frame, name) == doc_id].reset_index(drop=True)
