"""What an estimate refers to, what it rests on, and what is said where it cannot be made.

A report corpus is rarely a sample of anything. `Frame` says what the reports stand for, `Result` carries a table with
its captions, and `Refusal` takes the place of a number that the data cannot carry. The minimum data of every analysis
stand in ``rules.toml``, all texts, Chinese and English, in ``refusals.toml`` and ``notes.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.errors import ParameterError
from analysis.stats.shown import REFUSED, count_html, paragraphs_html, table_html
from analysis.tidy.due import BODIES

Language = Literal["zh", "en"]
SAMPLINGS = ("convenience", "census", "probability")
LEVELS = ("county", "prefecture", "province")
Note = dict[str, str]


@cache
def read_texts(name: str) -> dict[str, Any]:
    """Read one TOML file of this folder: ``"rules"``, ``"refusals"`` or ``"notes"``."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def read_rules() -> pd.DataFrame:
    """Return the minimum data of every analysis.

    Returns
    -------
    DataFrame
        One row a rule: rule, needed (number), zh and en (the condition), why_zh and why_en.

    Examples
    --------
    >>> int(read_rules().set_index("rule").loc["series_years", "needed"])
    5
    """
    rows = [
        {"rule": name, "needed": rule["needed"], **{key: _filled(rule[key], rule) for key in ("zh", "en")},
         "why_zh": rule["why_zh"], "why_en": rule["why_en"]}
        for name, rule in read_texts("rules").items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def needed(rule: str) -> int:
    """Return the least number a rule asks for."""
    return int(read_texts("rules")[rule]["needed"])


def _filled(text: str, words: Mapping[str, Any]) -> str:
    return text.format_map(words)


@dataclass(frozen=True)
class Frame:
    """What a set of reports stands for; without one, numbers describe the reports at hand and nothing else.

    Parameters
    ----------
    population : str
        What the reports stand for, in words, e.g. ``"counties of one province"``.
    sampling : {"convenience", "census", "probability"}
        convenience: found, not drawn; no interval is ever computed. census: all units were looked for.
        probability: units were drawn at random without replacement.
    size : int, optional
        Number of units of the population, each of which should publish one report a year. Required for a census and
        a probability sample.
    level : {"county", "prefecture", "province"}
        What the units are. Reports of departments, townships and other levels are outside a declared population.
    population_zh : str
        The same words in Chinese, for captions; by default as they are.
    due : DataFrame, optional
        Every report that should exist and what became of the search for it; see `over`.

    Raises
    ------
    ParameterError
        An unknown sampling or level, or a size that is missing or not positive.

    Examples
    --------
    >>> Frame("counties of one province", "census", 60).reports(years=8)
    480
    """

    population: str = ""
    sampling: str = "convenience"
    size: int | None = None
    level: str = "county"
    population_zh: str = ""
    due: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.sampling not in SAMPLINGS:
            raise ParameterError(f"sampling is {self.sampling!r}; it must be one of {', '.join(SAMPLINGS)}.")
        if self.level not in LEVELS:
            raise ParameterError(f"level is {self.level!r}; it must be one of {', '.join(LEVELS)}.")
        if self.sampling != "convenience" and (self.size is None or self.size < 1):
            raise ParameterError(
                f"A {self.sampling} frame needs size, the number of units that should publish a report; "
                f"it is {self.size!r}. Give it, or declare sampling = 'convenience'."
            )

    @property
    def declared(self) -> bool:
        """Whether the reports stand for a population."""
        return self.sampling != "convenience"

    def reports(self, years: int = 1) -> int | None:
        """Return how many reports should exist over a number of years; None where nothing is declared."""
        return None if self.size is None else self.size * years

    def over(self, due: pd.DataFrame) -> Frame:
        """Return the frame as a census of the reports that are due, those of places at its level.

        Whatever was not found, or not searched, is then missing: bounds need no assumption about who was searched.

        Parameters
        ----------
        due : DataFrame
            The tidy table `due`; with no row at this level the frame stays as it is.
        """
        own = due[due["level"].eq(self.level) & ~due["issuer_type"].isin(BODIES)]
        if own.empty:
            return self
        return replace(self, sampling="census", size=int(own["unit_id"].nunique()), due=own.reset_index(drop=True))

    def record(self) -> dict[str, Any]:
        """Return what a figure's record keeps of the frame: its words and numbers, not its rows."""
        kept = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "due"}
        return kept if self.due is None else kept | {"due": self.due["status"].value_counts().sort_index().to_dict()}


@dataclass(frozen=True)
class Counts:
    """How many documents stood behind a refusal: full reports that count, openings and others that do not."""

    full: int = 0
    openings: int = 0
    others: int = 0


@dataclass(frozen=True)
class Refusal:
    """An analysis that was not made: what it needs, what there was, what is shown instead, how to obtain it."""

    rule: str
    needed: float
    had: float
    analysis_zh: str
    analysis_en: str
    rule_zh: str
    rule_en: str
    had_zh: str
    had_en: str
    full: int
    openings: int
    others: int
    fallback_zh: str
    fallback_en: str
    action_zh: str
    action_en: str

    def text(self, language: Language = "zh") -> str:
        """Return the refusal as one paragraph."""
        words = {name: getattr(self, name) for name in ("full", "openings", "others")}
        for name in ("analysis", "rule", "had", "fallback", "action"):
            words[name] = getattr(self, f"{name}_{language}")
        return _filled(read_texts("refusals")["template"][language], words)

    def record(self) -> dict[str, Any]:
        """Return what a figure's record keeps: rule, needed, had and both texts."""
        kept = {key: value for key, value in asdict(self).items() if key in {"rule", "needed", "had"}}
        return {**kept, "zh": self.text("zh"), "en": self.text("en")}

    def __str__(self) -> str:
        return f"{self.text('zh')}\n{self.text('en')}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return paragraphs_html([(self.text("zh"), self.text("en"))], REFUSED)


def refuse(analysis: str, rule: str, had: float, counts: Counts, **words: Any) -> Refusal:
    """Make a refusal from the texts of ``refusals.toml`` and ``rules.toml``.

    A word given as a pair stands for its Chinese and its English form.
    """
    limits, about = read_texts("rules")[rule], read_texts("refusals")[analysis]
    made: dict[str, Any] = {}
    for language, place in (("zh", 0), ("en", 1)):
        said = {key: value[place] if isinstance(value, tuple) else value for key, value in words.items()}
        said |= {"needed": limits["needed"], "had": f"{had:g}"}
        for name in ("analysis", "fallback", "action"):
            made[f"{name}_{language}"] = _filled(about[f"{name}_{language}"], said)
        made[f"rule_{language}"] = _filled(limits[language], said)
        made[f"had_{language}"] = _filled(limits[f"had_{language}"], said)
    return Refusal(rule=rule, needed=limits["needed"], had=had, **asdict(counts), **made)


def note(name: str, **words: Any) -> Note:
    """Make a caption from ``notes.toml``; a word given as a pair stands for its Chinese and its English form."""
    texts = read_texts("notes")[name]
    made = {"id": name}
    for language, place in (("zh", 0), ("en", 1)):
        said = {key: value[place] if isinstance(value, tuple) else value for key, value in words.items()}
        made[language] = _filled(texts[language], said)
    return made


def label_pair(frame: pd.DataFrame) -> tuple[str, str]:
    """Return the distinct labels of a table, in order, as lists in Chinese and English."""
    about = frame.drop_duplicates("label_zh")
    return "、".join(about["label_zh"]), ", ".join(about["label_en"])


def phrase(name: str) -> tuple[str, str]:
    """Return a short text of ``notes.toml`` in Chinese and English."""
    texts = read_texts("notes")[name]
    return texts["zh"], texts["en"]


@dataclass(frozen=True, eq=False)
class Result:
    """A table with what must be printed beside it.

    Attributes
    ----------
    table : DataFrame
        The main table, tidy, in a stable order.
    refusals : tuple of Refusal
        What was asked for and not estimated.
    notes : tuple of dict
        Captions that belong under the table: id, zh, en.
    parts : dict of DataFrame
        Further tables by name.
    """

    table: pd.DataFrame
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def part(self, name: str) -> Result:
        """Return the same result with one of its parts as the main table.

        Raises
        ------
        ParameterError
            There is no such part.
        """
        if name not in self.parts:
            known = ", ".join(sorted(self.parts)) or "none"
            raise ParameterError(f"This result has no part {name!r}. It has: {known}.")
        return replace(self, table=self.parts[name])

    def text(self, language: Language = "zh") -> str:
        """Return refusals and captions, one a line, for printing in a notebook."""
        lines = [refusal.text(language) for refusal in self.refusals] + [said[language] for said in self.notes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        refused = "".join(refusal._repr_html_() for refusal in self.refusals)
        noted = paragraphs_html((said["zh"], said["en"]) for said in self.notes)
        return table_html(self.table) + count_html(self.table, self.parts) + refused + noted

    def __repr__(self) -> str:
        parts = ", ".join(f"{name} ({len(part)})" for name, part in self.parts.items())
        columns = ", ".join([*map(str, self.table.columns[:8]), *(["..."] if self.table.shape[1] > 8 else [])])
        return (
            f"<Result: {len(self.table)} rows of {columns}; parts: {parts or 'none'}; "
            f"{len(self.refusals)} refused, {len(self.notes)} notes>"
        )
