"""The user's own reports: what is new in data/raw becomes a set of its own, what is shipped is verified."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from analysis import codebook, paths
from analysis.contract import stage_tables
from analysis.extract import Extraction, cache_beside, find_notes, verify_shipped
from analysis.extract.workers import count_cores
from analysis.files import write_bytes
from analysis.study.plan import digest_files, digest_library
from analysis.tables import read_table, read_tables
from analysis.tidy import find_sets

LOCAL = "local"
PROVENANCE = "provenance.json"
KEPT = {".gitkeep"}
#: Notes of one kind that a run prints; the tables have all.
NOTED = 20


@dataclass
class Refreshed:
    """What became of data/raw: why it was read again, what was set aside, what deserves a look."""

    reasons: list[str] = field(default_factory=list)
    read: str = ""
    set_aside: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def refresh_local(*, explain: bool = False, force: bool = False) -> Refreshed:
    """Extract what is new in data/raw/ into data/extracted/local/, if anything changed since.

    Reports whose text stands in a shipped set are compared with it and left to it.

    Returns
    -------
    Refreshed
        ``reasons`` and ``read`` are empty where nothing was done; ``set_aside`` and ``notes`` are of the present set.

    Raises
    ------
    FazhiError
        Two inputs have one id, manifest.csv is wrong, or the folder cannot be written.
    """
    local, files = paths.extracted() / LOCAL, _raw_files()
    if not files:
        if not local.exists():
            return Refreshed()
        if not explain:
            shutil.rmtree(local)
            cache_beside(local).unlink(missing_ok=True)
        return Refreshed(["data/raw is empty; its former tables go away"])
    present = _inputs(files)
    reasons = ["forced"] if force else _reasons(local, present)
    if explain:
        return Refreshed(reasons)
    if force:
        cache_beside(local).unlink(missing_ok=True)
    if reasons:
        _write(local, present)
    return _told(local, reasons)


def _raw_files() -> list[Path]:
    return sorted(path for path in paths.raw().rglob("*") if path.is_file() and path.name not in KEPT)


def _inputs(files: list[Path]) -> dict[str, str]:
    shown = {path.relative_to(paths.raw()).as_posix(): _digest(path) for path in files}
    return shown | {"codebook/text": codebook.digest("text"), "the library": digest_library()}


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    try:
        return digest_files([path])
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _reasons(local: Path, present: dict[str, str]) -> list[str]:
    try:
        former = json.loads((local / PROVENANCE).read_text(encoding="utf-8"))["inputs"]
    except FileNotFoundError:
        return ["first run"]
    except (ValueError, KeyError):
        return ["its record is cut off"]
    return [
        f"{name} {'is new' if name not in former else 'is gone' if name not in present else 'changed'}"
        for name in sorted({*former, *present})
        if former.get(name) != present.get(name)
    ]


def _write(local: Path, present: dict[str, str]) -> None:
    differences = []
    with Extraction(paths.raw(), cache_beside(local), texts=paths.text()) as extraction:
        extraction.read(count_cores())
        for shipped in find_sets(paths.extracted()):
            if shipped.name != LOCAL:
                again, different = verify_shipped(extraction, read_tables(shipped, stage_tables("extracted")))
                extraction.leave_out(dict.fromkeys(again, "this text is in a shipped set"))
                differences += different
        extraction.write(local)
    frames = {name: read_table(name, local) for name in ("documents", "inputs")}
    record = {"inputs": present, "notes": [*find_notes(frames, NOTED), *differences]}
    write_bytes(local / PROVENANCE, (json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def _told(local: Path, reasons: list[str]) -> Refreshed:
    inputs = read_table("inputs", local)
    aside = inputs[inputs["status"] == "set_aside"]
    named = [f"{path}: set aside: {reason}" for path, reason in zip(aside["path"], aside["reason"], strict=True)]
    notes = json.loads((local / PROVENANCE).read_text(encoding="utf-8"))["notes"]
    count = {name: len(read_table(name, local)) for name in ("documents", "mentions")}
    read = f"{count['documents']} report(s), {count['mentions']} figures: data/extracted/local" if reasons else ""
    return Refreshed(reasons, read, named, [note for note in notes if note not in named])
