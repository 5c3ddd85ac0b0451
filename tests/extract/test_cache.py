"""Only what changed is read again, and the tables are the same bytes as if all had been read."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from analysis import paths
from analysis.extract import TABLES, Extraction, batch, cache, cache_beside, extract
from analysis.tables import write_tables

REPORT = (
    "{county}人民政府关于2023年法治政府建设情况的报告\n2023年,{county}办结复议案件{n}件。\n一、做法\n(一)甲。好。\n"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for n, name in enumerate(("1", "10", "2", "1-a", "甲"), start=3):
        put(folder, name, n)
    return folder


def put(folder: Path, name: str, n: int) -> None:
    (folder / f"{name}.txt").write_text(REPORT.format(county=f"云{n}县", n=n), encoding="utf-8", newline="\n")


def reasons(raw: Path, out: Path) -> dict[str, str]:
    with Extraction(raw, cache_beside(out)) as extraction:
        return extraction.reasons


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_tables_are_the_bytes_that_writing_them_at_once_gives(raw: Path, tmp_path: Path) -> None:
    frames = extract(raw, tmp_path / "out")
    write_tables(frames, tmp_path / "at_once")
    assert content(tmp_path / "out") == content(tmp_path / "at_once")
    assert set(frames) == set(TABLES)


def test_what_is_unchanged_is_not_read_again(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    before = content(out)
    monkeypatch.setattr(batch, "_read_input", None)
    assert reasons(raw, out) == {}
    extract(raw, out)
    assert content(out) == before


def test_what_changed_is_read_again_and_said(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert set(reasons(raw, out).values()) == {"new"}
    extract(raw, out)
    put(raw, "2", 99)
    put(raw, "new", 100)
    (raw / "甲.txt").unlink()
    (raw / "manifest.csv").write_text("file,report_year\n10.txt,2019\n", encoding="utf-8", newline="\n")
    assert reasons(raw, out) == {
        "10.txt": "manifest.csv says something else of it",
        "2.txt": "its text changed",
        "new.txt": "new",
    }
    changed = extract(raw, out)
    assert changed["documents"]["doc_id"].tolist() == ["1", "1-a", "10", "2", "new"]
    extract(raw, tmp_path / "afresh")
    assert content(out) == content(tmp_path / "afresh")


def test_changed_rules_are_named_and_all_is_read_again(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    now = cache.find_rules()
    monkeypatch.setattr(cache, "find_rules", lambda: now | {"codebook/text/units.csv": "another"})
    assert set(reasons(raw, out).values()) == {"the rules changed: codebook/text/units.csv"}


def test_reading_depends_on_nothing_else_than_its_rules() -> None:
    # What decides about a text stands in the codebook's part text/, so that a changed indicator re-reads nothing.
    named = set()
    for path in [*paths.PACKAGE.glob("text/*.py"), paths.PACKAGE / "extract" / "report.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in {"read_rows", "read_toml", "rows_by", "read_frame"}:
                assert isinstance(node, ast.Call)
                (name, *_) = node.args
                assert isinstance(name, ast.Constant), f"{path.name}: name the file of the codebook where it is read"
                named.add(name.value)
    assert named
    assert all(name.startswith("text/") for name in named)
    rules = cache.find_rules()
    assert {name for name in named if not {f"codebook/{name}.csv", f"codebook/{name}.toml"} & set(rules)} == set()
    assert {"text/numbers.py", "extract/report.py"} <= set(rules)


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, read = tmp_path / "out", batch._read_input

    def broken(item: batch.Input, texts: Path | None) -> list[tuple[batch.Input, batch.Lines]]:
        if item.doc_id == "2":
            raise KeyboardInterrupt
        return read(item, texts)

    monkeypatch.setattr(batch, "_BATCH", 1)
    monkeypatch.setattr(batch, "_read_input", broken)
    with pytest.raises(KeyboardInterrupt):
        extract(raw, out)
    assert not out.exists()
    assert sorted(reasons(raw, out)) == ["2.txt", "甲.txt"]
    monkeypatch.setattr(batch, "_read_input", read)
    extract(raw, out)
    extract(raw, tmp_path / "afresh")
    assert content(out) == content(tmp_path / "afresh")


def test_a_damaged_cache_is_made_anew(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract(raw, out)
    before = content(out)
    cache_beside(out).write_bytes(b"no database" * 100)
    assert set(reasons(raw, out).values()) == {"new"}
    extract(raw, out)
    assert content(out) == before


def test_inputs_set_aside_are_remembered_with_their_reason(raw: Path, tmp_path: Path) -> None:
    (raw / "empty.txt").write_bytes(b"")
    first = extract(raw, tmp_path / "out")["inputs"]
    assert reasons(raw, tmp_path / "out") == {}
    again = extract(raw, tmp_path / "out")["inputs"]
    assert again.equals(first)
    assert "is empty" in again.set_index("path").loc["empty.txt", "reason"]


def test_reports_within_one_file_are_known_again(raw: Path, tmp_path: Path) -> None:
    parts = [REPORT.format(county=f"云{n}县", n=n) for n in (21, 22)]
    (raw / "book.txt").write_text(f"\n{'=' * 20}\n".join(parts), encoding="utf-8", newline="\n")
    out = tmp_path / "out"
    first = extract(raw, out, workers=2)
    assert {"book~1", "book~2"} <= set(first["documents"]["doc_id"])
    assert reasons(raw, out) == {}
    assert extract(raw, out)["inputs"].equals(first["inputs"])
    (raw / "book.txt").write_text(parts[0], encoding="utf-8", newline="\n")
    assert reasons(raw, out) == {"book.txt": "new"}


def test_a_cache_of_a_former_version_is_made_anew(raw: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(cache_beside(tmp_path / "out"))) as former, former:
        former.execute("CREATE TABLE reports (path TEXT PRIMARY KEY, source TEXT NOT NULL)")
    assert len(extract(raw, tmp_path / "out")["documents"]) == 5
