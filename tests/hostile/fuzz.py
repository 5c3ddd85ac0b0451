"""Coverage-guided fuzzing: ``python -m tests.hostile.fuzz readers|figures SECONDS`` (pip install atheris first).

``readers`` gives bytes to every reader of a format, ``figures`` gives characters to the extraction. Anything but a text
or an `InputError` is a finding, and so is a figure whose words are not those at its offsets. What was found stands in
``tests/hostile/corpus/`` and is read again by the test suite.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from analysis.errors import InputError
from tests.formats.make import MAKERS
from tests.hostile.files import report

CORPUS = Path(__file__).parent / "corpus"


def fuzz_readers(data: bytes) -> None:
    """Read bytes as every kind that they could be."""
    from analysis.formats.kinds import ASIDE, find_kind
    from analysis.formats.reader import read_kind
    from analysis.text.reading import decode

    for kind in dict.fromkeys([find_kind(data, "a.html"), find_kind(data, "a.txt")]):
        try:
            if kind == "text":
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


def seeds(target: str) -> list[bytes]:
    """Return what fuzzing begins with."""
    text = report("甲乙")[:600]
    if target == "readers":
        return [make(text, "2024-03-01") for make in MAKERS.values()]
    return [line.encode() for line in report("甲乙").split("\n") if line]


def main(target: str, seconds: str) -> None:
    """Fuzz for some seconds; atheris prints what it found and ends with another code than 0."""
    import atheris

    run: Callable[[bytes], None] = {"readers": fuzz_readers, "figures": fuzz_figures}[target]
    with atheris.instrument_imports(include=["analysis.formats", "analysis.text", "mammoth"]):
        for name in ("extract", "formats.docx", "formats.html", "formats.pdf"):
            import_module(f"analysis.{name}")
    folder = Path(tempfile.mkdtemp(prefix=f"fazhi-fuzz-{target}-"))
    for number, seed in enumerate([*seeds(target), *(path.read_bytes() for path in CORPUS.glob(f"{target}-*"))]):
        (folder / f"{number:03d}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=60",
        "-rss_limit_mb=2048",
        "-max_len=20000",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/found-", str(folder)], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
