"""Labels of periods: what each kind of time expression stands for."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from analysis.text.numbers import parse_number

#: First years of the five-year plans, and of the plans of legal education.
_CYCLES: Final = {"二": 2011, "三": 2016, "四": 2021, "五": 2026}
_CAMPAIGNS: Final = {"六": 2011, "七": 2016, "八": 2021, "九": 2026}


@dataclass(frozen=True, slots=True)
class Case:
    """One expression to be labelled: its own year, the report's, and whether the figure holds at a date."""

    groups: Mapping[str, str | None]
    own: int
    year: int | None
    at_date: bool

    def number(self, name: str, default: int = 0) -> int:
        """Return the number of a named group, or a default."""
        return int(parse_number(self.groups.get(name) or "") or default)


def _stated_year(case: Case) -> str:
    return "" if case.year is not None and case.own > case.year else _in_year(case, case.own)


def _previous(case: Case) -> str:
    return _in_year(case, case.own - 1)


def _base(case: Case) -> str:
    """Read the year a figure is compared with, said or the one before."""
    return _in_year(case, case.own if case.groups.get("y") else case.own - 1)


def _in_year(case: Case, year: int) -> str:
    return f"asof:{year}" if case.at_date else f"year:{year}"


def _span(case: Case) -> str:
    if last := case.number("z"):
        return f"span:{case.own}-{last}" if case.year is None or last <= case.year else ""
    count = case.number("n")
    if not count or not case.own:
        return ""
    return f"asof:{case.own}" if case.at_date else f"span:{case.own - count + 1}-{case.own}"


def _since(case: Case) -> str:
    if case.at_date and case.year is not None:
        return f"asof:{case.year}"
    return f"since:{case.own}" if case.groups.get("y") else "since:?"


def _asof(case: Case) -> str:
    """Read 截至 with a date, or so many quarters: the year to that date, or the state of things at its end."""
    month = 3 * case.number("q") or case.number("m", 12)
    if case.at_date and month == 12:
        return f"asof:{case.own}"
    if not 1 <= month <= 12:
        return ""
    last = monthrange(case.own, month)[1]
    day = min(case.number("d", last), last)
    if (month, day) == (12, 31):
        return f"year:{case.own}"
    later = case.year is not None and case.own > case.year
    return "to_date" if later else f"ytd:{case.own}-{month:02d}-{day:02d}"


def _cycle(case: Case) -> str:
    return f"plan_cycle:{(first := _CYCLES[case.groups.get('c') or ''])}-{first + 4}"


def _campaign(case: Case) -> str:
    first = _CAMPAIGNS[case.groups.get("c") or ""]
    last = first + 4 if case.year is None else min(first + 4, case.year)
    label = f"asof:{last}" if case.at_date else f"span:{first}-{last}"
    return label if first <= last else ""


LABELS: Final[Mapping[str, Callable[[Case], str]]] = {
    "stated": _stated_year,
    "year": _stated_year,
    "previous": _previous,
    "base": _base,
    "none": lambda _: "",
    "to_date": lambda _: "to_date",
    "half1": lambda case: f"half:{case.own}H1",
    "half2": lambda case: f"half:{case.own}H2",
    "quarter": lambda case: f"quarter:{case.own}Q{case.number('q')}",
    "span": _span,
    "since": _since,
    "asof": _asof,
    "cycle": _cycle,
    "campaign": _campaign,
}
#: Kinds that need no year to be labelled.
YEARLESS: Final = frozenset(("since", "cycle", "campaign", "to_date"))
