from __future__ import annotations

import pandas as pd
import pytest

from analysis import reuse as module
from analysis.__main__ import main
from analysis.errors import ParameterError
from analysis.reuse import find_reuse
from analysis.stats.shared import estimate_shared_wording
from analysis.tables import fit_table, read_table, write_tables

SHARED = "乡镇综合执法队伍力量薄弱，人员流动频繁"
FIRST = f"一、成效\n全年办理案件三十件。\n二、不足\n山区{SHARED}；培训不够。\n"
SECOND = f"一、成效\n{SHARED}的情况已经改善。\n二、不足\n城郊乡镇综合执法隊伍力量　薄弱,人员流动频繁。经费不足。\n"


def corpus(*texts, **given):
    """Return texts, sections (achievements, then shortcomings from the second heading) and documents."""
    named = {f"d{number:03d}": text for number, text in enumerate(texts)}
    sections, documents = [], []
    for number, (doc_id, text) in enumerate(named.items()):
        split = text.index("二、")
        for start, end, role in ((0, split, "achievement"), (split, len(text), "problem")):
            sections.append({"doc_id": doc_id, "start": start, "end": start + 4, "body_end": end, "level": 1,
                             "role": role})  # fmt: skip
        about = {"adcode": f"99{number:04d}", "county": f"县{number}", "province": f"省{number % 8}"}
        about |= {key: values[number] for key, values in given.items()}
        documents.append({"doc_id": doc_id, "issuer_type": "government", "genre": "annual_report", "source": "test",
                          "unit_type": "county", "coverage": "full", "report_year": 2024, "n_chars": len(text),
                          **about})  # fmt: skip
    return named, fit_table(sections, "sections"), fit_table(documents, "documents")


def test_a_passage_is_found_within_one_role_in_whatever_signs_it_is_written():
    texts, sections, documents = corpus(FIRST, SECOND)
    (row,) = find_reuse(texts, sections, documents).to_dict("records")
    assert texts["d000"][row["start_a"] : row["end_a"]] == SHARED
    assert texts["d001"][row["start_b"] : row["end_b"]] == "乡镇综合执法隊伍力量　薄弱,人员流动频繁"
    assert (row["role"], row["n_chars"], row["formula"]) == ("problem", 18, "unknown")


def test_no_passage_runs_across_a_mask():
    texts, sections, documents = corpus(FIRST.replace("薄弱", "**弱"), SECOND.replace("薄弱", "**弱"))
    assert find_reuse(texts, sections, documents, least=6)["n_chars"].tolist() == [10, 7]


def test_the_longest_run_is_one_passage_even_beyond_a_chunk():
    long = "".join(chr(0x4E00 + 7 * place) for place in range(200))
    texts, sections, documents = corpus(f"一、\n二、甲{long}乙", f"一、\n二、丙{long}丁")
    assert find_reuse(texts, sections, documents)["n_chars"].tolist() == [200]


def test_what_stands_in_a_source_is_formula():
    texts, sections, documents = corpus(FIRST, SECOND)
    found = find_reuse(texts, sections, documents, sources=[f"意见指出：{SHARED}。"])
    assert found["formula"].tolist() == ["true"]


def test_in_a_large_corpus_what_many_provinces_say_is_formula_and_not_listed_for_every_pair(monkeypatch):
    monkeypatch.setattr(module, "CORPUS", 40)
    common = [f"一、\n二、{chr(0x5000 + number)}{SHARED}{chr(0x6000 + number)}" for number in range(30)]
    rare = [f"一、\n二、{chr(0x5100 + number)}邻县之间才有的一句话写在这里" for number in range(2)]
    other = [f"一、\n二、{chr(0x5200 + 20 * number)}" for number in range(10)]
    found = find_reuse(*corpus(*common, *rare, *other))
    assert found["formula"].value_counts().to_dict() == {"true": 29, "false": 1}
    assert found.loc[found["formula"] == "false", "doc_a"].tolist() == ["d030"]


def test_what_goes_on_behind_formula_is_found_with_it(monkeypatch):
    monkeypatch.setattr(module, "CORPUS", 40)
    tail = "邻县之间才有的另一句话也写在这里"
    common = [f"一、\n二、{chr(0x5000 + number)}{SHARED}{chr(0x6000 + number)}" for number in range(30)]
    common[3], common[20] = (f"一、\n二、{sign}{SHARED}{tail}" for sign in "甲乙")
    other = [f"一、\n二、{chr(0x5200 + 20 * number)}" for number in range(10)]
    found = find_reuse(*corpus(*common, *other))
    (row,) = found[found["formula"] == "false"].to_dict("records")
    assert (row["doc_a"], row["doc_b"], row["n_chars"]) == ("d003", "d020", len(f"{SHARED}{tail}") - 1)


@pytest.mark.parametrize(("n_reports", "formula", "rows"), [(9, "false", 36), (11, "true", 10)])
def test_what_too_many_reports_of_a_large_corpus_have_is_formula_even_in_one_province(
    monkeypatch, n_reports, formula, rows
):
    monkeypatch.setattr(module, "CORPUS", 40)
    monkeypatch.setattr(module, "WIDESPREAD", 10)
    common = [f"一、\n二、{chr(0x5000 + number)}{SHARED}{chr(0x6000 + number)}" for number in range(n_reports)]
    other = [f"一、\n二、{chr(0x5200 + 20 * number)}" for number in range(40 - n_reports)]
    found = find_reuse(*corpus(*common, *other, province=["省"] * 40))
    assert found["formula"].tolist() == [formula] * rows
    assert set(found["doc_a"]) | set(found["doc_b"]) == {f"d{number:03d}" for number in range(n_reports)}


def test_rows_grow_with_the_reports_not_with_their_pairs(monkeypatch):
    monkeypatch.setattr(module, "CORPUS", 20)
    monkeypatch.setattr(module, "WIDESPREAD", 5)
    rows = [len(find_reuse(*corpus(*[f"一、\n二、{chr(0x5000 + i)}{SHARED}" for i in range(n)]))) for n in (50, 100)]
    assert rows == [49, 99]


def test_a_report_without_a_row_in_documents_is_named():
    texts, sections, documents = corpus(FIRST, SECOND)
    with pytest.raises(ParameterError, match="d001: the table documents has no such report"):
        find_reuse(texts, sections, documents.iloc[:1])


def test_the_share_counts_both_reports_characters_of_the_role():
    texts, sections, documents = corpus(FIRST, SECOND)
    result = estimate_shared_wording(find_reuse(texts, sections, documents), sections, documents, roles=["problem"])
    (row,) = result.table.to_dict("records")
    own = [len(text) - text.index("二、") for text in texts.values()]
    assert row["share"] == pytest.approx((len(SHARED) + len(SHARED) + 1) / sum(own))
    assert pd.isna(row["expected"])
    assert [refusal.rule for refusal in result.refusals] == ["wording_reports"]


@pytest.mark.parametrize(
    ("codes", "relation"),
    [
        (["410300", "410325"], "vertical"),
        (["410310", "410312"], "horizontal"),
        (["410325", "410325"], "own_years"),
        (["410000", "410325"], "vertical"),
    ],
)
def test_own_years_the_level_above_and_neighbours_are_told_apart(codes, relation):
    texts, sections, documents = corpus(FIRST, SECOND, adcode=codes, county=["县", "县"], report_year=[2023, 2024])
    found = find_reuse(texts, sections, documents)
    assert estimate_shared_wording(found, sections, documents).table["relation"].tolist() == [relation]


def test_formula_is_taken_out_of_the_passages_and_of_the_characters():
    texts, sections, documents = corpus(FIRST, SECOND)
    found = find_reuse(texts, sections, documents)
    all_ = estimate_shared_wording(found, sections, documents)
    none = estimate_shared_wording(found.assign(formula="true"), sections, documents)
    assert len(all_.table) == 1
    assert none.table.empty
    assert len(none.parts["passages"]) == 1


def test_the_excess_is_over_all_pairs_of_the_province_and_year():
    both = [f"一、\n二、{chr(0x5000 + number)}{SHARED}" for number in range(2)]
    other = [f"一、\n二、{chr(0x5100 + 20 * number)}没有别人这样写过" for number in range(28)]
    texts, sections, documents = corpus(*both, *[text[:6] + chr(0x7000 + i) + text[6:] for i, text in enumerate(other)],
                                        province=["省"] * 30)  # fmt: skip
    found = find_reuse(texts, sections, documents, least=10)
    (row,) = estimate_shared_wording(found, sections, documents).table.to_dict("records")
    assert row["n_pairs"] == 435
    assert row["expected"] == pytest.approx(row["share"] / 435)


def test_the_command_writes_the_table_beside_the_others_and_names_missing_texts(tmp_path, capsys):
    from hashlib import sha256

    texts, sections, documents = corpus(FIRST, SECOND, FIRST.replace("山区", "库区"))
    documents["sha256"] = [sha256(text.encode()).hexdigest() for text in texts.values()]
    write_tables({"documents": documents, "sections": sections}, tmp_path / "set")
    (tmp_path / "texts").mkdir()
    for doc_id in ("d000", "d001"):
        (tmp_path / "texts" / f"{doc_id}.txt").write_text(texts[doc_id], encoding="utf-8")
    assert main(["reuse", str(tmp_path / "set"), "--texts", str(tmp_path / "texts")]) == 1
    assert "d002: its text is not at hand" in capsys.readouterr().out
    assert len(read_table("reuse", tmp_path / "set")) == 1
