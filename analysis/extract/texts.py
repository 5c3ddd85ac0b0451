"""Texts to their reports: by the hash of the text, whatever the file is called."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from analysis import paths
from analysis.errors import InputError
from analysis.extract.inputs import READABLE, Input, find_wanted, read_input
from analysis.extract.manifest import clean_id
from analysis.formats import ENDINGS, find_kept


def find_texts(documents: pd.DataFrame, folders: Iterable[str | os.PathLike[str]] | None = None) -> dict[str, str]:
    """Find the texts of reports among files.

    Parameters
    ----------
    documents : DataFrame
        Table ``documents``; the columns doc_id and sha256 are read.
    folders : iterable of path, optional
        Folders to look through with all below them; by default data/raw/ and data/text/.

    Returns
    -------
    dict of str to str
        The text of every report whose hash a file, a report within a file or a cell of a table has, by doc_id. Files
        that cannot be read, and folders that are not there, are passed over.
    """
    with TextFinder(documents["sha256"], folders) as finder:
        return finder.find(documents)


class TextFinder:
    """Finds the texts of reports among files, of some of a corpus after the other: no file is looked at twice.

    Use it in a ``with`` statement: texts that it comes across before they are wanted wait in a file of its own.

    Parameters
    ----------
    hashes : iterable of str
        Those of the texts of the whole corpus.
    folders : iterable of path, optional
        As for `find_texts`.
    """

    def __init__(self, hashes: Iterable[str], folders: Iterable[str | os.PathLike[str]] | None = None) -> None:
        self._due = Counter(sha for sha in hashes if sha)
        self._folders = [Path(folder) for folder in ((paths.raw(), paths.text()) if folders is None else folders)]
        self._files: dict[str, list[Path]] | None = None
        # A file of its own that goes with the connection keeps texts that were come across before they are wanted.
        self._seen = sqlite3.connect("")
        self._seen.execute("CREATE TABLE texts (sha256 TEXT PRIMARY KEY, text BLOB)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seen.close()

    def find(self, documents: pd.DataFrame) -> dict[str, str]:
        """Return the texts of some of the reports by doc_id, as `find_texts` does."""
        wanted: dict[str, list[str]] = {}
        for doc_id, sha in zip(documents["doc_id"], documents["sha256"], strict=True):
            if sha:
                wanted.setdefault(sha, []).append(doc_id)
        found: dict[str, str] = {}
        for sha in list(wanted):
            if text := self._known(sha):
                found |= dict.fromkeys(self._given(sha, wanted), text)
        for file in self._likely([doc_id for ids in wanted.values() for doc_id in ids]) if wanted else ():
            for view in find_wanted(file, self._due):
                found |= dict.fromkeys(self._given(view.sha256, wanted), view.text)
                if self._due[view.sha256] > 0:
                    row = view.sha256, zlib.compress(view.text.encode("utf-8"), 1)
                    self._seen.execute("INSERT OR REPLACE INTO texts VALUES (?, ?)", row)
            if not wanted:
                break
        return dict(sorted(found.items()))

    def _given(self, sha: str, wanted: dict[str, list[str]]) -> list[str]:
        """Return the reports that want a text, which then want it no more."""
        ids = wanted.pop(sha, [])
        self._due[sha] -= len(ids)
        return ids

    def _known(self, sha: str) -> str:
        """Return a text that is kept under its hash or was come across before, "" where it is neither."""
        for folder in self._folders:
            if view := find_kept(sha, folder):
                return view.text
        row = self._seen.execute("SELECT text FROM texts WHERE sha256 = ?", (sha,)).fetchone()
        return zlib.decompress(row[0]).decode("utf-8") if row else ""

    def _likely(self, doc_ids: Iterable[str]) -> Iterator[Path]:
        """Yield the files that were not looked at, those first that are called as a report is."""
        if self._files is None:
            self._files = {}
            for file in (file for folder in self._folders for file in _files(folder)):
                self._files.setdefault(clean_id(file.stem), []).append(file)
        likely = (name for doc_id in doc_ids for name in (doc_id, doc_id.partition("~")[0]))
        for stem in chain(likely, iter(lambda: next(iter(self._files or ()), None), None)):
            while files := self._files.get(stem):
                yield files.pop(0)
            self._files.pop(stem, None)


def read_texts(folder: str | os.PathLike[str] | None) -> list[str]:
    """Read all texts of a folder with all below it, in the order of their names; none where no folder is given.

    Raises
    ------
    InputError
        A file is no text, or the folder holds none.
    """
    if folder is None:
        return []
    files = (file for file in _files(Path(folder)) if file.suffix.lower() in ENDINGS)
    texts = [read_input(Input(file.name, file)).text for file in files]
    if not texts:
        raise InputError(f"{Path(folder).name} holds no text ({', '.join(ENDINGS)}).")
    return texts


def find_places(sha256: str, folders: Iterable[str | os.PathLike[str]] | None = None) -> tuple[tuple[int, str], ...]:
    """Return where the parts of a text stood in the file it was read from, by offset: its page, paragraph or element.

    Nothing is returned for a text that was a text file, or is not kept in `folders`, by default data/text/.
    """
    for folder in folders or (paths.text(),):
        if view := find_kept(sha256, Path(folder)):
            return view.places
    return ()


def _files(folder: Path) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        below.sort()
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(READABLE))
