"""The one door: everything or nothing, the same bytes everywhere, and a record of where it came from."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from analysis.errors import FazhiError, ParameterError
from analysis.figures.plots import plot_trend, plot_values, plot_wording
from analysis.figures.save import csv_bytes, save_figure, save_table
from analysis.figures.texttable import LYING, WHITE, column_shares
from tests.figures import tables

PROJECT = Path(__file__).resolve().parents[2]
RECORD = {"inputs": {"observations": "0f"}, "parameters": {"years": [2024]}, "codebook": {"version": "1"}}
HOSTILE = """
font.family: serif
font.size: 20
axes.facecolor: red
axes.grid: True
lines.linewidth: 9
savefig.bbox: tight
savefig.dpi: 33
savefig.transparent: True
svg.fonttype: none
svg.hashsalt: theirs
pdf.fonttype: 3
text.usetex: True
path.sketch: 2, 50, 20
axes.prop_cycle: cycler("color", ["k"])
"""
DRAW = """
import sys
import matplotlib
from analysis.figures.plots import plot_frequency, plot_values
from analysis.figures.save import save_figure, save_table
from tests.figures import tables
assert matplotlib.rcParams["font.size"] == float(sys.argv[2]), matplotlib.matplotlib_fname()
save_figure("values", plot_values, tables.values(tables.five_reports(), 3), folder=sys.argv[1])
save_figure("heat", plot_frequency, tables.frequency(60, "none", (2023, 2024)), folder=sys.argv[1])
save_table("values_table", tables.values(tables.five_reports(), 1), folder=sys.argv[1])
"""


class Refusal:
    """As the estimates give it."""

    def record(self):
        return {"rule": "series_years", "needed": 5, "had": 1, "zh": "未作估计", "en": "Not estimated"}


class Result:
    """A table with a refusal and a note."""

    table = tables.wording()
    refusals = (Refusal(),)
    notes = ({"id": "a", "zh": "注", "en": "note"},)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    note = {"zh": "虚构数据", "en": "Invented data"}
    return save_figure("wording", plot_wording, Result(), folder=folder, record=RECORD, note=note), folder


def test_both_languages_in_all_formats_with_data_and_record(saved):
    done, folder = saved
    expected = [f"wording.{lang}.{kind}" for lang in ("zh", "en") for kind in ("png", "svg", "pdf")]
    assert sorted(done.files) == sorted([*expected, "wording.csv", "wording.json"])
    assert sorted(path.name for path in folder.iterdir()) == sorted(done.files)


def test_the_record_tells_where_the_figure_came_from(saved):
    done, folder = saved
    record = json.loads((folder / "wording.json").read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(done.record))
    assert {name: record[name] for name in RECORD} == RECORD
    assert record["refused"] == [Refusal().record()]
    assert record["notes"] == list(Result.notes)
    assert record["rows"] == len(Result.table)
    assert record["plot"] == "plot_wording"
    assert record["interval_kinds"] == ["none"]
    assert record["captions"]["en"].endswith("Invented data")
    for file, digest in record["files"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
    assert set(record["files"]) == set(done.files) - {"wording.json"}


def test_options_are_recorded_and_tables_among_them_by_digest(tmp_path):
    done = save_figure("trend", plot_trend, tables.points(2), folder=tmp_path, formats=["png"], breaks=tables.breaks(),
                       least_years=4)  # fmt: skip
    digest = hashlib.sha256(csv_bytes(tables.breaks())).hexdigest()
    assert done.record["options"] == {"breaks": {"rows": 4, "sha256": digest}, "least_years": 4}


def test_the_source_data_are_every_digit_of_the_table(saved):
    _, folder = saved
    back = pd.read_csv(folder / "wording.csv")
    pd.testing.assert_frame_equal(back, Result.table, check_dtype=False)
    frame = pd.DataFrame({"a": [5700.0, float("nan"), 8.51], "b": [True, False, True], "c": ["x", "", "y,z"]})
    assert csv_bytes(frame) == b'a,b,c\n5700,true,x\n,false,\n8.51,true,"y,z"\n'


def test_what_is_shown_has_no_path(saved):
    done, folder = saved
    assert repr(done) == "wording: 6 rows; zh.png, zh.svg, zh.pdf, en.png, en.svg, en.pdf, csv, json"
    assert done._repr_png_().startswith(b"\x89PNG")
    assert done.english._repr_png_() != done._repr_png_()
    assert str(folder) not in (folder / "wording.json").read_text(encoding="utf-8")


def test_svg_holds_paths_and_pdf_truetype_and_neither_a_date(saved):
    _, folder = saved
    svg, pdf = ((folder / f"wording.zh.{kind}").read_bytes() for kind in ("svg", "pdf"))
    assert b"<text" not in svg
    assert b"/CIDFontType2" in pdf
    assert b"/Type3" not in pdf
    for content in (svg, pdf, (folder / "wording.zh.png").read_bytes()):
        assert not re.search(rb"CreationDate|dc:date|matplotlib\.org|Matplotlib v|20\d\d-\d\d-\d\dT", content)
    assert len(pdf) < 200_000


@pytest.mark.parametrize("name", ["Wording", "../wording", "a b", "", "a.b"])
def test_a_name_that_is_no_file_name_is_refused(name, tmp_path):
    with pytest.raises(ParameterError, match="small letters"):
        save_figure(name, plot_wording, tables.wording(), folder=tmp_path)
    with pytest.raises(ParameterError, match="small letters"):
        save_table(name, tables.wording(), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="jpg.*png, svg, pdf"):
        save_figure("a", plot_wording, tables.wording(), folder=tmp_path, formats=["png", "jpg"])


def test_a_table_that_cannot_be_drawn_leaves_nothing_behind(tmp_path):
    with pytest.raises(ParameterError, match="needs"):
        save_figure("a", plot_wording, pd.DataFrame({"x": [1]}), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_former_files_whole(tmp_path, monkeypatch):
    save_figure("a", plot_wording, tables.wording(), folder=tmp_path, formats=["png"])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write, written = Path.write_bytes, []

    def fail(path, content):
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(FazhiError, match="No space left on device.*former files are whole"):
        save_figure("a", plot_wording, tables.wording().head(2), folder=tmp_path, formats=["png"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "figures").write_text("", encoding="utf-8")
    with pytest.raises(FazhiError, match="Cannot write"):
        save_table("a", tables.wording(), folder=tmp_path / "figures")


def test_missing_glyphs_are_recorded_and_do_not_stop_the_run(tmp_path):
    table = tables.values(tables.five_reports(), 1).assign(county="A\ue000")
    done = save_figure("a", plot_values, table, folder=tmp_path, formats=["png"])
    assert done.record["missing_glyphs"] == "\ue000"


def test_the_same_bytes_in_every_process_whatever_the_user_has_set(tmp_path):
    """Two processes: other hash seeds, another clock zone, one with a matplotlibrc that changes everything."""
    digests = []
    for number, rc in enumerate(("font.size: 10", HOSTILE)):
        home = tmp_path / f"home{number}"
        home.mkdir()
        (home / "matplotlibrc").write_text(rc, encoding="utf-8")
        env = {**os.environ, "MATPLOTLIBRC": str(home / "matplotlibrc"), "PYTHONHASHSEED": str(number + 1),
               "TZ": ("UTC", "Asia/Shanghai")[number], "MPLCONFIGDIR": str(home)}  # fmt: skip
        env.pop("SOURCE_DATE_EPOCH", None)
        command = [sys.executable, "-c", DRAW, str(home / "out"), ("10", "20")[number]]
        run = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        files = sorted((home / "out").iterdir())
        digests.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    assert digests[0] == digests[1]
    assert len(digests[0]) == 2 * 8 + 6


def test_a_table_is_written_for_latex_and_word_in_both_languages(tmp_path):
    table = pd.DataFrame(
        {"indicator": ["a_b", "c"], "label_zh": ["甲%", "乙"], "label_en": ["A & B", "C"], "share": [0.5, float("nan")],
         "n": [1, 12], "verdict": ["impossible", ""], "counted": [True, False]}
    )  # fmt: skip
    done = save_table("t", table, folder=tmp_path, record=RECORD)
    assert repr(done) == "t: 2 rows; zh.tex, zh.docx, en.tex, en.docx, csv, json"
    assert done._repr_png_() is None
    with pytest.raises(ParameterError, match="no picture"):
        _ = done.english
    zh, en = ((tmp_path / f"t.{lang}.tex").read_text(encoding="utf-8") for lang in ("zh", "en"))
    assert r"\toprule" in zh
    assert r"\begin{tabular}{lrrll}" in zh
    assert "a_b" in (tmp_path / "t.csv").read_text(encoding="utf-8")
    assert r"甲\%" in zh
    assert "A" not in re.sub(r"\\\w+", "", zh)
    assert r"A \& B" in en
    assert "impossible" in en
    assert "0.50" in en
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["parameters"] == {"years": [2024]}
    (word,) = Document(tmp_path / "t.en.docx").tables
    assert [[cell.text for cell in row.cells] for row in word.rows] == [
        ["indicator", "share", "n", "verdict", "counted"], ["A & B", "0.50", "1", "impossible", "yes"],
        ["C", "", "12", "", "no"],
    ]  # fmt: skip
    heads = word.rows[0]._tr
    assert heads.trPr is not None and heads.trPr.find(qn("w:tblHeader")) is not None


def test_a_broad_table_lies_on_its_side_and_no_word_of_it_is_broken(tmp_path):
    long = "a statement of some length that a narrow column has to fold into several lines"
    save_table("t", pd.DataFrame({f"column_{n}": [long, "9,876.54"] for n in range(9)}), folder=tmp_path)
    text = (tmp_path / "t.en.tex").read_text(encoding="utf-8")
    assert text.startswith("\\begin{landscape}")
    assert text.endswith("\\end{landscape}\n")
    assert "\\begin{longtable}" in text
    section = Document(tmp_path / "t.en.docx").sections[0]
    assert section.page_width > section.page_height
    shares = column_shares(pd.DataFrame({"figure": ["9,876.54"], **{f"c{n}": [long] for n in range(9)}}))
    assert shares[0] * LYING >= len("9,876.54") + WHITE - 1
    assert sum(shares) == pytest.approx(1)


def test_a_table_longer_than_a_paper_prints_is_data_only(tmp_path):
    done = save_table("long", pd.DataFrame({"n": range(201)}), folder=tmp_path)
    assert repr(done) == "long: 201 rows; csv, json"
