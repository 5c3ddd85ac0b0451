"""The command ``fazhi``: extract, tidy, run, check and what helps with them."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import paths
from analysis.byhand import add_commands
from analysis.errors import FazhiError
from analysis.files import shown
from analysis.making import add_making

if TYPE_CHECKING:
    import pandas as pd

DONE, SET_ASIDE, NOTHING, BROKEN = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 (done), 1 (done, some inputs were set aside) or 2 (nothing could be done)."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        parser.error(f"{' '.join(unknown)}: not known here. `fazhi COMMAND --help` lists what a command takes.")
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except FazhiError as error:
        print(error, file=sys.stderr)
        return NOTHING
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING
    except Exception:
        traceback.print_exc()
        print("This is a fault of the program, not of your data. Please report the lines above.", file=sys.stderr)
        return BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fazhi",
        description="Annual reports on rule-of-law government: texts to facts, facts to panel, panel to figures.",
        epilog="exit codes: 0 done; 1 done, some inputs were set aside (each is named); 2 nothing could be done",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add_making(commands)

    run = commands.add_parser("run", help="do all of it, only what changed: tables, notebooks, figures")
    run.add_argument("study", nargs="?", type=Path, metavar="study.toml", help="the study file")
    run.add_argument("--explain", action="store_true", help="say what would be done and why, and do nothing")
    run.add_argument("--force", action="store_true", help="do everything again")
    run.set_defaults(command=_run)

    check = commands.add_parser("check", help="schemas, keys, stale corrections, contradictions")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a set or a folder of sets (data/extracted)")
    check.add_argument(
        "--corrections", type=Path, metavar="FILE", help="the file of corrections (data/corrections.csv)"
    )
    check.set_defaults(command=_check)

    evaluate = commands.add_parser("evaluate", help="score an extraction against a standard made by hand")
    evaluate.add_argument("gold", type=Path, metavar="GOLD", help="the folder of the gold tables, e.g. data/gold")
    evaluate.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="extracted tables (data/extracted)")
    evaluate.add_argument(
        "-o", "--output", type=Path, metavar="DIR2", help="where to write metrics.csv and errors.csv (here)"
    )
    evaluate.add_argument("--seed", type=int, default=0, help="of the bootstrap by report (0)")
    evaluate.set_defaults(command=_evaluate)

    book = commands.add_parser("codebook", help="what an indicator or category takes, and near misses")
    book.add_argument("verb", choices=["test"], help="test")
    book.add_argument("id", metavar="ID", help="an id of indicators.csv or categories.csv")
    book.set_defaults(command=_codebook)

    show = commands.add_parser("show", help="what stands behind an id: a figure, report, observation, check ...")
    show.add_argument("id", metavar="ID", help="e.g. p032#35, an observation_id, or INDICATOR@REPORT")
    show.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="a set, also in partitions (data/extracted, then the other data sets of study.toml)",
    )
    show.set_defaults(command=_show)

    export = commands.add_parser(
        "export",
        help="the tables for Excel, Stata, SQL, LaTeX, Word, as a data package; the codebook as a page",
        description="Write the tables of a data set in another format: xlsx (a sheet a table), dta (Stata 118), "
        "parquet, csv (for Excel), datapackage (CSV with a Frictionless datapackage.json), codebook (an HTML page), "
        "tex and docx (printed tables). Names and descriptions are those of the contract and the codebook.",
    )
    export.add_argument("format", metavar="FORMAT", help="xlsx, dta, parquet, csv, datapackage, codebook, tex or docx")
    export.add_argument("-o", "--output", type=Path, metavar="DIR", help="the folder (figures/export/DATA/FORMAT)")
    export.add_argument("--data", default="real", metavar="NAME", help="a data set of study.toml (real)")
    export.add_argument("--table", nargs="+", metavar="TABLE", help="tables to export (all)")
    export.add_argument("--columns", nargs="+", metavar="C", help="tex, docx: the columns to print, in their order")
    export.set_defaults(command=_export)

    add_commands(commands)

    notebooks = commands.add_parser("notebooks", help="run the notebooks in place on the shipped facts, keep outputs")
    notebooks.set_defaults(command=_notebooks)
    return parser


def _run(options: argparse.Namespace) -> int:
    from analysis.study.runs import run_study

    outcome = run_study(options.study, explain=options.explain, force=options.force, echo=partial(print, flush=True))
    if not options.explain:
        print(f"{len(outcome.done)} runs done, {len(outcome.unchanged)} up to date, {len(outcome.failures)} failed.")
        print(f"Open {shown(paths.figures() / 'index.html')} in a browser.")
    return NOTHING if outcome.failures else SET_ASIDE if outcome.set_aside else DONE


def _check(options: argparse.Namespace) -> int:
    from analysis.partitions import check_partitions, is_partitioned
    from analysis.tidy import build_tidy, read_corrections, read_frame, read_sets

    for name in ("analysis.py", "analysis/__init__.py"):
        other = Path(name).resolve()
        if other.exists() and paths.PACKAGE not in other.parents:
            raise FazhiError(
                f"A script in this folder that imports analysis would find {name}, not this package. Rename it."
            )
    corrections = read_corrections(options.corrections or paths.corrections())
    verdicts: Counter[str] = Counter()
    if options.folder and is_partitioned(options.folder):
        documents = mentions = 0
        for part in check_partitions(options.folder, corrections):
            documents, mentions = documents + part.documents, mentions + part.mentions
            _print_checks(part.checks, verdicts)
    else:
        facts = read_sets([options.folder or paths.extracted()])
        frame = None if options.folder else read_frame(paths.frame())
        checks = build_tidy(facts, corrections, frame=frame)["checks"]
        documents, mentions = len(facts["documents"]), len(facts["mentions"])
        _print_checks(checks, verdicts)
    print(f"{documents} documents, {mentions} figures: the tables keep the contract.")
    print(", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()))
    return DONE


def _print_checks(checks: pd.DataFrame, verdicts: Counter[str]) -> None:
    verdicts.update(checks["verdict"].value_counts().to_dict())
    for check in checks.itertuples():
        if check.verdict != "uninformative":
            print(f"{check.verdict}: {check.indicator} {check.mention_id}: {check.note_en} / {check.note_zh}")


def _evaluate(options: argparse.Namespace) -> int:
    from analysis.evaluate import evaluate, read_gold
    from analysis.figures.save import csv_bytes
    from analysis.files import write_bytes
    from analysis.tidy import build_tidy, read_sets

    facts = read_sets([options.folder or paths.extracted()])
    metrics, errors = evaluate(read_gold(options.gold), facts, build_tidy(facts)["matches"], seed=options.seed)
    print(metrics.to_string(index=False))
    for name, table in {"metrics": metrics, "errors": errors}.items():
        write_bytes((options.output or Path()) / f"{name}.csv", csv_bytes(table))
    return DONE


def _codebook(options: argparse.Namespace) -> int:
    from analysis.study.trials import try_codebook

    print(try_codebook(options.id))
    return DONE


def _show(options: argparse.Namespace) -> int:
    from analysis.evidence import show

    try:
        print(show(options.id, options.folder))
    except FazhiError:
        if options.folder or not (found := _show_elsewhere(options.id)):
            raise
        print(found)
    return DONE


def _show_elsewhere(id: str) -> str:
    """Return what an id stands for in the first data set of the study file that has it, or nothing."""
    from analysis.evidence import find_texts, show
    from analysis.study.large import is_large
    from analysis.study.made import read_facts
    from analysis.study.plan import read_plan
    from analysis.tidy import read_corrections

    for data in read_plan().data.values():
        if is_large(data):
            continue
        try:
            facts = read_facts(data)
            texts = find_texts(facts["documents"], data.texts)
            return f"{data.label_zh} {data.label_en}\n{show(id, facts, read_corrections(data.corrections), texts)}"
        except FazhiError:
            continue
    return ""


def _export(options: argparse.Namespace) -> int:
    from analysis.exports import About, check_format, write_export
    from analysis.files import shown
    from analysis.study import open_study

    check_format(options.format, options.columns)
    study = open_study(options.data)
    if unknown := [name for name in options.table or () if name not in study.tables]:
        raise FazhiError(f"--table has {', '.join(unknown)}; {options.data} has {', '.join(study.tables)}.")
    data, chosen = study.data, options.table or study.tables
    about = About(data.id, data.label_zh, data.label_en, data.licence, data.invented)
    folder = options.output or paths.exports() / data.id / options.format
    tables = {name: study.tables[name] for name in chosen}
    written = write_export(tables, options.format, folder, about=about, columns=options.columns)
    print(f"{len(written.files)} file(s) in {shown(folder)}")
    if options.format == "datapackage" and not data.licence:
        print(f"  no licence is declared: add licence = ... to [data.{data.id}] of study.toml before you publish")
    for name, reason in written.aside.items():
        print(f"  set aside: {name}: {reason}")
    return SET_ASIDE if written.aside else DONE


def _notebooks(_: argparse.Namespace) -> int:
    import tempfile

    from analysis.study.shipped import copy_shipped, refresh_notebooks

    with tempfile.TemporaryDirectory(prefix="fazhi-") as folder:
        os.environ["FAZHI_ROOT"] = str(copy_shipped(Path(folder)))
        for path in refresh_notebooks(Path(folder)):
            print(f"refreshed {path.name}")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
