"""Which indicator a figure belongs to: the codebook's triggers against what the figure counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from analysis import codebook
from analysis.errors import CodebookError
from analysis.tables import fit_table

DECORATION = re.compile(r"[\s“”‘’\"'《》〈〉「」()（）、]")
SEEN = ("measure", "action", "unit", "form", "role", "organ", "issuer_type", "genre")


@dataclass(frozen=True)
class Trigger:
    """One row of triggers.csv, split into its parts, with what its indicator demands."""

    indicator: str
    words: str
    require: tuple[tuple[str, ...], ...]
    exclude: tuple[str, ...]
    context: tuple[tuple[str, tuple[str, ...]], ...]
    form: str
    unit_class: str

    def names(self, field: str) -> bool:
        """Say whether the context names the values of a field that it takes."""
        return any(name == field for name, _ in self.context)


@dataclass(frozen=True)
class Match:
    """What the codebook says of one figure: the indicator or why there is none, and the second best."""

    indicator: str = ""
    rule: str = ""
    runner_up: str = ""
    reason: str = "no_trigger"


def fold(words: str) -> str:
    """Return words without blanks, quotation marks, brackets and list commas, as triggers are compared."""
    return DECORATION.sub("", words)


def _alternatives(cell: str) -> tuple[str, ...]:
    return tuple(fold(words) for words in cell.split("|") if words.strip())


@cache
def triggers() -> tuple[Trigger, ...]:
    """Return the triggers of all active indicators.

    Raises
    ------
    CodebookError
        A trigger names an indicator that does not exist.
    """
    indicators = codebook.rows_by("tidy/indicators")
    found = []
    for line, row in enumerate(codebook.read_rows("tidy/triggers"), start=2):
        indicator = indicators.get(row["indicator"])
        if indicator is None:
            raise CodebookError(
                f"codebook/tidy/triggers.csv, line {line}: there is no indicator {row['indicator']!r}. "
                "Add it to indicators.csv or correct the line."
            )
        if indicator["status"] != "active":
            continue
        conditions = (condition.partition("=") for condition in row["context"].split("&") if condition)
        found.append(
            Trigger(
                row["indicator"],
                fold(row["trigger"]),
                tuple(_alternatives(group) for group in row["require"].split("&") if group),
                _alternatives(row["exclude"]),
                tuple((field.strip(), tuple(values.split("|"))) for field, _, values in conditions),
                indicator["form"],
                indicator["unit_class"],
            )
        )
    return tuple(found)


@cache
def unit_classes(unit: str) -> tuple[str, ...]:
    """Return the classes a unit may stand for: its own first, then its equivalents."""
    own = [row["unit_class"] for row in codebook.read_rows("text/units") if row["unit"] == unit]
    other = [row["unit_class"] for row in codebook.read_rows("tidy/unit_equivalents") if row["unit"] == unit]
    return tuple(own[:1] + other)


def match_figure(figure: Mapping[str, str]) -> Match:
    """Match one figure to the codebook.

    Parameters
    ----------
    figure : mapping
        measure, action, unit, form and, for the context of triggers, role, organ, issuer_type, genre.

    Returns
    -------
    Match
        The indicator of the longest trigger that fits; then the most demands met, the unit's own class. The form must
        be the indicator's: a state at the year's end is no flow. Two indicators that are equal in all of that: none,
        with the reason ``ambiguous``. A trigger whose context names its units or forms takes these instead.
    """
    measure, words = fold(figure["measure"]), fold(figure["measure"] + figure["action"])
    whole = _whole(figure["measure"], figure["action"])
    classes = unit_classes(figure["unit"]) if figure["unit"] else ()
    best: dict[str, tuple[tuple[int, int, int], str]] = {}
    refused = ""
    for trigger in triggers():
        if trigger.words not in measure or not _fits(trigger, words, figure, classes):
            continue
        if trigger.form != figure["form"] and not trigger.names("form"):
            refused = refused or "form"
            continue
        if figure["unit"] and trigger.unit_class not in classes and not trigger.names("unit"):
            refused = "unit_class"
            continue
        if trigger.words in whole and _meets(trigger, whole) and not find_component(trigger.indicator, measure):
            refused = refused or "part"
            continue
        score = (len(trigger.words), len(trigger.require), int(classes[:1] == (trigger.unit_class,)))
        best[trigger.indicator] = max(best.get(trigger.indicator, (score, "")), (score, trigger.words))
    ranked = sorted(best.items(), key=lambda item: (item[1][0], item[0]), reverse=True)
    if not ranked:
        return Match(reason=refused or "no_trigger")
    (first, (score, rule)), second = ranked[0], ranked[1] if len(ranked) > 1 else None
    if second and second[1][0] == score:
        return Match(rule=rule, runner_up=f"{first}|{second[0]}", reason="ambiguous")
    return Match(first, rule, second[0] if second else "", "")


def _whole(measure: str, action: str) -> str:
    """Return what is said of the whole of which a figure is a part: the words behind 其中 without the figure's own."""
    part, *pieces = measure.split() or [""]
    if len(pieces) < 2 or part not in _part_words():
        return ""
    return fold(pieces[0] + ("" if action in pieces[-1] else action))


@cache
def _part_words() -> frozenset[str]:
    return frozenset(row["word"] for row in codebook.read_rows("text/particles") if row["kind"] == "part")


def settle_match(match: Match, status: str) -> Match:
    """Return a match as the status of its figure allows it.

    A numeral of a name has none. A target or a norm is no measurement: it gets no indicator, and the one it is set for
    stands as the runner-up.
    """
    if status == "named":
        return Match()
    if status in {"target", "norm"} and match.indicator:
        return replace(match, indicator="", runner_up=match.indicator)
    return match


def _fits(trigger: Trigger, words: str, figure: Mapping[str, str], classes: tuple[str, ...]) -> bool:
    return _meets(trigger, words) and _fits_context(trigger, figure, classes)


def _meets(trigger: Trigger, words: str) -> bool:
    demanded = all(any(word in words for word in group) for group in trigger.require)
    excluded = any(word in words for word in trigger.exclude)
    return demanded and not excluded


def _fits_context(trigger: Trigger, figure: Mapping[str, str], classes: tuple[str, ...]) -> bool:
    return all(
        any(name in allowed for name in classes) if field == "unit_class" else figure.get(field, "") in allowed
        for field, allowed in trigger.context
    )


def find_component(indicator: str, measure: str) -> str:
    """Return the component that a measure names: a slug of components.csv, or empty for a total or none."""
    measure = fold(measure)
    named = [(own, len(words), component) for own, words, component in _component_words(indicator) if words in measure]
    return max(named)[2] if named else ""


@cache
def _component_words(indicator: str) -> tuple[tuple[bool, str, str], ...]:
    """Return what names a component of an indicator: whether the words are its own or anyone's, they, the component."""
    return tuple(
        (row["indicator"] == indicator, words, row["component"])
        for row in codebook.read_rows("tidy/components")
        if row["indicator"] in {indicator, "*"}
        for words in _alternatives(row["triggers"])
    )


def build_matches(mentions: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Match every mention to the codebook and say which are used, and why the others are not.

    Parameters
    ----------
    mentions, documents : DataFrame
        Extracted tables.

    Returns
    -------
    DataFrame
        Table ``matches``: mention_id, doc_id, indicator, rule, runner_up, stage, component, part, used, reason.
    """
    figures = mentions.merge(documents[["doc_id", "issuer_type", "genre"]], on="doc_id", how="left")
    distinct = figures[list(SEEN)].fillna("").drop_duplicates()
    found = {tuple(row): match_figure(dict(zip(SEEN, row, strict=True))) for row in distinct.itertuples(index=False)}
    rows = figures[list(SEEN)].fillna("").itertuples(index=False)
    answers = [settle_match(found[tuple(row)], status) for row, status in zip(rows, mentions["status"], strict=True)]
    indicators = codebook.rows_by("tidy/indicators")
    matches = mentions[["mention_id", "doc_id"]].assign(
        indicator=[answer.indicator for answer in answers],
        rule=[answer.rule for answer in answers],
        runner_up=[answer.runner_up for answer in answers],
    )
    matches["stage"] = [indicators[name]["stage"] if name else "" for name in matches["indicator"]]
    matches["component"] = [
        _component(name, measure) for name, measure in zip(matches["indicator"], mentions["measure"], strict=True)
    ]
    matches["reason"] = _reasons(mentions, [answer.reason for answer in answers])
    matches["used"] = matches["reason"] == ""
    matches["part"] = _parts(matches, mentions)
    return fit_table(matches, "matches")


def _component(indicator: str, measure: str) -> str:
    """Name what a figure is a part of: a slug; else its measure where kinds overlap; else it is the total."""
    if not indicator:
        return ""
    component = find_component(indicator, measure)
    if component == "total":
        return ""
    overlapping = codebook.rows_by("tidy/indicators")[indicator]["combine"] == "none"
    return component or (fold(measure) if overlapping else "")


def _reasons(mentions: pd.DataFrame, answers: list[str]) -> pd.Series:
    reason = pd.Series(answers, index=mentions.index, dtype="object")
    plan = (mentions["role"] == "plan") | mentions["period"].str.startswith("plan:")
    for condition, why in (
        (plan, "plan"),
        (mentions["per"] != "", "per"),
        (mentions["status"] != "reported", mentions["status"]),
        (mentions["role"] == "chrome", "chrome"),
        (mentions["masked"], "masked"),
    ):
        reason = reason.mask(condition & (reason == ""), why)
    return reason.mask(mentions["status"] == "named", "named")


def _parts(matches: pd.DataFrame, mentions: pd.DataFrame) -> pd.Series:
    """Mark what stands beside its whole: a component where the total is printed too, and every share."""
    key = [matches["doc_id"], matches["indicator"], mentions["period"]]
    whole = (matches["component"] == "") & matches["used"]
    return ((matches["component"] != "") & whole.groupby(key).transform("any")) | (mentions["form"] == "share")
