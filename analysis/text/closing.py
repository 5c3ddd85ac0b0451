"""The end of a report: its closing formula, signature, date, and what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.chrome import Span, lines_without
from analysis.text.dates import ends_with_date
from analysis.text.reading import Text
from analysis.text.roles import match_role

#: Signature and closing formula are short lines among the last of a report.
_CLOSING_CHARS: Final = 45
_CLOSING_LINES: Final = 20


@cache
def _organ_line() -> re.Pattern[str]:
    endings = sorted((row["ending"] for row in read_rows("text/organs")), key=lambda text: (-len(text), text))
    return re.compile(f"({'|'.join(endings)})\\s*(\\((盖章|公章|章|印章)\\))?$")


def find_closing(view: Text, around: Sequence[Span]) -> tuple[Span, ...]:
    """Return the lines that close a report: the formula, the issuer's signature, the date, what stands below them.

    Parameters
    ----------
    view : Text
        The decoded report.
    around : sequence of (int, int)
        Page chrome and title.
    """
    found = lines_without(view, around)
    dated = None
    for index in range(len(found) - 1, max(len(found) - _CLOSING_LINES, 0), -1):
        start, end = found[index]
        if end - start <= _CLOSING_CHARS and ends_with_date(view.folded[start:end]):
            dated = index
    first = len(found) if dated is None else dated
    while first > 1 and _is_closing(view, found[first - 1]):
        first -= 1
    return tuple(found[first:])


def _is_closing(view: Text, line: Span) -> bool:
    text = view.folded[slice(*line)]
    if len(text) > _CLOSING_CHARS:
        return False
    return match_role("paragraph", text, "other") == "other" or bool(_organ_line().search(text))
