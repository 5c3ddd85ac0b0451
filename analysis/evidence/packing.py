"""Dossiers as the data of a page: one block of what all reports share, one block a report, both compact and inert.

A page of five hundred reports opens at once because only the first block is read at the start; the block of a report
is read when something in it is looked at. Whatever is said in words is said once, in a list that the blocks point into.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from analysis import codebook
from analysis.evidence.contents import Content
from analysis.evidence.dossiers import Dossier, Figure, Row
from analysis.evidence.words import Words, all_words, both, period, states, words
from analysis.tables import format_number

Packed = dict[str, Any]
VERDICTS = ("impossible", "implausible", "explained", "confirmed", "uninformative")
SIGNS = ("corrected", "contradicted")
#: A flag that the period says itself.
ASSUMED = "assumed_period"
FIELDS = ("issuer", "dated", "published", "n_chars", "sha256")
CHANGE = ("id", "field", "old", "new", "reason", "who", "when")
#: The most passages of shared wording that a page holds.
MOST_SHARED = 20_000
#: Signs that could close a script element, or that JSON and JavaScript do not read alike.
ESCAPED = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def dump(data: object) -> str:
    """Return data as JSON that may stand in a script element: no sign in it opens or closes a tag."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, escaped in ESCAPED.items():
        text = text.replace(sign, escaped)
    return text


def count_each(dossier: Dossier) -> list[int]:
    """Return how many figures a report has, of these unmatched, with each sign, what is unplaced, and uncoded."""
    signs = [sign for figure in dossier.figures for sign in dossier.signs(figure)]
    unplaced = len(dossier.unplaced) + len(dossier.unplaced_statements)
    return [len(dossier.figures), len(dossier.unmatched), *map(signs.count, SIGNS), unplaced, len(dossier.uncoded)]


class Packer:
    """What the blocks of all reports point into: phrases, and the ids of the codebook with their labels.

    It exists so that a word said ten thousand times stands in the page once. Pack the reports, then ask for `common`.
    """

    def __init__(self) -> None:
        self._phrases: dict[Words, int] = {Words("", ""): 0}
        self._keys: dict[str, dict[str, int]] = {
            kind: {} for kind in ("indicator", "category", "role", "status", "kind", "item")
        }
        for item in codebook.read_rows("tidy/mandated"):
            self.key("item", item["item"])

    def say(self, what: Words | str) -> int:
        """Return the number of a phrase."""
        phrase = what if isinstance(what, Words) else Words(what, what)
        return self._phrases.setdefault(phrase, len(self._phrases))

    def key(self, kind: str, name: str) -> int:
        """Return the number of an id of the codebook."""
        return self._keys[kind].setdefault(name, len(self._keys[kind]))

    def report(self, dossier: Dossier) -> Packed:
        """Return all that is known of one report."""
        document, tail = dossier.document, _Tail(dossier.id)
        known = [(name, document[name]) for name in FIELDS if document[name]]
        hint = "add_text" if document["sha256"] else "no_text_known"
        other = [row for row in dossier.corrections if row["table"] != "mentions"]
        return {
            "text": dossier.text,
            "about": [[self.say(words(name)), str(value)] for name, value in known],
            "hint": 0 if dossier.text is not None else self.say(words(hint)),
            "figures": [self._figure(figure, dossier, tail) for figure in dossier.figures],
            "statements": [self._statement(row, dossier, tail) for row in dossier.statements],
            "sections": [
                [row["start"], row["end"], self.key("role", row["role"] or "other")] for row in dossier.sections
            ],
            "contents": [self._content(content, tail) for content in dossier.contents],
            "checks": [self._check(row, tail) for row in dossier.checks],
            "changes": [_change(row) for row in other],
        }

    def _figure(self, figure: Figure, dossier: Dossier, tail: _Tail) -> Packed:
        mention = figure.mention
        placed = dossier.text is not None and not figure.place
        counted = " · ".join(part for part in (mention["measure"], mention["action"]) if part)
        return _filled(
            id=tail(figure.id),
            at=None if mention["start"] is None else [mention["start"], mention["end"]],
            surface="" if placed else mention["surface"],
            state=states().index(figure.state),
            signs=[SIGNS.index(sign) for sign in dossier.signs(figure)],
            indicator=self.key("indicator", figure.indicator) + 1 if figure.indicator else 0,
            value=figure.value,
            counted=counted,
            when=self.say(_when(mention)),
            why=self.say(figure.reason) if figure.match.get("reason") not in {"", None, figure.state} else 0,
            place=self.say(both("place", figure.place)) if figure.place else 0,
            more=[self.say(what) for what in _more(figure)],
            flags=[self.say(both("flag", flag)) for flag in figure.flags if flag != ASSUMED],
            changes=[_change(row) for row in figure.corrections],
            observations=[tail(row["observation_id"]) for row in figure.observations],
        )

    def _statement(self, row: Row, dossier: Dossier, tail: _Tail) -> Packed:
        misplaced = {other["statement_id"]: why for other, why in dossier.unplaced_statements}
        why = misplaced.get(row["statement_id"], "")
        return _filled(
            id=tail(row["statement_id"]),
            at=None if row["start"] is None else [row["start"], row["end"]],
            role=self.key("role", row["role"]),
            heading=int(row["heading"] is True),
            under=tail(row["parent_id"] or ""),
            codes=[[self.key("category", name), int(primary), coders] for name, primary, coders in dossier.coded(row)],
            uncoded=int(row in dossier.uncoded),
            place=self.say(both("place", why)) if why else 0,
        )

    def _content(self, content: Content, tail: _Tail) -> list[Any]:
        places = [
            [self.key("kind", kind), tail(what) if kind == "figure" else what, start, end]
            for kind, what, start, end in content.places
        ]
        return [self.key("item", content.item), self.key("status", content.status), content.reason, places]

    def _check(self, row: Row, tail: _Tail) -> Packed:
        base = row["base"]
        named = both("indicator", base) if base in codebook.rows_by("tidy/indicators") else both("base", base)
        return _filled(
            id=tail(row["check_id"]),
            check=self.say(both("check", row["check"])),
            kind=row["check"],
            verdict=VERDICTS.index(row["verdict"]),
            indicator=self.key("indicator", row["indicator"]) + 1 if row["indicator"] else 0,
            figure=tail(row["mention_id"]),
            others=[tail(name) for name in row["others"].split("|") if name],
            stated=format_number(row.get("stated")),
            expected=format_number(row.get("expected")),
            base=self.say(named) if base else 0,
            note=self.say(Words(row["note_zh"], row["note_en"])),
        )

    def shared(self, dossiers: Iterable[Dossier]) -> tuple[list[list[Any]], dict[str, Any]]:
        """Return the passages that reports share, of very many the longest, and what else the page has to know of them.

        That is how many are left out, and the ids of the reports on other pages that have a part in them; these are
        numbered behind the page's own.
        """
        dossiers = list(dossiers)
        numbers = {dossier.id: number for number, dossier in enumerate(dossiers)}
        rows = [row for dossier in dossiers for row in dossier.shared
                if row["doc_a"] == dossier.id or row["doc_a"] not in numbers]  # fmt: skip
        least = sorted((row["n_chars"] for row in rows), reverse=True)[MOST_SHARED : MOST_SHARED + 1]
        kept = [row for row in rows if not least or row["n_chars"] > least[0]]
        kept.sort(key=lambda row: (row["doc_a"], row["start_a"], row["doc_b"], row["start_b"]))
        others = sorted({row[side] for row in kept for side in ("doc_a", "doc_b")} - numbers.keys())
        numbers |= {doc_id: number for number, doc_id in enumerate(others, start=len(numbers))}
        return [self._shared(row, numbers) for row in kept], {"left_out": len(rows) - len(kept), "others": others}

    def common(self, dossiers: Iterable[Dossier]) -> Packed:
        """Return what all reports share, and one line a report."""
        reports = [self._line(dossier) for dossier in dossiers]
        domains = {row["id"]: row["domain"] for row in codebook.read_rows("tidy/indicators")}
        required = {row["item"]: row for row in codebook.read_rows("tidy/mandated")}
        return {
            "states": _labelled("state", states()),
            "signs": _labelled("sign", SIGNS),
            "verdicts": _labelled("verdict", VERDICTS),
            "domains": _labelled("domain", sorted({domains[name] for name in self._keys["indicator"]})),
            "indicators": [[*row, domains[row[0]]] for row in _labelled("indicator", self._keys["indicator"])],
            "categories": _labelled("category", self._keys["category"]),
            "roles": _labelled("role", self._keys["role"]),
            "statuses": _labelled("status", self._keys["status"]),
            "kinds": _labelled("evidence", self._keys["kind"]),
            "items": [
                [name, required[name]["question_zh"], required[name]["question_en"], *both("required", kind)]
                for name in self._keys["item"] if (kind := required[name]["required"])
            ],
            "reports": reports,
            "words": {name: list(pair) for name, pair in all_words().items()},
            "phrases": [phrase.zh if phrase.zh == phrase.en else list(phrase) for phrase in self._phrases],
        }  # fmt: skip

    def _line(self, dossier: Dossier) -> Packed:
        document = dossier.document
        place, province = dossier.place, document["province"]
        return {
            "id": dossier.id,
            "name": list(dossier.name),
            "place": list(place),
            "unit": dossier.unit or dossier.id,
            "province": list(Words(province, both("province", province).en)),
            "year": document["report_year"],
            "genre": self.say(both("genre", document["genre"]) if document["genre"] else ""),
            "coverage": self.say(both("coverage", document["coverage"]) if document["coverage"] else ""),
            "text": int(dossier.text is not None),
            "full": int(document["coverage"] == "full"),
            "counts": count_each(dossier),
        }  # fmt: skip

    def _shared(self, row: Row, numbers: Mapping[str, int]) -> list[Any]:
        ends = [value for side in "ab" for value in (numbers[row[f"doc_{side}"]], row[f"start_{side}"],
                                                     row[f"end_{side}"])]  # fmt: skip
        return [*ends, row["n_chars"], self.key("role", row["role"]), self.say(both("formula", row["formula"]))]


class _Tail:
    """Shortens the ids of one report to what follows its doc_id."""

    def __init__(self, doc_id: str) -> None:
        self._doc_id = doc_id

    def __call__(self, name: str) -> str:
        return name.removeprefix(self._doc_id)


def _filled(**values: Any) -> Packed:
    """Return what is not empty."""
    return {name: value for name, value in values.items() if value not in (None, "", 0, [])}


def _labelled(kind: str, names: Iterable[str]) -> list[list[str]]:
    return [[name, *both(kind, name)] for name in names]


def _when(mention: Row) -> Words:
    said = period(mention["period"])
    if mention["period_basis"] != "assumed":
        return said
    assumed = both("period_basis", "assumed")
    return Words(f"{said.zh}（{assumed.zh}）", f"{said.en} ({assumed.en})")


def _more(figure: Figure) -> list[Words]:
    """Return what else tells a figure from its like: part, organ, status, masks beside it."""
    mention, component = figure.mention, figure.match.get("component")
    said = [both("component", component)] if component else []
    said += [both("organ", mention["organ"])] if mention["organ"] else []
    said += [both("form", mention["form"])] if mention["form"] else []
    said += [both("status", mention["status"])] if figure.state == "aside" else []
    return said + ([words("context_masked")] if mention["context_masked"] else [])


def _change(row: Row) -> list[str]:
    return [str(row[name]) for name in CHANGE]
