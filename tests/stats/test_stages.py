from __future__ import annotations

import pytest

from analysis.errors import ParameterError
from analysis.stats.stages import estimate_stages
from tests.stats.panel import CODEBOOK, document, observation, table


def stages(documents, observations, families=()):
    return estimate_stages(
        table("observations", observations), table("documents", documents), families, codebook=CODEBOOK
    )


def test_counts_stand_with_their_stage_and_rates_of_the_family_with_their_base():
    rows = [observation("a"), observation("a", "won", 7), observation("a", "win_rate", 70, base="cases"),
            observation("a", "offices", 3)]  # fmt: skip
    result = stages([document("a")], rows)
    found = {(row.indicator, row.kind, row.stage, row.base) for row in result.table.itertuples()}
    assert found == {
        ("cases", "stage", "closed", ""),
        ("won", "stage", "outcome", ""),
        ("win_rate", "base", "", "cases"),
    }
    assert set(result.table["family"]) == {"suits"}


def test_full_reports_are_counted_and_openings_only_listed():
    rows = [observation("a"), observation("b"), observation("b", "win_rate", 99)]
    result = stages([document("a"), document("b", coverage="opening")], rows)
    assert result.table.groupby("doc_id")["hollow"].first().to_dict() == {"a": False, "b": True}
    (counted,) = result.parts["counts"].itertuples()
    assert (counted.indicator, counted.n, counted.n_at_risk) == ("cases", 1, 1)


def test_a_family_is_chosen_by_name():
    assert len(stages([document("a")], [observation("a")], ["suits"]).table) == 1
    with pytest.raises(ParameterError, match="families names suites; the codebook has suits"):
        stages([document("a")], [observation("a")], ["suites"])
