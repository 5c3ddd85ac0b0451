"""A study of tables in partitions gives what the study of the same tables in one folder gives, and reads no more."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import analysis as fz
from analysis.__main__ import main
from analysis.errors import ParameterError, StudyError
from analysis.stats.profile import build_profile
from analysis.study import Study, refresh_tidy, tidy_reasons
from analysis.study.plan import read_plan
from analysis.study.runs import run_study
from analysis.tidy import build_tidy
from tests.benchmarks.generate import write_reports

STUDY = """
[data.whole]
label_zh = "虚构"
label_en = "Invented"
extracted = ["data/extracted/whole"]
tidy = "data/tidy/whole"
corrections = "data/corrections.csv"
invented = true

[data.parts]
label_zh = "虚构"
label_en = "Invented"
extracted = ["data/extracted/parts"]
tidy = "data/tidy/parts"
corrections = "data/corrections.csv"
invented = true
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    for _ in write_reports(root / "in", 30):
        pass
    for name, more in (("whole", []), ("parts", ["--partitioned"])):
        assert main(["extract", str(root / "in"), "-o", str(root / "data" / "extracted" / name), *more]) == 0
    (root / "study.toml").write_text(STUDY, encoding="utf-8", newline="\n")
    return root


@pytest.fixture
def studies(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Study, Study]:
    monkeypatch.setenv("FAZHI_ROOT", str(root))
    for data in read_plan().data.values():
        if tidy_reasons(data):
            refresh_tidy(data)
    return fz.open_study("whole"), fz.open_study("parts")


def test_every_table_is_the_same(studies: tuple[Study, Study]) -> None:
    whole, parts = studies
    assert list(whole.tables) == list(parts.tables)
    for name in whole.tables:
        assert parts.tables[name].equals(whole.tables[name]), name
    assert repr(parts) == repr(whole)


def test_estimates_are_the_same(studies: tuple[Study, Study]) -> None:
    whole, parts = (
        [
            fz.estimate_disclosure(study.coverage, study.observations, study.documents, frame=study.frame),
            fz.estimate_mandated(study.coverage, study.documents, frame=study.frame),
            fz.estimate_recurrence(study.problems, study.documents, frame=study.frame),
            fz.estimate_trend(study.observations, study.documents, "reconsideration_cases_accepted", frame=study.frame),
        ]
        for study in studies
    )
    for one, other in zip(whole, parts, strict=True):
        pd.testing.assert_frame_equal(one.table, other.table)
        assert one.refusals == other.refusals
        assert one.parts.keys() == other.parts.keys()
        for name in one.parts:
            pd.testing.assert_frame_equal(one.parts[name], other.parts[name])
    assert any(len(result.table) for result in whole)


def test_rows_that_are_wanted_are_the_same(studies: tuple[Study, Study]) -> None:
    indicator = studies[0].observations["indicator"].value_counts().index[0]
    one, other = (
        study.rows("observations", ["observation_id", "value"], indicator=indicator, report_year=[2017, 2018])
        for study in studies
    )
    assert 0 < len(one) < len(studies[0].observations)
    pd.testing.assert_frame_equal(one, other)
    for study in studies:
        with pytest.raises(ParameterError, match="no column 'indicators'"):
            study.rows("observations", indicators=indicator)


def test_no_table_is_read_that_nobody_asks_for(studies: tuple[Study, Study], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    for study in studies:
        monkeypatch.setattr(type(study.tables), "__getitem__", refuse)
        coverage, _ = study.select(["reconsideration_cases_accepted"])
        assert len(coverage)


def test_what_some_indicators_need_gives_the_same_estimates(studies: tuple[Study, Study]) -> None:
    ids = ["reconsideration_cases_accepted", "head_of_agency_appearance_rate"]
    made = []
    for study in studies:
        coverage, figures = study.select(ids)
        assert len(coverage) < len(study.coverage)
        assert len(figures) < len(study.observations)
        made += [(study, coverage, figures), (study, study.coverage, study.observations)]
    results = [
        [
            fz.estimate_comparison(figures, coverage, study.documents, ids, frame=study.frame, interval="process"),
            fz.estimate_disclosure(coverage, figures, study.documents, ids, frame=study.frame),
            fz.estimate_trend(figures, study.documents, ids, frame=study.frame),
        ]
        for study, coverage, figures in made
    ]
    for others in results[1:]:
        for one, other in zip(results[0], others, strict=True):
            pd.testing.assert_frame_equal(one.table, other.table)
            for name in one.parts:
                pd.testing.assert_frame_equal(one.parts[name], other.parts[name])
    assert all(len(result.table) for result in results[0])


def test_the_profile_of_a_unit_reads_its_rows_only(studies: tuple[Study, Study]) -> None:
    whole, parts = studies
    for unit in whole.units["unit_id"].unique()[:3]:
        profile = build_profile(whole.tables, unit, tier="all")
        assert len(profile.parts["values"])
        for study in studies:
            own = study.select_unit(unit)
            assert set(own["documents"]["doc_id"]) < set(study.documents["doc_id"])
            narrow = build_profile(own, unit, tier="all")
            pd.testing.assert_frame_equal(narrow.table, profile.table)
            for name, part in profile.parts.items():
                pd.testing.assert_frame_equal(narrow.parts[name], part)
    with pytest.raises(ParameterError, match="no report is of such a unit"):
        parts.select_unit("nowhere")


def test_another_convention_is_that_of_tidy_tables_built_under_it(studies: tuple[Study, Study]) -> None:
    whole, parts = studies
    indicator = whole.observations["indicator"].value_counts().index[0]
    (year,) = whole.documents["report_year"].value_counts().index[:1]
    built = build_tidy(whole.tables, convention="strict")["observations"]
    rows = built[built["indicator"].eq(indicator) & built["report_year"].eq(year)].reset_index(drop=True)
    for study in studies:
        found = study.observations_under("strict", [indicator], [int(year)])
        pd.testing.assert_frame_equal(found[found["indicator"] == indicator].reset_index(drop=True), rows)
    assert 0 < len(rows) < len(built)


def test_tidy_tables_that_are_not_up_to_date_are_not_used(studies: tuple[Study, Study], root: Path) -> None:
    file = root / "data" / "corrections.csv"
    file.write_text("table,id,field,expected,corrected,reason,who,when,sha256\n", encoding="utf-8")
    try:
        with pytest.raises(StudyError, match="corrections changed"):
            fz.open_study("parts")
    finally:
        file.unlink()


def test_a_run_tidies_them_and_writes_their_evidence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAZHI_ROOT", str(root))
    own = STUDY[STUDY.index("[data.parts]") :].replace("data/tidy/parts", "data/tidy/again")
    (root / "own.toml").write_text(own, encoding="utf-8", newline="\n")
    run_study(root / "own.toml")
    index = root / "figures" / "evidence_parts.html"
    pages = sorted((root / "figures" / "evidence_parts").glob("*.html"))
    assert len(pages) == 10 and "evidence_parts.html" in (root / "figures" / "index.html").read_text(encoding="utf-8")
    before = [path.stat().st_mtime_ns for path in (index, *pages)]
    told: list[str] = []
    run_study(root / "own.toml", echo=told.append)
    assert "tidy parts: up to date" in told
    assert [path.stat().st_mtime_ns for path in (index, *pages)] == before
    pages[0].unlink()
    run_study(root / "own.toml")
    assert pages[0].exists()
