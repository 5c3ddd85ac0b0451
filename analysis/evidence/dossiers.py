"""Everything that the tables say of one report, put together: what a page, a terminal or a notebook shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis import codebook
from analysis.evidence.contents import Content
from analysis.evidence.spans import Passage, Quote, cut_text
from analysis.evidence.words import Words, both, words
from analysis.tables import format_number

Row = dict[str, Any]
CODED = {"problem", "cause"}
#: Verdicts of a check that contradict the figures it compares.
CONTRADICTING = {"impossible", "implausible"}


@dataclass(frozen=True)
class Figure:
    """One mention with its match, what has become of it (``state``) and why it has no place in the text, if so."""

    mention: Row
    match: Row
    observations: tuple[Row, ...]
    corrections: tuple[Row, ...]
    state: str
    place: str
    quote: Quote | None

    @property
    def id(self) -> str:
        """The id of the mention."""
        return str(self.mention["mention_id"])

    @property
    def indicator(self) -> str:
        """The id of its indicator, empty where it has none."""
        return str(self.match.get("indicator", ""))

    @property
    def domain(self) -> str:
        """The domain of its indicator."""
        return codebook.rows_by("tidy/indicators").get(self.indicator, {}).get("domain", "")

    @property
    def label(self) -> Words:
        """Its indicator in words, or what it is instead."""
        return both("indicator", self.indicator) if self.indicator else both("state", self.state)

    @property
    def reason(self) -> Words:
        """Why it is not used, in words."""
        return both("reason", str(self.match.get("reason", "")))

    @property
    def value(self) -> str:
        """Its value and, where they differ from it, its bounds: ``400 [400, ∞)``."""
        return format_figure(self.mention)

    @property
    def flags(self) -> list[str]:
        """The flags of its observations."""
        return list(dict.fromkeys(flag for row in self.observations for flag in row["flags"].split("|") if flag))


def format_figure(row: Mapping[str, Any]) -> str:
    """Return a value with its bounds and unit as a reader writes them.

    Examples
    --------
    >>> format_figure({"value": 400.0, "low": 400.0, "high": float("nan"), "unit": "件"})
    '400 [400, ∞) 件'
    """
    value, low, high = (format_number(row[name]) for name in ("value", "low", "high"))
    bounds = "" if low == high else f"{f'[{low}' if low else '(−∞'}, {f'{high}]' if high else '∞)'}"
    return " ".join(part for part in (value, bounds, row["unit"]) if part)


@dataclass(frozen=True)
class Dossier:
    """One report: its row, its text if at hand, and the rows of every table that speak of it."""

    document: Row
    text: str | None
    figures: tuple[Figure, ...]
    sections: tuple[Row, ...]
    statements: tuple[Row, ...]
    codes: Mapping[str, tuple[Row, ...]]
    checks: tuple[Row, ...]
    corrections: tuple[Row, ...]
    places: tuple[tuple[int, str], ...] = ()
    contents: tuple[Content, ...] = ()
    shared: tuple[Row, ...] = ()
    unit: str = ""

    @property
    def id(self) -> str:
        """The id of the document."""
        return str(self.document["doc_id"])

    @property
    def place(self) -> Words:
        """Its place, as far as it is known."""
        place = self.document["county"] or self.document["prefecture"] or self.document["province"]
        known = both("place", self.document["adcode"]) if self.document["county"] else both("province", place)
        return Words(place, place if known.zh == known.en else known.en) if place else words("no_place")

    @property
    def name(self) -> Words:
        """Place and year, as far as they are known."""
        names, year = self.place, self.document["report_year"]
        years = words("no_year") if year is None else Words(str(year), str(year))
        return Words(f"{names.zh} {years.zh}", f"{names.en} {years.en}")

    @cached_property
    def unmatched(self) -> tuple[Figure, ...]:
        """Figures that report something and have no indicator."""
        return tuple(figure for figure in self.figures if figure.state == "unmatched")

    @cached_property
    def contradicted(self) -> frozenset[str]:
        """Ids of the figures that another figure contradicts: in conflict, or compared by a check that fails."""
        checks = [row for row in self.checks if row["verdict"] in CONTRADICTING]
        compared = {name for row in checks for name in (row["mention_id"], *row["others"].split("|"))}
        return frozenset(figure.id for figure in self.figures if figure.state == "conflict" or figure.id in compared)

    def signs(self, figure: Figure) -> tuple[str, ...]:
        """Return what is to be said of a figure besides its state: corrected, contradicted."""
        return ("corrected",) * bool(figure.corrections) + ("contradicted",) * (figure.id in self.contradicted)

    @cached_property
    def unplaced(self) -> tuple[Figure, ...]:
        """Figures without a place in a text."""
        return tuple(figure for figure in self.figures if figure.place)

    @cached_property
    def unplaced_statements(self) -> tuple[tuple[Row, str], ...]:
        """Statements without a place in the text, each with the reason."""
        size = None if self.text is None else len(self.text)
        found = ((row, _misplaced(row, size)) for row in self.statements)
        return tuple((row, why) for row, why in found if why)

    @cached_property
    def uncoded(self) -> tuple[Row, ...]:
        """Problems and causes that no coder has given a category."""
        return tuple(row for row in self.statements if row["role"] in CODED and not self.codes.get(row["statement_id"]))

    @cached_property
    def shown(self) -> tuple[Figure, ...]:
        """Figures that are marked in the text."""
        return tuple(figure for figure in self.figures if not figure.place) if self.text is not None else ()

    @cached_property
    def shown_statements(self) -> tuple[Row, ...]:
        """Statements that are underlined in the text."""
        gone = {row["statement_id"] for row, _ in self.unplaced_statements}
        return tuple(row for row in self.statements if row["statement_id"] not in gone) if self.text is not None else ()

    @cached_property
    def passages(self) -> list[Passage]:
        """The text cut into what is shown; nothing where the text is not at hand."""
        if self.text is None:
            return []
        spans = [
            [(row["start"], row["end"]) for row in rows]
            for rows in (self.sections, self.shown_statements, [figure.mention for figure in self.shown])
        ]
        return cut_text(self.text, *spans)

    def coded(self, row: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
        """Return the categories of a statement, each with whether anyone calls it the main one, and who gives it."""
        codes = self.codes.get(row["statement_id"], ())
        found = dict.fromkeys(code["category"] for code in codes)
        chosen = [[code for code in codes if code["category"] == category] for category in found]
        return [
            (same[0]["category"], any(code["primary"] for code in same), ", ".join(code["coder"] for code in same))
            for same in chosen
        ]

    def place_at(self, offset: int | None) -> str:
        """Return where a character stood in the file the text was read from, e.g. ``page:3``; "" if not known."""
        return "" if offset is None else next((place for at, place in reversed(self.places) if at <= offset), "")

    def wording(self, row: Mapping[str, Any]) -> str:
        """Return the words of a statement where they are at hand."""
        return "" if self.text is None or _misplaced(row, len(self.text)) else self.text[row["start"] : row["end"]]


def _misplaced(row: Mapping[str, Any], size: int | None) -> str:
    start, end = row["start"], row["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        return "no_offsets"
    return "" if size is None or 0 <= start < end <= size else "differs"
