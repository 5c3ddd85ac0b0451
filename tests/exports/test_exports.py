"""What an export keeps back, refuses and repeats."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import time
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis import codebook
from analysis.__main__ import main
from analysis.errors import FazhiError, ParameterError, TableError
from analysis.exports import FORMATS, About, workbook, write_export
from analysis.exports.content import breaks
from analysis.study.shipped import copy_shipped
from tests.exports.conftest import ABOUT, SAMPLES

LEAST = 25  # characters of a piece of a sentence that no table may hold


def pieces(path):
    """Yield what stands between the marks of a text, where it is long enough to be known again."""
    yield from (piece for piece in re.split(r"[。;;::,,\s]+", path.read_text(encoding="utf-8")) if len(piece) >= LEAST)


def unpacked(path):
    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def some(tables, *names):
    return {name: tables[name] for name in names or ("documents", "units")}


# what leaves, and what does not


@pytest.mark.parametrize("form", FORMATS)
def test_no_sentence_of_a_report_leaves(form, exported, tables):
    titles = "\n".join(tables["documents"]["title"])
    sentences = [piece for path in (SAMPLES / "reports").iterdir() for piece in pieces(path) if piece not in titles]
    assert len(sentences) > 100
    for path in exported[form].iterdir():
        text = unpacked(path).decode("utf-8", errors="ignore")
        assert not [piece for piece in sentences if piece in text]


@pytest.mark.parametrize("form", FORMATS)
def test_a_column_that_the_contract_does_not_have_stays_behind(form, tables, tmp_path):
    quoted = some(tables, "units")
    quoted["units"] = quoted["units"].assign(quote="此句只在内存中")
    columns = ["doc_id", "use"] if form in {"tex", "docx"} else None
    for path in write_export(quoted, form, tmp_path / form, columns=columns).files:
        assert "此句只在内存中" not in unpacked(path).decode("utf-8", errors="ignore")


def test_no_text_becomes_a_formula_or_an_error_in_excel(exported):
    with zipfile.ZipFile(exported["xlsx"] / "held_out.xlsx") as archive:
        sheets = b"".join(archive.read(name) for name in archive.namelist() if "worksheets/" in name)
    assert b"cmd|" in sheets
    assert b"<f>" not in sheets
    assert b"<f " not in sheets
    assert b't="e"' not in sheets


def test_no_cell_of_the_csv_begins_as_a_formula_does_unless_it_is_a_number(exported):
    for path in exported["csv"].iterdir():
        cells = pd.read_csv(path, encoding="utf-8-sig", dtype="str", keep_default_na=False).to_numpy().ravel()
        alive = [cell for cell in cells if cell[:1] in set("=+-@\t\r") - {""}]
        assert all(re.fullmatch(r"-\d+(\.\d+)?", cell) for cell in alive), path.name
    assert any(cell.startswith("'=cmd") for cell in pd.read_csv(exported["csv"] / "documents.csv")["title"].dropna())


# the same again


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_tables_give_the_same_bytes_at_another_time(form, tables, tmp_path):
    chosen, columns = some(tables), ["doc_id"] if form in {"tex", "docx"} else None
    first = write_export(chosen, form, tmp_path / "a", about=ABOUT, columns=columns)
    time.sleep(1.1 if form in {"xlsx", "docx"} else 0)
    second = write_export(chosen, form, tmp_path / "b", about=ABOUT, columns=columns)
    assert [path.name for path in first.files] == [path.name for path in second.files]
    assert [path.read_bytes() for path in first.files] == [path.read_bytes() for path in second.files]


def test_no_file_says_when_it_was_made(exported):
    for form in ("xlsx", "docx"):
        for path in exported[form].iterdir():
            with zipfile.ZipFile(path) as archive:
                assert {part.date_time[0] for part in archive.infolist()} == {1980}
                assert set(re.findall(rb">(\d{4})-\d\d-\d\dT", archive.read("docProps/core.xml"))) == {b"1980"}
    for path in exported["dta"].iterdir():
        assert b"01 Jan 1980 00:00" in path.read_bytes()[:2000]


def test_a_former_export_is_replaced_and_another_file_is_not(tables, tmp_path):
    folder = tmp_path / "out"
    write_export(some(tables), "csv", folder)
    write_export(some(tables, "units"), "csv", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["codebook.csv", "units.csv"]
    (folder / "mine.csv").write_text("a\n", encoding="utf-8", newline="\n")
    with pytest.raises(FazhiError, match="mine.csv, which would be lost"):
        write_export(some(tables, "units"), "csv", folder)
    assert (folder / "mine.csv").exists()


# what is refused


@pytest.mark.parametrize(
    ("form", "names", "columns", "says"),
    [
        ("ods", ["units"], None, "format is 'ods'; it must be one of xlsx, dta"),
        ("xlsx", ["units"], ["doc_id"], "columns are chosen for tex and docx only"),
        ("tex", ["units"], ["doc_id", "nothing"], "columns has nothing; the table has doc_id"),
        ("tex", ["units"], None, "it has 14 columns and a page carries 10.*--table units --columns"),
        ("docx", ["mentions"], ["doc_id"], r"and a page carries 200.*fz.save_table\('mentions'"),
        ("docx", ["audit"], None, "No table can be printed. Nothing was written.*audit: it has no row"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_to_do(form, names, columns, says, tables, tmp_path):
    with pytest.raises(ParameterError, match=re.compile(says, re.DOTALL)):
        write_export(some(tables, *names), form, tmp_path / "out", columns=columns)
    assert not (tmp_path / "out").exists()


def test_printed_tables_that_no_page_holds_are_set_aside_and_the_others_written(tables, tmp_path):
    done = write_export(some(tables, "units", "mentions"), "tex", tmp_path, columns=["doc_id"])
    assert [path.name for path in done.files] == ["units.zh.tex", "units.en.tex"]
    assert list(done.aside) == ["mentions"]


def test_a_table_that_breaks_the_contract_is_refused(tables, tmp_path):
    wrong = tables["units"].assign(use="invented")
    with pytest.raises(TableError, match="use is 'invented'; it must be one of kept, shown, set_aside"):
        write_export({"units": wrong}, "csv", tmp_path / "out")
    lost = tables["matches"].assign(indicator="no_such_indicator")
    with pytest.raises(TableError, match="'no_such_indicator' is not in codebook.id"):
        write_export({"matches": lost}, "csv", tmp_path / "out")
    with pytest.raises(FazhiError, match="There is no table 'wishes'"):
        write_export({"wishes": tables["units"]}, "csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_table_longer_than_a_sheet_is_refused(tables, tmp_path, monkeypatch):
    assert (workbook.ROWS, workbook.LONGEST) == (2**20, 2**15 - 1)
    mentions = len(tables["mentions"])
    monkeypatch.setattr(workbook, "ROWS", 1_000)
    long = pd.concat([tables["mentions"].assign(mention_id=f"h1#{n}" + tables["mentions"].index.astype("str"))
                      for n in range(1, 2 + 1_000 // mentions)])  # fmt: skip
    with pytest.raises(ParameterError, match=r"mentions has [\d,]+ rows; a sheet of Excel holds 997\. Export parquet"):
        write_export({"mentions": long}, "xlsx", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(workbook, "ROWS", len(long) + workbook.HEADS)
    write_export({"mentions": long}, "xlsx", tmp_path / "out")


def test_a_text_longer_than_a_cell_is_refused(tables, tmp_path):
    long = tables["documents"].assign(title="字" * (workbook.LONGEST + 1))
    with pytest.raises(ParameterError, match=r"documents, row 1: title has 32,768 characters; a cell of Excel holds"):
        write_export({"documents": long}, "xlsx", tmp_path / "out")
    write_export({"documents": long}, "dta", tmp_path / "out")


# the data package


def test_the_package_names_licence_sites_and_digests(exported):
    folder = exported["datapackage"]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"] == [{"name": "MIT", "path": "https://spdx.org/licenses/MIT.html"}]
    assert package["sources"] == [{"title": "example.org: 1 (documents.source)", "path": "https://example.org"}]
    assert (package["title"], package["title_zh"]) == (ABOUT.en, ABOUT.zh)
    for one in package["resources"]:
        content = (folder / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")


def test_a_package_of_some_tables_points_to_none_that_is_not_there(tables, tmp_path):
    write_export(some(tables, "matches"), "datapackage", tmp_path, about=About(licence=""))
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert "licenses" not in package
    assert "sources" not in package
    keys = {one["name"]: one["schema"].get("foreignKeys", []) for one in package["resources"]}
    assert {key["reference"]["resource"] for key in keys["matches"]} == {"codebook"}


# the codebook page


@pytest.fixture(scope="module")
def page(exported):
    return (exported["codebook"] / "codebook.html").read_text(encoding="utf-8")


def test_the_page_needs_nothing_else(page):
    assert not re.findall(r"<script|<link|<img|<iframe|\bon\w+=|url\(|@import", page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="([^"]*)"', page))
    assert targets
    assert targets <= {f"#{one}" for one in ids}


@pytest.mark.parametrize("name", ["tidy/indicators", "tidy/categories", "tidy/causes"])
def test_the_page_defines_everything_in_both_languages(name, page):
    for row in codebook.read_rows(name):
        for text in (row["id"], *(row[f"{what}_{lang}"] for what in ("label", "definition") for lang in ("zh", "en"))):
            assert text in html.unescape(page), row["id"]


def test_the_page_has_triggers_contents_and_the_breaks_that_were_looked_up(page):
    shown = html.unescape(page)
    for row in (*codebook.read_rows("tidy/triggers"), *codebook.read_rows("text/category_triggers")):
        assert f"<td>{row['trigger']}</td>" in shown
    for row in codebook.read_rows("tidy/mandated"):
        assert row["question_zh"] in shown
        assert row["question_en"] in shown
    listed = breaks()
    for row in codebook.read_rows("tidy/breaks"):
        assert (row["what_en"] in shown) == (row in listed)
    assert 0 < len(listed) < len(codebook.read_rows("tidy/breaks"))


def test_the_page_shows_wordings_of_the_data_set(page, tables):
    used = tables["matches"].query("used and indicator == 'legal_aid_cases_accepted'")
    assert len(used)
    article = re.search(r'<article id="legal_aid_cases_accepted">.*?</article>', page, re.DOTALL)[0]
    first = tables["mentions"].set_index("mention_id").loc[used["mention_id"].iloc[0]]
    assert f"<b>{first['surface']}</b>" in article
    assert f"figures {len(used)}, reports {used['doc_id'].nunique()}" in article
    assert "Four invented reports &amp; more_" in page


# the command


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["codebook", "--data", "samples"], 0, "1 file(s) in "),
        (["tex", "--table", "units", "coverage", "--columns", "doc_id"], 1, "set aside: coverage: it has"),
        (["pdf", "--data", "samples"], 2, "format is 'pdf'; it must be one of"),
        (["csv", "--table", "wishes"], 2, "--table has wishes; real has documents"),
    ],
)
def test_the_command_says_what_it_wrote_and_what_it_set_aside(arguments, code, says, root, capsys):
    copy_shipped(root)
    assert main(["export", *arguments]) == code
    captured = capsys.readouterr()
    assert says in captured.out + captured.err
    written = sorted(path.name for path in (root / "figures" / "export").glob("*/*/*"))
    assert written == {0: ["codebook.html"], 1: ["units.en.tex", "units.zh.tex"], 2: []}[code]


def test_a_workbook_of_the_command_opens_at_the_codebook(root):
    copy_shipped(root)
    assert main(["export", "xlsx", "--table", "documents", "-o", str(root / "out")]) == 0
    assert load_workbook(root / "out" / "real.xlsx", read_only=True).sheetnames == ["codebook", "documents"]
