"""What the process of `analysis.formats.apart` runs: one file after the other from standard input to a decoded text."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any, Final

from analysis.errors import InputError
from analysis.formats.cells import Row, bounded, packed_row
from analysis.formats.decoded import Decoded
from analysis.formats.kinds import ASIDE, find_packed, refuse

#: The module and function of every kind that is read, loaded when it is needed.
_READERS: Final = {
    "html": ("analysis.formats.html", "read_html"),
    "mhtml": ("analysis.formats.html", "read_mhtml"),
    "pdf": ("analysis.formats.pdf", "read_pdf"),
    "docx": ("analysis.formats.docx", "read_docx"),
}
#: Those of every kind of table.
_TABLES: Final = {
    "xlsx": ("analysis.formats.cells", "read_xlsx"),
    "parquet": ("analysis.formats.cells", "read_parquet"),
    "csv": ("analysis.formats.lines", "read_csv"),
    "jsonl": ("analysis.formats.lines", "read_jsonl"),
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


def serve(memory: int) -> None:
    """Answer requests until there are no more, within so many bytes of memory."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    for stream in (1, 2):  # what a library prints is no answer
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    _confine(memory)
    while header := requests.readline():
        request = json.loads(header)
        data = requests.read(request["size"])
        _give_time(request["seconds"])
        for message in _messages(request["kind"], data, request["name"]):
            _send(answers, json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        answers.flush()


def _messages(kind: str, data: bytes, name: str) -> Iterator[dict[str, Any]]:
    """Yield what there is to say of a file: its text, or its rows one by one, and an empty message; or an error."""
    try:
        if kind in _TABLES:
            module, function = _TABLES[kind]
            read: Callable[[bytes, str], Iterator[Row]] = getattr(import_module(module), function)
            yield from ({"row": packed_row(row)} for row in bounded(read(data, name), data, name))
        else:
            yield {"decoded": read_kind(kind, data, name).to_dict()}
        yield {}
    except InputError as error:
        yield {"error": str(error)}
    except (MemoryError, RecursionError):
        yield {"error": f"{name} needs more memory than a report may: made to harm. Save it as .txt."}
    except Exception as error:
        reason = type(error).__name__
        yield {"error": f"{name} is damaged: its reader stopped ({reason}). Save it again or as .txt."}


def _send(answers: IO[bytes], content: bytes) -> None:
    answers.write(b"%d\n" % len(content))
    answers.write(content)


def _confine(memory: int) -> None:
    """Give up what no reader needs: the network, files to write, other programs, memory without end."""
    socket.socket = _NoSocket  # type: ignore[misc]
    socket.getaddrinfo = _NoSocket  # type: ignore[assignment]
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such bounds
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _give_time(seconds: float) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        end = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))
