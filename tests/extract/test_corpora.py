"""Corpora as researchers keep them: tables, several reports in a file, copies, versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.errors import FazhiError, InputError, TableError
from analysis.evidence import find_texts, read_report
from analysis.extract import Extraction, cache_beside, extract, find_notes
from analysis.tables import read_table

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = [PROJECT / "data" / "samples" / part / "reports" for part in ("development", "held_out")]
FACTS = ("documents", "sections", "mentions", "statements", "codes", "contents")
REPORT = (
    "{issuer}关于{year}年法治政府建设情况的报告\n{year}年,全县办结复议案件{n}件,深入推进依法行政,规范行政执法行为,健全行政"
    "决策程序,妥善化解行政争议,加强法治宣传教育,各项工作取得新的进展。\n{issuer}\n2024年1月5日\n"
)


def report(n: int = 12, issuer: str = "云岭县人民政府", year: int = 2023) -> str:
    return REPORT.format(issuer=issuer, year=year, n=n)


def write_excel(frame: pd.DataFrame, path: Path) -> None:
    frame.to_excel(path, index=False)


WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "xlsx": write_excel,
    "jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True, force_ascii=False),
    "parquet": lambda frame, path: frame.to_parquet(path),
}


def as_frame(folders: list[Path]) -> pd.DataFrame:
    files = sorted(path for folder in folders for path in folder.glob("*.txt"))
    texts = [path.read_bytes().decode("utf-8") for path in files]
    return pd.DataFrame({"编号": [path.stem for path in files], "正文": texts, "remark": "mine"})


def same_facts(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name in FACTS:
        left, right = (tables[name].drop(columns="source", errors="ignore") for tables in (one, other))
        pd.testing.assert_frame_equal(left, right)
    assert len(one["mentions"]) > 100


@pytest.mark.parametrize("kind", WRITERS)
def test_a_table_gives_the_facts_of_a_folder_to_the_last_row(kind: str, tmp_path: Path) -> None:
    frame = as_frame(SAMPLES)
    WRITERS[kind](frame, tmp_path / f"corpus.{kind}")
    same_facts(extract(tmp_path / f"corpus.{kind}"), extract(SAMPLES))


@pytest.mark.parametrize("kind", WRITERS)
def test_the_real_reports_as_a_table_give_the_facts_of_their_folder(kind: str, reports: Path, tmp_path: Path) -> None:
    WRITERS[kind](as_frame([reports]), tmp_path / f"corpus.{kind}")
    same_facts(extract(tmp_path / f"corpus.{kind}"), extract(sorted(reports.glob("*.txt"))))


def test_a_frame_in_memory_gives_the_facts_of_a_folder() -> None:
    frame = as_frame(SAMPLES)
    same_facts(extract(frame), extract(SAMPLES))
    renamed = frame.rename(columns={"编号": "key", "正文": "words"})
    same_facts(extract(renamed, text_column="words", id_column="key"), extract(SAMPLES))


def test_every_row_and_the_columns_of_a_table_are_accounted_for(tmp_path: Path) -> None:
    rows = {
        "text": [report(), " ", None, report(13)],
        "county": ["望湖县", "", "", ""],
        "report_year": [2019, None, None, None],
    }
    pd.DataFrame(rows | {"remark": "x"}).to_excel(tmp_path / "my corpus.xlsx", index=False)
    frames = extract(tmp_path / "my corpus.xlsx")
    assert frames["inputs"][["path", "status", "doc_id", "reason"]].to_numpy().tolist() == [
        ["my corpus.xlsx", "table", "", "columns: text text; given county, report_year; ignored remark"],
        ["my corpus.xlsx#2", "read", "my_corpus~1", ""],
        ["my corpus.xlsx#3", "set_aside", "", "row 3 of my corpus.xlsx has no text"],
        ["my corpus.xlsx#4", "set_aside", "", "row 4 of my corpus.xlsx has no text"],
        ["my corpus.xlsx#5", "read", "my_corpus~4", ""],
    ]
    documents = frames["documents"].set_index("doc_id")
    assert documents.loc["my_corpus~1", ["county", "report_year"]].tolist() == ["望湖县", 2019]
    assert documents.loc["my_corpus~4", ["county", "report_year"]].tolist() == ["云岭县", 2023]
    assert any("ignored remark" in note for note in find_notes(frames))


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ({"a": ["x"], "b": ["y"]}, {}, "has the columns a, b; none of them can be told to be the text"),
        ({"text": ["x"], "正文": ["y"]}, {}, "text and 正文 could each be the text"),
        ({"a": ["长" * 600], "b": ["文" * 600]}, {}, "a and b could each be the text. Name it by --text-column"),
        ({"text": ["x"], "id": ["1"], "编号": ["2"]}, {}, "id and 编号 could each be the id"),
        ({"text": ["x"]}, {"text_column": "words"}, "There is no column 'words'"),
        ({"text": ["x"]}, {"id_column": "key"}, "There is no column 'key'"),
        ({"text": ["x", 12]}, {}, "not a text in row 2, column 'text': 12"),
        ({"text": ["报告", "告"], "id": ["a", "a"]}, {}, "would both be document a"),
    ],
)
def test_what_cannot_be_told_is_an_error_that_says_what_to_do(
    rows: dict[str, list[Any]], options: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        extract(pd.DataFrame(rows), **options)
    assert said in str(caught.value)


def test_the_only_long_column_is_the_text() -> None:
    frames = extract(pd.DataFrame({"city": ["某市"], "what": [report() + "好。" * 300]}))
    assert frames["documents"]["doc_id"].tolist() == ["frame~1"]


def test_what_a_column_of_documents_may_not_hold_is_listed_with_its_row(tmp_path: Path) -> None:
    rows = {"text": [report(), report(13)], "report_year": ["2023", "去年"], "unit_type": ["county", "县"]}
    pd.DataFrame(rows).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(TableError) as caught:
        extract(tmp_path / "c.csv")
    assert "report_year is '去年'" in str(caught.value)
    assert {violation.row for violation in caught.value.violations} == {3}


def test_a_formula_is_never_evaluated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["text", "county"], [report(), "云岭县"], ['="a"&"b"', "云岭县"], [report(13), "=A2"]):
        book.active.append(row)
    book.save(tmp_path / "c.xlsx")
    with pytest.raises(InputError, match=r"row 3, column 'text': formula .*row 4, column 'county': formula =A2"):
        extract(tmp_path / "c.xlsx")


def test_a_text_that_fills_a_cell_of_excel_is_known_to_be_cut_off(tmp_path: Path) -> None:
    text = (report() + "各项工作有序推进。" * 4000)[:32767]
    pd.DataFrame({"text": [text, report(13)]}).to_excel(tmp_path / "c.xlsx", index=False)
    assert extract(tmp_path / "c.xlsx")["documents"]["coverage"].tolist() == ["partial", "full"]


def test_the_worksheet_with_the_texts_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["what", "these are"])
    sheet = book.create_sheet("corpus")
    for row in (["text"], [report()]):
        sheet.append(row)
    book.save(tmp_path / "c.xlsx")
    assert extract(tmp_path / "c.xlsx")["documents"]["doc_id"].tolist() == ["c~1"]
    book.copy_worksheet(sheet)
    book.save(tmp_path / "c.xlsx")
    with pytest.raises(InputError, match="more than one has a column of texts"):
        extract(tmp_path / "c.xlsx")


def test_line_ends_and_byte_order_marks_of_cells_are_those_of_a_text(tmp_path: Path) -> None:
    text = report().replace("\n", "\r\n")
    alone = extract(pd.DataFrame({"id": ["a"], "text": [report()]}))["mentions"]
    pd.DataFrame({"id": ["a"], "text": ["\ufeff" + text]}).to_excel(tmp_path / "c.xlsx", index=False)
    (tmp_path / "c.jsonl").write_bytes(json.dumps({"id": "a", "text": text}).encode())
    (tmp_path / "gb.csv").write_bytes(f'id,text\r\na,"{text}"\r\n'.encode("gb18030"))
    for name in ("c.xlsx", "c.jsonl", "gb.csv"):
        pd.testing.assert_frame_equal(extract(tmp_path / name)["mentions"], alone)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.csv", b'text,id\n"cut off', "not well-formed CSV"),
        ("c.csv", "text,id\n一,二,三\n".encode(), "do not have the 2 cells of the header: row 2"),
        ("c.csv", b"text,text\nx,y\n", "more than one column text"),
        ("c.csv", b"", "is empty"),
        ("c.xlsx", b"PK no zip", "cannot be read as .xlsx"),
        ("c.jsonl", b'{"text": "x"}\n{"text":\n', "line 2 is not JSON"),
        ("c.jsonl", b"[1]\n", "line 1 is no JSON object"),
        ("c.parquet", b"PAR1", "cannot be read as Parquet"),
    ],
)
def test_a_damaged_table_is_an_error_alone_and_set_aside_in_a_folder(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FazhiError, match=said):
        extract(tmp_path / name)
    (tmp_path / "a.txt").write_text(report(), encoding="utf-8", newline="\n")
    inputs = extract(tmp_path)["inputs"].set_index("path")
    assert inputs["status"].to_dict() == {"a.txt": "read", name: "set_aside"}
    assert said in inputs.loc[name, "reason"]


def test_a_folder_mixes_texts_and_tables_with_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(report(), encoding="utf-8", newline="\n")
    pd.DataFrame({"text": [report(13), report(14)], "county": ["", "望湖县"]}).to_csv(tmp_path / "c.csv", index=False)
    (tmp_path / "manifest.csv").write_text(
        "file,doc_id,county,province\nc.csv,more,沧坪县,虚构省\n", encoding="utf-8", newline="\n"
    )
    documents = extract(tmp_path)["documents"].set_index("doc_id")
    assert documents["county"].to_dict() == {"a": "云岭县", "more~1": "沧坪县", "more~2": "望湖县"}
    assert documents["province"].tolist() == ["", "虚构省", "虚构省"]


def test_only_rows_that_changed_are_read_again(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["a", "b"], "text": [report(), report(13)]}).to_csv(tmp_path / "c.csv", index=False)
    out = tmp_path / "out"
    extract(tmp_path / "c.csv", out)
    pd.DataFrame({"id": ["a", "b"], "text": [report(), report(14)]}).to_csv(tmp_path / "c.csv", index=False)
    with Extraction(tmp_path / "c.csv", cache_beside(out)) as extraction:
        assert extraction.reasons == {"c.csv#3": "its text changed"}
    extract(tmp_path / "c.csv", out)
    extract(tmp_path / "c.csv", tmp_path / "afresh")
    for path in out.iterdir():
        assert path.read_bytes() == (tmp_path / "afresh" / path.name).read_bytes()


def test_the_command_takes_the_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pd.DataFrame({"k": ["a"], "words": [report()], "city": ["x"]}).to_csv(tmp_path / "c.csv", index=False)
    options = ["extract", str(tmp_path / "c.csv"), "-o", str(tmp_path / "out")]
    assert main(options) == 2
    assert "has the columns k, words, city" in capsys.readouterr().err
    assert main([*options, "--text-column", "words", "--id-column", "k"]) == 0
    assert "ignored city" in capsys.readouterr().out
    assert read_table("documents", tmp_path / "out")["doc_id"].tolist() == ["a"]


def test_texts_of_tables_and_of_files_with_several_reports_are_found_by_their_hash(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    pd.DataFrame({"words": [report()]}).to_excel(raw / "c.xlsx", index=False)
    (raw / "book.txt").write_text(f"{report(13)}\n{'=' * 12}\n{report(14)}", encoding="utf-8", newline="\n")
    documents = extract([raw / "c.xlsx", raw / "book.txt"], text_column="words")["documents"]
    texts = find_texts(documents, [raw])
    assert sorted(texts) == ["book~1", "book~2", "c~1"]
    assert "复议案件14件" in texts["book~2"]


# ---- several reports in one file


def sample(name: str) -> str:
    (path,) = (path for folder in SAMPLES for path in folder.glob(f"{name}*.txt"))
    return path.read_text(encoding="utf-8")


def test_signed_reports_below_one_another_are_read_as_if_alone(tmp_path: Path) -> None:
    names = ["lanshi_county_2023", "tuochuan_autonomous_county_2016", "chengping_city_2024", "lugang_county_2019"]
    (tmp_path / "book.txt").write_text("\n\n".join(map(sample, names)), encoding="utf-8", newline="\n")
    frames = extract(tmp_path / "book.txt")
    assert frames["inputs"]["path"].tolist() == [f"book.txt#{n}" for n in range(1, 5)]
    assert frames["documents"]["doc_id"].tolist() == [f"book~{n}" for n in range(1, 5)]
    alone = extract([path for folder in SAMPLES for name in names for path in folder.glob(f"{name}*.txt")])
    for number, name in enumerate(names, start=1):
        told = []
        for frame, doc_id in ((frames, f"book~{number}"), (alone, name)):
            own = frame["mentions"][frame["mentions"]["doc_id"] == doc_id]
            about = frame["documents"].set_index("doc_id").loc[doc_id]
            fields = about[["title", "issuer", "county", "report_year", "dated", "coverage"]]
            told.append((fields.tolist(), own[["surface", "value", "period", "organ", "role"]].to_numpy().tolist()))
        assert repr(told[0]) == repr(told[1])


LONG = "一、主要做法\n" + "全县深入推进依法行政,规范行政执法,化解行政争议,工作有序开展。\n" * 60


def long_report(title: str, signed: str) -> str:
    year = title[title.index("20") :][:4]
    return (
        f"{title}\n{year}年,全县办结复议案件12件。\n{LONG}二、下一步打算\n继续推进各项工作。\n{signed}\n2024年1月5日\n"
    )


FIRST = long_report("云岭县人民政府2023年度法治政府建设情况报告", "云岭县人民政府")


@pytest.mark.parametrize(
    ("second", "parts"),
    [
        (long_report("望湖县人民政府2023年度法治政府建设情况报告", "望湖县人民政府"), 2),
        (long_report("云岭县人民政府2022年度法治政府建设情况报告", "云岭县人民政府"), 2),
        (long_report("云岭县司法局2023年度法治政府建设情况报告", "云岭县司法局"), 2),
        (FIRST, 1),  # the page prints it twice
        ("附件:望湖县2023年度法治政府建设情况报告\n" + LONG, 1),
        ("望湖县人民政府2023年度法治政府建设情况报告\n见另文。\n望湖县人民政府\n2024年1月5日\n", 1),  # too short
        ("云岭县2023年行政执法数据表\n" + LONG, 1),
        (LONG, 1),
    ],
)
def test_a_new_report_begins_only_where_both_parts_are_reports_of_their_own(
    tmp_path: Path, second: str, parts: int
) -> None:
    (tmp_path / "a.txt").write_text(FIRST + "\n" + second, encoding="utf-8", newline="\n")
    assert len(extract(tmp_path / "a.txt")["documents"]) == parts


def test_a_covering_letter_and_what_it_sends_are_one_text(tmp_path: Path) -> None:
    letter = "云岭县司法局关于报送法治政府建设情况报告的函\n现将报告随函报送。\n云岭县司法局\n2024年1月4日\n"
    (tmp_path / "a.txt").write_text(letter + FIRST, encoding="utf-8", newline="\n")
    assert extract(tmp_path / "a.txt")["documents"]["doc_id"].tolist() == ["a"]


def test_a_file_that_the_manifest_names_as_one_report_is_one(tmp_path: Path) -> None:
    other = long_report("望湖县人民政府2023年度法治政府建设情况报告", "望湖县人民政府")
    (tmp_path / "a.txt").write_text(FIRST + "\n" + other, encoding="utf-8", newline="\n")
    with pytest.raises(InputError, match="holds 2 reports"):
        read_report(tmp_path / "a.txt")
    (tmp_path / "manifest.csv").write_text("file,doc_id\na.txt,whole\n", encoding="utf-8", newline="\n")
    assert extract(tmp_path)["documents"]["doc_id"].tolist() == ["whole"]


# ---- copies and versions

PAGE = "首页 > 政务公开 > 正文\n发布时间:{date} 来源:{site}\n{text}\n【打印本页】 【关闭窗口】\n版权所有:{site}\n"


def on_page(text: str, site: str, date: str = "2024-03-01") -> str:
    return PAGE.format(text=text, site=site, date=date)


def statuses(folder: Path, **texts: str) -> dict[str, str]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    inputs = extract(folder)["inputs"]
    return dict(zip(inputs["path"], inputs["status"] + " " + inputs["doc_id"], strict=True))


def test_one_report_from_two_sites_is_one_document_with_two_inputs(tmp_path: Path) -> None:
    wide = report().replace("12", "１２").replace(",", "，")
    found = statuses(
        tmp_path,
        a=on_page(report(), "云岭县人民政府网"),
        b=on_page(wide, "普法网", "2024-03-09"),
        c=report().replace("\n", "\n\n　　"),
    )
    assert found == {"a.txt": "read a", "b.txt": "duplicate a", "c.txt": "duplicate a"}
    reasons = extract(tmp_path)["inputs"].set_index("path")["reason"]
    assert reasons["b.txt"] == "same report, in another page, as a.txt"


def test_a_revised_version_is_no_copy(tmp_path: Path) -> None:
    found = statuses(tmp_path, a=on_page(report(12), "甲网"), b=on_page(report(13), "甲网", "2024-04-01"))
    assert found == {"a.txt": "read a", "b.txt": "read b"}
    (note,) = find_notes(extract(tmp_path))
    assert "of versions by one issuer (a, b) the last published" in note


def test_county_department_and_township_are_never_taken_for_one_another(tmp_path: Path) -> None:
    found = statuses(
        tmp_path,
        a=report(),
        b=report(issuer="云岭县司法局"),
        c=report(issuer="云岭县河湾镇人民政府"),
        d=report(year=2022),
    )
    assert set(found.values()) == {"read a", "read b", "read c", "read d"}


def test_equal_wording_of_two_units_is_kept_twice_and_said(tmp_path: Path) -> None:
    text = "2023年,各项工作有序推进,办结复议案件12件。\n"
    rows = {"id": ["a", "b", "c"], "text": [text] * 3, "county": ["云岭县", "望湖县", "云岭县"], "report_year": 2023}
    inputs = extract(pd.DataFrame(rows))["inputs"].set_index("path")
    assert inputs["status"].to_dict() == {
        "frame": "table", "frame#1": "read", "frame#2": "read", "frame#3": "duplicate"
    }  # fmt: skip
    assert inputs.loc["frame#2", "reason"] == "same wording as frame#1, but another county: kept as a report"
