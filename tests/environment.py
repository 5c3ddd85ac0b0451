"""Settles what a test session runs in, before nbval, a kernel or a worker starts (`-p` in pyproject.toml).

Nothing of the user's counts: not matplotlibrc, not the settings of IPython and Jupyter, not the reports and figures in
this folder. The session has a FAZHI_ROOT of its own. It is an environment variable and no fixture, because notebooks
run in kernels, which inherit the one and never see the other.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"

# jsonschema would compile a grammar (1.4 s in every process) for a format that no notebook uses.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

own = Path(sys.prefix) / "user"
os.environ |= {
    "MPLCONFIGDIR": str(own / "matplotlib"),
    "IPYTHONDIR": str(own / "ipython"),
    "JUPYTER_CONFIG_DIR": str(own / "jupyter" / "config"),
    "JUPYTER_DATA_DIR": str(own / "jupyter" / "data"),
    "JUPYTER_RUNTIME_DIR": str(own / "jupyter" / "runtime"),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TQDM_DISABLE": "1",
}
for name in (
    "FAZHI_FIGURES",
    "MATPLOTLIBRC",
    "MPLBACKEND",
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_PREFER_ENV_PATH",
):
    os.environ.pop(name, None)


def pytest_configure(config: pytest.Config) -> None:
    """Make the session's root, once; workers inherit it."""
    if hasattr(config, "workerinput"):
        return
    root = Path(tempfile.mkdtemp(prefix="fazhi-"))
    os.environ["FAZHI_ROOT"] = str(root)
    config.add_cleanup(lambda: shutil.rmtree(root, ignore_errors=True))
    if runs_notebooks(config):
        fill(root)


def runs_notebooks(config: pytest.Config) -> bool:
    """Tell whether this session executes notebooks: they alone need the shipped facts below the session's root."""
    asked = [Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args]
    return any(path == NOTEBOOKS or path in NOTEBOOKS.parents or NOTEBOOKS in path.parents for path in asked)


def fill(root: Path) -> None:
    """Put the shipped facts below the root and build their tidy tables, so that notebooks find what they need."""
    try:
        from analysis.study import refresh_tidy
        from analysis.study.plan import read_plan
        from analysis.study.shipped import copy_shipped

        copy_shipped(root)
        for data in read_plan().data.values():
            refresh_tidy(data)
    except Exception as error:  # whatever it is, the other tests shall run and show where it comes from
        print(f"No tables for the notebooks, which will fail: {error!r}", file=sys.stderr)
