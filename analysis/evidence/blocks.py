"""What is said of one figure, statement, observation, check, indicator or report: rows to named lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis import codebook
from analysis.evidence.contents import Content
from analysis.evidence.dossiers import Dossier, Figure, format_figure
from analysis.evidence.shown import Block, Line
from analysis.evidence.spans import Quote, quote
from analysis.evidence.words import Words, both, period, states, words
from analysis.text.reading import make_text

Row = Mapping[str, Any]
#: Columns of a mention, match or observation whose values have labels.
LABELLED = ("status", "form", "direction", "per", "organ", "role", "stage", "exactness", "component")
#: What is said of a correction.
CORRECTED = ("field", "old", "new", "reason", "who", "when")


def _lines(*pairs: tuple[str, Any]) -> tuple[Line, ...]:
    """Return what is not empty under its name."""
    return tuple(Line(words(key), value if isinstance(value, Words) else str(value)) for key, value in pairs if value)


def _labelled(row: Row, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value = row.get(name, "")
        yield name, both(name, value) if value and name in LABELLED else value


def _indicator(name: str) -> Words | str:
    if not name:
        return ""
    label = both("indicator", name)
    return Words(f"{name} {label.zh}", label.en)


def show_figure(figure: Figure, dossier: Dossier) -> Block:
    """Return what is known of a figure: as printed, as matched, as used."""
    mention, match = figure.mention, figure.match
    lines = _lines(
        ("report", f"{dossier.name} ({dossier.id})"),
        ("figure", mention["surface"]),
        ("value", figure.value),
        ("state", both("state", figure.state)),
        *(("state", both("sign", sign)) for sign in dossier.signs(figure)),
        *_labelled(mention, ("qualifier", "status", "form", "direction", "per", "measure", "action")),
        ("period", _period(mention)),
        *_labelled(mention, ("organ", "role")),
        ("context_masked", words("yes") if mention["context_masked"] else ""),
        ("indicator", _indicator(figure.indicator)),
        ("rule", match.get("rule", "")),
        ("runner_up", match.get("runner_up", "")),
        *_labelled(match, ("stage", "component")),
        ("part_of_whole", words("yes") if match.get("part") else ""),
        ("reason", figure.reason if match.get("reason") else ""),
        *(("observation", _observed(row)) for row in figure.observations),
        *_checks(row for row in dossier.checks if figure.id in {row["mention_id"], *row["others"].split("|")}),
        *_corrections(figure.corrections),
        ("position", both("place", figure.place) if figure.place else f"{mention['start']}–{mention['end']}"),
        *_in_file(dossier, mention["start"]),
        ("extractor", mention["extractor"]),
    )
    return Block("mention", figure.id, lines, _sentence(dossier, figure), figure.state)


def _period(mention: Row) -> Words | str:
    if not mention["period"]:
        return ""
    said = period(mention["period"])
    basis = both("period_basis", mention["period_basis"]) if mention["period_basis"] else Words("", "")
    return Words(f"{said.zh} {basis.zh}".strip(), f"{said.en} {basis.en}".strip())


def _sentence(dossier: Dossier, figure: Figure) -> Quote | None:
    """Return the figure in its whole sentence."""
    if figure.quote is None or dossier.text is None:
        return None
    return quote(dossier.text, make_text(dossier.text).folded, figure.mention["start"], figure.mention["end"])


def _observed(row: Row) -> str:
    flags = ", ".join(str(both("flag", flag)) for flag in row["flags"].split("|") if flag)
    said = [format_figure(row), str(both("exactness", row["exactness"])), flags, f"({row['observation_id']})"]
    return " ".join(part for part in said if part)


def _checks(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield "check", f"{both('verdict', row['verdict'])}: {row['note_zh']} {row['note_en']} ({row['check_id']})"


def _corrections(rows: Iterable[Row]) -> Iterator[tuple[str, Words]]:
    for row in rows:
        yield "correction", words("corrected", **{name: row[name] for name in CORRECTED})


def _in_file(dossier: Dossier, start: int | None) -> Iterator[tuple[str, Words | str]]:
    """Yield the file of a fact and where in it the fact stands, as ``page:3`` says, if the file is no plain text."""
    kind, _, which = dossier.place_at(start).partition(":")
    if kind:
        label = both("in_file", kind)
        yield "file", str(dossier.document["source"])
        yield "in_file", Words(f"{label.zh} {which}".strip(), f"{label.en} {which}".strip())


def show_statement(row: Row, dossier: Dossier) -> Block:
    """Return what is known of a statement: its role, where it hangs, its codes."""
    lines = _lines(
        ("report", f"{dossier.name} ({dossier.id})"),
        ("role", both("role", row["role"])),
        ("heading", words("yes") if row["heading"] else ""),
        ("under", row["parent_id"]),
        *(("codes", f"{name} {both('category', name)} ({coders})") for name, _, coders in dossier.coded(row)),
        ("codes", words("no_code") if row in dossier.uncoded else ""),
        ("position", f"{row['start']}–{row['end']}" if row["start"] is not None else both("place", "no_offsets")),
    )
    lines += _lines(*_in_file(dossier, row["start"]))
    text = dossier.wording(row)
    return Block("statement", row["statement_id"], lines, Quote("", text, "") if text else None, "aside")


def show_observation(row: Row, dossier: Dossier) -> list[Block]:
    """Return what is known of an observation, then of every figure it rests on."""
    lines = _lines(
        ("report", f"{dossier.name} ({dossier.id})"),
        ("indicator", _indicator(row["indicator"])),
        ("value", format_figure(row)),
        ("bounds", f"[{row['low_conv']:g}, {row['high_conv']:g}]" if row["low_conv"] == row["low_conv"] else ""),
        ("period", period(row["period"])),
        *_labelled(row, ("exactness", "stage", "form", "organ", "component")),
        ("base", _indicator(row["base"])),
        ("flags", ", ".join(str(both("flag", flag)) for flag in row["flags"].split("|") if flag)),
        ("mentions", row["mention_ids"].replace("|", " ")),
    )
    own = set(row["mention_ids"].split("|"))
    return [
        Block("observation", row["observation_id"], lines),
        *(show_figure(figure, dossier) for figure in dossier.figures if figure.id in own),
    ]


def show_check(row: Row, dossier: Dossier) -> list[Block]:
    """Return what a check says, then every figure it compares."""
    lines = _lines(
        ("report", f"{dossier.name} ({dossier.id})"),
        ("indicator", _indicator(row["indicator"])),
        ("check", both("check", row["check"])),
        *_checks([row]),
        ("base", _indicator(row["base"])),
    )
    own = {row["mention_id"], *row["others"].split("|")}
    return [
        Block("check", row["check_id"], lines),
        *(show_figure(figure, dossier) for figure in dossier.figures if figure.id in own),
    ]


def show_indicator(name: str, coverage: Row | None, dossier: Dossier) -> list[Block]:
    """Return what a report discloses of an indicator, then every figure that belongs to it."""
    row = codebook.rows_by("tidy/indicators")[name]
    disclosed = "" if coverage is None else both("status", coverage["status"])
    lines = _lines(
        ("report", f"{dossier.name} ({dossier.id})"),
        ("indicator", _indicator(name)),
        ("coverage", disclosed),
        ("unit", row["unit"]),
        *_labelled(row, ("form", "stage")),
    )
    figures = [show_figure(figure, dossier) for figure in dossier.figures if figure.indicator == name]
    return [Block("indicator", f"{name}@{dossier.id}", lines), *figures]


def show_content(content: Content, dossier: Dossier) -> list[Block]:
    """Return whether a report holds a mandated content, each stretch that shows it, then each figure."""
    lines = _lines(
        ("report", f"{dossier.name} ({dossier.id})"), ("contents", _content(content)), ("why", content.reason)
    )
    text = dossier.text
    stretches = [place for place in content.places if place.start is not None and text is not None]
    quotes = [Quote("", text[place.start : place.end], "") for place in stretches if text is not None]
    own = {place.what for place in content.places if place.kind == "figure"}
    name = f"{content.item}@{dossier.id}"
    return [
        Block("content", name, lines, quotes[0] if quotes else None, "aside"),
        *(Block("content", name, (), quote, "aside") for quote in quotes[1:]),
        *(show_figure(figure, dossier) for figure in dossier.figures if figure.id in own),
    ]


def _contents(dossier: Dossier) -> Iterator[tuple[str, Words]]:
    """Yield a line for each mandated content, or one line where none was looked for because the report was not read."""
    statuses = {content.status for content in dossier.contents}
    if statuses == {"not_read"}:
        yield "contents", both("status", "not_read")
        return
    for content in dossier.contents:
        yield "contents", _content(content)


def _content(content: Content) -> Words:
    """Return whether a report holds a mandated content, and where."""
    item = codebook.rows_by("tidy/mandated", "item")[content.item]
    status = both("status", content.status)
    where = " ".join(place.what or f"{place.start}–{place.end}" for place in content.places)
    questions = item["question_zh"], item["question_en"]
    return Words(*(f"{content.item} {question}: {said} {where}".strip()
                   for question, said in zip(questions, status, strict=True)))  # fmt: skip


def _shared(row: Row) -> str:
    return f"{passage_id(row)} {both('role', row['role'])} {row['n_chars']}"


def passage_id(row: Row) -> str:
    """Return the id of a passage that two reports share, as the page of the evidence has it."""
    return "|".join(f"{row[f'doc_{side}']}@{row[f'start_{side}']}" for side in "ab")


def show_passage(row: Row, dossiers: Mapping[str, Dossier]) -> list[Block]:
    """Return a passage that two reports share, in the words of each where its text is at hand."""
    blocks = []
    for side in "ab":
        dossier, start, end = dossiers[row[f"doc_{side}"]], row[f"start_{side}"], row[f"end_{side}"]
        lines = _lines(
            ("report", f"{dossier.name} ({dossier.id})"),
            ("role", both("role", row["role"])),
            ("position", f"{start}–{end}"),
            ("length", row["n_chars"]),
            ("formula", both("formula", row["formula"])),
            ("text", "" if dossier.text is not None else words("add_text")),
        )
        text = dossier.text
        said = None if text is None else quote(text, make_text(text).folded, start, end)
        blocks.append(Block("passage", f"{dossier.id}@{start}", lines, said, "aside"))
    return blocks


def show_document(dossier: Dossier, notes: Iterable[str]) -> Block:
    """Return what is known of a report: whose it is, what has become of its figures, what does not add up."""
    document = dossier.document
    found = Counter(figure.state for figure in dossier.figures)
    lines = _lines(
        (
            "place",
            " ".join(document[name] for name in ("province", "prefecture", "county", "adcode") if document[name]),
        ),
        ("report_year", document["report_year"]),
        ("issuer", document["issuer"]),
        ("genre", both("genre", document["genre"]) if document["genre"] else ""),
        ("dated", document["dated"]),
        ("published", document["published"]),
        ("n_chars", document["n_chars"]),
        ("figures", len(dossier.figures)),
        *(("state", f"{both('state', state)}: {found[state]}") for state in states() if found[state]),
        *(
            ("unmatched", f"{figure.id} {figure.mention['surface']} {figure.mention['measure']}")
            for figure in dossier.unmatched
        ),
        ("statements", len(dossier.statements)),
        ("uncoded", " ".join(row["statement_id"] for row in dossier.uncoded)),
        *_checks(dossier.checks),
        *_contents(dossier),
        *(("shared", _shared(row)) for row in dossier.shared),
        *_corrections(dossier.corrections),
        *(("stale", note) for note in notes),
        (
            "text",
            words("with_text" if dossier.text is not None else "add_text" if document["sha256"] else "no_text_known"),
        ),
        ("sha256", document["sha256"]),
    )
    return Block("document", dossier.id, lines)
