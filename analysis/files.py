"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from analysis.errors import FazhiError

#: The time that every Office file and each of its parts is given.
EPOCH = (1980, 1, 1, 0, 0, 0)
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside itself and move it into place, so that a reader never sees half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(content)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def without_clock(content: bytes) -> bytes:
    """Return an Office file (.docx, .xlsx) without the time at which it was made: the same parts, the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _CLOCK.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files of a folder beside themselves, then move them into place; a reader never sees half of one.

    Raises
    ------
    FazhiError
        The folder cannot be written; the former files are whole.
    """
    parts = {file: folder / f".{file}.{os.getpid()}.part" for file in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            parts[file].write_bytes(content)
        for file, part in parts.items():
            os.replace(part, folder / file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FazhiError(
            f"Cannot write {next(iter(files))} and its companions into {folder.name}/: {reason}. "
            "The former files are whole. Make room or give the right to write there, then run again."
        ) from error
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()


@contextmanager
def replacing(folder: Path, known: Collection[str]) -> Iterator[Path]:
    """Give an empty folder to fill; what it then holds takes the place of `folder`, whole or not at all.

    Parameters
    ----------
    folder : Path
        The folder to make or to replace.
    known : collection of str
        Names of files that may be lost with the former folder.

    Raises
    ------
    FazhiError
        The former folder holds other files, cannot be written, or the disk is full; it is whole.
    """
    if lost := sorted(path.name for path in folder.glob("*") if path.name not in known):
        raise FazhiError(
            f"{shown(folder)} holds {lost[0]}, which would be lost. Name a new folder. Nothing was written."
        )
    new, old = (folder.with_name(f".{folder.name}.{ending}") for ending in ("new", "old"))
    with writing(folder.parent), _alone(folder):
        _recover(folder)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        try:
            yield new
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        if folder.exists():
            os.replace(folder, old)
        os.replace(new, folder)
        shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put the former folder back where a run was killed between the two moves of `replacing`."""
    if folder.with_name(f".{folder.name}.old").is_dir() and not folder.exists():
        with _alone(folder):
            _recover(folder)


def _recover(folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    if old.is_dir() and not folder.exists():
        os.replace(old, folder)


def _alone(folder: Path) -> FileLock:
    """Return what makes two runs that replace one folder do so one after the other; a killed run holds it no more."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.with_name(f".{folder.name}.lock"))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say of a full disk or a folder without permission what it means for a researcher."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"Cannot write into {shown(folder)}: {reason}. The former files are whole."
        raise FazhiError(f"{message} Make room or give the right to write there, then run again.") from error


def shown(path: Path) -> str:
    """Return a path as a message shows it: relative to the current folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
