"""From an id to all that is known of it, down to the sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from os.path import commonprefix
from pathlib import Path

import pandas as pd

from analysis import codebook, paths
from analysis.contract import stage_tables
from analysis.errors import CorrectionError, FazhiError
from analysis.evidence.blocks import (
    passage_id,
    show_check,
    show_content,
    show_document,
    show_figure,
    show_indicator,
    show_observation,
    show_passage,
    show_statement,
)
from analysis.evidence.building import build_dossiers
from analysis.evidence.dossiers import Dossier
from analysis.evidence.pages import find_pages
from analysis.evidence.shown import Block, Line, Shown
from analysis.evidence.words import words
from analysis.extract.texts import find_places, find_texts
from analysis.files import shown
from analysis.partitions import Partition, is_partitioned, read_partition, read_rows
from analysis.tables import empty_table
from analysis.tidy import add_codings, build_tidy, read_corrections, read_sets
from analysis.tidy.corrections import apply_corrections, owner

Frames = Mapping[str, pd.DataFrame]
NEAREST = 5


def show(
    id: str,
    facts: Frames | str | os.PathLike[str] | None = None,
    corrections: pd.DataFrame | None = None,
    texts: Mapping[str, str] | None = None,
) -> Shown:
    """Show what an id stands for, and the sentence it comes from where the text is at hand.

    Parameters
    ----------
    id : str
        A mention_id or statement_id, a doc_id, an observation_id or check_id, ``INDICATOR@DOC_ID`` or, with an item of
        mandated.csv, ``ITEM@DOC_ID``, or a passage that two reports share, ``DOC_ID@START|DOC_ID@START``.
    facts : mapping of str to DataFrame, or path, optional
        Extracted tables, or their folder; by default those in data/extracted/, with people's codings (data/codes/). Of
        tables in partitions only the partition of the report is read.
    corrections : DataFrame, optional
        Table ``corrections``; by default data/corrections.csv, unless facts are given as tables.
    texts : mapping of str to str, optional
        Texts by doc_id; by default those in data/raw/ and data/text/.

    Returns
    -------
    Shown
        Matches, observations and checks are made anew for this report, so they are those of the present codebook.
        Where the evidence of a data set stands on several pages below figures/, the one with this report is named.

    Raises
    ------
    FazhiError
        No row has this id; the nearest ids are named.
    """
    if facts is None:
        facts = add_codings(read_sets([paths.extracted()]), paths.codes())
    elif not isinstance(facts, Mapping):
        facts = _read_partition_of(id, Path(facts)) if is_partitioned(facts) else read_sets([facts])
    else:
        corrections = empty_table("corrections") if corrections is None else corrections
    corrections = read_corrections(paths.corrections()) if corrections is None else corrections
    doc_id = _document_of(id, facts["documents"]["doc_id"])
    if not doc_id:
        raise FazhiError(_unknown(id, facts, ""))
    for row in facts["reuse"].to_dict("records") if "|" in id and "reuse" in facts else ():
        if passage_id(row) == id:
            pair = {name: _dossier(name, facts, corrections, texts)[0] for name in (row["doc_a"], row["doc_b"])}
            return Shown(id, tuple(show_passage(row, pair)))
    dossier, tidy, notes = _dossier(doc_id, facts, corrections, texts)
    blocks = _blocks(id, dossier, tidy, notes)
    if not blocks:
        raise FazhiError(_unknown(id, facts, doc_id, [*tidy["observations"]["observation_id"]]))
    pages = [Line(words("evidence_page"), f"{shown(page)}#{id}") for page in _pages_of(dossier)]
    return Shown(id, (replace(blocks[0], lines=(*blocks[0].lines, *pages)), *blocks[1:]))


def _pages_of(dossier: Dossier) -> list[Path]:
    return find_pages(dossier.id, str(dossier.document["sha256"]), paths.figures())


def _read_partition_of(name: str, folder: Path) -> Frames:
    """Return the extracted tables of the partitions with the reports of an id, or the ids of all reports."""
    if not (folder / "documents").is_dir():
        raise FazhiError(f"{shown(folder)} holds tidy tables. Name the folder that `fazhi extract ... --partitioned` "
                         "made; what is tidy is built anew for the report.")  # fmt: skip
    places = read_rows(folder, "documents", ["doc_id", "in_province", "in_year"]).set_index("doc_id")
    doc_ids = [doc_id for part in name.split("|") if (doc_id := _document_of(part, places.index))]
    if not doc_ids:
        return {"documents": places.reset_index()}
    partitions = dict.fromkeys(Partition(*places.loc[doc_id]) for doc_id in doc_ids)
    read = [read_partition(folder, partition, stage_tables("extracted")) for partition in partitions]
    found = {table: pd.concat([tables[table] for tables in read], ignore_index=True) for table in read[0]}
    # A passage stands in the partition of its first report, and the other one is of the same province.
    other = read_rows(folder, "reuse", doc_b=doc_ids, in_province=[partition.province for partition in partitions])
    return {**found, "reuse": pd.concat([found["reuse"], other], ignore_index=True).drop_duplicates()}


def _dossier(
    doc_id: str, facts: Frames, corrections: pd.DataFrame, texts: Mapping[str, str] | None
) -> tuple[Dossier, Frames, list[str]]:
    """Return all that is known of one report, its tidy tables, and what of its corrections does not fit."""
    own = _only(facts, doc_id)
    changes = corrections[corrections["id"].map(owner) == doc_id]
    try:
        tidy, corrected, notes = build_tidy(own, changes), apply_corrections(own, changes)[0], []
    except CorrectionError as error:
        tidy, corrected, notes = build_tidy(own), own, [str(violation) for violation in error.violations]
    (dossier,) = build_dossiers(corrected, tidy, find_texts(own["documents"]) if texts is None else texts)
    if texts is None:
        dossier = replace(dossier, places=find_places(str(dossier.document["sha256"])))
    return dossier, tidy, notes


def _blocks(name: str, dossier: Dossier, tidy: Frames, notes: list[str]) -> list[Block]:
    if name == dossier.id:
        return [show_document(dossier, notes)]
    indicator = name.rpartition("@")[0] if name.endswith(f"@{dossier.id}") else ""
    if indicator in codebook.rows_by("tidy/indicators"):
        coverage = tidy["coverage"].query("item == @indicator").to_dict("records")
        return show_indicator(indicator, coverage[0] if coverage else None, dossier)
    for content in dossier.contents:
        if name == f"{content.item}@{dossier.id}":
            return show_content(content, dossier)
    blocks = [show_figure(figure, dossier) for figure in dossier.figures if figure.id == name]
    blocks += [show_statement(row, dossier) for row in dossier.statements if row["statement_id"] == name]
    for row in tidy["observations"].query("observation_id == @name").to_dict("records"):
        blocks += show_observation(row, dossier)
    for row in dossier.checks:
        blocks += show_check(row, dossier) if row["check_id"] == name else []
    return blocks


def _document_of(name: str, doc_ids: Iterable[str]) -> str:
    """Return the report an id belongs to: the longest doc_id it begins with, or ends with after an @."""
    fits = [
        doc_id
        for doc_id in doc_ids
        if name == doc_id or name.startswith((f"{doc_id}@", f"{doc_id}#", f"{doc_id}~")) or name.endswith(f"@{doc_id}")
    ]
    return max(fits, key=len, default="")


def _only(facts: Frames, doc_id: str) -> dict[str, pd.DataFrame]:
    """Return the rows of one report from every table."""
    own = {}
    for name in stage_tables("extracted"):
        frame = facts.get(name, empty_table(name))
        if name == "codes":
            frame = frame[frame["statement_id"].map(owner) == doc_id]
        elif name == "reuse":
            frame = frame[(frame["doc_a"] == doc_id) | (frame["doc_b"] == doc_id)]
        elif "doc_id" in frame:
            frame = frame[frame["doc_id"] == doc_id]
        else:
            frame = empty_table(name)
        own[name] = frame.reset_index(drop=True)
    return own


def _unknown(name: str, facts: Frames, doc_id: str, observations: list[str] | None = None) -> str:
    """Say that no row has an id, and which are nearest: by offset, by spelling, or the report's own."""
    close = _nearest(name, facts, doc_id, observations or [])
    what = "An id is a doc_id, a mention or statement (DOC_ID@START), an observation, a check, or INDICATOR@DOC_ID."
    return f"No row has the id {name!r}. Nearest: {', '.join(close) or 'none'}. {what}"


def _nearest(name: str, facts: Frames, doc_id: str, observations: list[str]) -> list[str]:
    doc_ids = sorted(facts["documents"]["doc_id"])
    if not doc_id:
        stem = re.split("[@#~]", name, maxsplit=1)[0]
        return sorted(doc_ids, key=lambda doc_id: _distance(doc_id, stem))[:NEAREST]
    if name.endswith(f"@{doc_id}"):
        spelled = get_close_matches(name.rpartition("@")[0], list(codebook.rows_by("tidy/indicators")), NEAREST, 0.4)
        return [f"{indicator}@{doc_id}" for indicator in spelled]
    ids = [
        row_id
        for table, key in (("mentions", "mention_id"), ("statements", "statement_id"))
        for row_id in facts[table].loc[facts[table]["doc_id"] == doc_id, key]
    ]
    place = name.removeprefix(f"{doc_id}@")
    if place.isdecimal():
        starts = {row_id: row_id.rpartition("@")[2] for row_id in dict.fromkeys(ids)}
        near = [row_id for row_id, start in starts.items() if start.isdecimal()]
        return sorted(near, key=lambda row_id: (abs(int(starts[row_id]) - int(place)), row_id))[:NEAREST]
    return get_close_matches(name, [*dict.fromkeys(ids), *observations], NEAREST, 0.4) or [doc_id]


def _distance(one: str, other: str) -> tuple[int, float, str]:
    """Rank spellings: the longest common beginning first, then what is most alike."""
    return -len(commonprefix([one, other])), -SequenceMatcher(None, one, other).ratio(), one
