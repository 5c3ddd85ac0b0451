"""The shape of the project: what may import what, and what a module, a clone, a wheel and a notebook must be like."""

from __future__ import annotations

import ast
import csv
import graphlib
import importlib.metadata
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "analysis"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = ("00_tutorial", "01_corpus", "02_comparison", "03_problems", "04_trends", "05_reliability", "06_profile")

# One room a line; a room imports from the rooms above it, and never in a circle within itself.
ROOMS = (
    ("errors",),
    ("paths", "bounds", "progress"),
    ("codebook",),
    ("files",),
    ("contract", "parsing", "tables"),
    ("invented",),
    ("text",),
    ("formats",),
    ("extract", "reuse"),
    ("elsewhere",),
    ("tidy",),
    ("partitions",),
    ("stats",),
    ("scores", "evaluate"),
    ("figures",),
    ("evidence", "exports"),
    ("coding",),
    ("study",),
    ("byhand", "making"),
    ("__init__", "__main__"),
)
ROOM_OF = {name: number for number, room in enumerate(ROOMS) for name in room}


def relative(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def dotted(path: Path) -> str:
    """Name a module as Python does: analysis/text/numbers.py is analysis.text.numbers."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {dotted(path): path for path in MODULES}


def imported(path: Path) -> set[str]:
    """Return the modules of the package that `path` imports, anywhere in its code."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
                base = f"{above}.{base}" if base else above
            below = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name for name in below if name in NAMES} or {base}
    return {name for name in found if name in NAMES} - {dotted(path)}


def room(name: str) -> str:
    return (name.split(".") + ["__init__"])[1]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_import_only_from_rooms_above(path: Path) -> None:
    own = room(dotted(path))
    assert own in ROOM_OF, f"{own} has no place in the order of rooms: add it to ROOMS where it belongs"
    wrong = sorted(name for name in imported(path) if ROOM_OF[room(name)] > ROOM_OF[own])
    assert not wrong, f"{relative(path)} imports from rooms below it: {', '.join(wrong)}"


def test_no_module_imports_itself_by_a_detour() -> None:
    # A package imports its own modules in __init__; they may name the package without needing anything from it.
    graph = {
        name: {other for other in imported(path) if not name.startswith(f"{other}.")} for name, path in NAMES.items()
    }
    graphlib.TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_are_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 300


NUMERAL = re.compile("[〇零○一壹弌二贰貳两兩三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億]+")


def words_listed(node: ast.AST) -> list[str]:
    """Return the Chinese words that a literal lists; numerals are no words."""
    texts: list[str] = []
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
        constants = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
        texts = [value for value in constants if isinstance(value, str)]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "|" in node.value:
        texts = re.split(r"[|\s]+", node.value)
    return [text for text in texts if re.search(r"[\u4e00-\u9fff]", text) and not NUMERAL.fullmatch(text)]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_code_holds_no_keyword_list(path: Path) -> None:
    lists = [(node.lineno, words) for node in ast.walk(parsed(path)) if len(words := words_listed(node)) > 5]
    assert not lists, f"{relative(path)}: words belong in the codebook"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_text_is_written_with_one_newline(path: Path) -> None:
    # Ruff (PLW1514) sees to the encoding.
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        modes = [
            text.value
            for text in [*node.args, *(word.value for word in node.keywords)]
            if isinstance(text, ast.Constant)
        ]
        writes = name == "write_text" or (
            name in {"open", "fdopen"} and any(mode in modes for mode in ("w", "a", "x", "w+"))
        )
        if writes:
            assert "newline" in {word.arg for word in node.keywords}, (
                f"{relative(path)}:{node.lineno}: {name} needs newline="
            )


# ---- import and the public surface


def loaded_by(code: str) -> set[str]:
    """Run `code` in a fresh process and return the packages it loaded."""
    shown = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", shown], cwd=PROJECT, capture_output=True, encoding="utf-8", check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize(
    "code",
    [
        "import analysis",
        "import analysis.paths, analysis.errors, analysis.codebook",
        "sys.argv = ['fazhi', '--help']; from analysis.__main__ import main; main()",
    ],
)
def test_import_and_help_are_light(code: str) -> None:
    heavy = {"pandas", "numpy", "scipy", "matplotlib", "seaborn", "statsmodels", "pandera", "papermill", "nbformat"}
    assert not heavy & loaded_by(code)


def test_public_names_are_few_and_there() -> None:
    import analysis

    assert 0 < len(analysis.__all__) <= 25
    assert set(analysis.__all__) <= set(dir(analysis))
    undocumented = [name for name in analysis.__all__ if not getattr(analysis, name).__doc__]
    assert not undocumented


def test_help_says_what_every_parameter_is_and_completion_offers_public_names_only() -> None:
    import analysis

    assert {name for name in dir(analysis) if not name.startswith("_")} == set(analysis.__all__)
    for name in analysis.__all__:
        thing = getattr(analysis, name)
        if inspect.isroutine(thing):
            said = inspect.getdoc(thing) or ""
            unsaid = [
                one
                for one in inspect.signature(thing).parameters
                if not re.search(rf"\b{one}\b.* : |\b{one}$", said, re.MULTILINE)
            ]
            assert not unsaid, f"help({name}) does not say what {unsaid} is"
            assert "Returns\n-------" in said, name


# ---- dependencies


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lock() -> str:
    return (PROJECT / "requirements.lock").read_text(encoding="utf-8")


def locked(lock: str) -> dict[str, set[Version]]:
    versions: dict[str, set[Version]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE):
        versions.setdefault(canonicalize_name(name), set()).add(Version(version))
    return versions


def test_lock_holds_what_pyproject_asks_for(pyproject: dict[str, Any], lock: str) -> None:
    project = pyproject["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["test"],
        *pyproject["build-system"]["requires"],
    ]
    versions = locked(lock)
    for requirement in map(Requirement, wanted):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not in requirements.lock: run make lock"
        outside = [str(version) for version in found if version not in requirement.specifier]
        assert not outside, f"{requirement} but the lock has {outside}: run make lock"


def test_what_the_code_imports_is_asked_for(pyproject: dict[str, Any]) -> None:
    project = pyproject["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    asked = {canonicalize_name(Requirement(text).name) for text in wanted}
    known = importlib.metadata.packages_distributions()
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"analysis"}:
                homes = {canonicalize_name(home) for home in known.get(name, [])}
                assert homes & asked, f"{relative(path)} imports {name}, which pyproject.toml does not ask for"


HOSTILE = PROJECT / "tests" / "hostile"


def test_each_direct_dependency_has_its_licence_and_why_it_is_there(pyproject: dict[str, Any]) -> None:
    listed = (HOSTILE / "README.md").read_text(encoding="utf-8").split("## Direct dependencies")[1].split("##")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", listed, re.MULTILINE)
    named = {
        canonicalize_name(name): (licence, why)
        for names, licence, why in rows
        for name in re.sub(r"\(.*\)", "", names).replace(" ", "").split(",")
    }
    project = pyproject["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["test"]):
        licence, why = named[canonicalize_name(Requirement(text).name)]
        assert re.match(r"[A-Z][A-Za-z]{2}", licence) and len(why) > 5, text


def test_every_licence_of_the_lock_is_listed(lock: str) -> None:
    with (HOSTILE / "licences.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["package"]: row["licence"] for row in csv.DictReader(file)}
    assert listed.keys() == locked(lock).keys()
    assert not [name for name, licence in listed.items() if not licence]


def test_lock_is_hashed_and_names_no_address(lock: str) -> None:
    assert not re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links|--trusted-host|@ ", lock)
    entries = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)[1:]
    assert len(entries) > 100
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_build_group_is_what_the_backend_needs(pyproject: dict[str, Any]) -> None:
    assert pyproject["dependency-groups"]["build"] == pyproject["build-system"]["requires"]


def test_conda_environment_is_in_step(pyproject: dict[str, Any]) -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    python = next(item for item in environment["dependencies"] if str(item).startswith("python "))
    assert SpecifierSet(python.removeprefix("python ")) == SpecifierSet(pyproject["project"]["requires-python"])
    assert {"pip": ["-r requirements.lock"]} in environment["dependencies"]


def test_citation_has_the_version(pyproject: dict[str, Any]) -> None:
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == pyproject["project"]["version"]
    assert citation["license"] == pyproject["project"]["license"]


# ---- what a clone and a wheel hold


def kept() -> list[Path]:
    """Return the files that git has or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, encoding="utf-8")
    if done.returncode:
        pytest.skip("needs a clone: this folder is no git repository")
    return [path for name in done.stdout.split("\0") if name and (path := PROJECT / name).exists()]


def test_no_path_of_a_machine_is_kept() -> None:
    homes = {str(PROJECT), str(Path.home())} - {"/"}
    pattern = re.compile(rf"(?<![\w.])/(?:home|Users)/\w|(?:{'|'.join(map(re.escape, sorted(homes)))})(?!\w)")
    found = []
    for path in kept():
        content = path.read_bytes()
        if (
            b"\0" not in content
            and path != Path(__file__)
            and (hit := pattern.search(content.decode("utf-8", errors="replace")))
        ):
            found.append(f"{relative(path)}: {hit[0]}")
    assert not found


def test_no_report_is_kept() -> None:
    assert not [
        relative(path)
        for path in kept()
        if relative(path).startswith(("data/raw/", "data/text/")) and path.name != "README.md"
    ]


def test_wheel_holds_the_data_of_the_package(tmp_path: Path) -> None:
    files = {relative(path) for path in kept() if path.is_relative_to(PACKAGE)}
    assert {Path(name).suffix for name in files} >= {".py", ".toml", ".csv", ".ttf", ".typed"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    assert not files - inside
    assert not [name for name in inside if not name.startswith(("analysis/", "fazhi-"))]


# ---- the set-up, as far as it goes without a network


def test_set_up_without_a_python_that_fits_says_what_to_install(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "cat", "cksum", "dirname", "sed"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8", newline="\n")
    (tools / "python3").chmod(0o755)
    clone = tmp_path / "a clone 项目"
    (clone / ".ci").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.lock", ".ci/setup"):
        shutil.copy(PROJECT / name, clone / name)
    done = subprocess.run([clone / ".ci" / "setup"], env={"PATH": str(tools)}, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert not done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "Python 3.11 or newer with venv was not found" in done.stderr
    assert not (clone / ".venv").exists()


def test_make_alone_lists_every_target() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)", makefile, flags=re.MULTILINE)
    shown = subprocess.run(
        ["make", "-s"], cwd=PROJECT, env=os.environ | {"MAKEFLAGS": ""}, capture_output=True, encoding="utf-8"
    )
    assert set(re.findall(r"^  make (\w+) ", shown.stdout, flags=re.MULTILINE)) == set(phony.split()) - {"setup"}


# ---- notebooks


def test_the_notebooks_are_there() -> None:
    assert tuple(sorted(path.stem for path in (PROJECT / "notebooks").glob("*.ipynb"))) == NOTEBOOKS


class Notebook:
    """A notebook as it stands on disk."""

    def __init__(self, name: str) -> None:
        self.content = json.loads((PROJECT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
        self.cells = [cell for cell in self.content["cells"] if cell["cell_type"] == "code"]
        self.sources = ["".join(cell["source"]) for cell in self.cells]
        self.trees = [ast.parse(source) for source in self.sources]

    def checked(self) -> list[dict[str, Any]]:
        return [cell for cell, source in zip(self.cells, self.sources, strict=True) if "# NBVAL_CHECK_OUTPUT" in source]


@pytest.fixture(params=sorted(path.stem for path in (PROJECT / "notebooks").glob("*.ipynb")))
def notebook(request: pytest.FixtureRequest) -> Notebook:
    return Notebook(request.param)


def assigned(tree: ast.AST) -> set[str]:
    """Return the names that a cell binds."""
    stored = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return stored | {alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names}


def test_notebook_runs_on_the_kernel_of_the_environment(notebook: Notebook) -> None:
    assert notebook.content["metadata"]["kernelspec"]["name"] == "python3"


def test_notebook_begins_with_parameters_that_are_literals(notebook: Notebook) -> None:
    tagged = ["parameters" in cell["metadata"].get("tags", []) for cell in notebook.cells]
    assert tagged == [True] + [False] * (len(tagged) - 1)
    assert notebook.trees[0].body
    for statement in notebook.trees[0].body:
        assert isinstance(statement, ast.Assign | ast.AnnAssign)
        assert statement.value is not None
        ast.literal_eval(statement.value)


def test_notebook_leaves_its_parameters_alone(notebook: Notebook) -> None:
    parameters = assigned(notebook.trees[0])
    for tree in notebook.trees[1:]:
        assert not assigned(tree) & parameters


def test_notebook_is_thin(notebook: Notebook) -> None:
    assert len(notebook.cells) <= 12
    for tree in notebook.trees:
        nodes = list(ast.walk(tree))
        assert not [
            node
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        ]
        assert not assigned(tree) & {"os", "pathlib", "Path", "glob"}
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not [text for text in texts if re.match(r"\.{0,2}/|~|data/|figures/|[A-Z]:\\", text)], (
            "a path in a notebook"
        )


def test_notebook_has_its_outputs(notebook: Notebook) -> None:
    assert [cell["execution_count"] for cell in notebook.cells] == list(range(1, len(notebook.cells) + 1))
    assert len(notebook.checked()) >= 3, "mark the cells that print tables with # NBVAL_CHECK_OUTPUT"
    assert all(cell["outputs"] for cell in notebook.checked()), "outputs were stripped: run make notebooks"
    assert any("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell["outputs"]), (
        "no figure is shown"
    )


def test_notebook_has_no_traces_of_its_run(notebook: Notebook) -> None:
    assert "papermill" not in notebook.content["metadata"]
    for cell in notebook.content["cells"]:
        assert not {"papermill", "execution"} & set(cell["metadata"])
    for output in (output for cell in notebook.cells for output in cell["outputs"]):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr", "a warning was kept: mend its cause, then run make notebooks"
