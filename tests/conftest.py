"""Fixtures that several test modules share; what a session runs in is settled in environment.py."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
REPORTS = (
    "000_339b8dde25053e69",
    "001_1867eea4f21729fd",
    "002_7956d37cdaebe2b9",
    "003_6fd7f8113dbe9c82",
    "004_c1ce23b88eafd010",
)


@pytest.fixture(scope="session")
def reports() -> Path:
    """Return the folder with the five real reports, which are not in the repository; skip where they are absent."""
    folder = PROJECT / "data" / "raw"
    if missing := [stem for stem in REPORTS if not (folder / f"{stem}.txt").exists()]:
        pytest.skip(f"needs the real reports in data/raw/: {', '.join(missing)}")
    return folder


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root with the facts the repository ships, whatever the user has added; only for reading."""
    from analysis.study.shipped import copy_shipped

    return copy_shipped(tmp_path_factory.mktemp("shipped"))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that FAZHI_ROOT points to for one test."""
    monkeypatch.setenv("FAZHI_ROOT", str(tmp_path))
    return tmp_path
