"""Texts to their reports: by the hash of the text, whatever the file is called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from analysis import paths
from analysis.errors import InputError
from analysis.extract.inputs import READABLE, READERS, Input, find_wanted, read_input
from analysis.extract.manifest import clean_id


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
    likely = {doc_id for ids in wanted.values() for doc_id in ids}
    places = (paths.raw(), paths.text()) if folders is None else folders
    files = [file for folder in places for file in _files(Path(folder))]
    found: dict[str, str] = {}
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
    files = (file for file in _files(Path(folder)) if file.suffix.lower() in READERS)
    texts = [read_input(Input(file.name, file)).text for file in files]
    if not texts:
        raise InputError(f"{Path(folder).name} holds no text ({', '.join(READERS)}).")
    return texts


def _files(folder: Path) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        below.sort()
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(READABLE))
