"""Every format holds the tables, cell by cell, and says of them what the contract says."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook
from pandas.io.stata import StataReader
from pyarrow import parquet

from analysis.contract import spec, stage_tables
from analysis.exports.content import build_codebook
from analysis.exports.stata import RENAMED
from analysis.figures.across import display_printed
from analysis.tables import fit_table
from tests.exports.conftest import ABOUT, COLUMNS
from tests.exports.readers import READERS, read_dta

TABLES = ["codebook", *stage_tables("extracted"), *stage_tables("tidy")]
LANGUAGES = ("zh", "en")


def whole(tables, name):
    frame = build_codebook({name: tables[name] for name in TABLES[1:]}, ABOUT) if name == "codebook" else tables[name]
    return fit_table(frame, name)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", READERS)
def test_a_table_comes_back_as_it_was(form, name, exported, tables):
    pd.testing.assert_frame_equal(READERS[form](exported[form], name), whole(tables, name))


@pytest.mark.parametrize("name", ["documents", "observations", "codebook"])
def test_the_chinese_file_for_stata_holds_the_same(name, exported, tables):
    pd.testing.assert_frame_equal(read_dta(exported["dta"], name, "zh"), whole(tables, name))


def test_the_tables_hold_what_tries_the_formats(tables):
    texts = "\n".join(tables["documents"][["title", "issuer", "addressee", "source"]].to_numpy().ravel())
    assert all(sign in texts for sign in ("=cmd", "@SUM", "#N/A", "\x07", "_x0041_", "\t", "字" * 2046))
    assert {"audit"} <= {name for name in TABLES[1:] if tables[name].empty}


# what each format says of the columns


@pytest.fixture(scope="module")
def book(exported):
    return load_workbook(exported["xlsx"] / "held_out.xlsx")


@pytest.mark.parametrize("name", TABLES)
def test_a_sheet_has_its_heads_in_sight_in_both_languages(name, book):
    page = book[name]
    heads = [[cell.value for cell in row] for row in page.iter_rows(max_row=3)]
    columns = spec(name).columns
    assert heads == [[column.label("zh") for column in columns], [column.label("en") for column in columns],
                     spec(name).names]  # fmt: skip
    assert page.freeze_panes == "B4"


def test_the_codebook_is_the_first_sheet_and_begins_with_what_is_there(book, tables):
    assert book.sheetnames == TABLES
    first = [row[:2] for row in book["codebook"].iter_rows(min_row=4, max_row=4 + len(TABLES), values_only=True)]
    assert first == [("data_set", "held_out"), *(("table", name) for name in TABLES)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_stata_has_the_names_of_variables_and_values(name, lang, exported):
    with StataReader(exported["dta"] / f"{name}.{lang}.dta") as reader:
        variables, values, title = reader.variable_labels(), reader.value_labels(), reader.data_label
    assert title == ABOUT.title(lang)
    columns = {RENAMED.get(column.name, column.name): column for column in spec(name).columns}
    assert variables == {variable: column.label(lang) for variable, column in columns.items()}
    assert max(map(len, variables)) <= 32
    coded = {variable: column.allowed for variable, column in columns.items() if column.allowed and not column.list}
    assert {variable: len(set(values[variable].values())) for variable in coded} == {
        variable: len(allowed) for variable, allowed in coded.items()
    }


@pytest.mark.parametrize("name", TABLES)
def test_parquet_and_package_describe_every_column(name, exported, package):
    schema = parquet.read_schema(exported["parquet"] / f"{name}.parquet")
    assert schema.names == spec(name).names == [field["name"] for field in package[name]["schema"]["fields"]]
    kinds = {"string": "string", "integer": "int64", "number": "double", "boolean": "bool", "date": "date32[day]"}
    for column, field, described in zip(spec(name).columns, schema, package[name]["schema"]["fields"], strict=True):
        about = {key.decode(): text.decode() for key, text in field.metadata.items()}
        for lang in LANGUAGES:
            text = getattr(column, f"description_{lang}")
            assert about[f"label_{lang}"] == column.label(lang)
            assert about[f"description_{lang}"] == text
            assert described["description" if lang == "en" else "description_zh"] == text
        assert about.get("unit", "") == described.get("unit", "") == column.unit
        assert list(json.loads(about.get("values", "{}"))) == list(column.allowed)
        assert [one["value"] for one in described.get("categories", [])] == list(column.allowed)
        assert described.get("constraints", {}).get("required", False) == column.required
        assert str(field.type) == kinds[column.type]


@pytest.fixture(scope="module")
def package(exported):
    content = json.loads((exported["datapackage"] / "datapackage.json").read_text(encoding="utf-8"))
    return {one["name"]: one for one in content["resources"]}


@pytest.mark.parametrize("name", TABLES)
def test_the_package_names_keys_and_where_references_point(name, package):
    schema = package[name]["schema"]
    assert schema["primaryKey"] == list(spec(name).key)
    pointed = {
        one["fields"][0]: f"{one['reference']['resource'] or name}.{one['reference']['fields'][0]}"
        for one in schema.get("foreignKeys", [])
    }
    assert pointed == {column.name: column.foreign for column in spec(name).columns if column.foreign}


# printed tables


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_printed_table_holds_every_cell(lang, exported, tables):
    shown, _ = display_printed(tables["documents"], COLUMNS, "", lang, None, 2)
    wanted = [list(shown.columns), *shown.to_numpy().tolist()]
    document = Document(str(exported["docx"] / f"documents.{lang}.docx"))
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["".join(filter(str.isprintable, text)) for text in row] for row in wanted
    ]
    assert document.paragraphs[-1].text == ABOUT.title(lang)
    tex = (exported["tex"] / f"documents.{lang}.tex").read_text(encoding="utf-8")
    rows = [line.removesuffix(" \\\\").split(" & ") for line in tex.split("\n") if line.endswith(" \\\\")]
    assert [list(map(plain, row)) for row in rows[: len(wanted)]] == [
        ["".join(sign if sign.isprintable() else " " for sign in text) for text in row] for row in wanted
    ]
    assert ABOUT.title(lang) in plain(tex)


def plain(tex):
    """Return LaTeX without its escapes."""
    text = tex.replace(r"\allowbreak{}", "").replace(r"\textasciitilde ", "~").replace(r"\textasciicircum ", "^")
    text = text.replace(r"\textbackslash ", "\\")
    return re.sub(r"\\([%$#_{}&])", r"\1", text)
