"""Coverage-guided fuzzing (pip install atheris first): ``python -m tests.hostile.fuzz readers|figures SECONDS FOLDER``.

``readers`` gives bytes to every reader of a format, ``figures`` gives characters to the extraction. Anything but a text
or an `InputError` is a finding, so is a figure whose words are not those at its offsets, and so is what takes long.
A finding is written down and fuzzing goes on, until it has used so many seconds of processor time. FOLDER keeps what
reached new code, and a later run goes on from there; ``keep readers|figures FOLDER`` packs as few inputs as take every
way through this package that any of them takes into ``tests/hostile/corpus/``, which the test suite reads again.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Final

import pyarrow

from analysis.codebook import read_rows
from analysis.errors import InputError
from tests.formats.make import MAKERS
from tests.hostile.files import one_string, parquet, report, shared, workbook, zipped

CORPUS: Final = Path(__file__).parent / "corpus"
#: Characters and seconds (of an instrumented run) of one input; what takes longer is a finding.
LENGTH: Final = {"readers": 60_000, "figures": 4_000}
SLOW: Final = 10.0
#: Bytes of one input of the corpus that is kept.
KEPT: Final = 4_000
#: What formats are made of, which no chance would put together.
MARKS: Final = (
    *("<table>", "<tr>", "<td>", "</td>", "<br>", "<p hidden>", "<a href=''>", "<script>", "<!--", "]]>", "&#"),
    *("<w:p>", "<w:r>", "<w:t>", "<w:tbl>", "<w:numPr>", "<w:ilvl w:val='1'/>", "<w:del>", "<w:sdt>", "<!DOCTYPE"),
    *("<!ENTITY", "charset=", "endobj", "stream", "/Kids[", "/Length ", "xref", "BT ", " Tj", "/FlateDecode"),
    *("Content-Type: text/html", "\r\n\r\n", "<si>", "<c t='s'>", "<row>", "<f>", "<v>", "PAR1", '"text":'),
)  # fmt: skip


def fuzz_readers(data: bytes) -> None:
    """Read bytes as every kind that they could be."""
    from analysis.formats import cells
    from analysis.formats.kinds import ASIDE, find_kind, find_packed
    from analysis.formats.reader import read_kind
    from analysis.text.reading import decode

    for kind in dict.fromkeys([find_kind(data, "a.html"), find_kind(data, "a.txt")]):
        try:
            if data.startswith(b"PAR1") or (kind == "zip" and find_packed(data) == "sheet"):
                read = cells.read_xlsx if kind == "zip" else cells.read_parquet
                for row in cells.bounded(read(data, "a"), data, "a"):
                    assert cells.unpacked_row(cells.packed_row(row)).number == row.number
            elif kind == "text":
                decode(data, "a").encode("utf-8")
            elif kind not in ASIDE:
                found = read_kind(kind, data, "a")
                found.text.encode("utf-8")
                assert "\r" not in found.text and found.from_dict(found.to_dict()) == found
        except InputError:
            pass


def fuzz_figures(data: bytes) -> None:
    """Read characters as a report."""
    from analysis.extract import extract_text

    text = data.decode("utf-8", errors="replace")
    try:
        rows = extract_text(text, "r")
    except InputError:
        return
    decoded = text.removeprefix("\ufeff").replace("\r\n", "\n")
    last = 0
    for mention in rows["mentions"]:
        assert decoded[mention["start"] : mention["end"]] == mention["surface"] and mention["start"] >= last
        last = mention["end"]


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {"readers": fuzz_readers, "figures": fuzz_figures}


def kept(target: str) -> Iterator[tuple[str, bytes]]:
    """Yield the inputs that earlier fuzzing kept, each with its name: the findings, and what reaches the most code."""
    for path in sorted(CORPUS.glob(f"{target}*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())
        else:
            yield path.name, path.read_bytes()


def seeds(target: str) -> list[bytes]:
    """Return what fuzzing begins with."""
    text = report("甲乙")[:600]
    if target == "readers":
        table = parquet(pyarrow.table({"text": [text, None], "id": ["a", "b"], "n": [1, 2.5]}))
        return [*(make(text, "2024-03-01") for make in MAKERS.values()), table, workbook(one_string(2), shared(text))]
    return [line.encode() for line in report("甲乙").split("\n") if line]


def words(target: str) -> list[bytes]:
    """Return what an input is likely to be made of, at most 60 bytes each."""
    if target == "readers":
        return [mark.encode() for mark in MARKS]
    columns = [("units", "unit"), ("qualifiers", "qualifier"), ("status", "word"), ("per", "word"), ("ranks", "word")]
    columns += [
        ("verbs", "verb"),
        ("subjects", "word"),
        ("not_counts", "word"),
        ("named", "example"),
        ("zeros", "phrase"),
    ]
    found = [row[column] for name, column in columns for row in read_rows(f"text/{name}")]
    found += [
        *"一二三四五六七八九十百千万亿零两半几余多.%％:、，。；（）《》“”*—~",
        "一、",
        "（一）",
        "2023年",
        "分别为",
        "其中",
        "同比下降",
    ]
    return [word.encode() for word in dict.fromkeys(found) if word and len(word.encode()) <= 60]


def mutated(data: bytes, size: int, seed: int) -> bytes:
    """Change an input; of a packed file one part is changed and packed anew, as no chance would find its checksum."""
    import atheris

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
    except Exception:
        parts = {}
    chance = random.Random(seed)
    if not parts or chance.random() < 0.1:
        return bytes(atheris.Mutate(data, size))
    chosen = chance.choice(sorted(parts))
    try:
        parts[chosen] = bytes(atheris.Mutate(parts[chosen], len(parts[chosen]) + 200))
        found = zipped(parts, zipfile.ZIP_DEFLATED)
    except Exception:
        return data
    return found if len(found) <= size else data


class _Watched:
    """Runs a target on one input after the other: writes findings down, and ends when the time is used."""

    def __init__(self, target: str, seconds: float, folder: Path) -> None:
        self.run, self.seconds, self.folder = TARGETS[target], seconds, folder
        self.count, self.slowest = 0, 0.0
        self.found: dict[str, bytes] = {}

    def __call__(self, data: bytes) -> None:
        started = time.process_time()
        try:
            self.run(data)
        except (Exception, RecursionError) as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            self._write(f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}", data)
        took = time.process_time() - started
        self.count, self.slowest = self.count + 1, max(self.slowest, took)
        if took > SLOW:
            self._write(f"slow: more than {SLOW:.0f} s", data)
        if time.process_time() > self.seconds:
            self._end()

    def _write(self, reason: str, data: bytes) -> None:
        if len(data) < len(self.found.get(reason, data + b"0")):
            self.found[reason] = data
            (self.folder / f"found-{hashlib.sha256(reason.encode()).hexdigest()[:8]}").write_bytes(data)
            print(f"FOUND {reason} ({len(data)} bytes)", flush=True)

    def _end(self) -> None:
        inputs = len(list((self.folder / "corpus").iterdir()))
        print(f"{self.count:,} executions in {time.process_time():.0f} s of processor time, {inputs:,} inputs kept")
        print(f"the slowest took {self.slowest:.1f} s; {len(self.found)} finding(s)", flush=True)
        os._exit(int(bool(self.found)))


def fuzz(target: str, seconds: str, place: str) -> None:
    """Fuzz for some seconds of processor time; end with code 1 if anything was found."""
    import atheris

    with atheris.instrument_imports(
        include=["analysis.formats", "analysis.text", "analysis.extract", "mammoth", "openpyxl"]
    ):
        for name in ("extract", "formats.cells", "formats.docx", "formats.html", "formats.pdf"):
            import_module(f"analysis.{name}")
        import_module("openpyxl")
    folder = Path(place)
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate([*seeds(target), *(data for _, data in kept(target))]):
        (folder / "corpus" / f"{number:03d}").write_bytes(seed)
    entries = ("".join(f"\\x{byte:02x}" for byte in word) for word in words(target))
    (folder / "words").write_text("".join(f'"{entry}"\n' for entry in entries), encoding="ascii")
    options = ["-timeout=120", "-rss_limit_mb=3072", f"-max_len={LENGTH[target]}", f"-dict={folder / 'words'}"]
    options += ["-reload=0", f"-artifact_prefix={folder}/broke-", str(folder / "corpus")]
    extra = {"custom_mutator": mutated} if target == "readers" else {}
    atheris.Setup([sys.argv[0], *options], _Watched(target, float(seconds), folder), **extra)
    atheris.Fuzz()


def ways(run: Callable[[bytes], None], data: bytes) -> set[tuple[str, int, int]]:
    """Return the steps from line to line of this package that an input takes."""
    taken: set[tuple[str, int, int]] = set()

    def enter(frame: FrameType, *_: object) -> Callable[..., object] | None:
        name = frame.f_code.co_filename
        if "/analysis/" not in name:
            return None
        last = frame.f_lineno

        def step(frame: FrameType, *_: object) -> object:
            nonlocal last
            taken.add((name, last, frame.f_lineno))
            last = frame.f_lineno
            return step

        return step

    sys.settrace(enter)
    try:
        run(data)
    finally:
        sys.settrace(None)
    return taken


def keep(target: str, place: str) -> None:
    """Pack the fewest inputs, small ones first, that take every way that one of at most `KEPT` bytes takes."""
    inputs = {path.read_bytes() for path in (Path(place) / "corpus").iterdir()}
    small = sorted((data for data in inputs if len(data) <= KEPT), key=lambda data: (len(data), data))
    known: set[tuple[str, int, int]] = set()
    chosen = {}
    for data in small:
        if new := ways(TARGETS[target], data) - known:
            known |= new
            chosen[hashlib.sha256(data).hexdigest()[:12]] = data
    CORPUS.joinpath(f"{target}.zip").write_bytes(zipped(chosen, zipfile.ZIP_DEFLATED))
    print(f"{len(chosen)} of {len(inputs):,} inputs kept, {len(known):,} steps from line to line")


if __name__ == "__main__":
    keep(*sys.argv[2:]) if sys.argv[1] == "keep" else fuzz(*sys.argv[1:])
