"""Reading in a process of its own: whatever a file does to the library that reads it, it does there, and it ends."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from threading import Lock, Timer
from typing import IO, Any, Final

from analysis import bounds, paths
from analysis.errors import InputError
from analysis.formats.cells import Row, unpacked_row
from analysis.formats.decoded import Decoded

#: What the process runs: it finds this package where its parent has found it, and nothing else of its surroundings.
_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from analysis.formats.reader import serve; serve(int(sys.argv[2]))"
)


#: The signal by which a process ends that used up its processor time; Windows has none.
_OVERTIME: Final = getattr(signal, "SIGXCPU", 0)


class _Apart:
    """A process that reads, and who started it: after a fork it belongs to the parent only."""

    def __init__(self, memory: int) -> None:
        self.owner, self.memory = os.getpid(), memory
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _PROGRAM, str(paths.PACKAGE.parent), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, request: dict[str, object], data: bytes) -> Iterator[Any]:
        """Send one file, yield what is said of it; an EOFError says that the process ended before it was done."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        try:
            stdin.write(json.dumps(request | {"size": len(data)}).encode() + b"\n")
            stdin.write(data)
            stdin.flush()
        except OSError:
            raise EOFError from None
        while message := json.loads(_answer(stdout)):
            yield message

    def overtime(self) -> bool:
        """Say whether the process ended because it used up its processor time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(timeout=1) == -_OVERTIME
        return False

    def end(self) -> None:
        """End the process."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(OSError):
                    stream.close() if stream else None


def _answer(stream: IO[bytes]) -> bytes:
    size = stream.readline(20).strip()
    if not size.isdigit() or int(size) > 8 * bounds.CHARACTERS + bounds.FILE:
        raise EOFError
    answer = stream.read(int(size))
    if len(answer) < int(size):
        raise EOFError
    return answer


_running: list[_Apart] = []
#: One file at a time: the threads of a process, as a worker of Dask may have them, would read each other's answers.
_turn: Final = Lock()


@atexit.register
def _stop() -> None:
    while _running:
        _running.pop().end()


def read_apart(kind: str, data: bytes, name: str) -> Decoded:
    """Return what a reader makes of a file, in a process with bounds of time and memory and without a network.

    Parameters
    ----------
    kind : str
        As `analysis.formats.kinds.find_kind` returns it.
    data : bytes
        The file.
    name : str
        What to call it in a message.

    Raises
    ------
    InputError
        The reader says why it cannot be read, or broke on it, or took more than `analysis.bounds` allows.
    """
    try:
        with _turn:
            if _running and (_running[-1].owner != os.getpid() or _running[-1].process.poll() is not None):
                _running.clear()
            if not _running:
                _running.append(_Apart(bounds.MEMORY))
            (found,) = _messages(_running[-1], kind, data, name, bounds.SECONDS)
        return Decoded.from_dict(found["decoded"])
    except (ValueError, KeyError, TypeError):
        raise _harmful(name) from None


def read_rows_apart(kind: str, data: bytes, name: str) -> Iterator[Row]:
    """Yield the rows of a table as `analysis.formats.cells` has them; see `read_apart`.

    The process is one of its own for every table, with more time and memory the larger the file is.
    """
    apart = _Apart(bounds.MEMORY + bounds.TABLE_MEMORY * len(data))
    try:
        for found in _messages(apart, kind, data, name, bounds.SECONDS + bounds.TABLE_SECONDS * len(data)):
            yield unpacked_row(found["row"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _harmful(name) from None
    finally:
        apart.end()


def _messages(apart: _Apart, kind: str, data: bytes, name: str, seconds: float) -> Iterator[Any]:
    """Yield what a process says of a file; one that did not come to its end by itself is ended."""
    late: list[bool] = []
    done = False

    def stop() -> None:
        late.append(True)
        apart.process.kill()

    timer = Timer(bounds.BUSY * seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        for message in apart.ask({"kind": kind, "name": name, "seconds": seconds}, data):
            if "error" in message:
                done = True
                raise InputError(str(message["error"]))
            yield message
        done = True
    except EOFError:
        if late or apart.overtime():
            raise InputError(
                f"{name} took more than {seconds:.0f} seconds: damaged, or made to harm. Save it as .txt."
            ) from None
        raise InputError(
            f"{name} broke the program that reads it, or took more than {apart.memory // 2**20} MB of memory: "
            "damaged, or made to harm. Save it as .txt."
        ) from None
    finally:
        timer.cancel()
        if not done:
            apart.end()


def _harmful(name: str) -> InputError:
    return InputError(f"{name} was read into something that is no text: made to harm. Save it as .txt.")
