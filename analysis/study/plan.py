"""A study file as objects: which data, which runs of which notebooks with which parameters."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis import codebook, paths
from analysis.errors import StudyError
from analysis.stats.frame import Frame

DATA_FIELDS = {
    "label_zh",
    "label_en",
    "extracted",
    "tidy",
    "corrections",
    "codes",
    "covariates",
    "gold",
    "texts",
    "convention",
    "invented",
    "licence",
    "frame",
}
REQUIRED = ("label_zh", "label_en", "extracted", "tidy", "corrections")

#: Where the texts of a data set lie that names no folder.
TEXTS = ("data/raw", "data/text")
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
RESERVED = {"export", "paper", "readme", "runs"}


@dataclass(frozen=True)
class DataSet:
    """One set of data of a study: where its facts lie and which population they stand for."""

    id: str
    label_zh: str
    label_en: str
    extracted: tuple[Path, ...]
    tidy: Path
    corrections: Path
    codes: Path | None
    covariates: Path | None
    gold: Path | None
    texts: tuple[Path, ...]
    convention: str
    invented: bool
    licence: str
    frame: Frame
    frame_file: Path | None = None

    @property
    def audited(self) -> Path:
        """The file of the audit of this data set, if there was one (table ``audit_sample``)."""
        return paths.root() / "data" / "audit" / f"{self.id}.csv"

    @property
    def coded(self) -> Path:
        """The file that says which reports people code, if any were drawn (table ``coding_sample``)."""
        return paths.root() / "data" / "coding" / f"{self.id}.csv"


@dataclass(frozen=True)
class Run:
    """One run of a notebook: a folder of figures."""

    id: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """A figure or table of a run that goes into a paper, and what it is called there; a sentence has no number."""

    run: str
    name: str
    zh: str
    en: str
    appendix: bool = False
    sentence: bool = False


@dataclass(frozen=True)
class Plan:
    """A study: its data sets, its runs, and the papers made of them."""

    data: Mapping[str, DataSet]
    runs: tuple[Run, ...]
    papers: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)


def read_plan(path: Path | None = None) -> Plan:
    """Read a study file.

    Raises
    ------
    StudyError
        The file is missing, is not TOML, or names what is not known.
    """
    path = path or paths.study()
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(f"There is no study file {path.name}. `fazhi start DIR` writes one.") from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path.name} is not TOML: {error}.") from None
    data = {name: _data_set(name, table, path.name) for name, table in declared.get("data", {}).items()}
    runs = tuple(run for table in declared.get("run", []) for run in _runs(table, path.name))
    ids = [run.id for run in runs]
    if doubled := sorted({name for name in ids if ids.count(name) > 1}):
        raise StudyError(f"{path.name}: two runs are called {', '.join(doubled)}; give each its own id.")
    papers = {
        name: tuple(_item(item, runs, name, path.name) for item in items)
        for name, items in declared.get("paper", {}).items()
    }
    if not data:
        raise StudyError(f"{path.name} declares no data; it needs a table like [data.real].")
    return Plan(data, runs, papers)


def _data_set(name: str, table: Mapping[str, Any], source: str) -> DataSet:
    if unknown := sorted(set(table) - DATA_FIELDS):
        raise StudyError(
            f"{source}, [data.{name}]: {', '.join(unknown)} is not known; allowed: {', '.join(sorted(DATA_FIELDS))}."
        )
    root = paths.root()
    declared = dict(table.get("frame", {}))
    file = declared.pop("file", "")
    if file and (declared.get("sampling", "convenience") != "convenience" or "size" in declared):
        raise StudyError(
            f"{source}, [data.{name}.frame]: with a file the population is all it lists. Leave out sampling and size, "
            "or leave out file."
        )
    if missing := [key for key in REQUIRED if key not in table]:
        raise StudyError(f"{source}, [data.{name}] lacks {', '.join(missing)}. `fazhi start DIR` writes a study file.")
    try:
        return DataSet(
            name,
            table["label_zh"],
            table["label_en"],
            tuple(root / folder for folder in table["extracted"]),
            root / table["tidy"],
            root / table["corrections"],
            root / table["codes"] if "codes" in table else None,
            root / table["covariates"] if "covariates" in table else None,
            root / table["gold"] if "gold" in table else None,
            tuple(root / folder for folder in table.get("texts", () if table.get("invented") else TEXTS)),
            table.get("convention", "last_digit"),
            table.get("invented", False),
            table.get("licence", ""),
            Frame(**declared),
            root / file if file else None,
        )
    except TypeError as error:
        raise StudyError(f"{source}, [data.{name}.frame]: {error}.") from None


def _runs(table: Mapping[str, Any], source: str) -> list[Run]:
    """Return the runs of a [[run]]: one, or with `each` one for each value of a parameter, called ID_VALUE."""
    if set(table) - {"id", "notebook", "parameters", "each"} or "id" not in table:
        raise StudyError(f"{source}: a [[run]] has id, notebook, parameters and each; this one has {', '.join(table)}.")
    name, parameters, each = table["id"], table.get("parameters", {}), table.get("each")
    notebook = table.get("notebook", name)
    if each is None:
        return [Run(_run_id(name, source), notebook, parameters)]
    values = next(iter(each.values()), None) if isinstance(each, dict) and len(each) == 1 else None
    if not isinstance(values, list) or not values:
        raise StudyError(
            f'{source}, run {name}: each names one parameter and its values, like {{ unit = ["a", "b"] }}.'
        )
    (parameter,) = each
    return [Run(_run_id(f"{name}_{value}", source), notebook, {**parameters, parameter: value}) for value in values]


def _run_id(name: str, source: str) -> str:
    if not RUN_ID.fullmatch(name) or name in RESERVED:
        raise StudyError(
            f"{source}: run id {name!r} must be a plain name (letters, digits, _, -), not "
            f"{', '.join(sorted(RESERVED))}."
        )
    return name


def _item(table: Mapping[str, Any], runs: Iterable[Run], paper: str, source: str) -> Item:
    where = f"{source}, [[paper.{paper}]]"
    if not RUN_ID.fullmatch(paper):
        raise StudyError(f"{where}: {paper!r} must be a plain name (letters, digits, _ and -).")
    try:
        item = Item(**table)
    except TypeError:
        raise StudyError(
            f"{where}: an item has run, name, zh, en and, if it stands in the appendix, appendix = true, if only its "
            f"caption is printed, sentence = true; this one has "
            f"{', '.join(table)}."
        ) from None
    if item.run not in {run.id for run in runs}:
        raise StudyError(f"{where}: there is no run {item.run!r}; runs are {', '.join(run.id for run in runs)}.")
    return item


def digest_files(files: Iterable[Path]) -> str:
    """Return one SHA-256 of the names and bytes of some files."""
    sha = hashlib.sha256()
    for path in files:
        sha.update(path.name.encode())
        sha.update(path.read_bytes() if path.is_file() else b"")
    return sha.hexdigest()


@cache
def digest_library() -> str:
    """Return the SHA-256 of the library's code, declarations and templates, without the codebook."""
    files = [
        path
        for path in sorted(paths.PACKAGE.rglob("*"))
        if path.suffix in {".py", ".toml", ".j2", ".js", ".css"} and codebook.FOLDER not in path.parents
    ]
    return digest_files([*files, *sorted(codebook.FOLDER.glob("*.py"))])


def digest_lock() -> str:
    """Return the SHA-256 of the lock of versions, empty where the library is installed without it."""
    lock = paths.PACKAGE.parent / "requirements.lock"
    return digest_files([lock]) if lock.exists() else ""
