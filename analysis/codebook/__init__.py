"""The codebook: what a domain researcher edits, as CSV and TOML, and its loader.

``text/`` holds what reading needs (units, titles, places, triggers), ``tidy/`` what judging needs (indicators,
categories, breaks, bases). Nothing here needs pandas until a frame is asked for.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import CodebookError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).resolve().parent

Row = dict[str, str]


@cache
def read_rows(name: str) -> tuple[Row, ...]:
    """Read one CSV of the codebook.

    Parameters
    ----------
    name : str
        Path below the codebook without ending, e.g. ``"tidy/indicators"``.

    Returns
    -------
    tuple of dict
        One dict a row, all values str; an empty cell is ``""``. Shared: do not change them.

    Raises
    ------
    CodebookError
        The file is missing, or a row has more or fewer cells than the header.

    Examples
    --------
    >>> read_rows("tidy/indicators")[0].keys() >= {"id", "label_zh", "label_en"}
    True
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        raise CodebookError(f"The codebook has no file {name}.csv. It has: {', '.join(names())}.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise CodebookError(
                    f"codebook/{name}.csv, line {reader.line_num}: {len(cells)} cells where the header has "
                    f"{len(header)}. Quote a cell that holds a comma."
                )
            rows.append(dict(zip(header, cells, strict=True)))
    return tuple(rows)


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Read one TOML file of the codebook, e.g. ``"codebook"`` or ``"text/metadata"``.

    Raises
    ------
    CodebookError
        The file is missing or is not TOML.
    """
    path = FOLDER / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CodebookError(f"The codebook has no file {name}.toml.") from None
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"codebook/{name}.toml: {error}") from None


def read_frame(name: str) -> pd.DataFrame:
    """Read one CSV of the codebook as a frame of strings, one row a row of the file.

    Examples
    --------
    >>> "id" in read_frame("tidy/indicators").columns
    True
    """
    import pandas as pd

    rows = read_rows(name)
    columns = list(rows[0]) if rows else None
    return pd.DataFrame(list(rows), columns=columns, dtype="str")


@cache
def rows_by(name: str, column: str = "id") -> dict[str, Row]:
    """Read one CSV of the codebook as a dict from one of its columns to the row. Shared: do not change it."""
    return {row[column]: row for row in read_rows(name)}


def label(key: str, lang: str = "zh") -> str:
    """Return the label of an indicator or category, or of a ``kind:value`` key of labels.csv, or the key itself.

    Parameters
    ----------
    key : str
        An id of indicators.csv, categories.csv or causes.csv, or e.g. ``"status:masked"``.
    lang : {"zh", "en"}
        Language of the label; Chinese unless English is asked for.

    Returns
    -------
    str
        What has no label is returned as it is.

    Raises
    ------
    ParameterError
        ``lang`` is another language.

    Examples
    --------
    >>> label("legal_aid_cases_accepted", "en")
    'Legal aid cases accepted'
    >>> label("no_such_key")
    'no_such_key'
    """
    if lang not in ("zh", "en"):
        raise ParameterError(f"lang is {lang!r}; it must be zh or en.")
    return _labels(lang).get(key, key)


@cache
def _labels(lang: str) -> dict[str, str]:
    labels = {row["key"]: row[lang] for row in read_rows("labels")}
    for name in ("tidy/indicators", "tidy/categories", "tidy/causes"):
        labels |= {row["id"]: row[f"label_{lang}"] for row in read_rows(name)}
    return labels


def names() -> list[str]:
    """Return the names of all files of the codebook, without ending, sorted."""
    return sorted(
        path.relative_to(FOLDER).with_suffix("").as_posix()
        for ending in ("*.csv", "*.toml")
        for path in FOLDER.rglob(ending)
    )


def version() -> str:
    """Return the version of the codebook, as cited in a paper."""
    return str(read_toml("codebook")["version"])


def digest(part: str = "") -> str:
    """Return the SHA-256 of the codebook's files, or of those below one part (``"text"`` or ``"tidy"``)."""
    sha = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in {".csv", ".toml"} and path.relative_to(FOLDER).as_posix().startswith(part):
            sha.update(path.relative_to(FOLDER).as_posix().encode())
            sha.update(path.read_bytes())
    return sha.hexdigest()
