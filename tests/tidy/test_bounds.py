import math

import pytest

from analysis.errors import ParameterError
from analysis.tidy.bounds import find_bounds

NAN = math.nan


@pytest.mark.parametrize(
    ("surface", "qualifier", "value", "low", "high", "form", "expected"),
    [
        ("141件", "", 141, 141, 141, "flow", (141, 141, False, False, "exact")),
        ("400余份", "余", 400, 400, NAN, "flow", (400, 500, True, True, "bounded")),
        ("36000余份", "余", 36000, 36000, NAN, "flow", (36000, 37000, True, True, "bounded")),
        ("18.85万余条", "余", 188500, 188500, NAN, "flow", (188500, 188600, True, True, "bounded")),
        ("300余万元", "余", 3000000, 3000000, NAN, "amount", (3000000, 4000000, True, True, "bounded")),
        ("6835余万元", "余", 68350000, 68350000, NAN, "amount", (68350000, 68360000, True, True, "bounded")),
        ("近三十万人次", "近", 300000, NAN, 300000, "flow", (290000, 300000, False, True, "bounded")),
        ("75万件", "", 750000, 750000, 750000, "flow", (745000, 755000, False, True, "rounded")),
        ("1.3万人次", "", 13000, 13000, 13000, "flow", (12500, 13500, False, True, "rounded")),
        ("60.5%", "", 60.5, 60.5, 60.5, "rate", (60.45, 60.55, False, True, "rounded")),
        ("100%", "", 100, 100, 100, "rate", (99.5, 100, False, False, "rounded")),
        ("98%以上", "以上", 98, 98, 100, "rate", (98, 100, False, False, "bounded")),
        ("2次以上", "以上", 2, 2, NAN, "flow", (2, 3, False, True, "bounded")),
        ("约50件", "约", 50, NAN, NAN, "flow", (45, 55, False, False, "approximate")),
        ("3至5名", "", NAN, 3, 5, "flow", (3, 5, False, False, "bounded")),
        ("0件", "", 0, 0, 0, "flow", (0, 0, False, False, "exact")),
    ],
)
def test_conventional_bounds_follow_the_last_printed_digit(surface, qualifier, value, low, high, form, expected):
    assert find_bounds(surface, qualifier, value, low, high, form) == pytest.approx(expected)


def test_a_figure_without_number_is_vague():
    bounds = find_bounds("数十次", "", NAN, NAN, NAN, "flow")
    assert bounds.exactness == "vague"
    assert math.isnan(bounds.low)


def test_strict_leaves_the_open_end_open():
    bounds = find_bounds("400余份", "余", 400, 400, NAN, "flow", "strict")
    assert bounds.low == 400
    assert math.isnan(bounds.high)


def test_leading_digit_is_wider_than_last_digit():
    assert find_bounds("36000余份", "余", 36000, 36000, NAN, "flow", "leading_digit").high == 46000


def test_an_unknown_convention_is_named():
    with pytest.raises(ParameterError, match="last_digit, leading_digit, strict"):
        find_bounds("1件", "", 1, 1, 1, "flow", "loose")
