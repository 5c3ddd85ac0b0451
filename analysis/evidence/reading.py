"""One report read and shown in a notebook, its figures marked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.contract import stage_tables
from analysis.errors import InputError
from analysis.evidence.building import build_dossiers
from analysis.evidence.dossiers import Dossier
from analysis.evidence.page import environment, source
from analysis.evidence.words import states
from analysis.extract import Report, find_report, read_input, read_view
from analysis.tables import fit_table
from analysis.text.reading import make_text
from analysis.tidy import build_tidy


@dataclass(frozen=True)
class MarkedReport:
    """A report as extraction sees it, for a reader: its rows as frames, and in a notebook the text with its figures.

    Attributes
    ----------
    report : Report
        What extraction found, with the text and the evidence for its metadata.
    """

    report: Report

    @cached_property
    def facts(self) -> dict[str, pd.DataFrame]:
        """Every extracted table of this report."""
        rows = self.report.rows
        return {name: fit_table(rows.get(name, []), name) for name in stage_tables("extracted")}

    @cached_property
    def tidy(self) -> dict[str, pd.DataFrame]:
        """Every tidy table of this report."""
        return build_tidy(self.facts)

    @property
    def text(self) -> str:
        """The decoded text."""
        return self.report.view.text

    @property
    def documents(self) -> pd.DataFrame:
        """Table ``documents``: one row."""
        return self.facts["documents"]

    @property
    def sections(self) -> pd.DataFrame:
        """Table ``sections`` with the title of each: a column of the frame, never of a file."""
        return self._with_words("sections", "title")

    @property
    def mentions(self) -> pd.DataFrame:
        """Table ``mentions``."""
        return self.facts["mentions"]

    @property
    def statements(self) -> pd.DataFrame:
        """Table ``statements`` with the quote of each: a column of the frame, never of a file."""
        return self._with_words("statements", "quote")

    @property
    def codes(self) -> pd.DataFrame:
        """Table ``codes``."""
        return self.facts["codes"]

    def _with_words(self, name: str, column: str) -> pd.DataFrame:
        frame = self.facts[name]
        spans = zip(frame["start"], frame["end"], strict=True)
        return frame.assign(**{column: pd.Series([self.text[start:end] for start, end in spans], dtype="str")})

    @cached_property
    def dossier(self) -> Dossier:
        """All that the tables say of this report."""
        return build_dossiers(self.facts, self.tidy, {self.report.doc_id: self.text})[0]

    def __repr__(self) -> str:
        dossier = self.dossier
        return (
            f"<{dossier.id}: {dossier.name.zh}, {len(dossier.figures)} figures, {len(dossier.unmatched)} unmatched, "
            f"{len(dossier.statements)} statements>"
        )

    def _repr_html_(self) -> str:
        template = environment().get_template("report.html.j2")
        return template.render(dossier=self.dossier, states=states(), style=source("marks.css"))


def mark_report(text: str, doc_id: str) -> MarkedReport:
    """Find all that a text says, as a report that shows itself."""
    return MarkedReport(read_view(make_text(text), doc_id))


def read_report(path: str | os.PathLike[str]) -> MarkedReport:
    """Read one report from a file and find all that it says; nothing is written.

    Parameters
    ----------
    path : path
        A file with one report, e.g. ``"data/raw/NAME.txt"``; `Study.read_report` takes a doc_id instead. A
        manifest.csv beside it wins over what is found in the text.

    Returns
    -------
    MarkedReport
        With the frames documents, sections, mentions, statements and codes; in Jupyter it shows the text with its
        figures coloured by what becomes of them.

    Raises
    ------
    InputError
        The file is missing, is a folder, cannot be read or is no text.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder. Name one file, or read all of it with `fazhi extract {path} -o DIR`.")
    item = find_report(path)
    return MarkedReport(read_view(read_input(item), item.doc_id, item.manifest, item.path))
