"""The words: in both languages, drawable, and none of them in code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis import codebook
from analysis.errors import ParameterError
from analysis.figures import labels
from analysis.figures.lettering import find_missing

ROOM = Path(labels.__file__).parent
HAN = re.compile(r"[\u3400-\u9fff]")


def entries():
    own = tomllib.loads((ROOM / "labels.toml").read_text(encoding="utf-8"))
    own.pop("scales")
    return [(kind, key, pair) for kind, table in own.items() for key, pair in table.items()]


def test_every_word_is_there_in_both_languages_with_the_same_blanks():
    for kind, key, pair in entries():
        assert set(pair) == {"zh", "en"}, (kind, key)
        blanks = [sorted(re.findall(r"\{(\w+)\}", pair[lang])) for lang in ("zh", "en")]
        assert blanks[0] == blanks[1], (kind, key)
        assert not HAN.search(pair["en"]), (kind, key)


def test_every_word_of_the_figures_and_the_codebook_can_be_drawn():
    words = [text for _, _, pair in entries() for text in pair.values()]
    for name in ("tidy/indicators", "tidy/categories", "tidy/mandated", "tidy/bases", "tidy/components", "labels"):
        words += [cell for row in codebook.read_rows(name) for column, cell in row.items() if column[-3:] in
                  ("_zh", "_en", "zh", "en")]  # fmt: skip
    assert find_missing("".join(words)) == ""


def test_no_word_is_unused():
    users = [*sorted(ROOM.glob("*.py")), *sorted(ROOM.glob("templates/*.j2")), ROOM.parent / "study" / "paper.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in users)
    own = tomllib.loads((ROOM / "labels.toml").read_text(encoding="utf-8"))
    # word(f"bounds_{kind}"), word(f"no_{kind}"), word(kind), word(f"response_{name}")
    built = ("bounds_", "no_", "issuer_type", "component", "response_")
    unused = [key for key in own["words"] if not re.search(rf"[\"']{key}[\"']", code) and not key.startswith(built)]
    assert unused == []
    captions = [key for key in own["captions"] if not key.startswith("frequency_")]  # caption(f"frequency_{item}")
    assert [key for key in captions if f'"{key}"' not in code] == []


def test_no_han_letter_in_code():
    assert [path.name for path in ROOM.glob("*.py") if HAN.search(path.read_text(encoding="utf-8"))] == []


def test_labels_come_from_the_figures_then_the_codebook_then_the_value():
    assert labels.label("sign", "exact", "en") == "exact"
    assert labels.label("status", "masked", "en") == "masked"
    indicator = codebook.read_rows("tidy/indicators")[0]
    assert labels.label("indicator", indicator["id"], "zh") == indicator["label_zh"]
    item = codebook.read_rows("tidy/mandated")[0]
    assert labels.label("item", item["item"], "en") == item["question_en"]
    assert labels.label("status", "new", "zh") == "new"


def test_a_label_in_the_table_wins():
    table = pd.DataFrame({"indicator": ["a", "b"], "label_zh": ["甲", "乙"], "label_en": ["A", ""]})
    assert labels.labels_of(table, "indicator", "zh") == {"a": "甲", "b": "乙"}
    assert labels.labels_of(table, "indicator", "en") == {"a": "A", "b": "b"}


def test_reports_are_called_by_place_year_and_issuer():
    row = {"doc_id": "d", "county": "虚构县", "county_en": "Xugou", "report_year": 2024, "issuer_type": "department"}
    assert labels.report_name(row, "zh") == "虚构县 2024 部门"
    assert labels.report_name(row, "en", "\n") == "Xugou\n2024 dept"
    assert labels.report_name({**row, "issuer_type": "government"}, "zh") == "虚构县 2024"
    assert labels.report_name({"doc_id": "d"}, "en") == "d"
    shared = pd.DataFrame([row, {**row, "doc_id": "e"}])
    assert labels.report_names(shared, "zh")["d"] == "虚构县 部门"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(141, "141", "141"), (98.5, "98.5", "98.5"), (750000, "75万", "750,000"), (6883800, "688.4万", "6.884M"),
     (float("nan"), "", ""), (-12, "-12", "-12")],
)  # fmt: skip
def test_numbers_are_short(value, zh, en):
    assert labels.short_number(value, "zh") == zh
    assert labels.short_number(value, "en") == en


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"value": 141.0, "low": 141.0, "high": 141.0, "status": "exact"}, "141"),
        ({"value": 400.0, "low": 400.0, "high": 500.0, "low_open": True, "status": "bounded"}, ">400"),
        ({"value": 400.0, "low": 400.0, "high": float("nan"), "low_open": False, "status": "bounded"}, "\u2265400"),
        ({"value": 300.0, "low": float("nan"), "high": 300.0, "high_open": True, "status": "bounded"}, "<300"),
        ({"value": float("nan"), "low": 3.0, "high": 5.0, "status": "bounded"}, "3\u20135"),
        ({"value": 98.0, "low": 98.0, "high": 100.0, "status": "bounded", "unit": "%"}, "\u226598%"),
        ({"value": 50.0, "status": "approximate"}, "\u224850"),
        ({"value": float("nan"), "low": 12.0, "high": 14.0, "status": "conflict"}, "12\u201314"),
        ({"value": 303083.0, "low": 1303083.0, "high": 1303086.0, "status": "conflict"}, "1,303,083\u20131,303,086"),
        ({"value": float("nan"), "status": "masked"}, ""),
        ({"value": float("nan"), "status": "vague"}, "vague"),
        ({"value": 24.0, "low": 24.0, "high": 24.0, "status": "components_only"}, "parts"),
        ({"value": float("nan"), "status": "not_reported"}, ""),
    ],
)  # fmt: skip
def test_values_read_as_what_they_are(row, text):
    assert labels.value_text(row, "en") == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"period": "year:2024", "report_year": 2024, "period_basis": "stated"}, ""),
        ({"period": "year:2024", "report_year": 2024, "period_basis": "assumed"}, ""),
        ({"period": "year:2023", "report_year": 2024, "period_basis": "assumed"}, "2023 (assumed)"),
        ({"period": "year:2023", "report_year": 2024, "period_basis": "stated"}, "2023"),
        ({"period": "ytd:2025-11-20", "report_year": 2025}, "until 2025-11-20"),
        ({"period": "span:2021-2023"}, "2021\u20132023"),
        ({"period": "to_date"}, "to date"),
        ({"period": "since:?"}, "since an unstated year"),
        ({"period": "plan_cycle:2021-2025"}, "plan for 2021\u20132025"),
        ({}, ""),
    ],
)  # fmt: skip
def test_periods_in_words(row, text):
    assert labels.period_text(row, "en") == text


def test_only_the_reports_own_year_is_assumed_silently():
    row = {"period": "year:2024", "report_year": 2024, "period_basis": "assumed"}
    assert labels.is_assumed(row)
    assert not labels.is_assumed({**row, "period_basis": "stated"})
    assert not labels.is_assumed({**row, "period": "year:2023"})


def test_a_unit_stands_inside_the_parenthesis_a_title_ends_with():
    assert labels.with_unit("Cases closed", "件", "en") == "Cases closed (cases)"
    assert labels.with_unit("Disputes resolved (all channels)", "件", "en") == "Disputes resolved (all channels; cases)"
    assert labels.with_unit("案件数（合写）", "件", "zh") == "案件数（合写；件）"
    assert labels.with_unit("Rate", "%", "en") == "Rate (%)"
    assert labels.with_unit("Index", "", "en") == "Index"


def test_values_stand_in_the_order_of_their_labels():
    assert labels.in_order("metric", ["documents_fields", "new", "quantities_f1"]) == [
        "quantities_f1",
        "documents_fields",
        "new",
    ]


def test_a_caption_names_every_kind_of_interval_and_contradicts_none():
    kinds = ["none", "process", "measurement"]
    said = labels.interval_sentences(pd.DataFrame({"interval_kind": kinds}), "en")
    assert said == [labels.label("interval_sentence", kind, "en") for kind in ("process", "measurement", "none_beside")]
    said = labels.interval_sentences(pd.DataFrame({"interval_kind": ["none", "measurement"]}), "en")
    assert labels.label("interval_sentence", "none", "en") in said


@pytest.mark.parametrize("data", ["extracted", "invented"])
def test_every_shipped_place_has_an_english_name(shipped, data):
    documents = [pd.read_csv(path, dtype="str", keep_default_na=False)
                 for path in sorted((shipped / "data" / data).rglob("documents.csv"))]  # fmt: skip
    rows = pd.concat(documents).drop_duplicates(["county", "prefecture", "province"]).to_dict("records")
    found = [name for row in rows if HAN.search(name := labels.place_name(row, "en"))]
    assert found == []
    counties = {row["adcode"]: labels.place_name(row, "en") for row in rows if row["adcode"].startswith("99")}
    assert len(set(counties.values())) == len(counties), "invented counties are told apart in English too"


def test_ticks_of_one_axis_have_one_scale_word():
    assert [labels.axis_number(value, 150000, "zh") for value in (0, 50000, 100000)] == ["0", "5万", "10万"]
    assert labels.axis_number(-5, 10, "en") == "\u22125"


def test_an_unknown_language_is_an_error():
    with pytest.raises(ParameterError, match="zh, en"):
        labels.check_language("de")
