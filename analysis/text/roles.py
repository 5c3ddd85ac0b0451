"""What a stretch of text is for (achievement, problem, plan ...), told by the words of codebook/text/roles.csv."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from analysis.codebook import read_rows, read_toml
from analysis.text.chrome import Span
from analysis.text.dates import find_years
from analysis.text.lacks import only_general
from analysis.text.patterns import longest
from analysis.text.reading import Text
from analysis.text.shortcuts import needed

ROLES: Final = ("preamble", "achievement", "problem", "cause", "remedy", "plan", "honours", "chrome", "other")

#: Which roles a heading may give a part that stands inside a part of another role.
_TURNS: Final = {
    "achievement": ("problem", "plan", "honours", "cause", "remedy"),
    "problem": ("cause", "remedy", "plan"),
    "cause": ("remedy", "plan", "problem"),
    "remedy": ("plan",),
}
#: A top heading that does not say its role has the one that usually follows the role of the part before.
_AFTER: Final = {"problem": "plan", "cause": "plan", "remedy": "plan", "plan": "plan"}

#: Figures that are no year or date.
_COUNT: Final = re.compile(r"(?<![\d.—~-])(?!(?:19|20)\d\d(?!\d))\d+(?:\.\d+)?\ ?[^\d\s年月日.)—~>-]")


class _Rule(NamedTuple):
    role: str
    pattern: re.Pattern[str]
    exclude: re.Pattern[str] | None

    def fits(self, text: str) -> bool:
        return bool(self.pattern.search(text)) and not (self.exclude and self.exclude.search(text))


@cache
def _rules(where: str, role: str) -> tuple[_Rule, ...]:
    """Return the rules for what stands in a part of some role."""
    return tuple(
        _Rule(row["role"], re.compile(row["pattern"]), re.compile(row["exclude"]) if row["exclude"] else None)
        for row in read_rows("text/roles")
        if row["where"] == where and {"", "*", role} & set(row["after"].split("|"))
    )


@cache
def _words(where: str, role: str) -> re.Pattern[str]:
    """Return the words without one of which none of the rules fits."""
    words = {word for rule in _rules(where, role) for word in needed(rule.pattern.pattern)}
    return re.compile("" if "" in words else longest(words) or "(?!)")


def match_role(where: str, text: str, role: str, base_year: int = 0) -> str:
    """Return the role that a text gives to what follows, or "" where no rule fits.

    Parameters
    ----------
    where : {"heading", "paragraph", "sentence", "reason", "name"}
        What the text is: the words of a heading, the first sentence of a paragraph, any sentence, one behind a lack
        that it may be the reason of; "name" asks whether a heading does nothing but name its part.
    text : str
        On the folded view, without label.
    role : str
        The role of the part it stands in.
    base_year : int
        The year reported on, as far as known; a plan is for a later year.

    Examples
    --------
    >>> match_role("heading", "存在的问题和不足", "achievement")
    'problem'
    >>> match_role("sentence", "下一步,将加强培训。", "problem")
    'plan'
    """
    found = ""
    if _words(where, role).search(text):
        found = next((rule.role for rule in _rules(where, role) if rule.fits(text)), "")
    if not found and where == "heading" and only_general(text) and not match_role("answer", text, role):
        return "problem"
    if found == "plan" and where == "paragraph" and base_year:
        years = [year for year, _, _ in find_years(text)]
        if years and years[0] <= base_year:
            return ""
    return found


def names_role(words: str, role: str) -> bool:
    """Say whether a heading names a role, be it beside another (不足和下一步打算)."""
    return any(rule.role == role and rule.fits(words) for rule in _rules("heading", role))


def top_role(words: str, region: str, before: str, first: bool, base_year: int) -> str:
    """Return the role of a top heading: from its words, else its year, else from what came before.

    Parameters
    ----------
    words : str
        The heading without label.
    region, before : str
        Role of the stretch without heading it stands in, and of the top heading before it.
    first : bool
        Whether it begins a list.
    base_year : int
        The year reported on, as far as known.
    """
    named = match_role("heading", words, region)
    if named:
        return named
    years = [year for year, _, _ in find_years(words)]
    if base_year and years and min(years) > base_year:
        return "plan"
    if first and region in _AFTER:
        return region
    return _AFTER.get(before, "achievement")


def inner_role(words: str, outer: str) -> str:
    """Return the role of a heading inside a part: that of the part, unless its words turn it.

    Examples
    --------
    >>> inner_role("原因分析", "problem"), inner_role("加强组织领导", "plan")
    ('cause', 'plan')
    >>> inner_role("执法力量明显不足", "cause")
    'cause'
    """
    found = match_role("heading", words, outer)
    if (outer, found) == ("cause", "problem") and not only_general(words):
        return outer
    return found if found in _TURNS.get(outer, ()) else outer


def base_year(view: Text, spans: tuple[Span, ...]) -> int:
    """Return the year reported on as the first lines say it, 0 where they name none."""
    planned = re.compile(f"\\s?年(度)?({read_toml('text/metadata')['years']['planned']})")
    for start, end in spans:
        for year, _, last in find_years(view.folded, start, end):
            return year - bool(planned.match(view.folded, last))
    return 0


def tells_figures(view: Text, start: int, end: int) -> bool:
    """Say whether a paragraph states a figure and does not announce the report: one without headings begins so."""
    words = view.folded[start:end]
    return bool(_COUNT.search(words)) and not re.search(read_toml("text/metadata")["words"]["lead"], words)
