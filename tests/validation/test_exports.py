"""What other tools read in the exports (`python -m tests.validation.exports` makes the file again)."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.contract import stage_tables
from tests.validation.exports import COLUMNS, RESULTS, TOOLS, compared

FOUND = pd.read_csv(RESULTS)
TABLES = 1 + len(stage_tables("extracted")) + len(stage_tables("tidy"))


def test_every_tool_has_read_its_format():
    assert list(FOUND.columns) == COLUMNS
    assert list(zip(FOUND["format"], FOUND["tool"], strict=True)) == [(form, tool) for form, tool, _ in TOOLS]


@pytest.mark.parametrize("row", list(FOUND.itertuples()), ids=FOUND["tool"])
def test_a_tool_read_every_cell_as_it_was(row):
    assert row.different == 0
    assert row.tables == (1 if row.format in {"tex", "docx"} else TABLES)
    assert row.cells > (20 if row.tables == 1 else 100_000)


def test_the_comparison_sees_a_cell_that_differs():
    documents = pd.DataFrame({"county": ["乙县", "甲县"]})
    assert compared({"printed": [["乙县"], ["甲县"]]}, {"documents": documents}, "") == (1, 2, 0)
    assert compared({"printed": [["乙县"], ["(lost)"]]}, {"documents": documents}, "") == (1, 2, 1)
