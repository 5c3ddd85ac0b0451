"""The command ``fazhi``: extract, tidy, run, check and what helps with them."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis import paths
from analysis.byhand import SHOWN, add_commands
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
        print("This is a fault of the program, not of your data. Please report the lines above.", file=sys.stderr)
        return BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fazhi",
        description="Annual reports on rule-of-law government: texts to facts, facts to panel, panel to figures.",
        epilog="exit codes: 0 done; 1 done, some inputs were set aside (each is named); 2 nothing could be done",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    extract = commands.add_parser(
        "extract",
        help="turn reports into the extracted tables",
        description="Turn reports into the extracted tables. Reports are texts (.txt), or rows of tables (.csv, .xlsx, "
        ".jsonl, .parquet) with the text in one column; columns of a table that are columns of `documents` (county, "
        "report_year ...) win over what is found, as a manifest.csv beside the reports does. What became of every file "
        "and row stands in inputs.csv.",
    )
    extract.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders with all below them")
    extract.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder of the new set")
    extract.add_argument(
        "--text-column", default="", metavar="C", help="the column of texts (one named text, content, 正文 ...)"
    )
    extract.add_argument(
        "--id-column", default="", metavar="C", help="the column of ids (one named id, 编号 ...; else FILE~1, FILE~2)"
    )
    _add_sharing(extract)
    extract.add_argument(
        "--partitioned", action="store_true", help="for a large corpus: Parquet by province and year in place of CSV"
    )
    extract.add_argument("--explain", action="store_true", help="say what would be read and why, and do nothing")
    extract.set_defaults(command=_extract)

    bring = commands.add_parser(
        "import",
        help="turn a table of facts found elsewhere into a set of extracted tables",
        description="Turn a table of facts that a person or a language model found (.csv, .xlsx, .jsonl, .parquet, or "
        "LangExtract's .jsonl) into a set that stands beside the others. The mapping says which column is what; the "
        "README describes it. What became of every row stands in inputs.csv; none is half taken.",
    )
    bring.add_argument("mapping", type=Path, metavar="MAPPING", help="a TOML file: which column is what")
    bring.add_argument("table", type=Path, metavar="TABLE", help="the table")
    bring.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder of the new set")
    bring.add_argument("--texts", type=Path, metavar="PATH", help="the reports, so that figures get their offsets")
    bring.set_defaults(command=_import)

    reuse = commands.add_parser("reuse", help="find the wording that reports of one set share")
    reuse.add_argument("folder", type=Path, metavar="DIR", help="a set of extracted tables")
    reuse.add_argument("--texts", type=Path, action="append", metavar="FOLDER",
                       help="where the texts lie, known by their hash (data/raw, data/text)")  # fmt: skip
    reuse.add_argument("--sources", type=Path, metavar="FOLDER",
                       help="national and provincial texts: what stands in them is formula")  # fmt: skip
    reuse.set_defaults(command=_reuse)

    tidy = commands.add_parser("tidy", help="build the tidy tables from sets of extracted tables")
    tidy.add_argument("sets", nargs="*", type=Path, metavar="DIR", help="a set, or a folder of sets (data/extracted)")
    tidy.add_argument("-o", "--output", type=Path, metavar="DIR2", help="where to write them (data/tidy)")
    tidy.add_argument("--corrections", type=Path, metavar="FILE", help="the file of corrections (data/corrections.csv)")
    tidy.add_argument("--frame", type=Path, metavar="FILE", help="which reports should exist (data/frame.csv)")
    tidy.add_argument("--convention", default="last_digit", help="last_digit, leading_digit or strict")
    _add_sharing(tidy)
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

    show = commands.add_parser("show", help="what stands behind an id: mention, statement, document, observation")
    show.add_argument("id", metavar="ID", help="e.g. p032#35, or an observation_id")
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


def _add_sharing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--workers", type=int, default=1, metavar="N", help="processes to share the work among (1)")
    command.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="of a Dask cluster whose workers share the work; `local` starts one of N workers on this machine",
    )


def _workers(options: argparse.Namespace) -> int:
    if options.workers < 1:
        raise FazhiError(f"--workers is {options.workers}; it must be 1 or more.")
    return int(options.workers)


def _extract(options: argparse.Namespace) -> int:
    from analysis.extract import Extraction, cache_beside, find_notes, texts_beside
    from analysis.extract.workers import find_cluster
    from analysis.partitions import write_extracted

    workers = _workers(options)
    columns = {"text_column": options.text_column, "id_column": options.id_column}
    with Extraction(
        options.paths, cache_beside(options.output), texts=texts_beside(options.output), **columns
    ) as extraction:
        reasons = extraction.reasons
        if options.explain:
            print("\n".join(f"{path}: {reason}" for path, reason in reasons.items()) or "nothing to read: up to date")
            return DONE
        with find_cluster(options.scheduler, workers) as client:
            extraction.read(workers, client)
        (write_extracted(extraction, options.output) if options.partitioned else extraction.write(options.output))
        frames = {name: extraction.table(name) for name in ("documents", "inputs")}
    print(f"{len(frames['documents'])} documents; {len(reasons)} of {len(frames['inputs'])} inputs were read now")
    for note in find_notes(frames):
        print(f"  {note}")
    return SET_ASIDE if (frames["inputs"]["status"] == "set_aside").any() else DONE


def _import(options: argparse.Namespace) -> int:
    from analysis.elsewhere import import_table

    tables = import_table(options.mapping, options.table, options.output, texts=options.texts)
    inputs = tables["inputs"][tables["inputs"]["status"] != "table"]
    counts = ", ".join(f"{len(tables[name])} {name}" for name in ("documents", "mentions", "statements", "codes"))
    by_status = inputs["status"].value_counts()
    print(f"{counts} of {len(inputs)} rows; {', '.join(f'{n} {status}' for status, n in by_status.items())}")
    told = inputs[inputs["status"].ne("ignored") & inputs["reason"].ne("")].to_dict("records")
    told.sort(key=lambda row: (row["status"] != "set_aside", len(row["path"]), row["path"]))
    for row in told[:SHOWN]:
        print(f"  {row['path']}: {row['status'].replace('_', ' ')}: {row['reason']}")
    if len(told) > SHOWN:
        print(f"  ... and {len(told) - SHOWN} more in {options.output / 'inputs.csv'}")
    return SET_ASIDE if "set_aside" in set(by_status.index) else DONE


def _reuse(options: argparse.Namespace) -> int:
    from analysis.evidence.texts import find_texts, read_texts
    from analysis.reuse import find_reuse
    from analysis.tables import read_tables, write_table

    tables = read_tables(options.folder, ("documents", "sections"))
    documents = tables["documents"]
    texts = find_texts(documents, options.texts)
    if not texts:
        raise FazhiError("The text of no report of this set is at hand. Put them into data/raw/, or name their folder "
                         "with --texts; they are known by their hash.")  # fmt: skip
    table = find_reuse(texts, tables["sections"], documents, sources=read_texts(options.sources))
    write_table(table, "reuse", options.folder)
    print(f"{len(table)} passages shared by {len(texts)} reports")
    missing = sorted(set(documents.loc[documents["sha256"] != "", "doc_id"]) - set(texts))
    for doc_id in missing:
        print(f"  {doc_id}: its text is not at hand; nothing of it was compared")
    return SET_ASIDE if missing else DONE


def _tidy(options: argparse.Namespace) -> int:
    from analysis.partitions import is_partitioned
    from analysis.tables import write_tables
    from analysis.tidy import add_codings, build_tidy, read_corrections, read_frame, read_sets

    if any(is_partitioned(folder) for folder in options.sets):
        return _tidy_partitions(options)
    if options.frame and not options.frame.exists():
        raise FazhiError(f"There is no frame {options.frame}. `fazhi frame start` makes one; --frame names its file.")
    facts = read_sets(options.sets or [paths.extracted()])
    frame = options.frame
    if not options.sets:
        facts, frame = add_codings(facts, paths.codes()), frame or paths.frame()
    tables = build_tidy(facts, read_corrections(options.corrections or paths.corrections()), options.convention,
                        read_frame(frame) if frame else None)  # fmt: skip
    output = options.output or paths.tidy()
    write_tables(tables, output)
    print(
        f"{len(facts['documents'])} documents -> {', '.join(f'{len(table)} {name}' for name, table in tables.items())}"
    )
    return DONE


def _tidy_partitions(options: argparse.Namespace) -> int:
    from analysis.extract.workers import find_team
    from analysis.partitions import tidy_partitions
    from analysis.tidy import read_corrections

    if len(options.sets) > 1:
        raise FazhiError("A set in partitions is tidied by itself. Name it alone.")
    if options.output is None:
        raise FazhiError("Tidy tables in partitions need a folder of their own. Name it with -o.")
    corrections = read_corrections(options.corrections or paths.corrections())
    with find_team(options.scheduler, _workers(options)) as team:
        rows = tidy_partitions(options.sets[0], options.output, corrections, options.convention, team)
    print(", ".join(f"{count} {name}" for name, count in rows.items()))
    return DONE


def _run(options: argparse.Namespace) -> int:
    from analysis.study.runs import run_study

    outcome = run_study(options.study, explain=options.explain, force=options.force, echo=print)
    if not options.explain:
        print(f"{len(outcome.done)} runs done, {len(outcome.unchanged)} up to date, {len(outcome.failures)} failed.")
    return NOTHING if outcome.failures else SET_ASIDE if outcome.set_aside else DONE


def _check(options: argparse.Namespace) -> int:
    from analysis.tidy import build_tidy, read_corrections, read_frame, read_sets

    for name in ("analysis.py", "analysis/__init__.py"):
        other = Path(name).resolve()
        if other.exists() and paths.PACKAGE not in other.parents:
            raise FazhiError(
                f"A script in this folder that imports analysis would find {name}, not this package. Rename it."
            )
    facts = read_sets([options.folder or paths.extracted()])
    frame = None if options.folder else read_frame(paths.frame())
    corrections = read_corrections(options.corrections or paths.corrections())
    checks = build_tidy(facts, corrections, frame=frame)["checks"]
    print(f"{len(facts['documents'])} documents, {len(facts['mentions'])} figures: the tables keep the contract.")
    for check in checks.itertuples():
        if check.verdict != "uninformative":
            print(f"{check.verdict}: {check.indicator} {check.mention_id}: {check.note_en} / {check.note_zh}")
    print(", ".join(f"{count} {verdict}" for verdict, count in checks["verdict"].value_counts().items()))
    return DONE


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

    print(show(options.id))
    return DONE


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
