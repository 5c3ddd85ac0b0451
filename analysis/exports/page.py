"""The codebook as one HTML page in both languages that needs nothing but a browser, and of it no script."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, PackageLoader

from analysis import codebook
from analysis.codebook import Row
from analysis.contract import spec
from analysis.evidence.words import Words
from analysis.exports.content import Content, attributes, breaks, value_label
from analysis.figures.labels import LANGUAGES, label

#: Examples shown of an indicator: the commonest wordings of the data set.
SHOWN = 4


class Example(NamedTuple):
    """A wording of a figure in the data set, and one place where it stands; no sentence."""

    measure: str
    action: str
    surface: str
    mention_id: str


class Found(NamedTuple):
    """How often something is named in the data set, and how."""

    n: int
    reports: int
    examples: Sequence[Example] = ()


def write_page(content: Content) -> dict[str, bytes]:
    """Return codebook.html: indicators, categories, mandated contents and breaks, then the tables and their columns.

    Of an indicator it has definition, form, unit, triggers and the commonest wordings in the tables `matches` and
    `mentions` where they are among the tables; of a category how many statements have it.
    """
    environment = Environment(
        loader=PackageLoader("analysis.exports"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    assert environment.loader is not None
    indicators = codebook.read_rows("tidy/indicators")
    page = environment.get_template("codebook.html.j2").render(
        about=content.about,
        version=codebook.version(),
        digest=codebook.digest(),
        words=_words,
        both=_both,
        pair=_pair,
        several=_several,
        value=lambda column, value: Words(*(value_label(column, value, lang) for lang in LANGUAGES)),
        style=environment.loader.get_source(environment, "codebook.css")[0],
        domains={domain: [row for row in indicators if row["domain"] == domain] for domain in _domains(indicators)},
        triggers=_grouped("tidy/triggers", "indicator"),
        components=_grouped("tidy/components", "indicator"),
        figures=_figures(content.tables),
        categories={
            "categories": codebook.read_rows("tidy/categories"),
            "causes": codebook.read_rows("tidy/causes"),
        },
        patterns=_grouped("text/category_triggers", "category"),
        statements=_statements(content.tables),
        attributes=attributes(),
        contents=codebook.read_rows("tidy/mandated"),
        breaks=breaks(),
        breaks_of={row["id"]: [one for one in breaks() if fnmatch(row["id"], one["indicator"])] for row in indicators},
        unverified=len(codebook.read_rows("tidy/breaks")) - len(breaks()),
        tables=[spec(name) for name in content.tables],
    )
    return {"codebook.html": page.encode("utf-8")}


@cache
def _own() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))


def _words(key: str, **values: object) -> Words:
    return Words(*(_own()[key][lang].format(**values) for lang in LANGUAGES))


def _both(kind: str, key: str) -> Words:
    return Words(*(label(kind, key, lang) for lang in LANGUAGES))


def _pair(row: Mapping[str, str] | object, name: str) -> Words:
    """Return what a row of the codebook, or a table of the contract, says in both languages."""
    get = row.get if isinstance(row, Mapping) else lambda key: getattr(row, key)
    return Words(*(str(get(f"{name}_{lang}")) for lang in LANGUAGES))


def _several(kind: str, cell: str) -> Iterator[Words]:
    return (_both(kind, key) for key in cell.split("|") if key)


def _domains(indicators: Sequence[Row]) -> list[str]:
    return sorted({row["domain"] for row in indicators})


def _grouped(name: str, column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in codebook.read_rows(name):
        found.setdefault(row[column], []).append(row)
    return found


def _figures(tables: Mapping[str, pd.DataFrame]) -> dict[str, Found]:
    """Return the figures that each indicator takes, with its commonest wordings and the first place of each."""
    if not {"matches", "mentions"} <= set(tables):
        return {}
    used = tables["matches"].query("used and indicator != ''")[["mention_id", "indicator"]]
    rows = used.merge(tables["mentions"], on="mention_id").sort_values("mention_id")
    found = {}
    for indicator, own in rows.groupby("indicator"):
        wordings = Counter(zip(own["measure"], own["action"], strict=True))
        first = own.drop_duplicates(["measure", "action"]).set_index(["measure", "action"])
        common = sorted(wordings, key=lambda wording: (-wordings[wording], wording))[:SHOWN]
        examples = [Example(*key, *first.loc[key, ["surface", "mention_id"]]) for key in common]
        found[str(indicator)] = Found(len(own), own["doc_id"].nunique(), examples)
    return found


def _statements(tables: Mapping[str, pd.DataFrame]) -> dict[str, Found]:
    if "problems" not in tables:
        return {}
    groups: Any = tables["problems"].groupby("category")
    return {category: Found(own["statement_id"].nunique(), own["doc_id"].nunique()) for category, own in groups}
