"""The commands that make tables: ``fazhi start, extract, import, reuse, tidy``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from analysis import paths
from analysis.byhand import SHOWN
from analysis.errors import FazhiError

DONE, SET_ASIDE = 0, 1
NO_TEXT = (
    "The text of no report of this set is at hand. Put them into data/raw/, or name their folder with --texts; they "
    "are known by their hash."
)


def add_making(commands: Any) -> None:
    """Add these commands to those of ``fazhi``."""
    start = commands.add_parser(
        "start",
        help="start a corpus of your own: a folder with a study file and a place for reports",
        description="Start a corpus of your own in an empty or new folder: study.toml, which says what is made of it, "
        "and data/raw/, where reports go. Every command run in that folder, or below it, then works on that corpus.",
    )
    start.add_argument("folder", type=Path, metavar="DIR", help="the new folder")
    start.set_defaults(command=_start)

    extract = commands.add_parser(
        "extract",
        help="turn reports into the extracted tables",
        description="Turn reports into the extracted tables. Reports are files (.txt, saved pages, .pdf, .docx), or "
        "rows of tables (.csv, .xlsx, .jsonl, .parquet) with the text in one column; columns of a table that are "
        "columns of `documents` (county, report_year ...) win over what is found, as a manifest.csv beside the "
        "reports does. What became of every file and row stands in inputs.csv.",
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
        "README of data/ describes it. What became of every row stands in inputs.csv; none is half taken.",
    )
    bring.add_argument("mapping", type=Path, metavar="MAPPING", help="a TOML file: which column is what")
    bring.add_argument("table", type=Path, metavar="TABLE", help="the table")
    bring.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the folder of the new set")
    bring.add_argument("--texts", type=Path, metavar="PATH", help="the reports, so that figures get their offsets")
    bring.set_defaults(command=_import)

    reuse = commands.add_parser("reuse", help="find the wording that reports of one set share")
    reuse.add_argument("folder", type=Path, metavar="DIR", help="a set of extracted tables, also in partitions")
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


def _add_sharing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--workers", type=int, metavar="N", help="processes to share the work among (every core)")
    command.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="of a Dask cluster whose workers share the work; `local` starts one of N workers on this machine",
    )


def _workers(options: argparse.Namespace) -> int:
    from analysis.extract.workers import count_cores

    if options.workers is None:
        return count_cores()
    if options.workers < 1:
        raise FazhiError(f"--workers is {options.workers}; it must be 1 or more.")
    return int(options.workers)


def _start(options: argparse.Namespace) -> int:
    from analysis.study.shipped import start_corpus

    folder = start_corpus(options.folder)
    print(f"{folder}: put reports into data/raw/, say in study.toml what they are, and run `fazhi run` in this folder.")
    return DONE


def _extract(options: argparse.Namespace) -> int:
    from analysis.extract import Extraction, cache_beside, find_notes, texts_beside
    from analysis.extract.workers import find_cluster, find_team
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
        if options.partitioned:
            with find_team("", workers) as team:
                write_extracted(extraction, options.output, team)
        else:
            extraction.write(options.output)
        frames = {name: extraction.table(name) for name in ("documents", "inputs")}
    print(f"{len(frames['documents'])} documents; {len(reasons)} of {len(frames['inputs'])} inputs were read now")
    for note in find_notes(frames, SHOWN):
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
    from analysis.extract.texts import find_texts, read_texts
    from analysis.partitions import is_partitioned
    from analysis.reuse import find_reuse
    from analysis.tables import read_tables, write_table

    if is_partitioned(options.folder):
        return _reuse_partitions(options)
    tables = read_tables(options.folder, ("documents", "sections"))
    documents = tables["documents"]
    texts = find_texts(documents, options.texts)
    if not texts:
        raise FazhiError(NO_TEXT)
    table = find_reuse(texts, tables["sections"], documents, sources=read_texts(options.sources))
    write_table(table, "reuse", options.folder)
    print(f"{len(table)} passages shared by {len(texts)} reports")
    return _tell_missing(sorted(set(documents.loc[documents["sha256"] != "", "doc_id"]) - set(texts)))


def _reuse_partitions(options: argparse.Namespace) -> int:
    from analysis.extract.texts import read_texts
    from analysis.partitions import write_reuse

    shared = write_reuse(options.folder, options.texts, sources=read_texts(options.sources))
    if not shared.reports:
        raise FazhiError(NO_TEXT)
    print(f"{shared.passages} passages shared by {shared.reports} reports, each compared with those of its province")
    for province, number in shared.pieces.items():
        print(f"  {province}: compared in {number} pieces, the reports of a place together")
    print(f"  {shared.apart} runs of ten characters that are no formula are shared by reports that were not compared")
    return _tell_missing(shared.missing)


def _tell_missing(missing: list[str]) -> int:
    for doc_id in missing[:SHOWN]:
        print(f"  {doc_id}: its text is not at hand; nothing of it was compared")
    if len(missing) > SHOWN:
        print(f"  ... and {len(missing) - SHOWN} more of {len(missing)} whose texts are not at hand")
    return SET_ASIDE if missing else DONE


def _tidy(options: argparse.Namespace) -> int:
    from analysis.partitions import is_partitioned
    from analysis.tables import write_tables
    from analysis.tidy import add_codings, build_tidy, read_corrections, read_frame, read_sets

    if options.frame and not options.frame.exists():
        raise FazhiError(f"There is no frame {options.frame}. `fazhi frame start` makes one; --frame names its file.")
    if any(is_partitioned(folder) for folder in options.sets):
        return _tidy_partitions(options)
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
    from analysis.tidy import read_corrections, read_frame

    if len(options.sets) > 1:
        raise FazhiError("A set in partitions is tidied by itself. Name it alone.")
    if options.output is None:
        raise FazhiError("Tidy tables in partitions need a folder of their own. Name it with -o.")
    corrections = read_corrections(options.corrections or paths.corrections())
    with find_team(options.scheduler, _workers(options)) as team:
        frame = read_frame(options.frame) if options.frame else None
        rows = tidy_partitions(options.sets[0], options.output, corrections, options.convention, frame, team)
    print(", ".join(f"{count} {name}" for name, count in rows.items()))
    return DONE
