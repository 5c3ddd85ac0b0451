"""The main job: facts to figures, only what changed, and why anything was or was not done again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from analysis import paths
from analysis.contract import stage_tables
from analysis.errors import FazhiError, StudyError
from analysis.evidence import find_texts, write_evidence, write_evidence_parts
from analysis.extract.workers import count_cores
from analysis.files import write_bytes
from analysis.study import evidence_page, refresh_tidy, tidy_reasons
from analysis.study.execute import Failure, execute_notebook
from analysis.study.index import write_index
from analysis.study.large import is_large
from analysis.study.made import read_facts, tidy_inputs
from analysis.study.paper import write_papers
from analysis.study.parameters import check_parameters, read_defaults, read_notebook
from analysis.study.plan import DataSet, Plan, Run, digest_files, digest_library, digest_lock, read_plan
from analysis.study.raw import refresh_local
from analysis.tables import read_tables

WORKERS = 2
STATE = "state.json"
FIRST = "study.sha256"
Echo = Callable[[str], None]


@dataclass
class Outcome:
    """What a study did: runs that were done, were up to date or failed, and the inputs that were set aside."""

    done: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def run_study(
    path: Path | None = None, *, explain: bool = False, force: bool = False, echo: Echo = lambda _: None
) -> Outcome:
    """Run a study: new reports, tidy tables, every notebook by papermill, the index of figures.

    Parameters
    ----------
    path : Path, optional
        The study file; by default that of the root or of the project.
    explain : bool
        Say why each step would be done or not, and do nothing.
    force : bool
        Do every step.
    echo : callable
        Called with one line a step.

    Returns
    -------
    Outcome
        Failed runs keep their former figures; the others go on.

    Raises
    ------
    FazhiError
        Nothing could be done: no facts, a broken table, a wrong parameter, a folder that cannot be written, or another
        run at work in the same folder.
    """
    plan = read_plan(path)
    if paths.figures().exists() and not paths.figures().is_dir():
        raise StudyError("figures is a file; the figures need a folder of this name. Move the file away.")
    jobs = [(run, *_checked(run, plan)) for run in plan.runs]
    outcome = Outcome()
    with _alone():
        extraction = refresh_local(explain=explain, force=force)
        if extraction.reasons:
            echo(_line("extract data/raw", extraction.reasons, explain))
        if extraction.read:
            echo(f"  {extraction.read}")
        for line in [*extraction.set_aside, *extraction.notes]:
            echo(f"  {line}")
        outcome.set_aside = extraction.set_aside
        for data in plan.data.values():
            reasons = ["forced"] if force else tidy_reasons(data)
            echo(_line(f"tidy {data.id}", reasons, explain))
            if reasons and not explain:
                refresh_tidy(data)
        if not explain:
            _first_study(path)
        state = _read_state()
        todo = []
        for run, parameters, data in jobs:
            key = _key(run, parameters, data)
            reasons = ["forced"] if force else _reasons(run, key, state)
            echo(_line(f"run {run.id}", reasons, explain))
            if reasons:
                todo.append((run, parameters, key))
            else:
                outcome.unchanged.append(run.id)
        if not explain:
            _execute(todo, state, outcome, echo)
            for gone in sorted(set(state) - {run.id for run in plan.runs}):
                echo(f"figures/{gone} is from a run that this study file does not have; it was left as it is")
            pages = []
            for data in plan.data.values():
                page = _refresh_evidence(data, force)
                pages.append({"name": page.name, "zh": data.label_zh, "en": data.label_en})
            write_index(paths.figures(), [run.id for run in plan.runs], pages, list(plan.papers))
            for line in write_papers(plan, _first_study(path)):
                echo(line)
        return outcome


def _line(step: str, reasons: list[str], explain: bool) -> str:
    if not reasons:
        return f"{step}: up to date"
    more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return f"{step}: {'to do' if explain else 'doing'}, because {', '.join(reasons[:3])}{more}"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one run at a time work below a root; a second one is told, not queued."""
    place = paths.root() / "data"
    lock = FileLock(place / ".fazhi.lock", timeout=0)
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise StudyError("Another run is at work in this folder. Wait until it has ended, then run again.") from None
    except OSError as error:
        raise FazhiError(
            f"Cannot write into {place.name}/: {error.strerror}. Give the right to write there."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _checked(run: Run, plan: Plan) -> tuple[dict[str, Any], DataSet]:
    source = paths.notebooks() / f"{run.notebook}.ipynb"
    defaults = read_defaults(source)
    where = f"study.toml, run {run.id} (notebook {source.name})"
    given = check_parameters({"run": run.id, **run.parameters}, defaults, where)
    name = str(given.get("data", defaults.get("data", "")))
    if name not in plan.data:
        raise StudyError(f"{where}: data is {name!r}; study.toml has {', '.join(plan.data)}. Nothing was run.")
    return given, plan.data[name]


def _key(run: Run, parameters: Mapping[str, Any], data: DataSet) -> dict[str, str]:
    cells = read_notebook(paths.notebooks() / f"{run.notebook}.ipynb").cells
    source = json.dumps([[cell.cell_type, cell.source] for cell in cells])
    tables = tidy_inputs(data) | {"library": ""}
    return {
        "the notebook": hashlib.sha256(source.encode()).hexdigest(),
        "a parameter": json.dumps(parameters, sort_keys=True, ensure_ascii=False),
        "the data": hashlib.sha256(json.dumps([tables, repr(data.frame)], sort_keys=True).encode()).hexdigest(),
        "the library": digest_library(),
        "the lock of versions": digest_lock(),
    }


def _reasons(run: Run, key: Mapping[str, str], state: Mapping[str, Any]) -> list[str]:
    former = state.get(run.id)
    if not former:
        return ["first run"]
    changed = [f"{name} changed" for name in key if former["key"].get(name) != key[name]]
    outputs = _outputs(run.id)
    lost = [f"{name} is missing" for name in former["outputs"] if name not in outputs]
    edited = [f"{name} was edited" for name, sha in outputs.items() if former["outputs"].get(name, sha) != sha]
    return changed + lost + edited


def _outputs(run: str) -> dict[str, str]:
    folder = paths.figures() / run
    return {path.name: digest_files([path]) for path in sorted(folder.glob("*")) if path.is_file()}


def _execute(
    todo: list[tuple[Run, dict[str, Any], dict[str, str]]], state: dict[str, Any], outcome: Outcome, echo: Echo
) -> None:
    staging = paths.figures() / ".part"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        with ProcessPoolExecutor(min(WORKERS, count_cores(), len(todo) or 1)) as pool:
            waiting = [pool.submit(_execute_one, run, parameters, staging) for run, parameters, _ in todo]
            for number, ((run, _, key), future) in enumerate(zip(todo, waiting, strict=True), start=1):
                failure = future.result()
                if failure:
                    outcome.failures.append(failure)
                    echo(str(failure))
                    continue
                _replace(staging / run.id, paths.figures() / run.id)
                state[run.id] = {"key": key, "outputs": _outputs(run.id)}
                _write_state(state)
                outcome.done.append(run.id)
                echo(f"run {run.id}: done, {len(state[run.id]['outputs'])} files ({number} of {len(todo)})")
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _execute_one(run: Run, parameters: Mapping[str, Any], staging: Path) -> Failure | None:
    source = paths.notebooks() / f"{run.notebook}.ipynb"
    (staging / run.id).mkdir(parents=True, exist_ok=True)
    return execute_notebook(run.id, source, paths.figures() / "runs" / f"{run.id}.ipynb", parameters, staging)


def _replace(new: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(new, folder)
    shutil.rmtree(old, ignore_errors=True)


def _refresh_evidence(data: DataSet, force: bool) -> Path:
    """Write the page that leads from every figure of a data set to its place, unless it shows what there is now."""
    path = paths.figures() / evidence_page(data.id)
    record = paths.figures() / "runs" / f"{path.stem}.sha256"
    files = [file for folder in data.texts for file in sorted(folder.rglob("*")) if file.is_file()]
    inputs = tidy_inputs(data) | {"texts": digest_files(files)}
    key = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
    known = record.read_text(encoding="utf-8").split() if record.exists() else []
    if force or not path.exists() or known != [key, _digest_pages(path)]:
        if is_large(data):
            write_evidence_parts(data.extracted[0], data.tidy, data.texts, path)
        else:
            facts, tidy = read_facts(data), read_tables(data.tidy, stage_tables("tidy"))
            write_evidence(facts, tidy, find_texts(facts["documents"], data.texts), path)
        write_bytes(record, f"{key}\n{_digest_pages(path)}\n".encode())
    return path


def _digest_pages(path: Path) -> str:
    return digest_files([path, *sorted(path.with_suffix("").glob("*"))])


def _first_study(path: Path | None) -> str:
    """Return the digest of the study file as it was before its first run, so that later changes of mind show."""
    record = paths.figures() / "runs" / FIRST
    if not record.exists():
        write_bytes(record, f"{digest_files([path or paths.study()])}\n".encode())
    return record.read_text(encoding="utf-8").strip()


def _read_state() -> dict[str, Any]:
    path = paths.figures() / "runs" / STATE
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _write_state(state: Mapping[str, Any]) -> None:
    content = json.dumps(state, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_bytes(paths.figures() / "runs" / STATE, content.encode())
