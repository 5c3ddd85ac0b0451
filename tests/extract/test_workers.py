"""Work shared among processes: the order of one, and a process that ends costs no more than what it was at."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from distributed import Client, KilledWorker, LocalCluster

from analysis.errors import InputError
from analysis.extract import batch, extract, workers
from analysis.extract.cache import find_rules
from analysis.extract.workers import Cluster, Processes, find_cluster, share
from tests.extract.test_cache import content, put

#: Before a test puts another in its place.
READ = batch._read_input


def double(number: int, deadly: frozenset[int] = frozenset(), once: str = "") -> int:
    """Double a number; end the process over a deadly one, always, or only if it is the first to do so."""
    if number in deadly:
        try:
            if once:
                os.close(os.open(once, os.O_CREAT | os.O_EXCL))
            os._exit(1)
        except FileExistsError:
            pass
    return 2 * number


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with find_cluster("local", 2) as client:
        yield client


@pytest.fixture(params=["processes", "cluster"])
def team(request: pytest.FixtureRequest) -> Iterator[Any]:
    team = Processes(2) if request.param == "processes" else Cluster(request.getfixturevalue("client"))
    yield team
    team.end()


@pytest.mark.parametrize("size", [1, 3, 50])
def test_results_come_in_the_order_of_the_items(team: Any, size: int) -> None:
    assert list(share(double, iter(range(40)), team, size)) == [(n, 2 * n) for n in range(40)]


@pytest.mark.parametrize("size", [1, 4])
def test_an_item_that_ends_processes_is_named_and_costs_no_other(size: int) -> None:
    deadly, team = frozenset({7, 8, 29}), Processes(2)
    found = dict(share(partial(double, deadly=deadly), range(30), team, size))
    team.end()
    assert found == {n: None if n in deadly else 2 * n for n in range(30)}


class Deadly:
    """A client whose workers end over some items, and with them whatever was under way beside."""

    def __init__(self, deadly: set[int]) -> None:
        self.deadly, self.calls = deadly, 0

    def nthreads(self) -> dict[str, int]:
        return {"tcp://w:1": 2}

    def run(self, question: Any, *_: Any) -> dict[str, Any]:
        return {"tcp://w:1": find_rules() if question is find_rules else ""}

    def submit(self, function: Any, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.calls += 1
        items = arguments[-1] if isinstance(arguments[-1], list) else [arguments[-1]]
        if self.deadly.intersection(items) or (len(items) > 1 and self.calls % 5 == 0):
            future.set_exception(KilledWorker("task", "worker", 1))
        else:
            future.set_result(function(*arguments))
        return future


def test_an_item_that_ends_workers_of_a_cluster_is_named_and_costs_no_other() -> None:
    found = dict(share(double, range(40), Cluster(Deadly({7, 30})), 4))
    assert found == {n: None if n in {7, 30} else 2 * n for n in range(40)}


def test_a_process_that_ends_once_costs_a_second_try(tmp_path: Path) -> None:
    function, team = partial(double, deadly=frozenset(range(30)), once=str(tmp_path / "died")), Processes(2)
    assert dict(share(function, range(30), team, 4)) == {n: 2 * n for n in range(30)}
    team.end()
    assert (tmp_path / "died").exists()


def test_an_error_is_no_end_of_a_process(team: Any) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(share(int, ["1", "x"], team))


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []
    team = Processes(2)
    results = share(double, (taken.append(n) or n for n in range(1000)), team)
    next(results)
    assert len(taken) <= workers._AHEAD * team.size
    team.end()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    for n in range(12):
        put(tmp_path / "raw", f"{n:02d}", n)
    (tmp_path / "raw" / "broken.txt").write_bytes(b"\x00\xff\xfe" * 40)
    return tmp_path / "raw"


def test_a_cluster_writes_the_bytes_of_one_process(raw: Path, tmp_path: Path, client: Client) -> None:
    extract(raw, tmp_path / "one")
    extract(raw, tmp_path / "cluster", client=client)
    assert content(tmp_path / "one") == content(tmp_path / "cluster")


def test_rows_of_a_frame_need_no_file_on_the_cluster(client: Client) -> None:
    frame = pd.DataFrame(
        {"id": ["a", "b"], "text": ["云岭县2023年度法治政府建设情况报告\n2023年,办结复议案件12件。"] * 2}
    )
    found = extract(frame, client=client)
    assert len(found["mentions"]) == len(extract(frame)["mentions"])


def test_a_worker_killed_on_the_way_changes_nothing(raw: Path, tmp_path: Path) -> None:
    extract(raw, tmp_path / "one")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster, Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
        extract(raw, tmp_path / "cluster", client=client)
    assert content(tmp_path / "one") == content(tmp_path / "cluster")


def test_a_report_that_ends_processes_is_set_aside(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_read_input", _deadly)
    found = extract(raw, tmp_path / "out", workers=2)
    aside = found["inputs"].set_index("path").loc["03.txt"]
    assert aside["status"] == "set_aside" and "2 times" in aside["reason"]
    assert len(found["documents"]) == 11


def _deadly(item: Any, texts: Path | None) -> Any:
    if item.path == "03.txt":
        os._exit(1)
    return READ(item, texts)


class Answers:
    """A client whose workers give other answers."""

    def __init__(self, rules: Any, unseen: str = "", threads: int = 1) -> None:
        self.rules, self.unseen, self.threads = rules, unseen, threads

    def nthreads(self) -> dict[str, int]:
        return {"tcp://w:1": self.threads} if self.threads else {}

    def run(self, question: Any, *_: Any) -> dict[str, Any]:
        if isinstance(self.rules, Exception):
            raise self.rules
        return {"tcp://w:1": self.rules if question is find_rules else self.unseen}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (Answers(find_rules(), threads=0), "no worker"),
        (Answers({}), "other rules"),
        (Answers(ModuleNotFoundError("No module named 'analysis'")), "Install this package"),
        (Answers(find_rules(), unseen="/data/1.txt"), "do not see the reports"),
    ],
)
def test_a_cluster_that_cannot_be_used_is_refused(answers: Answers, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Cluster(answers, [Path("1.txt")])


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SECONDS", 1)
    with pytest.raises(InputError, match="tcp://127.0.0.1:9"), find_cluster("tcp://127.0.0.1:9"):
        pass
