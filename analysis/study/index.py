"""The first page of a run: every figure and table with what it rests on, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader

from analysis.files import write_bytes


def write_index(figures: Path, runs: list[str], evidence: list[dict[str, str]], papers: list[str]) -> Path:
    """Write ``figures/index.html`` from the records beside the figures: no clock, no path, links below the folder.

    ``evidence`` has a page of evidence each, by ``name``, with its data set in ``zh`` and ``en``; ``papers``, names.
    """
    environment = Environment(
        loader=PackageLoader("analysis.study"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    shown = [_run(figures / run) for run in runs if (figures / run).is_dir()]
    page = environment.get_template("index.html.j2").render(
        runs=[run for run in shown if run["figures"]], evidence=evidence, papers=papers
    )
    path = figures / "index.html"
    write_bytes(path, page.encode("utf-8"))
    return path


def _run(folder: Path) -> dict[str, Any]:
    items = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    refused = {refusal["en"]: refusal for item in items for refusal in item.get("refused", [])}
    return {
        "id": folder.name,
        "figures": items,
        "data": items[0].get("data", {}) if items else {},
        "parameters": items[0].get("parameters", {}) if items else {},
        "refused": list(refused.values()),
        "pictures": {item["name"]: f"{item['name']}.zh.png" in item.get("files", {}) for item in items},
    }
