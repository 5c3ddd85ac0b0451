"""Shared wording: passages that two reports have in common, by position and length only. Shared is not borrowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.progress import watch
from analysis.tables import fit_table
from analysis.text.folding import fold

#: The shortest passage that is kept; estimates take 13 characters, and 10 and 20 as a sensitivity.
LEAST = 10
#: From so many reports on, a passage is formula if this share of issuers has it in so many provinces, whatever pair is
#: looked at; in smaller corpora only a source can tell.
CORPUS, COMMON, PROVINCES = 200, 0.05, 3
ROLES = ("preamble", "achievement", "problem", "cause", "remedy", "plan", "honours")
MASK = "*"
CHUNK = 64


class _Role(NamedTuple):
    """The stretches of one role of all reports, end to end: signs and blanks left out, a bar after every stretch."""

    codes: np.ndarray  # of the folded characters; every bar has a code of its own
    offsets: np.ndarray  # where each stands in its report
    reports: np.ndarray  # the number of the report


def find_reuse(
    texts: Mapping[str, str],
    sections: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    sources: Iterable[str] = (),
    least: int = LEAST,
) -> pd.DataFrame:
    """Find the passages that two reports have in common in stretches of the same role.

    A passage is the longest run of equal characters; blanks and signs are passed over, traditional and full-width
    characters are equal to their plain form, and no passage runs across a mask or the end of a stretch.

    Parameters
    ----------
    texts : mapping of str to str
        The text of each report, by doc_id.
    sections : DataFrame
        The extracted table `sections` of these reports.
    documents : DataFrame
        The extracted table `documents`; adcode, county and province tell issuers apart.
    sources : iterable of str
        National and provincial texts; a passage that stands in one is formula.
    least : int
        The fewest characters of a passage, not counting blanks and signs.

    Returns
    -------
    DataFrame
        Table ``reuse``. A passage that so many issuers have that it is formula is given between neighbours in the order
        of doc_id only, not for every pair.

    Raises
    ------
    ParameterError
        least is below 2, or a text has no row in documents.
    """
    if least < 2:
        raise ParameterError(f"least is {least}; a passage has at least 2 characters.")
    if missing := sorted(set(texts) - set(documents["doc_id"])):
        raise ParameterError(f"{', '.join(missing[:5])}: the table documents has no such report.")
    ids = sorted(texts)
    issuers = _issuers(documents.set_index("doc_id").loc[ids])
    known = tuple(_plain(fold(text)) for text in sources)
    rows: list[dict[str, Any]] = []
    for role in ROLES:
        laid = _lay_out(texts, sections, ids, role)
        for row in _passages(laid, issuers, least, known):
            names = {"doc_a": ids[row.pop("a")], "doc_b": ids[row.pop("b")]}
            rows.append({**names, **row, "role": role, "similarity": 1.0})
    return fit_table(rows, "reuse")


def _issuers(documents: pd.DataFrame) -> pd.DataFrame:
    place = documents["adcode"].where(documents["adcode"] != "", documents["province"] + documents["county"])
    place = place.where(place != "", documents.index.to_series())
    return pd.DataFrame({"place": place, "province": documents["province"]}).reset_index(drop=True)


def _plain(folded: str) -> str:
    return "".join(character for character in folded if character.isalnum())


def _lay_out(texts: Mapping[str, str], sections: pd.DataFrame, ids: Sequence[str], role: str) -> _Role:
    codes: list[int] = []
    offsets: list[int] = []
    reports: list[int] = []
    by_report = dict(list(sections.groupby("doc_id", sort=False)))
    for number, doc_id in enumerate(watch(ids, len(ids), "reports")):
        folded = fold(texts[doc_id])
        for start, end in _stretches(by_report.get(doc_id, sections.iloc[:0]), len(folded), role):
            for offset in range(start, end):
                if folded[offset].isalnum():
                    codes.append(ord(folded[offset]))
                elif folded[offset] == MASK:
                    codes.append(-1 - len(codes))
                else:
                    continue
                offsets.append(offset)
                reports.append(number)
            codes.append(-1 - len(codes))
            offsets.append(end)
            reports.append(number)
    return _Role(np.array(codes, dtype="int64"), np.array(offsets, dtype="int64"), np.array(reports, dtype="int64"))


def _stretches(sections: pd.DataFrame, length: int, role: str) -> Iterator[tuple[int, int]]:
    """Yield where a report's stretches of a role begin and end: what lies between the starts of two sections."""
    ordered = sections.sort_values("start")
    starts = [*ordered["start"].astype("int64"), length]
    for (start, end), own in zip(pairwise(starts), ordered["role"], strict=True):
        if own == role:
            yield int(start), int(end)


def _passages(laid: _Role, issuers: pd.DataFrame, least: int, sources: Sequence[str]) -> Iterator[dict[str, Any]]:
    if len(laid.codes) < least:
        return
    groups = list(_repeated(laid.codes, least))
    formula = _formula(groups, laid, issuers)
    found: set[tuple[int, int]] = set()
    for group in groups:
        left, right = _pairs(group, bool(formula[group[0]]))
        first = (laid.reports[left] != laid.reports[right]) & (
            (left == 0) | (laid.codes[left - 1] != laid.codes[right - 1])
        )
        found.update(zip(left[first].tolist(), right[first].tolist(), strict=True))
    judged = len(issuers) >= CORPUS
    for one, other in watch(sorted(found), len(found), "pairs"):
        length = _run(laid.codes, one, other)
        last = length - 1
        text = "".join(map(chr, laid.codes[one : one + length]))
        is_formula = formula[one : one + length - least + 1].all() or any(text in source for source in sources)
        yield {
            "a": int(laid.reports[one]), "start_a": int(laid.offsets[one]), "end_a": int(laid.offsets[one + last]) + 1,
            "b": int(laid.reports[other]), "start_b": int(laid.offsets[other]),
            "end_b": int(laid.offsets[other + last]) + 1, "n_chars": length,
            "formula": "true" if is_formula else "false" if judged else "unknown",
        }  # fmt: skip


def _repeated(codes: np.ndarray, least: int) -> Iterator[np.ndarray]:
    """Yield the positions, in order, of every run of `least` characters that occurs more than once."""
    windows = np.lib.stride_tricks.sliding_window_view(codes, least)
    whole = np.flatnonzero((windows >= 0).all(axis=1))
    keys = np.zeros(len(whole), dtype="uint64")
    for place in range(least):
        keys = keys * np.uint64(0x100000001B3) + codes[whole + place].astype("uint64")
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    bounds = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1], True])
    for start, end in pairwise(bounds.tolist()):
        if end - start > 1:
            yield whole[order[start:end]]


def _pairs(group: np.ndarray, neighbours: bool) -> tuple[np.ndarray, np.ndarray]:
    if neighbours:
        return group[:-1], group[1:]
    first, second = np.triu_indices(len(group), 1)
    return group[first], group[second]


def _formula(groups: Sequence[np.ndarray], laid: _Role, issuers: pd.DataFrame) -> np.ndarray:
    """Return at which positions a run begins that is formula: common to many issuers, whatever pair is taken away."""
    formula = np.zeros(len(laid.codes), dtype=bool)
    if len(issuers) < CORPUS:
        return formula
    enough = 2 + COMMON * issuers["place"].nunique()
    for group in groups:
        if len(group) < enough:
            continue
        own = issuers.iloc[np.unique(laid.reports[group])].drop_duplicates("place")
        left = sorted(own["province"].value_counts())
        gone = int(left[0] <= 2) + int(len(left) > 1 and left[0] == left[1] == 1)
        formula[group] = len(own) >= enough and len(left) - gone >= PROVINCES
    return formula


def _run(codes: np.ndarray, one: int, other: int) -> int:
    length = 0
    while True:
        ends = codes[other + length : other + length + CHUNK]
        same = codes[one + length : one + length + len(ends)] == ends
        if not same.all() or len(ends) < CHUNK:
            return length + int(same.argmin() if not same.all() else len(same))
        length += CHUNK
