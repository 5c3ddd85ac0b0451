"""Dates as reports print them, in digits or in Chinese numerals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from analysis.codebook import read_toml

_DIGITS: Final = str.maketrans("〇零Oo元一二三四五六七八九", "00001123456789")
_YEAR: Final = re.compile(r"(?<![\d\-—~至])(20\d\d)(?=\s?年)")
_TITLED: Final = re.compile(r"《[^》]{0,200}》")
_DATE: Final = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s?(?:年|-|/|\.)\s?(?P<month>\d{1,2}|元)\s?(?:月|-|/|\.)\s?(?P<day>\d{1,2})(?!\d)\s?日?"
    r"|(?P<han_year>二[〇零Oo][〇零Oo一二三四五六七八九]{2})年(?P<han_month>元|[一二三四五六七八九十]{1,2})月"
    r"(?P<han_day>[一二三四五六七八九十]{1,3})日"
)


_MONTH: Final = re.compile(
    r"(20\d\d|二[〇零Oo][〇零Oo一二三四五六七八九]{2})\s?年\s?(\d{1,2}|元|[一二三四五六七八九十]{1,2})\s?月$"
)


#: A date stands this near behind its key, and is no longer than this.
_KEY_REACH: Final = 14
_DATE_CHARS: Final = 16


class FoundDate(NamedTuple):
    """A date in ISO form with its span."""

    iso: str
    start: int
    end: int


def find_dates(folded: str, start: int = 0, end: int | None = None) -> tuple[FoundDate, ...]:
    """Return the complete dates of this century between two positions; what is no day of the calendar is left out.

    Examples
    --------
    >>> [found.iso for found in find_dates("2025年2月5日 二〇二四年十二月三十一日 2025-13-01")]
    ['2025-02-05', '2024-12-31']
    """
    found = []
    for match in _DATE.finditer(folded, start, len(folded) if end is None else end):
        if match["year"]:
            numbers = int(match["year"]), int(match["month"].replace("元", "1")), int(match["day"])
        else:
            numbers = (
                int(match["han_year"].translate(_DIGITS)),
                _below_hundred(match["han_month"]),
                _below_hundred(match["han_day"]),
            )
        try:
            found.append(FoundDate(date(*numbers).isoformat(), *match.span()))
        except ValueError:
            continue
    return tuple(found)


def find_years(folded: str, start: int = 0, end: int | None = None) -> tuple[tuple[int, int, int], ...]:
    """Return the years named between two positions with their spans, but those of a document's title or a range.

    Examples
    --------
    >>> find_years("2023年,依据《实施纲要(2021-2025年)》和2021—2025年规划")
    ((2023, 0, 4),)
    """
    text = _TITLED.sub(lambda match: " " * len(match[0]), folded[start : len(folded) if end is None else end])
    return tuple((int(m[1]), start + m.start(1), start + m.end(1)) for m in _YEAR.finditer(text))


def keyed_date(folded: str, spans: Sequence[tuple[int, int]], keys: str) -> FoundDate | None:
    r"""Return the first date that stands behind one of the keys, or below it in a table of two rows.

    Parameters
    ----------
    folded : str
        The folded view.
    spans : sequence of (int, int)
        Where to look: the chrome of the page.
    keys : str
        Pattern of the keys.

    Examples
    --------
    >>> keyed_date("发布日期:\n2024-03-01", [(0, 16)], "发布日期").iso
    '2024-03-01'
    >>> keyed_date("成文日期  发布日期\n2024-02-01  2024-03-01", [(0, 33)], "发布日期").iso
    '2024-03-01'
    """
    pattern = re.compile(keys, re.MULTILINE)
    for start, end in spans:
        for key in pattern.finditer(folded, start, end):
            if below := _below_key(folded, key.span(), (start, end)):
                return below
            dates = find_dates(folded, key.end(), min(end, key.end() + _KEY_REACH + _DATE_CHARS))
            if dates and dates[0].start - key.end() <= _KEY_REACH:
                return dates[0]
    return None


def _below_key(folded: str, key: tuple[int, int], within: tuple[int, int]) -> FoundDate | None:
    """Return the date below a key whose line is the head of a table: as many dates as there are keys of dates."""
    first = max(folded.rfind("\n", within[0], key[0]) + 1, within[0])
    last = folded.find("\n", key[1], within[1])
    if last < 0 or find_dates(folded, first, last):
        return None
    after = folded.find("\n", last + 1, within[1])
    dates = find_dates(folded, last + 1, within[1] if after < 0 else after)
    kinds = re.compile(read_toml("text/metadata")["dates"]["key"])
    before = len(kinds.findall(folded, first, key[0]))
    return dates[before] if len(dates) == before + len(kinds.findall(folded, key[0], last)) else None


def ends_with_date(line: str) -> bool:
    """Say whether a line ends with a date, be it without the day.

    Examples
    --------
    >>> ends_with_date("云岭县人民政府 2025年1月"), ends_with_date("2025年1月起")
    (True, False)
    """
    dates = find_dates(line)
    return bool(dates and dates[-1].end == len(line)) or bool(_MONTH.search(line))


def _below_hundred(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int(numeral.translate(_DIGITS))
    return 10 * int(tens.translate(_DIGITS) or 1) + int(ones.translate(_DIGITS) or 0)
