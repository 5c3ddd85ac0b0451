"""Texts are found for some reports of a corpus after the other, and no file is looked at twice."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from analysis.extract import texts as module
from analysis.extract.texts import TextFinder, find_texts

TEXTS = {f"d{n}": f"云岭县{2015 + n}年法治政府建设情况报告\n办结行政复议案件{n}件。\n" for n in range(6)}


def documents(*doc_ids: str) -> pd.DataFrame:
    rows = [(doc_id, sha256(TEXTS[doc_id].encode()).hexdigest()) for doc_id in doc_ids]
    return pd.DataFrame(rows, columns=["doc_id", "sha256"])


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each file is looked at."""
    seen: Counter[str] = Counter()
    find_wanted = module.find_wanted

    def count(file: Path, wanted: Counter[str]):
        seen[file.name] += 1
        return find_wanted(file, wanted)

    monkeypatch.setattr(module, "find_wanted", count)
    return seen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports in files of their names, two in one of another name, two in a table, and a file of no report."""
    for doc_id in ("d0", "d1"):
        (tmp_path / f"{doc_id}.txt").write_text(TEXTS[doc_id], encoding="utf-8", newline="\n")
    (tmp_path / "a.txt").write_text(TEXTS["d2"], encoding="utf-8", newline="\n")
    (tmp_path / "b.txt").write_text("与报告无关的文字。\n", encoding="utf-8", newline="\n")
    table = pd.DataFrame({"id": ["d3", "d4"], "text": [TEXTS["d3"], TEXTS["d4"]]})
    table.to_csv(tmp_path / "table.csv", index=False)
    return tmp_path


def test_a_file_that_is_called_as_its_report_is_the_only_one_looked_at(folder: Path, looked: Counter[str]) -> None:
    assert find_texts(documents("d1"), [folder]) == {"d1": TEXTS["d1"]}
    assert looked == {"d1.txt": 1}


def test_what_is_come_across_early_is_there_when_it_is_wanted(folder: Path, looked: Counter[str]) -> None:
    with TextFinder(documents(*TEXTS)["sha256"], [folder]) as finder:
        for chosen in (["d4"], ["d0", "d2"], ["d5"], ["d3", "d1"]):
            expected = {doc_id: TEXTS[doc_id] for doc_id in sorted(chosen) if doc_id != "d5"}
            assert finder.find(documents(*chosen)) == expected
    assert set(looked.values()) == {1}


def test_two_reports_of_one_text_both_have_it_whenever_they_are_wanted(folder: Path) -> None:
    both = pd.concat([documents("d2"), documents("d2").assign(doc_id="copy")], ignore_index=True)
    assert find_texts(both, [folder]) == {"copy": TEXTS["d2"], "d2": TEXTS["d2"]}
    with TextFinder(both["sha256"], [folder]) as finder:
        found = [finder.find(both.iloc[[at]]) for at in (0, 1)]
    assert found == [{"d2": TEXTS["d2"]}, {"copy": TEXTS["d2"]}]
