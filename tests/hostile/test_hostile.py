"""Nothing is let in: no request, no file from elsewhere, no code; whatever a report holds, the rest is read."""

from __future__ import annotations

import ast
import datetime
import os
import pickle
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow
import pytest
from lxml import etree

from analysis.contract import stage_tables
from analysis.errors import InputError, RowsError
from analysis.evidence import mark_report, write_evidence
from analysis.extract import extract, find_inputs
from analysis.figures.plots import plot_values
from analysis.figures.save import save_figure
from analysis.formats import Value, decode_file, read_table_rows
from analysis.tables import read_tables
from analysis.tidy import build_tidy
from tests.conftest import PROJECT
from tests.figures.tables import five_reports, values
from tests.formats.make import as_docx, as_html
from tests.hostile.files import (
    EITHER,
    FILES,
    TABLES,
    entity_docx,
    lying_bomb,
    nested,
    one_string,
    parquet,
    pdf_bomb,
    report,
    shared,
    workbook,
)
from tests.hostile.fuzz import TARGETS, kept

#: Files that take seconds or hundreds of megabytes; the whole folder is read by `python -m tests.hostile.torture`.
HEAVY = {"large.txt", "too-large.txt", "bomb.docx", "lying-bomb.docx", "bomb.pdf", "many-pages.pdf", "large.html"} | {
    "long-line.txt", "digits.txt", "masks.txt", "brackets.txt", "deep-bold.html", "many-parts.docx",
    "bomb.xlsx", "last-row-far-away.xlsx", "last-column.xlsx", "large-cell.parquet", "many-rows.parquet",
    "many-values.jsonl", "many-cells.csv",
}  # fmt: skip
#: What is said of some tables, beyond that they are set aside.
SAID = {
    "entities.xlsx": "definitions of its own", "entities-utf16.xlsx": "definitions of its own",
    "reads-a-file.xlsx": "definitions of its own", "entities-far-down.xlsx": "definitions of its own",
    "one-string-in-every-row.xlsx": "characters than a file of its size may", "deep.xlsx": "unpacks to",
    "one-text-in-every-row.parquet": "memory", "locked.xlsx": "protected by a password", "formula.xlsx": "formula",
    "deep.jsonl": "is not JSON", "wrong-year.csv": "report_year",
}  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server of one's own on this machine, and the requests it got."""
    got: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    continue
                got.append("a request")
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], got
        ended.set()
        thread.join()


def test_no_format_asks_a_network_for_anything(listener: tuple[int, list[str]]) -> None:
    port, got = listener
    place = f"http://127.0.0.1:{port}/x"
    pulls = (
        f'<link rel="stylesheet" href="{place}"><script src="{place}"></script><base href="{place}">'.encode()
        + b"</head>"
    )
    page = as_html(report("甲")).replace(b"</head>", pulls)
    page = page.replace(b"</body>", f'<img src="{place}"><iframe src="{place}"></iframe></body>'.encode())
    decode_file(page, "a.html")
    decode_file(f'<!DOCTYPE html SYSTEM "{place}">'.encode() + page, "a.html")
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" TargetMode="External" '
        f'Target="{place}"/></Relationships>'
    )
    picture = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:link="r9" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></wp:inline></w:drawing></w:r></w:p>'
    )
    word = "<w:p><w:r><w:t>办结案件12件。</w:t></w:r></w:p>"
    data = as_docx("", document=picture + word, extra={"word/_rels/document.xml.rels": relation.encode()})
    assert "办结案件12件" in decode_file(data, "a.docx").text
    with pytest.raises(InputError):
        decode_file(entity_docx(body="&x;", definitions=f'<!DOCTYPE a [<!ENTITY x SYSTEM "{place}">]>'), "a.docx")
    assert got == []


def test_the_process_that_reads_has_no_network_and_writes_no_file(tmp_path: Path) -> None:
    program = """
import socket, sys, urllib.request
from analysis.formats.reader import _confine
_confine(2**31)
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.socket(),
    lambda: urllib.request.urlopen("http://127.0.0.1:9/"), lambda: open(sys.argv[1], "w").write("x" * 100000),
):
    try:
        attempt()
    except OSError as error:
        print("refused")
"""
    command = [sys.executable, "-c", f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n{program}"]
    found = subprocess.run([*command, str(tmp_path / "x")], cwd=PROJECT, capture_output=True, text=True)
    assert found.stdout.split() == ["refused"] * 4, found.stderr


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (entity_docx, "definitions of its own"),
        (lambda: entity_docx("utf-16"), "definitions of its own"),
        (lying_bomb, "damaged|made to harm"),
        (pdf_bomb, "memory"),
        (lambda: nested("div", 20_000), "levels deep"),
    ],
    ids=["entities", "entities in UTF-16", "zip", "pdf", "depth"],
)  # fmt: skip
def test_a_bomb_is_set_aside_and_the_next_file_is_read(make, said: str) -> None:
    with pytest.raises(InputError, match=said):
        decode_file(make(), "a.docx")
    assert "办理行政复议" in decode_file(as_html("云岭县办理行政复议案件12件。" * 9), "b.html").text


@pytest.mark.parametrize(("name", "make"), [table for table in TABLES if table[0] not in HEAVY], ids=lambda one: one)
def test_a_table_made_to_harm_is_set_aside_and_the_next_one_is_read(
    tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    (tmp_path / name).write_bytes(make())
    (tmp_path / "next.xlsx").write_bytes(workbook())
    found = {item.path: item for item in find_inputs([tmp_path])}
    assert {path: item.status for path, item in found.items()} == {
        name: "set_aside", "next.xlsx": "table", "next.xlsx#2": "read"
    }  # fmt: skip
    assert SAID.get(name, "") in found[name].reason and len(found[name].reason) > 15


def test_a_table_is_read_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import openpyxl
    import pyarrow.parquet

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read in the process that runs the analysis")

    data = parquet(pyarrow.table({"text": ["报告", None], "n": [1.0, 2.5], "day": [None, datetime.date(2024, 3, 1)]}))
    monkeypatch.setattr(openpyxl, "load_workbook", refuse)
    monkeypatch.setattr(pyarrow.parquet, "ParquetFile", refuse)
    assert [row.cells for row in read_table_rows(data, "a.parquet")] == [
        ("text", "n", "day"), ("报告", Value("1")), (None, Value("2.5"), Value("2024-03-01"))
    ]  # fmt: skip
    assert [row.number for row in read_table_rows(workbook(one_string(2), shared("报告")), "a.xlsx")] == [1, 2]


@pytest.mark.parametrize("busy", [10, 10_000], ids=["by the clock", "by the processor"])
def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch, busy: int) -> None:
    from analysis import bounds
    from analysis.formats import apart

    monkeypatch.setattr(bounds, "SECONDS", 0.001)
    monkeypatch.setattr(bounds, "BUSY", busy)
    apart._stop()  # a process of its own starts anew, which takes longer than a hundredth of a second
    with pytest.raises(InputError, match="took more than"):
        decode_file(as_html("受理12件。\n" * 100_000), "a.html")


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "in"
    folder.mkdir()
    for name, content, _ in FILES:
        if name not in HEAVY:
            (folder / name).write_bytes(content())
    return folder


@pytest.fixture(scope="module")
def tables(light: Path):
    out = light.with_name("out")
    extract(light, out)
    return read_tables(out, stage_tables("extracted"))


def test_every_file_is_accounted_for(light: Path, tables) -> None:
    from analysis.extract.folders import shown

    wanted = {shown(name): status for name, _, status in FILES if name not in HEAVY}
    found = tables["inputs"].set_index("path")["status"].to_dict()
    assert found.keys() == wanted.keys()
    assert {path: found[path] for path, status in wanted.items() if status != EITHER} == {
        path: status for path, status in wanted.items() if status != EITHER
    }
    aside = tables["inputs"].query("status == 'set_aside'")
    assert (aside["reason"].str.len() > 15).all()


def test_no_cell_begins_as_a_formula(tables) -> None:
    for name, table in (tables | build_tidy(tables)).items():
        for column in table.select_dtypes("str"):
            cells = table[column].dropna()
            assert not cells[cells.str.match(r"[=@\t\r]|[+-]\D")].tolist(), (name, column)


def test_no_script_of_a_report_is_alive(light: Path, tables, tmp_path: Path) -> None:
    names = ("script.txt", "template.txt", "formula.txt", "<script>alert(1)<;script>.txt")
    texts = {name: (light / name).read_text(encoding="utf-8") for name in names}
    shown = [mark_report(text, "r")._repr_html_() for text in texts.values()]
    facts = dict(tables)
    page = write_evidence(facts, build_tidy(facts), _texts(tables, light), tmp_path / "page.html").read_text("utf-8")
    for html in (*shown, page):
        assert "<script>alert" not in html
        assert html.count("<script>") == (1 if html is page else 0)
        assert all('type="application/json"' in tag for tag in re.findall(r"<script[^>]+>", html))
    assert r"\u003cscript\u003ealert(1)" in page  # within a block of data
    assert "{{ 7*7 }}" in page and "${7*7}" in page  # words, not a template's


def test_no_name_is_alive_in_a_picture(tmp_path: Path) -> None:
    reports = five_reports()
    hostile = [
        "<script>alert(1)</script>",
        '--><script href="http://127.0.0.1:9/x"/>',
        r"$\input{/etc/passwd}$",
        "&x;",
        "]]>",
    ]
    reports["county"] = reports["county_en"] = hostile
    save_figure("values", plot_values, values(reports, 1), folder=tmp_path)
    for lang in ("zh", "en"):
        picture = etree.parse(tmp_path / f"values.{lang}.svg")
        tags = {etree.QName(element).localname for element in picture.iter(etree.Element)}
        assert "path" in tags and not tags & {"script", "foreignObject", "a", "image", "text"}
        links = {value for element in picture.iter(etree.Element) for name, value in element.items() if "href" in name}
        assert all(link.startswith("#") for link in links)


def test_a_parquet_file_brings_no_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "made"),)

    about = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(Evil()),
        b"PANDAS": b"{}",
    }
    field = pyarrow.field("text", pyarrow.string(), metadata=about)
    data = parquet(pyarrow.table([pyarrow.array(["报告"])], schema=pyarrow.schema([field], metadata=about)))
    assert [row.cells for row in read_table_rows(data, "a.parquet")] == [("text",), ("报告",)]
    assert not (tmp_path / "made").exists()
    pickle.loads(pickle.dumps(Evil()))
    assert (tmp_path / "made").exists()  # it would have been


def _texts(tables, folder: Path) -> dict[str, str]:
    from analysis.evidence import find_texts

    return find_texts(tables["documents"], [folder, folder.with_name("out.text")])


def test_what_leads_out_of_the_folder_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text(report("外"), encoding="utf-8")
    (folder / "a.txt").write_text(report("里"), encoding="utf-8")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder)
    (folder / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    found = {item.path: (item.status, item.reason) for item in find_inputs([folder])}
    assert found.keys() == {"a.txt", "out.txt", "up", "round", "zero.txt", "pipe.txt"}
    assert [path for path, (status, _) in found.items() if status == "read"] == ["a.txt"]
    assert "link out of the folder" in found["out.txt"][1] and "no plain file" in found["pipe.txt"][1]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "sub/../../secret.txt"])
def test_a_manifest_names_files_beside_it_only(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(report("里"), encoding="utf-8")
    (folder / "manifest.csv").write_text(f"file,county\n{name},云岭县\n", encoding="utf-8")
    with pytest.raises(RowsError, match="there is no file"):
        find_inputs([folder])


@pytest.mark.parametrize("doc_id", ["=1+1", "../x", "a/b", "+cmd"])
def test_an_id_is_no_path_and_no_formula(tmp_path: Path, doc_id: str) -> None:
    (tmp_path / "a.txt").write_text(report("里"), encoding="utf-8")
    (tmp_path / "manifest.csv").write_text(f"file,doc_id\na.txt,{doc_id}\n", encoding="utf-8")
    with pytest.raises(RowsError, match="doc_id"):
        find_inputs([tmp_path])


def test_two_runs_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for place in "甲乙丙丁":
        (tmp_path / "in" / f"{place}.txt").write_text(report(place), encoding="utf-8")
    command = [sys.executable, "-m", "analysis", "extract", str(tmp_path / "in"), "-o", str(tmp_path / "out")]
    runs = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    extract(tmp_path / "in", tmp_path / "alone")
    for file in sorted((tmp_path / "alone").glob("*")):
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith((".new", ".old"))]


@pytest.mark.parametrize("room", [1, 9_000])
def test_a_full_disk_leaves_the_former_tables_whole_and_says_so(tmp_path: Path, room: int) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_bytes(as_html(report("甲")))
    extract(tmp_path / "in", tmp_path / "out")
    former = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    for place in "乙丙丁":
        (tmp_path / "in" / f"{place}.html").write_bytes(as_html(report(place)))
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    program = f"{limit}\nimport sys\nfrom analysis.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "extract", str(tmp_path / "in"), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 2 and "Make room" in done.stderr, done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == former
    extract(tmp_path / "in", tmp_path / "out")
    extract(tmp_path / "in", tmp_path / "alone")
    for path in (tmp_path / "alone").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_a_parameter_is_written_into_a_notebook_as_a_literal() -> None:
    from papermill.translators import papermill_translators

    import analysis.study.runs  # noqa: F401  (registers how parameters are written)

    values = {"a": '"); import os; os.system("x") #', "b": ["'''\n__import__('os')", 1], "c": '\\"\u2028\n'}
    written = papermill_translators.find_translator("python3", "python").codify(values)
    found = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(written).body}  # type: ignore[attr-defined]
    assert found == values


def test_nothing_is_unpickled_or_evaluated() -> None:
    calls = re.compile(
        r"\b(?:pickle|marshal|shelve|dill|joblib)\b|(?<![.\w])(?:eval|exec)\(|read_pickle|yaml\.load\(|shell=True"
    )
    for path in sorted((PROJECT / "analysis").rglob("*.py")):
        assert not calls.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("target", TARGETS)
def test_what_fuzzing_kept_is_read_or_refused(target: str) -> None:
    inputs = list(kept(target))
    assert len(inputs) > 30
    for name, data in inputs:
        try:
            TARGETS[target](data)
        except Exception as error:
            raise AssertionError(name) from error
