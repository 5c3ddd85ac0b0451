"""Shared wording of a corpus that is larger than memory: formula over all of it, passages within provinces."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.extract.texts import TextFinder
from analysis.files import writing
from analysis.partitions.storage import find_partitions, read_rows, write_part
from analysis.progress import watch
from analysis.reuse import (
    CORPUS,
    LEAST,
    ROLES,
    IsFormula,
    find_common,
    find_issuers,
    find_passages,
    find_runs,
    fold_sources,
    lay_out,
    name_passages,
)

#: Reports whose pairs are looked at together: a province with more is compared in pieces.
BLOCK: Final = 4_000
#: Into how many files the runs of characters of each role are parted, by their keys, to be counted one by one.
_PARTS: Final = 256
_COLUMNS: Final = ("doc_id", "sha256", "adcode", "county", "province", "in_province", "in_year")


class Shared(NamedTuple):
    """What came of it.

    Attributes
    ----------
    passages, reports : int
        The rows of the table ``reuse``, and the reports whose texts were at hand.
    apart : int
        Runs of `least` characters that are no formula and that reports share which were not compared.
    pieces : dict of str to int
        In how many pieces a province was compared, where it was more than one.
    missing : list of str
        The reports that have a text which is not at hand.
    """

    passages: int
    reports: int
    apart: int
    pieces: dict[str, int]
    missing: list[str]


def write_reuse(
    folder: str | os.PathLike[str],
    folders: Iterable[str | os.PathLike[str]] | None = None,
    *,
    sources: Iterable[str] = (),
    least: int = LEAST,
) -> Shared:
    """Find the passages that reports in partitions share, and write them beside the other tables.

    What is formula (see `analysis.reuse.find_reuse`) is counted over the whole corpus, in files on disk. Passages are
    looked for among the reports of one province, of whatever year, so that neither time nor memory grow with the pairs
    of the corpus; a province of more than `BLOCK` reports is parted into pieces, the reports of a place together.

    Parameters
    ----------
    folder : path
        Extracted tables in partitions. A passage stands in the partition of its first report.
    folders : iterable of path, optional
        Where the texts lie; see `analysis.extract.texts.find_texts`.
    sources : iterable of str
        National and provincial texts; a passage that stands in one is formula.
    least : int
        The fewest characters of a passage.

    Returns
    -------
    Shared

    Raises
    ------
    FazhiError
        There are no partitions, or the table cannot be written; a former one is whole. It stays, too, where no text is
        at hand.
    """
    folder = Path(folder).absolute()
    partitions = find_partitions(folder)
    documents = read_rows(folder, "documents", _COLUMNS)
    blocks, chosen = _part(documents), list(folders) if folders is not None else None
    with writing(folder.parent), TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as name:
        place = Path(name)
        at_hand = _count_runs(blocks, documents, folder, chosen, least, place)
        missing = documents.loc[~at_hand & (documents["sha256"] != "").to_numpy(), "doc_id"].tolist()
        if not at_hand.any():
            return Shared(0, 0, 0, {}, missing)
        counted = [_find_formula(role, documents, blocks, at_hand, place) for role in ROLES]
        formula = (
            {role: keys for role, (keys, _) in zip(ROLES, counted, strict=True)} if at_hand.sum() >= CORPUS else {}
        )
        known, passages = fold_sources(sources), 0
        with TextFinder(documents["sha256"], chosen) as finder:
            for province, rows in _find_rows(blocks, documents, folder, finder, formula, known, least):
                passages += len(rows)
                years = documents.set_index("doc_id")["in_year"].reindex(rows["doc_a"]).to_numpy()
                for partition in (one for one in partitions if one.province == province):
                    write_part(rows[years == partition.year], "reuse", place, partition)
        _put(place / "reuse", folder)
    names = [documents["in_province"].iloc[block[0]] for block in blocks]
    pieces = {name: names.count(name) for name in dict.fromkeys(names) if names.count(name) > 1}
    return Shared(passages, int(at_hand.sum()), sum(apart for _, apart in counted), pieces, missing)


def _part(documents: pd.DataFrame) -> list[np.ndarray]:
    """Return the rows of documents, which are in the order of doc_id, that are compared with each other."""
    blocks: list[np.ndarray] = []
    places = find_issuers(documents.set_index("doc_id"))["place"].to_numpy()
    for _, rows in documents.groupby("in_province", sort=True).indices.items():
        ordered = rows[np.argsort(places[rows], kind="stable")]
        starts = np.flatnonzero(np.append(True, np.diff(places[ordered]) != 0))
        piece: list[np.ndarray] = []
        for own in np.split(ordered, starts[1:]):
            if piece and sum(map(len, piece)) + len(own) > BLOCK:
                blocks.append(np.sort(np.concatenate(piece)))
                piece = []
            piece.append(own)
        blocks.append(np.sort(np.concatenate(piece)))
    return blocks


def _bits(documents: pd.DataFrame) -> np.uint64:
    """Return how many of the bits of a run's key give way to the number of a report."""
    return np.uint64(max(1, len(documents) - 1).bit_length())


def _count_runs(
    blocks: Sequence[np.ndarray], documents: pd.DataFrame, folder: Path, folders: list[str | os.PathLike[str]] | None,
    least: int, place: Path,
) -> np.ndarray:  # fmt: skip
    """Write which run of characters stands in which report, by role and key, and return which texts are at hand."""
    at_hand, bits = np.zeros(len(documents), dtype=bool), _bits(documents)
    with TextFinder(documents["sha256"], folders) as finder:
        for block in watch(blocks, len(blocks), "provinces"):
            own = documents.iloc[block]
            texts = finder.find(own)
            here = block[own["doc_id"].isin(texts)]
            at_hand[here] = True
            for role, laid in lay_out(texts, _sections(folder, own)):
                whole, keys = find_runs(laid.codes, least)
                packed = np.unique(keys >> bits << bits | here[laid.reports[whole]].astype("uint64"))
                parts = packed >> np.uint64(64 - (_PARTS - 1).bit_length())
                for part in np.unique(parts):
                    with (place / f"{role}.{part}").open("ab") as file:
                        first, last = np.searchsorted(parts, [part, part + np.uint64(1)])
                        packed[first:last].tofile(file)
    return at_hand


def _find_formula(
    role: str, documents: pd.DataFrame, blocks: Sequence[np.ndarray], at_hand: np.ndarray, place: Path
) -> tuple[np.ndarray, int]:
    """Return the keys of the runs that are formula, and how many others reports of different blocks share."""
    bits, number = _bits(documents), np.cumsum(at_hand) - 1
    issuers = find_issuers(documents[at_hand].set_index("doc_id"))
    block_of = np.empty(len(documents), dtype="int64")
    for at, block in enumerate(blocks):
        block_of[block] = at
    found, apart = [np.empty(0, dtype="uint64")], 0
    for file in sorted(place.glob(f"{role}.*"), key=lambda file: int(file.suffix[1:])):
        packed = np.sort(np.fromfile(file, dtype="uint64"))
        file.unlink()
        keys, reports = packed >> bits, (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype("int64")
        groups = np.cumsum(np.append(0, np.diff(keys) != 0))
        repeated = np.bincount(groups)[groups] > 1
        if not repeated.any():
            continue
        keys, reports = keys[repeated], reports[repeated]
        groups = np.unique(groups[repeated], return_inverse=True)[1]
        starts = np.flatnonzero(np.append(True, np.diff(groups) != 0))
        common = find_common(groups, number[reports], issuers)
        among = block_of[reports]
        spread = np.minimum.reduceat(among, starts) != np.maximum.reduceat(among, starts)
        apart += int((spread & ~common).sum())
        found.append(keys[starts][common])
    return np.concatenate(found), apart


def _find_rows(
    blocks: Sequence[np.ndarray], documents: pd.DataFrame, folder: Path, finder: TextFinder,
    formula: dict[str, np.ndarray], known: Sequence[str], least: int,
) -> Iterator[tuple[str, pd.DataFrame]]:  # fmt: skip
    """Yield every province with the passages that its reports share."""
    bits = _bits(documents)
    found: list[pd.DataFrame] = []
    for at, block in enumerate(watch(blocks, len(blocks), "provinces")):
        own = documents.iloc[block]
        province, texts = own["in_province"].iloc[0], finder.find(own)
        if texts:
            passages = [
                find_passages(laid, least, _known_formula(formula[role], bits) if formula else None, known).assign(
                    role=role
                )
                for role, laid in lay_out(texts, _sections(folder, own))
            ]
            found.append(name_passages(passages, sorted(texts)))
        if at + 1 == len(blocks) or documents["in_province"].iloc[blocks[at + 1][0]] != province:
            if found:
                yield province, pd.concat(found, ignore_index=True)
            found = []


def _known_formula(formula: np.ndarray, bits: np.uint64) -> IsFormula:
    def is_formula(keys: np.ndarray, groups: np.ndarray, _: np.ndarray) -> np.ndarray:
        starts = np.flatnonzero(np.append(True, np.diff(groups) != 0))
        return np.isin(keys[starts] >> bits, formula)

    return is_formula


def _sections(folder: Path, documents: pd.DataFrame) -> pd.DataFrame:
    where = {"in_province": documents["in_province"].iloc[0], "doc_id": documents["doc_id"].tolist()}
    return read_rows(folder, "sections", ["doc_id", "start", "role"], **where)


def _put(new: Path, folder: Path) -> None:
    """Put a table in the place of the former one."""
    old = new.with_name("former")
    new.mkdir(exist_ok=True)
    if (folder / "reuse").exists():
        os.replace(folder / "reuse", old)
    os.replace(new, folder / "reuse")
    shutil.rmtree(old, ignore_errors=True)
