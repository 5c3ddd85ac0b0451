"""Mentions: every quantity with what it counts, what it does in the report, and when and for whom it holds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from analysis.codebook import rows_by
from analysis.text.bearers import Bearers
from analysis.text.clauses import split_words, trim_words
from analysis.text.fields import (
    find_per,
    find_status,
    is_intended,
    won_verbs,
)
from analysis.text.forms import find_form
from analysis.text.levels import begins_change
from analysis.text.measures import LONGEST, Phrase, find_phrases
from analysis.text.parts import Section
from analysis.text.patterns import longest
from analysis.text.periods import Part, Period, Periods
from analysis.text.phrases import earlier_pattern
from analysis.text.quantities import Quantity, find_quantities
from analysis.text.reading import Text
from analysis.text.surroundings import FULL_STOPS, SENTENCE_ENDS, Spans, Surroundings
from analysis.text.vocabulary import holds, is_one, territories

Mention = dict[str, Any]
_FULL: Final = 100.0
_NAME: Final = 10
_LIST: Final = "、"
#: Classes that count bodies.
_BODIES: Final = frozenset(("body", "item"))
#: The role of a section that tells what was done: there a later year alone makes no plan.
_TOLD: Final = "achievement"
_NONE: Final[Mention] = {"form": "", "direction": "", "unit": "", "per": "", "organ": "", "end": 0}


def find_mentions(view: Text, sections: Sequence[Section], metadata: Mapping[str, object]) -> list[Mention]:
    """Find every mention of a report.

    Parameters
    ----------
    view : Text
        The decoded report.
    sections : sequence of Section
        Its outline, from `analysis.text.sections.find_sections`.
    metadata : mapping
        The columns of ``documents``; ``report_year``, ``dated``, ``published`` and ``issuer_type`` are read.

    Returns
    -------
    list of dict
        The columns of table ``mentions`` without mention_id, doc_id and extractor, by start, not overlapping. What
        stands in page chrome is left out. Zeros in words (``text/zeros.csv``) are mentions of value 0.

    Examples
    --------
    >>> from analysis.text.reading import make_text
    >>> from analysis.text.sections import find_sections
    >>> view = make_text("办理行政复议案件141件,调解75件。")
    >>> found = find_mentions(view, find_sections(view, ()), {"report_year": 2024})
    >>> [(row["measure"], row["value"], row["period"]) for row in found]
    [('办理行政复议案件', 141.0, 'year:2024'), ('行政复议案件 调解', 75.0, 'year:2024')]
    """
    around = Surroundings(view)
    outline = _Outline(view, sections)
    quantities = [found for found in find_quantities(view, around) if outline.at(found.start).role != "chrome"]
    counted = [quantity for quantity in quantities if not quantity.named]
    headings = ["\n".join(outline.headings(quantity.start)) for quantity in counted]
    floors = [outline.at(quantity.start).start for quantity in counted]
    phrases = find_phrases(around, counted, headings, floors)
    periods = Periods(view, around, sections, metadata)
    bearers = Bearers(view.folded, (quantity.end for quantity in counted), metadata)
    reader = _Reader(around, outline, periods, bearers)
    found = reader.all_counted(counted, phrases)
    found += reader.zeros(view, Spans.of((quantity.start, quantity.end) for quantity in quantities))
    found += [reader.named(quantity) for quantity in quantities if quantity.named]
    return sorted(found, key=itemgetter("start"))


class _Outline:
    """The sections of a text, asked by place."""

    def __init__(self, view: Text, sections: Sequence[Section]) -> None:
        self._text: Final = view.folded
        self._sections: Final = sections
        self._starts: Final = [section.start for section in sections]
        self._by_start: Final = {section.start: section for section in sections}
        self._above: Final[dict[int, list[str]]] = {}

    def at(self, place: int) -> Section:
        """Return the innermost section around a place."""
        return self._sections[max(bisect_right(self._starts, place) - 1, 0)]

    def headings(self, place: int) -> list[str]:
        """Return the headings above a place, the innermost first."""
        section = self.at(place)
        above = self._headings(section)
        if place >= section.end:
            return above
        return [heading for heading in (self._text[section.start : place], *above[1:]) if heading]

    def _headings(self, section: Section) -> list[str]:
        """Return the headings above what stands in a section, kept for the next figure in it."""
        if section.start not in self._above:
            outer = None if section.parent_start is None else self._by_start[section.parent_start]
            own = self._text[section.start : section.end]
            self._above[section.start] = ([own] if own else []) + (self._headings(outer) if outer else [])
        return self._above[section.start]


def _continues(phrase: Phrase, last: Mention, own: str) -> bool:
    """Say whether a figure goes on the list of the one before: no other verb, nobody else who acts, no total."""
    subject = split_words(trim_words(phrase.before))[0] if phrase.verb else ""
    total = own.lstrip(" ").startswith(territories()) or holds(own, "list")
    return not subject and not total and phrase.verb in ("", last["action"])


def _only_compares(words: str) -> bool:
    """Say whether words only tell how the figure before has changed: 比上一年度降低."""
    subject = split_words(trim_words(words))[0]
    return not subject or earlier_pattern().match(subject) is not None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns quantities of one text into mentions."""

    around: Surroundings
    outline: _Outline
    periods: Periods
    bearers: Bearers

    def all_counted(self, quantities: Sequence[Quantity], phrases: Sequence[Phrase]) -> list[Mention]:
        """Return a mention of each quantity; each may share what the one before it in the sentence has."""
        found: list[Mention] = []
        parts = self._parts(quantities)
        for index, (quantity, phrase) in enumerate(zip(quantities, phrases, strict=True)):
            listed = index + 1 < len(phrases) and phrases[index + 1].linked
            found.append(self._counted(quantity, phrase, found[-1] if found else _NONE, listed, parts[index]))
        return found

    def _parts(self, quantities: Sequence[Quantity]) -> list[Part]:
        """Return which figure of how many each is, in a run with only signs between: 分别为23件、31件和45件."""
        runs: list[int] = []
        for last, quantity in zip(quantities, quantities[1:], strict=False):
            if not runs:
                runs = [1]
            joined = is_one(self.around.text[last.end : quantity.start].strip(" "), "and")
            runs[-1:] = [runs[-1] + 1] if joined else [runs[-1], 1]
        return [(index, count) for count in runs or [1] for index in range(count)]

    def _counted(self, quantity: Quantity, phrase: Phrase, last: Mention, listed: bool, part: Part) -> Mention:
        section = self.outline.at(quantity.start)
        ahead = section.role != _TOLD or is_intended(self.around.sentence_before(quantity.start))
        planned = section.role == "plan" or (ahead and self.periods.is_future(quantity.start))
        clause = self.around.clause_before(quantity.start)
        rest = self.around.clause_after(quantity.end)
        aimed = not ahead and self.periods.is_future(quantity.start, aimed=True)
        planned = (planned or aimed) and not holds(rest, "ground")
        gap = quantity.start - last["end"]
        own = clause if phrase.before.startswith(_LIST) else clause[-max(1, gap) :]
        apart = self._apart(last["end"], quantity.start)
        shared = ("", "") if apart else (last["form"], last["direction"])
        whole = self.around.since(quantity.start, FULL_STOPS)
        same = quantity.unit == last["unit"]
        form, direction = find_form(quantity, phrase, shared, whole, rest, alike=same)
        per = find_per(quantity, own, listed)
        joined = (phrase.linked or is_one(phrase.before, "level")) and same
        alike = bool(phrase.verb) or same
        continued = alike and form == "stock" == last["form"] and _continues(phrase, last, own)
        if not per and not apart and (joined or continued):
            per = last["per"]
        status = find_status(quantity, phrase, clause, planned=planned, form=form)
        at_date = form == "stock" or (form == "rank" and phrase.verb not in won_verbs())
        earlier = begins_change(clause, rest)
        period = self.periods.at(quantity.start, section, at_date=at_date, planned=planned, earlier=earlier, part=part)
        heading = next(iter(self.outline.headings(quantity.start)), "")
        words = phrase.before + phrase.behind or phrase.measure
        follows = form == "change" and not apart and phrase.before == own and _only_compares(phrase.before)
        mention = self._mention(quantity, section.role, status, period)
        mention |= {
            "form": form,
            "direction": direction,
            "per": per,
            "measure": phrase.measure,
            "action": phrase.action,
            "organ": last["organ"]
            if follows
            else self.bearers.organ(
                quantity.start,
                words,
                heading,
                end=quantity.end if quantity.unit_class in _BODIES else 0,
                ranked=form == "rank" or quantity.unit_class == "rank",
                part=part,
            ),
        }
        if form == "change" and direction != "down" and quantity.high == _FULL and quantity.value != _FULL:
            mention["high"] = None
        return mention

    def _apart(self, end: int, start: int) -> bool:
        """Say whether a sentence or a bracket ends between two figures."""
        text = self.around.text
        close = text.find(")", end, start)
        return self.around.start_of(start, SENTENCE_ENDS) > end or (close >= 0 and text.find("(", end, close) < 0)

    def named(self, quantity: Quantity) -> Mention:
        behind = self.around.clause_after(quantity.end)[:_NAME]
        mention = self._mention(quantity, self.outline.at(quantity.start).role, "named", Period())
        return mention | {"measure": (quantity.surface + behind)[:LONGEST].rstrip('“”‘’"《》、')}

    def zeros(self, view: Text, taken: Spans) -> Iterator[Mention]:
        """Find zeros said in words."""
        rows = rows_by("text/zeros", "phrase")
        for match in re.finditer(longest(rows), view.folded):
            row, section = rows[match[0]], self.outline.at(match.start())
            if section.role != "chrome" and not taken.overlap(*match.span()):
                mention = self._zero(view, *match.span(), row["unit"], row["form"], section)
                yield mention | {"measure": row["measure"], "organ": self.bearers.organ(match.start(), match[0], "")}

    def _zero(self, view: Text, start: int, end: int, unit: str, form: str, section: Section) -> Mention:
        quantity = Quantity(start, end, view.text[start:end], 0.0, 0.0, 0.0, unit, "")
        planned = section.role == "plan"
        period = self.periods.at(start, section, at_date=form == "stock", planned=planned)
        mention = self._mention(quantity, section.role, "target" if planned else "reported", period)
        return mention | {"form": form}

    def _mention(self, quantity: Quantity, role: str, status: str, period: Period) -> Mention:
        return {
            "start": quantity.start,
            "end": quantity.end,
            "surface": quantity.surface,
            "value": quantity.value,
            "low": quantity.low,
            "high": quantity.high,
            "unit": quantity.unit,
            "qualifier": quantity.qualifier,
            "status": status,
            "form": "",
            "direction": "",
            "per": "",
            "measure": "",
            "action": "",
            "period": period.label,
            "period_basis": period.basis,
            "organ": "",
            "role": role,
            "masked": quantity.masked,
            "context_masked": self._is_near_mask(quantity),
        }

    def _is_near_mask(self, quantity: Quantity) -> bool:
        if not self.around.masks.starts:
            return False
        before, after = self.around.clause_before(quantity.start), self.around.clause_after(quantity.end)
        return self.around.masks.overlap(quantity.start - len(before), quantity.end + len(after))
