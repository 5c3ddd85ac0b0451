"""The paper run: chosen figures and tables, numbered, with captions, numbers for the text, and what they rest on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from jinja2 import Environment, PackageLoader
from pyarrow import csv as arrow_csv

from analysis import paths
from analysis.figures.labels import LANGUAGES, word
from analysis.study.plan import Item, Plan, Run

FOLDER = "paper"
#: Columns in which an analysis names what it looked at.
LOOKED_AT = ("indicator", "category", "item")


Kind = Literal["figure", "table", "sentence"]


@dataclass(frozen=True)
class Numbered:
    """An item with its number: ``kind`` is figure, table or sentence, ``label`` e.g. ``table_2`` or ``figure_A1``."""

    item: Item
    kind: Kind
    number: str
    record: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The stem of its files."""
        return f"{self.kind}_{self.number}"

    @property
    def files(self) -> list[str]:
        """The files of its run that are taken: not the pages, whose links lead from where they are."""
        return [file for file in self.record["files"] if self.kind != "sentence" and not file.endswith(".html")]

    def title(self, lang: str) -> str:
        """Return its number and name."""
        name = str(getattr(self.item, lang))
        return name if self.kind == "sentence" else f"{word(self.kind, lang, n=self.number)} {name}"

    def caption(self, lang: str) -> str:
        """Return what stands below it: what the figure says of itself, then the notes, then what was not estimated."""
        own = self.record.get("captions", self.record.get("accuracy", {})).get(lang, "")
        said = [note[lang] for note in self.record["notes"]] + [no[lang] for no in self.record["refused"]]
        more = [text for text in said if text not in own]
        return ("" if lang == "zh" else " ").join(dict.fromkeys(filter(None, [own, *more])))


def write_papers(plan: Plan, study: str) -> list[str]:
    r"""Write ``figures/paper/NAME/`` of every paper of a study: numbered files, captions, numbers, an index.

    Tables are ``table_1.zh.tex``, ``.docx`` and ``.csv``, figures ``figure_1.zh.pdf``, ``.svg``, ``.png`` and their
    source data ``.csv``, of a sentence only its caption is taken; ``captions.zh.md`` and ``captions.en.md``;
    ``numbers.tex`` with every number of the tables as ``\fazhinumber{NAME/ROW/COLUMN}``; ``index.html`` with what all
    of it rests on, how much was looked at, and every refusal of the runs on the same data.

    Parameters
    ----------
    plan : Plan
    study : str
        Digest of the study file before the first run.

    Returns
    -------
    list of str
        A line on every item that could not be taken, with the reason.
    """
    told: list[str] = []
    for name, items in plan.papers.items():
        folder = paths.figures() / FOLDER / name
        new = folder.with_name(f".{name}.part")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        numbered, missing = _number(items)
        told += [
            f"paper {name}: {item.run}/{item.name} is not there; its run failed or saves no such item"
            for item in missing
        ]
        for one in numbered:
            _copy(one, new)
        for lang in LANGUAGES:
            (new / f"captions.{lang}.md").write_text(_captions(numbered, lang), encoding="utf-8", newline="\n")
        (new / "numbers.tex").write_text(_numbers(numbered), encoding="utf-8", newline="\n")
        (new / "index.html").write_text(_index(name, numbered, plan, study), encoding="utf-8", newline="\n")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(new, folder)
    return told


def _number(items: Sequence[Item]) -> tuple[list[Numbered], list[Item]]:
    numbered: list[Numbered] = []
    missing: list[Item] = []
    counts: dict[tuple[str, bool], int] = {}
    for item in items:
        path = paths.figures() / item.run / f"{item.name}.json"
        if not path.exists():
            missing.append(item)
            continue
        record = json.loads(path.read_text(encoding="utf-8"))
        kind: Kind = "sentence" if item.sentence else "figure" if "captions" in record else "table"
        counts[kind, item.appendix] = counts.get((kind, item.appendix), 0) + 1
        number = f"{'A' if item.appendix else ''}{counts[kind, item.appendix]}"
        numbered.append(Numbered(item, kind, number, record))
    return numbered, missing


def _copy(one: Numbered, folder: Path) -> None:
    for file in one.files:
        shutil.copyfile(paths.figures() / one.item.run / file, folder / file.replace(one.item.name, one.label, 1))


def _captions(numbered: Sequence[Numbered], lang: str) -> str:
    return "\n".join(f"**{one.title(lang)}** {one.caption(lang)}\n" for one in numbered)


#: Rows of a table or of source data beyond which there are no macros: TeX cannot hold them, and no text quotes them.
QUOTED = 1000
HEAD = r"""% \fazhinumber{NAME/ROW/COLUMN}: a number of a table or of a figure's source data; any other is an error.
\newcommand{\fazhinumber}[1]{\ifcsname fazhi@#1\endcsname\csname fazhi@#1\endcsname
  \else\PackageError{fazhi}{There is no number #1}{See numbers.tex.}\fi}
\makeatletter
"""


def _numbers(numbered: Sequence[Numbered]) -> str:
    lines = [HEAD]
    for one in numbered:
        number = one.record["rows"]
        if number > QUOTED:
            lines.append(f"% {one.item.name}: {number} rows of source data, too many for TeX; see {one.label}.csv\n")
        elif number:
            named = _named(one.item.name, _rows(one))
            lines += [f"\\@namedef{{fazhi@{key}}}{{{value}}}\n" for key, value in named]
    return "".join([*lines, "\\makeatother\n"])


def _rows(one: Numbered) -> list[list[str]]:
    path = paths.figures() / one.item.run / f"{one.item.name}.csv"
    found: list[list[str]] = pd.read_csv(path, header=None, dtype="str", keep_default_na=False).to_numpy().tolist()
    return found


def _named(name: str, rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield every number with its name: of the fewest first columns that tell the rows apart, then of the column."""
    heads, cells = rows[0], rows[1:]
    width = next((n for n in range(1, len(heads)) if len({tuple(row[:n]) for row in cells}) == len(cells)), 0)
    if not width:
        return
    for row in cells:
        key = "/".join(_safe(part) for part in row[:width])
        for head, value in zip(heads[width:], row[width:], strict=True):
            if _is_number(value):
                yield f"{name}/{key}/{head}", _rounded(value)


def _safe(text: str) -> str:
    return "".join(character if character.isalnum() or character in "_.:-" else "-" for character in text)


def _is_number(text: str) -> bool:
    return bool(text) and text.removeprefix("-").replace(".", "", 1).isdigit()


def _rounded(text: str) -> str:
    return text if "." not in text else f"{float(text):.2f}"


def _index(name: str, numbered: Sequence[Numbered], plan: Plan, study: str) -> str:
    used = {str(one.record["data"]["id"]) for one in numbered if "data" in one.record}
    records = [record for run in plan.runs for record in _records(run) if record.get("data", {}).get("id") in used]
    refused = {refusal["en"]: refusal for record in records for refusal in record["refused"]}
    looked = _looked_at(records)
    environment = Environment(
        loader=PackageLoader("analysis.study"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("paper.html.j2").render(
        name=name, numbered=numbered, refused=list(refused.values()), looked=looked, study=study,
        data=[record["data"] for record in {record["data"]["id"]: record for record in records}.values()],
        frames=[record["frame"] for record in {record["data"]["id"]: record for record in records}.values()],
        runs=sorted({str(record["run"]) for record in records}), rest=_rest(numbered), items=len(records),
        subsets=sorted({json.dumps(record["parameters"], sort_keys=True, ensure_ascii=False) for record in records}),
    )  # fmt: skip


def _records(run: Run) -> Iterator[dict[str, Any]]:
    for path in sorted((paths.figures() / run.id).glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def _looked_at(records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count what the tables and figures of all runs name, in the paper or not, by column."""
    found: dict[str, set[str]] = {column: set() for column in LOOKED_AT}
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)
    types = arrow_csv.ConvertOptions(column_types=dict.fromkeys(LOOKED_AT, pa.string()))
    for record in (record for record in records if record["rows"]):
        path = paths.figures() / str(record["run"]) / f"{record['name']}.csv"
        rows = ds.dataset(path, format=ds.CsvFileFormat(parsing, convert_options=types))
        for part in rows.to_batches(columns=[column for column in LOOKED_AT if column in rows.schema.names]):
            for column in part.schema.names:
                found[column] |= set(part.column(column).unique().to_pylist())
    return {column: len(names - {"", None}) for column, names in found.items()}


def _rest(numbered: Sequence[Numbered]) -> dict[str, str]:
    """Return what everything rests on: digests of the inputs, the codebook and the lock, by name."""
    rest: dict[str, str] = {}
    for one in numbered:
        rest |= one.record.get("inputs", {}) | {"lock": one.record.get("lock", "")}
    return {key: value for key, value in sorted(rest.items()) if value}
