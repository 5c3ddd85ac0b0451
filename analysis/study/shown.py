"""How a study and its tables show themselves, in a terminal and in Jupyter."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.contract import specs
from analysis.figures.labels import LANGUAGES
from analysis.figures.texttable import display_table, table_text
from analysis.stats.shown import SMALL, STYLE, table_html
from analysis.study.plan import DataSet

NAMED = {"zh": "中文", "en": "English"}


@dataclass(frozen=True)
class Listing:
    """The first rows of a table in the words of a language, without the columns that hold nothing.

    Attributes
    ----------
    name : str
        What the table is called.
    table : DataFrame
    rows : int
        How many rows are shown.
    """

    name: str
    table: pd.DataFrame = field(repr=False)
    rows: int = 20

    @property
    def head(self) -> pd.DataFrame:
        """The rows and columns that are shown."""
        filled = [column for column in self.table if not self.table[column].isin(["", None]).all()]
        return self.table.loc[:, filled].dropna(axis="columns", how="all").head(self.rows)

    @property
    def title(self) -> str:
        """How much of the table is shown."""
        shown, columns = self.head.shape
        return f"{self.name}: {shown} / {len(self.table)} × {columns} / {self.table.shape[1]}"

    def __repr__(self) -> str:
        return f"{self.title}\n{table_text(self.head)}"

    def _repr_html_(self) -> str:
        about = specs().get(self.name)
        told = f"<br>{html.escape(about.description_zh)}<br>{html.escape(about.description_en)}" if about else ""
        tables = "".join(
            f"<details lang='{lang}'{' open' if lang == LANGUAGES[0] else ''}><summary>{NAMED[lang]}</summary>"
            f"{table_html(display_table(self.head, lang), self.rows)}</details>"
            for lang in LANGUAGES
        )
        return f'<p><b>{html.escape(self.title)}</b><span style="{SMALL}" lang="zh">{told}</span></p>{tables}'


def study_html(data: DataSet, parameters: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> str:
    """Return a study as HTML: which data, what they stand for, the parameters, and the tables with their rows."""
    frame = data.frame
    population = frame.population_zh or frame.population, frame.population
    words = [" · ".join(dict.fromkeys((data.label_zh, data.label_en))), " · ".join(filter(None, population))]
    chosen = ", ".join(f"{name} = {value!r}" for name, value in parameters.items())
    rows = "".join(
        f"<tr><td><code>{html.escape(name)}</code></td><td>{len(table)}</td><td>{html.escape(_short(name))}</td></tr>"
        for name, table in tables.items()
    )
    head = "".join(f"<br>{html.escape(text)}" for text in (words[1], chosen) if text)
    return (
        f"<p lang='zh'><b>{html.escape(words[0])}</b>{head}</p>{STYLE}"
        f"<details><summary>{len(tables)} tables</summary>"
        f"<div class='fz-table' lang='zh'><table>{rows}</table></div></details>"
    )


def _short(name: str) -> str:
    """Return what a table is called in both languages."""
    about = specs()[name]
    return " · ".join(about.label(lang) for lang in LANGUAGES)
