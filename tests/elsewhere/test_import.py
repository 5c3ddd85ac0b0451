"""Facts found elsewhere: what becomes of every row, and that the set stands beside the shipped ones."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.elsewhere import import_table
from analysis.elsewhere.figures import Places, read_figure
from analysis.elsewhere.mapping import read_mapping
from analysis.errors import InputError, TableError
from analysis.evidence import find_texts
from analysis.extract import extract_text
from analysis.tables import read_table, read_tables
from analysis.tidy import build_tidy, read_sets

LANGEXTRACT = Path(__file__).parent / "langextract.jsonl"  # written by LangExtract 1.7.1
TEXT = (
    "云岭县人民政府关于2023年法治政府建设情况的报告\n一、主要做法\n2023年,全县办结行政复议案件13件,其中调解3件。追回欠薪近1.2万元。"
    "发放宣传资料500余份,培训3件。\n二、存在的问题\n（一）重视程度不够。\n（二）执法力量不足。\n"
)
MAPPING = {
    "extractor": "student A",
    "doc_id": {"column": "报告"},
    "mentions": {
        "surface": {"column": "原文"},
        "value": {"column": "数值"},
        "unit": {"column": "单位"},
        "measure": {"column": "指标"},
        "status": "reported",
        "form": {"column": "单位", "recode": {"%": "rate", "万元": "amount"}, "default": "flow"},
        "period": {"column": "年份", "format": "year:{}"},
        "period_basis": "stated",
    },
    "documents": {
        "county": {"column": "县"},
        "report_year": {"column": "年份"},
        "issuer_type": "government",
        "genre": "annual_report",
        "coverage": "opening",
    },
}
ROW = {"报告": "a1", "县": "云岭县", "年份": 2023, "原文": "12件", "数值": 12, "单位": "件", "指标": "办结行政复议案件",
       "备注": "x"}  # fmt: skip


def table(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([ROW | change for change in changes]).astype("object")


def reasons(tables: dict[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    rows = tables["inputs"].query("status != 'table'")
    return {row.path.rpartition("#")[2]: (row.status, row.reason) for row in rows.itertuples()}


def write_sheet(frame: pd.DataFrame, path: Path, title: str = "") -> None:
    book = openpyxl.Workbook()
    page = book.active
    if title:
        page.append([title])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(frame.columns))
    for cells in (list(frame.columns), *frame.values.tolist()):
        page.append(cells)
    book.save(path)


# ---- figures


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"surface": "12件"}, {"value": "12", "low": "12", "high": "12", "unit": "件"}),
        ({"surface": "近1.2", "unit": "万元", "value": "1.2"},
         {"value": "12000", "high": "12000", "unit": "元", "qualifier": "近"}),
        ({"surface": "500余份"}, {"value": "500", "low": "500", "unit": "份", "qualifier": "余"}),
        ({"surface": "85", "unit": "%"}, {"value": "85", "low": "85", "high": "85", "unit": "%"}),
        ({"surface": "数十件"}, {"unit": "件", "qualifier": "数"}),
        ({"surface": "3至5件"}, {"low": "3", "high": "5", "unit": "件"}),
        ({"surface": "1**件", "unit": "件"}, {"unit": "件", "masked": "true"}),
        ({"surface": "无败诉", "value": "0", "unit": "件"}, {"value": "0", "low": "0", "high": "0", "unit": "件"}),
        ({"surface": "若干上下", "value": "7", "qualifier": "上下"}, {"value": "7", "qualifier": "上下"}),
    ],
)  # fmt: skip
def test_what_is_not_given_is_read_from_the_surface(given, found):
    cells, faults = read_figure(given, {})
    assert not faults
    assert {name: cell for name, cell in cells.items() if cell} == {"masked": "false"} | found


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"surface": "13件", "value": "14"}, "value is 14, but '13件' reads as 13"),
        ({"surface": "500余份", "high": "500"}, "high is 500, but '500余份' reads as no one number"),
        ({"surface": "13件", "unit": "人"}, "unit is '人', but '13件' has '件'"),
        ({"surface": "3.5万元", "value": "3.5"}, "value is 3.5, but '3.5万元' reads as 35000"),
        ({"surface": "1**件", "value": "12"}, "a masked figure has no value"),
        ({"surface": "见附件"}, "no one number can be read"),
        ({"surface": "13件", "value": "=A1"}, "value is '=A1', which is no number"),
        ({"surface": "=1+1", "value": "2"}, "is a formula"),
        ({"surface": "见附件", "value": "9" * 60}, "too large"),
        ({"surface": "见附件", "value": "1e80"}, "too large"),
        ({"surface": "", "value": "2"}, "no surface is given"),
    ],
)
def test_what_contradicts_the_surface_or_is_no_number_is_a_fault(given, says):
    assert says in "; ".join(read_figure(given, {})[1])


def test_a_given_number_is_multiplied_before_its_unit_counts():
    assert read_figure({"surface": "85%", "value": "0.85"}, {"value": Decimal(100)})[0]["value"] == "85"


@pytest.mark.parametrize(
    ("words", "given", "context", "found"),
    [
        ("13件", ("", ""), "", "13件"),
        ("3件", ("", ""), "其中调解3件", "3件"),
        ("500 余份", ("", ""), "", "500余份"),
        ("１３件", ("", ""), "", "13件"),
        ("500余份", (str(TEXT.index("500")), ""), "", "500余份"),
        ("近1.2万元", (str(TEXT.index("1.2")), ""), "", "近1.2万元"),
    ],
)
def test_a_surface_is_found_where_it_stands_once(words, given, context, found):
    place = Places(TEXT).find(words, given, figure=True, context=context)
    assert not place.fault
    assert TEXT[place.start : place.end] == found
    assert bool(place.note) == (words == "近1.2万元")


@pytest.mark.parametrize(
    ("words", "note", "fault"),
    [("3件", "stands 2 times", ""), ("99件", "", "does not stand in the text"), ("2件", "", "does not stand")],
)
def test_a_surface_that_cannot_be_placed_says_so(words, note, fault):
    place = Places(TEXT).find(words, ("", ""), figure=True)
    assert place.start is None
    assert note in place.note
    assert fault in place.fault


# ---- tables


def test_rows_without_a_text_become_figures_counted_in_their_report():
    found = import_table(
        MAPPING, table({}, {"原文": "85%", "数值": 85, "单位": "%", "指标": "纠错率"}, {"报告": "b 2"})
    )
    columns = ["mention_id", "surface", "value", "unit", "form", "period", "extractor"]
    assert found["mentions"][columns].values.tolist() == [
        ["a1#1", "12件", 12, "件", "flow", "year:2023", "student A"],
        ["a1#2", "85%", 85, "%", "rate", "year:2023", "student A"],
        ["b_2#1", "12件", 12, "件", "flow", "year:2023", "student A"],
    ]
    assert found["documents"][["doc_id", "county", "coverage", "source"]].values.tolist() == [
        ["a1", "云岭县", "opening", "frame"], ["b_2", "云岭县", "opening", "frame"],
    ]  # fmt: skip
    assert "ignored 备注" in found["inputs"].query("status == 'table'")["reason"].item()
    assert set(reasons(found).values()) == {("read", "")}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"数值": 14}, "value is 14, but '12件' reads as 12"),
        ({"报告": None}, "doc_id is empty"),
        ({"报告": "a 1"}, "'a 1' and 'a_1' both become the id a_1"),
        ({"县": "石溪县"}, "county of a1 is '石溪县' here and '云岭县' in a row before"),
        ({"年份": "去年"}, "report_year of a1 is '去年' here"),
        ({"原文": None}, "no surface is given"),
        ({"原文": "@SUM(A1)"}, "is a formula"),
        ({"数值": "9" * 400}, "value is '999"),
        ({"数值": float("inf")}, "no number"),
        ({"报告": "c", "年份": "去年"}, "report c: report_year is '去年'; it must be an integer"),
    ],
)
def test_a_row_that_does_not_fit_is_set_aside_with_its_reason(change, says):
    found = import_table(MAPPING, table({}, {"报告": "a_1"}, change))
    assert len(found["mentions"]) == 2
    status, reason = reasons(found)["3"]
    assert status == "set_aside"
    assert says in reason


def test_every_reason_of_a_row_is_named_and_no_row_is_lost():
    mapping = MAPPING | {"mentions": MAPPING["mentions"] | {"status": {"column": "备注"}}}
    found = import_table(mapping, table({"备注": "reported"}, {"备注": "seen", "数值": 14}, {"备注": "seen"}))
    assert reasons(found)["2"][1].startswith("value is 14")
    assert "status is 'seen'; it must be one of reported" in reasons(found)["3"][1]
    assert sorted(reasons(found)) == ["1", "2", "3"]


def test_a_table_of_which_no_row_fits_is_refused(tmp_path):
    with pytest.raises(InputError, match="No row of frame fits the mapping: 1 x value is 14"):
        import_table(MAPPING, table({"数值": 14}), tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_with_its_text_a_report_has_offsets_sections_and_what_it_says_of_itself():
    closed = {"原文": "13件", "数值": 13}
    figures = [closed, {"原文": "500余份", "数值": None, "单位": ""}, {"原文": "3件", "数值": 3, "指标": "培训"},
               {"原文": "99件", "数值": 99}, closed]  # fmt: skip
    found = import_table(MAPPING, table(*figures), texts={"a1": TEXT})
    own = extract_text(TEXT, "a1")
    for row in found["mentions"].dropna(subset="start").itertuples():
        assert TEXT[row.start : row.end] == row.surface
        assert row.mention_id == f"a1@{row.start}"
        assert row.role == "achievement"
    assert found["mentions"]["start"].notna().sum() == 2
    assert found["documents"]["sha256"].item() == own["documents"][0]["sha256"]
    assert len(found["sections"]) == len(own["sections"])
    told = reasons(found)
    assert told["3"] == ("read", "it stands 2 times in the text: kept without offsets")
    assert told["4"][0] == "set_aside"
    assert told["5"] == ("set_aside", "the same figure as in frame#1")


def test_offsets_without_text_need_the_hash_of_one():
    mapping = MAPPING | {"mentions": MAPPING["mentions"] | {"start": {"column": "start"}, "end": {"column": "end"}}}
    rows = table({"start": 5, "end": 8}, {"start": 9, "end": 10})
    bare = import_table(mapping, rows)
    assert bare["mentions"]["start"].isna().all()
    assert "offsets left out" in reasons(bare)["1"][1]
    known = mapping | {"documents": MAPPING["documents"] | {"sha256": "f" * 64}}
    found = import_table(known, rows)
    assert found["mentions"][["mention_id", "start", "end"]].values.tolist() == [["a1@5", 5, 8]]
    assert "do not span '12件'" in reasons(found)["2"][1]


def test_statements_and_their_codes_come_from_rows_too():
    mapping = {
        "extractor": "some model",
        "doc_id": {"column": "report"},
        "statements": {"text": {"column": "words"}, "role": "problem", "heading": True},
        "codes": {"category": {"column": "code", "recode": {"thin": "capacity"}}, "coder": "some model",
                  "coder_type": "llm", "round": "independent"},
        "documents": {"coverage": "full"},
    }  # fmt: skip
    categories = read_categories()
    mapping["codes"]["category"]["recode"] = {"thin": categories[1]}
    rows = pd.DataFrame(
        [("a1", "重视程度不够", f"{categories[0]}|thin"), ("a1", "执法力量不足", "thin"),
         ("a1", "执法力量不足", categories[2]), ("a1", "重视程度不够", "odd"), ("b", "别的", categories[0])],
        columns=["report", "words", "code"],
    )  # fmt: skip
    found = import_table(mapping, rows, texts={"a1": TEXT})
    starts = [TEXT.index("重视程度不够"), TEXT.index("执法力量不足")]
    assert found["statements"]["statement_id"].tolist() == [f"a1@{start}" for start in starts] + ["b#1"]
    codes = found["codes"].query("statement_id != 'b#1'")
    assert sorted(map(tuple, codes[["statement_id", "category", "primary"]].values.tolist())) == sorted([
        (f"a1@{starts[0]}", categories[0], True), (f"a1@{starts[0]}", categories[1], False),
        (f"a1@{starts[1]}", categories[1], True), (f"a1@{starts[1]}", categories[2], False),
    ])  # fmt: skip
    assert "there is no category odd" in reasons(found)["4"][1]
    assert not build_tidy(found)["problems"].empty


def read_categories() -> list[str]:
    from analysis.codebook import read_rows

    return [row["id"] for row in read_rows("tidy/categories") if row["status"] == "active"]


# ---- files


def test_the_same_table_as_any_file_gives_the_same_facts_and_bytes(tmp_path):
    frame = table({}, {"原文": "近1.2", "数值": 1.2, "单位": "万元"}, {"数值": 14})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True, force_ascii=False)
    frame.astype({"数值": float}).to_parquet(tmp_path / "t.parquet")
    write_sheet(frame, tmp_path / "t.xlsx")
    kinds = [import_table(MAPPING, path) for path in sorted(tmp_path.iterdir())]
    for found in kinds[1:]:
        pd.testing.assert_frame_equal(found["mentions"], kinds[0]["mentions"])
        assert list(reasons(found).values()) == list(reasons(kinds[0]).values())
    for name in ("one", "two"):
        import_table(MAPPING, tmp_path / "t.csv", tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_header_below_merged_cells_is_asked_for_and_found(tmp_path):
    write_sheet(table({}, {"数值": 14}), tmp_path / "t.xlsx", title="学生甲的表")
    with pytest.raises(InputError, match="no column '报告'.*has 学生甲的表"):
        import_table(MAPPING, tmp_path / "t.xlsx")
    found = import_table(MAPPING | {"header": 2}, tmp_path / "t.xlsx")
    assert [(path, status) for path, (status, _) in reasons(found).items()] == [("3", "read"), ("4", "set_aside")]


def test_a_formula_of_a_workbook_is_never_evaluated(tmp_path):
    write_sheet(table({}, {"数值": "=6*2"}, {"报告": "=A2"}), tmp_path / "t.xlsx")
    told = reasons(import_table(MAPPING, tmp_path / "t.xlsx"))
    assert [told[row][0] for row in ("2", "3", "4")] == ["read", "set_aside", "set_aside"]
    assert "column '数值' holds a formula" in told["3"][1]


def test_langextract_is_read_as_it_saves_its_documents(tmp_path):
    mapping = {
        "extractor": "some model",
        "format": "langextract",
        "doc_id": {"column": "document_id"},
        "mentions": {
            "where": {"extraction_class": ["figure"]}, "surface": {"column": "extraction_text"},
            "start": {"column": "start_pos"}, "end": {"column": "end_pos"}, "status": "reported",
            "measure": {"column": "attributes.measure"}, "value": {"column": "attributes.value"},
            "form": {"column": "attributes.form"}, "period": {"column": "attributes.period"},
        },
    }  # fmt: skip
    found = import_table(mapping, LANGEXTRACT)
    texts = find_texts(found["documents"], [LANGEXTRACT.parent])
    assert set(texts) == {"yunling_2023", "empty"}
    placed = found["mentions"].dropna(subset="start")
    assert placed["surface"].tolist() == ["13件", "近1.2万元", "500余份"]  # one of them cut short, one moved
    assert all(texts[row.doc_id][row.start : row.end] == row.surface for row in placed.itertuples())
    assert {path: status for path, (status, _) in reasons(found).items()} == {
        "1.1": "read", "1.2": "read", "1.3": "read", "1.4": "read", "1.5": "set_aside", "1.6": "ignored", "2": "read",
    }  # fmt: skip
    assert "does not stand in the text" in reasons(found)["1.5"][1]
    assert reasons(found)["2"][1] == "no extraction in it"
    with pytest.raises(InputError, match=r"line 1 is no AnnotatedDocument"):
        (tmp_path / "t.jsonl").write_text('{"a": 1}\n', encoding="utf-8")
        import_table(mapping | {"mentions": MAPPING["mentions"]}, tmp_path / "t.jsonl")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"extractor": " "}, "extractor: must say who found the facts"),
        ({"doc_id": None}, "doc_id: must be a constant or"),
        ({"mentions": {}}, "mentions.surface: is missing"),
        ({"mentions": MAPPING["mentions"] | {"colour": "red"}}, "mentions.colour: is no column that can be given"),
        ({"mentions": MAPPING["mentions"] | {"mention_id": "x"}}, "mentions.mention_id: is no column"),
        ({"mentions": MAPPING["mentions"] | {"value": {"colum": "x"}}}, "mentions.value: has colum; there are column"),
        ({"mentions": MAPPING["mentions"] | {"period": {"column": "年份", "format": "year:{0}"}}}, "a text with {}"),
        ({"mentions": MAPPING["mentions"] | {"unit": {"column": "单位", "multiply": 2}}}, "multiply is for value"),
        ({"figures": {}}, "figures: is none of extractor"),
        ({"codes": {"category": "x"}}, "belongs to \\[statements\\]"),
        ({"format": "excel"}, "format: must be one of table, langextract"),
        ({"header": 0}, "header: must be the number of the row"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(change, says):
    with pytest.raises(TableError, match=says):
        import_table(MAPPING | change, table({}))


def test_the_mapping_of_the_readme_is_one(tmp_path):
    readme = (Path(__file__).resolve().parents[2] / "data" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(readme.split("```toml\n")[1].split("```")[0], encoding="utf-8", newline="\n")
    assert set(read_mapping(tmp_path / "mapping.toml").tables) == {"mentions", "documents"}


# ---- the command, beside the shipped sets

TOML = """
extractor = "student A"
doc_id = { column = "报告" }
[mentions]
surface = { column = "原文" }
value = { column = "数值" }
unit = { column = "单位" }
measure = { column = "指标" }
status = "reported"
form = "flow"
period = { column = "年份", format = "year:{}" }
period_basis = "stated"
[documents]
county = { column = "县" }
report_year = { column = "年份" }
issuer_type = "government"
genre = "annual_report"
coverage = "opening"
"""


@pytest.fixture
def project(shipped, tmp_path, monkeypatch):
    shutil.copytree(shipped / "data" / "extracted", tmp_path / "data" / "extracted")
    monkeypatch.setenv("FAZHI_ROOT", str(tmp_path))
    (tmp_path / "map.toml").write_text(TOML, encoding="utf-8", newline="\n")
    return tmp_path


def run(project: Path) -> int:
    out = project / "data" / "extracted" / "student"
    return main(["import", str(project / "map.toml"), str(project / "t.csv"), "-o", str(out)])


def test_the_command_writes_a_set_that_goes_through_tidy_beside_the_shipped_ones(project, capsys):
    table({}, {"数值": 14}).to_csv(project / "t.csv", index=False)
    assert run(project) == 1
    said = capsys.readouterr().out
    assert "1 documents, 1 mentions" in said
    assert "t.csv#3: set aside: value is 14, but '12件' reads as 12" in said
    assert main(["tidy"]) == 0
    observations = read_table("observations", project / "data" / "tidy")
    own = observations[observations["doc_id"].eq("a1")]
    assert own[["county", "value", "period"]].values.tolist() == [["云岭县", 12, "year:2023"]]
    assert own["indicator"].item() == "reconsideration_cases_closed"
    alone = build_tidy(read_sets([project / "data" / "extracted" / "panel"]))["observations"]
    assert len(observations) > len(alone) > 100
    assert main(["correct", "a1#1", "value=11", "--reason", "misread", "--who", "B", "--when", "2026-01-31"]) == 0
    assert main(["tidy"]) == 0
    assert len(read_tables(project / "data" / "tidy", ["audit"])["audit"]) == 1


def test_a_report_that_is_shipped_already_stops_tidy_unless_its_rows_are_equal(project, capsys):
    table({"报告": "p001"}).to_csv(project / "t.csv", index=False)
    assert run(project) == 0
    assert main(["tidy"]) == 2
    assert "p001 stands in more than one set" in capsys.readouterr().err
