"""Rows on their way to tables, and what sets them aside: what their report, the other rows or the contract say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from analysis.contract import spec
from analysis.elsewhere.rows import Row
from analysis.extract.report import Report
from analysis.parsing import type_cells
from analysis.tables import empty_table, fit_table
from analysis.text.reading import tame

Cells = dict[str, str]


@dataclass
class Item:
    """One row on its way: its report, its facts by table, why it is set aside, what else is to be said."""

    row: Row
    doc_id: str = ""
    status: str = "read"
    facts: dict[str, list[Cells]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def input(self) -> Cells:
        """The row of table `inputs`."""
        status = "set_aside" if self.faults else self.status
        reason = "; ".join(dict.fromkeys(self.faults or self.notes))
        return {"path": self.row.path, "status": status, "doc_id": self.doc_id if status == "read" else "",
                "reason": tame(reason)}  # fmt: skip


def wrong_document(doc_id: str, given: Cells, at_hand: bool) -> Iterator[str]:
    """Yield why what is given of a report cannot stand in `documents`."""
    filled = {"source": "-", **({"coverage": "full"} if at_hand else {}), **given}
    cells = pd.DataFrame([{**dict.fromkeys(spec("documents").names, ""), **filled, "doc_id": doc_id}], dtype="str")
    for violation in type_cells(cells, "documents")[1]:
        hint = "; give it under [documents], or the text by --texts" if violation.column == "coverage" else ""
        yield f"report {doc_id}: {violation.message}{hint}"


def add_roles(items: list[Item], report: Report) -> None:
    """Give figures without a role that of the section they stand in."""
    for item in items:
        for cells in item.facts.get("mentions", ()):
            if not cells.get("role") and cells.get("start"):
                start = int(cells["start"])
                inside = [section.role for section in report.sections if section.start <= start]
                cells["role"] = inside[-1] if inside else ""


def set_aside_overlaps(items: list[Item]) -> None:
    """Of figures that overlap keep the longest, of the same figure the first."""
    spans = [
        (cells["doc_id"], int(cells["start"]), int(cells["end"]), number)
        for number, item in enumerate(items)
        if not item.faults
        for cells in item.facts.get("mentions", ())
        if cells.get("start")
    ]
    taken: dict[str, list[tuple[int, int, int]]] = {}
    for doc_id, start, end, number in sorted(spans, key=lambda span: (span[0], span[1] - span[2], span[3])):
        over = next((one for one in taken.get(doc_id, ()) if one[0] < end and start < one[1]), None)
        if over is None:
            taken.setdefault(doc_id, []).append((start, end, number))
            continue
        other = items[over[2]].row.path
        same = over[:2] == (start, end)
        items[number].faults.append(f"the same figure as in {other}" if same else f"overlaps the figure of {other}")


def check_items(items: list[Item], name: str) -> None:
    """Set aside rows whose facts the table does not allow: of another type or value, or a second with one key."""
    own = [(item, cells) for item in items if not item.faults for cells in item.facts.get(name, ())]
    key, first = spec(name).key, dict[tuple[str, ...], tuple[Item, Cells]]()
    for item, cells in own:
        former = first.setdefault(tuple(cells.get(part, "") for part in key), (item, cells))
        if former[1] is not cells and (name != "statements" or former[1] != cells):
            item.faults.append(f"a second row {' '.join(cells.get(part, '') for part in key)}, as {former[0].row.path}")
    rows = [{column: cells.get(column, "") for column in spec(name).names} for _, cells in own]
    if not rows:
        return
    for violation in type_cells(pd.DataFrame(rows, dtype="str"), name)[1]:
        if violation.rule != "unique key" and violation.row is not None:
            own[violation.row - 2][0].faults.append(violation.message)


def type_rows(rows: list[Cells], name: str) -> pd.DataFrame:
    """Return rows of texts as a table; statements that several rows name stand once."""
    if not rows:
        return empty_table(name)
    frame = pd.DataFrame(
        [{column: cells.get(column, "") for column in spec(name).names} for cells in rows], dtype="str"
    )
    typed, _ = type_cells(frame.drop_duplicates(list(spec(name).key)), name)
    return fit_table(typed, name)
