"""Bare numerals: Arabic, full-width and Chinese, with multipliers, percentages and fractions, exact by decimal.

The approximators that may stand around a numeral come from the codebook (``text/qualifiers.csv``).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from typing import Final

from analysis.codebook import read_rows

DIGITS: Final = {
    character: value
    for value, group in enumerate(
        ("〇零○", "一壹弌", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for character in group
}
SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
TENS: Final = {"廿": "二十", "卅": "三十"}
#: Every character that can stand in a Chinese whole number.
CHINESE: Final = "".join((*DIGITS, *SMALL, *LARGE, *TENS))
#: Longest numeral that is read: a longer run of digits is a code, not a count.
LONGEST: Final = 40

#: So many Chinese digits in a row, one of them a zero, are a number spelt digit by digit.
_SPELT: Final = 3
_BLANKS: Final = re.compile(r"\s+")
_ARABIC: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SIMPLE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_WHOLE: Final = re.compile(rf"{_ARABIC}|[{CHINESE}]")
_PLAIN: Final = re.compile(rf"(?:{_ARABIC}|[{CHINESE}])+")
_PERCENT: Final = re.compile(r"(?P<number>.+?)(?P<sign>[%‰])")
_PARTS: Final = re.compile(r"(?P<whole>[^分之]+)分之(?P<part>[^分之]+)")
_SLASH: Final = re.compile(r"(?P<part>\d+)/(?P<whole>\d+)")
_TENTHS: Final = re.compile(rf"(?P<whole>[{CHINESE}点.\d]+)成(?P<part>[{CHINESE}\d半]?)")
_POINT: Final = re.compile(
    rf"(?P<whole>[^点]+)点(?P<decimals>[{''.join(DIGITS)}\d]+)(?P<scale>[{''.join((*SMALL, *LARGE))}]*)"
)
_HALF: Final = re.compile(r"一?半")
_WHOLLY: Final = re.compile("百分百")
_HUNDREDTHS: Final = frozenset(("百", "一百", "100"))
_THOUSANDTHS: Final = frozenset(("千", "一千", "1000"))


def parse_number(text: str) -> float | None:
    """Return the value of a bare numeral.

    Parameters
    ----------
    text : str
        One numeral and nothing else, in Arabic, full-width or Chinese figures or a mixture: ``1,286``, ``1 286``,
        ``１２``, ``0.57万``, ``1.2万亿``, ``3百万``, ``二百八十``, ``十万零一千``, ``一千三``, ``二〇二四``,
        ``三点五``, ``85%``, ``3‰``, ``百分之八十五``, ``三成``, ``三分之二``, ``1/5``, ``半``. A sign may precede, and
        approximators may stand before, in and behind it: ``近亿``, ``上万``, ``6835余万``, ``百余``, ``98%以上``; also
        a rank: ``第3``.

    Returns
    -------
    float or None
        The number in units of one; percentages, per mille and tenths as percent numbers (``三成`` is 30), fractions
        as fractions, approximate numbers as the number named. None where the text is not one numeral or has no one
        value: a range (``3至5``, ``两三``), ``数十``, ``几百``.

    Examples
    --------
    >>> parse_number("0.57万"), parse_number("二百八十"), parse_number("百分之八十")
    (5700.0, 280.0, 80.0)
    >>> parse_number("6835余万"), parse_number("近亿"), parse_number("万余")
    (68350000.0, 100000000.0, 10000.0)
    >>> parse_number("十几个") is None and parse_number("3至5") is None
    True
    """
    value = parse_decimal(text)
    if value is None and len(text) <= 2 * LONGEST:
        before, inside, after = _approximators()
        bare = after.sub("", before.sub("", _fold(text)))
        value = parse_decimal(inside.sub("", bare))
    return None if value is None else float(value)


@lru_cache(4096)
def parse_decimal(text: str) -> Decimal | None:
    """Return the exact value of a bare numeral as `parse_number` reads it, or None."""
    if len(text) <= LONGEST and _SIMPLE.fullmatch(text):
        return Decimal(text)
    text = _fold(text)
    sign = -1 if text[:1] in "-负" and text else 1
    text = text.removeprefix("-").removeprefix("负").removeprefix("+")
    if not text or len(text) > LONGEST:
        return None
    with localcontext() as context:
        context.prec = LONGEST
        value = _parse_parts(text)
        return None if value is None else sign * value


def is_string(number: str) -> bool:
    """Say whether Chinese digits in a row are a year or items of a list and no one number, which has a zero.

    Examples
    --------
    >>> [is_string(number) for number in ("二〇二四", "一二三", "二〇六", "七")]
    [True, True, False, False]
    """
    digits = [DIGITS.get(character, -1) for character in number]
    spelt = len(digits) == _SPELT and digits[0] and 0 in digits
    return len(digits) > 1 and min(digits) >= 0 and not spelt


def _fold(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-")


@cache
def _approximators() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of approximators, and the sign of a rank, before, in and behind a numeral."""
    at: dict[str, list[str]] = {}
    for row in sorted(read_rows("text/qualifiers"), key=lambda row: -len(row["qualifier"])):
        at.setdefault(row["place"], []).append(re.escape(row["qualifier"]))
    ordinals = [row["word"] for row in read_rows("text/ranks") if row["place"] == "ordinal"]
    return (
        re.compile(f"^(?:{'|'.join((*at['before'], *ordinals))})"),
        re.compile(rf"(?<=[{CHINESE}\d成])[{''.join(at['inside'])}]"),
        re.compile(f"(?:{'|'.join(at['after'])})$"),
    )


def _parse_parts(text: str) -> Decimal | None:
    if _HALF.fullmatch(text):
        return Decimal("0.5")
    if _WHOLLY.fullmatch(text):
        return Decimal(100)
    if match := _PARTS.fullmatch(text):
        part = _parse_plain(match["part"])
        if part is None or match["whole"] in _HUNDREDTHS:
            return part
        if match["whole"] in _THOUSANDTHS:
            return part / 10
        return _divide(part, _parse_plain(match["whole"]))
    if match := _SLASH.fullmatch(text):
        return _divide(Decimal(match["part"]), Decimal(match["whole"]))
    if match := _PERCENT.fullmatch(text):
        number = _parse_plain(match["number"])
        return number if number is None or match["sign"] == "%" else number / 10
    if match := _TENTHS.fullmatch(text):
        whole = _parse_plain(match["whole"])
        part = Decimal(5) if match["part"] == "半" else _parse_plain(match["part"] or "0")
        return None if whole is None or part is None else whole * 10 + part
    return _parse_plain(text)


def _divide(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else part / whole


def _parse_plain(text: str) -> Decimal | None:
    """Return the value of whole or decimal figures with Chinese multipliers."""
    for short, full in TENS.items():
        text = text.replace(short, full)
    if match := _POINT.fullmatch(text):
        value, tail = _parse_plain(match["whole"]), _parse_digits(match["decimals"])
        scale = _parse_plain(match["scale"]) if match["scale"] else Decimal(1)
        return None if value is None or scale is None or not tail else (value + Decimal(f"0.{tail}")) * scale
    if not _PLAIN.fullmatch(text):
        return None
    digits = _parse_digits(text)
    if len(digits) == 2 and not text.isdecimal() and _adjoin(*map(int, digits)):
        return None
    return Decimal(digits) if digits else _parse_grouped(_WHOLE.findall(text))


def _adjoin(low: int, high: int) -> bool:
    """Say whether two single figures in a row (两三, 七八, 三五) name a range."""
    return low > 0 and (high - low == 1 or (low, high) == (3, 5))


def _parse_digits(text: str) -> str:
    """Return a string of Chinese or of Arabic single digits as Arabic ones, or nothing if it is neither."""
    digits = "".join(str(DIGITS.get(character, character)) for character in text)
    mixed = any(character in DIGITS for character in text) and any(character.isdecimal() for character in text)
    return digits if digits.isdecimal() and not mixed else ""


def _parse_grouped(tokens: list[str]) -> Decimal | None:
    """Add up figures and multipliers: what stands below a 万 is multiplied by it, all before a 亿 by that."""
    total = section = Decimal(0)
    number: Decimal | None = None
    ceiling: int | None = None
    before = ""
    for position, token in enumerate(tokens):
        if token in SMALL:
            factor = SMALL[token]
            if ceiling is not None and factor >= ceiling:
                return None
            section += (1 if number is None else number) * factor
            number, ceiling = None, factor
        elif token in LARGE:
            factor = LARGE[token]
            section += number or 0
            if before in LARGE or not before:
                section += not total
            total, section = (
                (total + section) * factor if factor == LARGE["亿"] else total + section * factor,
                Decimal(0),
            )
            number = ceiling = None
        elif number:
            return None
        else:
            number = Decimal(DIGITS[token]) if token in DIGITS else Decimal(token.replace(",", ""))
            last = position == len(tokens) - 1
            if len(token) == 1 and last and (factor := (SMALL | LARGE).get(before, 1)) > 10:
                number *= factor // 10
        before = token
    return total + section + (number or 0)
