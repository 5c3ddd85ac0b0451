"""A folder of reports to a folder of tables: time, memory and bytes against the number of reports."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.generate import write_reports
from tests.benchmarks.timing import Measured, exponent

#: One run of extraction in a process of its own, as `fazhi extract` does it.
_RUN = """
import resource, sys
from pathlib import Path
from time import process_time
from analysis.extract import Extraction
start = process_time()
with Extraction(sys.argv[1], Path(sys.argv[2] + ".cache")) as extraction:
    extraction.read()
    extraction.write(sys.argv[2])
print(process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


class Corpus(NamedTuple):
    """What one run took: processor time in seconds, peak memory in KB, bytes of the reports and of the tables."""

    reports: int
    time: float
    memory: float
    read: int
    written: int


def extract_corpus(number: int) -> Corpus:
    """Generate a corpus, extract it in a process of its own, and return what that took."""
    with tempfile.TemporaryDirectory() as name:
        raw, out = Path(name) / "raw", Path(name) / "out"
        read = sum(path.stat().st_size for path in write_reports(raw, number))
        done = subprocess.run(
            [sys.executable, "-c", _RUN, str(raw), str(out)], capture_output=True, text=True, check=True
        )
        time, memory = map(float, done.stdout.split())
        return Corpus(number, time, memory, read, sum(path.stat().st_size for path in out.iterdir()))


def by_number(numbers: Sequence[int]) -> Iterator[Measured]:
    """Yield time and memory over those of the smallest corpus, bytes written per byte read, and the exponent."""
    corpora = [extract_corpus(number) for number in numbers]
    first = corpora[0]
    for corpus in corpora:
        setting = f"{corpus.reports} reports"
        yield Measured(
            "time per report over smallest corpus", setting, corpus.time / corpus.reports / (first.time / first.reports)
        )
        yield Measured("peak memory over smallest corpus", setting, corpus.memory / first.memory)
        yield Measured("bytes written over bytes read", setting, corpus.written / corpus.read)
    yield Measured("exponent of time", "number of reports", exponent(numbers, [corpus.time for corpus in corpora]))
