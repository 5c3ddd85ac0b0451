import re

import pandas as pd
import pytest

from analysis.contract import stage_tables
from analysis.stats.frame import Counts, Frame, Result, note, refuse
from analysis.stats.shown import ROWS
from analysis.study import Study
from analysis.study.plan import DataSet
from analysis.study.shown import Listing
from analysis.tables import empty_table, fit_table

EVIL = '<script>alert("x")</script>'


def study(**parameters):
    """Return a study of one county, whose label and name would run as a script."""
    folders = dict.fromkeys(("tidy", "corrections", "codes", "covariates", "gold"))
    data = DataSet(id="own", label_zh=f"一县{EVIL}", label_en="One", extracted=(), texts=(), convention="last_digit",
                   invented=True, licence="", frame=Frame(), **folders)  # fmt: skip
    row = {"doc_id": "a", "issuer_type": "government", "genre": "annual_report", "county": EVIL, "coverage": "full"}
    tables = {name: empty_table(name) for stage in ("extracted", "tidy") for name in stage_tables(stage)}
    return Study(data, "run", parameters, tables | {"documents": fit_table([row | {"source": "a"}], "documents")})


REFUSAL = refuse("shares", "share_reports", 5, Counts(5, 50))
SHOWN = {
    "study": (study(unit="甲县", note=EVIL), ["一县", "unit = &#x27;甲县&#x27;", "19 tables", "<code>coverage</code>"]),
    "table": (study().look("documents"), ["documents: 1 / 1", "政府", "government", "中文", "English"]),
    "refusal": (REFUSAL, ["未作估计", "Not estimated"]),
    "result": (
        Result(pd.DataFrame({"name": [EVIL], "share": [1 / 3]}), (REFUSAL,), (note("slopes"),),
               {"more": pd.DataFrame()}),
        ["0.333", "1 × 2; parts: more (0)", "未作估计", "Not estimated", "Theil-Sen"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_an_object_shows_itself_in_both_languages_and_nothing_in_it_runs(name):
    thing, words = SHOWN[name]
    page = thing._repr_html_()
    assert [word for word in words if word not in page] == []
    assert "<script" not in page
    assert not re.search(r"\son\w+=|https?://", page)
    assert not re.search(r"0x[0-9a-f]{6,}", repr(thing)), "an address in memory"


def test_a_long_result_is_shown_as_its_ends_and_in_a_terminal_as_one_line():
    result = Result(pd.DataFrame({f"c{number}": range(500) for number in range(12)}))
    assert result._repr_html_().count("<tr") <= ROWS + 2
    assert repr(result) == (
        "<Result: 500 rows of c0, c1, c2, c3, c4, c5, c6, c7, ...; parts: none; 0 refused, 0 notes>"
    )


def test_a_table_is_shown_without_the_columns_that_hold_nothing():
    table = pd.DataFrame({"doc_id": ["a", "b"], "organ": ["", ""], "value": [1.0, None], "low": [None, None]})
    listing = Listing("own", table, 1)
    assert list(listing.head) == ["doc_id", "value"]
    assert str(listing).splitlines()[0] == "own: 1 / 2 × 2 / 4"


def test_completion_offers_tables_and_methods_and_an_unknown_table_is_named():
    offered = {name for name in dir(study()) if not name.startswith("_")}
    assert {"observations", "look", "save_figure", "tables"} <= offered
    assert offered <= {*study().tables, *vars(study()), *vars(Study)}
    with pytest.raises(AttributeError, match="a study has no table 'frame'"):
        study().look("frame")
