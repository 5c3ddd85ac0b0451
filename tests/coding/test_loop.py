"""The whole loop on forty invented reports: draw, fill in with known errors, read back, recover what was put in."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import analysis as fz
from analysis.__main__ import main
from analysis.codebook import read_rows
from analysis.coding.candidates import find_candidates
from analysis.coding.workbook import read_sheet
from analysis.evidence import find_texts
from analysis.parsing import parse_table
from tests.coding.conftest import chance, fill

WRONG, MISSED = 0.12, 0.05
CATEGORIES = [row["id"] for row in read_rows("tidy/categories") if row["status"] == "active"][:6]


@pytest.fixture
def own(corpus, tmp_path, monkeypatch):
    root = tmp_path / "root"
    shutil.copytree(corpus, root)
    monkeypatch.setenv("FAZHI_ROOT", str(root))
    return root


def truth_of(row) -> str:
    """Return what a numeral really is: extraction errs at known rates, the same way whenever it is asked."""
    luck = chance("truth", row.doc_id, int(row.start))
    if row.indicator:
        return "none" if luck < WRONG else row.indicator
    return "legal_aid_cases_handled" if luck < MISSED else "none"


def test_an_audit_recovers_the_rates_of_error_that_were_put_in(own, capsys):
    assert main(["audit", "sample", "--data", "own", "--reports", "20", "--figures", "300", "--seed", "4"]) == 0
    assert "20 reports" in capsys.readouterr().out
    place = own / "data" / "audit" / "own.csv"
    sample = parse_table(place.read_bytes(), "audit_sample")
    answers = {row.item: {"indicator": truth_of(row), "value": f"{row.value:g}" if row.indicator else ""}
               for row in sample.itertuples()}  # fmt: skip
    fill(place.with_suffix(".xlsx"), answers)
    assert main(["audit", "read", str(place.with_suffix(".xlsx")), "--data", "own", "--auditor", "A. Reader"]) == 0
    said = capsys.readouterr().out

    study = fz.open_study("own", run="loop")
    everything = find_candidates(study.tables, find_texts(study.documents, study.data.texts))
    truth = pd.Series([truth_of(row) for row in everything.itertuples()])
    right = truth.eq(everything["indicator"])
    rates = {"precision": right[everything["indicator"].ne("")].mean(), "recall": right[truth.ne("none")].mean()}
    accuracy = study.audit_accuracy.set_index(["measure", "indicator"])
    for measure, rate in rates.items():
        row = accuracy.loc[(measure, "")]
        assert row["low"] <= rate <= row["high"], measure
        assert row["high"] - row["low"] < 0.2
        assert f"{measure} {row['value']:.2f} ({row['low']:.2f}–{row['high']:.2f})" in said
    assert accuracy.loc[("value", ""), "value"] == 1
    assert accuracy["n_changed"].eq(0).all()

    comparison = study.observations[["doc_id", "indicator", "value"]].head(5)
    saved = study.save_figure("values", draw_nothing, comparison, formats=["png"])
    assert "Audited: precision" in saved.record["captions"]["en"]
    assert "n = 300" in saved.record["captions"]["en"]
    record = json.loads((own / "figures" / "loop" / "values.json").read_text(encoding="utf-8"))
    assert record["accuracy"]["en"].startswith("Audited: precision")


def draw_nothing(table, lang):
    from analysis.figures.style import Drawing

    drawing = Drawing(60, 20)
    drawing.caption = "five figures"
    return drawing


def test_a_figure_of_a_corpus_without_audit_says_so(own):
    study = fz.open_study("own", run="loop")
    saved = study.save_figure("values", draw_nothing, study.observations.head(3)[["value"]], formats=["png"])
    assert saved.record["captions"]["en"] == "five figures Accuracy not audited on this corpus."
    assert "未在本语料上抽查" in saved.record["captions"]["zh"]


def test_two_coders_of_known_agreement_have_that_alpha_and_correct_the_machine(own, capsys):
    accuracy = 0.85
    sample = ["code", "sample", "anna", "bert", "--data", "own", "--reports", "30", "--overlap", "1"]
    assert main(sample) == 0
    for coder in ("anna", "bert"):
        path = own / "data" / "coding" / f"own_{coder}.xlsx"
        ids = [row[0].value for row in load_workbook(path)["answers"].iter_rows(min_row=2)]
        fill(path, {name: {"primary": code(name, coder, accuracy)} for name in ids})
        assert main(["code", "read", str(path), "--data", "own", "--coder", coder]) == 0
    settle = ["code", "settle", "anna", "bert", "--data", "own"]
    assert main(settle) == 0
    path = own / "data" / "coding" / "own_settled.xlsx"
    rows = read_sheet(path, "answers", ["statement_id", "codes"])
    assert all("anna: " in row["codes"] and "bert: " in row["codes"] for row in rows)
    fill(path, {row["statement_id"]: {"primary": code(row["statement_id"], "nobody", 1.0)} for row in rows})
    assert main([*settle, "--sheet", str(path)]) == 0

    study = fz.open_study("own")
    settled = study.codes[study.codes["coder"].eq("settled")]
    assert settled["round"].eq("adjudicated").all()
    assert settled["statement_id"].nunique() == study.codes.query("coder == 'anna'")["statement_id"].nunique()
    assert 0 < len(rows) < len(settled)
    found = fz.estimate_agreement(study.codes, study.statements, replications=300).table
    assert set(found["number"]) == {1, 2}
    row = found[found["number"].eq(1) & found["coefficient"].eq("alpha_masi")].iloc[0]
    k = len(CATEGORIES)
    agree = accuracy**2 + (1 - accuracy) ** 2 / (k - 1)
    assert row["n_reports"] == 30
    assert row["low"] <= (agree - 1 / k) / (1 - 1 / k) <= row["high"]
    assert row["high"] - row["low"] < 0.25

    corrected = study.corrected(units="statements")
    assert corrected.table["n_coded"].eq(30).all()
    assert "corrected by 30 reports drawn at random and coded by people" in corrected.text("en")
    usable = corrected.table[corrected.table["estimable"]]
    human = corrected.parts["marks"].groupby("category", sort=False)["human"].mean()
    assert len(usable)
    inside = usable["low"].le(human[usable["category"]].to_numpy()) & usable["high"].ge(
        human[usable["category"]].to_numpy()
    )
    assert inside.all()


def code(statement: str, coder: str, accuracy: float) -> str:
    """Return the category a simulated coder gives: the true one at a known rate, else one of the others."""
    true = int(chance("category", statement) * len(CATEGORIES))
    if chance(statement, coder) < accuracy:
        return CATEGORIES[true]
    others = CATEGORIES[:true] + CATEGORIES[true + 1 :]
    return others[int(chance(statement, coder, "other") * len(others))]


def test_without_texts_an_audit_and_a_coding_say_what_is_missing(own, capsys):
    for command in (["audit", "sample"], ["code", "sample", "anna", "bert"]):
        assert main([*command, "--data", "bare"]) == 2
        said = capsys.readouterr().err
        assert "None of the 40 reports has its text at hand" in said
        assert "data/raw/" in said
    assert not (own / "data" / "audit").exists()


def test_a_second_draw_does_not_overwrite_the_first(own, capsys):
    sample = ["audit", "sample", "--data", "own", "--reports", "5", "--figures", "20"]
    assert main(sample) == 0
    assert main(sample) == 2
    assert "holds a sample already" in capsys.readouterr().err


def test_a_draw_hangs_on_its_seed_alone(own):
    from analysis.coding.audit import draw_audit, write_audit

    study = fz.open_study("own")
    texts = find_texts(study.documents, study.data.texts)
    one, same, other = (draw_audit(study.tables, texts, reports=6, figures=40, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert set(zip(one["doc_id"], one["start"], strict=True)) != set(zip(other["doc_id"], other["start"], strict=True))
    written = []
    for name in ("a.xlsx", "b.xlsx"):
        write_audit(own / name, one, study.tables, texts)
        written.append((own / name).read_bytes())
    assert written[0] == written[1]
    assert np.isclose(one.drop_duplicates("stratum")["n_stratum"].sum(), (1 / one["p_figure"]).sum())
