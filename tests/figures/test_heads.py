"""Every column that a table can show has a head, and every value of a vocabulary a word, in both languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis import codebook, contract
from analysis.figures import labels
from analysis.figures.labels import LANGUAGES, label
from analysis.figures.texttable import VOCABULARIES, display_table
from analysis.stats.admitted import estimate_admitted
from analysis.stats.agreement import estimate_agreement
from analysis.stats.comparisons import estimate_comparison
from analysis.stats.disclosure import estimate_disclosure, estimate_mandated, estimate_wording
from analysis.stats.frame import Frame, Result
from analysis.stats.recurrence import estimate_cooccurrence, estimate_recurrence
from analysis.stats.sample import build_sample
from analysis.stats.sensitivity import estimate_sensitivity
from analysis.stats.shared import estimate_shared_wording
from analysis.stats.stages import estimate_stages
from analysis.stats.trends import estimate_trend
from analysis.tidy import build_tidy, read_sets

INDICATORS = ["legal_aid_cases_handled", "reconsideration_cases_accepted", "head_of_agency_appearance_rate"]
HAN = re.compile(r"[\u3400-\u9fff]")
ID = re.compile(r"[a-z]+(_[a-z]+)*")
CODERS = {"coder_a", "coder_b", "coder"}  # names of people and files, the same in every language


@pytest.fixture(scope="module")
def facts(shipped: Path) -> dict[str, pd.DataFrame]:
    sets = read_sets([shipped / "data" / "extracted"])
    return sets | build_tidy(sets)


@pytest.fixture(scope="module")
def results(facts) -> dict[str, Result]:
    documents, observations, coverage, problems = (
        facts[name] for name in ("documents", "observations", "coverage", "problems")
    )
    return {
        "sample": build_sample(documents, observations),
        "mandated": estimate_mandated(coverage, documents, required="all"),
        "disclosure": estimate_disclosure(
            coverage, observations, documents, by="province", predictors=["issuer_type"]),
        "wording": estimate_wording(observations, documents),
        "comparison": estimate_comparison(
            observations, coverage, documents, INDICATORS, frame=Frame("p", "census", 60), interval="process",
            per_10k=True, ranks=True),
        "sensitivity": estimate_sensitivity(
            observations, coverage, documents, problems, indicators=INDICATORS, categories=["awareness"]),
        "recurrence": estimate_recurrence(problems, documents, by="report_year"),
        "cooccurrence": estimate_cooccurrence(problems, documents),
        "trend": estimate_trend(observations, documents, INDICATORS),
        "agreement": estimate_agreement(facts["codes"], facts["statements"], replications=10),
        "admitted": estimate_admitted(coverage, problems, documents),
        "stages": estimate_stages(observations, documents),
        "shared": estimate_shared_wording(facts["reuse"], facts["sections"], documents),
    }  # fmt: skip


def frames(results: dict[str, Result]) -> dict[str, pd.DataFrame]:
    made = {name: result.table for name, result in results.items()}
    return made | {f"{name}.{part}": table for name, result in results.items() for part, table in result.parts.items()}


def heads() -> dict[str, dict[str, str]]:
    words = tomllib.loads((Path(labels.__file__).parent / "labels.toml").read_text(encoding="utf-8"))
    return dict(words["column"])


def stem(column: str) -> str:
    return column.removesuffix("_zh").removesuffix("_en")


def test_every_column_of_the_contract_has_a_head():
    columns = {column.name for name in contract.specs() for column in contract.spec(name).columns}
    assert {stem(column) for column in columns} - set(heads()) == set()


def test_every_column_of_an_estimate_has_a_head(results):
    columns = {stem(column) for table in frames(results).values() for column in table.columns}
    assert columns - set(heads()) == set()


def test_every_column_of_the_triggers_has_a_head():
    assert set(codebook.read_frame("tidy/triggers").columns) - set(heads()) == set()


def test_no_table_of_the_contract_has_one_head_twice():
    for name in contract.specs():
        columns = {stem(column.name) for column in contract.spec(name).columns}
        for lang in LANGUAGES:
            shown = [label("column", column, lang) for column in columns]
            assert len(set(shown)) == len(shown), (name, lang)


def test_every_allowed_value_has_a_word():
    for name in contract.specs():
        for column in contract.spec(name).columns:
            for value in column.allowed:
                kind = VOCABULARIES.get(column.name, "")
                assert HAN.search(label(kind, value, "zh")), (name, column.name, value)
                assert "_" not in label(kind, value, "en"), (name, column.name, value)


def test_a_chinese_table_shows_no_id(results):
    for name, table in frames(results).items():
        shown = display_table(table, "zh")
        for head in shown:
            found = {text for text in shown[head] if ID.fullmatch(text)}
            assert not found or head in {label("column", coder) for coder in CODERS}, (name, head, found)


def test_an_english_table_shows_no_chinese(results):
    for name, table in frames(results).items():
        shown = display_table(table.drop(columns="unit_id", errors="ignore"), "en")
        found = {text for head in shown for text in [head, *shown[head]] if HAN.search(text)}
        assert found == set(), name
