"""The paper run against papermill on as many notebooks that hold nothing: the floor that kernels set."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

import nbformat

from analysis.study.plan import read_plan
from analysis.study.runs import WORKERS
from analysis.study.shipped import copy_shipped
from tests.benchmarks.timing import Measured

#: What a notebook of the floor holds: nothing, or what every notebook of the study imports.
_CELLS: Final = {"empty notebooks": "", "notebooks that import the library": "import analysis\nanalysis.open_study"}
_FLOOR: Final = """
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from analysis.study.execute import own_settings
def execute(target):
    import papermill
    with own_settings():
        papermill.execute_notebook(sys.argv[1], target, parameters={"run": "x"}, kernel_name="python3",
                                   progress_bar=False, log_output=False)
if __name__ == "__main__":
    with ProcessPoolExecutor(int(sys.argv[3])) as pool:
        list(pool.map(execute, [f"{sys.argv[1]}.{index}.ipynb" for index in range(int(sys.argv[2]))]))
"""


def by_paper() -> Iterator[Measured]:
    """Yield the time of `fazhi run` over that of papermill on notebooks that do nothing, by the clock on the wall."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        copy_shipped(root)
        environment = os.environ | {"FAZHI_ROOT": name}
        run = _clock([sys.executable, "-m", "analysis", "run"], environment)
        script = root / "floor.py"
        script.write_text(_FLOOR, encoding="utf-8")
        for setting, source in _CELLS.items():
            notebook = root / "floor.ipynb"
            notebook.write_text(nbformat.writes(_notebook(source)), encoding="utf-8")
            work = [sys.executable, str(script), str(notebook), str(len(read_plan().runs)), str(WORKERS)]
            yield Measured("time of the paper run over papermill", setting, run / _clock(work, environment))


def _notebook(source: str) -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_code_cell("run = ''", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(source),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _clock(command: list[str], environment: dict[str, str]) -> float:
    start = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode not in (0, 1):  # 1: done, with something to look at
        raise RuntimeError(done.stdout + done.stderr)
    return perf_counter() - start
