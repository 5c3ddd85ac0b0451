"""The triggers: each is told from its neighbours, and takes what other counties write and nothing else."""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from pathlib import Path

import pytest

from analysis import codebook
from analysis.tidy.matches import fold, match_figure

HERE = Path(__file__).parent
LONGEST_TRIGGER = 16
FAMILIES = {"stock": "flow", "share": "rate"}
ACTIVE = {name: row for name, row in codebook.rows_by("tidy/indicators").items() if row["status"] == "active"}
TRIGGERS = codebook.read_rows("tidy/triggers")


def listed(cell: str, by: str = "|") -> list[str]:
    return [part for part in cell.split(by) if part]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_triggers_name_active_indicators_and_are_short_folded_terms() -> None:
    for row in TRIGGERS:
        assert row["indicator"] in ACTIVE
        assert 2 <= len(row["trigger"]) <= LONGEST_TRIGGER
        words = [row["trigger"], *re.split(r"[|&]", row["require"]), *listed(row["exclude"])]
        assert all(fold(word) == word for word in words), row
        assert row["trigger"] not in listed(row["exclude"]), row
        for group in listed(row["require"], "&"):
            assert not set(listed(group)) & set(listed(row["exclude"])), row


def test_contexts_test_known_fields() -> None:
    fields = {"role", "organ", "issuer_type", "genre", "form", "action", "unit", "unit_class"}
    for row in TRIGGERS:
        for condition in listed(row["context"], "&"):
            field, equals, values = condition.partition("=")
            assert equals and field in fields and values


def test_contained_triggers_are_the_listed_ones() -> None:
    """A trigger inside another one of a different indicator is allowed once somebody has looked at it.

    After a change that is meant: write the pairs of the message into tests/codebook_contained_triggers.csv.
    """
    indicators = defaultdict(set)
    for row in TRIGGERS:
        indicators[row["trigger"]].add(row["indicator"])
    found = {
        (short, long)
        for short, long in itertools.permutations(sorted(indicators), 2)
        if short in long and indicators[short] != indicators[long]
    }
    known = {(row["trigger"], row["inside"]) for row in read(HERE / "codebook_contained_triggers.csv")}
    assert sorted(found - known) == []
    assert sorted(known - found) == []


def test_shared_triggers_are_told_apart() -> None:
    for first, second in itertools.combinations(TRIGGERS, 2):
        if first["trigger"] != second["trigger"] or first["indicator"] == second["indicator"]:
            continue
        one, other = ACTIVE[first["indicator"]], ACTIVE[second["indicator"]]
        forms = {FAMILIES.get(row["form"], row["form"]) for row in (one, other)}
        rules = {tuple(row[column] for column in ("require", "exclude", "context")) for row in (first, second)}
        assert one["unit_class"] != other["unit_class"] or len(forms) > 1 or len(rules) > 1, (first, second)


# Measures as other counties word them, and the traps of neighbouring words: measure, action, unit, form, indicator.
WORDINGS = read(HERE / "codebook_wordings.csv")


@pytest.mark.parametrize("case", WORDINGS, ids=[f"{row['measure']}-{row['unit']}" for row in WORDINGS])
def test_wording_is_taken_by_the_right_indicator(case: dict[str, str]) -> None:
    figure = {"role": "achievement", "organ": "", "issuer_type": "government", "genre": "annual_report", **case}
    assert match_figure(figure).indicator == case["indicator"]


@pytest.mark.parametrize(
    ("folder", "labels"),
    [("reports", "../data/gold/mentions_indicators.csv"), ("panel", "codebook_panel_indicators.csv")],
)
def test_shipped_figures_are_matched_as_labelled(folder: str, labels: str) -> None:
    """Both label files were reviewed row by row; the measures are a reader's words, not an extraction's."""
    expected = {row["mention_id"]: row["indicator"] for row in read(HERE / labels)}
    source = HERE.parent / "data" / "gold" if folder == "reports" else HERE.parent / "data" / "extracted" / folder
    documents = {row["doc_id"]: row for row in read(source / "documents.csv")}
    wrong = []
    for mention in read(source / "mentions.csv"):
        if mention["status"] == "named":
            continue
        match = match_figure({**documents[mention["doc_id"]], **mention})
        if match.indicator != expected[mention["mention_id"]]:
            wrong.append((mention["mention_id"], mention["measure"], match.indicator, expected[mention["mention_id"]]))
    assert wrong == []
    assert set(expected.values()) - {""} <= set(ACTIVE)


# ---------------------------------------------------------------------------------- shortcomings and their causes
CODING = [*codebook.read_rows("text/category_triggers"), *codebook.read_rows("text/attribute_triggers")]
LONGEST_QUOTATION = 7


def test_triggers_of_shortcomings_are_patterns_of_a_known_strength() -> None:
    for row in CODING:
        assert not re.search(row["trigger"], ""), row
        assert not row["exclude"] or not re.search(row["exclude"], ""), row
        assert row.get("strength", "strong") in {"strong", "general", "weak"}


def test_no_trigger_of_a_shortcoming_quotes_a_report(reports: Path) -> None:
    """A term of the trade may stand in a report; a stretch as long as a clause is a quotation."""
    texts = [fold(path.read_text(encoding="utf-8")) for path in sorted(reports.glob("00*.txt"))]
    for row in CODING:
        for words in re.findall(r"[\u4e00-\u9fff]+", row["trigger"]):
            assert len(words) <= LONGEST_QUOTATION or not any(words in text for text in texts), row
