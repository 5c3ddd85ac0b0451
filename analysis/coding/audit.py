"""The audit of one's own corpus: a blind sheet of figures drawn with known probabilities, and its way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.coding.candidates import DIGITS, READ, TAKEN, WORDS, find_candidates, find_numeral
from analysis.coding.sampling import allocate, draw, draw_reports
from analysis.coding.sheets import (
    ANSWERS,
    Contexts,
    active,
    build_codebook,
    build_lists,
    build_notes,
    check_rows,
    choices,
    chosen,
    digest,
    labels,
    make_field,
)
from analysis.coding.workbook import Sheet, read_sheet, write_workbook
from analysis.errors import InputError, ParameterError, TableError, Violation
from analysis.stats.frame import needed
from analysis.tables import fit_table
from analysis.text.numbers import parse_number

#: Shares of the figures that go to each kind: half to what was taken, for precision; the rest for what was missed.
SHARES = {TAKEN: 0.5, READ: 0.25, DIGITS: 0.15, WORDS: 0.1}
#: Figures that an indicator's own stratum would get at the least; the others share one.
OWN = 10
SHOWN = ("item", "report", "heading", "before", "figure", "after")
DEFINITIONS = ("id", "label_zh", "label_en", "unit", "definition_zh", "definition_en")


def draw_audit(
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    *,
    reports: int = 30,
    figures: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw the figures of an audit in two phases with known probabilities.

    First reports, at random within types of issuer, in proportion to their number. Then, over all reports drawn,
    numerals at random within strata: figures of an indicator (half of the sample; the frequent indicators are strata of
    their own and get figures by the root of their number, Bankier 1988), figures of none (a quarter), numerals from
    which nothing was taken (a quarter: Arabic 15 %, Chinese 10 %).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Extracted and tidy tables.
    texts : mapping of str to str
        Texts at hand, by doc_id; only their reports can be drawn.
    reports, figures : int
        How many of each; all where there are fewer.
    seed : int
        Of both draws.

    Returns
    -------
    DataFrame
        Table ``audit_sample``, nothing judged yet, in the random order of the sheet.

    Raises
    ------
    InputError
        No text is at hand, or the texts hold no numeral.
    ParameterError
        A number is too small: at least 2 reports and 20 figures.
    """
    for name, number, least in (("reports", reports, 2), ("figures", figures, 2 * OWN)):
        if number < least:
            raise ParameterError(f"{name} is {number}; an audit needs at least {least}.")
    documents = tables["documents"]
    at_hand = documents[documents["doc_id"].isin(texts)]
    if at_hand.empty:
        raise InputError(
            f"None of the {len(documents)} reports has its text at hand, and an audit shows sentences. Put the texts "
            "into data/raw/ or data/text/ (they are known by their hash), or name their folder as texts in study.toml."
        )
    rng = np.random.default_rng(seed)
    drawn = draw_reports(at_hand, reports, rng)
    found = find_candidates(tables, {doc_id: texts[doc_id] for doc_id in drawn["doc_id"]})
    if found.empty:
        raise InputError(f"The {len(drawn)} reports drawn hold no numeral at all. Draw more, or look at the texts.")
    sample = draw_figures(found, drawn, figures, rng).merge(documents[["doc_id", "sha256"]], on="doc_id")
    without = len(documents) - len(at_hand)
    return fit_table(sample.assign(n_population=len(at_hand), n_without_text=without, seed=seed), "audit_sample")


def draw_figures(found: pd.DataFrame, drawn: pd.DataFrame, figures: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the second phase: figures within strata, over all reports drawn.

    Parameters
    ----------
    found : DataFrame
        Candidates in the reports drawn, as `find_candidates` returns them.
    drawn : DataFrame
        The first phase, as `draw_reports` returns it.
    figures : int
        How many to draw.
    rng : Generator

    Returns
    -------
    DataFrame
        The columns of the design of table ``audit_sample``, numbered in random order.
    """
    names = {"stratum": "report_stratum", "n_stratum": "n_report_stratum"}
    found = found.assign(stratum=_strata(found, figures))
    sample = draw(found, _allocate(found, figures), rng)
    sample = sample.rename(columns={"p": "p_figure"}).drop(columns="kind")
    sample = sample.merge(drawn.rename(columns=names), on="doc_id").iloc[rng.permutation(len(sample))]
    return sample.assign(item=[f"f{number:04d}" for number in range(1, len(sample) + 1)], n_drawn=len(drawn))


def _strata(found: pd.DataFrame, figures: int) -> pd.Series:
    """Return the stratum of every candidate: what became of it, and the indicator where it has many figures."""
    counts = found.loc[found["kind"] == TAKEN, "indicator"].value_counts(sort=False).sort_index()
    frequent = counts[counts >= needed("positives")].sort_values(ascending=False, kind="stable")
    own = set(frequent.index[: int(SHARES[TAKEN] * figures / OWN)])
    return found["kind"].where(~found["indicator"].isin(own), found["kind"] + ":" + found["indicator"])


def _allocate(found: pd.DataFrame, figures: int) -> dict[str, int]:
    """Share out the figures: by kind, then among the indicators by the root of their number."""
    sizes = found["stratum"].value_counts()
    kinds = {str(kind): int(size) for kind, size in found["kind"].value_counts().sort_index().items()}
    wanted: dict[str, int] = {}
    for kind, total in allocate(kinds, figures, SHARES).items():
        own = {str(name): int(size) for name, size in sizes.items() if str(name).split(":")[0] == kind}
        wanted |= allocate(own, total, {name: float(np.sqrt(size)) for name, size in own.items()})
    return wanted


def write_audit(path: Path, sample: pd.DataFrame, tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str]) -> None:
    """Write the blind sheet of an audit: the numeral in its sentence, and no word of what extraction made of it."""
    contexts = Contexts(tables, texts)
    rows = []
    for figure in sample.itertuples():
        folded = contexts.folded[figure.doc_id]
        row = contexts.of(figure.doc_id, *find_numeral(folded, int(figure.start), int(figure.end)))
        row |= {"item": figure.item, "figure": f"【{row.pop('marked')}】"}
        rows.append(row | {"check": digest(row, SHOWN)})
    indicators = active("tidy/indicators")
    said = labels()["choices"]
    lists, ranges = build_lists({"indicator": [said["none"], said["no_figure"], *choices(indicators)]})
    fields = [
        make_field("item", 8),
        make_field("report", 16),
        make_field("heading", 24),
        make_field("before", 50),
        make_field("figure", 14, strong=True),
        make_field("after", 40),
        make_field("indicator", 34, fill_in=True, choices={"figure": ranges["indicator"]}),
        make_field("value", 12, fill_in=True),
        make_field("remark", 24, fill_in=True),
        make_field("check", 4, hidden=True),
    ]
    answers = Sheet(ANSWERS, fields, rows, ["figure"] * len(rows), frozen="B2")
    write_workbook(path, [answers, build_codebook(indicators, DEFINITIONS), build_notes("audit"), lists])


def read_audit(path: Path, sample: pd.DataFrame, auditor: str) -> pd.DataFrame:
    """Read a filled audit sheet back into its sample.

    Parameters
    ----------
    path : Path
        The workbook.
    sample : DataFrame
        Table ``audit_sample`` that it was written from.
    auditor : str
        Who filled it in.

    Returns
    -------
    DataFrame
        The sample with truth, truth_value and auditor.

    Raises
    ------
    InputError
        The workbook cannot be read.
    TableError
        Rows are missing, doubled, unknown, changed or empty, an indicator is unknown or a value no number; all are
        listed and nothing is read.
    """
    rows = read_sheet(path, ANSWERS, [*SHOWN, "indicator", "value", "check"])
    wrong = [*check_rows(rows, sample["item"], "item", SHOWN, path.name), *_wrong_answers(rows, path.name)]
    if wrong:
        raise TableError(
            f"{len(wrong)} row(s) of {path.name} do not fit.", wrong,
            "Nothing was read. Correct these rows in the sheet and read it again.",
        )  # fmt: skip
    truth = {row["item"]: chosen(row["indicator"]) for row in rows}
    values = {row["item"]: parse_number(row["value"]) if row["value"] else None for row in rows}
    return fit_table(
        sample.assign(truth=sample["item"].map(truth), truth_value=sample["item"].map(values), auditor=auditor),
        "audit_sample",
    )


def _wrong_answers(rows: Sequence[Mapping[str, str]], source: str) -> Iterator[Violation]:
    indicators = {row["id"] for row in active("tidy/indicators")}
    nothing = {"none", "no_figure"}
    for row in rows:
        line, given = int(row["line"]), chosen(row["indicator"])
        if not given:
            message = f"{row['item']} has no answer; choose an indicator, none or no_figure"
            yield Violation(source, line, "indicator", "", "empty", message)
        elif given not in indicators | nothing:
            message = f"{row['item']}: there is no indicator {given!r}; choose one from the list, or none or no_figure"
            yield Violation(source, line, "indicator", given, "unknown indicator", message)
        if row["value"] and parse_number(row["value"]) is None:
            message = f"{row['item']}: {row['value']!r} is no number; write it like 1286 or 17.5万, without a unit"
            yield Violation(source, line, "value", row["value"], "number", message)
