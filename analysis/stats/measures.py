"""Measures of agreement of two coders, from tables of how often the first gave code i where the second gave code j."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse


def cross_tables(
    one: Sequence[object], other: Sequence[object], codes: Sequence[object], groups: np.ndarray
) -> sparse.csr_array:
    """Return how often the first coder gave code i where the second gave code j, one row a group of units.

    Parameters
    ----------
    one, other : sequence
        The code of each unit.
    codes : sequence
        All codes, in the order of the tables.
    groups : array of int
        The group of each unit, from 0.

    Returns
    -------
    sparse array
        Groups by pairs of codes; a row of it or a sum of rows, as ``reshape(len(codes), len(codes))``, is a table.
    """
    place = {code: number for number, code in enumerate(codes)}
    cells = [place[first] * len(codes) + place[second] for first, second in zip(one, other, strict=True)]
    shape = (int(groups.max()) + 1, len(codes) ** 2)
    return sparse.coo_array((np.ones(len(cells)), (groups, cells)), shape=shape).tocsr()


def alpha(table: np.ndarray, distance: np.ndarray | None = None) -> np.ndarray:
    """Return Krippendorff's alpha of two coders without missing values.

    Alpha is 1 - D_o / D_e: the distance observed between the two codes of a unit against that expected if all codes
    were paired at random (Krippendorff 2018, Content Analysis, chapter 12).

    Parameters
    ----------
    table : array
        Units by code of the first and of the second coder, see `cross_tables`; or a stack of such tables.
    distance : array, optional
        Distance of two codes between 0 and 1; nominal (0 if equal, else 1) by default.

    Returns
    -------
    array
        One number a table: 1 is perfect, 0 is chance; NaN where only one code occurs, since nothing can then be told.

    Examples
    --------
    >>> round(float(alpha(np.array([[5, 3], [1, 1]]))), 3)
    0.095
    """
    apart = 1 - np.eye(table.shape[-1]) if distance is None else distance
    pairs = table + np.swapaxes(table, -1, -2)
    totals = pairs.sum(axis=-1)
    chance = totals[..., :, None] * totals[..., None, :]
    observed, expected = (((pairs, chance)[side] * apart).sum(axis=(-1, -2)) for side in (0, 1))
    return 1 - _ratio(observed * (totals.sum(axis=-1) - 1), expected)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where the whole is zero."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) != 0)


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the MASI distance of two sets of codes (Passonneau 2006).

    Examples
    --------
    >>> round(masi(frozenset("ab"), frozenset("a")), 3)
    0.667
    """
    shared, either = len(one & other), len(one | other)
    if one == other:
        kind = 1.0
    elif one <= other or other <= one:
        kind = 2 / 3
    else:
        kind = 1 / 3
    return 1 - shared / either * kind


def precision(table: np.ndarray) -> np.ndarray:
    """Return the share of the first coder's positives that the second confirms; tables of no and yes."""
    return _ratio(table[..., 1, 1], table[..., 1, :].sum(axis=-1))


def recall(table: np.ndarray) -> np.ndarray:
    """Return the share of the second coder's positives that the first finds."""
    return _ratio(table[..., 1, 1], table[..., :, 1].sum(axis=-1))


def positive_agreement(table: np.ndarray) -> np.ndarray:
    """Return twice the joint positives over all positives (Cicchetti and Feinstein 1990)."""
    return _ratio(2 * table[..., 1, 1], table[..., 1, :].sum(axis=-1) + table[..., :, 1].sum(axis=-1))
