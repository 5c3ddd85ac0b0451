"""The whole way of a corpus through people's hands, on forty invented reports: `python -m tests.validation.loop DIR`.

Reports are extracted; a frame of fifty units says what became of each; an audit sheet is filled in by a script that
errs at known rates; facts are corrected by command, by function and in a sheet; a student's workbook and LangExtract's
records come in beside them; two simulated coders of known accuracy code statements and settle what differs. Every step
says what was put in and what came out, and the command fails where they differ. With LibreOffice at hand every workbook
is opened and pictured below DIR/look/. The findings go to loop.csv beside this module, which the suite checks. Takes
some minutes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from openpyxl import Workbook, load_workbook

import analysis as fz
from analysis import paths
from analysis.__main__ import main
from analysis.coding.candidates import find_candidates
from analysis.elsewhere import import_table
from analysis.evidence import find_texts, write_evidence
from analysis.extract import extract
from analysis.parsing import parse_table
from analysis.stats.response import estimate_response
from analysis.study import refresh_tidy
from analysis.study.plan import read_plan
from analysis.tables import fit_table, read_table, write_table
from analysis.tidy import correct, read_frame
from tests.benchmarks.generate import write_reports
from tests.coding.conftest import STUDY, fill
from tests.coding.test_loop import CATEGORIES, code, truth_of

RESULTS = Path(__file__).parent / "loop.csv"
REPORTS, ELSEWHERE = 40, 5
#: Codes of units that do not exist.
CODE = "99{:04d}"
#: What a person found out of the units without a report.
SEARCHED = {"not_found": 6, "published_but_gone": 3, "not_searched": 1}
ACCURACY = 0.85
SIGNED = {"who": "A. Reader", "when": "2026-01-31"}
MAPPING = """
extractor = "a student"
doc_id = { column = "报告" }

[mentions]
surface = { column = "原文" }
context = { column = "句子" }
value = { column = "数值" }
measure = { column = "指标" }
form = { column = "形态", recode = { "发生数" = "flow", "存量" = "stock", "比率" = "rate" } }
period = { column = "年份", format = "year:{}" }
period_basis = "stated"
status = "reported"
"""
RECORDS = """
extractor = "a model"
format = "langextract"
doc_id = { column = "document_id" }

[mentions]
where = { extraction_class = "figure" }
surface = { column = "extraction_text" }
start = { column = "start_pos" }
end = { column = "end_pos" }
measure = { column = "attributes.measure" }
form = { column = "attributes.form" }
status = "reported"
"""


class Finding(NamedTuple):
    """What was put in (``truth``), what came out, with its interval where it is an estimate."""

    step: str
    what: str
    truth: float
    found: float
    low: float | None = None
    high: float | None = None

    @property
    def holds(self) -> bool:
        """Say whether what came out is what was put in, or the interval covers it."""
        if self.low is None or self.high is None:
            return self.truth == self.found
        return self.low <= self.truth <= self.high


def run(*command: object) -> int:
    """Run one command of `fazhi`."""
    return main([str(part) for part in command])


def extraction(root: Path) -> list[Finding]:
    """Extract forty reports and build the tidy tables of the study."""
    reports = list(write_reports(root / "data" / "raw", REPORTS))
    codes = pd.DataFrame({"file": [path.name for path in reports], "adcode": [CODE.format(n) for n in range(REPORTS)]})
    codes.to_csv(reports[0].parent / "manifest.csv", index=False, lineterminator="\n")
    done = run("extract", root / "data" / "raw", "-o", root / "data" / "extracted" / "own")
    (root / "study.toml").write_text(STUDY, encoding="utf-8", newline="\n")
    refresh_tidy(read_plan().data["own"])
    documents = len(fz.open_study("own").documents)
    return [Finding("extraction", "exit code", 0, done), Finding("extraction", "reports", len(reports), documents)]


def frame(root: Path) -> list[Finding]:
    """List fifty units, mark what the corpus has, say in a workbook what came of the search for the others."""
    place = root / "data" / "frame.csv"
    (root / "study.toml").write_text(
        f'{STUDY}\n[data.own.frame]\nfile = "data/frame.csv"\n', encoding="utf-8", newline="\n"
    )
    documents = fz.open_study("own").documents
    rows = documents[["adcode", "county", "report_year"]].to_dict("records")
    rows += [{"adcode": CODE.format(REPORTS + n), "county": f"虚无{letter}县", "report_year": 2023}
             for n, letter in zip(range(sum(SEARCHED.values())), "甲乙丙丁戊己庚辛壬癸", strict=True)]  # fmt: skip
    write_table(fit_table(pd.DataFrame(rows).assign(status="not_searched"), "frame"), "frame", place.parent)
    run("frame", "update", "--data", "own")
    marked = read_frame(place)["status"].eq("found").sum()
    run("frame", "sheet", "--data", "own")
    answer(place.with_suffix(".xlsx"), [status for status, times in SEARCHED.items() for _ in range(times)])
    run("frame", "read", place.with_suffix(".xlsx"), "--data", "own")
    refresh_tidy(read_plan().data["own"])
    study = fz.open_study("own")
    whole = estimate_response(study.due, study.documents, by="issuer_type").table.sum(numeric_only=True)
    return [
        Finding("frame", "reports found by the corpus", REPORTS, int(marked)),
        Finding("frame", "reports due", len(rows), int(whole["n_due"])),
        Finding("frame", "not found", SEARCHED["not_found"], int(whole["n_not_found"])),
        Finding("frame", "gone", SEARCHED["published_but_gone"], int(whole["n_gone"])),
        Finding("frame", "not searched", SEARCHED["not_searched"], int(whole["n_not_searched"])),
    ]


def answer(path: Path, outcomes: list[str]) -> None:
    """Fill in the sheet of a frame, as a person who searched for what the corpus does not have."""
    book = load_workbook(path)
    page = book["frame"]
    heads = [str(cell.value).split(" ")[0] for cell in page[1]]
    status, day, where = (heads.index(name) for name in ("status", "searched_on", "where"))
    missing = [cells for cells in page.iter_rows(min_row=2) if str(cells[status].value).split(" ")[0] == "not_searched"]
    for cells, outcome in zip(missing, outcomes, strict=True):
        cells[status].value = outcome
        if outcome != "not_searched":
            cells[day].value, cells[where].value = "2026-01-15", "the county's site"
    book.save(path)


def audit(root: Path) -> list[Finding]:
    """Fill in an audit sheet of an extraction that errs at known rates, and recover them."""
    place = root / "data" / "audit" / "own.csv"
    run("audit", "sample", "--data", "own", "--reports", 20, "--figures", 300, "--seed", 4)
    sample = parse_table(place.read_bytes(), "audit_sample")
    answers = {row.item: {"indicator": truth_of(row), "value": f"{row.value:g}" if row.indicator else ""}
               for row in sample.itertuples()}  # fmt: skip
    fill(place.with_suffix(".xlsx"), answers)
    run("audit", "read", place.with_suffix(".xlsx"), "--data", "own", "--auditor", "A. Reader")
    study = fz.open_study("own")
    everything = find_candidates(study.tables, find_texts(study.documents, study.data.texts))
    truth = pd.Series([truth_of(row) for row in everything.itertuples()])
    right = truth.eq(everything["indicator"])
    rates = {"precision": right[everything["indicator"].ne("")].mean(), "recall": right[truth.ne("none")].mean()}
    found = study.audit_accuracy.set_index(["measure", "indicator"])
    rows = {measure: found.loc[(measure, "")] for measure in rates}
    return [Finding("audit", measure, rates[measure], row["value"], row["low"], row["high"])
            for measure, row in rows.items()]  # fmt: skip


def corrections(root: Path) -> list[Finding]:
    """Correct thirty figures, ten each by command, by function and in a sheet; then let one be stale."""
    study = fz.open_study("own")
    place = root / "data" / "corrections.csv"
    exact = study.mentions[study.mentions["value"].eq(study.mentions["low"])].set_index("mention_id")
    single = study.observations.query("n_mentions == 1 and flags == ''")["mention_ids"]
    ids = [name for name in single if name in exact.index][:30]
    right = {name: exact.loc[name, "value"] + 1 for name in ids}
    for name in ids[:10]:
        run("correct", name, f"value={right[name]:g}", "--data", "own", "--reason", "误读", "--who", SIGNED["who"],
            "--when", SIGNED["when"])  # fmt: skip
    for name in ids[10:20]:
        correct(name, {"value": right[name]}, reason="misread", corrections=place, write=True, **SIGNED)
    chosen = sorted(set(study.matches.set_index("mention_id").loc[ids[20:], "indicator"]))
    run("review", "sample", "--data", "own", "--indicator", *chosen)
    sheet = root / "data" / "review" / "own.xlsx"
    fill(sheet, {name: {"corrected": f"{right[name]:g}", "reason": "看错一行"} for name in ids[20:]})
    run("review", "read", sheet, "--data", "own", "--who", SIGNED["who"], "--when", SIGNED["when"])

    tidy = refresh_tidy(read_plan().data["own"])
    held = dict(zip(tidy["observations"]["mention_ids"], tidy["observations"]["value"], strict=True))
    study = fz.open_study("own")
    page = write_evidence(study.tables, study.tables, {}, root / "evidence.html").read_text(encoding="utf-8")
    shown = page.count('"{who}","{when}"'.format(**SIGNED))
    before, former = digest(root / "data" / "tidy"), place.read_bytes()
    place.write_bytes(former.replace(f"{ids[0]},value,".encode(), f"{ids[0]},value,9".encode(), 1))
    stopped = run("tidy", "-o", root / "data" / "tidy")
    place.write_bytes(former)
    return [
        Finding("corrections", "in the audit table", len(ids), len(tidy["audit"])),
        Finding("corrections", "in the observations", len(ids), sum(held.get(name) == right[name] for name in ids)),
        Finding("corrections", "shown in the evidence", len(ids), shown),
        Finding("corrections", "a stale one stops tidy", 2, stopped),
        Finding("corrections", "tables changed by that", 0, int(digest(root / "data" / "tidy") != before)),
    ]


def digest(folder: Path) -> str:
    """Return a hash of all files of a folder."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.csv")))).hexdigest()


def elsewhere(root: Path) -> list[Finding]:
    """Bring in a student's workbook and LangExtract's records of five more reports, some rows of each wrong."""
    raw = root / "data" / "more"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in write_reports(raw, ELSEWHERE, first=REPORTS)}
    own = extract(raw)
    figures = own["mentions"].query("status == 'reported' and form in ['flow', 'stock', 'rate'] and value == low")
    figures = figures[figures["value"].eq(figures["high"])]
    book, names = Workbook(), {"flow": "发生数", "stock": "存量", "rate": "比率"}
    page = book.active
    page.append(["报告", "原文", "数值", "指标", "形态", "年份", "句子"])
    wrong = 0
    for count, row in enumerate(figures.itertuples()):
        bad = count % 20 == 7
        wrong += bad
        around = texts[row.doc_id][max(0, row.start - 30) : row.end + 10]
        page.append([row.doc_id, row.surface, row.value + bad, row.measure, names[row.form], 2023, around])
    workbook = root / "data" / "student.xlsx"
    book.save(workbook)
    (root / "student.toml").write_text(MAPPING, encoding="utf-8", newline="\n")
    out = root / "data" / "extracted" / "student"
    done = run("import", root / "student.toml", workbook, "-o", out, "--texts", raw)
    mine = read_table("mentions", out)
    placed = mine.merge(own["mentions"], on=["mention_id", "surface", "value", "unit", "low", "high"])

    records = [{"document_id": doc_id, "text": text, "extractions": [
        {"extraction_class": "figure", "extraction_text": row.surface, "alignment_status": "match_exact",
         "char_interval": {"start_pos": int(row.start), "end_pos": int(row.end)}, "attributes": {"measure": row.measure,
         "form": row.form}} for row in figures[figures["doc_id"].eq(doc_id)].itertuples()]}
        for doc_id, text in texts.items()]  # fmt: skip
    lines = root / "data" / "model.jsonl"
    lines.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), encoding="utf-8",
                     newline="\n")  # fmt: skip
    (root / "model.toml").write_text(RECORDS, encoding="utf-8", newline="\n")
    model = import_table(root / "model.toml", lines)["mentions"]
    tidied = run("tidy", root / "data" / "extracted", "-o", root / "data" / "both")
    return [
        Finding("elsewhere", "exit code with wrong rows", 1, done),
        Finding("elsewhere", "rows set aside", wrong, int(read_table("inputs", out)["status"].eq("set_aside").sum())),
        Finding("elsewhere", "rows taken", len(figures) - wrong, len(mine)),
        Finding("elsewhere", "of these at their offsets", int(mine["start"].notna().sum()), len(placed)),
        Finding("elsewhere", "records taken", len(figures), len(model)),
        Finding("elsewhere", "of these at their offsets", len(figures),
                len(model.merge(figures, on=["mention_id", "surface", "value", "unit"]))),
        Finding("elsewhere", "tidy with the other sets", 0, tidied),
    ]  # fmt: skip


def coding(root: Path) -> list[Finding]:
    """Let two coders of known accuracy code statements, settle what differs, and recover their alpha."""
    coders = ("anna", "bert")
    run("code", "sample", *coders, "--data", "own", "--reports", 30, "--overlap", 1)
    for coder in coders:
        path = root / "data" / "coding" / f"own_{coder}.xlsx"
        ids = [row[0].value for row in load_workbook(path)["answers"].iter_rows(min_row=2)]
        fill(path, {name: {"primary": code(name, coder, ACCURACY)} for name in ids})
        run("code", "read", path, "--data", "own", "--coder", coder)
    run("code", "settle", *coders, "--data", "own")
    path = root / "data" / "coding" / "own_settled.xlsx"
    ids = [row[0].value for row in load_workbook(path)["answers"].iter_rows(min_row=2)]
    fill(path, {name: {"primary": code(name, "nobody", 1.0)} for name in ids})
    settled = run("code", "settle", *coders, "--data", "own", "--sheet", path)
    study = fz.open_study("own")
    found = fz.estimate_agreement(study.codes, study.statements, replications=300).table
    row = found[found["number"].eq(1) & found["coefficient"].eq("alpha_masi")].iloc[0]
    k = len(CATEGORIES)
    agree = ACCURACY**2 + (1 - ACCURACY) ** 2 / (k - 1)
    alpha = (agree - 1 / k) / (1 - 1 / k)
    return [Finding("coding", "alpha of two people", alpha, row["value"], row["low"], row["high"]),
            Finding("coding", "settled: exit code", 0, settled)]  # fmt: skip


#: In this order; each takes the root and returns what it found. A frame of what should exist stands before extraction.
STEPS: tuple[Callable[[Path], list[Finding]], ...] = (extraction, frame, audit, corrections, coding, elsewhere)


def look(root: Path) -> list[Path]:
    """Open every workbook in LibreOffice and return a picture of each first page; none where it is not at hand."""
    office, pictures = shutil.which("soffice"), root / "look"
    if not office:
        return []
    for book in sorted((root / "data").rglob("*.xlsx")):
        subprocess.run([office, "--headless", "--convert-to", "pdf", "--outdir", pictures / book.parent.name, book],
                       check=True, capture_output=True)  # fmt: skip
    for page in sorted(pictures.rglob("*.pdf")):
        subprocess.run(["pdftoppm", "-r", "110", "-png", "-l", "1", "-singlefile", page, page.with_suffix("")],
                       check=True)  # fmt: skip
    return sorted(pictures.rglob("*.png"))


def walk(root: Path) -> pd.DataFrame:
    """Go the whole way below an empty folder and return what every step found."""
    os.environ["FAZHI_ROOT"] = str(root)
    assert paths.root() == root.resolve()
    found = [finding for step in STEPS for finding in step(root)]
    return pd.DataFrame([finding._asdict() | {"holds": finding.holds} for finding in found])


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} is not empty; name a new folder.")
    table = walk(folder)
    table.to_csv(RESULTS, index=False, float_format="%.4f", lineterminator="\n")
    print(table.to_string(index=False))
    print("\n".join(str(path) for path in look(folder)) or "LibreOffice is not at hand; no workbook was opened.")
    sys.exit(0 if table["holds"].all() else 1)
