"""An invented corpus of forty reports in a root of its own, with a study file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from openpyxl import load_workbook

from analysis.__main__ import main
from analysis.study import refresh_tidy
from analysis.study.plan import read_plan
from tests.benchmarks.generate import write_reports

STUDY = """
[data.own]
label_zh = "四十份虚构报告"
label_en = "Forty invented reports"
extracted = ["data/extracted"]
tidy = "data/tidy"
corrections = "data/corrections.csv"
codes = "data/codes"
texts = ["data/raw"]

[data.bare]
label_zh = "没有原文"
label_en = "Without texts"
extracted = ["data/extracted"]
tidy = "data/tidy_bare"
corrections = "data/corrections.csv"
invented = true
"""


def chance(*what: object) -> float:
    """Return a number from 0 to 1 that hangs on what is given and on nothing else."""
    return int(hashlib.sha256(repr(what).encode()).hexdigest()[:12], 16) / 16**12


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root with forty invented reports and their facts; nobody writes into it."""
    root = tmp_path_factory.mktemp("corpus")
    for _ in write_reports(root / "data" / "raw", 40):
        pass
    assert main(["extract", str(root / "data" / "raw"), "-o", str(root / "data" / "extracted" / "own")]) == 0
    (root / "study.toml").write_text(STUDY, encoding="utf-8", newline="\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAZHI_ROOT", str(root))
        for data in read_plan().data.values():
            refresh_tidy(data)
    return root


def fill(path: Path, answers: dict[str, dict[str, str]]) -> None:
    """Fill in a sheet as a person would: what is chosen in the row of an item, by name of the column."""
    book = load_workbook(path)
    page = book["answers"]
    heads = [str(cell.value).split(" ")[0] for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        for name, value in answers.get(str(row[0].value), {}).items():
            row[heads.index(name)].value = value
    book.save(path)
