"""What simulations of people's work showed (`python -m tests.validation audits corrections` makes it again)."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.validation.people import AUDITS, REPLICATIONS
from tests.validation.results import read_results

FOUND = read_results()


def of(method: str) -> pd.DataFrame:
    rows = FOUND[FOUND["method"].eq(method)]
    assert len(rows)
    return rows


def test_the_file_is_what_the_simulations_write():
    assert of("corrected_share")["replications"].ge(0.95 * REPLICATIONS).all()
    everything = of("audit_recall")[of("audit_recall")["setting"].str.endswith("all")]
    assert everything["replications"].eq(AUDITS).all()


@pytest.mark.parametrize("method", ["audit_precision", "audit_recall"])
def test_intervals_of_an_audit_cover_at_least_what_they_say(method):
    rows = of(method)
    frequent = rows[~rows["setting"].str.endswith("rare")]
    assert frequent["value"].mean() >= 0.95
    assert frequent["value"].min() >= 0.92


@pytest.mark.parametrize("method", ["audit_precision_bias", "audit_recall_bias"])
def test_an_audit_is_right_on_average(method):
    rows = of(method)
    everything = rows[rows["setting"].str.endswith("all")]
    assert everything["value"].abs().max() < 0.01


def test_corrected_shares_cover_what_they_say_and_machine_codes_alone_are_biased():
    shares = of("corrected_share")["value"]
    assert shares.mean() >= 0.94
    assert shares.min() >= 0.92
    assert of("corrected_bias")["value"].abs().max() < 0.01
    assert of("machine_bias")["value"].abs().max() > 0.05
