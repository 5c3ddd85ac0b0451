"""The sample reports: what is shipped is what extraction gives, and how well it reads them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.codebook import read_rows
from analysis.evaluate import evaluate, read_gold
from analysis.extract import TABLES, extract
from analysis.tables import read_table, read_tables
from analysis.tidy import build_tidy

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
PARTS = ("development", "held_out")
ROUNDS = ("first", "second", "gold")
FACTS = ("documents", "sections", "mentions", "statements", "codes")


@pytest.fixture(scope="module", params=PARTS)
def part(request: pytest.FixtureRequest) -> Path:
    """Return the folder of one part of the samples."""
    return SAMPLES / str(request.param)


def texts(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder / "reports").glob("*.txt"))}


def test_there_are_enough_reports_and_figures() -> None:
    found = {name: read_table("mentions", SAMPLES / name / "gold") for name in PARTS}
    assert [len(texts(SAMPLES / name)) for name in PARTS] == [8, 4]
    assert sum((mentions["status"] != "named").sum() for mentions in found.values()) >= 600


def test_what_is_shipped_is_what_extraction_gives(part: Path) -> None:
    frames, shipped = extract(part / "reports"), read_tables(part / "extracted", TABLES)
    assert all(frames[name].equals(shipped[name]) for name in TABLES)


@pytest.mark.parametrize("name", ROUNDS)
def test_every_round_of_annotation_lies_in_the_texts(part: Path, name: str) -> None:
    tables, written = read_tables(part / name, FACTS), texts(part)
    assert set(tables["documents"]["doc_id"]) == set(written)
    for row in tables["mentions"].itertuples():
        assert written[row.doc_id][row.start : row.end] == row.surface
    for table in ("sections", "statements"):
        for row in tables[table].itertuples():
            assert 0 <= row.start < row.end <= len(written[row.doc_id])
    assert set(tables["codes"]["statement_id"]) <= set(tables["statements"]["statement_id"])


def test_no_place_of_the_samples_exists(part: Path) -> None:
    real = {row["name"] for row in read_rows("text/places")}
    documents = read_table("documents", part / "gold")
    assert not real & set(documents["county"])
    assert (documents["adcode"] == "").all()


@pytest.fixture(scope="module")
def scored(part: Path) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """Return the metrics and the errors of one part."""
    facts = read_tables(part / "extracted", TABLES)
    metrics, errors = evaluate(read_gold(part / "gold"), facts, build_tidy(facts)["matches"], resamples=1)
    return part.name, metrics.set_index("metric"), errors
