"""The parameters of a notebook: what its tagged cell declares, and whether given values fit."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import nbformat

from analysis.errors import ParameterError, StudyError

TAG = "parameters"


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    StudyError
        It is missing or is no notebook.
    """
    if not path.is_file():
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.ipynb"))) or "none"
        raise StudyError(f"There is no notebook {path.name}. The notebooks are: {known}.")
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise StudyError(f"{path.name} is not a notebook: {error}. Restore it from git.") from error


def read_defaults(path: Path) -> dict[str, Any]:
    """Return the parameters of a notebook with their defaults, in order.

    Raises
    ------
    StudyError
        There is no cell tagged ``parameters``, or it holds anything but assignments of literals.
    """
    cells = [cell for cell in read_notebook(path).cells if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise StudyError(f"{path.name} has {len(cells)} cells tagged {TAG!r}; it needs exactly one.")
    defaults: dict[str, Any] = {}
    for statement in ast.parse(cells[0].source).body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            raise StudyError(f"{path.name}: the parameters cell may hold only lines like `name = value`.")
        name = statement.targets[0].id
        try:
            defaults[name] = ast.literal_eval(statement.value)
        except ValueError:
            raise StudyError(
                f"{path.name}: parameter {name} must be a literal (text, number, list), not code."
            ) from None
    return defaults


def check_parameters(given: Mapping[str, Any], defaults: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the given parameters if every one is known and of its default's type.

    Parameters
    ----------
    given, defaults : mapping
        Values by name.
    where : str
        How to call the place in a message, e.g. ``"run 02_comparison (notebook 02_comparison.ipynb)"``.

    Raises
    ------
    ParameterError
        A name is unknown or a value is of another type; all are listed.
    """
    wrong = []
    for name, value in given.items():
        if name not in defaults:
            close = get_close_matches(name, defaults, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            wrong.append(f"there is no parameter {name!r}.{hint} The parameters are: {', '.join(defaults)}.")
        elif message := _mismatch(value, defaults[name]):
            wrong.append(f"parameter {name!r} is {value!r}; it must be {message}.")
    if wrong:
        raise ParameterError(f"{where}: " + "\n  ".join(wrong) + "\nNothing was run.")
    return dict(given)


def _mismatch(value: Any, default: Any) -> str:
    if isinstance(default, bool) or isinstance(value, bool):
        return "" if isinstance(value, bool) and isinstance(default, bool) else f"{_kind(default)}, like {default!r}"
    if isinstance(default, list):
        items = {type(item) for item in default}
        fits = isinstance(value, list) and (not items or all(type(item) in items for item in value))
        return "" if fits else f"a list like {default!r}"
    fits = isinstance(value, (int, float) if isinstance(default, float) else type(default))
    return "" if fits else f"{_kind(default)}, like {default!r}"


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    return names.get(type(value), f"a {type(value).__name__}")
