"""A decade of reports on this machine: `python -m tests.benchmarks.decade FOLDER [-n OFFICES] [-y YEARS]`.

Ten thousand invented offices (2,850 counties; departments and townships of theirs) report for ten years. The 100,000
reports are extracted and tidied into partitions by one process, by two, and by a LocalCluster of two workers of which
one is killed on the way. Takes hours and is no part of the suite; a step that is done is not done again. It writes
decade.csv beside itself (what each step took, and the digest of the tables it wrote) and fails where two ways give
different bytes. ``FOLDER/study.toml`` then runs the notebooks and the paper over the partitions:
`FAZHI_ROOT=FOLDER python -m analysis run`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import psutil

from analysis.invented import build_inputs
from analysis.invented.world import build_world
from analysis.tables import write_table
from tests.benchmarks.generate import OFFICES, generate_report
from tests.benchmarks.national import study_text, widen

RESULTS = Path(__file__).parent / "decade.csv"
COUNTIES, FIRST_YEAR = 2850, 2016
#: Reports in a folder.
FOLDER = 1000
#: How each way is asked for; the first one's tables are those of the study.
WAYS = {
    "one process": ["--workers", "1"],
    "two processes": ["--workers", "2"],
    "cluster of two, one killed": ["--workers", "2", "--scheduler", "local"],
}
#: Seconds after which a worker is killed, and between two looks at the memory.
_KILLED, _LOOK = 300, 1


class Took(NamedTuple):
    """What one step took: seconds by the clock and of a processor, and memory in MB, of all its processes at once."""

    step: str
    way: str
    reports: int
    seconds: int
    processor_seconds: int
    memory_mb: int
    written_mb: int
    killed: int
    digest: str


def draw(root: Path, offices: int, years: int) -> None:
    """Write the reports with what a manifest says of their places, covariates, and the study file."""
    span, counties = (FIRST_YEAR, FIRST_YEAR + years - 1), min(offices, COUNTIES)
    widen(counties)
    places = build_world(0, counties, span).places
    every = itertools.product(range(span[0], span[1] + 1), range(offices))
    issued = [(year, *divmod(at, counties)) for year, at in every]
    for first in range(0, len(issued), FOLDER):
        folder = root / "reports" / f"{first // FOLDER:04d}"
        folder.mkdir(parents=True)
        with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
            manifest = csv.DictWriter(file, ["file", *places[0]], lineterminator="\n")
            manifest.writeheader()
            for seed, (year, kind, at) in enumerate(issued[first : first + FOLDER], first):
                county, name = places[at]["county"], f"r{seed:07d}.txt"
                text = generate_report(seed, issued=(county, county + OFFICES[kind], year))
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
                manifest.writerow({"file": name, **places[at]})
    write_table(build_inputs(units=counties, years=span)["covariates"], "covariates", root / "data")
    (root / "study.toml").write_text(study_text(counties, years), encoding="utf-8")


def digest(folder: Path) -> str:
    """Return a digest of the names and bytes of all files below a folder."""
    seen = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        seen.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def weigh(process: psutil.Process) -> tuple[list[psutil.Process], float]:
    """Return the processes a process started, and the memory of all of them in MB, shared pages once."""
    started, memory = process.children(recursive=True), 0.0
    for one in [process, *started]:
        try:
            memory += one.memory_full_info().pss / 2**20
        except psutil.Error:  # it ended meanwhile
            continue
    return started, memory


def measure(step: str, way: str, reports: int, command: list[str], out: Path, kill: bool) -> Took:
    """Do one command of `fazhi` in a process of its own; kill the busiest process it started, once, if asked to."""
    start, before, memory, killed = perf_counter(), sum(os.times()[2:4]), 0.0, 0
    with out.with_name(f"{out.name}.log").open("w", encoding="utf-8") as log:
        process = psutil.Popen([sys.executable, "-m", "analysis", *command], stdout=log, stderr=log)
        while process.poll() is None:
            try:
                process.wait(_LOOK)
            except psutil.TimeoutExpired:
                started, now = weigh(process)
                memory = max(memory, now)
                if kill and not killed and perf_counter() - start > _KILLED:
                    max(started, key=lambda one: one.cpu_times().user).kill()
                    killed = 1
    if process.returncode:
        raise SystemExit(f"{step} by {way} ended with {process.returncode}; {out.name}.log says why.")
    used = sum(os.times()[2:4]) - before
    written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    seconds = round(perf_counter() - start)
    return Took(step, way, reports, seconds, round(used), round(memory), round(written / 2**20), killed, digest(out))


def read_took(path: Path) -> list[Took]:
    """Return what the steps took that were done before."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Took(row["step"], row["way"], *(int(row[name]) for name in Took._fields[2:-1]), row["digest"])
            for row in csv.DictReader(file)
        ]


def write_took(took: list[Took], path: Path) -> None:
    """Write what the steps took as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([Took._fields, *took])


def main() -> None:
    """Draw the reports and read them in every way; fail where two ways give different bytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where all of it goes")
    parser.add_argument("-n", "--offices", type=int, default=10_000, help=f"at most {COUNTIES * len(OFFICES)}")
    parser.add_argument("-y", "--years", type=int, default=10)
    options = parser.parse_args()
    root, reports = options.folder.resolve(), options.offices * options.years
    os.environ["FAZHI_ROOT"] = str(root)
    if not (root / "study.toml").exists():
        draw(root, options.offices, options.years)
    data, kept = root / "data", root / "decade.csv"
    took = read_took(kept)
    for number, (way, how) in enumerate(WAYS.items()):
        extracted, tidy = (data / f"{name}{number or ''}" for name in ("extracted", "tidy"))
        read = ["extract", str(root / "reports"), "-o", str(extracted), "--partitioned", *how]
        build = ["tidy", str(extracted), "-o", str(tidy), *how]
        for step, command, out in (("extract", read, extracted), ("tidy", build, tidy)):
            if (step, way) not in [(one.step, one.way) for one in took]:
                took.append(measure(step, way, reports, command, out, step == "extract" and "killed" in way))
                write_took(took, kept)
                print(took[-1], flush=True)
    write_took(took, RESULTS)
    if len({(one.step, one.digest) for one in took}) > len({one.step for one in took}):
        raise SystemExit("The ways gave different bytes; decade.csv has the digests.")


if __name__ == "__main__":
    main()
