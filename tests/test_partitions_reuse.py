"""Shared wording of reports in partitions: within provinces, with what is formula counted over the whole corpus."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from analysis import reuse as module
from analysis.__main__ import main
from analysis.evidence import show
from analysis.extract import TABLES
from analysis.partitions import Partition, check_partitions, read_rows, sharing, write_reuse
from analysis.partitions.storage import WHOLE, write_part
from analysis.reuse import find_reuse
from analysis.tables import empty_table, fit_table
from tests.test_reuse import SHARED, corpus

RARE = "邻县之间才有的一句话写在这里"
#: Runs of ten characters in it.
RUNS = 5


def stored(folder: Path, texts: dict[str, str], sections: pd.DataFrame, documents: pd.DataFrame) -> tuple[Path, Path]:
    """Write tables in partitions and texts; return both folders."""
    documents = documents.assign(sha256=[sha256(text.encode()).hexdigest() for text in texts.values()])
    for (province, year), own in documents.groupby(["province", "report_year"]):
        partition = Partition(province, str(year))
        tables = {"documents": own, "sections": sections[sections["doc_id"].isin(own["doc_id"])]}
        for name in TABLES:
            if name not in WHOLE:
                write_part(tables.get(name, empty_table(name)), name, folder / "set", partition)
    write_part(empty_table("inputs"), "inputs", folder / "set")
    (folder / "texts").mkdir()
    for doc_id, text in texts.items():
        (folder / "texts" / f"{doc_id}.txt").write_text(text, encoding="utf-8", newline="\n")
    return folder / "set", folder / "texts"


def said(n: int, words: str) -> str:
    """Return a report that shares these words and nothing else with any other."""
    return f"一、\n二、{chr(0x5000 + n)}{words}{chr(0x6000 + n)}"


def found(folder: Path) -> pd.DataFrame:
    return fit_table(read_rows(folder, "reuse"), "reuse")


def test_within_a_province_it_is_what_the_tables_of_one_folder_give(tmp_path: Path) -> None:
    words = [SHARED, RARE, SHARED + RARE, RARE + SHARED, SHARED]
    given = corpus(*(said(n, text) for n, text in enumerate(words)), province=["省"] * 5,
                   report_year=[2021, 2022, 2023, 2023, 2022])  # fmt: skip
    folder, texts = stored(tmp_path, *given)
    shared = write_reuse(folder, [texts])
    assert (shared.passages, shared.reports, shared.apart, shared.pieces, shared.missing) == (9, 5, 0, {}, [])
    pd.testing.assert_frame_equal(found(folder), find_reuse(*given))
    assert len(list(check_partitions(folder))) == 3


def test_formula_is_counted_over_all_provinces_and_pairs_within_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "CORPUS", 40)
    texts = [said(n, SHARED) for n in range(30)] + [said(n, RARE) for n in (30, 31, 32)]
    texts += [said(n, "".join(chr(0x7000 + 20 * n + k) for k in range(12))) for n in range(33, 40)]
    provinces = [f"省{n % 5}" for n in range(30)] + ["省0", "省0", "省1"] + ["省2"] * 7
    folder, place = stored(tmp_path, *corpus(*texts, province=provinces))
    shared = write_reuse(folder, [place])
    rows = found(folder)
    assert rows["formula"].value_counts().to_dict() == {"true": 25, "false": 1}  # six reports of five provinces
    assert rows.loc[rows["formula"] == "false", ["doc_a", "doc_b"]].to_numpy().tolist() == [["d030", "d031"]]
    assert shared.apart == RUNS  # the runs that the report of another province has, too


def test_what_too_many_reports_have_is_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "CORPUS", 20)
    monkeypatch.setattr(module, "WIDESPREAD", 5)
    folder, place = stored(tmp_path, *corpus(*(said(n, SHARED) for n in range(20)), province=["省"] * 20))
    assert write_reuse(folder, [place]).passages == 19
    assert set(found(folder)["formula"]) == {"true"}


def test_a_large_province_is_compared_in_pieces_that_part_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "BLOCK", 2)
    codes = ["990001", "990002", "990001", "990002"]
    given = corpus(*(said(n, RARE) for n in range(4)), province=["省"] * 4, adcode=codes,
                   report_year=[2022, 2022, 2023, 2023])  # fmt: skip
    folder, place = stored(tmp_path, *given)
    shared = write_reuse(folder, [place])
    assert found(folder)[["doc_a", "doc_b"]].to_numpy().tolist() == [["d000", "d002"], ["d001", "d003"]]
    assert (shared.pieces, shared.apart) == ({"省": 2}, RUNS)


def test_the_command_says_what_was_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = corpus(*(said(n, RARE) for n in range(3)), province=["甲省", "甲省", "乙省"])
    folder, place = stored(tmp_path, *given)
    before = found(folder)
    assert main(["reuse", str(folder), "--texts", str(tmp_path / "set")]) == 2
    assert "The text of no report" in capsys.readouterr().err and found(folder).equals(before)
    (place / "d000.txt").unlink()
    assert main(["reuse", str(folder), "--texts", str(place)]) == 1
    told = capsys.readouterr().out
    assert "0 passages shared by 2 reports" in told and "d000: its text is not at hand" in told
    assert f"{RUNS} runs of ten characters" in told


def test_a_passage_of_two_partitions_is_shown(tmp_path: Path) -> None:
    given = corpus(said(0, RARE), said(1, RARE), province=["省"] * 2, report_year=[2022, 2023])
    folder, place = stored(tmp_path, *given)
    write_reuse(folder, [place])
    (row,) = found(folder).to_dict("records")
    name = f"d000@{row['start_a']}|d001@{row['start_b']}"
    assert RARE in str(show(name, folder, texts=given[0]))
    for doc_id in ("d000", "d001"):
        assert name in str(show(doc_id, folder, texts=given[0]))
