"""What to look at in an extracted set, and whether it is what was shipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import pandas as pd

#: The tables extraction makes; `reuse` is a step of its own.
TABLES: Final = ("documents", "sections", "mentions", "statements", "codes", "contents", "inputs")


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


def verify_shipped(
    frames: Mapping[str, pd.DataFrame], shipped: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Compare freshly extracted reports with shipped ones of the same text, and leave them out.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        The result of `extract`.
    shipped : mapping of str to DataFrame
        The tables of a shipped set.

    Returns
    -------
    frames : dict of str to DataFrame
        Without the reports whose text stands in the shipped set; their inputs have status ``unchanged``.
    differences : list of str
        One line for every table of such a report that is not the same as shipped. Empty: all is verified.
    """
    ours, theirs = frames["documents"], shipped["documents"]
    known = {sha: doc_id for sha, doc_id in zip(theirs["sha256"], theirs["doc_id"], strict=True) if sha}
    again = {row.doc_id: known[row.sha256] for row in ours.itertuples() if row.sha256 in known}
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
    rest = {name: frame[~_owner(frame, name).isin(again)].reset_index(drop=True) for name, frame in frames.items()}
    inputs = frames["inputs"].copy()
    same = inputs["doc_id"].isin(again) & (inputs["status"] == "read")
    inputs.loc[same, "status"] = "unchanged"
    inputs.loc[same, "reason"] = "this text is in a shipped set"
    return rest | {"inputs": inputs}, differences


def _owner(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame["statement_id"].str.rsplit("@", n=1).str[0] if name == "codes" else frame["doc_id"]


def _of(frames: Mapping[str, pd.DataFrame], name: str, doc_id: str) -> pd.DataFrame:
    frame = frames[name]
    return frame[_owner(frame, name) == doc_id].reset_index(drop=True)
