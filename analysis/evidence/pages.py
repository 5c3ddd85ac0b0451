"""The evidence of a data set: one page, or an index and pages by province and year where one would be too large."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pandas as pd

from analysis.contract import stage_tables
from analysis.evidence.building import build_dossiers
from analysis.evidence.dossiers import Dossier
from analysis.evidence.packing import SIGNS, VERDICTS, Packer, count_each
from analysis.evidence.page import Page, count_states, count_total, render
from analysis.evidence.words import Words, both, states, words
from analysis.extract.manifest import clean_id
from analysis.extract.texts import TextFinder
from analysis.files import replacing, write_bytes
from analysis.partitions import find_partitions, read_partition, read_rows
from analysis.progress import watch

#: The table of which report stands on which page, beside the pages.
REPORTS: Final = "reports.csv"
_COLUMNS: Final = ("doc_id", "sha256", "page")
_SCRIPT: Final = ("nodes", "table", "pages")
#: Signs that a name of a file cannot have everywhere.
_UNFIT: Final = re.compile(r'[<>:"?*%]')


def write_evidence(
    facts: Mapping[str, pd.DataFrame],
    tidy: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    path: str | os.PathLike[str],
) -> Path:
    """Write self-contained HTML that shows where every figure stands and what has become of it.

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
        The file to write, e.g. ``figures/evidence.html``. Of more reports than one page shows at once (`page.MOST`)
        it is an index, and the pages lie in the folder beside it, ``figures/evidence/``; every address that one page
        would have leads through the index to the right page.

    Returns
    -------
    Path
        The file. Its bytes depend on the arguments and the codebook only.

    Raises
    ------
    FazhiError
        The file cannot be written.
    """
    dossiers, path, page = build_dossiers(facts, tidy, texts), Path(path), Page()
    if not all(page.take(dossier) for dossier in dossiers):
        batches = groupby(sorted(dossiers, key=_place), key=_place)
        return _write_pages((list(batch) for _, batch in batches), path)
    write_bytes(path, page.render())
    _remove_former(path)
    return path


def write_evidence_parts(
    extracted: str | os.PathLike[str],
    tidy: str | os.PathLike[str],
    folders: Iterable[str | os.PathLike[str]] | None,
    path: str | os.PathLike[str],
) -> Path:
    """Write the evidence of tables in partitions as `write_evidence` does, one partition after the other in memory.

    Parameters
    ----------
    extracted, tidy : path
        The tables in partitions.
    folders : iterable of path, optional
        Where the texts lie; see `find_texts`.
    path : path
        The index; the pages lie in the folder of its name beside it, one or more a partition.

    Returns
    -------
    Path
        The index.

    Raises
    ------
    FazhiError
        There are no partitions, or the files cannot be written.
    """
    return _write_pages(_read_dossiers(Path(extracted), Path(tidy), folders), Path(path))


def find_pages(doc_id: str, sha256: str, folder: Path) -> list[Path]:
    """Return the pages below a folder of figures on which a report stands, of data sets with several pages."""
    found = []
    for table in sorted(folder.glob(f"*/{REPORTS}")):
        with table.open(encoding="utf-8", newline="") as lines:
            found += [table.parent / row[2] for row in csv.reader(lines) if row[:2] == [doc_id, sha256]]
    return found


def _read_dossiers(
    extracted: Path, tidy: Path, folders: Iterable[str | os.PathLike[str]] | None
) -> Iterator[list[Dossier]]:
    partitions = find_partitions(extracted)
    with TextFinder(read_rows(extracted, "documents", ["sha256"])["sha256"], folders) as finder:
        for partition in watch(partitions, len(partitions), "partitions"):
            facts = read_partition(extracted, partition, stage_tables("extracted"))
            chosen = facts["documents"]["doc_id"].tolist()
            # A passage stands in the partition of its first report, and the other one is of the same province.
            other = read_rows(extracted, "reuse", doc_b=chosen, in_province=partition.province)
            beyond = other[~other["doc_a"].isin(chosen)]
            facts["reuse"] = pd.concat([facts["reuse"], beyond], ignore_index=True)
            own = read_partition(tidy, partition, stage_tables("tidy"))
            own["units"] = read_rows(tidy, "units", doc_id=chosen)
            yield build_dossiers(facts, own, finder.find(facts["documents"]))


def _place(dossier: Dossier) -> tuple[str, int]:
    return dossier.document["province"], dossier.document["report_year"] or 0


def _find_former(path: Path) -> list[Path]:
    """Return the files that a former run wrote beside an index: no other file in that folder is touched."""
    table = path.with_suffix("") / REPORTS
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        pages = dict.fromkeys(Path(row["page"]).name for row in csv.DictReader(lines))
    return [*(table.with_name(page) for page in pages), table]


def _remove_former(path: Path) -> None:
    for file in (former := _find_former(path)):
        file.unlink(missing_ok=True)
    if former and not any(path.with_suffix("").iterdir()):
        path.with_suffix("").rmdir()


def _write_pages(batches: Iterable[list[Dossier]], path: Path) -> Path:
    """Write the pages of reports, each batch of one province and year, and their index."""
    index, folder = _Index(path), path.with_suffix("")
    with replacing(folder, {file.name for file in _find_former(path)}) as new:
        for dossiers in batches:
            pages = list(_fill_pages(dossiers))
            for number, page in enumerate(pages, start=1):
                about = index.add(page.dossiers, number if len(pages) > 1 else 0)
                (new / index.file).write_bytes(page.render(f"../{quote(path.name)}", about))
        (new / REPORTS).write_bytes(index.table())
    write_bytes(path, index.render())
    return path


def _fill_pages(dossiers: Iterable[Dossier]) -> Iterator[Page]:
    page = Page()
    for dossier in dossiers:
        if not page.take(dossier):
            yield page
            page = Page()
            page.take(dossier)
    if page.dossiers:
        yield page


class _Index:
    """What the index knows of every page: its reports, and how many of each indicator, category, state ... it has."""

    def __init__(self, path: Path) -> None:
        self.file = ""
        self._folder = path.stem
        self._packer = Packer()
        self._files: Counter[str] = Counter()
        self._pages: list[dict[str, Any]] = []
        self._units: dict[tuple[str, ...], int] = {}
        self._rows: list[tuple[str, ...]] = []
        self._total: Counter[str] = Counter()

    def add(self, dossiers: list[Dossier], number: int) -> Words:
        """Add a page of reports of one province and year, of several the number given; return what it holds."""
        document, found = dossiers[0].document, count_states(dossiers)
        province, year = document["province"], document["report_year"]
        place = Words(province, both("province", province).en) if province else words("no_place")
        stem = _UNFIT.sub("_", clean_id(f"{province or 'unknown'}_{'unknown' if year is None else year}"))
        self._files[stem] += 1
        statuses = [[at, found[name]] for at, name in enumerate((*states(), *SIGNS)) if found[name]]
        self.file = f"{stem}.html" if self._files[stem] == 1 else f"{stem}_{self._files[stem]}.html"
        self._total.update(count_total(dossiers, found))
        self._rows += [(dossier.id, str(dossier.document["sha256"]), self.file) for dossier in dossiers]
        self._pages.append(
            {
                "file": quote(f"{self._folder}/{self.file}"),
                "province": list(place),
                "year": year,
                "part": number,
                "reports": [[dossier.id, self._unit(dossier)] for dossier in dossiers],
                "counts": [sum(counts) for counts in zip(*map(count_each, dossiers), strict=True)],
                "found": self._found(dossiers) | {"status": statuses},
            }
        )
        years, part = words("no_year") if year is None else Words(str(year), str(year)), f" ({number})" * bool(number)
        return Words(f"{place.zh} {years.zh}{part}", f"{place.en} {years.en}{part}")

    def _unit(self, dossier: Dossier) -> int:
        return self._units.setdefault((dossier.unit or dossier.id, *dossier.place), len(self._units))

    def _found(self, dossiers: Iterable[Dossier]) -> dict[str, list[list[int]]]:
        """Return how many figures of each indicator, statements of each category ... there are, by their numbers."""
        found: dict[str, Counter[str]] = {name: Counter() for name in ("indicator", "category", "item", "verdict")}
        for dossier in dossiers:
            found["indicator"].update(figure.indicator for figure in dossier.figures if figure.indicator)
            found["category"].update(name for row in dossier.statements for name, _, _ in dossier.coded(row))
            found["item"].update(content.item for content in dossier.contents)
            found["verdict"].update(row["verdict"] for row in dossier.checks)
        verdicts = found.pop("verdict")
        keyed = {
            kind: sorted([self._packer.key(kind, name), n] for name, n in counts.items())
            for kind, counts in found.items()
        }
        return {**keyed, "verdict": [[at, verdicts[name]] for at, name in enumerate(VERDICTS) if verdicts[name]]}

    def table(self) -> bytes:
        """Return which report stands on which page, as CSV."""
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\n").writerows([_COLUMNS, *sorted(self._rows)])
        return buffer.getvalue().encode("utf-8")

    def render(self) -> bytes:
        """Return the index."""
        more = {"pages": self._pages, "units": [list(unit) for unit in self._units]}
        common = self._packer.common([]) | more
        return render("pages.html.j2", _SCRIPT, common, total=self._total, pages=len(self._pages))
