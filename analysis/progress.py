"""How far long work has come, for whoever watches it: on a terminal and in Jupyter, nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from multiprocessing import parent_process
from typing import TypeVar

Item = TypeVar("Item")
#: Seconds after which work counts as long.
_DELAY = 1


def watch(items: Iterable[Item], total: int, unit: str) -> Iterable[Item]:
    """Return items that show on standard error how many of them were taken, and how long the rest will take.

    Parameters
    ----------
    items : iterable
        They come out as they are.
    total : int
        How many there are.
    unit : str
        What they are called, e.g. ``"reports"``.

    Notes
    -----
    Nothing is shown of what takes less than a second, where nobody watches (a log, a pipe, a process that works for
    another), nor where ``TQDM_DISABLE=1`` says so, as in notebooks that are executed for what they put out.
    """
    watched = sys.stderr.isatty() or "ipykernel" in sys.modules
    if total < 2 or parent_process() or not watched or os.environ.get("TQDM_DISABLE") == "1":
        return items
    from tqdm import tqdm

    return tqdm(items, total=total, unit=f" {unit}", leave=False, disable=False, delay=_DELAY, dynamic_ncols=True)
