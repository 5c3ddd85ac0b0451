"""What the process of `analysis.formats.apart` runs: one file after the other from standard input to a decoded text."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any, Final

from analysis import bounds
from analysis.errors import InputError
from analysis.formats.decoded import Decoded
from analysis.formats.kinds import ASIDE, find_packed, refuse

#: The module and function of every kind that is read, loaded when it is needed.
_READERS: Final = {
    "html": ("analysis.formats.html", "read_html"),
    "mhtml": ("analysis.formats.html", "read_mhtml"),
    "pdf": ("analysis.formats.pdf", "read_pdf"),
    "docx": ("analysis.formats.docx", "read_docx"),
}


def read_kind(kind: str, data: bytes, name: str) -> Decoded:
    """Return a file of some kind as text, here and now.

    Raises
    ------
    InputError
        It cannot be read, is of a kind that is not, or holds more characters than a report may.
    """
    kind = find_packed(data) if kind == "zip" else kind
    if kind in ASIDE or kind == "broken":
        raise refuse(kind, name)
    module, function = _READERS[kind]
    read: Callable[[bytes, str], Decoded] = getattr(import_module(module), function)
    return read(data, name)


class _NoSocket(socket.socket):
    """What stands where a library would find sockets."""

    def __init__(self, *_: object, **__: object) -> None:
        raise OSError("no reader may use the network")


def serve() -> None:
    """Answer requests until there are no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    for stream in (1, 2):  # what a library prints is no answer
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    _confine()
    while header := requests.readline():
        request = json.loads(header)
        data = requests.read(request["size"])
        _give_time()
        try:
            answer: dict[str, Any] = {"decoded": read_kind(request["kind"], data, request["name"]).to_dict()}
        except InputError as error:
            answer = {"error": str(error)}
        except (MemoryError, RecursionError):
            answer = {"error": f"{request['name']} needs more memory than a report may: made to harm. Save it as .txt."}
        except Exception as error:
            kind = type(error).__name__
            answer = {"error": f"{request['name']} is damaged: its reader stopped ({kind}). Save it again or as .txt."}
        _send(answers, json.dumps(answer).encode())


def _send(answers: IO[bytes], content: bytes) -> None:
    answers.write(b"%d\n" % len(content))
    answers.write(content)
    answers.flush()


def _confine() -> None:
    """Give up what no reader needs: the network, files to write, other programs, memory without end."""
    socket.socket = _NoSocket  # type: ignore[misc]
    socket.getaddrinfo = _NoSocket  # type: ignore[assignment]
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such bounds
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (bounds.MEMORY, bounds.MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _give_time() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + bounds.SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
