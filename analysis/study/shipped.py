"""A root of its own: what the project ships, the same for every user, or an empty one for a new corpus."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat

from analysis import paths
from analysis.errors import StudyError
from analysis.files import write_bytes
from analysis.study.execute import execute_notebook
from analysis.study.parameters import read_notebook

SHIPPED = (
    "data/extracted/reports",
    "data/extracted/panel",
    "data/invented/extracted",
    "data/invented/covariates.csv",
    "data/invented/frame.csv",
    "data/samples",
    "data/gold",
    "data/codes",
)
SHOWN = ("01_corpus/disclosure.en.png", "01_corpus/disclosure.zh.png")  # the README shows them
KEPT_METADATA = {"tags", "jupyter"}


def copy_shipped(folder: Path) -> Path:
    """Copy the shipped facts and the study file to a folder, which then serves as FAZHI_ROOT; return it."""
    project = paths.PACKAGE.parent
    for name in (*SHIPPED, "study.toml"):
        source, target = project / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.is_file():
            shutil.copyfile(source, target)
        else:
            raise StudyError(f"{name} is missing from the project. Restore it from git.")
    return folder


def start_corpus(folder: Path) -> Path:
    """Make a folder for a new corpus, with a study file to edit and data/raw/ for its reports; return it.

    Raises
    ------
    StudyError
        Something stands in the folder already, or it cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(f"{folder} is not empty. Name a new folder; nothing was written.")
    try:
        (folder / "data" / "raw").mkdir(parents=True)
        write_bytes(folder / "study.toml", (Path(__file__).parent / "templates" / "study.toml").read_bytes())
    except OSError as error:
        raise StudyError(f"Cannot write into {folder}: {error.strerror}. Name another folder.") from error
    return folder


def refresh_notebooks(folder: Path) -> list[Path]:
    """Execute every notebook of the project in place, on the shipped facts, and keep its outputs without metadata.

    The figures that the README shows are taken from the same runs.

    Parameters
    ----------
    folder : Path
        An empty folder for the copy of the shipped facts; FAZHI_ROOT must point to it.

    Raises
    ------
    StudyError
        A notebook failed; those before it are refreshed, it and those after it are as they were.
    """
    refreshed = []
    for path in sorted(paths.notebooks().glob("*.ipynb")):
        copy = folder / path.name
        if failure := execute_notebook(path.stem, path, copy, {}, folder / "figures"):
            raise StudyError(f"{path.name} was not refreshed. {failure}")
        clean_notebook(executed := read_notebook(copy), read_notebook(path))
        path.write_text(nbformat.writes(executed, version=nbformat.NO_CONVERT) + "\n", encoding="utf-8", newline="\n")
        refreshed.append(path)
    for name in SHOWN:
        shown = paths.PACKAGE.parent / "figures" / "readme" / Path(name).name
        shown.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "figures" / name, shown)
    return refreshed


def clean_notebook(executed: nbformat.NotebookNode, source: nbformat.NotebookNode) -> None:
    """Take from an executed notebook what differs between two executions: times, paths, ids, injected cells."""
    executed.cells = [cell for cell in executed.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    executed.metadata = nbformat.from_dict(json.loads(json.dumps(source.metadata)))
    for number, cell in enumerate(executed.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({name: cell.metadata[name] for name in KEPT_METADATA & set(cell.metadata)})
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            output["metadata"] = {}
            if "execution_count" in output:
                output["execution_count"] = count
