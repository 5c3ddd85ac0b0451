"""What a report says against what it says elsewhere: five verdicts, none of them repairs a figure.

confirmed: the figures agree. explained: they differ, and a rule of counting says why. implausible: they differ and
nothing explains it. impossible: no true figures could give what is printed. uninformative: nothing can be said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cache
from itertools import groupby
from typing import Any

import pandas as pd

from analysis import codebook
from analysis.tables import fit_table, format_number
from analysis.tidy.rates import CHANCE_LIMIT, find_grim, fits_printed, implied_base, printed_decimals

COMMON = 2
ANY_ORGAN = {"", "all_organs", "reporting_body"}
EARLY = {"received", "accepted", "workload"}
COUNTS = {"flow", "stock"}
YEAR = re.compile(r"year:(\d{4})$")
VERDICTS = ("confirmed", "uninformative", "impossible")
Row = dict[str, Any]


def build_checks(observations: pd.DataFrame, mentions: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Check the figures of every report against each other.

    Parameters
    ----------
    observations, mentions, matches : DataFrame
        Tidy observations and matches, extracted mentions.

    Returns
    -------
    DataFrame
        Table ``checks``. ``check`` is one of rate (a percentage against its printed counts, or GRIM against its base),
        share (a percentage of a whole), parts (parts against their whole), stages (closed against accepted), change (a
        stated change against its own base).
    """
    figures = mentions.merge(matches[["mention_id", "indicator", "component", "used"]], on="mention_id")
    printed = _by_document(figures.sort_values(["doc_id", "start", "mention_id"], kind="stable"))
    rows: list[Row] = []
    observed = _by_document(observations)
    for doc_id, figures_of in printed.items():
        own = observed.get(doc_id, [])
        found = [*_rates(own, {figure.mention_id: figure.surface for figure in figures_of})]
        found += [*_parts(own), *_members(own), *_stages(own)]
        tested = {row["mention_id"] for row in found}
        found += _shares([figure for figure in figures_of if figure.mention_id not in tested], figures_of)
        rows += [*found, *_changes(figures_of)]
    return fit_table([_finished(row) for row in rows], "checks")


def _by_document(table: pd.DataFrame) -> dict[str, list[Any]]:
    documents: dict[str, list[Any]] = {}
    for row in table.astype("object").itertuples(index=False):
        documents.setdefault(row.doc_id, []).append(row)
    return documents


def _finished(row: Row) -> Row:
    notes = {(note["check"], note["verdict"]): note for note in codebook.read_rows("tidy/check_notes")}
    note = notes.get((row["check"], f"{row['verdict']}_without_count")) if row.get("k") is None else None
    note = note or notes[row["check"], row["verdict"]]
    shown = {name: format_number(value) if isinstance(value, float) else value for name, value in row.items()}
    words = {"stated": "", "expected": "", "implied_base": "", "chance": "", "k": "", "base": "", **shown}
    return {
        **row,
        "check_id": f"{row['doc_id']}~{row['check']}~{row['mention_id'].removeprefix(row['doc_id'])}",
        "note_zh": note["note_zh"].format(**{**words, "base": codebook.label(str(words["base"]), "zh")}),
        "note_en": note["note_en"].format(**{**words, "base": codebook.label(str(words["base"]), "en")}),
    }


@cache
def _related(column: str) -> dict[str, str]:
    """Return what a column of indicators.csv (part_of, family) says of the indicators for which it is filled in."""
    return {row["id"]: row[column] for row in codebook.read_rows("tidy/indicators") if row[column]}


def _row(observation: Any, check: str, verdict: str, **more: Any) -> Row:
    first = str(observation.mention_ids).split("|")[0]
    return {
        "doc_id": observation.doc_id, "check": check, "verdict": verdict, "mention_id": first,
        "indicator": observation.indicator, "stated": observation.value, **more,
    }  # fmt: skip


def _printed(own: list[Any], indicator: str, like: Any) -> Any:
    """Return the one exact printed whole number of an indicator for the same period, of the same organ if possible."""
    rows = [
        row
        for row in own
        if row.indicator == indicator and row.period == like.period and row.exactness == "exact"
        if float(row.value).is_integer() and row.component in {like.component, ""}
    ]
    rows = [row for row in rows if row.organ == like.organ] or rows
    return rows[0] if len(rows) == 1 else None


def _rates(own: list[Any], surfaces: dict[str, str]) -> Iterator[Row]:
    indicators = codebook.rows_by("tidy/indicators")
    for rate in own:
        if rate.form not in {"rate", "share"} or pd.isna(rate.value):
            continue
        indicator = indicators[rate.indicator]
        decimals = printed_decimals(surfaces[rate.mention_ids.split("|")[0]])
        wholes = [_printed(own, name, rate) for name in indicator["denominators"].split("|")]
        bases = [whole for whole in wholes if whole is not None and whole.value > 0]
        names = [name for name in indicator["numerator"].split("+") if name]
        parts = [_printed(own, name, rate) for name in names]
        if names and all(part is not None for part in parts):
            yield _recomputed(rate, decimals, sum(part.value for part in parts), parts, bases)
        elif bases:
            yield min((_grim(rate, decimals, base) for base in bases), key=lambda row: VERDICTS.index(row["verdict"]))


def _ids(observations: list[Any]) -> str:
    return "|".join(mention for one in observations for mention in one.mention_ids.split("|"))


def _recomputed(rate: Any, decimals: int, k: float, parts: list[Any], bases: list[Any]) -> Row:
    others, implied = _ids([*parts, *bases]), implied_base(k, rate.value)
    if not bases:
        return _row(rate, "rate", "uninformative", k=k, others=others, implied_base=implied)
    true = {base.indicator: Fraction(100 * int(k), int(base.value)) for base in bases}
    fitting = {name: how for name, value in true.items() if (how := fits_printed(value, rate.value, decimals))}
    base = next(iter(fitting), bases[0].indicator)
    return _row(
        rate, "rate", "confirmed" if fitting else _refuted(rate, bases),
        k=k, base=base, fits=fitting.get(base, ""), others=others, implied_base=implied,
        expected=round(float(true[base]), decimals + 1),
    )  # fmt: skip


def _refuted(rate: Any, bases: list[Any]) -> str:
    """Return the verdict on a rate that no printed base gives.

    Cases received or accepted may be the base, but where the codebook also names a later one (closed, handled), only
    the later one refutes: it may be the base without being printed.
    """
    stages = codebook.rows_by("tidy/indicators")
    named = {stages[name]["stage"] for name in stages[rate.indicator]["denominators"].split("|") if name in stages}
    refuting = [base for base in bases if base.stage not in EARLY or named <= EARLY]
    return "impossible" if refuting else "uninformative"


def _grim(rate: Any, decimals: int, base: Any) -> Row:
    grim = find_grim(rate.value, decimals, int(base.value))
    trivial = rate.value in (0, 100) or grim.chance > CHANCE_LIMIT
    verdict = _refuted(rate, [base]) if grim.k is None else "uninformative" if trivial else "confirmed"
    k = None if grim.k is None else float(grim.k)
    return _row(
        rate, "rate", verdict, k=k, base=base.indicator, fits=grim.fits, others=_ids([base]), chance=grim.chance,
        expected=None if k is None else round(100 * k / base.value, decimals + 1),
    )  # fmt: skip


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> Iterator[tuple[Any, list[Any]]]:
    return ((value, list(group)) for value, group in groupby(sorted(rows, key=key), key=key))


def _exact_total(rows: list[Any]) -> Any:
    total = [row for row in rows if row.component == "" and row.exactness == "exact" and "summed" not in row.flags]
    return total[0] if len(total) == 1 else None


def _parts(own: list[Any]) -> Iterator[Row]:
    """Check the components of one indicator against its printed total."""
    for (indicator, _), rows in _grouped(own, lambda row: (row.indicator, row.period)):
        parts = [row for row in rows if row.component and row.exactness == "exact"]
        whole = _exact_total(rows) if parts else None
        if whole is not None and whole.organ not in ANY_ORGAN:
            parts = [part for part in parts if part.organ == whole.organ]
        if whole is not None and parts and (len(parts) > 1 or parts[0].value > whole.value):
            exclusive = codebook.rows_by("tidy/indicators")[indicator]["combine"] != "none"
            yield _against_whole(whole, parts, exclusive)


def _members(own: list[Any]) -> Iterator[Row]:
    """Check indicators that are part of another one against that one."""
    part_of = _related("part_of")
    counts = [row for row in own if row.component == "" and row.exactness == "exact" and row.form in COUNTS]
    members = [row for row in counts if row.indicator in part_of]
    for (whole_id, period), rows in _grouped(members, lambda row: (part_of[row.indicator], row.period)):
        whole = _exact_total([row for row in own if row.indicator == whole_id and row.period == period])
        if whole is not None and (len(rows) > 1 or rows[0].value > whole.value):
            yield _against_whole(whole, rows, exclusive=False)


def _against_whole(whole: Any, parts: list[Any], exclusive: bool) -> Row:
    total, largest = sum(part.value for part in parts), max(part.value for part in parts)
    if total == whole.value and len(parts) > 1:
        verdict = "confirmed"
    elif largest > whole.value or (exclusive and total > whole.value):
        verdict = "impossible"
    else:
        verdict = "uninformative"
    return _row(whole, "parts", verdict, expected=total, others=_ids(parts))


def _stages(own: list[Any]) -> Iterator[Row]:
    """Check what was closed against what was accepted: what is closed beyond that was carried over."""
    families = _related("family")
    counts = [row for row in own if row.component == "" and row.exactness == "exact" and row.indicator in families]
    for _, rows in _grouped(counts, lambda row: (families[row.indicator], row.period, row.organ)):
        by_stage = {row.stage: row for row in rows}
        accepted, received = by_stage.get("accepted"), by_stage.get("received")
        if (closed := by_stage.get("closed")) and accepted and closed.value > accepted.value:
            carried = closed.value - accepted.value
            yield _row(closed, "stages", "explained", expected=accepted.value, others=_ids([accepted]), k=carried)
        if accepted and received and accepted.value > received.value:
            yield _row(accepted, "stages", "implausible", expected=received.value, others=_ids([received]))


@cache
def _shared(first: str, second: str) -> int:
    return SequenceMatcher(None, first, second, autojunk=False).find_longest_match().size


def _counts(printed: list[Any]) -> list[Any]:
    return [
        row
        for row in printed
        if row.form in COUNTS and row.status == "reported" and row.value == row.low == row.high
        if float(row.value).is_integer()
    ]


def _nearest(measure: str, counts: list[Any]) -> list[Any]:
    """Return the counts whose measure has most in common with another measure, at least two characters."""
    shared = [_shared(measure, row.measure) for row in counts]
    most = max([COMMON, *shared])
    return [row for row, size in zip(counts, shared, strict=True) if size == most]


def _shares(untested: list[Any], printed: list[Any]) -> Iterator[Row]:
    """Check shares whose part and whole are printed: the link is by wording, so a misfit proves nothing."""
    counts = _counts(printed)
    for share in untested:
        if share.form != "share" or pd.isna(share.value):
            continue
        parts, decimals = _nearest(share.measure, counts), printed_decimals(share.surface)
        units = {part.unit for part in parts}
        wholes = [row for row in counts if row.unit in units and row.value > 0]
        pairs = [
            (part, whole, how)
            for part in parts
            for whole in wholes
            if whole.value >= part.value
            if (how := fits_printed(Fraction(100 * int(part.value), int(whole.value)), share.value, decimals))
        ]
        tried = len({part.value for part in parts}) * len({whole.value for whole in wholes})
        chance = min(1.0, round(1.5 * tried / (100 * 10**decimals), 4))
        row = {
            "doc_id": share.doc_id, "check": "share", "mention_id": share.mention_id, "indicator": share.indicator,
            "stated": share.value, "chance": chance,
        }  # fmt: skip
        if pairs and 0 < share.value < 100 and chance <= CHANCE_LIMIT:
            part, whole, how = pairs[0]
            expected = round(100 * part.value / whole.value, decimals + 1)
            found = {"k": part.value, "expected": expected, "fits": how, "base": format_number(whole.value)}
            yield {**row, **found, "verdict": "confirmed", "others": f"{part.mention_id}|{whole.mention_id}"}
        else:
            yield {**row, "verdict": "uninformative", "others": "|".join(part.mention_id for part in parts)}


def _changes(printed: list[Any]) -> Iterator[Row]:
    """Check a stated change in percent against this year's and last year's figure of the same report."""
    counts = _counts(printed)
    for change in printed:
        year = YEAR.match(change.period)
        if change.form != "change" or change.unit != "%" or not change.direction or not year or pd.isna(change.value):
            continue
        now = _nearest(change.measure, [row for row in counts if row.period == change.period])
        last = f"year:{int(year[1]) - 1}"
        units = {row.unit for row in now}
        before = [row for row in counts if row.period == last and row.unit in units and row.value > 0]
        if now and (before := _nearest(change.measure, before)):
            yield _change(change, now[0], before[0])


def _change(change: Any, now: Any, before: Any) -> Row:
    true = 100 * Fraction(int(now.value) - int(before.value), int(before.value))
    decimals, sign = printed_decimals(change.surface), 1 if change.direction == "up" else -1
    how = fits_printed(sign * true, change.value, decimals)
    same = now.indicator == before.indicator != ""
    return {
        "doc_id": change.doc_id, "check": "change", "mention_id": change.mention_id, "indicator": now.indicator,
        "stated": sign * change.value, "expected": round(float(true), decimals + 1), "fits": how,
        "verdict": "confirmed" if how else "implausible" if same else "uninformative",
        "base": format_number(before.value), "others": f"{now.mention_id}|{before.mention_id}",
    }  # fmt: skip
