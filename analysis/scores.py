"""What is right in the extraction of one document: figures, headings, roles, statements, fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.codebook import read_rows, rows_by

Span = tuple[int, int]
Record = dict[str, Any]

#: Fields of a mention that are scored where its span is right; measure and action are paraphrases.
FIELDS: Final = ("status", "form", "direction", "per", "period", "organ", "role")
#: Columns of ``documents`` that say how a row was made and not what the report says.
UNSCORED: Final = frozenset(("doc_id", "source", "sha256", "source_sha256", "n_chars", "wounds"))
#: Share of the longer of two statements that both cover.
OVERLAP: Final = 0.8
_BOUNDS: Final = ("value", "low", "high")
_CLOSE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Score:
    """One thing scored in one report: ``right`` of ``n``."""

    metric: str
    doc_id: str
    n: int
    right: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The rows of one document in the gold and in the extraction; indicators by mention, where they are scored."""

    doc_id: str
    gold: dict[str, list[Record]]
    found: dict[str, list[Record]]
    indicators: dict[str, str] | None


def score_document(pair: Pair) -> Iterator[Score | Record]:
    """Yield the scores of one document, and a record of each error, as columns of ``errors.csv``."""
    for part in (_score_mentions, _score_headings, _score_roles, _score_statements, _score_fields):
        yield from part(pair)


def _score_mentions(pair: Pair) -> Iterator[Score | Record]:
    doc_id, gold, found = pair.doc_id, pair.gold, pair.found
    if "mentions" not in found:
        return
    rows = {(int(row["start"]), int(row["end"])): row for row in gold["mentions"]}
    positive = {span: row for span, row in rows.items() if row["status"] != "named" and not _true(row.get("masked"))}
    masked = {span for span, row in rows.items() if _true(row.get("masked"))}
    ours = {
        (int(row["start"]), int(row["end"])): row
        for row in found["mentions"]
        if row["status"] != "named" and not pd.isna(row["start"])
    }
    judged = {span: row for span, row in ours.items() if span not in masked}
    hits = sorted(set(positive) & set(judged))
    yield from _score_spans("quantities", "mentions", doc_id, positive, judged, hits)
    for span in hits:
        theirs, mine = positive[span], judged[span]
        wrong = [name for name in _BOUNDS if not _same_number(theirs[name], mine[name])]
        yield Score("value_and_bounds", doc_id, 1, int(not wrong))
        checks = {name: (theirs[name], mine[name], False) for name in wrong}
        same = _unit_class(theirs["unit"]) == _unit_class(mine["unit"])
        checks["unit"] = (theirs["unit"], mine["unit"], same)
        checks |= {name: (theirs[name], mine[name], _text(theirs[name]) == _text(mine[name])) for name in FIELDS}
        for name, (expected, given, right) in checks.items():
            if name not in _BOUNDS:
                yield Score(f"mentions_{name}", doc_id, 1, int(right))
            if not right:
                yield _error("mentions", span, "wrong", name, expected, given, theirs["surface"])
    named = {span: row for span, row in rows.items() if row["status"] == "named"}
    for span, row in named.items():
        used = [other for other in judged if other[0] < span[1] and span[0] < other[1]]
        yield Score("named_rows_used", doc_id, 1, int(bool(used)))
        if used:
            yield _error("mentions", span, "used", "status", "named", judged[used[0]]["status"], row["surface"])
    for span in sorted(masked):
        kept = span in ours and _true(ours[span]["masked"]) and _text(ours[span]["value"]) == ""
        yield Score("masked_rows", doc_id, 1, int(kept))
        if not kept:
            yield _error("mentions", span, "wrong", "masked", "true", _text(ours.get(span, {}).get("masked")), "")
    if pair.indicators is not None and all("indicator" in row for row in gold["mentions"]):
        yield from _score_indicators(doc_id, positive, judged, pair.indicators)


def _score_indicators(
    doc_id: str, positive: dict[Span, Record], judged: dict[Span, Record], indicators: dict[str, str]
) -> Iterator[Score | Record]:
    each = {span for span, row in positive.items() if _text(row.get("per"))}
    for span in sorted((set(positive) | set(judged)) - each):
        expected = positive[span]["indicator"] if span in positive else ""
        given = indicators.get(judged[span]["mention_id"], "") if span in judged else ""
        right = bool(given) and _same_indicator(expected, given)
        surface = (positive.get(span) or judged[span])["surface"]
        if expected:
            yield Score("indicators_recall", doc_id, 1, int(right))
        if given:
            yield Score("indicators_precision", doc_id, 1, int(right))
        if not right and (expected or given):
            yield _error("matches", span, "wrong", "indicator", expected, given, surface)


def _same_indicator(expected: str, given: str) -> bool:
    """Say whether two ids are one indicator, or the given one a successor of the other in the codebook."""
    if expected == given:
        return True
    row = rows_by("tidy/indicators").get(expected)
    _, said, successors = (row["notes"] if row else "").partition("successors:")
    return bool(said) and given in successors.split(";")[0].replace(" ", "").split("|")


def _score_headings(pair: Pair) -> Iterator[Score | Record]:
    doc_id, gold, found = pair.doc_id, pair.gold, pair.found
    if "sections" not in gold or "sections" not in found:
        return
    theirs = {(int(row["start"]), int(row["end"])): row for row in gold["sections"] if row["label"]}
    ours = {(int(row["start"]), int(row["end"])): row for row in found["sections"] if row["label"]}
    hits = sorted(set(theirs) & set(ours))
    yield from _score_spans("headings", "sections", doc_id, theirs, ours, hits)
    for span in hits:
        for name in ("level", "role", "parent_start"):
            if name in theirs[span]:
                right = _text(theirs[span][name]) == _text(ours[span][name])
                yield Score(f"headings_{name}", doc_id, 1, int(right))
                if not right:
                    yield _error("sections", span, "wrong", name, theirs[span][name], ours[span][name], "")


def _score_roles(pair: Pair) -> Iterator[Score | Record]:
    """Compare roles character by character, over the stretches that gold gives a role."""
    doc_id, gold, found = pair.doc_id, pair.gold, pair.found
    if "roles" not in gold or "sections" not in found or not found["sections"]:
        return
    parts = sorted(found["sections"], key=lambda row: (int(row["start"]), int(row["end"])))
    starts = np.array([int(row["start"]) for row in parts])
    for row in gold["roles"]:
        places = np.arange(int(row["start"]), int(row["end"]))
        given = np.array([part["role"] for part in parts])[np.maximum(np.searchsorted(starts, places, "right") - 1, 0)]
        yield Score("roles_by_character", doc_id, len(places), int((given == row["role"]).sum()))
        for role in sorted(set(given[given != row["role"]])):
            wrong = places[given == role]
            yield _error("roles", (int(wrong[0]), int(wrong[-1]) + 1), "wrong", "role", row["role"], role, "")


def _score_statements(pair: Pair) -> Iterator[Score | Record]:
    doc_id, gold, found = pair.doc_id, pair.gold, pair.found
    if "statements" not in gold or "statements" not in found:
        return
    roles = {row["role"] for row in gold["statements"]} | {"problem", "cause"}
    theirs = {(int(row["start"]), int(row["end"])): row for row in gold["statements"]}
    ours = {
        (int(row["start"]), int(row["end"])): row
        for row in found["statements"]
        if row["role"] in roles and not pd.isna(row["start"])
    }
    pairs = _pair(theirs, ours)
    yield Score("statements_recall", doc_id, len(theirs), len(pairs))
    yield Score("statements_precision", doc_id, len(ours), len(pairs))
    yield Score("statements_f1", doc_id, len(theirs) + len(ours), 2 * len(pairs))
    for span in sorted(set(theirs) - set(pairs)):
        yield _error("statements", span, "miss", "", theirs[span]["role"], "", "")
    for span in sorted(set(ours) - set(pairs.values())):
        yield _error("statements", span, "false", "", "", ours[span]["role"], "")
    codes = _primary_codes(found.get("codes", []))
    for span, match in pairs.items():
        for name in ("role", "heading"):
            right = _text(theirs[span][name]) == _text(ours[match][name])
            yield Score(f"statements_{name}", doc_id, 1, int(right))
            if not right:
                yield _error("statements", span, "wrong", name, theirs[span][name], ours[match][name], "")
        expected = theirs[span].get("primary", "")
        if expected and "codes" in found:
            given = codes.get(ours[match]["statement_id"], "")
            yield Score("codes_primary", doc_id, 1, int(given == expected))
            yield Score("codes_any", doc_id, 1, int(given in {expected, theirs[span].get("secondary", "")} - {""}))
            if given != expected:
                yield _error("codes", span, "wrong", "primary", expected, given, "")


def _primary_codes(codes: Iterable[Record]) -> dict[str, str]:
    return {row["statement_id"]: row["category"] for row in codes if _true(row["primary"])}


def _pair(theirs: Iterable[Span], ours: Iterable[Span]) -> dict[Span, Span]:
    """Pair spans that overlap by `OVERLAP` of the longer, the best overlap first."""
    candidates = sorted(
        ((_overlap(one, other), one, other) for one in theirs for other in ours if _overlap(one, other) >= OVERLAP),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    pairs: dict[Span, Span] = {}
    for _, one, other in candidates:
        if one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def _overlap(one: Span, other: Span) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    longer = max(one[1] - one[0], other[1] - other[0])
    return shared / longer if longer else 0.0


def _score_fields(pair: Pair) -> Iterator[Score | Record]:
    doc_id, gold, found = pair.doc_id, pair.gold, pair.found
    if "documents" not in gold:
        return
    theirs, ours = gold["documents"][0], found["documents"][0]
    for name in theirs:
        if name in UNSCORED or name not in ours:
            continue
        right = _text(theirs[name]) == _text(ours[name])
        yield Score(f"documents_{name}", doc_id, 1, int(right))
        yield Score("documents_fields", doc_id, 1, int(right))
        if not right:
            yield _error("documents", None, "wrong", name, theirs[name], ours[name], "")


def _score_spans(
    metric: str, table: str, doc_id: str, gold: dict[Span, Record], found: dict[Span, Record], hits: list[Span]
) -> Iterator[Score | Record]:
    yield Score(f"{metric}_precision", doc_id, len(found), len(hits))
    yield Score(f"{metric}_recall", doc_id, len(gold), len(hits))
    yield Score(f"{metric}_f1", doc_id, len(gold) + len(found), 2 * len(hits))
    for span in sorted(set(gold) - set(hits)):
        yield _error(table, span, "miss", "", gold[span].get("value", ""), "", gold[span].get("surface", ""))
    for span in sorted(set(found) - set(hits)):
        yield _error(table, span, "false", "", "", found[span].get("value", ""), found[span].get("surface", ""))


def _error(table: str, span: Span | None, kind: str, field: str, gold: Any, found: Any, surface: str) -> Record:
    start, end = span if span else (pd.NA, pd.NA)
    return {
        "table": table,
        "start": start,
        "end": end,
        "kind": kind,
        "field": field,
        "gold": _text(gold),
        "found": _text(found),
        "surface": surface,
    }


def _text(value: Any) -> str:
    """Return a cell as a table on disk has it."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _true(value: Any) -> bool:
    return _text(value) == "true"


def _same_number(one: Any, other: Any) -> bool:
    one, other = _text(one), _text(other)
    if not one or not other:
        return one == other
    return abs(float(one) - float(other)) <= _CLOSE * max(1.0, abs(float(one)))


def _unit_class(unit: Any) -> str:
    """Return the class of a unit; units of no class of their own count by themselves."""
    name = _text(unit)
    return _unit_classes().get(name, name)


@cache
def _unit_classes() -> dict[str, str]:
    return {row["unit"]: row["unit_class"] for row in read_rows("text/units") if row["unit_class"] != "other"}
