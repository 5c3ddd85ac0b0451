"""What the benchmarks share: one figure of theirs, and how a time is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time
from typing import NamedTuple

import numpy as np


class Measured(NamedTuple):
    """One figure of the benchmarks: a ratio or an exponent, without unit; None where it could not be measured."""

    measure: str
    setting: str
    value: float | None


def least(works: Sequence[Callable[[], object]], repeats: int) -> list[float]:
    """Return the least processor time of each of some works over several rounds, in seconds.

    The works take turns, so that a noisy minute of the machine falls on all of them.
    """
    times = [float("inf")] * len(works)
    for _ in range(repeats):
        for index, work in enumerate(works):
            start = process_time()
            work()
            times[index] = min(times[index], process_time() - start)
    return times


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the slope of log time against log size by least squares: 1 is linear."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
