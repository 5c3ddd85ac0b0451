"""Tables to dossiers: the rows that speak of one report, and what has become of each of its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.evidence.contents import find_contents
from analysis.evidence.dossiers import Dossier, Figure, Row
from analysis.evidence.spans import place_figures, quote
from analysis.text.reading import make_text
from analysis.tidy.corrections import owner

ASIDE = {"plan", "chrome"}
#: How an observation's exactness is shown; the others are approximate or bounded.
SHARP = {"exact", "rounded"}
REACH = (40, 24)


def build_dossiers(
    facts: Mapping[str, pd.DataFrame], tidy: Mapping[str, pd.DataFrame], texts: Mapping[str, str]
) -> list[Dossier]:
    """Put together what is known of every report, in the order of their ids.

    Parameters
    ----------
    facts : mapping of str to DataFrame
        Extracted tables; documents, mentions, sections, statements, codes, contents and reuse are read.
    tidy : mapping of str to DataFrame
        Tidy tables of the same facts; matches, observations, checks, coverage, units and audit are read.
    texts : mapping of str to str
        Texts by doc_id, as far as they are at hand; see `analysis.evidence.find_texts`.
    """
    per = {name: _grouped(facts[name], "doc_id") for name in ("mentions", "sections", "statements", "contents")}
    asked = tidy["coverage"][tidy["coverage"]["item_type"] == "mandated"]
    per |= {"coverage": _grouped(asked, "doc_id"), "shared": _shared(facts["reuse"])}
    units = dict(zip(tidy["units"]["doc_id"], tidy["units"]["unit_id"], strict=True))
    matches = {row["mention_id"]: row for row in _records(tidy["matches"])}
    observations: dict[str, list[Row]] = defaultdict(list)
    for row in _records(tidy["observations"]):
        for mention in row["mention_ids"].split("|"):
            observations[mention].append(row)
    codes, checks = _grouped(facts["codes"], "statement_id"), _grouped(tidy["checks"], "doc_id")
    audit = _grouped(tidy["audit"], "id")
    changed = _grouped(tidy["audit"].assign(doc_id=tidy["audit"]["id"].map(owner)), "doc_id")
    found = []
    for document in sorted(_records(facts["documents"]), key=lambda row: row["doc_id"]):
        doc_id = document["doc_id"]
        statements = _in_order(per["statements"][doc_id])
        mentions = _in_order(per["mentions"][doc_id])
        text, sections = texts.get(doc_id), _in_order(per["sections"][doc_id])
        figures = _figures(mentions, text, matches, observations, audit)
        found.append(
            Dossier(
                document,
                text,
                figures,
                tuple(sections),
                tuple(statements),
                {row["statement_id"]: tuple(codes[row["statement_id"]]) for row in statements},
                tuple(checks[doc_id]),
                tuple(changed[doc_id]),
                contents=find_contents(
                    document,
                    per["coverage"][doc_id],
                    per["contents"][doc_id],
                    sections,
                    {figure.id: figure.indicator for figure in figures if figure.indicator},
                ),
                shared=tuple(per["shared"][doc_id]),
                unit=str(units.get(doc_id, "")),
            )
        )
    return found


def _figures(
    mentions: list[Row],
    text: str | None,
    matches: Mapping[str, Row],
    observations: Mapping[str, list[Row]],
    audit: Mapping[str, list[Row]],
) -> tuple[Figure, ...]:
    folded = "" if text is None else make_text(text).folded
    figures = []
    for mention, place in zip(mentions, place_figures(mentions, text), strict=True):
        name = mention["mention_id"]
        own, match = tuple(observations.get(name, ())), matches.get(name, {})
        where = (
            None
            if text is None or place in {"no_offsets", "differs"}
            else quote(text, folded, mention["start"], mention["end"], REACH)
        )
        figures.append(
            Figure(mention, match, own, tuple(audit.get(name, ())), _state(mention, match, own), place, where)
        )
    return tuple(figures)


def _state(mention: Row, match: Row, observations: Iterable[Row]) -> str:
    """Say what has become of a figure, in the words of labels.toml."""
    if mention["status"] == "named":
        return "named"
    if mention["masked"]:
        return "masked"
    if mention["status"] != "reported" or mention["per"] or mention["role"] in ASIDE or mention["period"][:4] == "plan":
        return "aside"
    if not match.get("indicator"):
        return "unmatched"
    if any("conflict" in row["flags"].split("|") for row in observations):
        return "conflict"
    exactness = next((row["exactness"] for row in observations), "")
    if not exactness:
        return "aside"
    return exactness if exactness in SHARP else "bounded"


def _records(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a table as dicts; a whole number is an int, a missing one None."""
    whole = [name for name in frame if str(frame[name].dtype) == "Int64"]
    rows: list[Row] = frame.to_dict("records")
    for row in rows:
        for name in whole:
            row[name] = None if pd.isna(row[name]) else int(row[name])
    return rows


def _grouped(frame: pd.DataFrame, key: str) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _records(frame):
        groups[row[key]].append(row)
    return groups


def _shared(reuse: pd.DataFrame) -> defaultdict[str, list[Row]]:
    """Return the passages of each report that it shares with another one, by doc_id."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _records(reuse):
        for side in "ab":
            groups[row[f"doc_{side}"]].append(row)
    return groups


def _in_order(rows: list[Row]) -> list[Row]:
    """Return rows by their offsets; those without come last, by the number in their id."""

    def place(row: Row) -> tuple[bool, int, int, int, str]:
        name = str(row.get("mention_id") or row.get("statement_id") or "")
        return row["start"] is None, row["start"] or 0, -(row["end"] or 0), len(name), name

    return sorted(rows, key=place)
