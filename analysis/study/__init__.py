"""From tidy tables to a paper: the study file, the notebooks run by papermill, the record of what each rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import codebook, paths
from analysis.errors import InputError, ParameterError, StudyError
from analysis.evaluate import evaluate, read_gold
from analysis.figures.canvas import table_of
from analysis.figures.labels import LANGUAGES
from analysis.figures.save import Saved, save_figure, save_table
from analysis.stats.accuracy import describe_accuracy
from analysis.stats.correction import estimate_corrected
from analysis.stats.frame import Frame, Refusal, Result
from analysis.study.large import CheckedTables, LargeTables, choose_rows, is_large, read_input
from analysis.study.made import build_tables, read_facts, refresh_tidy, tidy_inputs, tidy_reasons
from analysis.study.plan import DataSet, digest_lock, read_plan
from analysis.study.shown import Listing, study_html
from analysis.study.wanted import build_under, find_figures, name_indicators, read_unit
from analysis.tables import empty_table, read_table

if TYPE_CHECKING:
    from analysis.evidence import MarkedReport

__all__ = ["Study", "evidence_page", "open_study", "refresh_tidy", "tidy_reasons"]


class Study:
    """One data set opened for one run of a notebook.

    It exists so that a notebook holds no path and every figure it saves carries the same record. The tables are
    attributes: ``study.documents``, ``study.observations``, ``study.coverage`` ...
    """

    def __init__(self, data: DataSet, run: str, parameters: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]):
        self.data = data
        self.run = run
        self.parameters = dict(parameters)
        self.tables = tables
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
            "inputs": self._inputs,
            "lock": digest_lock(),
            "accuracy": describe_accuracy(self.audit_accuracy),
        }  # fmt: skip

    @cached_property
    def _inputs(self) -> dict[str, str]:
        return tidy_inputs(self.data)

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

    def rows(self, name: str, columns: Sequence[str] | None = None, **where: Any) -> pd.DataFrame:
        """Return the rows of a table that are wanted; of tables in partitions no others are read.

        E.g. ``study.rows("observations", indicator=["legal_aid_cases_accepted"], report_year=[2022, 2023])``.
        """
        return choose_rows(self.tables, name, columns, where)

    def select(
        self, indicators: Sequence[str] = (), *, tier: str = "", families: Sequence[str] = ()
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return all that estimates of some indicators look at: their rows of `coverage` and of `observations`.

        Of tables in partitions no others are read.

        Parameters
        ----------
        indicators : sequence of str
            Ids of the codebook.
        tier : {"core", "extended", "context", "all"}
            All indicators of a tier, too.
        families : sequence of str
            All indicators of these families of cases, too, e.g. ``["legal_aid"]``.

        Returns
        -------
        coverage : DataFrame
            doc_id, item, status.
        observations : DataFrame
            Also of the counts a rate is of, of stated changes, and what shows that a department relays.

        Raises
        ------
        ParameterError
            The codebook has no such indicator or family.
        """
        ids = name_indicators(indicators, tier, families)
        return self.rows("coverage", ["doc_id", "item", "status"], item=ids), find_figures(self.tables, ids)

    def select_unit(self, unit: str) -> dict[str, pd.DataFrame]:
        """Return the rows of one unit, by table, for `build_profile`; of tables in partitions no others are held.

        ``unit`` is a unit_id, a division code, or the name of a place.

        Raises
        ------
        ParameterError
            No such unit, or a name that several units have.
        """
        return read_unit(self.tables, unit)

    def observations_under(self, convention: str, indicators: Sequence[str], years: Sequence[int] = ()) -> pd.DataFrame:
        """Return the rows of `observations` of some indicators as they are under another convention, for a sensitivity.

        See `analysis.tidy.build_tidy`: ``last_digit``, ``leading_digit`` or ``strict``. ``years``: only of reports on
        these years.
        """
        return build_under(self.data, self.tables, convention, name_indicators(indicators, "", ()), years)

    def read_report(self, doc_id: str) -> MarkedReport:
        """Read the text of one report of this data set anew; in Jupyter it shows itself with its figures marked.

        Raises
        ------
        InputError
            There is no such report, or its text is not at hand.
        """
        from analysis.evidence import find_texts, mark_report  # a sixth of what every kernel loads; few read a report

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

    Tidy tables on disk are read when they are asked for if they are up to date; otherwise they are built in memory from
    the extracted facts, and nothing is written. Tables in partitions are read each time they are asked for, and have to
    be up to date.

    Parameters
    ----------
    data : str
        A data set of study.toml: ``"real"`` or ``"invented"``, or one of your own.
    run : str
        The name of the folder below figures/ that `Study.save_figure` writes to.
    **parameters
        The parameters of the notebook, for the record beside its figures; they select nothing.

    Returns
    -------
    Study
        With every extracted and tidy table as an attribute.

    Raises
    ------
    ParameterError
        There is no such data set.
    StudyError
        Its tables are in partitions, and the tidy ones not up to date.
    """
    chosen = find_data(data)
    if not run or run != Path(run).name or run.startswith("."):
        raise ParameterError(f"run is {run!r}; it must be the plain name of a folder below figures/.")
    if is_large(chosen):
        if reasons := tidy_reasons(chosen):
            raise StudyError(
                f"The tidy tables of {data} are not up to date ({reasons[0]}), and tables in partitions are not tidied "
                "in memory. Run `fazhi run`."
            )
        return Study(chosen, run, parameters, LargeTables(chosen))
    if not tidy_reasons(chosen):
        return Study(chosen, run, parameters, CheckedTables(chosen))
    extracted = read_facts(chosen)
    return Study(chosen, run, parameters, {**extracted, **build_tables(chosen, extracted)})


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
