"""The contract of tables: what tables.toml declares, what the reader refuses, and the facts that ship."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from analysis import codebook
from analysis.contract import TableSpec, check_foreign, check_table, spec, specs, stage_tables
from analysis.errors import FazhiError, TableError
from analysis.tables import (
    empty_table,
    fit_table,
    format_number,
    format_table,
    load_table,
    parse_table,
    read_table,
    read_tables,
    write_table,
    write_tables,
)

PROJECT = Path(__file__).parent.parent
GOLD = Path(__file__).parents[1] / "data" / "gold"
EXTRACTED = stage_tables("extracted")
SHIPPED = [PROJECT / "data" / "extracted" / "panel", PROJECT / "data" / "extracted" / "reports", GOLD]
INVENTED = sorted((PROJECT / "data" / "invented" / "extracted").glob("*/"))
TEXTED = [PROJECT / "data" / "extracted" / "reports", GOLD]
SAMPLES = {
    1: ("r@3", "x1", "A1", "year:2024", "123456", "e" * 64),
    2: ("r@4", "x2", "A2", "year:2025", "123457", "f" * 64),
}
HAN = re.compile("[\u4e00-\u9fff]")
LABEL = 80  # characters a Stata variable label may have


def set_name(folder: Path) -> str:
    return folder.name


def columns_of(table: TableSpec) -> list[str]:
    return [f"{table.name}.{column.name}" for column in table.columns]


EVERY_COLUMN = [name for table in specs().values() for name in columns_of(table)]


def column_named(name: str):
    table, _, column = name.partition(".")
    return next(one for one in spec(table).columns if one.name == column)


def sample_row(table: str, number: int = 1) -> dict[str, object]:
    """Return a row of a table in which every cell is filled as the contract allows."""
    row: dict[str, object] = {}
    for column in spec(table).columns:
        if column.allowed:
            value: object = "|".join(column.allowed[:2]) if column.list else column.allowed[0]
        elif column.type == "integer":
            value = number
        elif column.type == "number":
            value = number + 0.57
        elif column.type == "boolean":
            value = True
        elif column.type == "date":
            value = "2025-02-28"
        else:
            value = next(one for one in SAMPLES[number] if re.fullmatch(column.pattern or ".*", one))
        row[column.name] = value
    return row


def mentions_csv(*rows: dict[str, object]) -> bytes:
    return format_table(fit_table(rows, "mentions"), "mentions")


def mention(start: int = 3, **fields: object) -> dict[str, object]:
    return {
        "mention_id": f"r@{start}", "doc_id": "r", "start": start, "end": start + 2, "surface": "5\u4ef6", "value": 5,
        "status": "reported", "extractor": "hand", **fields,
    }  # fmt: skip


def refused(content: bytes, table: str) -> TableError:
    with pytest.raises(TableError) as caught:
        parse_table(content, table, f"{table}.csv")
    return caught.value


# what tables.toml declares


@pytest.mark.parametrize("table", specs().values(), ids=specs())
def test_keys_and_names_of_a_table_are_sound(table):
    assert len(set(table.names)) == len(table.names)
    assert table.key and set(table.key) <= set(table.names)
    assert table.stage in {"extracted", "tidy", "input", "codebook"}
    assert all(0 < len(table.label(lang)) <= LABEL for lang in ("zh", "en"))


@pytest.mark.parametrize("name", EVERY_COLUMN)
def test_a_column_is_described_in_both_languages(name):
    column = column_named(name)
    for lang in ("zh", "en"):
        label = column.label(lang)
        assert 0 < len(label) <= LABEL, f"{name}: the first sentence is its label and has {len(label)} characters"
    assert HAN.search(column.description_zh) and not HAN.search(column.description_en)


@pytest.mark.parametrize("name", EVERY_COLUMN)
def test_a_column_is_declared_consistently(name):
    column, table = column_named(name), spec(name.partition(".")[0])
    assert column.type in {"string", "integer", "number", "boolean", "date"}
    assert not column.list or column.allowed
    assert len(set(column.allowed)) == len(column.allowed)
    assert not column.pattern or re.compile(column.pattern)
    if column.name in table.key:
        assert column.required != column.optional_key, "a key column is required unless it may be empty"
    else:
        assert not column.optional_key


@pytest.mark.parametrize("name", [name for name in EVERY_COLUMN if column_named(name).foreign])
def test_a_foreign_key_points_to_a_column_that_exists(name):
    target, _, column = column_named(name).foreign.partition(".")
    assert column in spec(target).names


def test_the_columns_others_build_on_keep_their_order():
    assert ",".join(spec("mentions").names) == (
        "mention_id,doc_id,start,end,surface,value,low,high,unit,qualifier,status,form,direction,per,measure,action,"
        "period,period_basis,organ,role,masked,context_masked,extractor"
    )
    assert spec("documents").names[:4] == ["doc_id", "title", "issuer", "issuer_type"]
    assert spec("observations").key == ("doc_id", "indicator", "period", "organ", "component", "variant")


@pytest.mark.parametrize(
    ("period", "right"),
    [
        ("year:2024", True), ("span:2022-2024", True), ("since:?", True), ("since:2019", True), ("to_date", True),
        ("ytd:2025-11-20", True), ("asof:2024", True), ("plan:2025", True), ("plan_cycle:2021-2025", True),
        ("quarter:2024Q3", True), ("half:2024H1", True), ("", True),
        ("2024", False), ("year:24", False), ("quarter:2024Q5", False), ("ytd:2024", False), ("year:2024 ", False),
    ],
)  # fmt: skip
def test_periods_have_one_of_the_agreed_forms(period, right):
    assert (check_table(fit_table([mention(period=period)], "mentions"), "mentions") == []) == right


# reading and writing


@pytest.mark.parametrize("name", specs())
def test_every_table_comes_back_as_it_was_written(name, tmp_path):
    frame = fit_table([sample_row(name, 2), sample_row(name, 1)], name)
    write_table(frame, name, tmp_path)
    content = (tmp_path / f"{name}.csv").read_bytes()
    pd.testing.assert_frame_equal(read_table(name, tmp_path), frame)
    assert format_table(read_table(name, tmp_path), name) == content
    assert b"\r" not in content and content.endswith(b"\n")


@pytest.mark.parametrize("name", specs())
def test_a_table_that_was_checked_is_loaded_as_it_is_read(name, tmp_path):
    write_table(fit_table([sample_row(name, 2), sample_row(name, 1)], name), name, tmp_path)
    pd.testing.assert_frame_equal(load_table(name, tmp_path), read_table(name, tmp_path))
    write_table(empty_table(name), name, tmp_path)
    pd.testing.assert_frame_equal(load_table(name, tmp_path), empty_table(name))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"", b""), (b"\n", b"\r\n"), (b"mention_id,doc_id", b"\xef\xbb\xbfmention_id,doc_id"), (b",3,", b",3.0,")],
    ids=["as written", "Windows", "byte order mark", "a spreadsheet's integer"],
)
def test_only_the_rows_and_columns_that_are_wanted_are_loaded(tmp_path, old, new):
    rows = [mention(3, measure='two\nlines, "quoted"'), mention(9), mention(12)]
    (tmp_path / "mentions.csv").write_bytes(mentions_csv(*rows).replace(old, new, -1 if old == b"\n" else 1))
    whole = read_table("mentions", tmp_path)
    pd.testing.assert_frame_equal(load_table("mentions", tmp_path), whole)
    found = load_table("mentions", tmp_path, ["measure", "start"], start=[3, 12])
    pd.testing.assert_frame_equal(found, whole.loc[:1, ["measure", "start"]])


@pytest.mark.parametrize("name", specs())
def test_an_empty_table_is_a_header_and_comes_back_typed(name, tmp_path):
    write_table(empty_table(name), name, tmp_path)
    assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8") == ",".join(spec(name).names) + "\n"
    pd.testing.assert_frame_equal(read_table(name, tmp_path), empty_table(name))


def test_a_table_that_is_not_there_is_empty(tmp_path):
    pd.testing.assert_frame_equal(read_table("mentions", tmp_path), empty_table("mentions"))


def test_rows_are_sorted_by_key_whatever_their_order(tmp_path):
    one, two = mention(3), mention(9)
    assert mentions_csv(two, one) == mentions_csv(one, two)


def test_a_parsed_file_keeps_the_order_of_its_lines_and_a_read_one_is_sorted(tmp_path):
    header, one, two = mentions_csv(mention(3), mention(9)).splitlines(keepends=True)
    (tmp_path / "mentions.csv").write_bytes(header + two + one)
    assert parse_table(header + two + one, "mentions")["mention_id"].tolist() == ["r@9", "r@3"]
    assert read_table("mentions", tmp_path)["mention_id"].tolist() == ["r@3", "r@9"]


def test_empty_means_missing_for_every_type():
    frame = parse_table(
        mentions_csv(mention() | {"mention_id": "r#1", "start": "", "end": "", "value": ""}), "mentions"
    )
    assert frame[["start", "end", "value", "low", "high"]].isna().all(axis=None)
    assert frame[["measure", "period", "organ", "masked"]].iloc[0].tolist() == ["", "", "", False]


def test_a_missing_truth_value_is_false():
    assert fit_table([mention(masked=float("nan"))], "mentions")["masked"].tolist() == [False]


@pytest.mark.parametrize(
    ("value", "printed"),
    [(5700.0, "5700"), (0.1 + 0.2, "0.30000000000000004"), (8.51, "8.51"), (1e16, "10000000000000000"), (0.0, "0"),
     (1e-7, "0.0000001"), (-25.0, "-25"), (68350000.0, "68350000"), (float("nan"), "")],
)  # fmt: skip
def test_numbers_are_written_as_the_shortest_decimal(value, printed):
    assert format_number(value) == printed


def test_text_with_separators_quotes_and_line_ends_survives():
    odd = 'a,"b"\nc|d \u3000\u4ef6'
    assert parse_table(mentions_csv(mention(measure=odd)), "mentions")["measure"].tolist() == [odd]


def test_a_byte_order_mark_and_windows_line_ends_are_read():
    content = mentions_csv(mention())
    again = parse_table(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"), "mentions")
    assert format_table(again, "mentions") == content


# what is refused, all at once


def test_all_violations_of_a_file_are_named_with_file_and_line():
    content = mentions_csv(*(mention(start, value=77) for start in (1, 3, 5, 7, 9))).decode("utf-8")
    lines = content.splitlines()
    lines[1] = lines[1].replace(",reported,", ",rumoured,").replace(",1,3,", ",one,3,")
    lines[2] = lines[2].replace(",77,", ",7.7.7,").replace(",reported,", ",,")
    lines[3] = lines[3].replace(",false,false,", ",maybe,false,").replace("r@5,r,", "r@5,,")
    lines[4] = lines[4].replace("r@7", "seven")
    lines[5] = lines[5].replace("r@9", "r@3")
    error = refused(("\n".join(lines) + "\n").encode("utf-8"), "mentions")
    found = {(one.row, one.column) for one in error.violations}
    expected = {(2, "status"), (2, "start"), (3, "value"), (3, "status"), (4, "masked"), (4, "doc_id"),
                (5, "mention_id"), (6, "mention_id")}  # fmt: skip
    assert expected <= found
    assert all(one.file == "mentions.csv" for one in error.violations)
    assert "line 2: status is 'rumoured'; it must be one of reported, target, norm, named" in str(error)
    assert "line 3: status is empty; it must be" in str(error)
    assert "line 6: a second row with mention_id = r@3; the key must be unique" in str(error)


@pytest.mark.parametrize("value", ["inf", "nan", "1_000", "1,000", " 5", "5\u4e07", "0x10", "1e400"])
def test_a_cell_that_is_no_plain_number_is_refused(value):
    header, row = mentions_csv(mention(value=77)).decode("utf-8").splitlines()
    cell = f'"{value}"' if "," in value else value
    error = refused(f"{header}\n{row.replace(',77,', f',{cell},')}\n".encode(), "mentions")
    assert [(one.row, one.column, one.value) for one in error.violations] == [(2, "value", value)]


@pytest.mark.parametrize("date", ["2025-2-5", "2025-13-01", "20250205", "2025/02/05", "2025-02-30"])
def test_a_date_that_is_none_is_refused(date):
    document = {"doc_id": "r", "coverage": "full", "source": "x", "dated": date}
    violations = check_table(fit_table([document], "documents"), "documents")
    assert [(one.column, one.value) for one in violations] == [("dated", date)]


def test_lists_take_only_values_of_their_list():
    code = {"statement_id": "r@1", "category": "other", "coder": "a", "coder_type": "human", "saw": "codebook|triggers"}
    assert check_table(fit_table([code], "codes"), "codes") == []
    wrong = check_table(fit_table([{**code, "saw": "codebook|gossip"}], "codes"), "codes")
    assert [(one.column, one.value) for one in wrong] == [("saw", "codebook|gossip")]


def test_wrong_columns_are_named_and_so_are_the_right_ones():
    content = mentions_csv(mention()).replace(b",surface,", b",wording,")
    error = refused(content, "mentions")
    assert {(one.column, one.rule) for one in error.violations} == {
        ("surface", "missing column"),
        ("wording", "unknown column"),
    }
    assert "surface, value, low, high" in str(error)


def test_a_second_row_of_one_key_is_refused_on_writing_too():
    with pytest.raises(TableError, match="the key must be unique"):
        format_table(fit_table([mention(), mention()], "mentions"), "mentions")


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda content: content[:-1], "half written"),
        (lambda content: content[: len(content) // 2], "half written"),
        (lambda content: content + b'r@9,r,"5', "cut off"),
        (lambda content: content + b"r@9,r\n", "2 cells where the header has 23"),
        (lambda _: b"", "is empty"),
        (lambda content: content.replace("\u4ef6".encode(), "\u4ef6".encode("gb18030")), "not UTF-8"),
    ],
    ids=["last line end", "half", "open quote", "short row", "nothing", "encoding"],
)
def test_a_damaged_file_is_refused_with_its_reason(damage, what):
    assert what in str(refused(damage(mentions_csv(mention(3), mention(9))), "mentions"))


def test_a_reference_without_its_row_is_named():
    tables = {
        "documents": fit_table([{"doc_id": "r", "coverage": "full", "source": "x"}], "documents"),
        "mentions": fit_table([mention(), {**mention(9), "doc_id": "lost"}], "mentions"),
    }
    wrong = check_foreign(tables)
    assert [(one.file, one.row, one.column, one.value) for one in wrong] == [("mentions.csv", 3, "doc_id", "lost")]


def test_violations_of_several_files_are_reported_together(tmp_path):
    (tmp_path / "documents.csv").write_text("doc_id\nr\n", encoding="utf-8")
    (tmp_path / "mentions.csv").write_text("half", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_tables(tmp_path, EXTRACTED)
    assert {Path(one.file).name for one in caught.value.violations} == {"documents.csv", "mentions.csv"}


def test_a_set_is_written_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "set"
    documents = fit_table([{"doc_id": "r", "coverage": "full", "source": "x"}], "documents")
    write_tables({"documents": documents, "mentions": fit_table([mention()], "mentions")}, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    wrong = fit_table([mention(status="rumoured")], "mentions")
    with pytest.raises(TableError, match="Nothing was written"):
        write_tables({"documents": empty_table("documents"), "mentions": wrong}, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".set.lock", "set"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(FazhiError, match="taken"):
        write_table(empty_table("mentions"), "mentions", tmp_path / "taken")


# the facts that ship


@pytest.mark.parametrize("folder", [*SHIPPED, *INVENTED], ids=set_name)
def test_shipped_tables_keep_the_contract_and_are_written_as_we_write(folder):
    tables = read_tables(folder, EXTRACTED)
    assert len(tables["documents"])
    for path in sorted(folder.glob("*.csv")):
        if path.stem in tables:
            assert path.read_bytes() == format_table(tables[path.stem], path.stem), f"{path.stem} is not as we write it"


@pytest.mark.parametrize("folder", [*SHIPPED, *INVENTED], ids=set_name)
def test_values_lie_within_their_bounds_and_masks_have_none(folder):
    mentions = read_table("mentions", folder)
    assert not (mentions["value"] < mentions["low"]).any()
    assert not (mentions["value"] > mentions["high"]).any()
    percent = mentions["form"].isin(["rate", "share"]) & (mentions["unit"] == "%") & (mentions["value"] <= 100)
    assert not (percent & mentions["low"].notna() & ~(mentions["high"] <= 100)).any(), "a percentage ends at 100"
    hidden = mentions[mentions["masked"] | mentions["surface"].str.contains(r"\*\*")]
    assert hidden[["value", "low", "high"]].isna().all(axis=None)
    assert ((mentions["period"] == "") == (mentions["period_basis"] == "")).all()


@pytest.mark.parametrize("folder", TEXTED, ids=set_name)
def test_offsets_are_monotone_and_never_overlap(folder):
    mentions = read_table("mentions", folder)
    mentions["start"] = mentions["start"].astype("int64")
    lengths = dict(read_table("documents", folder)[["doc_id", "n_chars"]].itertuples(index=False))
    assert (mentions["mention_id"] == mentions["doc_id"] + "@" + mentions["start"].astype("str")).all()
    assert (mentions["end"] - mentions["start"] == mentions["surface"].str.len()).all()
    for doc_id, rows in mentions.groupby("doc_id"):
        rows = rows.sort_values("start")
        assert all(a.end <= b.start for a, b in pairwise(rows.itertuples()))
        assert rows["end"].max() <= lengths[doc_id]


@pytest.mark.parametrize("folder", TEXTED, ids=set_name)
def test_sections_are_a_partition_of_the_text(folder):
    sections = read_table("sections", folder)
    for document in read_table("documents", folder).itertuples():
        rows = list(sections[sections["doc_id"] == document.doc_id].itertuples())
        assert rows[0].start == 0
        assert all(row.start <= row.end <= row.body_end for row in rows)
        for number, row in enumerate(rows):
            later = [one.start for one in rows[number + 1 :] if row.level == 0 or one.level <= row.level]
            assert row.body_end == (later[0] if later else document.n_chars)
            assert row.level > 0 or (row.end == row.start and row.label == "")
        starts = {row.start for row in rows}
        assert {row.parent_start for row in rows if not pd.isna(row.parent_start)} <= starts


@pytest.mark.parametrize("folder", TEXTED, ids=set_name)
def test_statements_have_their_ids_and_one_primary_code_a_coder(folder):
    statements, codes = (read_table(name, folder) for name in ("statements", "codes"))
    assert (statements["statement_id"] == statements["doc_id"] + "@" + statements["start"].astype("str")).all()
    assert not (statements["heading"] & (statements["parent_id"] != "")).any()
    coded = codes[~codes["category"].str.startswith("attr:")]
    assert set(coded["statement_id"]) <= set(statements["statement_id"])
    assert (coded.groupby(["statement_id", "coder"])["primary"].sum() == 1).all()
    assert not codes.loc[codes["category"].str.startswith("attr:"), "primary"].any()


@pytest.mark.parametrize("folder", TEXTED, ids=set_name)
def test_codes_and_contents_name_what_the_codebook_has(folder):
    def active(name: str) -> set[str]:
        return {row["id"] for row in codebook.read_rows(name) if row["status"] == "active"}

    codes, contents = (read_table(name, folder) for name in ("codes", "contents"))
    roles = read_table("statements", folder).set_index("statement_id")["role"]
    coded = codes[~codes["category"].str.startswith("attr:")]
    of_causes = coded["statement_id"].map(roles) == "cause"
    assert set(coded.loc[of_causes, "category"]) <= active("tidy/causes")
    assert set(coded.loc[~of_causes, "category"]) <= active("tidy/categories")
    assert set(contents["item"]) <= {row["item"] for row in codebook.read_rows("tidy/mandated")}


def test_the_panel_has_its_376_figures_of_50_openings():
    documents, mentions = (read_table(name, SHIPPED[0]) for name in ("documents", "mentions"))
    assert (len(documents), len(mentions)) == (50, 376)
    assert set(documents["coverage"]) == {"opening"} and set(mentions["extractor"]) == {"hand"}
    assert mentions["start"].isna().all() and mentions["mention_id"].str.contains("#").all()
    assert set(mentions["doc_id"]) == set(documents["doc_id"])
    assert documents["source"].str.startswith("http").all()


def test_a_report_of_a_year_that_is_not_over_has_no_annual_figures():
    documents, mentions = (read_table(name, SHIPPED[0]) for name in ("documents", "mentions"))
    end = documents["report_year"].astype("str") + "-12-31"
    early = documents.loc[(documents["published"] != "") & (documents["published"] < end), "doc_id"]
    assert sorted(early) == ["p031", "p049"]
    of_early = mentions[mentions["doc_id"].isin({*early, "p033"})]
    assert len(of_early) and of_early["period"].str.startswith("ytd:").all()


def test_the_five_reports_are_there_with_their_sources():
    documents = read_table("documents", SHIPPED[1])
    assert len(documents) == 5 and (documents["coverage"] == "full").all()
    assert (documents["sha256"] != "").all() and (documents["source_sha256"] != "").all()
    inputs = read_table("inputs", SHIPPED[1])
    assert set(documents["doc_id"]) <= set(inputs["doc_id"])


@pytest.mark.parametrize("folder", TEXTED, ids=set_name)
def test_surfaces_stand_in_the_texts(folder, reports):
    documents, mentions = (read_table(name, folder) for name in ("documents", "mentions"))
    for document in documents.itertuples():
        content = (reports / document.source).read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        assert hashlib.sha256(content).hexdigest() == document.source_sha256
        assert hashlib.sha256(text.encode("utf-8")).hexdigest() == document.sha256
        assert (len(text), len(re.findall(r"\*{2,}", text))) == (document.n_chars, document.n_masked)
        for row in mentions[mentions["doc_id"] == document.doc_id].itertuples():
            assert text[row.start : row.end] == row.surface
