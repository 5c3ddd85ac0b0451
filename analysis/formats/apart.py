"""Reading in a process of its own: whatever a file does to the library that reads it, it does there, and it ends."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from threading import Timer
from typing import IO, Final

from analysis import bounds, paths
from analysis.errors import InputError
from analysis.formats.decoded import Decoded

#: What the process runs: it finds this package where its parent has found it, and nothing else of its surroundings.
_PROGRAM: Final = "import sys; sys.path.insert(0, sys.argv[1]); from analysis.formats.reader import serve; serve()"


class _Apart:
    """The process that reads, and who started it: after a fork it belongs to the parent only."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _PROGRAM, str(paths.PACKAGE.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, header: dict[str, object], data: bytes) -> bytes | None:
        """Send one file, return the answer; None where the process ended before it gave one."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        try:
            stdin.write(json.dumps(header | {"size": len(data)}).encode() + b"\n")
            stdin.write(data)
            stdin.flush()
            return _answer(stdout)
        except OSError:
            return None

    def end(self) -> None:
        """End the process."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


def _answer(stream: IO[bytes]) -> bytes | None:
    size = stream.readline(20).strip()
    if not size.isdigit() or int(size) > 8 * bounds.CHARACTERS + bounds.FILE:
        return None
    answer = stream.read(int(size))
    return answer if len(answer) == int(size) else None


_running: list[_Apart] = []


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
    if _running and _running[-1].owner != os.getpid():
        _running.clear()
    if not _running:
        _running.append(_Apart())
    apart = _running[-1]
    late: list[bool] = []

    def stop() -> None:
        late.append(True)
        apart.process.kill()

    timer = Timer(bounds.SECONDS, stop)
    timer.daemon = True
    timer.start()
    try:
        answer = apart.ask({"kind": kind, "name": name}, data)
    finally:
        timer.cancel()
    if answer is None:
        _stop()
        if late:
            raise InputError(
                f"{name} took more than {bounds.SECONDS} seconds: damaged, or made to harm. Save it as .txt."
            )
        raise InputError(
            f"{name} broke the program that reads it, or took more than {bounds.MEMORY // 2**20} MB of memory: "
            "damaged, or made to harm. Save it as .txt."
        )
    try:
        found = json.loads(answer)
        if "error" in found:
            raise InputError(str(found["error"]))
        return Decoded.from_dict(found["decoded"])
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{name} was read into something that is no text: made to harm. Save it as .txt.") from None
