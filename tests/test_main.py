import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.study.shipped import copy_shipped
from tests.conftest import PROJECT


@pytest.fixture
def facts(root):
    """Return a root with a copy of the shipped facts."""
    return copy_shipped(root)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def say(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_tidy_writes_every_table_and_the_same_bytes_twice(facts, capsys):
    assert say(capsys, "tidy")[0] == 0
    first = {path.name: path.read_bytes() for path in (facts / "data/tidy").iterdir()}
    assert len(first) == 10
    assert say(capsys, "tidy")[0] == 0
    assert {path.name: path.read_bytes() for path in (facts / "data/tidy").iterdir()} == first


def test_an_id_of_another_data_set_is_found_with_its_sentence(facts, capsys):
    code, said = say(capsys, "show", "lanshi_county_2023@1659")
    assert code == 0
    assert "Twelve sample reports" in said
    assert "\u27e6119" in said
    assert say(capsys, "show", "lanshi_county_2023@3")[0] == 2


def test_a_word_too_many_is_named_and_help_is_pointed_to(root, capsys):
    with pytest.raises(SystemExit):
        main(["frame", "start", "2023", "--county", "X"])
    assert "--county X: not known here" in capsys.readouterr().err


def test_no_facts_at_all(root, capsys):
    code, said = say(capsys, "tidy")
    assert code == 2
    assert "No facts" in said
    assert "data/raw" in said


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), "cut off|half written|cells"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\xff\xfe\n"), "UTF-8"),
        (lambda path: edit(path, "mention_id,", "mention,"), "column 'mention_id' is missing"),
        (lambda path: edit(path, "p001#2,", "p001#1,"), "the key must be unique"),
        (lambda path: edit(path, ",reported,", ",told,"), "status is 'told'"),
        (lambda path: edit(path, "p001#1,p001,", "p001#1,p999,"), "'p999' is not in documents.doc_id"),
    ],
)
def test_a_damaged_table_is_named_with_its_line_and_nothing_is_written(facts, capsys, damage, says):
    say(capsys, "tidy")
    former = (facts / "data/tidy/observations.csv").read_bytes()
    damage(facts / "data/extracted/panel/mentions.csv")
    code, said = say(capsys, "tidy")
    assert code == 2
    assert re.search(says, said), said
    assert "mentions.csv" in said
    assert (facts / "data/tidy/observations.csv").read_bytes() == former


def test_a_set_without_its_figures_is_refused(facts, capsys):
    (facts / "data/extracted/panel/mentions.csv").unlink()
    code, said = say(capsys, "tidy")
    assert code == 2
    assert "no mentions.csv" in said


def test_a_folder_with_other_files_is_not_replaced(facts, tmp_path, capsys):
    own = tmp_path / "own"
    own.mkdir()
    (own / "notes.txt").write_text("mine", encoding="utf-8")
    code, said = say(capsys, "tidy", "-o", own)
    assert code == 2
    assert "notes.txt" in said
    assert (own / "notes.txt").exists()


def test_all_stale_corrections_are_listed_and_nothing_is_written(facts, capsys):
    header = "table,id,field,expected,corrected,sha256,reason,who,when\n"
    rows = (
        "mentions,p001#1,value,10,11,,test,a reader,2026-01-01\nmentions,p001#99,value,1,2,,test,a reader,2026-01-01\n"
    )
    (facts / "data/corrections.csv").write_text(header + rows, encoding="utf-8")
    code, said = say(capsys, "tidy")
    assert code == 2
    assert "line 3" in said
    assert "p001#99" in said
    assert not (facts / "data/tidy").exists()


def test_a_correction_reaches_the_panel_and_the_audit(facts, capsys):
    header = "table,id,field,expected,corrected,sha256,reason,who,when\n"
    row = "mentions,p032#6,value,135,136,,test,a reader,2026-01-01\n"
    (facts / "data/corrections.csv").write_text(header + row, encoding="utf-8")
    assert say(capsys, "tidy")[0] == 0
    assert "p032#6" in (facts / "data/tidy/audit.csv").read_text(encoding="utf-8")
    assert "corrected" in (facts / "data/tidy/observations.csv").read_text(encoding="utf-8")


def test_the_same_report_in_two_sets_with_unequal_rows_is_an_error(facts, capsys):
    shutil.copytree(facts / "data/extracted/panel", facts / "data/extracted/other")
    assert say(capsys, "tidy")[0] == 0
    edit(facts / "data/extracted/other/mentions.csv", "p001#1,p001,,,9次,9,9,9", "p001#1,p001,,,8次,8,8,8")
    code, said = say(capsys, "tidy")
    assert code == 2
    assert "p001#1 stands in more than one set" in said


def test_check_prints_what_contradicts(facts, capsys):
    code, said = say(capsys, "check")
    assert code == 0
    assert "impossible: reconsideration_mediation_rate" in said
    assert "explained: legal_aid_cases_closed" in said


def test_check_tells_of_a_script_that_would_be_found_first(facts, capsys, monkeypatch):
    monkeypatch.chdir(facts)
    (facts / "analysis.py").write_text("", encoding="utf-8")
    code, said = say(capsys, "check")
    assert code == 2
    assert "analysis.py" in said


def test_extract_writes_a_set_and_names_what_was_set_aside(tmp_path, capsys):
    source = tmp_path / "in"
    source.mkdir()
    shutil.copyfile(PROJECT / "tests/reports/yunling.txt", source / "yunling.txt")
    assert say(capsys, "extract", source, "-o", tmp_path / "out")[0] == 0
    (source / "empty.txt").write_bytes(b"")
    code, said = say(capsys, "extract", source, "-o", tmp_path / "out")
    assert code == 1
    assert "empty.txt" in said
    assert (tmp_path / "out/documents.csv").exists()


@pytest.mark.parametrize(("name", "says"), [("reconsideration_cases_closed", "takes"), ("digital", "takes")])
def test_codebook_test_shows_what_an_id_takes(facts, capsys, name, says):
    code, said = say(capsys, "codebook", "test", name)
    assert code == 0
    assert says in said


def test_an_unknown_id_names_the_nearest(facts, capsys):
    code, said = say(capsys, "codebook", "test", "reconsideration_case_closed")
    assert code == 2
    assert "reconsideration_cases_closed" in said


def test_evaluate_writes_metrics_and_errors(facts, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = say(capsys, "evaluate", facts / "data/gold", facts / "data/extracted/reports")
    assert code == 0
    assert "quantities_f1" in said
    assert (tmp_path / "metrics.csv").read_text(encoding="utf-8").startswith("metric,n,right,value,low,high\n")
    assert (tmp_path / "errors.csv").exists()


def test_show_says_where_a_figure_stands_and_names_the_nearest_id(facts, capsys):
    code, said = say(capsys, "show", "p032#35")
    assert code == 0
    assert "19.2" in said
    code, said = say(capsys, "show", "p032#350")
    assert code == 2
    assert "p032#35" in said


def run_apart(root, before):
    """Run `fazhi tidy` in a process of its own after some lines of Python."""
    lines = f"{before}\nimport sys\nfrom analysis.__main__ import main\nsys.exit(main(['tidy']))"
    return subprocess.run(
        [sys.executable, "-c", lines], env=os.environ | {"FAZHI_ROOT": str(root)}, capture_output=True,
        encoding="utf-8", cwd=PROJECT,
    )  # fmt: skip


def test_a_full_disk_leaves_the_former_tables_whole(facts, capsys):
    say(capsys, "tidy")
    former = {path.name: path.read_bytes() for path in (facts / "data/tidy").iterdir()}
    full = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    full += "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    done = run_apart(facts, full)
    assert done.returncode == 2, done.stderr
    assert "Cannot write into" in done.stderr
    assert {path.name: path.read_bytes() for path in (facts / "data/tidy").iterdir()} == former
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 9000


def test_a_folder_that_cannot_be_written_is_named():
    # pytest's own folders cannot be reached by another user, and root may write everywhere
    with tempfile.TemporaryDirectory(prefix="fazhi-") as name:
        facts = copy_shipped(Path(name))
        facts.chmod(0o755)
        (facts / "data").chmod(0o555)
        loaded = "from analysis.__main__ import main; import os; main(['tidy', '-o', os.devnull + '/x'])"
        done = run_apart(facts, f"{loaded}\nos.getuid() or os.setuid(65534)")
        (facts / "data").chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert "Permission denied. The former files are whole" in done.stderr
