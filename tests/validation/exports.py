"""Every export read by the tools that people use: `python -m tests.validation.exports`; no part of the suite.

It exports a data set, reads each table back with every tool that is there and compares it with what was exported, cell
by cell; it writes exports.csv beside itself. A tool that is not there is named and nothing is said of it. Tools with a
Python of their own (frictionless, pyreadstat, duckdb are no dependencies) are run by the interpreter of
``--tools PYTHON``; R needs haven, LaTeX ctex and booktabs.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from analysis.contract import Column, spec
from analysis.exports import About, write_export
from analysis.exports.content import build_content, value_label
from analysis.exports.stata import RENAMED
from analysis.study import open_study
from analysis.tables import format_number

RESULTS = Path(__file__).parent / "exports.csv"
COLUMNS = ["format", "tool", "tables", "cells", "different"]
#: A table of a few columns that a page carries, for print.
PRINTED = {"documents": ["doc_id", "county", "report_year", "coverage", "source"]}
Cells = list[list[str]]

#: Read every table with pyreadstat or duckdb and print it as JSON: name, columns, cells as texts.
PYREADSTAT = """
import sys, json, pathlib, pyreadstat
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.en.dta")):
    frame, meta = pyreadstat.read_dta(str(path))
    labels = [meta.column_names_to_labels[name] for name in frame]
    values = {name: meta.variable_value_labels.get(name, {}) for name in frame}
    rows = [["" if cell != cell or cell is None else values[name].get(cell, cell) if values[name] else cell
             for name, cell in zip(frame, row)] for row in frame.itertuples(index=False)]
    print(json.dumps([path.name.split(".")[0], list(frame), rows, labels], default=str))
"""
DUCKDB = """
import sys, json, pathlib, duckdb
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.parquet")):
    found = duckdb.sql(f"select * from read_parquet('{path}')")
    print(json.dumps([path.stem, found.columns, found.fetchall(), []], default=str))
"""
HAVEN = """
library(haven)
folder <- commandArgs(trailingOnly = TRUE)[1]
for (path in sort(Sys.glob(file.path(folder, "*.en.dta")))) {
  frame <- read_dta(path)
  labels <- vapply(frame, function(one) attr(one, "label"), "")
  shown <- as.data.frame(lapply(frame, function(one) {
    text <- if (is.labelled(one)) as.character(as_factor(one)) else if (is.numeric(one) && !inherits(one, "Date"))
      formatC(one, digits = 17, format = "g") else as.character(one)
    ifelse(is.na(one), "", text)
  }), check.names = FALSE, stringsAsFactors = FALSE)
  write.csv(shown, paste0(path, ".csv"), row.names = FALSE, fileEncoding = "UTF-8", na = "")
  writeLines(labels, paste0(path, ".labels"), useBytes = TRUE)
}
"""


def main() -> None:
    """Export, read back, compare, write what was found; a difference ends with exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="real", help="a data set of study.toml (real)")
    parser.add_argument("--tools", default="", metavar="PYTHON", help="with frictionless, pyreadstat and duckdb")
    options = parser.parse_args()
    study = open_study(options.data)
    data = study.data
    about = About(data.id, data.label_zh, data.label_en, data.licence, data.invented)
    tables = dict(build_content(study.tables, about).tables)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for form in ("xlsx", "dta", "parquet", "datapackage"):
            write_export(study.tables, form, folder / form, about=about)
        for form in ("tex", "docx"):
            chosen = {name: study.tables[name] for name in PRINTED}
            write_export(chosen, form, folder / form, about=about, columns=PRINTED["documents"])
        for form, tool, read in TOOLS:
            done = read(folder / form, options.tools)
            if done is None:
                print(f"{form}: {tool} is not here; nothing is said of it")
                continue
            rows.append([form, tool, *compared(dict(done), tables, tool)])
            print(*rows[-1])
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    raise SystemExit(any(row[-1] for row in rows))


def compared(found: dict[str, Cells], tables: dict[str, pd.DataFrame], tool: str) -> tuple[int, int, int]:
    """Return how many tables and cells were compared, and how many cells differ (each is printed)."""
    cells = different = 0
    for name, rows in found.items():
        wanted = expected(tables[name], name, tool) if name in tables else places(tables["documents"])
        cells += sum(map(len, wanted))
        pairs = [(a, b) for one, other in zip(wanted, rows, strict=True) for a, b in zip(one, other, strict=True)]
        wrong = [(a, b) for a, b in pairs if a != b]
        different += len(wrong)
        for a, b in wrong[:5]:
            print(f"  {tool}: {name}: {a!r} became {b!r}")
    return len(found), cells, different


def places(documents: pd.DataFrame) -> Cells:
    """Return what must stand on a printed page."""
    return [[name] for name in sorted(documents["county"].unique())]


def expected(frame: pd.DataFrame, name: str, tool: str) -> Cells:
    """Return a table as texts: names of values for the readers of Stata, one form of a number for all."""
    labelled = tool in {"pyreadstat", "R haven"}
    texts = [[shown(cell, column, labelled) for cell in frame[column.name]] for column in spec(name).columns]
    order = sorted if tool == "frictionless" else list
    return order(map(list, zip(*texts, strict=True)))


def shown(cell: object, column: Column, labelled: bool) -> str:
    """Return one cell as text."""
    if column.type in {"integer", "number"}:
        return format_number(cell)
    if column.type == "boolean":
        return ("yes" if cell else "no") if labelled else ("true" if cell else "false")
    if labelled and column.allowed and not column.list and cell:
        return value_label(column, str(cell), "en")
    return str(cell)


def normal(rows: list[list[object]], name: str, labelled: bool = False) -> Cells:
    """Return cells that a tool gave as texts, numbers in one form."""
    columns = spec(name).columns
    return [[plain(cell, column, labelled) for cell, column in zip(row, columns, strict=True)] for row in rows]


def plain(cell: object, column: Column, labelled: bool) -> str:
    """Return one cell that a tool gave as text."""
    if cell is None or cell == "":
        return ""
    if column.type in {"integer", "number"}:
        return format_number(float(str(cell)))
    if column.type == "boolean" and not labelled:
        return str(cell).lower()
    return str(cell)[:10] if column.type == "date" else str(cell)


def lines_of(tools: str, code: str, folder: Path) -> Iterator[tuple[str, list[str], list[list[object]], list[str]]]:
    """Run a reader in the Python that has the tools, and yield its tables."""
    done = subprocess.run([tools, "-c", code, str(folder)], capture_output=True, encoding="utf-8", check=True)
    for line in done.stdout.splitlines():
        name, columns, rows, labels = json.loads(line)
        wanted = spec(name)
        assert [RENAMED.get(own, own) for own in wanted.names] == columns or wanted.names == columns, name
        assert not labels or labels == [column.label("en") for column in wanted.columns], name
        yield name, columns, rows, labels


def has(tools: str, package: str) -> bool:
    """Tell whether the Python with the tools has a package."""
    return bool(tools) and not subprocess.run([tools, "-c", f"import {package}"], capture_output=True).returncode


def by_pyreadstat(folder: Path, tools: str) -> Iterator[tuple[str, Cells]] | None:
    """Read Stata files by ReadStat."""
    if not has(tools, "pyreadstat"):
        return None
    return ((name, normal(rows, name, True)) for name, _, rows, _ in lines_of(tools, PYREADSTAT, folder))


def by_duckdb(folder: Path, tools: str) -> Iterator[tuple[str, Cells]] | None:
    """Read Parquet files by SQL."""
    if not has(tools, "duckdb"):
        return None
    return ((name, normal(rows, name)) for name, _, rows, _ in lines_of(tools, DUCKDB, folder))


def by_haven(folder: Path, _: str) -> list[tuple[str, Cells]] | None:
    """Read Stata files by R."""
    if not shutil.which("Rscript"):
        return None
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(["Rscript", "-e", HAVEN, str(folder)], capture_output=True, encoding="utf-8", env=environment)
    if done.returncode:
        print(done.stderr)
        return None
    found = []
    for path in sorted(folder.glob("*.en.dta.csv")):
        name = path.name.split(".")[0]
        labels = path.with_suffix(".labels").read_text(encoding="utf-8").splitlines()
        assert labels == [column.label("en") for column in spec(name).columns], name
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        found.append((name, normal([list(row) for row in rows[1:]], name, True)))
    return found


def by_frictionless(folder: Path, tools: str) -> list[tuple[str, Cells]] | None:
    """Validate the package, then four packages with a fault each: the validator must see every one."""
    if not has(tools, "frictionless"):
        return None
    assert valid(folder, tools), "the package is not valid"
    for fault, (file, old, new) in FAULTS.items():
        broken = folder.with_name(f"broken_{fault}")
        shutil.copytree(folder, broken)
        text = (broken / file).read_text(encoding="utf-8")
        (broken / file).write_text(re.sub(old, new, text, count=1), encoding="utf-8", newline="\n")
        package = json.loads((broken / "datapackage.json").read_text(encoding="utf-8"))
        for one in package["resources"]:
            del one["hash"], one["bytes"]
        (broken / "datapackage.json").write_text(json.dumps(package), encoding="utf-8", newline="\n")
        assert not valid(broken, tools), f"the validator does not see {fault}"
    found = []
    for path in sorted(folder.glob("*.csv")):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        found.append((path.stem, sorted(normal([list(row) for row in rows[1:]], path.stem))))
    return found


FAULTS = {
    "foreign key": ("matches.csv", r"\n([^,]+),[^,]+,", r"\n\1,nowhere,"),
    "enum": ("mentions.csv", ",reported,", ",rumoured,"),
    "type": ("documents.csv", r",20\d\d,", ",this year,"),
    "primary key": ("units.csv", r"\n([^\n]+)\n", r"\n\1\n\1\n"),
}


def valid(folder: Path, tools: str) -> bool:
    """Tell whether frictionless accepts a package."""
    command = [tools, "-m", "frictionless", "validate", "datapackage.json"]
    return not subprocess.run(command, cwd=folder, capture_output=True).returncode


def by_calc(folder: Path, _: str) -> list[tuple[str, Cells]] | None:
    """Let LibreOffice open the workbook and write every sheet as CSV."""
    if not shutil.which("soffice"):
        return None
    # 44 comma, 34 quote, 76 UTF-8, 1 first line; quote texts, keep what cells hold and not how it looks; -1 all sheets
    to = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    (workbook,) = folder.glob("*.xlsx")
    subprocess.run(["soffice", "--headless", "--convert-to", to, "--outdir", str(folder), str(workbook)],
                   capture_output=True, check=True)  # fmt: skip
    found = []
    for path in sorted(folder.glob("*.csv")):
        name = path.stem.removeprefix(f"{workbook.stem}-")
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        width = len(spec(name).names)
        filled = [[*row, *[""] * (width - len(row))] for row in rows[3:]]
        found.append((name, normal([list(row) for row in filled], name)))
    return found


def by_xelatex(folder: Path, _: str) -> list[tuple[str, Cells]] | None:
    """Typeset the tables; every place must stand on the page."""
    if not shutil.which("xelatex"):
        return None
    names = "\n\\newpage\n".join(rf"\input{{{path.name}}}" for path in sorted(folder.glob("*.tex")))
    (folder / "all.tex").write_text(
        "\\documentclass[fontset=none]{ctexart}\n\\usepackage[a4paper,margin=2cm]{geometry}\n"
        "\\usepackage{booktabs,array,longtable,pdflscape}\n\\setCJKmainfont{Noto Serif CJK SC}\n"
        f"\\begin{{document}}\\footnotesize\n{names}\n\\end{{document}}\n",
        encoding="utf-8", newline="\n",
    )  # fmt: skip
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return on_page(folder / "all.pdf")


def by_writer(folder: Path, _: str) -> list[tuple[str, Cells]] | None:
    """Let LibreOffice open the Word files; every place must stand on the page."""
    if not shutil.which("soffice"):
        return None
    for path in folder.glob("*.zh.docx"):
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)],
                       capture_output=True, check=True)  # fmt: skip
    return on_page(*folder.glob("*.pdf"))


def on_page(pdf: Path) -> list[tuple[str, Cells]]:
    """Return the places of the printed table that stand in a PDF's text; one that does not is lost."""
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, encoding="utf-8", check=True).stdout
    squeezed = re.sub(r"\s", "", text)
    with (pdf.parents[1] / "datapackage" / "documents.csv").open(encoding="utf-8", newline="") as file:
        names = sorted({row["county"] for row in csv.DictReader(file)})
    return [("printed", [[name if name in squeezed else "(lost)"] for name in names])]


Reader = Callable[[Path, str], "list[tuple[str, Cells]] | Iterator[tuple[str, Cells]] | None"]
TOOLS: tuple[tuple[str, str, Reader], ...] = (
    ("xlsx", "LibreOffice Calc", by_calc),
    ("dta", "pyreadstat", by_pyreadstat),
    ("dta", "R haven", by_haven),
    ("parquet", "duckdb", by_duckdb),
    ("datapackage", "frictionless", by_frictionless),
    ("tex", "xelatex", by_xelatex),
    ("docx", "LibreOffice Writer", by_writer),
)

if __name__ == "__main__":
    main()
