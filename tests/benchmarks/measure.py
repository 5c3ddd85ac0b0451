"""How long everything takes against one bare scan of the same bytes: `python -m tests.benchmarks.measure`.

Takes minutes and is no part of the suite. It writes results.csv and figure.png beside itself. All figures are ratios
of two times of one run, because machines differ and are noisy; README.md says what each means.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.corpora import by_number
from tests.benchmarks.figure import write_figure
from tests.benchmarks.paper import by_paper
from tests.benchmarks.peers import by_peer
from tests.benchmarks.stages import by_length, by_stage
from tests.benchmarks.timing import Measured

RESULTS = Path(__file__).parent / "results.csv"
FIGURE = RESULTS.with_name("figure.png")
NUMBERS = (100, 1_000, 10_000, 100_000)


def measure(largest: int) -> Iterator[Measured]:
    """Yield every figure of the page."""
    yield from by_stage()
    yield from by_length()
    yield from by_number([*(number for number in NUMBERS if number < largest), largest])
    yield from by_peer()
    yield from by_paper()


def write(rows: Sequence[Measured], version: str) -> None:
    """Put the figures of one version into the results, in place of former ones of this version."""
    with RESULTS.open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.DictReader(file) if row["version"] != version]
    new = [row._asdict() | {"version": version, "value": _shown(row.value)} for row in rows]
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["version", *Measured._fields], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*kept, *new])


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def main() -> None:
    """Measure all and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=NUMBERS[1], help="reports of the largest corpus (1000)")
    parser.add_argument("--version", default="after", help="what to call the code at hand in results.csv (after)")
    given = parser.parse_args()
    rows = []
    for row in measure(given.n):
        rows.append(row)
        print(f"{row.measure:45} {row.setting:36} {_shown(row.value):>8}", flush=True)
    write(rows, given.version)
    write_figure(RESULTS, FIGURE)


if __name__ == "__main__":
    main()
