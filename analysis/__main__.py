"""The command ``fazhi``: extract, tidy, run, check and what helps with them."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis import paths
from analysis.errors import FazhiError

DONE, SET_ASIDE, NOTHING, BROKEN = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 (done), 1 (done, some inputs were set aside) or 2 (nothing could be done)."""
    parser = _parser()
    options = parser.parse_args(arguments)
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
        print("This is a fault of the program, not of your data. Please report it with the lines above.", file=sys.stderr)
        return BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fazhi",
        description="Annual reports on rule-of-law government: texts to facts, facts to panel, panel to figures.",
        epilog="exit codes: 0 done; 1 done, some inputs were set aside (each is named); 2 nothing could be done",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    tidy = commands.add_parser("tidy", help="build the tidy tables from sets of extracted tables")
    tidy.add_argument("sets", nargs="*", type=Path, metavar="DIR", help="a set, or a folder of sets (data/extracted)")
    tidy.add_argument("-o", "--output", type=Path, metavar="DIR2", help="where to write them (data/tidy)")
    tidy.add_argument("--corrections", type=Path, metavar="FILE", help="the file of corrections (data/corrections.csv)")
    tidy.add_argument("--convention", default="last_digit", help="last_digit, leading_digit or strict")
    tidy.set_defaults(command=_tidy)

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

    notebooks = commands.add_parser("notebooks", help="run the notebooks in place on the shipped facts, keep outputs")
    notebooks.set_defaults(command=_notebooks)
    return parser


def _tidy(options: argparse.Namespace) -> int:
    from analysis.tables import write_tables
    from analysis.tidy import build_tidy, read_corrections, read_sets

    facts = read_sets(options.sets or [paths.extracted()])
    tables = build_tidy(facts, read_corrections(options.corrections or paths.corrections()), options.convention)
    output = options.output or paths.tidy()
    write_tables(tables, output)
    print(
        f"{len(facts['documents'])} documents -> {', '.join(f'{len(table)} {name}' for name, table in tables.items())}"
    )
    return DONE


def _run(options: argparse.Namespace) -> int:
    from analysis.study.runs import run_study

    outcome = run_study(options.study, explain=options.explain, force=options.force, echo=print)
    if not options.explain:
        print(f"{len(outcome.done)} runs done, {len(outcome.unchanged)} up to date, {len(outcome.failures)} failed.")
    return NOTHING if outcome.failures else DONE


def _check(options: argparse.Namespace) -> int:
    import analysis
    from analysis.tidy import build_tidy, read_corrections, read_sets

    if Path(analysis.__file__).resolve().parent != paths.PACKAGE:
        raise FazhiError(f"`import analysis` finds {analysis.__file__}, not this package. Rename that file or folder.")
    facts = read_sets([options.folder or paths.extracted()])
    checks = build_tidy(facts, read_corrections(options.corrections or paths.corrections()))["checks"]
    print(f"{len(facts['documents'])} documents, {len(facts['mentions'])} figures: the tables keep the contract.")
    for check in checks.itertuples():
        if check.verdict != "uninformative":
            print(
                f"{check.verdict}: {check.indicator} {check.mention_id}: {check.note_en} / {check.note_zh}"
            )
    print(", ".join(f"{count} {verdict}" for verdict, count in checks["verdict"].value_counts().items()))
    return DONE


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
