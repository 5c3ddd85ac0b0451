"""Where data lies: everything hangs below one root, a folder with a study.toml."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """Return the folder that holds data/, figures/ and study.toml.

    FAZHI_ROOT if set; else the working folder, or the nearest one above it, that has a study.toml; else the project.
    """
    if chosen := os.environ.get("FAZHI_ROOT"):
        return Path(chosen).resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "study.toml").is_file()), PACKAGE.parent)


def raw() -> Path:
    """Return the folder of the user's own reports; never in git."""
    return root() / "data" / "raw"


def text() -> Path:
    """Return the folder of decoded texts."""
    return root() / "data" / "text"


def extracted() -> Path:
    """Return the folder of sets of extracted tables, one subfolder a set."""
    return root() / "data" / "extracted"


def tidy() -> Path:
    """Return the folder of tidy tables."""
    return root() / "data" / "tidy"


def codes() -> Path:
    """Return the folder of codings made by people."""
    return root() / "data" / "codes"


def corrections() -> Path:
    """Return the file in which people correct facts."""
    return root() / "data" / "corrections.csv"


def frame() -> Path:
    """Return the file that lists which reports should exist."""
    return root() / "data" / "frame.csv"


def figures() -> Path:
    """Return the folder that figures and tables are written to: FAZHI_FIGURES while a run is on its way."""
    chosen = os.environ.get("FAZHI_FIGURES")
    return Path(chosen).resolve() if chosen else root() / "figures"


def exports() -> Path:
    """Return the folder that exports go to unless another is named."""
    return figures() / "export"


def notebooks() -> Path:
    """Return the folder of notebooks, which belong to the project, not to the data."""
    return PACKAGE.parent / "notebooks"


def study() -> Path:
    """Return the study file: the one below the root if there is one, else the project's."""
    own = root() / "study.toml"
    return own if own.exists() else PACKAGE.parent / "study.toml"
