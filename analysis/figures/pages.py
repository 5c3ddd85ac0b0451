"""A figure as a page: its picture, in which every point leads to the evidence it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

import pandas as pd
from jinja2 import Environment, PackageLoader

from analysis.figures.labels import LANGUAGES, label, report_names, word

OPENED = re.compile(r'<a xlink:href="([^"]*)"[^>]*>')
#: matplotlib repeats every text of a picture in a comment.
COMMENT = re.compile(r"\s*<!--.*?-->", flags=re.DOTALL)
#: What an address asks for, by the kind of label its value has.
LABELS = {
    "status": "status",
    "check": "check",
    "verdict": "verdict",
    "category": "category",
    "item": "item",
    "view": "view",
}


def page_bytes(name: str, linked: bytes, caption: str, table: pd.DataFrame, evidence: str, lang: str) -> bytes:
    """Return a figure with its links as an HTML page that holds no script and fetches nothing.

    Parameters
    ----------
    name : str
        Name of the figure's files; the page in the other language is NAME.LANG.html.
    linked : bytes
        The figure as `Drawing.render_linked` gives it.
    caption : str
        What stands below it.
    table : DataFrame
        Its source data; names of reports are taken from it.
    evidence : str
        The page of the evidence, as an address from the figure's folder, e.g. ``../evidence_real.html``.
    lang : {"zh", "en"}
    """
    reports = report_names(table, lang) if "doc_id" in table and len(table) else {}
    links: dict[str, str] = {}

    def anchor(found: re.Match[str]) -> str:
        address = f"{evidence}?lang={lang}#{unescape(found[1])}"
        title = links.setdefault(address, _title(unescape(found[1]), reports, lang))
        return f'<a href="{escape(address)}" aria-label="{escape(title)}"><title>{escape(title)}</title>'

    svg = COMMENT.sub("", linked.decode("utf-8"))
    picture = OPENED.sub(anchor, svg[svg.index("<svg") :])
    (other,) = (language for language in LANGUAGES if language != lang)
    environment = Environment(loader=PackageLoader("analysis.figures"), autoescape=True, trim_blocks=True)
    page = environment.get_template("figure.html.j2").render(
        name=name, picture=picture, caption=caption, evidence=evidence, lang=lang, other=other, links=links, word=word
    )
    return page.encode("utf-8")


def _title(link: str, reports: Mapping[str, str], lang: str) -> str:
    """Return in words where a link leads: report, indicator, category, year ..., or the id it asks for."""
    if "=" not in link:
        name = unquote(link)
        report = max((doc for doc in reports if name.startswith(f"{doc}~")), key=len, default="")
        said = [reports[report]] if report else [name]
        said += [label("indicator", part, lang) for part in name.removeprefix(report).split("~") if report and part]
        return " · ".join(said)
    asked = {key: unquote(value) for key, _, value in (part.partition("=") for part in link.split("&"))}
    said = [reports.get(asked["doc"], asked["doc"]).replace("\n", " ")] if "doc" in asked else []
    said += [label("indicator", asked["indicator"], lang)] if "indicator" in asked else []
    said += [label(kind, asked[key], lang) for key, kind in LABELS.items() if key in asked]
    said += [asked[key] for key in ("year", "name") if key in asked]
    return " · ".join(said)
