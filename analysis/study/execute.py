"""One notebook executed by papermill, on the kernel of the running interpreter, whatever the user's settings are."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.files import shown

KERNEL = "python3"
QUIET = ["--IPKernelApp.log_level=50"]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
IGNORED = (
    "MATPLOTLIBRC",
    "MPLBACKEND",
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_PREFER_ENV_PATH",
    "PYTHONSTARTUP",
)


@dataclass(frozen=True)
class Failure:
    """What went wrong in a run: enough to find the cell."""

    run: str
    parameters: Mapping[str, Any]
    cell: int | None
    error: str
    notebook: str

    def __str__(self) -> str:
        given = ", ".join(f"{name} = {value!r}" for name, value in self.parameters.items()) or "defaults"
        where = f"cell {self.cell}" if self.cell is not None else "the kernel"
        return f"FAILED {self.run} ({given}), {where}: {self.error}\n  the executed notebook: {self.notebook}"


@contextmanager
def own_settings(**extra: str) -> Iterator[None]:
    """Shut out the user's and the machine's settings of Jupyter, IPython and matplotlib while notebooks run.

    Their place is the environment the library is installed in (matplotlib keeps its list of fonts there), or, where
    that cannot be written, a temporary folder.
    """
    former, own = dict(os.environ), Path(sys.prefix) / "user"
    with tempfile.TemporaryDirectory(prefix="fazhi-", ignore_cleanup_errors=True) as temporary:
        folder = own if os.access(own if own.exists() else own.parent, os.W_OK) else Path(temporary)
        for name in IGNORED:
            os.environ.pop(name, None)
        for name in ("MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            os.environ[name] = str(folder / "runs" / name.lower())
            Path(os.environ[name]).mkdir(parents=True, exist_ok=True)
        os.environ.update(ONE_THREAD | {"TQDM_DISABLE": "1"} | extra)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(former)


def execute_notebook(
    run: str, source: Path, target: Path, parameters: Mapping[str, Any], folder: Path
) -> Failure | None:
    """Execute one notebook with parameters and save it as ``target``; return what failed, or nothing.

    ``folder`` becomes the figures folder of the kernel (FAZHI_FIGURES).
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # jsonschema would compile a grammar, 1.4 s
    import papermill
    from papermill.exceptions import PapermillExecutionError

    _readable_parameters()
    for needed in (target.parent, folder):
        needed.mkdir(parents=True, exist_ok=True)
    try:
        with own_settings(FAZHI_FIGURES=str(folder)):
            papermill.execute_notebook(
                source, target, parameters=dict(parameters), kernel_name=KERNEL, progress_bar=False,
                extra_arguments=QUIET, cwd=str(folder), log_output=False, coalesce_streams=True,
            )  # fmt: skip
    except PapermillExecutionError as error:
        first = f"{error.ename}: {error.evalue}".splitlines()[0]
        return Failure(run, parameters, error.cell_index, first, shown(target))
    except RuntimeError as error:
        return Failure(run, parameters, None, str(error).splitlines()[0], shown(target))
    return None


def _readable_parameters() -> None:
    """Keep Chinese values readable in the executed notebook, where papermill would write escapes."""
    from papermill.translators import PythonTranslator, papermill_translators

    class Readable(PythonTranslator):
        @classmethod
        def translate_str(cls, val: str) -> str:
            return repr(val)

        @classmethod
        def translate_escaped_str(cls, str_val: str) -> str:
            return repr(str_val)

    papermill_translators.register("python", Readable)
