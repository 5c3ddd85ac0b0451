"""The files below a path: which may be reports, which are none and why; no link leads out of the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.errors import InputError
from analysis.formats import looks_readable
from analysis.text.reading import tame

_HEAD = 4096


class Found(NamedTuple):
    """A file below a folder: its path there as it can be written down, and why it is not read, "" where it is."""

    path: str
    file: Path
    status: str
    reason: str


def find_files(path: Path, endings: Sequence[str], kept_apart: str) -> Iterator[Found]:
    """Yield the files a path stands for; a folder's in order.

    Parameters
    ----------
    path : Path
        A file, or a folder that is read with all below it. What is no plain file, and a link out of the folder, is set
        aside; a link to a folder is not followed.
    endings : sequence of str
        Endings of files that are read. A file with another is read if it begins as a web page, a PDF or a Word file.
    kept_apart : str
        Name of the file that describes the others.

    Raises
    ------
    InputError
        There is nothing at the path, or a folder may not be read.
    """
    if path.is_dir():
        root = path.resolve()
        for file in _walk(path):
            status, reason = _judge(file, root, endings, kept_apart)
            yield Found(shown(file.relative_to(path).as_posix()), file, status, reason)
    elif path.exists():
        status, reason = _judge(file := path, path.resolve().parent, endings, kept_apart)
        yield Found(shown(file.name), file, "set_aside" if status == "ignored" else status, reason)
    else:
        raise InputError(f"{path} does not exist. Give a file, or a folder of reports.")


def shown(name: str) -> str:
    r"""Return the name of a file as text: bytes that are no characters, and controls, by their numbers.

    Examples
    --------
    >>> shown("报告 1.txt"), shown("a\udcff\n.txt")
    ('报告 1.txt', 'a\\udcff\\x0a.txt')
    """
    plain = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return tame(
        "".join(
            character
            if character.isprintable() or character in " \u3000"
            else character.encode("unicode_escape").decode()
            for character in plain.replace("\n", "\\x0a").replace("\r", "\\x0d")
        )
    )


def _walk(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))
    except PermissionError:
        raise InputError(f"The folder {folder} may not be read by this user. Change its permissions.") from None
    for name in names:
        child = folder / name
        if child.is_symlink() or not child.is_dir():
            yield child
        elif not name.startswith("."):
            yield from _walk(child)


def _judge(file: Path, root: Path, endings: Sequence[str], kept_apart: str) -> tuple[str, str]:
    """Return what becomes of a file, read, ignored or set aside, and why."""
    if file.name.startswith((".", "~$")):  # the second is what Office keeps beside an open file
        return "ignored", "hidden file"
    if file.name.lower().startswith("readme") or file.name == kept_apart:
        return "ignored", "describes the reports"
    try:
        target = file.resolve(strict=True)
        kind = stat.S_IFMT(target.stat().st_mode)
    except (OSError, RuntimeError):
        return "set_aside", "a link to nothing. Put the report itself here."
    if root not in (target, *target.parents):
        return "set_aside", "a link out of the folder is not followed. Put the report itself here."
    if kind == stat.S_IFDIR:
        return "ignored", "a link to a folder that is read anyway"
    if kind != stat.S_IFREG:
        return "set_aside", "no plain file. Put the report itself here."
    if file.suffix.lower() in endings or _begins_as_report(target):
        return "read", ""
    return "ignored", f"not read: reports and tables of them end in {', '.join(endings)}"


def _begins_as_report(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return looks_readable(stream.read(_HEAD))
    except OSError:
        return False
