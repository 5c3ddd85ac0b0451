"""The codebook: names refer to something, rules are told from their neighbours, nothing unverified prints."""

from __future__ import annotations

import datetime
import fnmatch
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from analysis import codebook
from analysis.tidy.matches import match_figure

RUN = 24
COLUMNS = {
    "tidy/indicators": "id label_zh label_en definition_zh definition_en domain form unit unit_class stage numerator "
    "denominators part_of combine tier per_capita applies_to series basis status since notes family",
    "tidy/triggers": "indicator trigger require exclude context",
    "tidy/components": "indicator component label_zh label_en triggers",
    "tidy/unit_equivalents": "unit unit_class flag",
    "tidy/categories": "id label_zh label_en definition_zh definition_en outline_chapter include exclude status",
    "tidy/causes": "id label_zh label_en definition_zh definition_en outline_chapter include exclude status",
    "tidy/mandated": "item group question_zh question_en basis required applies_to evidence cues",
    "tidy/bases": "base label_zh label_en definition_zh definition_en source",
    "tidy/breaks": "indicator date province what_zh what_en direction source verified",
    "tidy/facts": "id indicator place_zh place_en adcode year value unit base what_zh what_en source basis",
    "text/zeros": "phrase indicator measure unit form",
    "text/category_triggers": "category trigger exclude role strength",
    "text/attribute_triggers": "attribute trigger exclude",
    "labels": "key zh en",
}
KEYS = {
    "tidy/indicators": ("id",),
    "tidy/components": ("indicator", "component"),
    "tidy/unit_equivalents": ("unit", "unit_class"),
    "tidy/triggers": ("indicator", "trigger", "require", "context"),
    "tidy/categories": ("id",),
    "tidy/causes": ("id",),
    "tidy/mandated": ("item",),
    "tidy/bases": ("base",),
    "tidy/breaks": ("indicator", "date", "province"),
    "tidy/facts": ("id",),
    "text/zeros": ("phrase",),
    "text/category_triggers": ("trigger", "role", "category"),
    "text/attribute_triggers": ("attribute", "trigger"),
    "labels": ("key",),
}
ISSUERS = {"party_committee", "government", "party_and_government", "management_committee", "department", "township"}
VOCABULARY = {
    "form": {"flow", "stock", "rate", "share", "amount", "change", "rank"},
    "stage": {"", "received", "prefiling", "accepted", "workload", "handled", "closed", "outcome"},
    "combine": {"single", "sum", "none"},
    "tier": {"core", "extended", "context"},
    "per_capita": {"yes", "no"},
    "series": {"", "moj"},
    "basis": {"law", "practice", "memory"},
    "status": {"active", "retired"},
}
REQUIRED = ("label_zh", "label_en", "definition_zh", "definition_en", "domain", "unit", "unit_class", "since")
INDICATORS = codebook.rows_by("tidy/indicators")
ACTIVE = {name: row for name, row in INDICATORS.items() if row["status"] == "active"}
TRIGGERS = codebook.read_rows("tidy/triggers")


def listed(cell: str, by: str = "|") -> list[str]:
    return [part for part in cell.split(by) if part]


# ------------------------------------------------------------------------------------------------------ files
@pytest.mark.parametrize("name", COLUMNS)
def test_file_has_its_columns_and_unique_keys(name: str) -> None:
    rows = codebook.read_rows(name)
    assert list(rows[0]) == COLUMNS[name].split()
    keys = Counter(tuple(row[column] for column in KEYS[name]) for row in rows)
    assert [key for key, count in keys.items() if count > 1] == []
    assert all(cell == cell.strip() for row in rows for cell in row.values())


@pytest.mark.parametrize("name", COLUMNS)
def test_file_is_utf8_with_plain_line_ends(name: str) -> None:
    raw = (codebook.FOLDER / f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    raw.decode("utf-8")


# ------------------------------------------------------------------------------------------------- indicators
@pytest.mark.parametrize("column", VOCABULARY)
def test_indicator_columns_use_their_vocabulary(column: str) -> None:
    assert {row[column] for row in ACTIVE.values()} <= VOCABULARY[column]


def test_active_indicators_are_labelled_defined_and_triggered() -> None:
    triggered = {row["indicator"] for row in TRIGGERS}
    for name, row in ACTIVE.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", name)
        empty = [column for column in REQUIRED if not row[column]]
        assert empty == [], name
        assert name in triggered, f"{name} has no trigger"
    assert len({row["label_zh"] for row in ACTIVE.values()}) == len(ACTIVE)
    assert len({row["label_en"] for row in ACTIVE.values()}) == len(ACTIVE)


def test_retired_indicators_name_their_successors_and_take_nothing() -> None:
    for name, row in INDICATORS.items():
        successors = re.match(r"successors: ([a-z0-9_|]+);", row["notes"])
        assert name in ACTIVE or successors, f"{name} names no successor"
        assert successors is None or set(listed(successors[1])) <= set(ACTIVE)
        assert name in ACTIVE or name not in {row["indicator"] for row in TRIGGERS}


def test_domains_have_labels_in_both_languages() -> None:
    labels = codebook.rows_by("labels", "key")
    for domain in {row["domain"] for row in INDICATORS.values()}:
        assert labels[f"domain:{domain}"]["zh"] and labels[f"domain:{domain}"]["en"]


def test_numerators_denominators_and_wholes_exist() -> None:
    bases = set(codebook.rows_by("tidy/bases", "base"))
    for name, row in ACTIVE.items():
        assert set(listed(row["numerator"], "+")) <= set(ACTIVE), name
        assert set(listed(row["denominators"])) <= set(ACTIVE) | bases, name
        assert row["part_of"] == "" or row["part_of"] in ACTIVE, name
        assert row["part_of"] != name
        whole = ACTIVE.get(row["part_of"])
        assert whole is None or whole["unit_class"] == row["unit_class"], name


def test_rates_and_shares_are_percentages_and_counts_are_not() -> None:
    for name, row in ACTIVE.items():
        if row["form"] in {"rate", "share"}:
            assert (row["unit"], row["unit_class"]) == ("%", "percent"), name
        if row["form"] in {"flow", "stock"}:
            assert row["unit_class"] not in {"percent", "money", "rank"}, name
        assert (row["form"] == "amount") == (row["unit"] == "元"), name


def test_units_belong_to_the_class_of_their_indicator() -> None:
    own = {row["unit"]: row["unit_class"] for row in codebook.read_rows("text/units")}
    also = {(row["unit"], row["unit_class"]) for row in codebook.read_rows("tidy/unit_equivalents")}
    classes = set(own.values())
    for name, row in ACTIVE.items():
        assert row["unit_class"] in classes, name
        assert own[row["unit"]] == row["unit_class"] or (row["unit"], row["unit_class"]) in also, name
    for unit, unit_class in also:
        assert unit_class in classes and own[unit] != unit_class


def test_issuers_named_in_applies_to_exist() -> None:
    for row in [*ACTIVE.values(), *codebook.read_rows("tidy/mandated")]:
        assert row["applies_to"] == "all" or set(listed(row["applies_to"])) <= ISSUERS


def test_population_rates_only_for_what_people_bring() -> None:
    families = {row["family"] for row in ACTIVE.values() if row["per_capita"] == "yes"}
    assert families <= {"reconsideration", "mediation", "legal_aid", ""}
    assert all(row["form"] == "flow" for row in ACTIVE.values() if row["per_capita"] == "yes")


def test_one_stage_of_a_family_is_one_indicator() -> None:
    ladder = Counter(
        (row["family"], row["stage"])
        for row in ACTIVE.values()
        if row["family"] and row["stage"] not in {"", "outcome"} and not row["part_of"]
    )
    several = {key for key, count in ladder.items() if count > 1}
    assert several <= {("litigation", "closed")}, several


def test_the_core_stays_small() -> None:
    assert 35 <= sum(row["tier"] == "core" for row in ACTIVE.values()) <= 50


# --------------------------------------------------------------------------------------- components, zeros, labels
def test_components_belong_to_indicators_and_have_one_label() -> None:
    labels = defaultdict(set)
    for row in codebook.read_rows("tidy/components"):
        assert row["indicator"] in {"*", *ACTIVE}
        assert row["label_zh"] and row["label_en"] and listed(row["triggers"])
        labels[row["component"]].add((row["label_zh"], row["label_en"]))
    assert {slug: names for slug, names in labels.items() if len(names) > 1} == {}


def test_summed_indicators_have_components() -> None:
    having = {row["indicator"] for row in codebook.read_rows("tidy/components")}
    assert {name for name, row in ACTIVE.items() if row["combine"] == "sum"} <= having


def test_zeros_match_the_indicator_they_name() -> None:
    for row in codebook.read_rows("text/zeros"):
        figure = {"action": "", "role": "", "organ": "", "issuer_type": "", "genre": "", **row}
        assert match_figure(figure).indicator == row["indicator"], row["phrase"]


def test_labels_have_a_kind_and_both_languages() -> None:
    for row in codebook.read_rows("labels"):
        assert re.fullmatch(r"[a-z_]+:\S+", row["key"]) and row["zh"] and row["en"], row


# ------------------------------------------------------------------------------------- problems, contents, breaks
def test_category_triggers_name_categories_and_causes() -> None:
    problems = {row["id"] for row in codebook.read_rows("tidy/categories") if row["status"] == "active"}
    causes = {row["id"] for row in codebook.read_rows("tidy/causes") if row["status"] == "active"}
    assert problems & causes == {"other"}
    for row in codebook.read_rows("text/category_triggers"):
        assert row["category"] in {"problem": problems, "cause": causes}[row["role"]], row
        assert row["trigger"] not in listed(row["exclude"]), row
    having = {row["category"] for row in codebook.read_rows("text/category_triggers")}
    assert (problems | causes) - having == {"other"}


def test_a_word_points_to_one_category() -> None:
    owners = defaultdict(set)
    for row in codebook.read_rows("text/category_triggers"):
        owners[row["trigger"], row["role"]].add(row["category"])
    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


def test_attributes_are_those_of_the_contract() -> None:
    attributes = {row["attribute"] for row in codebook.read_rows("text/attribute_triggers")}
    assert attributes == {"uneven", "hedged", "level_named"}
    categories = codebook.rows_by("tidy/categories")
    assert {name for name in attributes & set(categories) if categories[name]["status"] == "active"} == set()


def test_mandated_contents_say_how_they_are_found() -> None:
    domains = {row["domain"] for row in ACTIVE.values()}
    roles = {"achievement", "problem", "cause", "remedy", "plan", "honours"}
    for row in codebook.read_rows("tidy/mandated"):
        assert row["required"] in {"yes", "derived", "no", "conditional"}
        for part in listed(row["evidence"], ";"):
            kind, _, what = part.partition(":")
            known = {"domain": domains, "section": roles, "content": {row["item"]}, "indicators": set(ACTIVE)}
            assert kind == "field" or set(listed(what)) <= known[kind], row["item"]


def test_only_the_regulation_requires() -> None:
    items = codebook.rows_by("tidy/mandated", "item")
    assert {name for name, row in items.items() if row["required"] == "yes"} == {"A4b", "B1", "B2a", "B2b", "B3", "B4"}
    assert {name for name, row in items.items() if row["required"] == "conditional"} == {"B5"}


def test_breaks_have_dates_sources_and_indicators() -> None:
    for row in codebook.read_rows("tidy/breaks"):
        datetime.date.fromisoformat(row["date"])
        assert row["verified"] in {"yes", "no"} and row["direction"] in {"up", "down", "unknown"}
        assert row["source"] and row["what_zh"] and row["what_en"]
        assert fnmatch.filter(ACTIVE, row["indicator"]), row["indicator"]


def test_nothing_that_rests_on_memory_can_be_printed() -> None:
    facts = codebook.read_rows("tidy/facts")
    assert [row["id"] for row in facts if row["basis"] == "memory" or not row["source"]] == []
    assert [name for name, row in ACTIVE.items() if row["basis"] == "memory"] == []
    addresses = re.compile(r"https?:|www\.|\.(com|cn|html?)\b")
    for name in ("tidy/facts", "tidy/breaks", "tidy/bases", "tidy/mandated"):
        assert not [row for row in codebook.read_rows(name) if addresses.search("".join(row.values()))]


def test_facts_name_indicators_bases_and_units() -> None:
    bases = codebook.rows_by("tidy/bases", "base")
    for row in codebook.read_rows("tidy/facts"):
        assert row["base"] in bases and ACTIVE[row["indicator"]]["unit"] == row["unit"]
        assert float(row["value"]) > 0 and 2000 <= int(row["year"]) <= 2100


def test_no_sentence_of_a_report_stands_in_the_codebook(reports: Path) -> None:
    blank = re.compile(r"\s+")
    seen = set()
    for path in sorted(reports.glob("*.txt")):
        words = blank.sub("", path.read_text(encoding="utf-8-sig"))
        seen |= {words[start : start + RUN] for start in range(len(words) - RUN + 1)}
    for name in COLUMNS:
        for row in codebook.read_rows(name):
            for cell in row.values():
                words = blank.sub("", cell)
                runs = (words[start : start + RUN] for start in range(len(words) - RUN + 1))
                assert not [run for run in runs if run in seen], (name, cell)
