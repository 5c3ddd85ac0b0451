import math
from fractions import Fraction

import pytest

from analysis.tidy.rates import find_grim, fits_printed, implied_base, printed_decimals


@pytest.mark.parametrize(
    ("k", "n", "printed", "how"),
    [(140, 151, 92.71, "truncated"), (11, 151, 7.28, "rounded"), (4, 151, 2.64, "truncated"),
     (85, 66, 128.78, "truncated"), (38, 521, 7.29, "rounded"), (75, 141, 60.5, ""), (1, 3, 33.34, "")],
)  # fmt: skip
def test_counties_round_or_cut(k, n, printed, how):
    assert fits_printed(Fraction(100 * k, n), printed, printed_decimals(f"{printed}%")) == how


def find_grim_finds_the_count_and_its_chance():
    found = find_grim(8.51, 2, 141)
    assert (found.k, found.chance) == (12, 0.0142)


def find_grim_finds_none_where_no_count_gives_the_rate():
    assert find_grim(60.5, 1, 20).k is None


def test_implied_base_of_a_rate():
    assert implied_base(75, 60.5) == 124.0
    assert math.isnan(implied_base(0, 0.0))


def test_decimals_of_a_surface():
    assert [printed_decimals(surface) for surface in ("100%", "8.51%", "约19.2%", "0")] == [0, 2, 1, 0]
