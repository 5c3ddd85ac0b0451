"""Bare numerals in every form, and round trips."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.numbers import LONGEST, parse_number

FIGURES = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,236", 1236),
        ("1，236", 1236),
        ("1 286", 1286),
        ("１２３．５", 123.5),
        ("0.57万", 5700),
        ("1.3 万", 13000),
        ("4.71万", 47100),
        ("3百万", 3_000_000),
        ("1.2万亿", 1.2e12),
        ("1亿2000万", 120_000_000),
        ("3万4000", 34_000),
        ("1,100万", 11_000_000),
        ("十", 10),
        ("十二", 12),
        ("一百零五", 105),
        ("一百一", 110),
        ("二百八十", 280),
        ("一千三", 1300),
        ("两千零五", 2005),
        ("一万二", 12_000),
        ("十万零一千", 101_000),
        ("一万五千亿", 1_500_000_000_000),
        ("二十万亿", 20_000_000_000_000),
        ("一亿二千万", 120_000_000),
        ("廿五", 25),
        ("壹佰贰拾", 120),
        ("三萬", 30_000),
        ("二〇二四", 2024),
        ("〇", 0),
        ("三点五", 3.5),
        ("85%", 85),
        ("99.6％", 99.6),
        ("3‰", 0.3),
        ("百分之八十五", 85),
        ("百分之百", 100),
        ("百分之 7.5", 7.5),
        ("千分之三", 0.3),
        ("三成", 30),
        ("三成五", 35),
        ("三分之二", 2 / 3),
        ("1/5", 0.2),
        ("半", 0.5),
        ("一半", 0.5),
        ("-3.2%", -3.2),
        ("负五", -5),
    ],
)
def test_forms(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["", " ", "件", "1,23", "12.5.6", "五百三千", "一1", "十几", "3件", "1/0", "--1", "%", "万件"]
)
def test_what_is_no_numeral(text: str) -> None:
    assert parse_number(text) is None


def test_multiplied_decimals_are_exact() -> None:
    assert parse_number("0.57万") == 5700.0
    assert parse_number("688.38万") == 6883800.0
    assert parse_number("1.1亿") == 110000000.0


def test_a_run_that_is_too_long_is_no_number() -> None:
    assert parse_number("9" * (LONGEST + 1)) is None
    assert parse_number("一" * 100_000) is None


def chinese(number: int) -> str:
    """Return a whole number below 10^12 as it is read aloud."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            rest = number % size
            gap = "零" if rest and rest < size // 10 else ""
            return chinese(number // size) + name + (gap + chinese(rest) if rest else "")
    text, zero = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = number // size % 10
        if figure:
            text += ("零" if zero and text else "") + FIGURES[figure] + name
            zero = False
        else:
            zero = True
    return text or "零"


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_come_back(number: int) -> None:
    assert parse_number(chinese(number)) == number
    assert parse_number(chinese(number).replace("二千", "两千").replace("二万", "两万")) == number


@given(st.integers(0, 10**9), st.sampled_from(["{:,}", "{:d}"]))
def test_arabic_numerals_come_back(number: int, form: str) -> None:
    text = form.format(number)
    assert parse_number(text) == number
    assert parse_number(text.translate({ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789,"})) == number


@given(st.decimals(0, 9999, places=2, allow_nan=False), st.sampled_from([("万", 10**4), ("亿", 10**8), ("千", 1000)]))
def test_decimals_with_a_multiplier_come_back(number: Decimal, multiplier: tuple[str, int]) -> None:
    assert parse_number(f"{number}{multiplier[0]}") == float(number * multiplier[1])


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    parse_number(text)
