"""What the sheets for coders and auditors have in common: heads, codebook, lists, notes, and how they are read back."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.codebook import Row, read_rows
from analysis.coding.workbook import Field, Sheet
from analysis.errors import Violation
from analysis.evidence.spans import quote
from analysis.text.reading import make_text

ANSWERS = "answers"
#: Characters of context before and behind a figure or statement.
REACH = (240, 160)
_BLANKS = re.compile(r"\s+")


@cache
def labels() -> dict[str, Any]:
    """Return labels.toml."""
    return tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))


def make_field(name: str, width: float = 12, **options: Any) -> Field:
    """Return a column with its head in both languages."""
    return Field(name, labels()["heads"][name], width, **options)


def build_codebook(rows: Iterable[Row], columns: Sequence[str]) -> Sheet:
    """Return the sheet with the definitions; no trigger stands in it."""
    fields = [make_field(name, 60 if name[:4] in {"defi", "incl", "excl"} else 28) for name in columns]
    return Sheet("codebook", fields, [dict(row) for row in rows], frozen="B2")


def build_lists(lists: Mapping[str, Sequence[str]]) -> tuple[Sheet, dict[str, str]]:
    """Return the sheet of what can be chosen, one list below the other, and the range of every list."""
    rows = [{"choice": text} for texts in lists.values() for text in texts]
    ranges, first = {}, 2
    for name, texts in lists.items():
        ranges[name] = f"lists!$A${first}:$A${first + len(texts) - 1}"
        first += len(texts)
    return Sheet("lists", [make_field("choice", 60)], rows), ranges


def build_notes(kind: str) -> Sheet:
    """Return the sheet that says how to fill in, in both languages."""
    rows = [{"what": what, "text": text} for what, text in labels()["notes"][kind].items()]
    return Sheet("notes", [make_field("what", 16), make_field("text", 110)], rows)


def active(name: str) -> list[Row]:
    """Return the rows of a file of the codebook that are in use."""
    return [row for row in read_rows(name) if row.get("status", "active") != "retired"]


def choices(rows: Iterable[Row]) -> list[str]:
    """Return ids with their labels, as they stand in a list."""
    return [f"{row['id']} {row['label_zh']}" for row in rows]


def chosen(cell: str) -> str:
    """Return the id of what was chosen, also where somebody typed the id alone.

    >>> chosen("leadership 重视程度不够"), chosen("")
    ('leadership', '')
    """
    return cell.split(" ")[0].strip()


class Contexts:
    """The sentence, the headings and the name of the report of any span of some reports."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str]) -> None:
        self.folded = {doc_id: make_text(text).folded for doc_id, text in texts.items()}
        self._texts = texts
        self._documents = tables["documents"].set_index("doc_id")
        headings = tables["sections"][tables["sections"]["level"] > 0]
        self._headings = {doc_id: rows.to_dict("records") for doc_id, rows in headings.groupby("doc_id")}

    def of(self, doc_id: str, start: int, end: int) -> dict[str, str]:
        """Return report, heading, before, what stands there, after."""
        text, found = self._texts[doc_id], quote(self._texts[doc_id], self.folded[doc_id], start, end, REACH)
        row = self._documents.loc[doc_id]
        place = row["county"] or row["prefecture"] or row["issuer"] or doc_id
        year = "" if pd.isna(row["report_year"]) else f" {int(row['report_year'])}"
        above = [text[part["start"] : part["end"]].strip() for part in self._headings.get(doc_id, ())
                 if part["start"] <= start < part["body_end"]]  # fmt: skip
        return {"report": f"{place}{year}", "heading": "\n".join(line[:80] for line in above),
                "before": found.before, "marked": found.marked, "after": found.after}  # fmt: skip


def digest(row: Mapping[str, str], columns: Iterable[str]) -> str:
    """Return a short hash of the cells that nobody may change, blanks aside."""
    words = "\x1f".join(_BLANKS.sub("", row.get(name, "")) for name in columns)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def check_rows(
    rows: Sequence[Mapping[str, str]], expected: Iterable[str], key: str, shown: Sequence[str], source: str
) -> Iterator[Violation]:
    """Yield every row that is lost, doubled, unknown or no longer what was written."""
    expected = list(expected)
    known, times = set(expected), Counter(row[key] for row in rows)
    for name in (name for name in expected if not times[name]):
        yield Violation(source, None, key, name, "missing row", f"the row of {name} is missing; put it back")
    for row in rows:
        line, name = int(row["line"]), row[key]
        if name not in known:
            message = f"there is no {key} {name!r} in this sample; delete the row, or put its number back"
            yield Violation(source, line, key, name, "unknown row", message)
        elif times[name] > 1:
            message = f"{name} stands in {times[name]} rows; keep one"
            yield Violation(source, line, key, name, "duplicate", message)
        elif row["check"] != digest(row, shown):
            message = f"{name}: what stands in {', '.join(shown)} is not what was written; put the text back"
            yield Violation(source, line, key, name, "changed text", message)
