"""The evidence page: every report of a run in one HTML file that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader

from analysis import codebook
from analysis.evidence.building import build_dossiers
from analysis.evidence.words import Words, both, period, states, words
from analysis.files import write_bytes


@cache
def environment() -> Environment:
    """Return what renders the templates: everything is escaped, and the words of both languages are at hand."""
    made = Environment(loader=PackageLoader("analysis.evidence"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"words": words, "both": both, "period": period, "notes": _notes}
    return made


def _notes(check: Mapping[str, Any]) -> Words:
    return Words(check["note_zh"], check["note_en"])


def source(name: str) -> str:
    """Return a file of the templates as it stands."""
    made = environment()
    assert made.loader is not None
    return made.loader.get_source(made, name)[0]


def write_evidence(
    facts: Mapping[str, pd.DataFrame],
    tidy: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    path: str | os.PathLike[str],
) -> Path:
    """Write one self-contained HTML file that shows where every figure stands and what has become of it.

    Parameters
    ----------
    facts : mapping of str to DataFrame
        Extracted tables, e.g. of `analysis.tidy.read_sets`.
    tidy : mapping of str to DataFrame
        Tidy tables of the same facts.
    texts : mapping of str to str
        Texts by doc_id, as far as they are at hand; see `find_texts`. With them the page holds the words of reports:
        do not publish it.
    path : path
        The file to write, e.g. ``figures/evidence.html``.

    Returns
    -------
    Path
        The file. Its bytes depend on the arguments and the codebook only.

    Raises
    ------
    FazhiError
        The file cannot be written.
    """
    dossiers = build_dossiers(facts, tidy, texts)
    script = source("page.js")
    found = Counter(figure.state for dossier in dossiers for figure in dossier.figures)
    used = {figure.domain for dossier in dossiers for figure in dossier.figures}
    page = (
        environment()
        .get_template("evidence.html.j2")
        .render(
            dossiers=dossiers,
            groups={
                "with_text": [dossier for dossier in dossiers if dossier.text is not None],
                "facts_only": [dossier for dossier in dossiers if dossier.text is None],
            },
            total={
                "reports": len(dossiers),
                "with_text": sum(dossier.text is not None for dossier in dossiers),
                "figures": sum(len(dossier.figures) for dossier in dossiers),
                "unmatched": found["unmatched"],
                "unplaced": sum(len(dossier.unplaced) + len(dossier.unplaced_statements) for dossier in dossiers),
                "uncoded": sum(len(dossier.uncoded) for dossier in dossiers),
                "checks": sum(len(dossier.checks) for dossier in dossiers),
            },
            by_state={state: found[state] for state in states()},
            domains=[domain for domain in _domains() if domain in used],
            style=source("page.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
        )
    )
    path = Path(path)
    write_bytes(path, page.encode("utf-8"))
    return path


def _domains() -> list[str]:
    return sorted({row["domain"] for row in codebook.read_rows("tidy/indicators")})
