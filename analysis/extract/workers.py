"""Work shared among processes of this machine or workers of a Dask cluster; results come in the order of one."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from analysis.errors import InputError
from analysis.extract.cache import find_rules

Item = TypeVar("Item")
Done = TypeVar("Done")

#: How often a report may end the process that reads it before it is set aside: what ended it may have been another's.
DEATHS: Final = 2
#: Parts of the work that each worker has before it, so that none waits; what is done waits in memory for its turn.
_AHEAD: Final = 4
#: Within which a cluster has to answer.
_SECONDS: Final = 20


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Team(Protocol):
    """Processes that work. ``died`` is raised by a call over which a process ended, made ``tries`` times over."""

    size: int
    died: type[Exception]
    tries: int

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return the future of a call."""

    def renew(self) -> None:
        """Make the team whole again after a process ended."""

    def end(self) -> None:
        """Let the processes go."""


class Processes:
    """Processes of this machine."""

    died: type[Exception] = BrokenProcessPool
    tries = DEATHS

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.size, initializer=_end_with, initargs=(os.getpid(),))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Return the future of a call."""
        try:
            return self._pool.submit(function, *arguments)
        except BrokenProcessPool as error:  # a process ended since: the call shares the fate of those under way
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def renew(self) -> None:
        """Start anew: a pool that lost one of its processes is of no more use."""
        self.end()
        self._pool = self._start()

    def end(self) -> None:
        """Let the processes go."""
        self._pool.shutdown(cancel_futures=True)


def start_processes(size: int) -> Processes | None:
    """Return processes to share work among; None where one is enough or the system has no room for more."""
    try:
        return Processes(size) if size > 1 else None
    except (OSError, NotImplementedError):  # no semaphores, e.g. because shared memory is full or not there
        return None


class Cluster:
    """The workers of a Dask cluster; Dask starts anew what ended and makes again what was under way there.

    Parameters
    ----------
    client : distributed.Client
        Connected; it stays the caller's.
    seen : sequence of Path
        Some of what is to be read.

    Raises
    ------
    InputError
        The cluster has no worker, a worker has no or another version of this package or of its codebook, or cannot
        see what is to be read.
    """

    def __init__(self, client: Any, seen: Sequence[Path] = ()) -> None:
        from distributed import KilledWorker

        self.died: type[Exception] = KilledWorker
        self.tries = 1  # Dask itself has made the call as often as its `allowed-failures` says
        self._client = client
        self.size = sum(client.nthreads().values())
        if not self.size:
            raise InputError("The Dask cluster has no worker. Start one with `dask worker ADDRESS`, then run again.")
        try:
            rules = client.run(find_rules)
            blind = client.run(_unseen, [str(path.absolute()) for path in seen])
        except Exception as error:
            raise InputError(
                f"The workers of the Dask cluster cannot be used ({type(error).__name__}: {error}). Install this "
                "package on each of them, in the version used here."
            ) from None
        if other := sorted(address for address, found in rules.items() if found != find_rules()):
            raise InputError(
                f"{len(other)} worker(s) of the Dask cluster read by other rules than this machine, e.g. {other[0]}: "
                "another version of this package, or another codebook. Install the same on all, then run again."
            )
        if missing := sorted((address, path) for address, path in blind.items() if path):
            raise InputError(
                f"{len(missing)} worker(s) of the Dask cluster do not see the reports: {missing[0][0]} has no "
                f"{missing[0][1]}. Keep the reports where all machines find them under one path, or give a table of "
                "reports, whose texts travel."
            )

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return the future of a call."""
        return self._client.submit(function, *arguments, pure=False)

    def renew(self) -> None:
        """Leave it to Dask."""

    def end(self) -> None:
        """Leave the workers to whoever started them."""


def _unseen(paths: Sequence[str]) -> str:
    return next((path for path in paths if not os.path.exists(path)), "")


@contextmanager
def find_cluster(address: str, size: int = 1) -> Iterator[Any]:
    """Connect with a Dask cluster for as long as it is needed.

    Parameters
    ----------
    address : str
        Of its scheduler; ``"local"`` starts one on this machine and ends it; "" yields None.
    size : int
        Workers of a local one.

    Raises
    ------
    InputError
        Dask is not installed, or nothing answers at the address.
    """
    if not address:
        yield None
        return
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError("Dask is not installed. Install this package with it: pip install -e '.[cluster]'") from None
    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": DEATHS - 1}))
        try:
            where = address
            if address == "local":
                where = stack.enter_context(
                    LocalCluster(
                        n_workers=size,
                        threads_per_worker=1,
                        dashboard_address=":0",
                        host="127.0.0.1",
                        silence_logs=logging.CRITICAL,
                    )  # fmt: skip
                )
            client = stack.enter_context(Client(where, timeout=_SECONDS))
        except (OSError, ValueError) as error:
            raise InputError(
                f"No Dask scheduler answers at {address} ({error}). Start one with `dask scheduler`, and give the "
                "address it prints; or give `local`."
            ) from None
        yield client


@contextmanager
def find_team(address: str, size: int) -> Iterator[Team | None]:
    """Yield who shares work that needs no file: a cluster's workers, processes of this machine, or None for neither."""
    with find_cluster(address, size) as client:
        team: Team | None = Cluster(client) if client is not None else start_processes(size)
        try:
            yield team
        finally:
            if team is not None:
                team.end()


def share(
    function: Callable[[Item], Done], items: Iterable[Item], team: Team, size: int = 1
) -> Iterator[tuple[Item, Done | None]]:
    """Yield what a function makes of items, in their order, whoever does it.

    Parameters
    ----------
    function : callable
        Of one item; both travel to another process.
    items : iterable
        Taken as they are needed: memory does not grow with their number.
    team : Team
        Who works.
    size : int
        Items that travel together.

    Yields
    ------
    item, result
        The result is None where the item ended the process that worked on it, `DEATHS` times.
    """
    left = iter(items)
    chunks = iter(lambda: list(islice(left, size)), [])
    under_way: deque[tuple[list[Item], Any]] = deque()
    while True:
        for chunk in islice(chunks, _AHEAD * team.size - len(under_way)):
            under_way.append((chunk, team.submit(_each, function, chunk)))
        if not under_way:
            return
        chunk, future = under_way.popleft()
        try:
            results = future.result()
        except team.died:
            # Nobody knows which of the reports under way it was: with nothing beside them, these go on one by one.
            for _, other in under_way:
                if not other.done():
                    other.cancel()
            team.renew()
            results = [_alone(function, item, team) for item in chunk]
            under_way = deque(
                (part, other if _well(other) else team.submit(_each, function, part)) for part, other in under_way
            )
        yield from zip(chunk, results, strict=True)


def _each(function: Callable[[Item], Done], items: list[Item]) -> list[Done]:
    return [function(item) for item in items]


def _alone(function: Callable[[Item], Done], item: Item, team: Team) -> Done | None:
    for _ in range(team.tries):
        try:
            return team.submit(function, item).result()
        except team.died:
            team.renew()
    return None


def _well(future: Any) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _end_with(parent: int) -> None:
    """End this worker when the process that started it was killed and can tell it no more."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
