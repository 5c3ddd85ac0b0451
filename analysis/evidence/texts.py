"""Texts to their reports: by the hash of the text, whatever the file is called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

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
    wanted: dict[str, list[str]] = {}
    for doc_id, sha in zip(documents["doc_id"], documents["sha256"], strict=True):
        if sha:
            wanted.setdefault(sha, []).append(doc_id)
    chosen = [Path(folder) for folder in ((paths.raw(), paths.text()) if folders is None else folders)]
    found: dict[str, str] = {}
    for sha, folder in product(list(wanted), chosen):
        if sha in wanted and (view := find_kept(sha, folder)):
            found |= dict.fromkeys(wanted.pop(sha), view.text)
    likely = {doc_id for ids in wanted.values() for doc_id in ids}
    files = [file for folder in chosen for file in _files(folder)] if wanted else []
    for file in sorted(files, key=lambda file: clean_id(file.stem) not in likely):
        for view in find_wanted(file, wanted):
            found |= dict.fromkeys(wanted.pop(view.sha256, ()), view.text)
        if not wanted:
            break
    return dict(sorted(found.items()))


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
