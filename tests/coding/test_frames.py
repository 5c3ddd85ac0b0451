"""The frame of a data set by command: started, kept up with the corpus, filled in as a workbook and read back."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from openpyxl import load_workbook

import analysis as fz
from analysis.__main__ import main
from analysis.parsing import parse_table
from analysis.tables import fit_table, write_tables
from analysis.tidy import read_frame
from tests.tidy.test_due import report

STUDY = """
[data.own]
label_zh = "两个县"
label_en = "Two counties"
extracted = ["data/extracted"]
tidy = "data/tidy"
corrections = "data/corrections.csv"

[data.own.frame]
population = "two counties"
file = "data/frame.csv"
"""


@pytest.fixture
def own(root):
    """Return a root with one report of two counties, and a study file that names a frame."""
    (root / "study.toml").write_text(STUDY, encoding="utf-8")
    facts = {"documents": fit_table([report("a")], "documents"), "mentions": fit_table([], "mentions")}
    write_tables(facts, root / "data" / "extracted" / "set")
    return root


def frame(*arguments):
    return main(["frame", *arguments, "--data", "own"])


def rows(root) -> pd.DataFrame:
    table = read_frame(root / "data" / "frame.csv")
    return table.set_index(["county", "report_year"])


def fill(root, line, **cells):
    """Fill in cells of one row of the workbook."""
    path = root / "data" / "frame.xlsx"
    book = load_workbook(path)
    heads = [str(cell.value).split(" ")[0] for cell in book["frame"][1]]
    for name, value in cells.items():
        book["frame"].cell(line, heads.index(name) + 1).value = value
    book.save(path)


def test_the_whole_loop_from_the_list_of_divisions_to_denominators(own, capsys):
    assert frame("start", "2022-2023", "--adcode", "410325", "410324") == 0
    said = capsys.readouterr().out
    assert "4 rows added" in said
    assert "嵩县 2023: found, a" in said
    assert rows(own).loc[("嵩县", 2023), ["status", "doc_id"]].tolist() == ["found", "a"]

    assert frame("sheet") == 0
    sheet = load_workbook(own / "data" / "frame.xlsx")["frame"]
    assert [str(cell.value) for cell in sheet[2]][:4] == ["河南省", "洛阳市", "栾川县", "2022"]
    fill(own, 2, status="not_found 未找到", searched_on=date(2024, 5, 1), where="县政府网站")
    fill(own, 3, status="published_but_gone", searched_on="2024-05-01")
    capsys.readouterr()
    assert frame("read", str(own / "data" / "frame.xlsx")) == 0
    said = capsys.readouterr().out
    assert "栾川县 2022: status 'not_searched' -> 'not_found', searched_on '' -> '2024-05-01'" in said
    assert rows(own).loc[("栾川县", 2022), ["status", "searched_on", "where"]].tolist() == [
        "not_found", "2024-05-01", "县政府网站"
    ]  # fmt: skip

    study = fz.open_study("own")
    assert study.frame.sampling == "census"
    assert (study.frame.size, len(study.due)) == (2, 4)
    assert study.record["frame"]["due"] == {"found": 1, "not_found": 1, "not_searched": 1, "published_but_gone": 1}
    result = fz.estimate_recurrence(study.problems, study.documents, frame=study.frame)
    row = result.table.iloc[0]
    counts = ["n", "n_at_risk", "n_due", "n_silent", "n_gone", "n_not_found", "n_not_searched"]
    assert row[counts].tolist() == [0, 1, 4, 1, 1, 1, 1]
    assert (row["low"], row["high"], row["interval_kind"]) == (0.0, 0.75, "nonresponse_bounds")
    assert "two counties, 2 units, 4 reports due; 3 searched for, 1 found" in result.text("en")


def test_what_a_person_filled_in_is_never_overwritten(own, capsys):
    frame("start", "2022-2023", "--adcode", "410325")
    path = own / "data" / "frame.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("not_searched,,,,", "not_found,2024-05-01,,,seen"),
                    encoding="utf-8")  # fmt: skip
    write_tables({"documents": fit_table([report("a"), report("b", 2022)], "documents"),
                  "mentions": fit_table([], "mentions")}, own / "data" / "extracted" / "set")  # fmt: skip
    capsys.readouterr()
    assert frame("start", "2021-2024", "--adcode", "410325") == 0
    assert "嵩县 2022: left as it was filled in (not_found), but the corpus has b" in capsys.readouterr().out
    assert rows(own).loc[("嵩县", 2022), ["status", "note"]].tolist() == ["not_found", "seen"]
    assert main(["run", str(own / "study.toml"), "--explain"]) == 0
    with pytest.raises(fz.FazhiError, match="嵩县 2022 is not_found, but the corpus has b; write found"):
        fz.open_study("own")


def test_tidy_lists_what_does_not_fit_and_writes_nothing(own, capsys):
    path = own / "data" / "frame.csv"
    path.write_bytes(b"adcode,county,report_year,status,searched_on,where,doc_id,note,parent_adcode,prefecture,province,"
                     b"issuer_type,issuer\n410999,,2023,not_found,,,,,,,,,\n410325,,2023,lost,,,,,,,,,\n")  # fmt: skip
    assert main(["tidy"]) == 2
    said = capsys.readouterr().err
    assert "frame.csv, line 2: adcode '410999' is not in the list" in said
    assert "frame.csv, line 3: status is 'lost'" in said
    assert not (own / "data" / "tidy").exists()
    assert main(["tidy", "--frame", str(own / "none.csv")]) == 2


def test_a_frame_that_is_changed_makes_the_tables_anew(own):
    from analysis.study import refresh_tidy, tidy_reasons
    from analysis.study.plan import read_plan

    data = read_plan().data["own"]
    refresh_tidy(data)
    frame("start", "2023", "--adcode", "410325")
    assert tidy_reasons(data) == ["frame changed"]
    assert list(parse_table((own / "data/tidy/due.csv").read_bytes(), "due")["status"]) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["update"], "no .*frame.csv yet"),
        (["sheet"], "no .*frame.csv yet"),
        (["start", "twenty", "--province", "河南"], "'twenty' is no year"),
        (["start", "2023", "--province", "河男"], "There is no province"),
        (["start", "2023", "--province", "河南", "--issuer", "department"], "need both"),
    ],
)
def test_what_cannot_be_done_is_said(own, capsys, arguments, says):
    assert frame(*arguments) == 2
    assert pd.Series([capsys.readouterr().err]).str.contains(says).item()


def test_a_data_set_without_a_place_for_a_frame_says_what_to_add(own, capsys):
    text = (own / "study.toml").read_text(encoding="utf-8")
    (own / "study.toml").write_text(text.replace('file = "data/frame.csv"\n', ""), encoding="utf-8")
    assert frame("start", "2023", "--adcode", "410325") == 2
    assert 'file = "data/frame.csv"' in capsys.readouterr().err
    (own / "study.toml").write_text(text + 'sampling = "probability"\nsize = 60\n', encoding="utf-8")
    assert frame("update") == 2
    assert "Leave out sampling and size" in capsys.readouterr().err


def test_a_sheet_with_a_row_twice_is_not_read(own, capsys):
    frame("start", "2022-2023", "--adcode", "410325")
    frame("sheet")
    fill(own, 2, report_year="2023")
    former = (own / "data" / "frame.csv").read_bytes()
    assert frame("read", str(own / "data" / "frame.xlsx")) == 2
    assert "嵩县 2023 stands in row 2 too" in capsys.readouterr().err
    assert (own / "data" / "frame.csv").read_bytes() == former
