"""How long extraction takes against one bare scan of the same bytes: `python -m tests.benchmarks.measure [-n REPORTS]`.

Takes minutes and is no part of the suite. It writes results.csv beside itself and figures/benchmarks/. All times are
ratios of two times of one run, the least of several repetitions each, because machines differ and are noisy.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from analysis import paths
from analysis.extract import read_view
from analysis.figures.style import BLUE, styled
from analysis.text.chrome import find_chrome
from analysis.text.codes import find_codes, find_contents
from analysis.text.mentions import find_mentions
from analysis.text.metadata import find_metadata
from analysis.text.patterns import grammar
from analysis.text.quantities import find_quantities
from analysis.text.reading import Text, make_text
from analysis.text.sections import find_sections
from analysis.text.statements import find_statements
from tests.benchmarks.generate import generate_report, write_reports

RESULTS = Path(__file__).parent / "results.csv"
REPORTS = 40
LENGTHS = (3_000, 10_000, 30_000, 100_000)
NUMBERS = (100, 1_000)
REPEATS = 5


class Measured(NamedTuple):
    """One figure of the benchmark: a ratio or an exponent, without unit."""

    measure: str
    setting: str
    value: float


def least(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the least time of several repetitions, in seconds."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def bare_scan() -> re.Pattern[str]:
    """Return the full pattern of a number with approximators, multiplier and unit, as one scan would use it."""
    rules = grammar()
    return re.compile(f"(?:{rules.plain.pattern}|{rules.vague.pattern})(?:{rules.unit.pattern})?")


def stages(views: Sequence[Text]) -> dict[str, float]:
    """Return the time of each stage of reading, each given what the stages before it found."""
    chrome = [find_chrome(view) for view in views]
    sections = [find_sections(view, spans) for view, spans in zip(views, chrome, strict=True)]
    known = list(zip(views, sections, chrome, strict=True))
    fields = [find_metadata(*given).fields for given in known]
    said = [find_statements(view, parts) for view, parts, _ in known]
    pattern = bare_scan()
    return {
        "bare scan": least(lambda: [sum(1 for _ in pattern.finditer(view.folded)) for view in views]),
        "decode and fold": least(lambda: [make_text(view.text) for view in views]),
        "chrome": least(lambda: [find_chrome(view) for view in views]),
        "sections": least(lambda: [find_sections(view, spans) for view, _, spans in known]),
        "metadata": least(lambda: [find_metadata(*given) for given in known]),
        "quantities": least(lambda: [find_quantities(view) for view in views]),
        "mentions": least(
            lambda: [find_mentions(view, parts, about) for (view, parts, _), about in zip(known, fields, strict=True)]
        ),
        "statements": least(lambda: [find_statements(view, parts) for view, parts, _ in known]),
        "codes": least(lambda: [find_codes(view, found) for view, found in zip(views, said, strict=True)]),
        "contents": least(lambda: [find_contents(view, parts) for view, parts, _ in known]),
        "whole extraction": least(lambda: [read_view(view, "x").rows for view in views]),
    }


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the slope of log time against log size: 1 is linear."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def by_stage() -> Iterator[Measured]:
    """Time of each stage over that of the bare scan."""
    views = [make_text(generate_report(seed)) for seed in range(REPORTS)]
    [read_view(view, "x") for view in views[:2]]
    times = stages(views)
    for stage, time in times.items():
        yield Measured("time over bare scan", stage, time / times["bare scan"])


def by_length() -> Iterator[Measured]:
    """Time per character, over that of the shortest text, and its exponent."""
    texts = {length: make_text(generate_report(1, length)) for length in LENGTHS}
    times = {length: least(lambda view=view: read_view(view, "x").rows, 3) for length, view in texts.items()}
    sizes = {length: len(view.text) for length, view in texts.items()}
    for length in LENGTHS:
        cost = (times[length] / sizes[length]) / (times[LENGTHS[0]] / sizes[LENGTHS[0]])
        yield Measured("time per character over shortest", f"{length}", cost)
    yield Measured("exponent", "length", exponent(list(sizes.values()), list(times.values())))


_CHILD = """
import resource, sys
from pathlib import Path
from time import perf_counter
from analysis.extract import Extraction
start = perf_counter()
with Extraction(sys.argv[1], Path(sys.argv[2] + ".cache")) as extraction:
    extraction.read()
    extraction.write(sys.argv[2])
print(perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def by_number(numbers: Sequence[int]) -> Iterator[Measured]:
    """Time and peak memory of a folder of reports to a folder of tables, in a process of its own."""
    times, memory = [], []
    with tempfile.TemporaryDirectory() as name:
        for number in numbers:
            raw, out = Path(name) / f"raw{number}", Path(name) / f"out{number}"
            list(write_reports(raw, number))
            done = subprocess.run(
                [sys.executable, "-c", _CHILD, str(raw), str(out)], capture_output=True, text=True, check=True
            )
            time, peak = map(float, done.stdout.split())
            times.append(time)
            memory.append(peak)
    for number, time, peak in zip(numbers, times, memory, strict=True):
        yield Measured("time per report over smallest corpus", f"{number}", time / number / (times[0] / numbers[0]))
        yield Measured("peak memory over smallest corpus", f"{number}", peak / memory[0])
    yield Measured("exponent", "number of reports", exponent(numbers, times))


def write(rows: Sequence[Measured]) -> None:
    """Write the results and their figure."""
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Measured._fields)
        writer.writerows((row.measure, row.setting, f"{row.value:.3g}") for row in rows)
    chosen = [row for row in rows if row.measure == "time over bare scan"]
    with styled():
        figure = Figure(figsize=(6.4, 3.2), layout="constrained")
        axes = figure.subplots()
        axes.barh([row.setting for row in chosen], [row.value for row in chosen], color=BLUE)
        axes.invert_yaxis()
        axes.axvline(1, color="black", linewidth=0.8)
        axes.bar_label(axes.containers[0], fmt="%.1f", padding=2, fontsize=7)
        axes.set_xlabel("time over one bare scan by the number-and-unit pattern (one run)")
        folder = paths.PACKAGE.parent / "figures" / "benchmarks"
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / "stages.png", dpi=150, metadata={"Software": None})


def main() -> None:
    """Measure all and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=NUMBERS[-1], help="reports of the largest corpus (1000)")
    largest = parser.parse_args().n
    numbers = [number for number in (*NUMBERS, 10_000, 100_000) if number < largest] + [largest]
    rows = [*by_stage(), *by_length(), *by_number(numbers)]
    write(rows)
    for row in rows:
        print(f"{row.measure:40} {row.setting:20} {row.value:8.3g}")


if __name__ == "__main__":
    main()
