"""From tidy tables to a paper: the study file, the notebooks run by papermill, the record of what each rests on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import codebook, paths
from analysis.contract import stage_tables
from analysis.errors import InputError, ParameterError, StudyError
from analysis.evaluate import evaluate, read_gold
from analysis.evidence import MarkedReport, find_texts, mark_report
from analysis.figures.canvas import table_of
from analysis.figures.labels import LANGUAGES
from analysis.figures.save import Saved, save_figure, save_table
from analysis.files import write_bytes
from analysis.parsing import parse_table
from analysis.stats.accuracy import count_changed, describe_accuracy, estimate_accuracy
from analysis.stats.correction import estimate_corrected
from analysis.stats.frame import Frame, Refusal, Result
from analysis.study.plan import DataSet, digest_files, digest_library, digest_lock, read_plan
from analysis.study.shown import Listing, study_html
from analysis.tables import empty_table, read_table, read_tables, write_tables
from analysis.tidy import add_codings, build_tidy, find_sets, read_corrections, read_frame, read_sets

__all__ = ["Study", "evidence_page", "open_study", "refresh_tidy", "tidy_reasons"]

PROVENANCE = "provenance.json"


class Study:
    """One data set opened for one run of a notebook.

    It exists so that a notebook holds no path and every figure it saves carries the same record. The tables are
    attributes: ``study.documents``, ``study.observations``, ``study.coverage`` ...
    """

    def __init__(self, data: DataSet, run: str, parameters: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]):
        self.data = data
        self.run = run
        self.parameters = dict(parameters)
        self.tables = dict(tables)
        self.frame: Frame = data.frame.over(tables["due"])
        self.folder: Path = paths.figures() / run

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["tables"][name]
        except KeyError:
            raise AttributeError(
                f"a study has no table {name!r}; it has {', '.join(self.__dict__['tables'])}"
            ) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __repr__(self) -> str:
        return f"{self.data.label_zh} · {self.data.label_en} · {len(self.tables['documents'])} documents"

    def _repr_html_(self) -> str:
        return study_html(self.data, self.parameters, self.tables)

    def look(self, name: str, rows: int = 20) -> Listing:
        """Return the first rows of a table, e.g. ``study.look("observations")``, to be read in both languages."""
        return Listing(name, self.__getattr__(name), rows)

    @property
    def record(self) -> dict[str, Any]:
        """What every figure of this run rests on: data, inputs' digests, parameters, codebook, code, lock."""
        return {
            "run": self.run,
            "data": {
                "id": self.data.id, "zh": self.data.label_zh, "en": self.data.label_en,
                "invented": self.data.invented,
            },
            "frame": self.frame.record(),
            "parameters": self.parameters,
            "inputs": tidy_inputs(self.data),
            "lock": digest_lock(),
            "accuracy": describe_accuracy(self.audit_accuracy),
        }  # fmt: skip

    def covariates(self) -> pd.DataFrame:
        """Return the covariates of the data set (table ``covariates``), with no row where there are none."""
        path = self.data.covariates
        return read_table("covariates", path.parent) if path else empty_table("covariates")

    def corrected(self, machine: str = "", role: str = "problem", units: str = "headings") -> Result:
        """Correct the machine's codes of this data set by the reports that people coded, or say that they are not.

        See `analysis.stats.correction.estimate_corrected`; which reports people code stands in data/coding/.
        """
        sample = read_input("coding_sample", self.data.coded)
        return estimate_corrected(self.codes, self.statements, self.documents, sample, machine=machine, role=role,
                                  units=units, frame=self.frame)  # fmt: skip

    def observations_under(self, convention: str) -> pd.DataFrame:
        """Return the table `observations` as it is under another convention of approximate figures, for a sensitivity.

        See `analysis.tidy.build_tidy`: ``last_digit``, ``leading_digit`` or ``strict``.
        """
        return build_tidy(self.tables, read_corrections(self.data.corrections), convention)["observations"]

    def read_report(self, doc_id: str) -> MarkedReport:
        """Read the text of one report of this data set anew; in Jupyter it shows itself with its figures marked.

        Raises
        ------
        InputError
            There is no such report, or its text is not at hand.
        """
        documents = self.tables["documents"]
        chosen = documents[documents["doc_id"] == doc_id]
        if chosen.empty:
            near = get_close_matches(doc_id, documents["doc_id"], 3, 0.3) or documents["doc_id"].head(3)
            raise InputError(f"There is no report {doc_id!r} in {self.data.id}. It has {', '.join(near)} ...")
        text = find_texts(chosen, self.data.texts).get(doc_id)
        if text is None:
            raise InputError(f"The text of {doc_id} is not at hand. Put it into data/raw/; it is known by its hash.")
        return mark_report(text, doc_id)

    def accuracy(self, seed: int = 0) -> pd.DataFrame:
        """Score the extraction of this data set against its hand-made standard, report by report and over all.

        Returns
        -------
        DataFrame
            metric, doc_id (empty: all reports), n, right, value, low, high (95 %, bootstrap by report; see
            `analysis.evaluate.evaluate`). No row where the data set has no standard.
        """
        columns = ["metric", "doc_id", "n", "right", "value", "low", "high"]
        if self.data.gold is None:
            return pd.DataFrame(columns=columns)
        gold = read_gold(self.data.gold)
        reports = ["", *sorted(set(gold["documents"]["doc_id"]) & set(self.tables["documents"]["doc_id"]))]
        scored = []
        for doc_id in reports:
            chosen = {name: table[table["doc_id"] == doc_id] if doc_id else table for name, table in gold.items()}
            metrics, _ = evaluate(chosen, self.tables, self.tables["matches"], seed=seed)
            scored.append(metrics.assign(doc_id=doc_id))
        return pd.concat(scored, ignore_index=True)[columns]

    def save_figure(self, name: str, plot: Callable[..., Any], result: pd.DataFrame | Result, **options: Any) -> Saved:
        """Draw a result in both languages and write it with its data and record; see `analysis.save_figure`.

        Figures of invented data say so below the picture. The caption says how right the facts were found in an audit
        of this data set, or that there was none; where there was one, it stands below the picture too.
        """
        invented = {"zh": self.data.label_zh, "en": self.data.label_en} if self.data.invented else {}
        table = table_of(result)
        named = {str(name) for column in ("indicator", "item") if column in table for name in table[column].unique()}
        said = describe_accuracy(self.audit_accuracy, named & set(codebook.rows_by("tidy/indicators")))
        shown = [invented, {} if self.audit_accuracy.empty else said]
        note = {lang: " ".join(part[lang] for part in shown if part) for lang in LANGUAGES}
        options |= {"note": note} if any(note.values()) else {"remark": said}
        page = f"../{evidence_page(self.data.id)}"
        return save_figure(name, plot, result, folder=self.folder, record=self.record, evidence=page, **options)

    def save_table(self, name: str, result: pd.DataFrame | Result, **options: Any) -> Saved:
        """Write a result as a table of the paper (CSV and LaTeX in both languages) with its record."""
        return save_table(name, result, folder=self.folder, record=self.record, **options)

    def tell(self, *results: Result) -> str:
        """Return in both languages what results do not infer and why, and the notes that belong to them."""
        refusals: list[Refusal] = [refusal for result in results for refusal in result.refusals]
        notes = [f"{note['en']} — {note['zh']}" for result in results for note in result.notes]
        lines = dict.fromkeys([*(str(refusal) for refusal in refusals), *notes])
        return "\n\n".join(lines)


def open_study(data: str = "real", run: str = "scratch", **parameters: Any) -> Study:
    """Open a data set of the study file.

    Tidy tables on disk are read if they are up to date; otherwise they are built in memory from the extracted facts,
    and nothing is written.

    Parameters
    ----------
    data : str
        A data set of study.toml: ``"real"`` or ``"invented"``, or one of your own.
    run : str
        The name of the folder below figures/ that `Study.save_figure` writes to.
    **parameters
        The parameters of the notebook, for the record.

    Returns
    -------
    Study
        With every extracted and tidy table as an attribute.

    Raises
    ------
    ParameterError
        There is no such data set.
    """
    chosen = find_data(data)
    if not run or run != Path(run).name or run.startswith("."):
        raise ParameterError(f"run is {run!r}; it must be the plain name of a folder below figures/.")
    extracted = read_facts(chosen)
    fresh = not tidy_reasons(chosen)
    tidy = read_tables(chosen.tidy, stage_tables("tidy")) if fresh else build_tables(chosen, extracted)
    return Study(chosen, run, parameters, {**extracted, **tidy})


def find_data(name: str) -> DataSet:
    """Return a data set of study.toml by its name.

    Raises
    ------
    ParameterError
        There is no such data set.
    """
    plan = read_plan()
    if name not in plan.data:
        raise ParameterError(f"There is no data set {name!r}. study.toml has: {', '.join(plan.data)}.")
    return plan.data[name]


def evidence_page(data: str) -> str:
    """Return the name of the file below figures/ that holds the evidence of a data set."""
    return f"evidence_{data}.html"


def read_facts(data: DataSet) -> dict[str, pd.DataFrame]:
    """Return the extracted tables of a data set, with the codings of people among the codes."""
    facts = read_sets(data.extracted)
    return add_codings(facts, data.codes) if data.codes else facts


def read_input(name: str, path: Path) -> pd.DataFrame:
    """Return a table that people keep; a file that is not there is empty."""
    return parse_table(path.read_bytes(), name, path.name) if path.exists() else empty_table(name)


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
    files = {
        f"{found.name}/{path.stem}": digest_files([path]) for found in sets for path in sorted(found.glob("*.csv"))
    }
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
    outputs = {name: digest_files([data.tidy / f"{name}.csv"]) for name in stage_tables("tidy")}
    changed = [
        name for name in sorted({*former["inputs"], *present}) if former["inputs"].get(name) != present.get(name)
    ]
    touched = [name for name in outputs if former["outputs"].get(name) != outputs[name]]
    return [f"{name} changed" for name in changed] + [f"{name}.csv is missing or was edited" for name in touched]


def refresh_tidy(data: DataSet) -> dict[str, pd.DataFrame]:
    """Build the tidy tables of a data set and write them, whole or not at all, with what they were made from.

    Raises
    ------
    FazhiError
        There are no facts, a table breaks the contract, a correction does not fit, or the folder cannot be written.
    """
    if data.tidy.exists() and not data.tidy.is_dir():
        raise StudyError(f"{data.tidy.name} is a file; the tidy tables need a folder of this name.")
    tidy = build_tables(data, read_facts(data))
    write_tables(tidy, data.tidy)
    outputs = {name: digest_files([data.tidy / f"{name}.csv"]) for name in stage_tables("tidy")}
    record = {"inputs": tidy_inputs(data), "outputs": outputs}
    write_bytes(data.tidy / PROVENANCE, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    return tidy
