import shutil

import pandas as pd
import pytest

from analysis import paths
from analysis.study import refresh_tidy
from analysis.study.plan import read_plan
from analysis.study.raw import refresh_local
from analysis.study.shipped import copy_shipped
from analysis.tables import read_table
from tests.conftest import PROJECT

REPORTS = PROJECT / "tests" / "reports"


@pytest.fixture
def raw(root):
    """Return the folder data/raw of a root with the shipped facts."""
    copy_shipped(root)
    (root / "data" / "raw").mkdir(parents=True)
    return root / "data" / "raw"


def put(raw, name, content=None):
    if content is None:
        shutil.copyfile(REPORTS / f"{name}.txt", raw / f"{name}.txt")
    else:
        (raw / name).write_bytes(content)


def local():
    return paths.extracted() / "local"


def test_a_new_report_is_read_once_and_stands_in_the_coverage(raw):
    put(raw, "yunling")
    assert refresh_local().reasons == ["first run"]
    assert refresh_local().reasons == []
    coverage = refresh_tidy(read_plan().data["real"])["coverage"]
    own = coverage[(coverage["doc_id"] == "yunling") & (coverage["item_type"] == "indicator")]
    assert set(own["status"]) > {"not_reported", "exact"}


def test_what_changed_is_named(raw):
    put(raw, "yunling")
    refresh_local()
    put(raw, "wanghu")
    assert refresh_local(explain=True).reasons == ["wanghu.txt is new"]
    assert read_table("documents", local())["doc_id"].tolist() == ["yunling"]
    refresh_local()
    (raw / "yunling.txt").unlink()
    assert refresh_local().reasons == ["yunling.txt is gone"]
    assert read_table("documents", local())["doc_id"].tolist() == ["wanghu"]


def test_bad_inputs_are_named_with_the_reason_and_the_rest_is_read(raw):
    put(raw, "yunling")
    put(raw, "empty.txt", b"")
    put(raw, "binary.txt", bytes(range(256)) * 20)
    put(raw, "notes.pdf", b"%PDF-1.7")
    put(raw, "README.md", b"mine")
    put(raw, "nowhere.txt", "本单位2023年办结案件12件。".encode())
    found = refresh_local()
    assert [line.split(":")[0] for line in found.set_aside] == ["binary.txt", "empty.txt", "notes.pdf"]
    assert any(note.startswith("nowhere: no county found") for note in found.notes)
    inputs = read_table("inputs", local()).set_index("path")["status"]
    assert inputs.to_dict() == {
        "README.md": "ignored", "binary.txt": "set_aside", "empty.txt": "set_aside", "notes.pdf": "set_aside",
        "nowhere.txt": "read", "yunling.txt": "read",
    }  # fmt: skip
    assert refresh_local().set_aside == found.set_aside


def test_two_reports_of_one_county_and_year_are_both_kept_and_named(raw):
    put(raw, "yunling")
    put(raw, "again.txt", (REPORTS / "yunling.txt").read_bytes() + "\n特此报告。\n".encode())
    assert any("again, yunling: 2 reports" in note for note in refresh_local().notes)


def test_a_table_of_reports_is_read_like_its_texts(raw):
    names = ("yunling", "wanghu")
    texts = [(REPORTS / f"{name}.txt").read_text(encoding="utf-8") for name in names]
    pd.DataFrame({"id": names, "text": texts}).to_excel(raw / "corpus.xlsx", index=False)
    put(raw, "notes.csv", b"a,b\n1,2\n")
    put(raw, "~$corpus.xlsx", b"open")
    put(raw, "wanghu")
    found = refresh_local()
    assert read_table("documents", local())["doc_id"].tolist() == ["wanghu", "yunling"]
    status = read_table("inputs", local()).set_index("path")["status"].to_dict()
    assert status == {
        "corpus.xlsx": "table", "corpus.xlsx#2": "read", "corpus.xlsx#3": "read", "notes.csv": "set_aside",
        "wanghu.txt": "duplicate", "~$corpus.xlsx": "ignored",
    }  # fmt: skip
    (aside,) = found.set_aside
    assert "has the columns a, b" in aside
    assert refresh_local().reasons == []


def test_an_emptied_folder_takes_its_tables_away(raw):
    put(raw, "yunling")
    refresh_local()
    (raw / "yunling.txt").unlink()
    assert refresh_local().reasons
    assert not local().exists()
    assert refresh_local().reasons == []


def test_shipped_reports_are_what_extraction_gives(raw, reports):
    for path in reports.glob("00*.txt"):
        shutil.copyfile(path, raw / path.name)
    found = refresh_local()
    assert found.notes == []
    assert len(read_table("documents", local())) == 0
    assert set(read_table("inputs", local())["status"]) == {"unchanged"}
