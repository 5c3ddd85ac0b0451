from __future__ import annotations

from analysis.stats.sample import build_sample
from tests.stats.panel import document, table


def sample(*rows, **options):
    return build_sample(table("documents", rows), **options)


def test_only_a_publication_tells_whether_a_report_is_on_time():
    result = sample(
        document("a", published="2025-04-01"), document("b", published="2025-04-02"), document("c", dated="2025-02-05")
    )
    assert dict(zip(result.table["doc_id"], result.table["on_time"], strict=True)) == {
        "a": "yes", "b": "no", "c": "unknown"
    }  # fmt: skip


def test_every_document_is_listed_with_what_it_is_used_for():
    result = sample(document("a"), document("b", coverage="opening"), document("c", genre="plan"))
    assert dict(zip(result.table["doc_id"], result.table["use"], strict=True)) == {
        "a": "kept", "b": "shown", "c": "set_aside"
    }  # fmt: skip
    assert list(result.parts["full"]["doc_id"]) == ["a", "c"]
    counts = result.parts["counts"].set_index(["coverage", "genre"])
    assert counts.loc[("full", "annual_report"), ["n", "n_kept"]].tolist() == [1, 1]
    assert counts.loc[("full", "plan"), "n_kept"] == 0


def test_other_years_are_not_listed():
    assert list(sample(document("a"), document("b", report_year=2023), years=[2023]).table["doc_id"]) == ["b"]
