"""The tables of a data set: read, tidied, and whether the tidy ones are up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd

from analysis import codebook
from analysis.contract import stage_tables
from analysis.errors import StudyError
from analysis.extract.workers import count_cores, find_team
from analysis.files import write_bytes
from analysis.partitions import tidy_partitions
from analysis.stats.accuracy import count_changed, estimate_accuracy
from analysis.study.large import LargeTables, digest_parts, is_large, read_input
from analysis.study.plan import DataSet, digest_files, digest_library
from analysis.tables import write_tables
from analysis.tidy import add_codings, build_tidy, find_sets, read_corrections, read_frame, read_sets

PROVENANCE = "provenance.json"


def read_facts(data: DataSet) -> dict[str, pd.DataFrame]:
    """Return the extracted tables of a data set, with the codings of people among the codes."""
    facts = read_sets(data.extracted)
    return add_codings(facts, data.codes) if data.codes else facts


def build_tables(data: DataSet, facts: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Build the tidy tables of a data set, with the accuracy that an audit found."""
    frame = read_frame(data.frame_file) if data.frame_file else None
    tidy = build_tidy(facts, read_corrections(data.corrections), data.convention, frame)
    sample = read_input("audit_sample", data.audited)
    changed = count_changed(sample, {**facts, **tidy})
    return {**tidy, "audit_accuracy": estimate_accuracy(sample, changed)}


def tidy_inputs(data: DataSet) -> dict[str, str]:
    """Return what the tidy tables of a data set are made from, as digests by name."""
    sets = [found for folder in data.extracted for found in find_sets(folder)]
    files = (
        digest_parts(data, "extracted")
        if is_large(data)
        else {
            f"{found.name}/{path.stem}": digest_files([path]) for found in sets for path in sorted(found.glob("*.csv"))
        }
    )
    return {
        **files,
        "corrections": digest_files([data.corrections]) if data.corrections.exists() else "",
        "audit": digest_files([data.audited]) if data.audited.exists() else "",
        "frame": digest_files([data.frame_file]) if data.frame_file and data.frame_file.exists() else "",
        "codings": digest_files(sorted(data.codes.glob("*.csv"))) if data.codes else "",
        "codebook": f"{codebook.version()} {codebook.digest()}",
        "library": digest_library(),
        "convention": data.convention,
    }


def tidy_reasons(data: DataSet) -> list[str]:
    """Return why the tidy tables on disk would have to be built again; empty if they are up to date."""
    path = data.tidy / PROVENANCE
    if not path.exists():
        return ["first run"]
    try:
        former = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return ["its record is cut off"]
    present = tidy_inputs(data)
    outputs = _digest_tidy(data)
    changed = [
        name for name in sorted({*former["inputs"], *present}) if former["inputs"].get(name) != present.get(name)
    ]
    touched = [name for name in outputs if former["outputs"].get(name) != outputs[name]]
    return [f"{name} changed" for name in changed] + [f"{name}.csv is missing or was edited" for name in touched]


def _digest_tidy(data: DataSet) -> dict[str, str]:
    if is_large(data):
        return digest_parts(data, "tidy")
    return {name: digest_files([data.tidy / f"{name}.csv"]) for name in stage_tables("tidy")}


def refresh_tidy(data: DataSet) -> Mapping[str, pd.DataFrame]:
    """Build the tidy tables of a data set and write them, whole or not at all, with what they were made from.

    Raises
    ------
    FazhiError
        There are no facts, a table breaks the contract, a correction does not fit, or the folder cannot be written.
    """
    if data.tidy.exists() and not data.tidy.is_dir():
        raise StudyError(f"{data.tidy.name} is a file; the tidy tables need a folder of this name.")
    tidy: Mapping[str, pd.DataFrame]
    if is_large(data):
        (data.tidy / PROVENANCE).unlink(missing_ok=True)
        frame = read_frame(data.frame_file) if data.frame_file else None
        corrections = read_corrections(data.corrections)
        with find_team("", count_cores()) as team:
            tidy_partitions(data.extracted[0], data.tidy, corrections, data.convention, frame, team)
        tidy = LargeTables(data)
    else:
        tidy = build_tables(data, read_facts(data))
        write_tables(tidy, data.tidy)
    record = {"inputs": tidy_inputs(data), "outputs": _digest_tidy(data)}
    write_bytes(data.tidy / PROVENANCE, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    return tidy
