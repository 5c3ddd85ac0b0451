"""One report in a notebook, and texts found by their hash."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.evidence import find_texts, read_report

from .conftest import DOC, TEXT

HOSTILE = "<img src=x onerror=alert(1)>"
REPORT = (
    "云岭县2023年度法治政府建设情况报告\n一、主要成效\n"
    f"2023年,办结行政复议案件12件。{HOSTILE}\n二、存在不足\n执法力量薄弱。\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "yunling.txt"
    path.write_text(REPORT, encoding="utf-8", newline="\n")
    return path


def test_a_report_has_its_tables_as_frames(path: Path) -> None:
    report = read_report(path)
    assert report.documents["county"].tolist() == ["云岭县"]
    assert "12件" in report.mentions["surface"].tolist()
    for frame, column in ((report.sections, "title"), (report.statements, "quote")):
        spans = zip(frame["start"], frame["end"], strict=True)
        assert frame[column].tolist() == [REPORT[start:end] for start, end in spans]
    assert len(report.statements)
    assert "yunling: 云岭县 2023" in repr(report)


def test_a_notebook_shows_the_text_with_its_figures_marked(path: Path) -> None:
    html = read_report(path)._repr_html_()
    assert 'class="m s-exact" title="' in html
    assert ">12件</mark>" in html
    assert HOSTILE not in html


def test_a_manifest_beside_the_report_wins(path: Path) -> None:
    manifest = "file,county,report_year\nyunling.txt,松川县,2022\n"
    (path.parent / "manifest.csv").write_text(manifest, encoding="utf-8", newline="\n")
    document = read_report(path).documents.iloc[0]
    assert (document["county"], document["report_year"]) == ("松川县", 2022)


@pytest.mark.parametrize("name", ["", "gone.txt", "table.csv"])
def test_what_is_no_report_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a\n", encoding="utf-8", newline="\n")
    with pytest.raises(InputError):
        read_report(tmp_path / name)


def test_texts_are_found_by_their_hash_whatever_the_file(facts: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    below = tmp_path / "raw" / "below"
    below.mkdir(parents=True)
    (below / "other name.TXT").write_bytes(TEXT.encode("gb18030"))
    (below / "binary.txt").write_bytes(b"\x00\x01\x02")
    (below / "changed.txt").write_text(TEXT + "。", encoding="utf-8", newline="\n")
    documents = facts["documents"]
    assert find_texts(documents, [tmp_path / "raw", tmp_path / "gone"]) == {DOC: TEXT}
    (below / "other name.TXT").unlink()
    assert find_texts(documents, [tmp_path / "raw"]) == {}
