"""What to look at in an extracted set, and whether it is what was shipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from analysis.extract.batch import Extraction
from analysis.extract.cache import TABLES


def find_notes(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return what a researcher should look at in a set: reports without place or year, two for one place and year.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        At least documents and inputs of one set.
    """
    documents, inputs = frames["documents"], frames["inputs"]
    notes = [
        f"{row['path']}: {row['status'].replace('_', ' ')}: {row['reason']}"
        for row in inputs[inputs["status"].isin(["set_aside", "duplicate"])].to_dict("records")
    ]
    placeless = documents[(documents["county"] == "") & (documents["unit_type"] != "prefecture")]
    notes += [
        f"{doc_id}: no county found. Name it in manifest.csv (columns file, county, province)."
        for doc_id in placeless["doc_id"]
    ]
    yearless = documents[documents["report_year"].isna()]
    notes += [
        f"{doc_id}: no report year found. Give it in manifest.csv (columns file, report_year)."
        for doc_id in yearless["doc_id"]
    ]
    placed = documents[(documents["county"] != "") & documents["report_year"].notna()]
    keys = [tuple(row) for row in placed[["province", "county", "report_year"]].itertuples(index=False)]
    for key, count in sorted(Counter(keys).items()):
        if count > 1:
            ids = ", ".join(doc_id for doc_id, own in zip(placed["doc_id"], keys, strict=True) if own == key)
            notes.append(
                f"{ids}: {count} reports of {key[1]} for {key[2]}. All are kept; a comparison takes one by issuer "
                "(joint, government, party, department)."
            )
    return notes


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
