# A machine needs git, make and Python 3.11 or newer with venv. Everything else is built into .venv by the first command.

PYTHON := .venv/bin/python
OWN := $(CURDIR)/.venv/user

# The user's and the machine's settings change nothing: matplotlib, IPython and Jupyter keep theirs in .venv, no home folder is
# needed, and one thread does the algebra, because the number of threads shows in the last digits.
export MPLCONFIGDIR := $(OWN)/matplotlib
export IPYTHONDIR := $(OWN)/ipython
export JUPYTER_CONFIG_DIR := $(OWN)/jupyter/config
export JUPYTER_DATA_DIR := $(OWN)/jupyter/data
export JUPYTER_RUNTIME_DIR := $(OWN)/jupyter/runtime
export PYTHONNOUSERSITE := 1
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONOPTIMIZE PYTHONWARNINGS
unexport MATPLOTLIBRC MPLBACKEND JUPYTER_PATH JUPYTER_CONFIG_PATH JUPYTER_PREFER_ENV_PATH
ifeq ($(wildcard $(HOME)/.),)
export HOME := $(OWN)
endif

.PHONY: help figures test lab notebooks lock clean setup

help:  ## this list
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

figures: setup  ## set up what is missing, then run the study: tables and figures go to figures/
	@$(PYTHON) -m analysis run study.toml || { code=$$?; [ $$code -eq 1 ] || exit $$code; }

test: setup  ## set up what is missing, then run every check: lint, types, tests, notebooks
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -n auto --maxprocesses 4 --dist loadfile

lab: setup  ## open the notebooks in JupyterLab
	$(PYTHON) -m jupyterlab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks/00_tutorial.ipynb

notebooks: setup  ## run the notebooks in place with their defaults and keep the outputs
	@$(PYTHON) -m analysis notebooks

lock:  ## write requirements.lock anew after a change in pyproject.toml (needs uv; delete the file first to take newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv" >&2; exit 2; }
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra test --group build \
	    --no-header --no-annotate --quiet pyproject.toml -o requirements.lock

clean:  ## remove what make has built; your reports, corrections and codings stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis data/tidy data/invented/tidy data/extracted/local
	git clean -fdXq figures
	find analysis tests -name __pycache__ -prune -exec rm -rf {} +

setup:
	@sh .ci/setup
