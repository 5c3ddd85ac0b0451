"""A folder of reports to tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from analysis import bounds
from analysis.contract import check_foreign, check_table
from analysis.errors import InputError
from analysis.extract import TABLES, Extraction, extract, extract_text, find_notes, read_report, verify_shipped
from analysis.tables import read_tables

PROJECT = Path(__file__).resolve().parents[2]
WRITTEN = PROJECT / "tests" / "reports"
REPORT = (
    "{county}人民政府关于{year}年法治政府建设情况的报告\n{year}年,{county}办结复议案件{n}件。\n一、做法\n(一)甲。好。\n"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, county: str = "云岭县", year: int = 2023, n: int = 12) -> None:
    (folder / name).write_text(REPORT.format(county=county, year=year, n=n), encoding="utf-8", newline="\n")


def status(frames: dict[str, pd.DataFrame]) -> dict[str, str]:
    return dict(zip(frames["inputs"]["path"], frames["inputs"]["status"], strict=True))


@pytest.fixture(scope="module")
def written() -> dict[str, pd.DataFrame]:
    return extract(WRITTEN)


def test_tables_keep_the_contract(written: dict[str, pd.DataFrame]) -> None:
    assert list(written) == list(TABLES)
    assert [violation for name, frame in written.items() for violation in check_table(frame, name)] == []
    assert check_foreign(written) == []
    assert len(written["documents"]) == 6


def test_offsets_point_into_the_text(written: dict[str, pd.DataFrame]) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for path in WRITTEN.glob("*.txt")}
    for row in written["mentions"].itertuples():
        assert texts[row.doc_id][row.start : row.end] == row.surface
    for name in ("sections", "statements"):
        for row in written[name].itertuples():
            assert 0 <= row.start <= row.end <= len(texts[row.doc_id])


def test_no_table_holds_a_sentence(written: dict[str, pd.DataFrame]) -> None:
    for name in ("sections", "statements", "codes", "contents"):
        for column in written[name].select_dtypes(include=["str", "object"]):
            assert written[name][column].astype(str).str.len().max() <= 40


def test_the_result_does_not_depend_on_workers(written: dict[str, pd.DataFrame]) -> None:
    again = extract(WRITTEN, workers=2)
    assert all(again[name].equals(written[name]) for name in TABLES)


def test_what_is_written_is_what_is_returned(written: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    extract(WRITTEN, tmp_path / "local")
    read = read_tables(tmp_path / "local", TABLES)
    assert all(read[name].equals(written[name]) for name in TABLES)
    before = {path.name: path.read_bytes() for path in (tmp_path / "local").iterdir()}
    extract([WRITTEN], tmp_path / "local")
    assert {path.name: path.read_bytes() for path in (tmp_path / "local").iterdir()} == before


def test_bad_files_are_set_aside_and_the_rest_is_done(raw: Path) -> None:
    put(raw, "good.txt")
    (raw / "empty.txt").write_bytes(b"")
    (raw / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (raw / "scan.pdf").write_bytes(b"%PDF")
    with (raw / "large.txt").open("wb") as stream:
        stream.truncate(bounds.FILE + 1)
    frames = extract(raw)
    assert status(frames) == {
        "empty.txt": "set_aside",
        "good.txt": "read",
        "image.txt": "set_aside",
        "large.txt": "set_aside",
        "scan.pdf": "set_aside",
    }
    assert frames["documents"]["doc_id"].tolist() == ["good"]
    notes = find_notes(frames)
    assert [note.split(":")[0] for note in notes] == ["empty.txt", "image.txt", "large.txt", "scan.pdf"]
    assert "is empty" in notes[0]


def test_only_bad_files_leave_empty_tables(raw: Path) -> None:
    (raw / "empty.txt").write_bytes(b"")
    frames = extract(raw)
    assert frames["documents"].empty
    assert status(frames) == {"empty.txt": "set_aside"}


AS_NOBODY = """
import os, sys
from analysis.extract import extract, find_notes
extract(sys.argv[1])  # everything is loaded while it may be read
if os.geteuid() == 0:
    os.setuid(65534)
print(*find_notes(extract(sys.argv[2])), sep="\\n")
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_a_file_without_permission_is_set_aside() -> None:
    # Root may read everything, so the work is done as another user.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        put(folder, "good.txt")
        put(folder, "secret.txt", county="望湖区")
        (folder / "secret.txt").chmod(0)
        command = [sys.executable, "-c", AS_NOBODY, str(WRITTEN), name]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=PROJECT, check=False)
    assert done.stdout == "secret.txt: set aside: secret.txt may not be read by this user. Change its permissions.\n", (
        done.stderr
    )


def test_one_text_in_two_files_is_read_once(raw: Path) -> None:
    put(raw, "a.txt")
    (raw / "b.txt").write_bytes((raw / "a.txt").read_text(encoding="utf-8").encode("gb18030"))
    frames = extract(raw)
    assert status(frames) == {"a.txt": "read", "b.txt": "duplicate"}
    assert frames["inputs"]["doc_id"].tolist() == ["a", "a"]
    assert find_notes(frames) == ["b.txt: duplicate: same text as a.txt"]


def test_two_texts_under_one_id_are_an_error_that_names_both(raw: Path) -> None:
    put(raw, "a.txt")
    (raw / "sub").mkdir()
    put(raw / "sub", "a.txt", n=13)
    with pytest.raises(InputError, match=r"a\.txt and sub/a\.txt would both be document a\."):
        extract(raw)


def test_two_reports_of_one_county_and_year_are_kept_and_named(raw: Path) -> None:
    put(raw, "a.txt")
    put(raw, "b.txt", n=13)
    put(raw, "c.txt", year=2022)
    frames = extract(raw)
    assert len(frames["documents"]) == 3
    (note,) = find_notes(frames)
    assert note.startswith("a, b: 2 reports of 云岭县 for 2023.")
    assert note.endswith("; of versions by one issuer (a, b) the last published.")


def test_of_many_notes_of_one_kind_the_first_are_given_and_where_the_rest_stands(raw: Path) -> None:
    for year in range(2016, 2022):
        for n in (1, 2):
            put(raw, f"{year}_{n}.txt", n=n, year=year)
    (raw / "empty.txt").write_bytes(b"")
    frames = extract(raw)
    aside, first, second, rest = find_notes(frames, 2)
    assert aside.startswith("empty.txt: set aside")
    assert (first[:14], second[:14]) == ("2016_1, 2016_2", "2017_1, 2017_2")
    assert rest.startswith("... and 4 more of 6 places and years with several reports: the tidy table units")
    assert len(find_notes(frames)) == 7


def test_a_note_on_many_reports_names_the_first(raw: Path) -> None:
    for n in range(7):
        put(raw, f"r{n}.txt", n=n + 1)
    (note,) = find_notes(extract(raw))
    assert note.startswith("r0, r1, r2, r3, r4 and 2 more: 7 reports of 云岭县 for 2023.")


def test_a_report_without_place_or_year_is_kept_and_named(raw: Path) -> None:
    (raw / "a.txt").write_text("各项工作有序推进。\n", encoding="utf-8", newline="\n")
    frames = extract(raw)
    assert len(frames["documents"]) == 1
    assert [note.split(":")[1].split(".")[0] for note in find_notes(frames)] == [
        " no county found",
        " no report year found",
    ]


def test_the_manifest_wins_over_what_is_found(raw: Path) -> None:
    put(raw, "a.txt")
    (raw / "manifest.csv").write_text(
        "file,doc_id,county,report_year,source\na.txt,songxian,嵩县,2019,https://example.org/a\n",
        encoding="utf-8",
        newline="\n",
    )
    (row,) = extract(raw)["documents"].to_dict("records")
    assert (row["doc_id"], row["county"], row["prefecture"], row["adcode"]) == ("songxian", "嵩县", "洛阳市", "410325")
    assert (row["report_year"], row["source"], row["issuer"]) == (2019, "https://example.org/a", "云岭县人民政府")


def test_the_source_is_the_name_of_the_file_and_no_path_of_this_machine(raw: Path) -> None:
    put(raw, "a.txt")
    frames = extract(raw)
    assert frames["documents"]["source"].tolist() == ["a.txt"]
    assert not any(str(raw) in str(value) for frame in frames.values() for value in frame.to_numpy().ravel())


def test_shipped_reports_are_verified_and_left_out(raw: Path) -> None:
    put(raw, "a.txt")
    shipped = extract(raw)
    put(raw, "b.txt", county="望湖区", n=20)
    with Extraction(raw) as extraction:
        extraction.read()
        assert verify_shipped(extraction, shipped) == (("a",), [])
        extraction.leave_out({"a": "this text is in a shipped set"})
        kept = extraction.tables()
    assert kept["documents"]["doc_id"].tolist() == ["b"]
    assert set(kept["mentions"]["doc_id"]) == {"b"}
    assert status(kept) == {"a.txt": "unchanged", "b.txt": "read"}


def test_a_shipped_fact_that_is_no_longer_found_is_reported(raw: Path) -> None:
    put(raw, "a.txt")
    shipped = extract(raw)
    shipped["mentions"].loc[0, "value"] = 99.0
    n = len(shipped["mentions"])
    with Extraction(raw) as extraction:
        extraction.read()
        _, differences = verify_shipped(extraction, shipped)
    assert differences == [f"a: table mentions is not as shipped ({n} rows, {n} shipped)."]


def test_a_shipped_text_under_another_name_is_reported(raw: Path) -> None:
    put(raw, "a.txt")
    shipped = extract(raw)
    shutil.move(raw / "a.txt", raw / "z.txt")
    with Extraction(raw) as extraction:
        extraction.read()
        assert verify_shipped(extraction, shipped) == (
            ("z",),
            ["z: its text is shipped as a; the shipped facts stand."],
        )


def test_one_report_is_what_the_folder_gives(written: dict[str, pd.DataFrame]) -> None:
    report = read_report(WRITTEN / "cangping.txt")
    assert report.document["county"] == "沧坪县"
    assert len(report.rows["sections"]) == (written["sections"]["doc_id"] == "cangping").sum()


def test_a_folder_is_not_one_report() -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_report(WRITTEN)


def test_one_text_yields_rows() -> None:
    rows = extract_text(
        "云岭县2023年法治政府建设情况报告\n2023年,云岭县办结复议案件12件。", "x", {"province": "虚构省"}
    )
    assert rows["documents"][0]["province"] == "虚构省"
    assert [row["mention_id"] for row in rows["mentions"]] == [f"x@{row['start']}" for row in rows["mentions"]]


def test_a_code_that_no_list_knows_leaves_the_place_that_the_text_names() -> None:
    text = "云岭县人民政府关于2023年法治政府建设情况的报告\n2023年,办结复议案件12件。\n"
    bare, given = (extract_text(text, "a", manifest)["documents"][0] for manifest in ({}, {"adcode": "990001"}))
    assert given["adcode"] == "990001"
    assert (given["county"], given["unit_type"]) == (bare["county"], bare["unit_type"]) == ("云岭县", "county")
