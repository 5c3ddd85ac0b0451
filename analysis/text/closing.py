"""The end of a report: its closing formula, signature, date, and what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.text.chrome import Span, lines_without, opens_part
from analysis.text.dates import ends_with_date
from analysis.text.reading import Text
from analysis.text.roles import match_role

#: Signature and closing formula are short lines among the last of a report.
_CLOSING_CHARS: Final = 45
_CLOSING_LINES: Final = 20
#: What may stand below the date: contacts, copies, enclosures; a longer line is the report itself.
_FOOT_CHARS: Final = 90
_ENCLOSURES: Final = 10
_ENCLOSED: Final = re.compile(r"(?:相关)?附件?\s*:")


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
        text = view.folded[slice(*found[index])]
        if len(text) <= _CLOSING_CHARS and ends_with_date(text):
            dated = index
        elif len(text) > _FOOT_CHARS or (opens_part(text) and not _in_enclosures(view, found, index)):
            break
    first = len(found) if dated is None else dated
    while first > 1:
        if _is_closing(view, found[first - 1]):
            first -= 1
        elif listed := _in_enclosures(view, found, first - 1):
            first = listed
        else:
            break
    return tuple(found[first:])


def _in_enclosures(view: Text, found: Sequence[Span], index: int) -> int:
    """Return the line that begins the list of enclosures a line stands in, 0 for none."""
    for at in range(index, max(index - _ENCLOSURES, 0), -1):
        text = view.folded[slice(*found[at])]
        if _ENCLOSED.match(text):
            return at
        if len(text) > _CLOSING_CHARS or text.endswith(("。", ";")):
            return 0
    return 0


def _is_closing(view: Text, line: Span) -> bool:
    text = view.folded[slice(*line)]
    if len(text) > _CLOSING_CHARS or opens_part(text):
        return False
    return match_role("paragraph", text, "other") == "other" or bool(_organ_line().search(text))
