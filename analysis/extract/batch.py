"""A folder of reports to a folder of tables: only what changed is read, and memory does not grow with the reports."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pandas as pd

from analysis import paths
from analysis.contract import spec
from analysis.errors import InputError
from analysis.extract.cache import TABLES, Cache, Lines, digest_file
from analysis.extract.copies import digest_body, without_copies
from analysis.extract.inputs import Input, find_inputs, find_rows, read_input, split_input
from analysis.extract.report import read_view
from analysis.extract.workers import DEATHS, Cluster, Team, share, start_processes
from analysis.files import replacing
from analysis.formats import keep_text
from analysis.parsing import parse_table
from analysis.progress import watch
from analysis.tables import FILES, fit_table, format_rows, format_table
from analysis.text.reading import Text

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

#: Reports that are checked and kept together: what a killed run may lose. A check costs as much as ten reports.
_BATCH: Final = 250
_FACTS: Final = tuple(name for name in TABLES if name != "inputs")


def cache_beside(folder: str | os.PathLike[str]) -> Path:
    """Return the file beside a folder of tables that keeps what was read for it."""
    return Path(folder).with_name(f".{Path(folder).name}.cache")


def texts_beside(folder: str | os.PathLike[str]) -> Path:
    """Return the folder of the decoded texts of a folder of tables: data/text/, elsewhere ``NAME.text`` beside it."""
    beside = Path(folder).with_name(f"{Path(folder).name}.text")
    return paths.text() if Path(folder).resolve().parent == paths.extracted() else beside


class Extraction:
    """Reports on their way to tables. Use it in a ``with`` statement: it holds the cache open.

    Parameters
    ----------
    paths : path or iterable of paths, or DataFrame
        Files, or folders that are read with all below them; or a table with one report a row.
    cache : Path, optional
        File that keeps what was read before; None keeps it in memory, for this run only.
    text_column, id_column : str
        The columns of tables; see `analysis.extract.columns.find_reports`.
    texts : Path, optional
        Folder that keeps the decoded texts of what is no text file; None keeps none.

    Attributes
    ----------
    inputs : list of Input
        Every file found, by path; after `read` with what became of it.
    reasons : dict of str to str
        Why each input that has to be read has to be, by path.

    Raises
    ------
    InputError
        A path does not exist, no file could be a report, or manifest.csv is wrong.
    """

    def __init__(
        self,
        paths: Paths | pd.DataFrame,
        cache: Path | None = None,
        text_column: str = "",
        id_column: str = "",
        texts: Path | None = None,
    ) -> None:
        self._texts = texts.absolute() if texts else None
        if isinstance(paths, pd.DataFrame):
            found = find_rows(paths, text_column, id_column)
        else:
            chosen = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
            found = find_inputs([Path(path) for path in chosen], text_column, id_column)
        self._cache = Cache(cache)
        self.reasons: dict[str, str] = {}
        self.inputs: list[Input] = []
        for item in found:
            if item.status != "read":
                self.inputs.append(item)
                continue
            source = item.source_sha256 or digest_file(item.file)
            known = self._known(item, source) or self._known_parts(item, source)
            if not known:
                self.reasons[item.path] = self._cache.explain(item, source) or "it could not be read"
            self.inputs += known or [item]

    def _known(self, item: Input, source: str) -> list[Input]:
        """Return an input as the cache knows it, nothing where it has to be read."""
        known = self._cache.find(item, source) if source else None
        if known is None:
            return []
        status = "set_aside" if known.reason else "read"
        return [replace(item, status=status, source_sha256=source, text=None, **known._asdict())]

    def _known_parts(self, item: Input, source: str) -> list[Input]:
        """Return the reports within a file if the cache knows all of them."""
        first = replace(item, path=f"{item.path}#1", doc_id=f"{item.doc_id}~1")
        if item.text is not None or not source or self._cache.find(first, source) is None:
            return []
        known = [self._known(part, source) for part, _ in split_input(item, read_input(item))]
        return [part for (part,) in known] if all(known) else []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cache.close()

    def read(self, workers: int = 1, client: Any = None) -> None:
        """Read what has to be read; what is done stays done if the run is killed.

        Parameters
        ----------
        workers : int
            Processes to share the work among. The result does not depend on it.
        client : distributed.Client, optional
            Of a Dask cluster whose workers share the work, in place of processes of this machine.

        Raises
        ------
        InputError
            Two texts would have one id; or the cluster has no worker, or one that cannot be used (see
            `analysis.extract.workers.Cluster`).
        """
        waiting = [replace(item, file=item.file.absolute()) for item in self.inputs if item.path in self.reasons]
        done: dict[str, list[Input]] = {}
        with ExitStack() as stack:
            results: Iterator[tuple[Input, list[tuple[Input, Lines]] | None]] = (
                (item, _read_input(item, self._texts)) for item in waiting
            )
            if team := _team(waiting, workers, client):
                stack.callback(team.end)
                read = partial(_read_input, texts=self._texts)
                results = share(read, waiting, team, max(1, min(50, len(waiting) // (4 * team.size))))
            watched = iter(watch(results, len(waiting), "reports"))
            while batch := list(islice(watched, _BATCH)):
                files = [(item, found or _ended(item)) for item, found in batch]
                reports = [report for _, found in files for report in found]
                _check({item.doc_id: lines for item, lines in reports if lines})
                self._cache.keep(reports)
                done |= {file.path: [item for item, _ in found] for file, found in files}
        settled = [part for item in self.inputs for part in done.get(item.path, [item])]
        self.inputs = without_copies(settled, self._document)

    def _document(self, item: Input) -> dict[str, str]:
        """Return the row of `documents` of an input that was read."""
        (lines,) = self._cache.read([item.path])
        return next(csv.DictReader(io.StringIO(lines["documents"].decode(), newline=""), spec("documents").names))

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """Leave documents out of what is written, with the reason; their inputs become ``unchanged``."""
        self.inputs = [
            replace(item, status="unchanged", reason=reasons[item.doc_id])
            if item.status == "read" and item.doc_id in reasons
            else item
            for item in self.inputs
        ]

    def tables(self, chosen: Iterable[str] | None = None) -> dict[str, pd.DataFrame]:
        """Return the extracted tables of the documents chosen, of all that were read by default."""
        return parse_lines(self.lines(chosen)) | {"inputs": self._inputs()}

    def lines(self, chosen: Iterable[str] | None = None) -> list[Lines]:
        """Return what was found in the documents chosen, in all that were read by default, for `parse_lines`."""
        files = {item.doc_id: item.path for item in self.inputs if item.status == "read"}
        return list(self._cache.read(files.values() if chosen is None else [files[doc_id] for doc_id in chosen]))

    def table(self, name: str) -> pd.DataFrame:
        """Return one table of all documents that were read: small ones of a corpus that is larger than memory."""
        if name == "inputs":
            return self._inputs()
        files = {item.doc_id: item.path for item in self.inputs if item.status == "read"}
        return fit_table(_parse(name, (found[name] for found in self._cache.read(files.values()))), name)

    def write(self, folder: str | os.PathLike[str]) -> None:
        """Write the tables, whole or not at all; see `analysis.files.replacing` for what it raises."""
        files = {item.doc_id: item.path for item in self.inputs if item.status == "read"}
        by_document = [name for name in _FACTS if spec(name).key[0] == "doc_id"]
        by_fact = [name for name in _FACTS if name not in by_document]
        with replacing(Path(folder), FILES) as new:
            (new / "inputs.csv").write_bytes(format_table(self._inputs(), "inputs"))
            # The id of a fact goes on with @ where that of a document ends, so that their orders may differ.
            _append(new, by_document, self._cache.read(files[doc_id] for doc_id in sorted(files)))
            _append(new, by_fact, self._cache.read(files[doc_id] for doc_id in sorted(files, key="{}@".format)))
        self._cache.forget(item.path for item in self.inputs)

    def _inputs(self) -> pd.DataFrame:
        return fit_table([item.row for item in self.inputs], "inputs")


def parse_lines(lines: Sequence[Lines]) -> dict[str, pd.DataFrame]:
    """Return the extracted tables of some documents, without `inputs`, from what `Extraction.lines` gives of them."""
    return {name: fit_table(_parse(name, (found[name] for found in lines)), name) for name in _FACTS}


def _team(waiting: Sequence[Input], workers: int, client: Any) -> Team | None:
    """Return who shares the work; None where it is this process alone."""
    if client is not None and waiting:
        files = [item.file for item in waiting if item.text is None]
        return Cluster(client, files[:1] + files[-1:])
    return start_processes(workers) if len(waiting) > 1 else None


def _read_input(item: Input, texts: Path | None) -> list[tuple[Input, Lines]]:
    """Read the reports of one input; a bad one comes back set aside with the reason and no lines."""
    try:
        view = read_input(item)
        parts = split_input(item, view)
    except InputError as error:
        return [(replace(item, status="set_aside", reason=str(error), source_sha256=digest_file(item.file)), {})]
    except Exception as error:
        return [(replace(item, status="set_aside", reason=_fault(error), source_sha256=digest_file(item.file)), {})]
    return [_read_text(part, own, texts) for part, own in parts]


def _ended(item: Input) -> list[tuple[Input, Lines]]:
    """Return an input over which the processes that read it ended."""
    reason = (
        f"ended the process that reads it, {DEATHS} times over: damaged, made to harm, or too large for the memory "
        "there is. Look at it, and try it alone."
    )
    return [(replace(item, status="set_aside", reason=reason, source_sha256=digest_file(item.file), text=None), {})]


def _fault(error: Exception) -> str:
    """Return why an input is set aside that this program broke on."""
    return (
        f"a fault of the program ({type(error).__name__}: {error}), not of your data. Please report it; the other "
        "reports are read."
    )


def _read_text(item: Input, view: Text, texts: Path | None) -> tuple[Input, Lines]:
    try:
        report = read_view(view, item.doc_id, item.manifest, item.path)
    except Exception as error:
        reason = str(error) if isinstance(error, InputError) else _fault(error)
        return replace(item, status="set_aside", reason=reason, source_sha256=view.source_sha256, text=None), {}
    if texts is not None:
        keep_text(view, texts)
    lines = {name: format_rows(_sorted(found, name), name) for name, found in report.rows.items()}
    body = digest_body(view)
    return replace(item, source_sha256=view.source_sha256, sha256=view.sha256, body=body, text=None), lines


def _sorted(rows: Sequence[Mapping[str, object]], name: str) -> list[Mapping[str, object]]:
    key = spec(name).key
    return sorted(rows, key=lambda row: tuple(row[column] for column in key))


def _parse(name: str, blocks: Iterable[bytes]) -> pd.DataFrame:
    """Read lines as a table, checked against the contract."""
    return parse_table(",".join(spec(name).names).encode() + b"\n" + b"".join(blocks), name)


def _check(found: Mapping[str, Lines]) -> None:
    for name in _FACTS:
        _parse(name, (lines[name] for lines in found.values()))


def _append(folder: Path, names: Sequence[str], found: Iterable[Lines]) -> None:
    """Write some tables side by side, one document after the other."""
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / f"{name}.csv").open("wb")) for name in names}
        for name, file in files.items():
            file.write(",".join(spec(name).names).encode() + b"\n")
        for lines in found:
            for name, file in files.items():
                file.write(lines[name])
