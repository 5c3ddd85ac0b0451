"""What can go wrong, said to a researcher: one root exception, one class a stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class FazhiError(Exception):
    """The root of every error this package raises on purpose."""


class Violation(NamedTuple):
    """One place where a file does not keep the contract."""

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    message: str

    def __str__(self) -> str:
        place = self.file + (f", line {self.row}" if self.row is not None else "")
        return f"{place}: {self.message}"


class RowsError(FazhiError):
    """An error made of many: all rows that do not fit, at once."""

    #: How many rows the message names; None: every one.
    shown: int | None = 20

    def __init__(self, headline: str, violations: Iterable[Violation], remedy: str = "") -> None:
        self.headline = headline
        self.violations: Sequence[Violation] = tuple(violations)
        self.remedy = remedy
        super().__init__(headline)

    def __str__(self) -> str:
        lines = [self.headline, *(f"  {violation}" for violation in self.violations[: self.shown])]
        if self.shown is not None and len(self.violations) > self.shown:
            lines.append(f"  ... and {len(self.violations) - self.shown} more")
        if self.remedy:
            lines.append(self.remedy)
        return "\n".join(lines)


class TableError(RowsError):
    """A table does not keep the contract of tables.toml."""


class CorrectionError(RowsError):
    """Corrections are stale, unknown or contradict each other; nothing was written. Every one of them is named."""

    shown = None


class CodebookError(FazhiError):
    """A file of the codebook is missing, malformed or names what does not exist."""


class InputError(FazhiError):
    """A report cannot be read; the message says why and what to do."""


class ParameterError(FazhiError):
    """A parameter of a function or a notebook is not one of what is allowed."""


class StudyError(FazhiError):
    """A study file, a notebook or a run of one is wrong."""
