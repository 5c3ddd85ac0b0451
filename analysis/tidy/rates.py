"""Can a printed percentage be? The GRIM test for rates, where truncation is as good as rounding."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NamedTuple

DECIMALS = re.compile(r"\d(?:\.(\d+))?\s*[%％]?\s*\D*$")
CHANCE_LIMIT = 0.25


class Grim(NamedTuple):
    """Whether a whole number over a base gives a printed percentage, and how easily it would by accident."""

    k: int | None
    fits: str
    chance: float


def printed_decimals(surface: str) -> int:
    """Return the number of decimals of a printed figure.

    Examples
    --------
    >>> printed_decimals("60.5%"), printed_decimals("100%")
    (1, 0)
    """
    found = DECIMALS.search(surface)
    return len(found[1] or "") if found else 0


def fits_printed(true: Fraction, printed: float, decimals: int) -> str:
    """Return how a true value becomes the printed one: ``rounded``, ``truncated`` or ``""`` (not at all).

    Counties round or cut: the true value lies in [p - u/2, p + u) with u one unit of the last printed digit.

    Examples
    --------
    >>> fits_printed(Fraction(14000, 151), 92.71, 2), fits_printed(Fraction(7500, 141), 60.5, 1)
    ('truncated', '')
    """
    unit, shown = Fraction(1, 10**decimals), Fraction(repr(printed))
    if abs(true - shown) <= unit / 2:
        return "rounded"
    return "truncated" if shown <= true < shown + unit else ""


def find_grim(printed: float, decimals: int, base: int) -> Grim:
    """Test whether some k of ``base`` gives the printed percentage (GRIM, Brown & Heathers 2017, for rates).

    ``chance`` is the share of all printable percentages that some k reaches: the probability to pass by accident.

    Examples
    --------
    >>> find_grim(8.51, 2, 141)
    Grim(k=12, fits='rounded', chance=0.0142)
    """
    chance = min(1.0, (base + 1) / (100 * 10**decimals + 1))
    near = math.floor(Fraction(repr(printed)) * base / 100)
    found = [(k, fits_printed(Fraction(100 * k, base), printed, decimals)) for k in (near, near + 1) if k <= base]
    fitting = sorted((fits, k) for k, fits in found if fits)
    if not fitting:
        return Grim(None, "", round(chance, 4))
    fits, k = fitting[0]
    return Grim(k, fits, round(chance, 4))


def implied_base(numerator: float, printed: float) -> float:
    """Return the base that a numerator and a printed percentage imply; NaN for 0 %."""
    return round(100 * numerator / printed, 1) if printed else math.nan
