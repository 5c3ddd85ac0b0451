"""Every kind of id shows what it stands for; one that stands for nothing names its neighbours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import paths
from analysis.errors import FazhiError
from analysis.evidence import show
from analysis.extract import extract
from analysis.tables import fit_table, write_tables
from tests.formats.make import as_docx, as_html, as_pdf

from .conftest import DOC, HOSTILE, TEXT

Frames = dict[str, pd.DataFrame]
CLOSED = f"{DOC}@{TEXT.index('12件')}"


def asked(name: str, facts: Frames, **more: object) -> str:
    return str(show(name, facts, texts={DOC: TEXT}, **more))  # type: ignore[arg-type]


def test_a_figure_shows_its_sentence_match_and_observation(facts: Frames) -> None:
    said = asked(CLOSED, facts)
    assert said.startswith(f"数字 figure {CLOSED}\n  办结行政复议案件⟦12件⟧,{HOSTILE}纠错率25%;")
    for words in ("reconsideration_cases_closed", "精确 exact", "12 件", "云岭县 2023"):
        assert words in said


def test_bounds_and_reasons_are_shown(facts: Frames) -> None:
    assert "400 [400, ∞) 件" in asked(f"{DOC}@{TEXT.index('400余件')}", facts)
    assert "没有触发词 no trigger fits" in asked(f"{DOC}@{TEXT.index('77棵')}", facts)


def test_a_statement_shows_its_words_and_codes(facts: Frames) -> None:
    said = asked(f"{DOC}@{TEXT.index('执法力量')}", facts)
    assert "⟦执法力量薄弱⟧" in said
    assert "enforcement_workforce" in said


def test_a_report_lists_what_is_unmatched(facts: Frames) -> None:
    said = asked(DOC, facts)
    assert "77棵 种植果树" in said
    assert f"{DOC}@{TEXT.index('宣传形式')}" in said


def test_an_indicator_of_a_report_shows_its_figures(facts: Frames) -> None:
    said = asked(f"reconsideration_cases_closed@{DOC}", facts)
    assert "⟦12件⟧" in said
    assert "精确值 exact" in said
    assert "未披露 not reported" in asked(f"reconsideration_cases_accepted@{DOC}", facts)


def test_an_observation_shows_what_it_rests_on(facts: Frames) -> None:
    said = asked(f"{DOC}~reconsideration_cases_closed~year:2023~~~1", facts)
    assert said.startswith("观测 observation")
    assert "⟦12件⟧" in said


def test_a_check_shows_the_figures_it_compares(facts: Frames, tidy: Frames) -> None:
    for row in tidy["checks"].itertuples():
        said = asked(row.check_id, facts)
        assert row.note_zh in said
        assert f"数字 figure {row.mention_id}" in said
    assert len(tidy["checks"])


def test_a_mandated_content_shows_its_place(facts: Frames) -> None:
    said = asked(f"B2a@{DOC}", facts)
    assert said.startswith("规定内容 mandated content B2a@")
    assert "执法力量薄弱" in said.partition("⟧")[0]
    assert "⟦12件⟧" in asked(f"D1@{DOC}", facts)
    assert "未写明" in asked(f"B5@{DOC}", facts)


def test_shared_wording_shows_both_sides(facts: Frames) -> None:
    passage = {"doc_a": DOC, "start_a": 3, "end_a": 9, "doc_b": "elsewhere", "start_b": 5, "end_b": 11, "n_chars": 6}
    reuse = fit_table([passage | {"similarity": 1.0, "role": "problem", "formula": "unknown"}], "reuse")
    said = asked(f"{DOC}@3|elsewhere@5", {**facts, "reuse": reuse})
    assert f"⟦{TEXT[3:9]}⟧" in said
    assert "松川县 2022" in said
    assert "5–11" in said
    assert f"{DOC}@3|elsewhere@5 不足 shortcomings 6" in asked("elsewhere", {**facts, "reuse": reuse})


def test_a_figure_that_a_check_contradicts_says_so(facts: Frames) -> None:
    rate = facts["mentions"]["surface"] == "25%"
    changed = {"value": 40.0, "low": 40.0, "high": 40.0, "surface": "40%", "measure": "行政复议直接纠错率"}
    mentions = facts["mentions"].assign(**{
        name: facts["mentions"][name].mask(rate, value) for name, value in changed.items()
    })  # fmt: skip
    said = asked(f"{DOC}@{TEXT.index('25%')}", {**facts, "mentions": mentions})
    assert "不可能 impossible" in said
    assert "有矛盾 contradicted" in said
    assert "有矛盾" not in asked(f"{DOC}@{TEXT.index('25%')}", facts)


def test_without_the_text_there_is_no_sentence(facts: Frames) -> None:
    assert "⟦" not in str(show(CLOSED, facts, texts={}))


def test_a_correction_is_shown_with_what_it_changed(facts: Frames) -> None:
    row = {"table": "mentions", "id": CLOSED, "field": "value", "expected": "12", "corrected": "21", "reason": "误印"}
    changes = fit_table([row | {"who": "某人", "when": "2024-05-01"}], "corrections")
    assert "value: 12 to 21 (误印, 某人, 2024-05-01)" in asked(CLOSED, facts, corrections=changes)
    stale = fit_table([row | {"expected": "13", "who": "某人", "when": "2024-05-01"}], "corrections")
    assert "correction that does not fit" in asked(DOC, facts, corrections=stale)


def test_a_notebook_gets_it_escaped(facts: Frames) -> None:
    html = show(CLOSED, facts, texts={DOC: TEXT})._repr_html_()
    assert HOSTILE not in html
    assert '<mark class="m s-exact">12件</mark>' in html


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        (f"{CLOSED}9"[:-1].replace("@", "@0"), CLOSED),
        (f"{DOC}@99999", f"{DOC}@{TEXT.index('宣传形式')}"),
        (f"{DOC}#7", f"{DOC}#1"),
        ("elsewhare", "elsewhere"),
        (f"reconsideration_case_closed@{DOC}", f"reconsideration_cases_closed@{DOC}"),
        (f"{DOC}~reconsideration_cases_closed", f"{DOC}~reconsideration_cases_closed~year:2023~~~1"),
    ],
)
def test_an_unknown_id_names_the_nearest(name: str, nearest: str, facts: Frames) -> None:
    with pytest.raises(FazhiError, match="No row has the id") as raised:
        show(name, facts, texts={})
    assert str(raised.value).partition("Nearest: ")[2].startswith(nearest)


def test_by_default_it_reads_what_lies_below_the_root(facts: Frames, root: object) -> None:
    from analysis import paths

    write_tables(facts, paths.extracted() / "local")
    paths.raw().mkdir(parents=True)
    (paths.raw() / "any name.txt").write_text(TEXT, encoding="utf-8", newline="\n")
    assert "⟦12件⟧" in str(show(CLOSED))


TABLE = (
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>事项</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>件数</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:r><w:t>办结行政复议案件</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>88件</w:t></w:r></w:p></w:tc></w:tr>"
    "</w:tbl>"
)
PARTS = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in TEXT.replace(HOSTILE, "").splitlines())


@pytest.mark.parametrize(
    ("name", "data", "surface", "place"),
    [
        ("a.pdf", lambda: as_pdf(TEXT + "各项工作有序推进。\n" * 40 + "植树88棵。"), "12件", "页 1 page 1"),
        ("a.pdf", lambda: as_pdf(TEXT + "各项工作有序推进。\n" * 40 + "植树88棵。"), "88棵", "页 2 page 2"),
        ("a.docx", lambda: as_docx("", document=PARTS + TABLE), "12件", "段 3 paragraph 3"),
        ("a.docx", lambda: as_docx("", document=PARTS + TABLE), "88件", "表.行 1.2 table.row 1.2"),
        (
            "a.html",
            lambda: as_html(TEXT.replace(HOSTILE, "")),
            "12件",
            "元素 /html/body/div[3]/p[3] element /html/body/div[3]/p[3]",
        ),
    ],
)
def test_a_figure_of_a_file_shows_where_in_it_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data, surface: str, place: str
) -> None:
    monkeypatch.setenv("FAZHI_ROOT", str(tmp_path))
    paths.raw().mkdir(parents=True)
    (paths.raw() / name).write_bytes(data())
    mentions = extract(paths.raw(), paths.extracted() / "local")["mentions"]
    (mention_id,) = mentions.loc[mentions["surface"] == surface, "mention_id"]
    said = [line.split(maxsplit=2) for line in str(show(mention_id)).splitlines()]
    assert ["文件", "file", name] in said
    (line,) = (line for line in str(show(mention_id)).splitlines() if "在文件中" in line)
    assert line.split("in the file")[1].strip() == place
    assert f"⟦{surface}⟧" in str(show(mention_id))
