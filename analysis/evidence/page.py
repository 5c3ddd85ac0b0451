"""A page of the evidence: reports in one HTML file that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader

from analysis.evidence.dossiers import Dossier
from analysis.evidence.packing import SIGNS, Packer, dump
from analysis.evidence.words import Words, both, period, states, words

SCRIPT: Final = ("nodes", "table", "core", "filters", "lists", "report", "route")
#: Bytes of reports on one page: some five hundred with their texts, of which the first view takes half a second.
MOST: Final = 12_000_000


@cache
def environment() -> Environment:
    """Return what renders the templates: everything is escaped, and the words of both languages are at hand."""
    made = Environment(loader=PackageLoader("analysis.evidence"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"words": words, "both": both, "period": period}
    made.filters["sha256"] = _sha256
    return made


def _sha256(text: str) -> str:
    """Return the digest by which a policy names the only script or style that a page may use."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def source(name: str) -> str:
    """Return a file of the templates as it stands."""
    made = environment()
    assert made.loader is not None
    return made.loader.get_source(made, name)[0]


class Page:
    """The reports of one page, as many as it may hold; it needs nothing but a browser.

    It exists so that what a page can show at once decides how many reports stand on it, however long they are.
    """

    def __init__(self) -> None:
        self.dossiers: list[Dossier] = []
        self._packer = Packer()
        self._blocks: list[str] = []
        self._size = 0

    def take(self, dossier: Dossier) -> bool:
        """Add a report, the first one always, and say whether there was room for it."""
        block = dump(self._packer.report(dossier))
        size = len(block.encode("utf-8"))
        if self.dossiers and self._size + size > MOST:
            return False
        self.dossiers.append(dossier)
        self._blocks.append(block)
        self._size += size
        return True

    def render(self, index: str = "", part: Words | str = "") -> bytes:
        """Return the page; of several, with the address of their index and what this one holds."""
        shared, more = self._packer.shared(self.dossiers)
        found = count_states(self.dossiers)
        return render(
            "evidence.html.j2",
            SCRIPT,
            self._packer.common(self.dossiers) | more | {"index": index},
            total=count_total(self.dossiers, found),
            statuses=[
                (name, both(kind, name), found[name])
                for kind, names in (("state", states()), ("sign", SIGNS))
                for name in names
            ],
            shared=dump(shared),
            reports=self._blocks,
            index=index,
            part=part,
        )


def render(template: str, scripts: Iterable[str], common: object, **values: Any) -> bytes:
    """Return a page with its data, its only style and its only script."""
    script = "".join(source(f"page/{name}.js") for name in scripts)
    page = environment().get_template(template).render(
        common=dump(common),
        style=source("marks.css") + source("page.css"),
        script=f'(() => {{\n"use strict";\n{script}}})();\n',
        **values,
    )  # fmt: skip
    return page.encode("utf-8")


def count_states(dossiers: Iterable[Dossier]) -> Counter[str]:
    """Return how many figures have each state and sign."""
    figures = [(figure, dossier.signs(figure)) for dossier in dossiers for figure in dossier.figures]
    return Counter(figure.state for figure, _ in figures) + Counter(sign for _, signs in figures for sign in signs)


def count_total(dossiers: Collection[Dossier], found: Mapping[str, int]) -> dict[str, int]:
    """Return what a header counts."""
    return {
        "reports": len(dossiers),
        "with_text": sum(dossier.text is not None for dossier in dossiers),
        "figures": sum(len(dossier.figures) for dossier in dossiers),
        "unmatched": found["unmatched"],
        "corrected_figures": found["corrected"],
        "contradicted_figures": found["contradicted"],
        "unplaced": sum(len(dossier.unplaced) + len(dossier.unplaced_statements) for dossier in dossiers),
        "uncoded": sum(len(dossier.uncoded) for dossier in dossiers),
        "checks": sum(len(dossier.checks) for dossier in dossiers),
    }
