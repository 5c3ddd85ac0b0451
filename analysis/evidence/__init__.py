"""From an id to the sentence: the evidence page, one fact in a terminal, one report in a notebook."""

from analysis.evidence.lookup import show
from analysis.evidence.pages import write_evidence, write_evidence_parts
from analysis.evidence.reading import MarkedReport, mark_report, read_report
from analysis.evidence.shown import Shown
from analysis.extract.texts import find_texts

__all__ = [
    "MarkedReport",
    "Shown",
    "find_texts",
    "mark_report",
    "read_report",
    "show",
    "write_evidence",
    "write_evidence_parts",
]
