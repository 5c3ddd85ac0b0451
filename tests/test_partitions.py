"""Tables in partitions hold what the tables of one folder hold, and give out no more than is asked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from shutil import copy, copytree

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from analysis.__main__ import main
from analysis.errors import CorrectionError, FazhiError, ParameterError, TableError
from analysis.evidence import show
from analysis.extract import TABLES, Extraction
from analysis.extract.workers import Processes
from analysis.partitions import (
    Partition,
    check_partitions,
    find_partitions,
    read_partition,
    read_rows,
    tidy_partitions,
    write_extracted,
)
from analysis.tables import fit_table
from analysis.tidy import build_tidy, read_sets

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples" / "development" / "reports"


@pytest.fixture(scope="module")
def extraction(tmp_path_factory: pytest.TempPathFactory) -> Extraction:
    extraction = Extraction(SAMPLES)
    extraction.read()
    return extraction


@pytest.fixture(scope="module")
def folder(extraction: Extraction, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("partitions") / "extracted"
    write_extracted(extraction, folder)
    return folder


@pytest.fixture(scope="module")
def facts(extraction: Extraction, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("whole") / "set"
    extraction.write(folder)
    return read_sets([folder])


def whole(folder: Path, name: str) -> pd.DataFrame:
    return fit_table(read_rows(folder, name), name)


def test_extracted_tables_come_back_as_they_were(folder: Path, facts: dict[str, pd.DataFrame]) -> None:
    assert len(find_partitions(folder)) > 3
    for name in TABLES:
        assert whole(folder, name).equals(facts[name]), name


def test_several_processes_write_the_same_bytes(extraction: Extraction, folder: Path, tmp_path: Path) -> None:
    team = Processes(2)
    write_extracted(extraction, tmp_path / "extracted", team)
    team.end()
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}
    again = tmp_path / "extracted"
    assert files == {path.relative_to(again): path.read_bytes() for path in again.rglob("*.parquet")}


class Broken:
    """A team whose processes end over whatever they are given."""

    size, died, tries = 2, BrokenProcessPool, 2

    def submit(self, *_: object) -> Future[None]:
        future: Future[None] = Future()
        future.set_exception(BrokenProcessPool())
        return future

    def renew(self) -> None: ...

    def end(self) -> None: ...


def test_a_partition_too_large_for_memory_is_named_and_nothing_written(extraction: Extraction, tmp_path: Path) -> None:
    with pytest.raises(FazhiError, match="Use fewer workers. What was read is kept"):
        write_extracted(extraction, tmp_path / "extracted", Broken())
    assert not (tmp_path / "extracted").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_tidied_by_parts_is_tidied_at_once(
    folder: Path, facts: dict[str, pd.DataFrame], tmp_path: Path, workers: int
) -> None:
    team = Processes(workers) if workers > 1 else None
    rows = tidy_partitions(folder, tmp_path / "tidy", correction(facts), team=team)
    if team:
        team.end()
    for name, table in build_tidy(facts, correction(facts)).items():
        assert whole(tmp_path / "tidy", name).equals(table), name
        assert rows[name] == len(table)


def correction(facts: dict[str, pd.DataFrame], **other: str) -> pd.DataFrame:
    row = facts["documents"].iloc[0]
    given = {"table": "documents", "id": row["doc_id"], "field": "title", "expected": row["title"],
             "corrected": "另一标题", "reason": "印错", "who": "甲", "when": "2024-01-01"} | other  # fmt: skip
    return fit_table([given], "corrections")


def test_every_correction_that_does_not_fit_is_named_and_nothing_written(
    folder: Path, facts: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    wrong = [correction(facts, expected="x"), correction(facts, id="nobody")]
    wrong.append(correction(facts, id=facts["documents"]["doc_id"].iloc[-1], expected="y"))
    with pytest.raises(CorrectionError) as raised:
        tidy_partitions(folder, tmp_path / "tidy", pd.concat(wrong, ignore_index=True))
    assert sorted(violation.row for violation in raised.value.violations) == [2, 3, 4]
    assert not (tmp_path / "tidy").exists()


def lines(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, list[str], str]:
    code = main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return code, sorted(told.out.splitlines()), told.err


def test_checked_by_parts_is_checked_at_once(
    folder: Path, extraction: Extraction, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extraction.write(tmp_path / "set")
    by_parts = lines(capsys, "check", folder, "--corrections", tmp_path / "none.csv")
    assert by_parts == lines(capsys, "check", tmp_path / "set", "--corrections", tmp_path / "none.csv")
    assert by_parts[0] == 0 and len(by_parts[1]) > 2


def lose(file: Path) -> None:
    file.unlink()


def garble(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100])


def rename(file: Path) -> None:
    rows = parquet.read_table(file, partitioning=None)
    parquet.write_table(rows.rename_columns({"value": "worth"}), file)


def contradict(file: Path) -> None:
    rows = parquet.read_table(file, partitioning=None).to_pandas()
    parquet.write_table(pa.Table.from_pandas(rows.assign(status="guessed"), preserve_index=False), file)


def orphan(file: Path) -> None:
    rows = parquet.read_table(file, partitioning=None).to_pandas()
    parquet.write_table(pa.Table.from_pandas(rows.assign(doc_id="nobody"), preserve_index=False), file)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lose, "its reports would seem to say nothing"),
        (garble, "cannot be read"),
        (rename, "column 'value' is missing"),
        (contradict, "status is 'guessed'"),
        (orphan, "'nobody' is not in documents.doc_id"),
    ],
)
def test_a_broken_partition_is_named_and_the_others_are_checked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], said: str
) -> None:
    copytree(folder, tmp_path / "set")
    first, *others = find_partitions(folder)
    damage(tmp_path / "set" / "mentions" / first.folder / "part-0.parquet")
    code, _, told = lines(capsys, "check", tmp_path / "set", "--corrections", tmp_path / "none.csv")
    assert code == 2
    assert said in told and first.folder in told and not any(other.folder in told for other in others)


def test_a_report_in_two_partitions_and_a_stale_correction_are_named(
    folder: Path, facts: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    copytree(folder, tmp_path / "set")
    first, second, *_ = find_partitions(folder)
    with pytest.raises(CorrectionError) as raised:
        list(check_partitions(folder, correction(facts, expected="x")))
    assert [violation.row for violation in raised.value.violations] == [2]
    for name in ("documents", "mentions", "sections", "statements", "codes", "contents"):
        copy(*(tmp_path / "set" / name / place.folder / "part-0.parquet" for place in (first, second)))
    with pytest.raises(TableError, match="stands in"):
        list(check_partitions(tmp_path / "set"))


def test_an_id_is_found_and_only_its_partition_is_opened(
    folder: Path, facts: dict[str, pd.DataFrame], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mention, statement = facts["mentions"]["mention_id"].iloc[-1], facts["statements"]["statement_id"].iloc[0]
    copytree(folder, tmp_path / "set")
    for partition in find_partitions(folder):
        if statement.split("@")[0] not in set(read_partition(folder, partition, ["documents"])["documents"]["doc_id"]):
            garble(tmp_path / "set" / "mentions" / partition.folder / "part-0.parquet")
    for name, place in ((mention, folder), (statement, tmp_path / "set")):
        code, told, _ = lines(capsys, "show", name, place)
        assert code == 0 and told == sorted(str(show(name, facts)).splitlines())


def test_an_id_that_is_nowhere_names_the_nearest(folder: Path, facts: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    doc_id = facts["documents"]["doc_id"].iloc[0]
    with pytest.raises(FazhiError, match=f"Nearest: .*{doc_id}"):
        show(f"{doc_id}x", folder)
    (tmp_path / "observations").mkdir()
    with pytest.raises(FazhiError, match="holds tidy tables"):
        show(doc_id, tmp_path)


def test_rows_and_columns_are_chosen(folder: Path, facts: dict[str, pd.DataFrame]) -> None:
    mentions = facts["mentions"]
    found = read_rows(folder, "mentions", ["mention_id", "value"], unit=["件", "人次"])
    expected = mentions.loc[mentions["unit"].isin(["件", "人次"]), ["mention_id", "value"]]
    assert len(found) and found.equals(expected.reset_index(drop=True))
    year = str(facts["documents"]["report_year"].iloc[0])
    found = read_rows(folder, "documents", in_year=year)
    assert set(found["doc_id"]) == set(facts["documents"].query(f"report_year == {year}")["doc_id"])


def test_other_tools_read_them(folder: Path, facts: dict[str, pd.DataFrame]) -> None:
    query = (
        f"SELECT count(*), count(DISTINCT in_year) FROM read_parquet('{folder}/mentions/*/*/*', hive_partitioning=true)"
    )
    assert duckdb.sql(query).fetchall() == [(len(facts["mentions"]), facts["documents"]["report_year"].nunique())]


def test_what_has_no_place_or_year_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("法治政府建设情况报告\n办结复议案件12件。\n", encoding="utf-8")
    with Extraction(tmp_path / "a.txt") as extraction:
        extraction.read()
        write_extracted(extraction, tmp_path / "set")
    assert find_partitions(tmp_path / "set") == [Partition("unknown", "unknown")]
    assert whole(tmp_path / "set", "mentions")["value"].tolist() == [12]


def test_a_set_in_partitions_among_others_is_not_passed_over(
    extraction: Extraction, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extraction.write(tmp_path / "sets" / "small")
    copytree(folder, tmp_path / "sets" / "national")
    for named in (tmp_path / "sets", folder):
        with pytest.raises(FazhiError, match="holds tables in partitions"):
            read_sets([named])
    code, _, told = lines(capsys, "tidy", tmp_path / "sets", "-o", tmp_path / "tidy")
    assert code == 2 and "national" in told and "move national out of" in told
    assert not (tmp_path / "tidy").exists()


def test_writing_again_leaves_nothing_of_before(extraction: Extraction, tmp_path: Path) -> None:
    write_extracted(extraction, tmp_path / "set")
    before = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.parquet")}
    write_extracted(extraction, tmp_path / "set")
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.parquet")} == before


def test_errors_say_what_is_there(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FazhiError, match="--partitioned"):
        find_partitions(tmp_path)
    with pytest.raises(ParameterError, match="no table 'mention'"):
        read_rows(folder, "mention")
    with pytest.raises(ParameterError, match="no column 'units'"):
        read_rows(folder, "mentions", units="件")
