"""Long work shows on a terminal how far it is, and nowhere else."""

from __future__ import annotations

import io
import sys

import pytest

from analysis import progress, tidy
from analysis.contract import stage_tables
from analysis.progress import watch
from analysis.tables import empty_table
from analysis.tidy import build_tidy


class Terminal(io.StringIO):
    """A standard error that somebody watches."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Let somebody watch from here on."""
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "_DELAY", 0)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # a plugin of pytest brings it
    return stream


def test_a_terminal_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    assert list(watch(iter("abc"), 3, "reports")) == ["a", "b", "c"]
    assert "0/3" in stream.getvalue() and "reports" in stream.getvalue()


def test_what_is_done_at_once_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    monkeypatch.setattr(progress, "_DELAY", 60)
    assert list(watch("abc", 3, "reports")) == ["a", "b", "c"]
    assert not stream.getvalue()


@pytest.mark.parametrize("silent", ["a log", "a worker", "a notebook that is executed"])
def test_where_nobody_watches_items_come_as_they_are(monkeypatch: pytest.MonkeyPatch, silent: str) -> None:
    terminal(monkeypatch)
    if silent == "a log":
        monkeypatch.setattr("sys.stderr", io.StringIO())
    elif silent == "a notebook that is executed":
        monkeypatch.setenv("TQDM_DISABLE", "1")
    else:
        monkeypatch.setattr(progress, "parent_process", lambda: object())
    items = ["a", "b"]
    assert watch(items, 2, "reports") is items


def test_tidying_shows_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    build_tidy({name: empty_table(name) for name in stage_tables("extracted")})
    assert f"/{len(tidy._TIDY)}" in stream.getvalue() and "tables" in stream.getvalue()
