"""The paper run on a simulated national panel: `python -m tests.benchmarks.national [-n UNITS] [-y YEARS] -o FOLDER`.

2,850 invented units over nine years, drawn like the shipped invented panel; with `--partitioned` their tables lie in
partitions. Takes tens of minutes and is no part of the suite. It writes national.csv beside itself: seconds by clock
and of a processor (kernels included) and greatest memory of every stage, each in a process of its own.
The figures stay in FOLDER to be looked at.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from time import perf_counter

import pandas as pd

from analysis import paths
from analysis.invented import build_inputs, build_invented, parameters
from analysis.study.execute import execute_notebook
from analysis.study.plan import read_plan

RESULTS = Path(__file__).parent / "national.csv"
NOTEBOOKS = ("01_corpus", "02_comparison", "03_problems", "04_trends", "05_reliability")
STAGES = ("draw", "tidy", *NOTEBOOKS, "paper")
HEAD = ["tables", "units", "years", "stage", "seconds", "processor_seconds", "memory_mb"]
LAST = 2025
PARAMETERS = {"02_comparison": {"years": [LAST - 2]}}  # one year, as of the shipped panel: a figure is one page
STUDY = """
[data.real]
label_zh = "模拟的全国面板：{units}个虚构单位{years}年"
label_en = "A simulated national panel: {units} invented units over {years} years"
extracted = ["data/extracted"]
tidy = "data/tidy"
corrections = "data/corrections.csv"
covariates = "data/covariates.csv"
invented = true

[data.real.frame]
population = "{units} invented units, {years} years"
sampling = "census"
size = {units}
"""


def widen(units: int) -> None:
    """Give the invented world names and codes for more units: of two letters of the names it has."""
    known = parameters()["places"]
    letters = sorted({letter for stem in known["stems"] for letter in stem})
    known["stems"] = ["".join(pair) for pair in permutations(letters, 2)][:units]
    known["per_prefecture"], known["per_province"] = 30, 5
    names = ["".join(pair) for pair in permutations(letters, 3)]
    known["prefectures"] = [f"{name}市" for name in names[:: len(names) // 100]]
    known["provinces"] = [f"虚构省{letter}" for letter in letters]
    for kind, code in (("district", 1), ("county", 31), ("county_level_city", 70)):
        parameters()["types"][kind]["code"] = code


def draw(folder: Path, units: int, years: int, partitioned: bool) -> None:
    """Write the extracted tables, covariates and study file of a panel below a folder."""
    from analysis.tables import write_table, write_tables

    widen(units)
    span = (LAST - years, LAST - 1)
    tables = build_invented(units=units, years=span)
    if partitioned:
        write_partitions(tables, folder / "data" / "extracted")
    else:
        write_tables(tables, folder / "data" / "extracted" / "panel")
    write_table(build_inputs(units=units, years=span)["covariates"], "covariates", folder / "data")
    (folder / "study.toml").write_text(study_text(units, years), encoding="utf-8")


def study_text(units: int, years: int) -> str:
    """Return a study file of one panel: a run of every notebook, and the paper as it is made of the shipped panel."""
    runs = "".join(f'\n[[run]]\nid = "{name}"\n' for name in NOTEBOOKS)
    project = (paths.PACKAGE.parent / "study.toml").read_text(encoding="utf-8")
    items = [part for part in project.split("\n[[")[1:] if part.startswith("paper.invented]]")]
    paper = "".join(f"\n[[{part}".replace('_invented"', '"') for part in items)
    return STUDY.format(units=units, years=years) + runs + paper


def write_partitions(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write extracted tables by province and year."""
    from analysis.partitions.storage import WHOLE, Partition, write_part
    from analysis.tidy.corrections import owner

    documents = tables["documents"]
    places = zip(documents["province"], documents["report_year"].astype("str"), strict=True)
    place = dict(zip(documents["doc_id"], (Partition(*key) for key in places), strict=True))
    for name, table in tables.items():
        if name in WHOLE:
            write_part(table, name, folder)
            continue
        key = table["doc_id" if "doc_id" in table else "doc_a" if "doc_a" in table else "statement_id"]
        for partition, rows in table.groupby(key.map(owner).map(place), sort=True):
            write_part(rows, name, folder, Partition(*partition))


def do(stage: str, folder: Path, units: int, years: int, partitioned: bool) -> None:
    """Do one stage below the folder, which is the root."""
    from analysis.study import refresh_tidy
    from analysis.study.paper import write_papers

    if stage == "draw":
        draw(folder, units, years, partitioned)
    elif stage == "tidy":
        refresh_tidy(read_plan().data["real"])
    elif stage == "paper":
        for line in write_papers(read_plan(), ""):
            raise SystemExit(line)
    else:
        source, figures = paths.notebooks() / f"{stage}.ipynb", folder / "figures"
        chosen = {"run": stage, **PARAMETERS.get(stage, {})}
        failure = execute_notebook(stage, source, figures / "runs" / source.name, chosen, figures)
        if failure:
            raise SystemExit(str(failure))


def measure(stage: str, folder: Path, options: Sequence[str]) -> tuple[float, float, float]:
    """Do one stage in a process of its own; return seconds, of these of a processor, and greatest memory in MB."""
    command = [sys.executable, "-m", "tests.benchmarks.national", "-o", str(folder), *options]
    start = perf_counter()
    process = subprocess.Popen([*command, "--stage", stage], env={**os.environ, "FAZHI_ROOT": str(folder)})
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{stage} failed")
    return perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Measure all stages, or do one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--units", type=int, default=2850)
    parser.add_argument("-y", "--years", type=int, default=9)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="where all of it goes")
    parser.add_argument("--stage", choices=STAGES, help="do this stage only, without measuring")
    parser.add_argument("--partitioned", action="store_true", help="lay the tables down in partitions")
    options = parser.parse_args()
    folder = options.output.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.stage:
        do(options.stage, folder, options.units, options.years, options.partitioned)
        return
    about = ["partitions" if options.partitioned else "whole", str(options.units), str(options.years)]
    given = ["-n", about[1], "-y", about[2], *(["--partitioned"] if options.partitioned else [])]
    with RESULTS.open(encoding="utf-8", newline="") as file:
        former = [row for row in csv.reader(file) if row[:3] != about and row != HEAD]
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([HEAD, *former])
        for stage in STAGES:
            seconds, busy, memory = measure(stage, folder, given)
            writer.writerow([*about, stage, round(seconds), round(busy), round(memory)])
            file.flush()
            print(f"{stage}: {seconds:.0f} s, {busy:.0f} s of a processor, {memory:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
