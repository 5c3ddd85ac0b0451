"""How exact a printed figure is: strict bounds stay as printed, conventional bounds follow its last printed digit."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from analysis import codebook
from analysis.errors import ParameterError

CONVENTIONS = ("last_digit", "leading_digit", "strict")
MULTIPLIERS = (("亿", Decimal(10**8)), ("万", Decimal(10**4)))
DIGITS = re.compile(r"[\d,，]*\d(?:\.(\d+))?")


class Bounds(NamedTuple):
    """Conventional bounds of one figure and what they rest on."""

    low: float
    high: float
    low_open: bool
    high_open: bool
    exactness: str


def find_bounds(
    surface: str, qualifier: str, value: float, low: float, high: float, form: str, convention: str = "last_digit"
) -> Bounds:
    """Return the conventional bounds of a printed figure.

    Parameters
    ----------
    surface, qualifier : str
        The figure and its approximator as printed, e.g. ``"18.85万余条"`` and ``"余"``.
    value, low, high : float
        As extracted, in base units; NaN where there is none.
    form : str
        A rate or share ends at 100.
    convention : {"last_digit", "leading_digit", "strict"}
        How far an approximate figure may reach: one unit of its last non-zero printed digit, one unit of its leading
        digit, or without end (an end that is not bounded is NaN).

    Returns
    -------
    Bounds
        ``low``, ``high``, whether each end is open, and the exactness: exact, rounded (a multiplier or a percentage
        drops digits), approximate (no bound), bounded (a bound on one side, or a range), vague (no number).

    Examples
    --------
    >>> find_bounds("400余份", "余", 400.0, 400.0, float("nan"), "flow")[:2]
    (400.0, 500.0)
    >>> find_bounds("75万件", "", 750000.0, 750000.0, 750000.0, "flow")[:2]
    (745000.0, 755000.0)
    """
    if convention not in CONVENTIONS:
        raise ParameterError(f"approx_convention is {convention!r}; it must be one of {', '.join(CONVENTIONS)}.")
    known = [number for number in (value, low, high) if not math.isnan(number)]
    if not known:
        return Bounds(math.nan, math.nan, False, False, "vague")
    open_end = opens(qualifier)
    ceiling = 100.0 if form in {"rate", "share"} else math.inf
    step = _step(surface, known[0], convention)
    if math.isnan(value) and not math.isnan(low) and not math.isnan(high):
        return Bounds(low, high, False, False, "bounded")
    if not math.isnan(low) and math.isnan(high):
        reach = max(step, _last_nonzero(surface, low)) if convention == "last_digit" else step
        top = min(math.inf if convention == "strict" else low + reach, ceiling)
        return Bounds(low, top if math.isfinite(top) else math.nan, open_end, top < ceiling, "bounded")
    if math.isnan(low) and not math.isnan(high):
        bottom = 0.0 if convention == "strict" else max(high - step, 0.0)
        return Bounds(bottom, high, False, open_end, "bounded")
    if math.isnan(low) and math.isnan(high):
        if convention == "strict":
            return Bounds(math.nan, math.nan, False, False, "approximate")
        return Bounds(max(value - step / 2, 0.0), min(value + step / 2, ceiling), False, False, "approximate")
    if low != high:
        return Bounds(low, high, False, False, "bounded")
    return _printed(surface, value, step, ceiling)


def _printed(surface: str, value: float, step: float, ceiling: float) -> Bounds:
    percent = surface.rstrip().endswith(("%", "％", "‰"))
    if value == 0 or not (percent or _multiplier(surface) > 1):
        return Bounds(value, value, False, False, "exact")
    low, high = Decimal(repr(value)) - Decimal(repr(step)) / 2, Decimal(repr(value)) + Decimal(repr(step)) / 2
    return Bounds(float(low), min(float(high), ceiling), False, float(high) <= ceiling, "rounded")


@cache
def opens(qualifier: str) -> bool:
    """Return whether an approximator excludes the number itself: 余 and 近 do, 以上 and 至少 do not."""
    words = {row["qualifier"]: row["open"] == "true" for row in codebook.read_rows("text/qualifiers")}
    return words.get(qualifier, False)


def _last_nonzero(surface: str, low: float) -> float:
    """Return one unit of the last non-zero digit before a multiplier: 300余万 reaches to 400万, 6835余万 to 6836万."""
    multiplier = _multiplier(surface)
    return float(multiplier) * last_unit("", low / float(multiplier)) if multiplier > 1 else 0.0


def last_unit(surface: str, value: float) -> float:
    """Return one unit of the last printed digit, in base units; of a plain whole number, of its last non-zero digit.

    Examples
    --------
    >>> last_unit("18.85万余条", 188500), last_unit("36000余份", 36000), last_unit("60.5%", 60.5)
    (100.0, 1000.0, 0.1)
    """
    multiplier, digits = _multiplier(surface), DIGITS.search(surface)
    decimals = len(digits[1] or "") if digits else 0
    if multiplier > 1 or decimals or "%" in surface or "％" in surface:
        return float(multiplier.scaleb(-decimals))
    number = Decimal(repr(abs(value))).normalize()
    return float(Decimal(1).scaleb(int(number.as_tuple().exponent))) if number else 1.0


def _step(surface: str, value: float, convention: str) -> float:
    if convention == "leading_digit" and value:
        return float(Decimal(1).scaleb(Decimal(repr(abs(value))).adjusted()))
    return last_unit(surface, value)


def _multiplier(surface: str) -> Decimal:
    return next((factor for sign, factor in MULTIPLIERS if sign in surface), Decimal(1))
