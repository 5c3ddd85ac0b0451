"""Scores of an extraction against gold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.evaluate import evaluate, read_gold

PROJECT = Path(__file__).resolve().parents[1]
FIELDS = {
    "value": 3.0,
    "low": 3.0,
    "high": 3.0,
    "unit": "件",
    "status": "reported",
    "form": "flow",
    "direction": "",
    "per": "",
    "period": "year:2024",
    "organ": "",
    "role": "achievement",
    "masked": False,
    "surface": "3件",
    "indicator": "",
}


def mention(start: int, end: int, doc_id: str = "a", **fields: object) -> dict[str, object]:
    return {"mention_id": f"{doc_id}@{start}", "doc_id": doc_id, "start": start, "end": end} | FIELDS | fields


def documents(*names: str, **fields: object) -> pd.DataFrame:
    return pd.DataFrame([{"doc_id": name, "county": "云岭县", "report_year": 2024} | fields for name in names])


def scored(
    gold: list[dict[str, object]], found: list[dict[str, object]], matches: dict[str, str] | None = None
) -> tuple[dict[str, float], pd.DataFrame]:
    names = sorted({str(row["doc_id"]) for row in (*gold, *found)})
    pairs = None if matches is None else pd.DataFrame(list(matches.items()), columns=["mention_id", "indicator"])
    tables = ({"mentions": pd.DataFrame(rows), "documents": documents(*names)} for rows in (gold, found))
    metrics, errors = evaluate(*tables, pairs)
    return dict(zip(metrics["metric"], metrics["value"], strict=True)), errors


def test_spans_count_when_exact() -> None:
    values, errors = scored(
        [mention(0, 2), mention(5, 7), mention(9, 12)], [mention(0, 2), mention(5, 8), mention(9, 12), mention(20, 22)]
    )
    assert values["quantities_precision"] == pytest.approx(2 / 4)
    assert values["quantities_recall"] == pytest.approx(2 / 3)
    assert values["quantities_f1"] == pytest.approx(4 / 7)
    assert list(zip(errors["kind"], errors["start"], strict=True)) == [("miss", 5), ("false", 5), ("false", 20)]


def test_named_rows_are_no_positives_and_using_one_is_an_error() -> None:
    values, errors = scored(
        [mention(0, 2), mention(5, 7, status="named"), mention(9, 11, status="named")],
        [mention(0, 2), mention(5, 7, status="named"), mention(9, 11), mention(30, 32, status="named")],
    )
    assert values["quantities_recall"] == 1
    assert values["quantities_precision"] == pytest.approx(1 / 2)
    assert values["named_rows_used"] == pytest.approx(1 / 2)
    assert set(errors["kind"]) == {"false", "used"}


def test_masked_rows_are_ignored_in_the_spans_and_scored_apart() -> None:
    gold = [mention(0, 2), mention(5, 6, masked=True, value=None)]
    kept, _ = scored(gold, [mention(0, 2), mention(5, 6, masked=True, value=None)])
    lost, errors = scored(gold, [mention(0, 2), mention(5, 6)])
    assert (kept["quantities_f1"], kept["masked_rows"]) == (1, 1)
    assert (lost["quantities_f1"], lost["masked_rows"]) == (1, 0)
    assert errors["field"].tolist() == ["masked"]


def test_value_and_bounds_must_all_be_right() -> None:
    gold = [mention(0, 2), mention(5, 7, high=None), mention(9, 11)]
    values, errors = scored(gold, [mention(0, 2), mention(5, 7, high=3.0), mention(9, 11, value=4.0, low=4.0)])
    assert values["value_and_bounds"] == pytest.approx(1 / 3)
    assert errors["field"].tolist() == ["high", "value", "low"]


def test_units_count_by_class() -> None:
    gold = [mention(0, 2, unit="件"), mention(5, 7, unit="人"), mention(9, 11, unit="亩")]
    values, errors = scored(gold, [mention(0, 2, unit="起"), mention(5, 7, unit="人次"), mention(9, 11, unit="公顷")])
    assert values["mentions_unit"] == pytest.approx(2 / 3)
    assert errors["gold"].tolist() == ["人"]


def test_fields_are_scored_on_right_spans_only() -> None:
    values, errors = scored(
        [mention(0, 2), mention(5, 7, period="since:?", per="each_body")],
        [mention(0, 2, form="stock"), mention(5, 7), mention(9, 11, form="rank")],
    )
    assert values["mentions_form"] == pytest.approx(1 / 2)
    assert values["mentions_period"] == pytest.approx(1 / 2)
    assert values["mentions_per"] == pytest.approx(1 / 2)
    assert values["mentions_status"] == 1
    wrong = errors[errors["kind"] == "wrong"]
    assert wrong["field"].tolist() == ["form", "per", "period"]


def test_indicators() -> None:
    gold = [
        mention(0, 2, indicator="notarial_matters"),
        mention(5, 7, indicator="legal_aid_cases_handled"),
        mention(9, 11),
        mention(13, 15),
    ]
    found = [mention(0, 2), mention(5, 7), mention(9, 11), mention(13, 15)]
    values, errors = scored(gold, found, {"a@0": "notarial_matters", "a@5": "", "a@9": "notarial_matters", "a@13": ""})
    assert values["indicators_precision"] == pytest.approx(1 / 2)
    assert values["indicators_recall"] == pytest.approx(1 / 2)
    assert errors["start"].tolist() == [5, 9]


def test_indicators_of_figures_for_each_body_are_not_scored() -> None:
    gold = [mention(0, 2, indicator="notarial_matters"), mention(5, 7, per="each_village", indicator="")]
    found = [mention(0, 2), mention(5, 7, per="each_village")]
    values, errors = scored(gold, found, {"a@0": "notarial_matters", "a@5": "notarial_matters"})
    assert values["indicators_precision"] == values["indicators_recall"] == 1
    assert errors.empty


def test_a_successor_of_a_retired_indicator_is_right() -> None:
    gold = [mention(0, 2, indicator="legal_service_points")]
    values, _ = scored(gold, [mention(0, 2)], {"a@0": "legal_aid_stations_new"})
    assert values["indicators_recall"] == 1


def sections(*rows: tuple[int, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"doc_id": "a", "start": start, "end": end, "level": 1, "label": label, "parent_start": None, "role": role}
            for start, end, label, role in rows
        ]
    )


def test_headings_and_roles() -> None:
    gold = {
        "mentions": pd.DataFrame([mention(0, 2)]),
        "documents": documents("a"),
        "sections": sections((10, 16, "一、", "achievement"), (40, 46, "二、", "problem")),
        "roles": pd.DataFrame(
            [
                {"doc_id": "a", "start": 0, "end": 10, "role": "preamble"},
                {"doc_id": "a", "start": 10, "end": 40, "role": "achievement"},
                {"doc_id": "a", "start": 40, "end": 50, "role": "problem"},
            ]
        ),
    }
    found = {
        "mentions": pd.DataFrame([mention(0, 2)]),
        "documents": documents("a"),
        "sections": sections(
            (0, 0, "", "preamble"),
            (10, 16, "一、", "achievement"),
            (30, 35, "1.", "achievement"),
            (45, 46, "", "problem"),
        ),
    }
    metrics, errors = evaluate(gold, found)
    values = dict(zip(metrics["metric"], metrics["value"], strict=True))
    assert values["headings_precision"] == pytest.approx(1 / 2)
    assert values["headings_recall"] == pytest.approx(1 / 2)
    assert values["roles_by_character"] == pytest.approx(45 / 50)
    roles = errors[errors["table"] == "roles"]
    assert roles[["start", "end", "gold", "found"]].values.tolist() == [[40, 45, "problem", "achievement"]]


def statement(start: int, end: int, role: str = "problem", **fields: object) -> dict[str, object]:
    row = {"statement_id": f"a@{start}", "doc_id": "a", "start": start, "end": end, "role": role, "heading": False}
    return row | fields


def test_statements_match_by_overlap_and_codes_by_category() -> None:
    gold = {
        "mentions": pd.DataFrame([mention(0, 2)]),
        "documents": documents("a"),
        "statements": pd.DataFrame(
            [
                statement(100, 120, primary="leadership", secondary="uneven"),
                statement(130, 140, primary="digital", secondary="leadership"),
                statement(150, 160, primary="other", secondary=""),
            ]
        ),
    }
    found = {
        "mentions": pd.DataFrame([mention(0, 2)]),
        "documents": documents("a"),
        "statements": pd.DataFrame(
            [statement(101, 120), statement(130, 140), statement(150, 157), statement(300, 310, "plan")]
        ),
        "codes": pd.DataFrame(
            [
                {"statement_id": "a@101", "category": "leadership", "primary": True},
                {"statement_id": "a@130", "category": "leadership", "primary": True},
            ]
        ),
    }
    metrics, errors = evaluate(gold, found)
    values = dict(zip(metrics["metric"], metrics["value"], strict=True))
    assert values["statements_recall"] == pytest.approx(2 / 3)
    assert values["statements_precision"] == pytest.approx(2 / 3)
    assert (values["codes_primary"], values["codes_any"]) == (pytest.approx(1 / 2), 1)
    assert set(errors["kind"]) == {"miss", "false", "wrong"}


def test_fields_of_documents() -> None:
    gold = {"mentions": pd.DataFrame([mention(0, 2)]), "documents": documents("a", dated="2025-02-05")}
    found = {
        "mentions": pd.DataFrame([mention(0, 2)]),
        "documents": documents("a", dated="").astype({"report_year": "Int64"}),
    }
    metrics, errors = evaluate(gold, found)
    values = dict(zip(metrics["metric"], metrics["value"], strict=True))
    assert (values["documents_report_year"], values["documents_dated"]) == (1, 0)
    assert errors[["field", "gold", "found"]].values.tolist() == [["dated", "2025-02-05", ""]]


def test_intervals_draw_whole_reports() -> None:
    gold = [mention(0, 2, "a"), mention(0, 2, "b"), mention(0, 2, "c"), mention(5, 7, "c")]
    found = [mention(0, 2, "a"), mention(0, 2, "b"), mention(0, 2, "c")]
    tables = [{"mentions": pd.DataFrame(rows), "documents": documents("a", "b", "c")} for rows in (gold, found)]
    metrics, _ = evaluate(tables[0], tables[1])
    again, _ = evaluate(tables[0], tables[1])
    row = metrics.set_index("metric").loc["quantities_recall"]
    assert (row["n"], row["right"], row["value"]) == (4, 3, 0.75)
    assert (row["low"], row["high"]) == (0.5, 1.0)
    pd.testing.assert_frame_equal(metrics, again)
    alone, _ = evaluate({name: frame[frame["doc_id"] == "a"] for name, frame in tables[0].items()}, tables[1])
    assert alone["low"].isna().all()


def test_documents_must_be_in_both() -> None:
    with pytest.raises(InputError, match="both in the gold and in the extraction"):
        evaluate(
            {"mentions": pd.DataFrame([mention(0, 2, "a")]), "documents": documents("a")},
            {"mentions": pd.DataFrame([mention(0, 2, "b")]), "documents": documents("b")},
        )


def test_gold_in_tables_of_their_own(tmp_path: Path) -> None:
    pd.DataFrame([mention(0, 2)]).drop(columns="indicator").to_csv(tmp_path / "mentions.csv", index=False)
    pd.DataFrame([{"mention_id": "a@0", "indicator": "notarial_matters"}]).to_csv(
        tmp_path / "mentions_indicators.csv", index=False
    )
    pd.DataFrame([statement(10, 20)]).to_csv(tmp_path / "statements.csv", index=False)
    pd.DataFrame(
        [
            {"statement_id": "a@10", "category": "digital", "coder": "gold", "primary": "true"},
            {"statement_id": "a@10", "category": "attr:uneven", "coder": "gold", "primary": "false"},
        ]
    ).to_csv(tmp_path / "codes.csv", index=False)
    gold = read_gold(tmp_path)
    assert gold["mentions"].loc[0, ["start", "indicator"]].tolist() == [0, "notarial_matters"]
    assert gold["statements"].loc[0, ["primary", "secondary"]].tolist() == ["digital", ""]


def test_a_folder_without_gold(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no mentions\.csv"):
        read_gold(tmp_path)


def test_the_five_reports(reports: Path) -> None:
    """What the acceptance of issue 3 asks, on the texts themselves."""
    from analysis.extract import extract

    found = extract(sorted(reports.glob("00*.txt")))
    metrics, errors = evaluate(read_gold(PROJECT / "data" / "gold"), found)
    values = dict(zip(metrics["metric"], metrics["value"], strict=True))
    assert values["quantities_f1"] >= 0.99, errors
    assert values["value_and_bounds"] >= 0.99, errors
    assert values["named_rows_used"] == 0, errors
    for field in ("unit", "status", "form", "direction", "per", "period", "role"):
        assert values[f"mentions_{field}"] >= 0.98, errors
