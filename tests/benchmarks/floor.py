"""What no cleverness in plain Python can spare: the least that the tables' contract asks for, without any judgement.

Everything that a rule decides is taken as known beforehand; what is left has to be done by whoever fills the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from analysis.codebook import read_rows
from analysis.contract import spec
from analysis.extract import read_view
from analysis.extract.report import Report, Row
from analysis.tables import format_rows
from analysis.text.bodies import within_pattern
from analysis.text.patterns import grammar
from analysis.text.reading import Text
from analysis.text.shortcuts import begun, needed
from analysis.text.surroundings import FULL_STOPS, Surroundings
from analysis.text.vocabulary import term_pattern, verb_pattern

#: Files of the codebook, and the column that holds their patterns.
_LABELS: Final = ("text/outline", "pattern")
_TIMES: Final = ("text/periods", "pattern")
_TRIGGERS: Final = ("text/category_triggers", "trigger")


def bare_scan() -> re.Pattern[str]:
    """Return the full pattern of a number with approximators, multiplier and unit, as one scan would use it."""
    rules = grammar()
    return re.compile(f"(?:{rules.plain.pattern}|{rules.vague.pattern})(?:{rules.unit.pattern})?")


def scan(views: Iterable[Text]) -> None:
    """Run the bare scan over some texts."""
    pattern = bare_scan()
    for view in views:
        for _ in pattern.finditer(view.folded):
            pass


@cache
def _listed(name: str, column: str) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Return the patterns of a file of the codebook, each with words without which it finds nothing."""
    return tuple((needed(row[column]), re.compile(begun(row[column]))) for row in read_rows(name))


def find_all(reports: Iterable[Report]) -> None:
    """Look once for everything: numbers, marks and labels in the text, what tells when and who, terms and verbs in the
    sentences that hold a figure, triggers of categories in the statements.
    """
    for report in reports:
        around = Surroundings(report.view)
        starts = dict.fromkeys(around.start_of(mention["start"], FULL_STOPS) for mention in report.mentions)
        text = report.view.folded
        told = "\n".join(text[start : around.end_of(start, FULL_STOPS)] for start in starts)
        said = "\n".join(text[statement.start : statement.end] for statement in report.statements)
        works = [(text, bare_scan()), (told, within_pattern()), (told, term_pattern()), (told, verb_pattern())]
        for words, (name, column) in ((text, _LABELS), (told, _TIMES), (said, _TRIGGERS)):
            works += [(words, found) for need, found in _listed(name, column) if any(map(words.__contains__, need))]
        for words, pattern in works:
            for _ in pattern.finditer(words):
                pass


def put_in_context(reports: Iterable[Report]) -> list[Row]:
    """Make one dict for each figure, and take the words around it."""
    names = [name for name in spec("mentions").names if name not in ("mention_id", "doc_id", "extractor")]
    found = []
    for report in reports:
        around = Surroundings(report.view)
        for mention in report.mentions:
            start, end = mention["start"], mention["end"]
            row = {name: mention[name] for name in names}
            row["context"] = around.clause_before(start), around.sentence_before(start), around.clause_after(end)
            found.append(row)
    return found


def make_rows(reports: Iterable[Report]) -> list[dict[str, list[Row]]]:
    """Make the rows of all tables from what was found."""
    return [replace(report).rows for report in reports]


def write_rows(rows: Iterable[dict[str, list[Row]]]) -> list[bytes]:
    """Write rows as lines of CSV, which the whole extraction of a report has not yet done."""
    return [format_rows(table, name) for tables in rows for name, table in tables.items()]


def floors(views: Sequence[Text]) -> dict[str, Callable[[int], object]]:
    """Return the works of the floor of one report each, and the floor itself: all of them but the writing."""
    reports = [read_view(view, "x") for view in views]
    rows = make_rows(reports)

    def floor(at: int) -> None:
        for work in (find_all, put_in_context, make_rows):
            work(reports[at : at + 1])

    return {
        "floor: searches": lambda at: find_all(reports[at : at + 1]),
        "floor: contexts": lambda at: put_in_context(reports[at : at + 1]),
        "floor: rows": lambda at: make_rows(reports[at : at + 1]),
        "floor of the whole": floor,
        "rows as CSV": lambda at: write_rows(rows[at : at + 1]),
    }
