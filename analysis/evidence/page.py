"""The evidence page: every report of a run in one HTML file that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader

from analysis.evidence.building import build_dossiers
from analysis.evidence.packing import SIGNS, Packer, dump
from analysis.evidence.words import both, period, states, words
from analysis.files import write_bytes

SCRIPT = ("core", "filters", "lists", "report", "route")


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
    packer = Packer()
    reports = [dump(packer.report(dossier)) for dossier in dossiers]
    shared, left_out = packer.shared(dossiers)
    figures = [(figure, dossier.signs(figure)) for dossier in dossiers for figure in dossier.figures]
    found = Counter(figure.state for figure, _ in figures) + Counter(sign for _, signs in figures for sign in signs)
    script = "".join(source(f"page/{name}.js") for name in SCRIPT)
    page = (
        environment()
        .get_template("evidence.html.j2")
        .render(
            total={
                "reports": len(dossiers),
                "with_text": sum(dossier.text is not None for dossier in dossiers),
                "figures": len(figures),
                "unmatched": found["unmatched"],
                "corrected_figures": found["corrected"],
                "contradicted_figures": found["contradicted"],
                "unplaced": sum(len(dossier.unplaced) + len(dossier.unplaced_statements) for dossier in dossiers),
                "uncoded": sum(len(dossier.uncoded) for dossier in dossiers),
                "checks": sum(len(dossier.checks) for dossier in dossiers),
            },
            statuses=[
                (name, both(kind, name), found[name])
                for kind, names in (("state", states()), ("sign", SIGNS))
                for name in names
            ],
            common=dump(packer.common(dossiers) | {"left_out": left_out}),
            shared=dump(shared),
            reports=reports,
            style=source("marks.css") + source("page.css"),
            script=f'(() => {{\n"use strict";\n{script}}})();\n',
        )
    )
    path = Path(path)
    write_bytes(path, page.encode("utf-8"))
    return path
