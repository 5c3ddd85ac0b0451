"""Which files are reports, their ids, and manifest.csv."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.errors import InputError, TableError
from analysis.extract.inputs import Input, find_inputs


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8", newline="\n")
    return folder


def by_path(found: list[Input]) -> dict[str, tuple[str, str]]:
    return {item.path: (item.status, item.doc_id) for item in found}


def test_everything_in_a_folder_is_accounted_for(tmp_path: Path) -> None:
    write(tmp_path, b__txt="报告", README__md="说明", a__exe="x", manifest__csv="file\n")
    write(tmp_path / "sub", c__TXT="报告")
    (tmp_path / ".hidden.txt").write_text("x", encoding="utf-8")
    assert by_path(find_inputs([tmp_path])) == {
        ".hidden.txt": ("ignored", ""),
        "README.md": ("ignored", ""),
        "a.exe": ("ignored", ""),
        "b.txt": ("read", "b"),
        "manifest.csv": ("ignored", ""),
        "sub/c.TXT": ("read", "c"),
    }


def test_a_named_file_of_another_kind_is_set_aside(tmp_path: Path) -> None:
    write(tmp_path, a__exe="x", b__txt="报告")
    found = find_inputs([tmp_path / "a.exe", tmp_path / "b.txt"])
    assert by_path(found) == {"a.exe": ("set_aside", ""), "b.txt": ("read", "b")}
    assert "end in .txt" in found[0].reason


def test_ids_hold_nothing_that_ids_are_made_of(tmp_path: Path) -> None:
    (tmp_path / "嵩县 2024@a,b#1~x|y.txt").write_text("报告", encoding="utf-8")
    assert find_inputs([tmp_path])[0].doc_id == "嵩县_2024_a_b_1_x_y"


def test_folders_with_the_same_file_names_stay_apart(tmp_path: Path) -> None:
    first, second = write(tmp_path / "one" / "raw", a__txt="甲"), write(tmp_path / "two" / "raw", a__txt="乙")
    assert [item.path for item in find_inputs([first, second])] == ["one/raw/a.txt", "two/raw/a.txt"]
    assert [item.path for item in find_inputs([first, first])] == ["a.txt"]


@pytest.mark.parametrize("files", [{}, {"a__exe": "x"}], ids=["empty", "no text"])
def test_a_folder_without_reports_says_so(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"No report in .* end in \.txt"):
        find_inputs([write(tmp_path / "raw", **files)])


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere does not exist"):
        find_inputs([tmp_path / "nowhere"])


def test_the_manifest_gives_ids_and_fields(tmp_path: Path) -> None:
    write(
        tmp_path, a__txt="甲", b__txt="乙", manifest__csv="file,doc_id,county,report_year\na.txt,songxian,嵩县,2024\n"
    )
    first, second = (item for item in find_inputs([tmp_path]) if item.status == "read")
    assert (first.doc_id, first.manifest) == ("songxian", {"county": "嵩县", "report_year": "2024"})
    assert (second.doc_id, second.manifest) == ("b", {})


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("name,county\na.txt,嵩县\n", "column 'file' is missing"),
        ("file,provnce\na.txt,河南省\n", "'provnce' is none of: file, doc_id, title"),
        ("file,sha256\na.txt,0\n", "'sha256' is none of"),
        ("file,county\nb.txt,嵩县\n", "there is no file 'b.txt' beside it"),
        ("file,county\na.txt,嵩县\na.txt,新县\n", "line 3: a.txt stands here twice"),
        ("file,report_year\na.txt,去年\n", "line 2: report_year is '去年'; give a year"),
        ("file,adcode,coverage\na.txt,41,all\n", "adcode"),
        ("file,doc_id\na.txt,a@b\n", "doc_id"),
    ],
)
def test_a_wrong_manifest_is_an_error_that_names_the_line(tmp_path: Path, manifest: str, said: str) -> None:
    write(tmp_path, a__txt="甲", manifest__csv=manifest)
    with pytest.raises(TableError) as caught:
        find_inputs([tmp_path])
    assert said in str(caught.value)


def test_all_violations_of_a_manifest_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, a__txt="甲", manifest__csv="file,adcode,coverage,dated\na.txt,41,all,soon\n")
    with pytest.raises(TableError) as caught:
        find_inputs([tmp_path])
    assert [violation.column for violation in caught.value.violations] == ["dated", "coverage", "adcode"] or {
        violation.column for violation in caught.value.violations
    } == {"adcode", "coverage", "dated"}


def test_a_manifest_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, a__txt="甲")
    (tmp_path / "manifest.csv").write_bytes("file,county\na.txt,嵩县\n".encode("gb18030"))
    with pytest.raises(InputError, match="Save it as CSV UTF-8"):
        find_inputs([tmp_path])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "raw", a__txt="甲")
    folder.chmod(0)
    try:
        with pytest.raises(InputError, match="may not be read by this user"):
            find_inputs([folder])
    finally:
        folder.chmod(0o700)
