import json

import nbformat
import pytest

from analysis import paths
from analysis.figures import plots
from analysis.files import write_bytes
from analysis.stats.disclosure import estimate_disclosure
from analysis.study import open_study, tidy_reasons
from analysis.study.plan import read_plan
from analysis.study.shipped import clean_notebook, copy_shipped
from tests.conftest import PROJECT


@pytest.fixture
def opened(root):
    """Return a root with a copy of the shipped facts, which FAZHI_ROOT points to."""
    return copy_shipped(root)


def test_the_readmes_figure_is_what_the_facts_give(opened, tmp_path):
    study = open_study("real", run="01_corpus")
    study.folder = tmp_path / "out"
    result = estimate_disclosure(study.coverage, study.observations, study.documents, tier="core", frame=study.frame)
    study.save_figure("disclosure", plots.plot_disclosure_matrix, result)
    for lang in ("zh", "en"):
        shown = PROJECT / "figures" / "readme" / f"disclosure.{lang}.png"
        assert (tmp_path / "out" / shown.name).read_bytes() == shown.read_bytes(), (
            "run `make notebooks` and commit the figures"
        )


def test_a_record_says_what_a_figure_rests_on_and_holds_no_path(opened, tmp_path):
    study = open_study("real", run="01_corpus", tier="core")
    study.folder = tmp_path / "out"
    study.save_table("documents", study.documents[["doc_id", "report_year"]])
    text = (tmp_path / "out" / "documents.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["parameters"] == {"tier": "core"}
    assert record["inputs"]["panel/mentions"]
    assert record["inputs"]["codebook"].startswith("1.")
    assert str(tmp_path) not in text
    assert str(PROJECT) not in text


def test_tidy_tables_that_are_not_up_to_date_are_built_in_memory(opened):
    data = read_plan().data["real"]
    assert tidy_reasons(data) == ["first run"]
    assert len(open_study("real").observations) > 300
    assert not data.tidy.exists()


def test_an_unknown_data_set_names_those_there_are(opened):
    from analysis.errors import ParameterError

    with pytest.raises(ParameterError, match="study.toml has: real, invented"):
        open_study("reel")
    with pytest.raises(ParameterError, match="plain name of a folder"):
        open_study("real", run="../elsewhere")


def test_codings_of_people_are_read_and_a_statement_that_does_not_exist_is_named(opened):
    from analysis.errors import TableError

    first = open_study("real").statements["statement_id"].iloc[0]
    header = (paths.root() / "data/extracted/reports/codes.csv").read_text(encoding="utf-8").splitlines()[0]
    row = {"statement_id": first, "category": "digital", "coder": "anna", "primary": "true", "coder_type": "human",
           "round": "independent"}  # fmt: skip
    line = ",".join(row.get(name, "") for name in header.split(","))
    write_bytes(paths.codes() / "anna.csv", f"{header}\n{line}\n".encode())
    assert "anna" in set(open_study("real").codes["coder"])
    write_bytes(paths.codes() / "anna.csv", f"{header}\n{line.replace(first, 'p001#99')}\n".encode())
    with pytest.raises(TableError, match=r"anna.csv, line 2: there is no statement 'p001#99'"):
        open_study("real")


def test_a_cleaned_notebook_keeps_outputs_and_loses_what_differs_between_runs():
    source = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", metadata={"tags": ["parameters"]})])
    executed = nbformat.from_dict(source)
    output = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=7)
    executed.cells[0].outputs = [output]
    executed.cells[0].metadata["papermill"] = {"start_time": "now"}
    injected = nbformat.v4.new_code_cell("2", metadata={"tags": ["injected-parameters"]})
    executed.cells.append(injected)
    clean_notebook(executed, source)
    assert len(executed.cells) == 1
    assert executed.cells[0].metadata == {"tags": ["parameters"]}
    assert (executed.cells[0].execution_count, executed.cells[0].outputs[0]["execution_count"]) == (1, 1)
