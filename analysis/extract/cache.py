"""What was read before: the rows of every report, kept with what they depend on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from analysis import codebook, paths
from analysis.errors import FazhiError, InputError
from analysis.extract.inputs import Input

#: Lines of CSV without header, by table.
Lines = Mapping[str, bytes]

#: The tables extraction makes; `reuse` is a step of its own.
TABLES: Final = ("documents", "sections", "mentions", "statements", "codes", "contents", "inputs")
#: What the rows of a report depend on besides its text: these parts of the library, and the codebook's part text/.
_CODE: Final = (
    "bounds.py",
    "text/*.py",
    "formats/*.py",
    "extract/report.py",
    "extract/batch.py",
    "extract/copies.py",
    "contract.py",
    "parsing.py",
    "tables.py",
    "tables.toml",
)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS rules (digest TEXT PRIMARY KEY, parts TEXT NOT NULL);
DROP TABLE IF EXISTS reports;
CREATE TABLE IF NOT EXISTS texts (
    path TEXT PRIMARY KEY, source TEXT NOT NULL, given TEXT NOT NULL, rules TEXT NOT NULL,
    sha256 TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL, lines BLOB NOT NULL
);
"""


class Kept(NamedTuple):
    """What the cache knows of an input: the hashes of its text and of its body, or why it was set aside."""

    sha256: str
    body: str
    reason: str


@cache
def find_rules() -> dict[str, str]:
    """Return the SHA-256 of every file of the library and the codebook that the reading of a text depends on."""
    files = [path for pattern in _CODE for path in sorted(paths.PACKAGE.glob(pattern))]
    files += [path for path in sorted((codebook.FOLDER / "text").iterdir()) if path.suffix in {".csv", ".toml"}]
    return {path.relative_to(paths.PACKAGE).as_posix(): _digest(path.read_bytes()) for path in files}


class Cache:
    """The rows of the reports of one folder of tables, in a file beside it.

    Parameters
    ----------
    path : Path, optional
        The file; it is made where there is none, and made anew where it is damaged. None keeps all in memory.
    """

    def __init__(self, path: Path | None) -> None:
        parts = json.dumps(find_rules(), sort_keys=True)
        self.rules = _digest(parts.encode())
        self._connection = _open(path)
        with self._writing():
            self._connection.execute("INSERT OR IGNORE INTO rules VALUES (?, ?)", (self.rules, parts))

    def close(self) -> None:
        """Close the file; what was not committed is lost."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all or nothing; say of a full disk what it means for a researcher."""
        try:
            with self._connection:
                yield
        except sqlite3.OperationalError as error:
            raise FazhiError(
                f"Cannot write the .cache file beside the tables, which keeps what was read: {error}. The former "
                "tables are whole. Make room or give the right to write there, then run again."
            ) from None

    def find(self, item: Input, source: str) -> Kept | None:
        """Return what is known of an input whose bytes have the hash `source`, if nothing it rests on has changed."""
        query = "SELECT sha256, body, reason FROM texts WHERE path = ? AND source = ? AND given = ? AND rules = ?"
        row = self._connection.execute(query, (item.path, source, _given(item), self.rules)).fetchone()
        return Kept(*row) if row else None

    def explain(self, item: Input, source: str) -> str:
        """Return why an input is to be read; "" where it is not."""
        query = "SELECT source, given, rules FROM texts WHERE path = ?"
        row = self._connection.execute(query, (item.path,)).fetchone()
        if row is None:
            return "new"
        if row[0] != source:
            return "its text changed"
        if row[1] != _given(item):
            return "manifest.csv says something else of it"
        return "" if row[2] == self.rules else f"the rules changed: {', '.join(self._changed(row[2]))}"

    def _changed(self, former: str) -> list[str]:
        row = self._connection.execute("SELECT parts FROM rules WHERE digest = ?", (former,)).fetchone()
        before, now = json.loads(row[0]), find_rules()
        return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))

    def keep(self, done: Iterable[tuple[Input, Lines]]) -> None:
        """Keep what was found in some inputs, all or nothing."""
        rows = [
            (item.path, item.source_sha256, _given(item), self.rules, item.sha256, item.body, item.reason, _pack(lines))
            for item, lines in done
        ]
        with self._writing():
            self._connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def read(self, chosen: Iterable[str]) -> Iterator[dict[str, bytes]]:
        """Yield the lines of the inputs with these paths, in their order."""
        for path in chosen:
            row = self._connection.execute("SELECT lines FROM texts WHERE path = ?", (path,)).fetchone()
            yield _unpack(row[0])

    def forget(self, present: Iterable[str]) -> None:
        """Drop the inputs that are not among the present ones, and rules by which nothing was read."""
        known = {row[0] for row in self._connection.execute("SELECT path FROM texts")}
        with self._writing():
            gone = sorted(known.difference(present))
            self._connection.executemany("DELETE FROM texts WHERE path = ?", [(path,) for path in gone])
            self._connection.execute("DELETE FROM rules WHERE digest NOT IN (SELECT rules FROM texts)")


def _open(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return _connect(":memory:")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _connect(str(path))
    except sqlite3.OperationalError as error:
        raise InputError(f"{path.name}, which keeps what was read before, cannot be opened ({error}).") from None
    except sqlite3.DatabaseError:
        path.unlink()
        return _connect(str(path))


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=60)
    try:
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, "" where it cannot be read."""
    try:
        with closing(path.open("rb")) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _given(item: Input) -> str:
    return json.dumps({"doc_id": item.doc_id, **item.manifest}, sort_keys=True, ensure_ascii=False)


def _pack(lines: Lines) -> bytes:
    return zlib.compress(json.dumps({name: block.decode() for name, block in lines.items()}).encode(), 1)


def _unpack(content: bytes) -> dict[str, bytes]:
    return {name: block.encode() for name, block in json.loads(zlib.decompress(content)).items()}
