"""Rows from elsewhere to tables: every row becomes facts as a whole, or is set aside with every reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from analysis.codebook import read_rows
from analysis.contract import spec, stage_tables
from analysis.elsewhere.figures import NUMBERS, Place, Places, read_figure
from analysis.elsewhere.items import Cells, Item, add_roles, check_items, set_aside_overlaps, type_rows, wrong_document
from analysis.elsewhere.mapping import Mapped, Source, TableMapping
from analysis.elsewhere.rows import Row, Rows
from analysis.errors import InputError
from analysis.extract.manifest import clean_id
from analysis.extract.report import read_view
from analysis.tables import empty_table, fit_table
from analysis.text.divisions import complete_place
from analysis.text.reading import make_text, tame

#: Tables that rows become facts of, each before what refers to it.
FACTS = ("mentions", "statements", "codes")
Rowed = dict[str, dict[str, Any]]
#: Columns of the tables that hold words.
_TAMED = {
    "qualifier",
    "measure",
    "action",
    "title",
    "issuer",
    "addressee",
    "county",
    "prefecture",
    "province",
    "source",
}


class Builder:
    """Makes one set of tables of the rows of one table."""

    def __init__(self, mapping: TableMapping, rows: Rows, texts: Mapping[str, str]) -> None:
        self.mapping, self.rows = mapping, rows
        self._texts = texts
        self._places: dict[str, Places] = {}
        self._given: dict[str, Cells] = {}
        self._raw: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._statements: dict[tuple[str, str], str] = {}
        self._coded: dict[tuple[str, str], tuple[str, int]] = {}

    def build(self) -> dict[str, pd.DataFrame]:
        """Return the tables; see `analysis.elsewhere.import_table`."""
        items = [self._item(row) for row in self.rows.rows]
        bare = {}
        for path, raw in self.rows.bare:
            item = Item(Row(path, {}), notes=["no extraction in it"])
            self._name(item, self.mapping.own["doc_id"].of(raw))
            bare[item.doc_id] = item
        documents, sections = self._documents(items, bare)
        set_aside_overlaps(items)
        for name in FACTS:
            check_items(items, name)
        kept = [item for item in items if item.status == "read" and not item.faults]
        used = {item.doc_id for item in kept} | {name for name, item in bare.items() if not item.faults}
        if not used:
            reasons = Counter(item.input["reason"] for item in [*items, *bare.values()]).most_common(3)
            listed = "; ".join(f"{count} x {reason}" for reason, count in reasons) or "there are none"
            raise InputError(f"No row of {self.rows.name} fits {self.mapping.name}: {listed}. Nothing was written.")
        made: dict[str, list[Cells]] = {name: [cells for item in kept for cells in item.facts.get(name, ())]
                                        for name in FACTS}  # fmt: skip
        frames = {name: type_rows(rows, name) for name, rows in made.items()}
        frames["documents"] = fit_table([documents[name] for name in sorted(used)], "documents")
        frames["sections"] = fit_table([row for name in sorted(used) for row in sections.get(name, ())], "sections")
        frames["inputs"] = fit_table([self._table_row(), *(item.input for item in [*items, *bare.values()])], "inputs")
        return {name: frames.get(name, empty_table(name)) for name in stage_tables("extracted") if name != "reuse"}

    def _table_row(self) -> Cells:
        used = self.mapping.columns
        ignored = [column for column in self.rows.columns if column not in used]
        said = f"columns by {self.mapping.name}: used {', '.join(used)}"
        said += f"; ignored {', '.join(ignored)}" if ignored else ""
        return {"path": self.rows.name, "status": "table", "source_sha256": self.rows.sha256, "reason": said}

    def _item(self, row: Row) -> Item:
        """Turn one row into facts, as far as its own cells go."""
        item = Item(row)
        self._name(item, self._cell(item, self.mapping.own["doc_id"], "doc_id"))
        if item.faults:
            return item
        self._counts[item.doc_id] += 1
        number = str(self._counts[item.doc_id])
        if "number" in self.mapping.own:
            number = self._cell(item, self.mapping.own["number"], "number")
            if not number.isdecimal():
                item.faults.append(f"number is {number!r}; it must be a whole number")
        tables = {name: mapped for name, mapped in self.mapping.tables.items() if _fits(row, mapped)}
        if not {"mentions", "statements"} & set(tables):
            item.status = "ignored"
            item.notes.append(f"{self.mapping.name} takes no such row: {_told(row, self.mapping.tables)}")
            return item
        cells = {name: self._cells(item, mapped) for name, mapped in tables.items()}
        self._add_document(item, cells.get("documents", {}))
        if "mentions" in cells:
            self._add_mention(item, cells["mentions"], number)
        if "statements" in cells:
            self._add_statement(item, cells["statements"], cells.get("codes", {}), number)
        return item

    def _name(self, item: Item, raw: str) -> None:
        """Give a row its report; two ids that would become one are not mixed."""
        if not raw:
            item.faults.append("no report is named: doc_id is empty")
            return
        item.doc_id = clean_id(raw)
        if (first := self._raw.setdefault(item.doc_id, raw)) != raw:
            item.faults.append(f"{raw!r} and {first!r} both become the id {item.doc_id}; rename one of them")

    def _cell(self, item: Item, source: Source, name: str) -> str:
        if source.column in item.row.formulas:
            said = (
                f"column {source.column!r} holds a formula or an error, which is never evaluated: put the value there"
            )
            item.faults.append(said)
            return ""
        cell = source.of(item.row.cells.get(source.column, ""))
        return tame(cell) if name in _TAMED else cell

    def _cells(self, item: Item, mapped: Mapped) -> Cells:
        return {name: self._cell(item, source, name) for name, source in mapped.sources.items()}

    def _add_document(self, item: Item, given: Cells) -> None:
        """Take what a row says of its report, unless a row before it says otherwise."""
        known = self._given.setdefault(item.doc_id, {})
        for name, value in given.items():
            if value and known.get(name, value) != value:
                item.faults.append(f"{name} of {item.doc_id} is {value!r} here and {known[name]!r} in a row before")
        if not item.faults:
            known.update({name: value for name, value in given.items() if value})

    def _place(self, item: Item, words: str, given: Cells, figure: bool) -> Place:
        """Find where words stand; offsets are kept only of a text that is at hand or whose hash is given."""
        at = (given.pop("start", ""), given.pop("end", ""))
        context = given.pop("context", "")
        if not words:
            return Place()
        if item.doc_id in self._texts:
            if item.doc_id not in self._places:
                self._places[item.doc_id] = Places(self._texts[item.doc_id])
            return self._places[item.doc_id].find(words, at, figure=figure, context=context)
        if not any(at):
            return Place()
        if not self._given[item.doc_id].get("sha256"):
            return Place(note="offsets left out: neither the text nor its sha256 is at hand")
        if not all(text.isdecimal() for text in at) or int(at[1]) - int(at[0]) != len(words):
            return Place(fault=f"the offsets {at[0]!r} to {at[1]!r} do not span {words[:40]!r}")
        return Place(int(at[0]), int(at[1]))

    def _add_mention(self, item: Item, given: Cells, number: str) -> None:
        sources = self.mapping.tables["mentions"].sources
        multiply = {name: sources[name].multiply or Decimal(1) for name in NUMBERS if name in sources}
        numbers, faults = read_figure(given, multiply)
        item.faults += faults
        place = self._place(item, given.get("surface", ""), given, True)
        self._add(item, "mentions", {**given, **numbers, "extractor": tame(self.mapping.extractor)}, place, number)

    def _add_statement(self, item: Item, given: Cells, codes: Cells, number: str) -> None:
        text = given.pop("text", "")
        if not text:
            item.faults.append("no text is given: the words of the statement")
            return
        place = self._place(item, text, given, False)
        number = self._statements.setdefault((item.doc_id, text), number)
        statement_id = self._add(item, "statements", given, place, number)
        categories = [name.strip() for name in codes.get("category", "").split("|") if name.strip()]
        if unknown := sorted(set(categories) - _categories()):
            item.faults.append(f"there is no category {', '.join(unknown)}; recode it to an id of the codebook")
        for count, category in enumerate(categories):
            first = self._coded.setdefault((statement_id, codes.get("coder", "")), (item.row.path, count))
            main = codes.get("primary") or str(first == (item.row.path, count)).lower()
            item.facts.setdefault("codes", []).append(
                {**codes, "statement_id": statement_id, "category": category, "primary": main}
            )

    def _add(self, item: Item, name: str, cells: Cells, place: Place, number: str) -> str:
        key = spec(name).key[0]
        found = place.start is not None
        row_id = f"{item.doc_id}@{place.start}" if found else f"{item.doc_id}#{number}"
        made = {**cells, key: row_id, "doc_id": item.doc_id}
        if place.start is not None and place.end is not None:
            made |= {"start": str(place.start), "end": str(place.end)}
            if name == "mentions" and item.doc_id in self._texts:
                made["surface"] = self._places[item.doc_id].view.text[place.start : place.end]
        item.faults += [place.fault] if place.fault else []
        item.notes += [place.note] if place.note else []
        item.facts[name] = [made]
        return row_id

    def _documents(self, items: list[Item], bare: Mapping[str, Item]) -> tuple[Rowed, dict[str, list[dict[str, Any]]]]:
        """Return the row and the sections of every report; where its row cannot be, all rows of it are set aside."""
        made: Rowed = {}
        sections: dict[str, list[dict[str, Any]]] = {}
        by_report: dict[str, list[Item]] = {}
        for item in [*items, *bare.values()]:
            if item.doc_id and item.status == "read":
                by_report.setdefault(item.doc_id, []).append(item)
        for doc_id, own in by_report.items():
            given = self._given.get(doc_id, {})
            faults = [*wrong_document(doc_id, given, doc_id in self._texts)]
            if not faults and doc_id in self._texts:
                try:
                    report = read_view(make_text(self._texts[doc_id]), doc_id, given, given.get("source", ""))
                except InputError as error:
                    faults = [str(error)]
                else:
                    if given.get("sha256", report.view.sha256) != report.view.sha256:
                        faults = [f"report {doc_id}: its text at hand is not the one with the sha256 that is given"]
                    made[doc_id], sections[doc_id] = report.document, report.rows["sections"]
                    add_roles(own, report)
            elif not faults:
                place = complete_place(given, int(year) if (year := given.get("report_year")) else None)
                made[doc_id] = {"source": self.rows.name, **given, **place, "doc_id": doc_id}
            for item in own:
                item.faults += faults
        return made, sections


def _fits(row: Row, mapped: Mapped) -> bool:
    return all(row.cells.get(column, "") in values for column, values in mapped.where.items())


def _told(row: Row, tables: Mapping[str, Mapped]) -> str:
    columns = dict.fromkeys(column for mapped in tables.values() for column in mapped.where)
    return ", ".join(f"{column} is {row.cells.get(column, '')!r}" for column in columns)


@cache
def _categories() -> frozenset[str]:
    """Return every category that a statement can have."""
    ids = {row["id"] for name in ("tidy/categories", "tidy/causes") for row in read_rows(name)}
    return frozenset(ids | {"attr:uneven", "attr:hedged", "attr:level_named"})
