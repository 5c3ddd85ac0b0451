"""The mapping file: which column of a table from elsewhere is what, in TOML.

::

    extractor = "student A"            # required: who found the facts; stands in mentions.extractor
    format = "table"                   # or "langextract"
    worksheet = "figures"              # of a workbook with several
    header = 2                         # the row with the names of the columns (1)
    doc_id = { column = "report" }     # required
    number = { column = "no" }         # a lasting number of each row within its report; else they are counted

    [mentions]                         # what becomes of a row: a figure, and under [statements], [codes] what it names
    where = { class = ["figure"] }     # only rows with one of these values in this column
    surface = { column = "as printed" }
    value = { column = "amount", multiply = 10000 }
    form = { column = "kind", recode = { "存量" = "stock" }, default = "flow" }
    period = { column = "year", format = "year:{}" }
    status = "reported"                # a constant

    [documents]                        # what the rows say of their report
    county = { column = "county" }
    coverage = "opening"
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from analysis.contract import spec
from analysis.errors import InputError, TableError, Violation
from analysis.extract.manifest import givable
from analysis.text.reading import read_bytes

FORMATS: Final = ("table", "langextract")
#: Beside the columns of the tables: words in which a surface stands; the words of a statement.
EXTRA: Final[Mapping[str, tuple[str, ...]]] = {"mentions": ("context",), "statements": ("text",), "codes": (),
                                               "documents": ("sha256",)}  # fmt: skip
#: Columns that are made, not mapped.
MADE: Final[Mapping[str, tuple[str, ...]]] = {
    "mentions": ("mention_id", "doc_id", "extractor"),
    "statements": ("statement_id", "doc_id", "parent_id"),
    "codes": ("statement_id",),
    "documents": ("doc_id",),
}
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "mentions": ("surface", "status"),
    "statements": ("text", "role"),
    "codes": ("category", "coder", "coder_type"),
    "documents": (),
}
#: Columns that a mapping names by themselves, beside the tables.
OWN: Final = ("doc_id", "number")
TOP: Final = ("extractor", "format", "worksheet", "header", *OWN)
#: The longest mapping file.
LONGEST: Final = 2**20
_KEYS: Final = ("column", "recode", "default", "multiply", "format")


@dataclass(frozen=True)
class Source:
    """Where a column comes from: a column of the table or a constant, and how its values are rewritten."""

    column: str = ""
    constant: str = ""
    recode: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    multiply: Decimal | None = None
    format: str = "{}"

    def of(self, cell: str) -> str:
        """Return what a cell becomes; an empty one stays empty unless it is recoded, of a list each part is recoded."""
        if not self.column:
            return self.constant
        if "|" in cell and self.recode and cell not in self.recode:
            return "|".join(map(self.of, cell.split("|")))
        if cell in self.recode:
            return self.recode[cell]
        if self.default is not None:
            return self.default
        return self.format.replace("{}", cell) if cell else ""


@dataclass(frozen=True)
class Mapped:
    """A table of the contract: the source of each column, and which rows it is made of."""

    sources: Mapping[str, Source]
    where: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class TableMapping:
    """A mapping file as it was read; see this module."""

    name: str
    extractor: str
    format: str
    worksheet: str
    header: int
    own: Mapping[str, Source]
    tables: Mapping[str, Mapped]

    @property
    def columns(self) -> list[str]:
        """The columns of the table that are used, in the order of the file."""
        sources = [*self.own.values(), *(one for mapped in self.tables.values() for one in mapped.sources.values())]
        used = [source.column for source in sources if source.column]
        return list(dict.fromkeys([*used, *(column for mapped in self.tables.values() for column in mapped.where)]))


def read_mapping(mapping: str | os.PathLike[str] | Mapping[str, Any]) -> TableMapping:
    """Read a mapping from a TOML file, or from a mapping of the same shape.

    Raises
    ------
    InputError
        The file is missing or no TOML.
    TableError
        A key is unknown or missing, or has a value of another kind; all are listed.
    """
    name, given = ("the mapping", mapping) if isinstance(mapping, Mapping) else _load(Path(mapping))
    faults = [*_faults(given)]
    if faults:
        wrong = [Violation(name, None, key, "", "mapping", f"{key}: {message}") for key, message in faults]
        raise TableError(f"{name} is wrong in {len(wrong)} place(s).", wrong, "Nothing was read. Correct the mapping.")
    return TableMapping(
        name,
        given["extractor"].strip(),
        given.get("format", FORMATS[0]),
        given.get("worksheet", ""),
        given.get("header", 1),
        {key: _source(given[key]) for key in OWN if key in given},
        {key: _mapped(given[key]) for key in EXTRA if key in given},
    )


def _load(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        return path.name, tomllib.loads(read_bytes(path, LONGEST).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path.name} is no TOML ({error}). data/README.md describes a mapping.") from None


def _faults(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a mapping, by key."""
    for key in given:
        if key not in (*TOP, *EXTRA):
            yield key, f"is none of {', '.join((*TOP, *(f'[{table}]' for table in EXTRA)))}"
    if not isinstance(given.get("extractor"), str) or not given["extractor"].strip():
        yield "extractor", 'must say who found the facts, e.g. extractor = "student A"'
    if given.get("format", FORMATS[0]) not in FORMATS:
        yield "format", f"must be one of {', '.join(FORMATS)}"
    if not isinstance(given.get("worksheet", ""), str):
        yield "worksheet", "must be the name of a worksheet"
    if type(header := given.get("header", 1)) is not int or not 1 <= header <= 1000:
        yield "header", "must be the number of the row with the names of the columns"
    if "doc_id" not in given:
        yield "doc_id", 'must say which column names the report: doc_id = { column = "..." }'
    if not {"mentions", "statements"} & set(given):
        yield "[mentions]", "is missing; a mapping says what becomes of a row: [mentions], [statements] or both"
    if "codes" in given and "statements" not in given:
        yield "[codes]", "belongs to [statements], which says what is coded"
    for key in (key for key in OWN if key in given):
        yield from _source_faults(key, given[key])
    for table in (table for table in EXTRA if table in given):
        yield from _table_faults(table, given[table])


def allowed(table: str) -> list[str]:
    """Return the columns of a table that a mapping can give."""
    names = givable() if table == "documents" else spec(table).names
    return [name for name in (*names, *EXTRA[table]) if name not in MADE[table]]


def _table_faults(table: str, given: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(given, Mapping):
        yield f"[{table}]", "must be a table"
        return
    for name in REQUIRED[table]:
        if name not in given:
            yield f"{table}.{name}", "is missing; give a column or a constant"
    for name, value in given.items():
        if name == "where":
            texts = [text for texts in value.values() for text in _listed(texts)] if isinstance(value, Mapping) else [1]
            if not texts or not all(isinstance(text, str) for text in texts):
                yield f"{table}.where", 'must be columns with the values a row may have: where = { class = ["figure"] }'
        elif name not in allowed(table):
            yield f"{table}.{name}", f"is no column that can be given; there are {', '.join(allowed(table))}"
        else:
            yield from _source_faults(f"{table}.{name}", value)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _source_faults(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        if not isinstance(value, str | int | float):
            yield key, 'must be a constant or { column = "..." }'
        return
    if unknown := [name for name in value if name not in _KEYS]:
        yield key, f"has {', '.join(unknown)}; there are {', '.join(_KEYS)}"
    if not isinstance(value.get("column"), str) or not value["column"]:
        yield key, 'names no column: { column = "..." }'
    if not isinstance(recode := value.get("recode", {}), Mapping) or not all(
        isinstance(text, str | int | float) for text in recode.values()
    ):
        yield key, 'recode must be a table of values: recode = { "存量" = "stock" }'
    multiply = value.get("multiply", 1)
    if isinstance(multiply, bool) or not isinstance(multiply, int | float) or not 0 < multiply < 10**12:
        yield key, "multiply must be a number above 0"
    if "multiply" in value and key not in {f"mentions.{name}" for name in ("value", "low", "high")}:
        yield key, "multiply is for value, low and high"
    if not isinstance(form := value.get("format", "{}"), str) or "{}" not in form or re.search(r"\{[^}]", form):
        yield key, 'format must be a text with {} where the value goes: format = "year:{}"'
    if not isinstance(value.get("default", ""), str | int | float):
        yield key, "default must be a constant"


def _mapped(given: Mapping[str, Any]) -> Mapped:
    sources = {name: _source(value) for name, value in given.items() if name != "where"}
    where = {column: frozenset(_listed(texts)) for column, texts in given.get("where", {}).items()}
    return Mapped(sources, where)


def _source(value: Any) -> Source:
    if not isinstance(value, Mapping):
        return Source(constant=_constant(value))
    return Source(
        value["column"],
        recode={key: _constant(text) for key, text in value.get("recode", {}).items()},
        default=_constant(value["default"]) if "default" in value else None,
        multiply=Decimal(str(value["multiply"])) if "multiply" in value else None,
        format=value.get("format", "{}"),
    )


def _constant(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
