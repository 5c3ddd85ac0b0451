"""Shared wording: passages that two reports have in common, by position and length only. Shared is not borrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, pairwise
from typing import NamedTuple

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
#: In such a corpus a passage is formula, too, where more reports have it than this, of whatever province: pairs of
#: reports would grow with the square of their number, and rows with it.
WIDESPREAD = 100
ROLES = ("preamble", "achievement", "problem", "cause", "remedy", "plan", "honours")
MASK = "*"
#: Says of runs of characters, given by their keys, their groups and the numbers of the reports that have them (one
#: entry an occurrence, equal runs together), which groups are formula.
IsFormula = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


class Role(NamedTuple):
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
        Table ``reuse``. A passage that is formula because so many have it (5 % of the issuers in three provinces, or
        `WIDESPREAD` reports, in a corpus of 200) is given between neighbours in the order of doc_id only, not for every
        pair: n reports that have it are n - 1 rows.

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
    issuers = find_issuers(documents.set_index("doc_id").loc[ids])

    def is_formula(_: np.ndarray, groups: np.ndarray, reports: np.ndarray) -> np.ndarray:
        return find_common(groups, reports, issuers)

    known = fold_sources(sources)
    found = [
        find_passages(laid, least, is_formula if len(ids) >= CORPUS else None, known).assign(role=role)
        for role, laid in lay_out(texts, sections)
    ]
    return name_passages(found, ids)


def name_passages(found: Sequence[pd.DataFrame], ids: Sequence[str]) -> pd.DataFrame:
    """Return passages of all roles as the table ``reuse``: reports by their ids in place of their numbers."""
    rows = pd.concat(found, ignore_index=True)
    names = np.array(ids, dtype="object")
    rows = rows.assign(doc_a=names[rows.pop("a")], doc_b=names[rows.pop("b")], similarity=1.0)
    return fit_table(rows, "reuse")


def lay_out(texts: Mapping[str, str], sections: pd.DataFrame) -> Iterator[tuple[str, Role]]:
    """Yield each role with its stretches of all reports; a report's number is its place in the order of doc_id."""
    ids = sorted(texts)
    own = sections[sections["doc_id"].isin(ids)].sort_values("start").groupby("doc_id")
    by_report = {str(doc_id): rows for doc_id, rows in own}
    folded = [fold(texts[doc_id]) for doc_id in watch(ids, len(ids), "reports")]
    stretches = [_stretches(by_report.get(doc_id), len(text)) for doc_id, text in zip(ids, folded, strict=True)]
    for role in ROLES:
        yield role, _lay_out(folded, stretches, role)


def find_issuers(documents: pd.DataFrame) -> pd.DataFrame:
    """Return issuer and province of each report, as numbers."""
    place = documents["adcode"].where(documents["adcode"] != "", documents["province"] + documents["county"])
    place = place.where(place != "", documents.index.to_series())
    numbers = {"place": pd.factorize(place)[0], "province": pd.factorize(documents["province"])[0]}
    return pd.DataFrame(numbers).astype("int64")


def fold_sources(sources: Iterable[str]) -> tuple[str, ...]:
    """Return texts as passages are compared with them: folded, without signs and blanks."""
    return tuple("".join(character for character in fold(text) if character.isalnum()) for text in sources)


def _stretches(sections: pd.DataFrame | None, length: int) -> dict[str, list[tuple[int, int]]]:
    """Return where a report's stretches of each role begin and end: what lies between the starts of two sections."""
    found: dict[str, list[tuple[int, int]]] = {}
    if sections is not None:
        starts = [*sections["start"].astype("int64"), length]
        for role, span in zip(sections["role"], pairwise(starts), strict=True):
            found.setdefault(role, []).append(span)
    return found


def _lay_out(folded: Sequence[str], stretches: Sequence[Mapping[str, list[tuple[int, int]]]], role: str) -> Role:
    codes, offsets, reports = ([np.empty(0, dtype="int32")] for _ in range(3))
    for number, (text, spans) in enumerate(zip(folded, stretches, strict=True)):
        if role not in spans:
            continue
        whole = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="int32")
        letters = np.char.isalnum(whole.view("<U1"))
        for start, end in spans[role]:
            stretch = whole[start:end]
            kept = np.flatnonzero(letters[start:end] | (stretch == ord(MASK)))
            codes.append(np.append(np.where(stretch[kept] == ord(MASK), -1, stretch[kept]), -1).astype("int32"))
            offsets.append(np.append(kept + start, end).astype("int32"))
            reports.append(np.full(len(kept) + 1, number, dtype="int32"))
    laid = Role(*map(np.concatenate, (codes, offsets, reports)))
    bars = np.flatnonzero(laid.codes < 0)
    laid.codes[bars] = -1 - bars
    return laid


def find_passages(laid: Role, least: int, is_formula: IsFormula | None, sources: Sequence[str] = ()) -> pd.DataFrame:
    """Return the passages of one role: reports a and b by number, offsets, n_chars and formula.

    Parameters
    ----------
    laid : Role
        The stretches of the reports.
    least : int
        The fewest characters of a passage.
    is_formula : IsFormula, optional
        Says what is formula because so many have it; without it, in a corpus that is too small, it is unknown.
    sources : sequence of str
        Folded texts without signs; what stands in one is formula.
    """
    positions, groups, keys = _repeated(laid.codes, least)
    formula = np.zeros(len(laid.codes), dtype=bool)
    if is_formula and len(positions):
        formula[positions] = is_formula(keys, groups, laid.reports[positions])[groups]
    found = [np.empty(0, dtype="int64")]
    for left, right in _pairs(positions, groups, formula, laid):
        found.append(left * len(laid.codes) + right)
    one, other = np.divmod(np.unique(np.concatenate(found)), max(len(laid.codes), 1))
    length = _runs(laid.codes, one, other)
    so_far = np.append(0, np.cumsum(formula))
    through = so_far[one + length - least + 1] - so_far[one] == length - least + 1
    if sources:
        passages = zip(one.tolist(), length.tolist(), strict=True)
        texts = ("".join(map(chr, laid.codes[start : start + size])) for start, size in passages)
        through |= np.array([any(text in source for source in sources) for text in texts], dtype=bool)
    return pd.DataFrame({
        "a": laid.reports[one], "start_a": laid.offsets[one], "end_a": laid.offsets[one + length - 1] + 1,
        "b": laid.reports[other], "start_b": laid.offsets[other], "end_b": laid.offsets[other + length - 1] + 1,
        "n_chars": length,
        "formula": np.where(through, "true", "false" if is_formula else "unknown"),
    })  # fmt: skip


def find_runs(codes: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where runs of `least` characters begin, and a key of each; equal runs have equal keys."""
    if len(codes) < least:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="uint64")
    bars = np.append(0, np.cumsum(codes < 0))
    whole = np.flatnonzero(bars[least:] == bars[:-least])
    keys = np.zeros(len(whole), dtype="uint64")
    for place in range(least):
        keys = keys * np.uint64(0x100000001B3) + codes[whole + place].astype("uint64")
    keys ^= keys >> np.uint64(33)  # so that runs that differ in their last character differ in the first bits, too
    keys *= np.uint64(0xFF51AFD7ED558CCD)
    return whole, keys ^ (keys >> np.uint64(33))


def _repeated(codes: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the runs of `least` characters begin that occur more than once, equal ones together, in order.

    Returns
    -------
    positions, groups, keys : ndarray
        Equal runs have the same number in groups, and the same key.
    """
    whole, keys = find_runs(codes, least)
    order = np.argsort(keys, kind="stable")
    groups = np.cumsum(np.append(0, np.diff(keys[order]) != 0))[: len(order)]
    repeated = np.bincount(groups, minlength=1)[groups] > 1
    kept = order[repeated]
    return whole[kept], np.unique(groups[repeated], return_inverse=True)[1], keys[kept]


def find_common(groups: np.ndarray, reports: np.ndarray, issuers: pd.DataFrame) -> np.ndarray:
    """Return of groups of equal runs which are formula: common to many issuers, whatever pair is taken away.

    Parameters
    ----------
    groups, reports : ndarray of int
        The number of the run, from 0 and in order, and that of a report that has it; reports in order within a run.
    issuers : DataFrame
        place and province of each report, as numbers; see `find_issuers`.
    """
    n_groups, n_places, n_provinces = int(groups[-1]) + 1, *(int(issuers[name].max()) + 1 for name in issuers)
    another = np.append(True, (np.diff(groups) != 0) | (np.diff(reports) != 0))
    widespread = np.bincount(groups[another], minlength=n_groups) > WIDESPREAD

    place, province = issuers["place"].to_numpy()[reports], issuers["province"].to_numpy()[reports]
    own, first = np.unique(groups * n_places + place, return_index=True)
    issued = np.bincount(own // n_places, minlength=n_groups)
    of_province, number = np.unique(groups[first] * n_provinces + province[first], return_counts=True)
    group = of_province // n_provinces
    order = np.lexsort((number, group))
    starts = np.flatnonzero(np.append(True, np.diff(group) != 0))  # lexsort leaves the groups where they are
    least, provinces = number[order][starts], np.bincount(group, minlength=n_groups)
    second = number[order][np.minimum(starts + 1, len(order) - 1)]
    gone = (least <= 2).astype("int64") + ((provinces > 1) & (least == 1) & (second == 1))
    common = (issued >= 2 + COMMON * issuers["place"].nunique()) & (provinces - gone >= PROVINCES)
    return np.asarray(common | widespread)


def _pairs(
    positions: np.ndarray, groups: np.ndarray, formula: np.ndarray, laid: Role
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield where passages of two reports begin: every pair of equal runs, of formula only neighbours."""
    at = np.arange(len(positions))
    for distance in count(1):
        at = at[: np.searchsorted(at, len(positions) - distance)]
        at = at[groups[at] == groups[at + distance]]
        if distance > 1:
            at = at[~formula[positions[at]]]
        if not len(at):
            return
        left, right = positions[at], positions[at + distance]
        apart = laid.reports[left] != laid.reports[right]
        begins = (left == 0) | (laid.codes[left - 1] != laid.codes[right - 1])
        yield left[apart & begins], right[apart & begins]
        # What goes on behind formula was not seen where the formula begins, unless the two are neighbours there.
        behind = apart & ~begins & ~formula[left] & formula[left - 1]
        yield _back(laid.codes, left[behind], right[behind])


def _back(codes: np.ndarray, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the equal runs begin that go through two positions each."""
    while (more := (left > 0) & (codes[left - 1] == codes[right - 1])).any():
        left, right = left - more, right - more
    return left, right


def _runs(codes: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return how far what follows two positions each is equal; a bar ends every run."""
    lengths = np.zeros(len(left), dtype="int64")
    going = np.arange(len(left))
    for length in count(1):
        going = going[codes[left[going] + length - 1] == codes[right[going] + length - 1]]
        if not len(going):
            return lengths
        lengths[going] = length
    raise AssertionError
