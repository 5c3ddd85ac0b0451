"""Decoded texts that are kept: what offsets refer to where the file itself is no text."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.files import write_bytes
from analysis.text.reading import Text, make_text


def keep_text(view: Text, folder: Path) -> None:
    """Write a decoded text into a folder as ``SHA256.txt``, and where its parts stood as ``SHA256.json``.

    What is a text file already is not kept again. The name is the hash of the text: a later reader that makes another
    text of the same file writes another one, and offsets into the former still find theirs.
    """
    path = folder / f"{view.sha256}.txt"
    if not view.reader or path.exists():
        return
    record = {
        "source_sha256": view.source_sha256, "reader": view.reader, "places": view.places,
        "furniture": view.furniture, "wounds": view.wounds,
    }  # fmt: skip
    write_bytes(path.with_suffix(".json"), json.dumps(record, sort_keys=True, indent=0).encode() + b"\n")
    write_bytes(path, view.text.encode("utf-8"))


def find_kept(sha256: str, folder: Path) -> Text | None:
    """Return a kept text with where its parts stood; None where it is not there or is not what its name says."""
    path = folder / f"{sha256}.txt"
    try:
        text = path.read_text(encoding="utf-8")
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        places = tuple((int(start), str(place)) for start, place in record["places"])
        view = make_text(text, str(record["source_sha256"]), places=places, reader=str(record["reader"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return view if view.sha256 == sha256 else None
